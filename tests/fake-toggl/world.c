/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    int64_t first;
} id_kinds[ID_KINDS] = {
    [ID_ORGANIZATION] = {"organization_id", 1234567},
    [ID_USER] = {"user_id", 9200001},
    [ID_ORGANIZATION_USER] = {"organization_user_id", 4100001},
    [ID_WORKSPACE_USER] = {"workspace_user_id", 15300001},
    [ID_GROUP] = {"group_id", 880001},
    [ID_WORKSPACE] = {"workspace_id", 7654321},
    [ID_INVITATION] = {"invitation_id", 660001},
};

const char *id_kind_name(IdKind kind)
{
    return id_kinds[kind].name;
}

World *world_new(void)
{
    World *world = g_new0(World, 1);
    world->organizations = g_ptr_array_new();
    for (IdKind kind = 0; kind < ID_KINDS; kind++) {
        world->next[kind] = id_kinds[kind].first;
        if (kind == ID_ORGANIZATION_USER || kind == ID_WORKSPACE_USER) {
            world->used[kind] = g_hash_table_ref(world->used[ID_USER]);
        } else {
            world->used[kind] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
        }
    }
    return world;
}

bool world_claim_id(World *world, IdKind kind, int64_t id)
{
    return g_hash_table_add(world->used[kind], g_memdup2(&id, sizeof id));
}

int64_t world_new_id(World *world, IdKind kind)
{
    while (!world_claim_id(world, kind, world->next[kind])) {
        world->next[kind]++;
    }
    return world->next[kind]++;
}

static void group_free(void *data)
{
    Group *group = data;
    g_free(group->name);
    g_hash_table_unref(group->members);
    g_ptr_array_unref(group->workspaces);
    g_free(group);
}

static void workspace_free(void *data)
{
    Workspace *workspace = data;
    g_free(workspace->name);
    json_decref(workspace->settings);
    g_free(workspace);
}

static void organization_free(Organization *organization)
{
    g_hash_table_unref(organization->by_user_id);
    g_hash_table_unref(organization->by_organization_user_id);
    g_hash_table_unref(organization->by_email);
    g_clear_pointer(&organization->by_name, g_ptr_array_unref);
    g_ptr_array_unref(organization->members);
    g_ptr_array_unref(organization->groups);
    g_ptr_array_unref(organization->workspaces);
    json_decref(organization->segmentation);
    g_free(organization->name);
    g_free(organization->plan);
    g_free(organization);
}

void world_free(World *world)
{
    if (world == NULL) {
        return;
    }
    for (guint i = 0; i < world->organizations->len; i++) {
        organization_free(world->organizations->pdata[i]);
    }
    g_ptr_array_unref(world->organizations);
    for (IdKind kind = 0; kind < ID_KINDS; kind++) {
        g_hash_table_unref(world->used[kind]);
    }
    g_free(world);
}

Organization *world_organization(const World *world, int64_t id)
{
    for (guint i = 0; i < world->organizations->len; i++) {
        Organization *organization = world->organizations->pdata[i];
        if (organization->id == id) {
            return organization;
        }
    }
    return NULL;
}

Member *world_member_by_email(const World *world, const char *email)
{
    for (guint i = 0; i < world->organizations->len; i++) {
        Member *member = organization_member_by_email(world->organizations->pdata[i], email);
        if (member != NULL) {
            return member;
        }
    }
    return NULL;
}

typedef bool (*MemberTest)(const Member *member, const void *data);

static Member *world_find(const World *world, MemberTest test, const void *data)
{
    for (guint i = 0; i < world->organizations->len; i++) {
        const Organization *organization = world->organizations->pdata[i];
        for (guint j = 0; j < organization->members->len; j++) {
            Member *member = organization->members->pdata[j];
            if (test(member, data)) {
                return member;
            }
        }
    }
    return NULL;
}

static bool has_code(const Member *member, const void *data)
{
    return member->invitation_id != 0 && strcmp(member->invitation_code, data) == 0;
}

static bool has_invitation(const Member *member, const void *data)
{
    const int64_t *id = data;
    return *id != 0 && member->invitation_id == *id;
}

Member *world_member_by_code(const World *world, const char *code)
{
    return world_find(world, has_code, code);
}

Member *world_member_by_invitation(const World *world, int64_t invitation_id)
{
    return world_find(world, has_invitation, &invitation_id);
}

size_t world_memberships(const World *world, int64_t user_id)
{
    size_t count = 0;
    for (guint i = 0; i < world->organizations->len; i++) {
        if (organization_member(world->organizations->pdata[i], user_id) != NULL) {
            count++;
        }
    }
    return count;
}

Organization *organization_new(World *world, int64_t id, const char *name)
{
    Organization *organization = g_new0(Organization, 1);
    if (id == 0) {
        id = world_new_id(world, ID_ORGANIZATION);
    } else {
        (void) world_claim_id(world, ID_ORGANIZATION, id); /* the caller knows whether it is new */
    }
    organization->id = id;
    organization->name = g_strdup(name);
    organization->plan = g_strdup("Premium");
    organization->max_workspaces = 20;
    organization->at = time(NULL);
    organization->members = g_ptr_array_new_with_free_func(member_free);
    organization->groups = g_ptr_array_new_with_free_func(group_free);
    organization->workspaces = g_ptr_array_new_with_free_func(workspace_free);
    organization->by_user_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    organization->by_organization_user_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    organization->by_email = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(world->organizations, organization);
    return organization;
}

void organization_delete(World *world, Organization *organization)
{
    g_ptr_array_remove(world->organizations, organization);
    organization_free(organization);
}

Member *organization_member(const Organization *organization, int64_t user_id)
{
    return g_hash_table_lookup(organization->by_user_id, &user_id);
}

