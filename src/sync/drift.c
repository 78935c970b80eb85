/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/drift.h"

#include "base/text.h"
#include "sync/holds.h"

#include <string.h>

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

/* ---- which change of today is which of then ---- */

static void add_target(GString *key, const TargetRef *ref, bool by_name)
{
    if (ref->id != 0 && !by_name)
        g_string_append_printf(key, "|%" G_GINT64_FORMAT, ref->id);
    else
        g_string_append_printf(key, "|=%s", ref->name != NULL ? ref->name : "");
}

/* Objects by their ids, or by their names: one that was created since the plan has an id now. */
static char *key_of(const Change *change, bool by_name)
{
    const ChangePerson *person = &change->person;
    GString *key = g_string_new(change_kind_name(change->kind));
    if (person->anchor != NULL)
        g_string_append_printf(key, "|%s|%s", person->source != NULL ? person->source : "",
                               person->anchor);
    else
        g_string_append_printf(key, "|%" G_GINT64_FORMAT "|%s", person->organization_user_id.value,
                               person->mail != NULL ? person->mail : "");
    add_target(key, &change->group, by_name);
    add_target(key, &change->workspace, by_name);
    return g_string_free(key, FALSE);
}

static GHashTable *index_changes(const Plan *plan)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < plan->changes->len; i++) {
        gpointer change = g_ptr_array_index(plan->changes, i);
        g_hash_table_replace(index, key_of(change, true), change);
        g_hash_table_replace(index, key_of(change, false), change);
    }
    return index;
}

static const Change *find(GHashTable *index, const Change *change)
{
    g_autofree char *by_id = key_of(change, false);
    const Change *found = g_hash_table_lookup(index, by_id);
    if (found != NULL)
        return found;
    g_autofree char *by_name = key_of(change, true);
    return g_hash_table_lookup(index, by_name);
}

/* ---- what moved ---- */

static Drift *drift_new(const Change *change, const char *field, const char *then, const char *now)
{
    Drift *drift = g_new0(Drift, 1);
    *drift = (Drift){.change = change->id,
                     .kind = DRIFT_STALE,
                     .field = g_strdup(field),
                     .then = g_strdup(then != NULL ? then : "nothing"),
                     .now = g_strdup(now != NULL ? now : "nothing")};
    return drift;
}

static void drift_free(Drift *drift)
{
    g_free(drift->field);
    g_free(drift->then);
    g_free(drift->now);
    g_free(drift->why);
    g_free(drift);
}

/* The first field of THEN that is another in NOW; NULL: none. */
static Drift *compare_states(const Change *change, const ChangeState *then, const ChangeState *now)
{
    const struct {
        const char *name;
        unsigned field;
        bool then;
        bool now;
    } truths[] = {
        {"wanted", STATE_WANTED, then->wanted, now->wanted},
        {"member", STATE_MEMBER, then->member, now->member},
        {"active", STATE_ACTIVE, then->active, now->active},
        {"joined", STATE_JOINED, then->joined, now->joined},
        {"admin", STATE_ADMIN, then->admin, now->admin},
    };
    const struct {
        unsigned field;
        const char *name;
        const char *then;
        const char *now;
    } texts[] = {
        {STATE_ROLE, "role", role_name(then->role), role_name(now->role)},
        {STATE_NAME, "name", then->name, now->name},
        {STATE_MAIL, "mail", then->mail, now->mail},
        {STATE_STANDING, "standing", then->standing, now->standing},
    };
    unsigned both = then->fields & now->fields;
    for (size_t i = 0; i < G_N_ELEMENTS(truths); i++) {
        if ((both & truths[i].field) != 0 && truths[i].then != truths[i].now)
            return drift_new(change, truths[i].name, truth(truths[i].then), truth(truths[i].now));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        if ((both & texts[i].field) != 0 && g_strcmp0(texts[i].then, texts[i].now) != 0)
            return drift_new(change, texts[i].name, texts[i].then, texts[i].now);
    }
    return NULL;
}

static char *list_text(const GPtrArray *workspaces, const GPtrArray *groups)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; workspaces != NULL && i < workspaces->len; i++) {
        const InvitationWorkspace *row = g_ptr_array_index(workspaces, i);
        const char *role = role_name(row->role);
        g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? ", " : "", row->workspace.name,
                               role != NULL ? ":" : "", role != NULL ? role : "");
    }
    for (guint i = 0; groups != NULL && i < groups->len; i++) {
        const TargetRef *row = g_ptr_array_index(groups, i);
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", row->name);
    }
    return g_string_free(text, FALSE);
}

