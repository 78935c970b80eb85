/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include "base/text.h"

/* Whether somebody has this assignment. A deactivated member's come back with the member. */
static bool stands(const Member *member, const Assignment *assignment)
{
    return assignment != NULL && (!assignment->inactive || member->inactive);
}

/*
 * The role that shall stand in a workspace: the wanted one when it is higher; one that we raised
 * goes back to what it was, or to what is wanted now when that is more; anything else stays.
 */
static Role role_to_be(const Differ *differ, const Member *member, const Want *want,
                       const Assignment *assignment)
{
    if (!stands(member, assignment))
        return MAX(want->role, ROLE_USER);
    if (assignment->role == ROLE_NONE)
        return ROLE_NONE;
    if (want->role >= assignment->role)
        return want->role;
    const Grant *grant =
        differ_grant(differ, member, GRANT_WORKSPACE, differ_target(differ, want)->id);
    bool ours = grant != NULL && grant->origin == GRANT_GIVEN && grant->role == assignment->role &&
                grant->role_before != ROLE_NONE;
    const DesiredTarget *target =
        desired_target(differ->in->desired, TARGET_WORKSPACE, assignment->workspace_id);
    bool shielded = target != NULL && target->shielded;
    if (!ours || shielded || differ_is_protected(differ, member, NULL))
        return assignment->role;
    return MIN(assignment->role, MAX(grant->role_before, want->role));
}

static const Assignment *assignment_of(const Differ *differ, const Member *member, const Want *want)
{
    const DesiredTarget *target = differ_target(differ, want);
    return target->id != 0 ? member_assignment(member, target->id) : NULL;
}

static void set_role(Differ *differ, const Subject *subject, const Want *want, Role role,
                     char *reason)
{
    const Assignment *assignment = assignment_of(differ, subject->member, want);
    Role before = assignment != NULL ? assignment->role : ROLE_NONE;
    Change *change = differ_add_membership(differ, CHANGE_SET_WORKSPACE_ROLE, subject,
                                           differ_target(differ, want));
    change->before = (ChangeState){
        .fields = STATE_MEMBER | STATE_ROLE | STATE_WANTED,
        .member = assignment != NULL,
        .role = before,
        .wanted = true,
    };
    change->after =
        (ChangeState){.fields = STATE_MEMBER | STATE_ROLE, .member = true, .role = role};
    if (role < before)
        change->phase = change_kind_phase(CHANGE_UNASSIGN, false);
    change->reason = reason;
}

static void assign(Differ *differ, const Subject *subject, const Want *want)
{
    const DesiredTarget *target = differ_target(differ, want);
    if (subject->member->user_id.value == 0) {
        g_autofree char *safe = text_safe(target->name, -1);
        g_autofree char *reason = g_strdup_printf(
            "Toggl tells no user id before the invitation is accepted; workspace '%s' waits", safe);
        differ_notice(differ, NOTICE_WAITING, subject, reason);
        return;
    }
    Change *change = differ_add_membership(differ, CHANGE_ASSIGN, subject, target);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    change->after =
        (ChangeState){.fields = STATE_MEMBER | STATE_ROLE, .member = true, .role = ROLE_USER};
    change->reason = want_reason(want, differ->in->directories);
}

/* The name of a group of MEMBER that gives access to the workspace now, or NULL. */
static const char *giving_group(const Differ *differ, const Member *member, int64_t workspace)
{
    for (guint i = 0; i < member->groups->len; i++) {
        const OrganizationGroup *group =
            organization_group(differ->in->organization, g_array_index(member->groups, int64_t, i));
        if (group != NULL && group_in_workspace(group, workspace))
            return group->name;
    }
    return NULL;
}

/* The assignment that an invitation needed goes once the group gives access. */
static void diff_indirect(Differ *differ, const Subject *subject, const Want *want)
{
    const Member *member = subject->member;
    const DesiredTarget *target = differ_target(differ, want);
    const Assignment *assignment = assignment_of(differ, member, want);
    if (assignment == NULL || assignment->indirect || assignment->role > ROLE_USER ||
        member->user_id.value == 0 || differ_is_protected(differ, member, NULL))
        return;
    const Grant *grant = differ_grant(differ, member, GRANT_WORKSPACE, target->id);
    const char *group = giving_group(differ, member, target->id);
    if (grant == NULL || grant->origin != GRANT_GIVEN || group == NULL)
        return;
    g_autofree char *safe = text_safe(group, -1);
    Change *change = differ_add_membership(differ, CHANGE_UNASSIGN, subject, target);
    differ_name_assignment(change, member);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true};
    change->after = (ChangeState){.fields = STATE_MEMBER};
    change->reason = g_strdup_printf("the group '%s' gives access now", safe);
}

void diff_workspace(Differ *differ, const Subject *subject, const Want *want)
{
    if (want->indirect) {
        diff_indirect(differ, subject, want);
        return;
    }
    const Member *member = subject->member;
    const Assignment *assignment = assignment_of(differ, member, want);
    Role role = role_to_be(differ, member, want, assignment);
    bool there = stands(member, assignment);
    if (!there && role == ROLE_USER) {
        assign(differ, subject, want);
        return;
    }
    if (there && !assignment->indirect &&
        differ_grant(differ, member, GRANT_WORKSPACE, assignment->workspace_id) == NULL)
        diff_adopt(differ, subject, want);
    if (there && role == assignment->role)
        return;
    bool lower = there && role < assignment->role;
    set_role(differ, subject, want, role,
             lower ? g_strdup_printf("no rule gives the role %s any more; back to %s",
                                     role_name(assignment->role), role_name(role))
                   : want_reason(want, differ->in->directories));
}
