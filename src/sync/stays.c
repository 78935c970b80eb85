/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/stays.h"

/* By number: somebody else may have the address by now. */
static Member *member_of(const Change *change, const Organization *organization)
{
    OrganizationUserId id = change->person.organization_user_id;
    return id.value != 0 ? organization_member(organization, id) : NULL;
}

/* Whether MEMBER is in WORKSPACE for sure by an assignment, and not through a group. */
static bool is_assigned(const Organization *organization, const Member *member, int64_t workspace)
{
    const Assignment *assignment = member_assignment(member, workspace);
    if (assignment == NULL || assignment->indirect)
        return false;
    for (guint i = 0; !organization->direct_read && i < member->groups->len; i++) {
        const OrganizationGroup *group =
            organization_group(organization, g_array_index(member->groups, int64_t, i));
        if (group == NULL || group_in_workspace(group, workspace))
            return false;
    }
    return true;
}

bool change_stays(const Change *change, const Organization *organization)
{
    const Member *member = member_of(change, organization);
    const OrganizationGroup *group =
        change->group.id != 0 ? organization_group(organization, change->group.id) : NULL;
    switch ((int) change->kind) {
    case CHANGE_DELETE_MEMBER:
    case CHANGE_WITHDRAW_INVITATION:
        return member != NULL;
    case CHANGE_DEACTIVATE:
        return member != NULL && !member->inactive;
    case CHANGE_REMOVE_FROM_GROUP:
        return member != NULL && member_in_group(member, change->group.id);
    case CHANGE_UNASSIGN:
        return member != NULL && is_assigned(organization, member, change->workspace.id);
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE:
        return group != NULL && group_in_workspace(group, change->workspace.id);
    case CHANGE_DELETE_GROUP:
        return group != NULL;
    default:
        return false;
    }
}

static void remember_grant(Ledger *ledger, const Change *change, GrantKind kind,
                           const Member *member, int64_t target, int64_t now)
{
    OrganizationUserId id = member != NULL ? member->id : (OrganizationUserId){0};
    int64_t other = member == NULL ? change->workspace.id : 0;
    if (ledger_grant(ledger, kind, id, target, other) != NULL)
        return;
    Grant *grant = ledger_add_grant(ledger, kind, id, target, other);
    grant->since = now;
    grant->origin = GRANT_GIVEN;
    if (member != NULL)
        grant->user_id = member->user_id;
}

static void remember_person(Ledger *ledger, const Change *change, const Member *member, int64_t now)
{
    const ChangePerson *person = &change->person;
    Link *link = person->source != NULL && person->anchor != NULL
                     ? ledger_link(ledger, person->source, person->anchor)
                     : NULL;
    if (link == NULL)
        return;
    link->removed_at = 0;
    link->deactivated_at = member->inactive ? now : 0;
    link->invited_at = member->joined ? 0 : now;
    ledger_set_member(ledger, link, member->id, member->user_id);
}

/* Only a group that we made is deleted. */
static void remember_group(Ledger *ledger, const TargetRef *group)
{
    Binding *binding = ledger_add_binding(ledger, BINDING_GROUP, group->name, group->id);
    binding->created_by_us = true;
    binding->row.dirty = true;
}

void stays_remember(Ledger *ledger, const Change *change, const Organization *organization,
                    int64_t now)
{
    const Member *member = member_of(change, organization);
    switch ((int) change->kind) {
    case CHANGE_DELETE_MEMBER:
    case CHANGE_WITHDRAW_INVITATION:
        if (member != NULL)
            remember_person(ledger, change, member, now);
        break;
    case CHANGE_REMOVE_FROM_GROUP:
        if (member != NULL)
            remember_grant(ledger, change, GRANT_GROUP, member, change->group.id, now);
        break;
    case CHANGE_UNASSIGN:
        if (member != NULL)
            remember_grant(ledger, change, GRANT_WORKSPACE, member, change->workspace.id, now);
        break;
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE:
        remember_grant(ledger, change, GRANT_GROUP_WORKSPACE, NULL, change->group.id, now);
        break;
    case CHANGE_DELETE_GROUP:
        if (ledger_binding(ledger, BINDING_GROUP, change->group.name) == NULL)
            remember_group(ledger, &change->group);
        break;
    default:
        break;
    }
}