/* The same change, then and now: does it start from the same, and lead to the same? */
static Drift *compare(const Change *then, const Change *now)
{
    Drift *drift = compare_states(then, &then->before, &now->before);
    if (drift == NULL)
        drift = compare_states(then, &then->after, &now->after);
    if (drift != NULL)
        return drift;
    if (then->person.organization_user_id.value != now->person.organization_user_id.value)
        return drift_new(then, "organization_user_id", "another membership", "a new one");
    if (then->kind == CHANGE_INVITE && g_strcmp0(then->person.mail, now->person.mail) != 0)
        return drift_new(then, "mail", then->person.mail, now->person.mail);
    if (then->kind != CHANGE_INVITE)
        return NULL; /* its lists repeat what there is, and are made anew before they are sent */
    g_autofree char *workspaces_then = list_text(then->workspaces, NULL);
    g_autofree char *workspaces_now = list_text(now->workspaces, NULL);
    if (strcmp(workspaces_then, workspaces_now) != 0)
        return drift_new(then, "workspaces", workspaces_then, workspaces_now);
    g_autofree char *groups_then = list_text(NULL, then->groups);
    g_autofree char *groups_now = list_text(NULL, now->groups);
    if (strcmp(groups_then, groups_now) != 0)
        return drift_new(then, "groups", groups_then, groups_now);
    return NULL;
}

/* What CHANGE's `before` speaks of, as it is in ORGANIZATION. Strings are borrowed. */
static ChangeState state_now(const Change *change, const Organization *organization)
{
    const Member *member = change_member(change, organization);
    ChangeState now = {.fields = change->before.fields & STATE_MEMBER};
    const Assignment *assignment = member != NULL && change->workspace.id != 0
                                       ? member_assignment(member, change->workspace.id)
                                       : NULL;
    bool about_person = change->person.anchor != NULL || change->person.mail != NULL;
    if (change->kind == CHANGE_CREATE_GROUP || change->kind == CHANGE_CREATE_WORKSPACE)
        now.member = change_created_id(change, organization) != 0;
    else if (change->group.name != NULL && about_person)
        now.member = member != NULL && member_in_group(member, change->group.id);
    else if (change->group.name != NULL && change->workspace.name == NULL)
        now.member = organization_group(organization, change->group.id) != NULL;
    else if (change->workspace.name != NULL && about_person)
        now.member = assignment != NULL;
    else if (about_person)
        now.member = member != NULL;
    else
        now.fields = 0;
    if (member == NULL)
        return now;
    now.fields |= STATE_ACTIVE | STATE_JOINED | STATE_ADMIN | STATE_NAME | STATE_MAIL;
    now.active = !member->inactive;
    now.joined = member->joined;
    now.admin = member->admin;
    now.name = member->name;
    now.mail = member->mail;
    if (assignment != NULL) {
        now.fields |= STATE_ROLE;
        now.role = assignment->role;
    }
    return now;
}

static bool same_person(const ChangePerson *a, const ChangePerson *b)
{
    if (a->anchor != NULL && b->anchor != NULL)
        return strcmp(a->anchor, b->anchor) == 0 && g_strcmp0(a->source, b->source) == 0;
    return a->mail != NULL && g_strcmp0(a->mail, b->mail) == 0;
}

/* What FRESH says of the person whom nothing is planned for any more. New string, or NULL. */
static char *notice_about(const Plan *fresh, const ChangePerson *person)
{
    for (guint i = 0; i < fresh->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(fresh->notices, i);
        if (notice->reason != NULL && same_person(&notice->person, person))
            return g_strdup(notice->reason);
    }
    return NULL;
}

/*
 * The plan of this moment has no such change, or is not asked: it is done, or what it counts on has
 * moved, or, when ASKED is false, it holds (NULL).
 */
static Drift *gone(const Change *change, const Plan *fresh, const Organization *organization,
                   bool asked)
{
    if (change_holds(change, organization)) {
        Drift *done = g_new0(Drift, 1);
        *done = (Drift){.change = change->id, .kind = DRIFT_DONE};
        return done;
    }
    ChangeState now = state_now(change, organization);
    Drift *drift = compare_states(change, &change->before, &now);
    if (drift == NULL && asked) {
        drift = drift_new(change, "wanted", truth(change->before.wanted),
                          truth(!change->before.wanted));
        drift->why = notice_about(fresh, &change->person);
    }
    return drift;
}

GPtrArray *drift_check(const Plan *saved, const Plan *fresh, const Organization *organization)
{
    GPtrArray *drifts = g_ptr_array_new_with_free_func((GDestroyNotify) drift_free);
    g_autoptr(GHashTable) index = index_changes(fresh);
    g_autoptr(GHashTable) withheld = plan_withheld_set(saved);
    bool asked = saved->undoes == 0;
    for (guint i = 0; i < saved->changes->len; i++) {
        const Change *then = g_ptr_array_index(saved->changes, i);
        const Change *now = asked ? find(index, then) : NULL;
        Drift *drift = now != NULL ? compare(then, now) : gone(then, fresh, organization, asked);
        if (drift == NULL)
            continue;
        drift->withheld = g_hash_table_contains(withheld, GUINT_TO_POINTER(then->id));
        g_ptr_array_add(drifts, drift);
    }
    return drifts;
}

