/* SPDX-License-Identifier: Apache-2.0 */
#include "report/wording.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/ledger.h"

typedef struct {
    const char *title;
    const char *one;
    const char *many;
} Wording;

static const Wording wordings[] = {
    [CHANGE_LINK] = {"link", "person linked", "people linked"},
    [CHANGE_ADOPT] = {"take over", "membership taken over", "memberships taken over"},
    [CHANGE_INVITE] = {"invite", "invitation", "invitations"},
    [CHANGE_RESEND_INVITATION] = {"invite again", "invitation sent again",
                                  "invitations sent again"},
    [CHANGE_WITHDRAW_INVITATION] = {"withdraw invitation", "invitation withdrawn",
                                    "invitations withdrawn"},
    [CHANGE_REACTIVATE] = {"reactivate", "reactivated", "reactivated"},
    [CHANGE_DEACTIVATE] = {"deactivate", "deactivated", "deactivated"},
    [CHANGE_DELETE_MEMBER] = {"delete", "deleted", "deleted"},
    [CHANGE_RENAME_MEMBER] = {"rename", "renamed", "renamed"},
    [CHANGE_CHANGE_ADDRESS] = {"change address", "address changed", "addresses changed"},
    [CHANGE_CREATE_GROUP] = {"create group", "group created", "groups created"},
    [CHANGE_DELETE_GROUP] = {"delete group", "group deleted", "groups deleted"},
    [CHANGE_ADD_TO_GROUP] = {"add to group", "added to a group", "added to groups"},
    [CHANGE_REMOVE_FROM_GROUP] = {"take out of group", "taken out of a group",
                                  "taken out of groups"},
    [CHANGE_ADD_GROUP_TO_WORKSPACE] = {"attach group", "group attached to a workspace",
                                       "groups attached to workspaces"},
    [CHANGE_REMOVE_GROUP_FROM_WORKSPACE] = {"detach group", "group detached from a workspace",
                                            "groups detached from workspaces"},
    [CHANGE_ASSIGN] = {"assign", "assigned to a workspace", "assigned to workspaces"},
    [CHANGE_UNASSIGN] = {"unassign", "taken out of a workspace", "taken out of workspaces"},
    [CHANGE_SET_WORKSPACE_ROLE] = {"set role", "role in a workspace set",
                                   "roles in workspaces set"},
    [CHANGE_SET_ORGANIZATION_ROLE] = {"set organization role", "organization role set",
                                      "organization roles set"},
    [CHANGE_CREATE_WORKSPACE] = {"create workspace", "workspace created", "workspaces created"},
};
_Static_assert(G_N_ELEMENTS(wordings) == CHANGE_KINDS, "every kind has its wording");

static const char *const phases[] = {
    "Remember",   "Deactivate at once: the directory says they are disabled",
    "Leave",      "Create",
    "Reactivate", "Add and change",
    "Take away",  "Invite",
    "Delete",
};

static const char *const notices[] = {
    [NOTICE_FROZEN] = "Frozen: their data cannot be trusted, nothing is done",
    [NOTICE_HELD] = "Held: a person has to decide",
    [NOTICE_WAITING] = "Waiting: Toggl cannot have it yet",
    [NOTICE_MISSING] = "Missing: the grace runs",
    [NOTICE_UNMANAGED] = "Unmanaged: no directory is in charge of them",
    [NOTICE_OUT_OF_SCOPE] = "Out of scope: the entry is there, but no longer looked at",
    [NOTICE_BY_HAND] = "Changed by hand in Toggl: left alone",
    [NOTICE_PROTECTED] = "Protected: nothing is taken from them",
    [NOTICE_KEPT] = "Kept: theirs by hand, no rule gives it",
    [NOTICE_DIFFERENT] = "Different: the directory says another address or name",
    [NOTICE_EXCLUDED] = "Excluded: the configuration leaves them alone",
};
_Static_assert(G_N_ELEMENTS(notices) == NOTICE_KINDS, "every notice has a title");

static const char *const verdicts[] = {
    [VERDICT_OK] = "is kept",
    [VERDICT_STOP] = "stops",
    [VERDICT_HOLD] = "holds",
    [VERDICT_DEFER] = "defers",
    [VERDICT_APPROVED] = "is lifted; without an approval",
};

static void append(GString *list, const char *separator, const char *value)
{
    if (list->len > 0)
        g_string_append(list, separator);
    g_string_append(list, value);
}

const char *change_title(ChangeKind kind)
{
    return wordings[kind].title;
}

const char *change_count_label(ChangeKind kind, int64_t count)
{
    return count == 1 ? wordings[kind].one : wordings[kind].many;
}

