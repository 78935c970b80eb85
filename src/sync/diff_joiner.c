/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include "base/text.h"

#include <string.h>

/* An invitation lapses after so many days: the vendor's help centre. */
#define LAPSE_DAYS 30

static gint compare_invitation_workspaces(gconstpointer a, gconstpointer b)
{
    const InvitationWorkspace *const *x = a;
    const InvitationWorkspace *const *y = b;
    return strcmp((*x)->workspace.name, (*y)->workspace.name);
}

static gint compare_target_refs(gconstpointer a, gconstpointer b)
{
    const TargetRef *const *x = a;
    const TargetRef *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

/* The index of the want that makes an invitation possible when no rule assigns a workspace; COUNT
 * when none is needed, or there is none. */
static guint helping_want(const Differ *differ, const Want *wants, guint count, bool *ret_possible)
{
    guint helper = count;
    for (guint i = 0; i < count; i++) {
        if (differ_target(differ, &wants[i])->kind != TARGET_WORKSPACE)
            continue;
        *ret_possible = true;
        if (!wants[i].indirect)
            return count;
        if (helper == count)
            helper = i;
    }
    return helper;
}

static void add_reason(const Differ *differ, GString *reason, const Want *want)
{
    g_autofree char *why = want_reason(want, differ->in->directories);
    if (strstr(reason->str, why) == NULL)
        g_string_append_printf(reason, "%s%s", reason->len > 0 ? "; " : "", why);
}

void diff_invite(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    bool possible = false;
    guint helper = helping_want(differ, wants, count, &possible);
    Change *change = differ_add(differ, CHANGE_INVITE, subject);
    /* a member whom the invitation replaces is not the one that it makes */
    change->person.user_id = (UserId){0};
    change->person.organization_user_id = (OrganizationUserId){0};
    change->person.invitation_id = 0;
    change->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    GString *reason = g_string_new(NULL);
    for (guint i = 0; i < count; i++) {
        const DesiredTarget *target = differ_target(differ, &wants[i]);
        add_reason(differ, reason, &wants[i]);
        if (target->kind == TARGET_GROUP)
            g_ptr_array_add(change->groups, target_ref_new(target->id, target->name));
        else if (!wants[i].indirect || i == helper)
            g_ptr_array_add(change->workspaces,
                            invitation_workspace_new(target->id, target->name, wants[i].role));
    }
    g_ptr_array_sort(change->workspaces, compare_invitation_workspaces);
    g_ptr_array_sort(change->groups, compare_target_refs);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = g_string_free(reason, FALSE);
}

/* What the ledger says of somebody whom Toggl does not have. */
typedef enum {
    ABSENCE_NEW,      /* never was a member */
    ABSENCE_RELEASED, /* whatever was, somebody said to go on */
    ABSENCE_REMOVED,  /* by us */
    ABSENCE_REFUSED,  /* the invitation went away before its time */
    ABSENCE_LAPSED,   /* the invitation was never answered */
    ABSENCE_DELETED,  /* by somebody else */
} Absence;

static Absence absence_of(const History *history, int64_t now)
{
    if (history->released_at != 0)
        return ABSENCE_RELEASED;
    if (history->removed_at != 0 && history->removed_at >= history->invited_at)
        return ABSENCE_REMOVED;
    if (history->invited_at != 0)
        return now - history->invited_at >= LAPSE_DAYS * SECONDS_A_DAY ? ABSENCE_LAPSED
                                                                       : ABSENCE_REFUSED;
    return history->was_member ? ABSENCE_DELETED : ABSENCE_NEW;
}

/* Whether a member whom no directory knows has the same name. */
static bool has_twin(Differ *differ, const Subject *subject)
{
    const SubjectEntry *entry = subject_primary(subject);
    g_autofree char *name = name_fold(entry->person->name);
    Member *twin = name != NULL ? g_hash_table_lookup(differ->strangers, name) : NULL;
    if (twin == NULL)
        return false;
    g_hash_table_add(differ->twins, twin);
    g_autofree char *safe = text_safe(twin->mail, -1);
    g_autofree char *reason = g_strdup_printf(
        "a member whom no directory knows, '%s', has the same name: the same person? 'person link' "
        "says yes, 'person release' says no",
        safe);
    differ_notice(differ, NOTICE_HELD, subject, reason);
    return true;
}

static bool may_invite_again(Differ *differ, const Subject *subject, const History *history)
{
    if (history->resends < differ->in->settings->lifecycle.resend_max)
        return true;
    g_autofree char *reason = g_strdup_printf("never accepted an invitation: %" G_GINT64_FORMAT
                                              " sent, the last one has lapsed",
                                              history->resends + 1);
    differ_notice(differ, NOTICE_WAITING, subject, reason);
    return false;
}

static bool may_come(Differ *differ, const Subject *subject)
{
    History history = subject_history(subject);
    switch (absence_of(&history, differ->in->now)) {
    case ABSENCE_NEW:
        return !has_twin(differ, subject);
    case ABSENCE_REMOVED:
        if (differ->in->settings->lifecycle.returners == RETURNERS_REACTIVATE)
            return true;
        differ_notice(differ, NOTICE_HELD, subject,
                      "is back, and lifecycle.returners is \"report\"");
        return false;
    case ABSENCE_LAPSED:
        return may_invite_again(differ, subject, &history);
    case ABSENCE_REFUSED:
        differ_notice(differ, NOTICE_BY_HAND, subject,
                      "the invitation was refused, or the member deleted, by somebody else; "
                      "'person release' invites again");
        return false;
    case ABSENCE_DELETED:
        differ_notice(differ, NOTICE_BY_HAND, subject,
                      "the member was deleted by somebody else; 'person release' invites again");
        return false;
    case ABSENCE_RELEASED:
    default:
        return true;
    }
}

void diff_joiner(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    if (differ->in->desired->matched[subject->index] == 0 || !may_come(differ, subject))
        return;
    bool possible = false;
    (void) helping_want(differ, wants, count, &possible);
    if (possible)
        diff_invite(differ, subject, wants, count);
    else
        differ_notice(differ, NOTICE_HELD, subject,
                      "an invitation needs a workspace, and no rule gives this person one");
}
