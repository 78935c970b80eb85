/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include "base/text.h"

#include <string.h>

static void take_away(Differ *differ, const Subject *subject, const char *standing,
                      const char *reason)
{
    const Member *member = subject->member;
    bool disabled = strcmp(standing, "disabled") == 0 || strcmp(standing, "expired") == 0;
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

/* Whom we deactivated is deleted after a while, when the configuration says so. */
static void delete_later(Differ *differ, const Subject *subject, const char *standing,
                         const char *reason)
{
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    int64_t since = subject_history(subject).deactivated_at;
    int64_t days = (differ->in->now - since) / SECONDS_A_DAY;
    if (since == 0 || lifecycle->delete_after_days == 0 || days < lifecycle->delete_after_days)
        return;
    Change *change = differ_add(differ, CHANGE_DELETE_MEMBER, subject);
    change->before = (ChangeState){
        .fields = STATE_MEMBER | STATE_ACTIVE | STATE_WANTED | STATE_STANDING,
        .member = true,
        .standing = standing,
    };
    change->after = (ChangeState){.fields = STATE_MEMBER};
    change->reason =
        g_strdup_printf("%s; we deactivated them %" G_GINT64_FORMAT " days ago", reason, days);
}

void diff_leave(Differ *differ, const Subject *subject, const char *standing, const char *reason)
{
    const Member *member = subject->member;
    const char *protection = NULL;
    if (differ_is_protected(differ, member, &protection)) {
        g_autofree char *text =
            g_strdup_printf("%s, but is %s: nothing is done", reason, protection);
        differ_notice(differ, NOTICE_PROTECTED, subject, text);
        return;
    }
    Leavers leavers = differ->in->settings->lifecycle.leavers;
    if (leavers == LEAVERS_REPORT && !member->inactive) {
        g_autofree char *text = g_strdup_printf("%s; lifecycle.leavers is \"report\"", reason);
        differ_notice(differ, NOTICE_HELD, subject, text);
    } else if (leavers == LEAVERS_REMOVE_GROUPS && member->joined && !member->inactive) {
        diff_grants(differ, subject, reason);
        diff_exact(differ, subject, false);
    } else if (leavers != LEAVERS_REPORT && !member->inactive) {
        take_away(differ, subject, standing, reason);
    } else if (leavers == LEAVERS_DEACTIVATE) {
        delete_later(differ, subject, standing, reason);
    }
}

/* How long somebody is gone: the latest of all their links, the fewest reads. */
typedef struct {
    int64_t since; /* 0: not counted yet; -1: no link was looked at */
    int64_t reads;
} Absence;

static void count_link(const Link *link, bool unwanted, Absence *absence)
{
    int64_t since = unwanted ? link->unwanted_since : link->missing_since;
    if (absence->since < 0)
        absence->since = since;
    int64_t reads = unwanted ? link->reads_unwanted : link->reads_missed;
    absence->since =
        absence->since == 0 || since == 0 ? MIN(absence->since, since) : MAX(absence->since, since);
    absence->reads = MIN(absence->reads, reads);
}

static Absence absence_of(const Subject *subject, bool unwanted)
{
    Absence absence = {.since = -1, .reads = G_MAXINT64};
    /* of somebody missing only what is lost is away: an entry that is there, disabled, waits for it
     */
    bool all = unwanted || subject->standing != SUBJECT_MISSING;
    for (guint i = 0; i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL && all)
            count_link(link, unwanted, &absence);
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++)
        count_link(g_ptr_array_index(subject->lost_links, i), unwanted, &absence);
    return absence.since < 0 ? (Absence){0} : absence;
}

/* Counts down: both the days and the complete reads must be over. True when they are. */
static bool grace_is_over(Differ *differ, const Subject *subject, bool unwanted, const char *what)
{
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    Absence absence = absence_of(subject, unwanted);
    int64_t days_gone = absence.since == 0 ? 0 : (differ->in->now - absence.since) / SECONDS_A_DAY;
    int64_t days_left = MAX(0, lifecycle->grace_days - days_gone);
    int64_t reads_left = MAX(0, lifecycle->grace_reads - absence.reads);
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
    added->since = absence.since;
    return false;
}

