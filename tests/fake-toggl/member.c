/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "roles.h"

#include <string.h>
#include <time.h>

static void access_free(void *data)
{
    g_free(data);
}

void member_free(void *data)
{
    Member *member = data;
    g_free(member->email);
    g_free(member->email_key);
    g_free(member->name);
    g_free(member->sort_key);
    g_free(member->invitation_code);
    g_ptr_array_unref(member->accesses);
    g_ptr_array_unref(member->groups);
    g_free(member);
}

Access *access_new(World *world, Member *member, Workspace *workspace, int64_t id)
{
    Access *access = g_new0(Access, 1);
    access->workspace = workspace;
    access->workspace_user_id = id != 0 ? id : world_new_id(world, ID_WORKSPACE_USER);
    access->role = ROLE_USER;
    g_ptr_array_add(member->accesses, access);
    return access;
}

static bool comes_through_group(const Member *member, const Workspace *workspace)
{
    for (guint i = 0; i < member->groups->len; i++) {
        if (group_has_workspace(member->groups->pdata[i], workspace)) {
            return true;
        }
    }
    return false;
}

void member_shed(Member *member)
{
    for (guint i = member->accesses->len; i > 0; i--) {
        const Access *access = member->accesses->pdata[i - 1];
        if (!access->direct && !comes_through_group(member, access->workspace)) {
            g_ptr_array_remove_index(member->accesses, i - 1);
        }
    }
}

void member_gain(World *world, Member *member, const Group *group)
{
    for (guint i = 0; i < group->workspaces->len; i++) {
        if (member_access(member, group->workspaces->pdata[i]) == NULL) {
            (void) access_new(world, member, group->workspaces->pdata[i], 0);
        }
    }
}

Member *member_new(World *world, Organization *organization, int64_t user_id,
                   int64_t organization_user_id, const char *email)
{
    Member *member = g_new0(Member, 1);
    const Member *account = world_member_by_email(world, email);
    if (user_id == 0) {
        user_id = account != NULL ? account->user_id : world_new_id(world, ID_USER);
    }
    if (organization_user_id == 0) {
        organization_user_id = world_new_id(world, ID_ORGANIZATION_USER);
    }
    member->organization = organization;
    member->user_id = user_id;
    member->organization_user_id = organization_user_id;
    member->accesses = g_ptr_array_new_with_free_func(access_free);
    member->groups = g_ptr_array_new();
    g_ptr_array_add(organization->members, member);
    g_hash_table_insert(organization->by_user_id, &member->user_id, member);
    g_hash_table_insert(organization->by_organization_user_id, &member->organization_user_id,
                        member);
    member_set_email(member, email);
    if (account != NULL) {
        member_set_name(member, account->name);
    } else {
        const char *at = strrchr(email, '@');
        g_autofree char *local =
            g_strndup(email, at != NULL ? (size_t) (at - email) : strlen(email));
        member_set_name(member, local);
    }
    return member;
}

void member_delete(Member *member)
{
    Organization *organization = member->organization;
    for (guint i = 0; i < member->groups->len; i++) {
        Group *group = member->groups->pdata[i];
        g_hash_table_remove(group->members, member);
    }
    g_clear_pointer(&organization->by_name, g_ptr_array_unref);
    g_hash_table_remove(organization->by_user_id, &member->user_id);
    g_hash_table_remove(organization->by_organization_user_id, &member->organization_user_id);
    g_hash_table_remove(organization->by_email, member->email_key);
    g_ptr_array_remove(organization->members, member); /* frees it */
}

void member_set_name(Member *member, const char *name)
{
    g_clear_pointer(&member->organization->by_name, g_ptr_array_unref);
    char *copy = g_strdup(name);
    g_free(member->name);
    g_free(member->sort_key);
    member->name = copy;
    member->sort_key = g_utf8_casefold(copy, -1);
}

void member_set_email(Member *member, const char *email)
{
    Organization *organization = member->organization;
    if (member->email_key != NULL) {
        g_hash_table_remove(organization->by_email, member->email_key);
    }
    char *copy = g_strdup(email);
    g_free(member->email);
    g_free(member->email_key);
    member->email = copy;
    member->email_key = g_utf8_strdown(copy, -1);
    g_hash_table_insert(organization->by_email, member->email_key, member);
}

bool member_is_owner(const Member *member)
{
    return member->user_id == member->organization->owner_user_id;
}

bool member_is_paying(const Member *member)
{
    return member->user_id == member->organization->paying_user_id;
}

bool member_can_edit_email(const World *world, const Member *member)
{
    return !member->elsewhere && world_memberships(world, member->user_id) == 1;
}

void member_invite(World *world, Member *member)
{
    if (member->invitation_id == 0) {
        member->invitation_id = world_new_id(world, ID_INVITATION);
        g_autofree char *text = g_strdup_printf("invitation %" PRId64, member->invitation_id);
        g_free(member->invitation_code);
        member->invitation_code = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
        member->invitation_code[27] = '\0'; /* as long as the real ones */
    }
    member->joined = false;
    member->invited_at = time(NULL);
}

void member_accept(Member *member)
{
    member->joined = true;
    member->invitation_id = 0;
    g_clear_pointer(&member->invitation_code, g_free);
    member->invited_at = 0;
}

Access *member_access(const Member *member, const Workspace *workspace)
{
    for (guint i = 0; i < member->accesses->len; i++) {
        Access *access = member->accesses->pdata[i];
        if (access->workspace == workspace) {
            return access;
        }
    }
    return NULL;
}

Access *member_assign(World *world, Member *member, Workspace *workspace, const char *role)
{
    Access *access = member_access(member, workspace);
    if (access == NULL) {
        access = access_new(world, member, workspace, 0);
    }
    access->direct = true;
    if (role != NULL) {
        access->role = role;
    }
    return access;
}

void member_unassign(Member *member, const Workspace *workspace)
{
    Access *access = member_access(member, workspace);
    if (access != NULL) {
        access->direct = false;
        access->role = ROLE_USER;
        member_shed(member);
    }
}

void member_add_group(World *world, Member *member, Group *group)
{
    if (g_hash_table_add(group->members, member)) {
        g_ptr_array_add(member->groups, group);
        member_gain(world, member, group);
        group->at = time(NULL);
    }
}

void member_remove_group(World *world, Member *member, Group *group)
{
    (void) world; /* the same shape as member_add_group, for tables of both */
    if (g_hash_table_remove(group->members, member)) {
        g_ptr_array_remove(member->groups, group);
        member_shed(member);
        group->at = time(NULL);
    }
}