Member *organization_member_by_membership(const Organization *organization,
                                          int64_t organization_user_id)
{
    return g_hash_table_lookup(organization->by_organization_user_id, &organization_user_id);
}

Member *organization_member_by_email(const Organization *organization, const char *email)
{
    g_autofree char *key = g_utf8_strdown(email, -1);
    return g_hash_table_lookup(organization->by_email, key);
}

Group *organization_group(const Organization *organization, int64_t id)
{
    for (guint i = 0; i < organization->groups->len; i++) {
        Group *group = organization->groups->pdata[i];
        if (group->id == id) {
            return group;
        }
    }
    return NULL;
}

Group *organization_group_by_name(const Organization *organization, const char *name)
{
    for (guint i = 0; i < organization->groups->len; i++) {
        Group *group = organization->groups->pdata[i];
        if (strcmp(group->name, name) == 0) {
            return group;
        }
    }
    return NULL;
}

Workspace *organization_workspace(const Organization *organization, int64_t id)
{
    for (guint i = 0; i < organization->workspaces->len; i++) {
        Workspace *workspace = organization->workspaces->pdata[i];
        if (workspace->id == id) {
            return workspace;
        }
    }
    return NULL;
}

Workspace *organization_workspace_by_name(const Organization *organization, const char *name)
{
    for (guint i = 0; i < organization->workspaces->len; i++) {
        Workspace *workspace = organization->workspaces->pdata[i];
        if (strcmp(workspace->name, name) == 0) {
            return workspace;
        }
    }
    return NULL;
}

static int by_name(const void *one, const void *two)
{
    const Member *const *a = one;
    const Member *const *b = two;
    int order = strcmp((*a)->sort_key, (*b)->sort_key);
    if (order == 0) {
        order = (*a)->organization_user_id < (*b)->organization_user_id ? -1 : 1;
    }
    return order;
}

GPtrArray *organization_by_name(Organization *organization)
{
    if (organization->by_name == NULL) {
        organization->by_name = g_ptr_array_new_full(organization->members->len, NULL);
        for (guint i = 0; i < organization->members->len; i++) {
            g_ptr_array_add(organization->by_name, organization->members->pdata[i]);
        }
        g_ptr_array_sort(organization->by_name, by_name);
    }
    return organization->by_name;
}

int64_t organization_seats_taken(const Organization *organization)
{
    int64_t taken = 0;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = organization->members->pdata[i];
        taken += member->inactive ? 0 : 1;
    }
    return taken;
}

Group *group_new(World *world, Organization *organization, int64_t id, const char *name)
{
    Group *group = g_new0(Group, 1);
    if (id == 0) {
        id = world_new_id(world, ID_GROUP);
    }
    group->id = id;
    group->name = g_strdup(name);
    group->at = time(NULL);
    group->members = g_hash_table_new(NULL, NULL);
    group->workspaces = g_ptr_array_new();
    g_ptr_array_add(organization->groups, group);
    return group;
}

void group_delete(World *world, Organization *organization, Group *group)
{
    g_autoptr(GPtrArray) members = group_members(group);
    for (guint i = 0; i < members->len; i++) {
        member_remove_group(world, members->pdata[i], group);
    }
    g_ptr_array_remove(organization->groups, group);
}

void group_set_name(Group *group, const char *name)
{
    char *copy = g_strdup(name);
    g_free(group->name);
    group->name = copy;
    group->at = time(NULL);
}

bool group_has_workspace(const Group *group, const Workspace *workspace)
{
    for (guint i = 0; i < group->workspaces->len; i++) {
        if (group->workspaces->pdata[i] == workspace) {
            return true;
        }
    }
    return false;
}

void group_add_workspace(World *world, Group *group, Workspace *workspace)
{
    if (group_has_workspace(group, workspace)) {
        return;
    }
    g_ptr_array_add(group->workspaces, workspace);
    g_autoptr(GPtrArray) members = group_members(group);
    for (guint i = 0; i < members->len; i++) {
        member_gain(world, members->pdata[i], group);
    }
    group->at = time(NULL);
}

void group_remove_workspace(World *world, Group *group, const Workspace *workspace)
{
    (void) world; /* the same shape as group_add_workspace, for tables of both */
    guint index = 0;
    if (!g_ptr_array_find(group->workspaces, workspace, &index)) {
        return;
    }
    g_ptr_array_remove_index(group->workspaces, index);
    g_autoptr(GPtrArray) members = group_members(group);
    for (guint i = 0; i < members->len; i++) {
        member_shed(members->pdata[i]);
    }
    group->at = time(NULL);
}

static int by_user_id(const void *one, const void *two)
{
    const Member *const *a = one;
    const Member *const *b = two;
    return ((*a)->user_id > (*b)->user_id) - ((*a)->user_id < (*b)->user_id);
}

GPtrArray *group_members(const Group *group)
{
    GPtrArray *members = g_ptr_array_new_full(g_hash_table_size(group->members), NULL);
    GHashTableIter iter;
    void *member = NULL;
    g_hash_table_iter_init(&iter, group->members);
    while (g_hash_table_iter_next(&iter, &member, NULL)) {
        g_ptr_array_add(members, member);
    }
    g_ptr_array_sort(members, by_user_id);
    return members;
}

Workspace *workspace_new(World *world, Organization *organization, int64_t id, const char *name)
{
    Workspace *workspace = g_new0(Workspace, 1);
    if (id == 0) {
        id = world_new_id(world, ID_WORKSPACE);
    }
    workspace->id = id;
    workspace->name = g_strdup(name);
    workspace->at = time(NULL);
    workspace->settings = json_object();
    g_ptr_array_add(organization->workspaces, workspace);
    return workspace;
}