char *change_count_text(ChangeKind kind, int64_t count)
{
    return text_count(count, wordings[kind].one, wordings[kind].many);
}

char *summary_text(const char *summary)
{
    g_auto(GStrv) parts = g_strsplit(text_or_nothing(summary), ", ", -1);
    for (char **part = parts; *part != NULL; part++) {
        char *end = NULL;
        gint64 count = g_ascii_strtoll(*part, &end, 10);
        ChangeKind kind = CHANGE_KINDS;
        if (end == *part || *end != ' ' || !change_kind_parse(end + 1, &kind))
            continue;
        char *words = change_count_text(kind, count);
        g_free(*part);
        *part = words;
    }
    return g_strjoinv(", ", parts);
}

const char *change_mark(ChangeKind kind)
{
    static const char *const marks[] = {
        [EFFECT_NONE] = "=",
        [EFFECT_GIVES] = "+",
        [EFFECT_TAKES] = "-",
        [EFFECT_ALTERS] = "~",
    };
    return marks[change_kind_effect(kind)];
}

Tone change_tone(ChangeKind kind)
{
    static const Tone tones[] = {
        [EFFECT_NONE] = TONE_PLAIN,
        [EFFECT_GIVES] = TONE_GIVES,
        [EFFECT_TAKES] = TONE_TAKES,
        [EFFECT_ALTERS] = TONE_ALTERS,
    };
    return tones[change_kind_effect(kind)];
}

const char *person_text(const ChangePerson *person)
{
    if (person->mail != NULL)
        return person->mail;
    return person->name != NULL ? person->name : text_or_nothing(person->anchor);
}

gint change_compare_for_readers(gconstpointer a, gconstpointer b)
{
    const Change *x = *(const Change *const *) a;
    const Change *y = *(const Change *const *) b;
    if (x->phase != y->phase || x->kind != y->kind)
        return change_compare(a, b);
    int order = g_ascii_strcasecmp(person_text(&x->person), person_text(&y->person));
    return order != 0 ? order : change_compare(a, b);
}

const char *phase_title(unsigned phase)
{
    return phase < G_N_ELEMENTS(phases) ? phases[phase] : "Later";
}

const char *notice_word(NoticeKind kind)
{
    static const char *const words[] = {
        [NOTICE_FROZEN] = "frozen",       [NOTICE_HELD] = "held",
        [NOTICE_WAITING] = "waiting",     [NOTICE_MISSING] = "missing",
        [NOTICE_UNMANAGED] = "unmanaged", [NOTICE_OUT_OF_SCOPE] = "out-of-scope",
        [NOTICE_BY_HAND] = "by-hand",     [NOTICE_PROTECTED] = "protected",
        [NOTICE_KEPT] = "kept",           [NOTICE_DIFFERENT] = "different",
        [NOTICE_EXCLUDED] = "excluded",
    };
    _Static_assert(G_N_ELEMENTS(words) == NOTICE_KINDS, "every notice has its word");
    return words[kind];
}

const char *notice_title(NoticeKind kind)
{
    return notices[kind];
}

const char *verdict_title(Verdict verdict)
{
    return verdicts[verdict];
}

/* "Product (admin), Company; groups Developers" */
static char *invited_to(const Change *change)
{
    GString *places = g_string_new(NULL);
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *one = g_ptr_array_index(change->workspaces, i);
        append(places, ", ", text_or_nothing(one->workspace.name));
        if (one->role > ROLE_USER)
            g_string_append_printf(places, " (%s)", role_name(one->role));
    }
    const GPtrArray *list = change->groups;
    g_autoptr(GString) groups = g_string_new(NULL);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const TargetRef *one = g_ptr_array_index(list, i);
        append(groups, ", ", text_or_nothing(one->name));
    }
    if (groups->len > 0) {
        append(places, "; ", list != NULL && list->len == 1 ? "group " : "groups ");
        g_string_append(places, groups->str);
    }
    return g_string_free(places, FALSE);
}

static char *from_to(const char *place, const char *from, const char *to)
{
    const char *colon = place[0] != '\0' ? ": " : "";
    if (from == NULL)
        return g_strconcat(place, colon, text_or_nothing(to), NULL);
    return g_strconcat(place, colon, from, " -> ", text_or_nothing(to), NULL);
}

/* What an alteration changes, from what to what; NULL for every other kind. */
static char *altered(const Change *change)
{
    if (change->kind == CHANGE_SET_WORKSPACE_ROLE)
        return from_to(text_or_nothing(change->workspace.name), role_name(change->before.role),
                       role_name(change->after.role));
    if (change->kind == CHANGE_SET_ORGANIZATION_ROLE)
        return g_strdup(change->after.admin ? "organization: admin" : "organization: no admin");
    if (change->kind == CHANGE_RENAME_MEMBER)
        return from_to("", change->before.name, change->after.name);
    if (change->kind == CHANGE_CHANGE_ADDRESS)
        return from_to("", change->before.mail, change->after.mail);
    return NULL;
}