void drift_leave_out(GPtrArray *drifts, const Plan *plan, GHashTable *kept)
{
    for (guint i = 0; i < drifts->len; i++) {
        Drift *drift = g_ptr_array_index(drifts, i);
        if (!g_hash_table_contains(kept, g_ptr_array_index(plan->changes, drift->change - 1)))
            drift->withheld = true;
    }
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (g_hash_table_contains(kept, g_ptr_array_index(plan->changes, i)))
            continue;
        Drift *drift = g_new0(Drift, 1);
        *drift = (Drift){.change = change->id, .kind = DRIFT_DONE, .withheld = true};
        g_ptr_array_add(drifts, drift);
    }
}

guint drift_count(const GPtrArray *drifts, DriftKind kind)
{
    guint count = 0;
    for (guint i = 0; i < drifts->len; i++) {
        const Drift *drift = g_ptr_array_index(drifts, i);
        count += drift->kind == kind && !drift->withheld;
    }
    return count;
}

static void add_part(GString *text, const char *before, const char *value, const char *behind)
{
    if (value == NULL)
        return;
    g_autofree char *safe = text_safe(value, -1);
    g_string_append_printf(text, "%s%s%s", before, safe, behind);
}

char *drift_text(const Plan *saved, const Drift *drift)
{
    const Change *change = g_ptr_array_index(saved->changes, drift->change - 1);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "change %u (%s", change->id, change_kind_name(change->kind));
    add_part(text, " ", change->person.mail != NULL ? change->person.mail : change->person.anchor,
             "");
    add_part(text, ", group '", change->group.name, "'");
    add_part(text, ", workspace '", change->workspace.name, "'");
    g_string_append(text, ")");
    if (drift->kind == DRIFT_DONE) {
        g_string_append(text, " is done already");
        return g_string_free(text, FALSE);
    }
    g_autofree char *then = text_safe(drift->then, -1);
    g_autofree char *now = text_safe(drift->now, -1);
    g_string_append_printf(text, ": '%s' was %s, and is %s now", drift->field, then, now);
    add_part(text, " (", drift->why, ")");
    return g_string_free(text, FALSE);
}

/* ---- what is left of a plan ---- */

/* Names of what was created since, as ids. */
static void resolve(Change *change, const Organization *organization)
{
    TargetRef *group = &change->group;
    TargetRef *workspace = &change->workspace;
    const OrganizationGroup *made = group->name != NULL && group->id == 0
                                        ? organization_group_by_name(organization, group->name)
                                        : NULL;
    const Workspace *space = workspace->name != NULL && workspace->id == 0
                                 ? organization_workspace_by_name(organization, workspace->name)
                                 : NULL;
    if (made != NULL)
        group->id = made->id;
    if (space != NULL)
        workspace->id = space->id;
    for (guint i = 0; change->groups != NULL && i < change->groups->len; i++) {
        TargetRef *ref = g_ptr_array_index(change->groups, i);
        made = ref->id == 0 ? organization_group_by_name(organization, ref->name) : NULL;
        if (made != NULL)
            ref->id = made->id;
    }
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        TargetRef *ref =
            &((InvitationWorkspace *) g_ptr_array_index(change->workspaces, i))->workspace;
        space = ref->id == 0 ? organization_workspace_by_name(organization, ref->name) : NULL;
        if (space != NULL)
            ref->id = space->id;
    }
}

static void renumber_withheld(GPtrArray *list, const unsigned *numbers)
{
    for (guint i = list->len; i > 0; i--) {
        Withheld *row = g_ptr_array_index(list, i - 1);
        row->change = numbers[row->change - 1];
        if (row->change == 0)
            g_ptr_array_remove_index(list, i - 1);
    }
}

void plan_narrow(Plan *plan, const GPtrArray *drifts, const Organization *organization)
{
    guint count = plan->changes->len;
    g_autofree unsigned *numbers = g_new0(unsigned, count + 1);
    for (guint i = 0; i < count; i++)
        numbers[i] = 1;
    for (guint i = 0; i < drifts->len; i++)
        numbers[((const Drift *) g_ptr_array_index(drifts, i))->change - 1] = 0;
    GPtrArray *left = g_ptr_array_new_with_free_func((GDestroyNotify) change_free);
    for (guint i = 0; i < count; i++) {
        Change *change = g_ptr_array_index(plan->changes, i);
        if (numbers[i] == 0) {
            change_free(change);
            continue;
        }
        resolve(change, organization);
        g_ptr_array_add(left, change);
        change->id = left->len;
        numbers[i] = change->id;
    }
    g_ptr_array_set_free_func(plan->changes, NULL);
    g_ptr_array_unref(plan->changes);
    plan->changes = left;
    renumber_withheld(plan->held, numbers);
    renumber_withheld(plan->deferred, numbers);
    g_ptr_array_set_size(plan->requests, 0);
    plan->partial = true;
}
