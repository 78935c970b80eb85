/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/lists.h"

#include "sync/holds.h"

/* The direct assignments of MEMBER. Those of a deactivated member come back with them. */
static GPtrArray *workspaces_of(const Organization *organization, const Member *member)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        if (assignment->indirect)
            continue;
        const Workspace *workspace = organization_workspace(organization, assignment->workspace_id);
        InvitationWorkspace *row = invitation_workspace_new(
            assignment->workspace_id, workspace != NULL ? workspace->name : "", assignment->role);
        row->role_id = row->role == ROLE_NONE ? assignment->role_id : 0;
        row->inactive = assignment->inactive && !member->inactive;
        g_ptr_array_add(list, row);
    }
    return list;
}

static GPtrArray *groups_of(const Organization *organization, const Member *member)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        const OrganizationGroup *group = organization_group(organization, id);
        g_ptr_array_add(list, target_ref_new(id, group != NULL ? group->name : ""));
    }
    return list;
}

/* Whether a PUT of the member carries out changes of KIND, and may carry others besides. */
static bool is_put(ChangeKind kind)
{
    return kind == CHANGE_REACTIVATE || kind == CHANGE_RENAME_MEMBER ||
           kind == CHANGE_CHANGE_ADDRESS || kind == CHANGE_SET_WORKSPACE_ROLE ||
           kind == CHANGE_SET_ORGANIZATION_ROLE;
}

static void attach(Change *change, const Organization *organization, const PutLists *how)
{
    bool role = change->kind == CHANGE_SET_WORKSPACE_ROLE;
    bool known = organization->direct_read;
    bool forced = change->kind == CHANGE_ASSIGN && how->assignments_gone && known;
    const Member *member =
        forced || is_put(change->kind) ? change_member(change, organization) : NULL;
    g_clear_pointer(&change->workspaces, g_ptr_array_unref);
    g_clear_pointer(&change->groups, g_ptr_array_unref);
    if (member != NULL && (role || forced || (how->replace && known)))
        change->workspaces = workspaces_of(organization, member);
    else if (role) /* a member who is gone: Toggl will say so */
        change->workspaces = g_ptr_array_new();
    if (member != NULL && how->replace)
        change->groups = groups_of(organization, member);
}

void lists_attach(Plan *plan, const Organization *organization, const PutLists *how)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        Change *change = g_ptr_array_index(plan->changes, i);
        if (change->kind != CHANGE_INVITE)
            attach(change, organization, how);
    }
}
