/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

static void link_entries(Differ *differ, const Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        if (entry->link != NULL &&
            entry->link->organization_user_id.value == subject->member->id.value)
            continue;
        const Directory *directory = g_ptr_array_index(differ->in->directories, entry->directory);
        Change *change = differ_add(differ, CHANGE_LINK, subject);
        g_free(change->person.source);
        g_free(change->person.anchor);
        change->person.source = g_strdup(directory->source);
        change->person.anchor = g_strdup(entry->person->anchor);
        change->reason = subject->matched_by != NULL
                             ? g_strdup_printf("same address: %s", subject->matched_by)
                         : entry->link != NULL ? g_strdup("the invitation became a member")
                                               : g_strdup("same person in another directory");
    }
}

void differ_append_place(GString *list, const char *kind, const char *name, int64_t id)
{
    g_autofree char *safe = name[0] != '\0' ? text_safe(name, -1) : NULL;
    g_string_append_printf(list, "%s%s ", list->len > 0 ? ", " : "", kind);
    if (safe != NULL)
        g_string_append_printf(list, "'%s'", safe);
    else
        g_string_append_printf(list, "%" G_GINT64_FORMAT, id);
}

/* Said once, when a member is linked: what they have and no rule gives stays theirs. */
static void tell_kept(Differ *differ, const Subject *subject)
{
    const Member *member = subject->member;
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        bool taken = differ->in->settings->lifecycle.memberships == MEMBERSHIPS_EXACT &&
                     desired_target(differ->in->desired, TARGET_GROUP, id) != NULL;
        if (!taken && !differ_wants_target(differ, subject->index, TARGET_GROUP, id))
            differ_append_place(list, "group", differ_group_name(differ, id), id);
    }
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        if (!assignment->inactive && !assignment->indirect &&
            !differ_wants_target(differ, subject->index, TARGET_WORKSPACE,
                                 assignment->workspace_id))
            differ_append_place(list, "workspace",
                                differ_workspace_name(differ, assignment->workspace_id),
                                assignment->workspace_id);
    }
    if (list->len > 0)
        differ_notice(differ, NOTICE_KEPT, subject, list->str);
}

static bool reactivated(Differ *differ, const Subject *subject)
{
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    bool ours = subject_history(subject).deactivated_at != 0;
    if (ours && lifecycle->returners == RETURNERS_REPORT) {
        differ_notice(differ, NOTICE_HELD, subject,
                      "is back, and lifecycle.returners is \"report\"");
        return false;
    }
    if (!ours && lifecycle->by_hand == BY_HAND_RESPECT) {
        differ_notice(differ, NOTICE_BY_HAND, subject, "deactivated by somebody else: left alone");
        return false;
    }
    Change *change = differ_add(differ, CHANGE_REACTIVATE, subject);
    change->before = (ChangeState){.fields = STATE_ACTIVE | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_ACTIVE, .active = true};
    change->reason =
        g_strdup(ours ? "is back in the directory; we had deactivated them"
                      : "wanted by the directory; lifecycle.by_hand is \"reactivate\"");
    return true;
}

static void resend(Differ *differ, const Subject *subject, int64_t days)
{
    Change *change = differ_add(differ, CHANGE_RESEND_INVITATION, subject);
    change->before = (ChangeState){
        .fields = STATE_MEMBER | STATE_JOINED | STATE_WANTED, .member = true, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason =
        g_strdup_printf("has not accepted the invitation of %" G_GINT64_FORMAT " days ago", days);
}

/* An invitation that nobody accepted: again after a while, so many times; then a person is told. */
static void diff_pending(Differ *differ, const Subject *subject)
{
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    History history = subject_history(subject);
    bool ours = history.invited_at != 0;
    int64_t since = ours ? history.invited_at : history.since;
    int64_t days = (differ->in->now - since) / SECONDS_A_DAY;
    if (since == 0 || days < lifecycle->resend_after_days)
        return;
    if (ours && history.resends < lifecycle->resend_max && subject->member->invitation_id != 0) {
        resend(differ, subject, days);
        return;
    }
    g_autofree char *reason =
        ours ? g_strdup_printf("has not accepted: %" G_GINT64_FORMAT
                               " invitations sent, the last one %" G_GINT64_FORMAT " days ago",
                               history.resends + 1, days)
             : g_strdup_printf("has not accepted the invitation that somebody else sent, which we "
                               "have seen for %" G_GINT64_FORMAT " days",
                               days);
    differ_notice(differ, NOTICE_WAITING, subject, reason);
}

static void diff_wants(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    for (guint i = 0; i < count; i++) {
        if (differ_target(differ, &wants[i])->kind == TARGET_GROUP)
            diff_group(differ, subject, &wants[i]);
        else
            diff_workspace(differ, subject, &wants[i]);
    }
    diff_grants(differ, subject, NULL);
    diff_exact(differ, subject, false);
}

void diff_present(Differ *differ, const Subject *subject)
{
    guint count = 0;
    const Want *wants = differ_wants(differ, subject->index, &count);
    const Member *member = subject->member;
    if (member == NULL) {
        diff_joiner(differ, subject, wants, count);
        return;
    }
    if (differ->in->desired->matched[subject->index] == 0) {
        diff_unwanted(differ, subject);
        return;
    }
    link_entries(differ, subject);
    if (subject->matched_by != NULL)
        tell_kept(differ, subject);
    if (member->inactive && !reactivated(differ, subject))
        return;
    if (diff_identity(differ, subject, wants, count))
        return;
    if (!member->joined && !member->inactive)
        diff_pending(differ, subject);
    diff_wants(differ, subject, wants, count);
}
