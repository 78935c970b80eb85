/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include "base/text.h"

void diff_adopt(Differ *differ, const Subject *subject, const Want *want)
{
    if (differ->in->settings->lifecycle.adoption == ADOPTION_NONE)
        return;
    Change *change =
        differ_add_membership(differ, CHANGE_ADOPT, subject, differ_target(differ, want));
    change->before =
        (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = want_reason(want, differ->in->directories);
}

void diff_group(Differ *differ, const Subject *subject, const Want *want)
{
    const DesiredTarget *target = differ_target(differ, want);
    const Member *member = subject->member;
    if (target->id != 0 && member_in_group(member, target->id)) {
        if (differ_grant(differ, member, GRANT_GROUP, target->id) == NULL)
            diff_adopt(differ, subject, want);
        return;
    }
    if (member->user_id.value == 0) {
        g_autofree char *safe = text_safe(target->name, -1);
        g_autofree char *reason = g_strdup_printf(
            "Toggl tells no user id before the invitation is accepted; group '%s' waits", safe);
        differ_notice(differ, NOTICE_WAITING, subject, reason);
        return;
    }
    Change *change = differ_add_membership(differ, CHANGE_ADD_TO_GROUP, subject, target);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = want_reason(want, differ->in->directories);
}

static int64_t member_at(const GPtrArray *grants, guint index)
{
    return ((const Grant *) g_ptr_array_index(grants, index))->member.value;
}

void differ_find_grants(Differ *differ)
{
    const GPtrArray *members = differ->in->organization->members;
    const GPtrArray *grants = differ->in->ledger->grants;
    differ->grants = g_array_sized_new(false, false, sizeof(MemberGrants), members->len);
    guint at = 0;
    for (guint m = 0; m < members->len; m++) {
        int64_t id = ((const Member *) g_ptr_array_index(members, m))->id.value;
        while (at < grants->len && member_at(grants, at) < id)
            at++; /* of nobody, or of a member who is gone */
        MemberGrants found = {.first = at};
        while (at < grants->len && member_at(grants, at) == id)
            at++;
        found.count = at - found.first;
        g_array_append_val(differ->grants, found);
    }
}

/* The grants of MEMBER, those that were taken back included, and how many. */
static const Grant *const *grants_of(const Differ *differ, const Member *member, guint *ret_count)
{
    const MemberGrants *found = &g_array_index(differ->grants, MemberGrants, member->index);
    *ret_count = found->count;
    return (const Grant *const *) differ->in->ledger->grants->pdata + found->first;
}

/* Where the first of COUNT grants of one member stands that is about KIND and TARGET, or would. */
static guint find_grant(const Grant *const *grants, guint count, GrantKind kind, int64_t target)
{
    guint low = 0;
    guint high = count;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const Grant *grant = grants[middle];
        if (grant->kind < kind || (grant->kind == kind && grant->target < target))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const Grant *differ_grant(const Differ *differ, const Member *member, GrantKind kind,
                          int64_t target)
{
    guint count = 0;
    const Grant *const *grants = grants_of(differ, member, &count);
    for (guint i = find_grant(grants, count, kind, target);
         i < count && grants[i]->kind == kind && grants[i]->target == target; i++) {
        if (!grants[i]->row.removed)
            return grants[i];
    }
    return NULL;
}

static void take(Differ *differ, const Subject *subject, TargetKind kind, int64_t id,
                 const char *reason)
{
    Change *change =
        differ_add_in(differ, kind == TARGET_GROUP ? CHANGE_REMOVE_FROM_GROUP : CHANGE_UNASSIGN,
                      subject, kind, id);
    if (kind == TARGET_WORKSPACE)
        differ_name_assignment(change, subject->member);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true};
    change->after = (ChangeState){.fields = STATE_MEMBER};
    change->reason = g_strdup(reason);
}

/* New string. */
static char *reason_to_take(const Grant *grant, const char *because)
{
    const char *whose = grant->origin == GRANT_GIVEN ? "given by us" : "taken over by us";
    return because != NULL ? g_strdup_printf("%s; %s", because, whose)
                           : g_strdup_printf("%s, and no rule wants it any more", whose);
}

static void take_grant(Differ *differ, const Subject *subject, const Grant *grant,
                       const char *because)
{
    TargetKind kind = grant->kind == GRANT_GROUP ? TARGET_GROUP : TARGET_WORKSPACE;
    if (differ_wants_target(differ, subject->index, kind, grant->target))
        return;
    const DesiredTarget *target = desired_target(differ->in->desired, kind, grant->target);
    if (target != NULL && target->shielded)
        return;
    const Member *member = subject->member;
    const Assignment *assignment =
        kind == TARGET_WORKSPACE ? member_assignment(member, grant->target) : NULL;
    bool there = kind == TARGET_GROUP ? member_in_group(member, grant->target)
                                      : assignment != NULL && !assignment->indirect;
    /* else somebody took it already; the ledger forgets it when it next remembers a read. And Toggl
     * names people by their user ids only, which it may not tell before they join */
    if (!there || member->user_id.value == 0)
        return;
    g_autofree char *reason = reason_to_take(grant, because);
    take(differ, subject, kind, grant->target, reason);
}

void diff_grants(Differ *differ, const Subject *subject, const char *because)
{
    if (differ_is_protected(differ, subject->member, NULL))
        return;
    guint count = 0;
    const Grant *const *grants = grants_of(differ, subject->member, &count);
    for (guint i = 0; i < count; i++) {
        GrantKind kind = grants[i]->kind;
        if (!grants[i]->row.removed && (kind == GRANT_GROUP || kind == GRANT_WORKSPACE))
            take_grant(differ, subject, grants[i], because);
    }
}

void diff_exact(Differ *differ, const Subject *subject, bool ours_too)
{
    const Member *member = subject->member;
    if (differ->in->settings->lifecycle.memberships != MEMBERSHIPS_EXACT ||
        member->user_id.value == 0 || differ_is_protected(differ, member, NULL))
        return;
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        const DesiredTarget *target = desired_target(differ->in->desired, TARGET_GROUP, id);
        if (target != NULL && !target->shielded && !target->uncertain &&
            !differ_wants_target(differ, subject->index, TARGET_GROUP, id) &&
            (ours_too || differ_grant(differ, member, GRANT_GROUP, id) == NULL))
            take(differ, subject, TARGET_GROUP, id,
                 "no rule puts them there; lifecycle.memberships is \"exact\"");
    }
}
