/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include <string.h>

#define SECONDS_A_DAY INT64_C(86400)

static void leave(Differ *differ, const Subject *subject, const char *standing, const char *reason)
{
    const Member *member = subject->member;
    const char *protection = NULL;
    if (differ_is_protected(differ, member, &protection)) {
        g_autofree char *text =
            g_strdup_printf("%s, but is %s: nothing is done", reason, protection);
        differ_notice(differ, NOTICE_PROTECTED, subject, text);
        return;
    }
    switch (differ->in->settings->lifecycle.leavers) {
    case LEAVERS_REPORT:
        differ_notice(differ, NOTICE_HELD, subject, "left, and lifecycle.leavers is \"report\"");
        return;
    case LEAVERS_REMOVE_GROUPS:
        diff_grants(differ, subject);
        return;
    case LEAVERS_DEACTIVATE:
    default:
        break;
    }
    if (member->inactive)
        return;
    bool disabled = strcmp(standing, "disabled") == 0;
    Change *change = differ_add(
        differ, member->joined ? CHANGE_DEACTIVATE : CHANGE_WITHDRAW_INVITATION, subject);
    change->disabled_person = disabled;
    change->phase = change_kind_phase(change->kind, disabled);
    unsigned what = member->joined ? STATE_ACTIVE : STATE_MEMBER;
    change->before = (ChangeState){.fields = what | STATE_WANTED | STATE_STANDING,
                                   .active = true,
                                   .member = true,
                                   .standing = standing};
    change->after = (ChangeState){.fields = what};
    change->reason = g_strdup(reason);
}

/* Counts down: both the days and the complete reads must be over. True when they are. */
static bool grace_is_over(Differ *differ, const Subject *subject, int64_t since, int64_t reads,
                          const char *what)
{
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    int64_t days_gone = since == 0 ? 0 : (differ->in->now - since) / SECONDS_A_DAY;
    int64_t days_left = MAX(0, lifecycle->grace_days - days_gone);
    int64_t reads_left = MAX(0, lifecycle->grace_reads - reads);
    if (days_left == 0 && reads_left == 0)
        return true;
    g_autofree char *reason = g_strdup_printf(
        "%s; %" G_GINT64_FORMAT " more day%s and %" G_GINT64_FORMAT
        " more complete read%s before anything is done",
        what, days_left, days_left == 1 ? "" : "s", reads_left, reads_left == 1 ? "" : "s");
    differ_notice(differ, NOTICE_MISSING, subject, reason);
    Notice *added = g_ptr_array_index(differ->plan->notices, differ->plan->notices->len - 1);
    added->days_left = days_left;
    added->reads_left = reads_left;
    return false;
}

void diff_left(Differ *differ, const Subject *subject)
{
    if (subject->member == NULL)
        return;
    const Link *link = subject_link(subject);
    if (link == NULL) {
        if (!subject->member->inactive)
            differ_notice(
                differ, NOTICE_UNMANAGED, subject,
                "disabled in the directory, but never ours: deactivate by hand if this is the "
                "same person");
        return;
    }
    if (subject->member->inactive)
        return;
    if (differ->in->settings->lifecycle.disabled == DISABLED_GRACE &&
        !grace_is_over(differ, subject, link->missing_since, link->reads_missed, subject->why))
        return;
    leave(differ, subject, "disabled", subject->why);
}

void diff_missing(Differ *differ, const Subject *subject)
{
    if (subject->member == NULL || subject->member->inactive)
        return;
    const Link *link = subject_link(subject);
    if (grace_is_over(differ, subject, link->missing_since, link->reads_missed,
                      "gone from the directory"))
        leave(differ, subject, "missing", "gone from the directory, and the grace is over");
}

/* In the directory, enabled, but no rule wants them any more. */
void diff_unwanted(Differ *differ, const Subject *subject)
{
    const Member *member = subject->member;
    const Link *link = subject_link(subject);
    if (link == NULL || member->inactive)
        return;
    if (differ->in->desired->any_rule_held) {
        differ_notice(differ, NOTICE_HELD, subject,
                      "no rule wants this person any more, but a rule is held");
        return;
    }
    if (grace_is_over(differ, subject, link->unwanted_since, link->reads_unwanted,
                      "no rule wants this person any more"))
        leave(differ, subject, "unwanted",
              "no rule wants this person any more, and the grace is over");
}

void diff_unmanaged(Differ *differ)
{
    const Organization *organization = differ->in->organization;
    Unmanaged policy = differ->in->settings->lifecycle.unmanaged;
    for (guint i = 0; i < organization->members->len && policy != UNMANAGED_IGNORE; i++) {
        Member *member = g_ptr_array_index(organization->members, i);
        if (g_hash_table_contains(differ->in->subjects->of_member, member) || member->inactive)
            continue;
        g_autoptr(GArray) no_entries = g_array_new(false, false, sizeof(SubjectEntry));
        Subject stranger = {.entries = no_entries, .member = member};
        const char *protection = NULL;
        if (policy == UNMANAGED_LEAVER && !differ_is_protected(differ, member, &protection))
            leave(differ, &stranger, "unmanaged",
                  "no directory knows this member; lifecycle.unmanaged is \"leaver\"");
        else
            differ_notice(differ, NOTICE_UNMANAGED, &stranger, "no directory knows this member");
    }
}