/* Whether one of the entries leaves with grace only; *RET_STANDING says how they left. */
static bool has_grace(const Differ *differ, const Subject *subject, const char **ret_standing)
{
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    bool disabled = subject->lost_links != NULL;
    bool grace = disabled && lifecycle->disabled == DISABLED_GRACE;
    for (guint i = 0; i < subject->entries->len; i++) {
        const Person *person = g_array_index(subject->entries, SubjectEntry, i).person;
        bool expired = person->standing == PERSON_EXPIRED;
        disabled = disabled || !expired;
        grace = grace || (expired ? lifecycle->expired : lifecycle->disabled) == DISABLED_GRACE;
    }
    *ret_standing = disabled ? "disabled" : "expired";
    return grace;
}

/* Whether the ledger links the person to this very member; one found by an address is not ours. */
static bool is_ours(const Subject *subject)
{
    return subject_history(subject).linked && subject->matched_by == NULL;
}

void diff_left(Differ *differ, const Subject *subject)
{
    const Member *member = subject->member;
    if (member == NULL)
        return;
    if (!is_ours(subject)) {
        if (!member->inactive)
            differ_notice(
                differ, NOTICE_UNMANAGED, subject,
                "disabled in the directory, but never ours: deactivate by hand if this is "
                "the same person");
        return;
    }
    const char *standing = NULL;
    bool grace = has_grace(differ, subject, &standing);
    if (member->inactive || !grace || grace_is_over(differ, subject, false, subject->why))
        diff_leave(differ, subject, standing, subject->why);
}

void diff_missing(Differ *differ, const Subject *subject)
{
    if (subject->member == NULL || !is_ours(subject))
        return;
    const char *reason = subject->why != NULL ? subject->why : "gone from the directory";
    g_autofree char *over = g_strdup_printf("%s, and the grace is over", reason);
    if (subject->member->inactive)
        diff_leave(differ, subject, "missing", reason);
    else if (grace_is_over(differ, subject, false, reason))
        diff_leave(differ, subject, "missing", over);
}

/* Why somebody is to be deactivated whom no rule wants, and what of it was never ours to take. New
 * string. */
static char *unwanted_reason(const Differ *differ, const Member *member)
{
    static const char reason[] = "no rule wants this person any more";
    const Ledger *ledger = differ->in->ledger;
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        if (ledger_grant(ledger, GRANT_GROUP, member->id, id, 0) == NULL)
            differ_append_place(list, "group", differ_group_name(differ, id), id);
    }
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *one = &g_array_index(member->assignments, Assignment, i);
        if (!one->inactive && !one->indirect &&
            ledger_grant(ledger, GRANT_WORKSPACE, member->id, one->workspace_id, 0) == NULL)
            differ_append_place(list, "workspace", differ_workspace_name(differ, one->workspace_id),
                                one->workspace_id);
    }
    bool all = differ->in->settings->lifecycle.leavers == LEAVERS_DEACTIVATE;
    return list->len == 0 || !all
               ? g_strdup(reason)
               : g_strdup_printf("%s (what they have by hand goes, too: %s)", reason, list->str);
}

/* The rules may want what another entry has, which is enabled where we do not look: the same hold
 * as without the entry that we see. */
static void tell_elsewhere(Differ *differ, const Subject *subject)
{
    g_autofree char *safe = text_safe(subject->located->dn, -1);
    g_autofree char *reason = g_strdup_printf(
        "no rule wants this person any more, but another entry of theirs is enabled "
        "at '%s', outside our bases and filters",
        safe);
    differ_notice(differ, NOTICE_OUT_OF_SCOPE, subject, reason);
}

/* In the directory, enabled, but no rule wants them any more. */
void diff_unwanted(Differ *differ, const Subject *subject)
{
    const Member *member = subject->member;
    const Desired *desired = differ->in->desired;
    if (!is_ours(subject))
        return;
    if (desired->any_rule_held) {
        if (!member->inactive)
            differ_notice(
                differ, NOTICE_HELD, subject,
                "no rule wants this person any more, but a rule is held: mend what its rail says");
        return;
    }
    if (subject->located != NULL) {
        if (!member->inactive)
            tell_elsewhere(differ, subject);
        return;
    }
    if (member->inactive) {
        diff_leave(differ, subject, "unwanted", "no rule wants this person");
        return;
    }
    g_autofree char *reason = unwanted_reason(differ, member);
    g_autofree char *over = g_strdup_printf("%s, and the grace is over", reason);
    if (grace_is_over(differ, subject, true, reason))
        diff_leave(differ, subject, "unwanted", over);
}
