/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/holds.h"

#include "model/email.h"

#include <string.h>

Member *change_member(const Change *change, const Organization *organization)
{
    if (change->person.organization_user_id.value != 0)
        return organization_member(organization, change->person.organization_user_id);
    g_autofree char *key = NULL;
    const char *mail = change->person.mail;
    if (mail == NULL || !email_key(mail, strlen(mail), &key, NULL))
        return NULL;
    return organization_member_by_mail(organization, key);
}

static bool membership_holds(const Change *change, const Organization *organization, bool wanted)
{
    const Member *member = change_member(change, organization);
    bool there = false;
    if (member != NULL && change->group.name != NULL)
        there = member_in_group(member, change->group.id);
    else if (member != NULL)
        there = member_assignment(member, change->workspace.id) != NULL;
    return there == wanted;
}

static bool role_holds(const Change *change, const Organization *organization)
{
    const Member *member = change_member(change, organization);
    const Assignment *assignment =
        member != NULL ? member_assignment(member, change->workspace.id) : NULL;
    return assignment != NULL && assignment->role == change->after.role;
}

bool change_holds(const Change *change, const Organization *organization)
{
    const Member *member = change_member(change, organization);
    switch (change->kind) {
    case CHANGE_LINK:
    case CHANGE_ADOPT:
    case CHANGE_RESEND_INVITATION:
        return true;
    case CHANGE_INVITE:
        return member != NULL;
    case CHANGE_WITHDRAW_INVITATION:
    case CHANGE_DELETE_MEMBER:
        return member == NULL;
    case CHANGE_REACTIVATE:
        return member != NULL && !member->inactive;
    case CHANGE_DEACTIVATE:
        return member == NULL || member->inactive;
    case CHANGE_RENAME_MEMBER:
        return member != NULL && g_strcmp0(member->name, change->after.name) == 0;
    case CHANGE_CHANGE_ADDRESS:
        return member != NULL && g_strcmp0(member->mail, change->after.mail) == 0;
    case CHANGE_CREATE_GROUP:
        return organization_group_by_name(organization, change->group.name) != NULL;
    case CHANGE_DELETE_GROUP:
        return organization_group(organization, change->group.id) == NULL;
    case CHANGE_ADD_TO_GROUP:
    case CHANGE_ASSIGN:
        return membership_holds(change, organization, true);
    case CHANGE_REMOVE_FROM_GROUP:
    case CHANGE_UNASSIGN:
        return membership_holds(change, organization, false);
    case CHANGE_ADD_GROUP_TO_WORKSPACE:
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE: {
        const OrganizationGroup *group = organization_group(organization, change->group.id);
        bool there = group != NULL && group_in_workspace(group, change->workspace.id);
        return there == (change->kind == CHANGE_ADD_GROUP_TO_WORKSPACE);
    }
    case CHANGE_SET_WORKSPACE_ROLE:
        return role_holds(change, organization);
    case CHANGE_SET_ORGANIZATION_ROLE:
        return member != NULL && member->admin == change->after.admin;
    case CHANGE_CREATE_WORKSPACE:
    case CHANGE_KINDS: /* is no change */
    default:
        return organization_workspace_by_name(organization, change->workspace.name) != NULL;
    }
}

int64_t change_created_id(const Change *change, const Organization *organization)
{
    if (change->kind == CHANGE_CREATE_GROUP) {
        const OrganizationGroup *group =
            organization_group_by_name(organization, change->group.name);
        return group != NULL ? group->id : 0;
    }
    if (change->kind == CHANGE_CREATE_WORKSPACE) {
        const Workspace *workspace =
            organization_workspace_by_name(organization, change->workspace.name);
        return workspace != NULL ? workspace->id : 0;
    }
    return 0;
}