char *change_where(const Change *change)
{
    const char *group = change->group.name;
    const char *workspace = change->workspace.name;
    char *what = altered(change);
    if (what != NULL)
        return what;
    if (change->kind == CHANGE_INVITE)
        return invited_to(change);
    if (group != NULL && workspace != NULL)
        return g_strdup_printf("%s in %s", group, workspace);
    return g_strdup(group != NULL ? group : text_or_nothing(workspace));
}

char *outcome_text(OutcomeKind kind, bool settled, const char *message)
{
    static const char *const words[] = {
        [OUTCOME_DONE] = "done",
        [OUTCOME_PARTIAL] = "done in part",
        [OUTCOME_REFUSED] = "refused",
        [OUTCOME_UNKNOWN] = "no clear answer: the next run decides by reading",
        [OUTCOME_NOT_SENT] = "not sent",
    };
    const char *word = kind == OUTCOME_UNKNOWN && settled
                           ? "no clear answer, and not seen when it was read afterwards"
                           : words[kind];
    if (kind == OUTCOME_DONE || message == NULL || *message == '\0')
        return g_strdup(word);
    return g_strconcat(word, ": ", message, NULL);
}

char *rule_text(const Rule *rule)
{
    static const char *const kinds[] = {
        [RULE_GROUP] = "the group",
        [RULE_GROUP_NAME] = "the group named",
        [RULE_GROUP_ANCHOR] = "the group with the anchor",
        [RULE_GROUP_FILTER] = "every group that fits",
        [RULE_GROUP_MATCH] = "every group that matches",
        [RULE_PEOPLE_MATCH] = "everybody whose",
        [RULE_EVERYONE] = "everyone",
    };
    const char *kind = (size_t) rule->kind < G_N_ELEMENTS(kinds) ? kinds[rule->kind] : NULL;
    GString *text = g_string_new(kind != NULL ? kind : "people by");
    if (rule->attribute != NULL)
        g_string_append_printf(text, " %s matches", rule->attribute);
    if (rule->value != NULL)
        g_string_append_printf(text, " '%s'", rule->value);
    if (rule->from != NULL)
        g_string_append_printf(text, " from '%s'", rule->from);
    GString *gifts = g_string_new(NULL);
    if (rule->toggl_group != NULL)
        g_string_append_printf(gifts, "group '%s'", rule->toggl_group);
    else if (rule->toggl_group_id != 0)
        g_string_append_printf(gifts, "group %" G_GINT64_FORMAT, rule->toggl_group_id);
    for (guint i = 0; i < rule->workspaces->len; i++) {
        const RuleWorkspace *one = g_ptr_array_index(rule->workspaces, i);
        append(gifts, ", ", "workspace ");
        if (one->name != NULL)
            g_string_append_printf(gifts, "'%s'", one->name);
        else
            g_string_append_printf(gifts, "%" G_GINT64_FORMAT, one->id);
        if (one->role != ROLE_NONE)
            g_string_append_printf(gifts, " as %s", role_name(one->role));
    }
    g_string_append_printf(text, " -> %s", gifts->str);
    (void) g_string_free(gifts, TRUE);
    return g_string_free(text, FALSE);
}

const char *standing_text(SubjectStanding standing)
{
    static const char *const texts[] = {
        [SUBJECT_PRESENT] = "is in the directory, and enabled",
        [SUBJECT_LEFT] = "is disabled or expired in the directory",
        [SUBJECT_MISSING] = "is gone from the directory",
        [SUBJECT_OUT_OF_SCOPE] = "is in the directory, but no longer where we look",
        [SUBJECT_FROZEN] = "is frozen: what the directory says cannot be trusted",
        [SUBJECT_HELD] = "is held: a person has to decide",
    };
    _Static_assert(G_N_ELEMENTS(texts) == SUBJECT_HELD + 1, "every standing has its words");
    return texts[standing];
}

const char *grant_origin_text(GrantOrigin origin)
{
    return origin == GRANT_GIVEN ? "given by us" : "taken over by us";
}

char *program_text(const char *config)
{
    g_autofree char *quoted = config != NULL ? text_shell_word(config) : NULL;
    return g_strconcat("toggl-ldap-sync", quoted != NULL ? " --config " : "",
                       text_or_nothing(quoted), NULL);
}

char *hold_end_text(int64_t until)
{
    return until >= HOLD_UNTIL_RELEASED ? g_strdup("released") : clock_format(until);
}
