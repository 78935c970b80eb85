/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "roles.h"

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

static void access_free(void *data)
{
    g_free(data);
}

static void member_free(void *data)
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

static void member_gain(World *world, Member *member, const Group *group)
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
