/* SPDX-License-Identifier: Apache-2.0 */
#include "model/organization.h"

#include "model/email.h"

#include <string.h>

/* The tables are made when somebody first asks. */
struct OrganizationIndex {
    int64_t *ids; /* of the members, in their order: side by side, where a search is quick */
    guint count;
    GHashTable *by_user; /* user id -> Member *; NULL: not made yet */
    GHashTable *by_mail; /* mail key -> Member *; NULL: not made yet */
};

static void index_free(OrganizationIndex *index)
{
    g_clear_pointer(&index->by_user, g_hash_table_unref);
    g_clear_pointer(&index->by_mail, g_hash_table_unref);
    g_free(index->ids);
    g_free(index);
}

static void member_free(Member *member)
{
    g_free(member->mail);
    g_free(member->mail_key);
    g_free(member->name);
    g_array_unref(member->groups);
    g_array_unref(member->assignments);
    g_free(member);
}

static void group_free(OrganizationGroup *group)
{
    g_free(group->name);
    g_array_unref(group->workspaces);
    g_free(group);
}

static void workspace_free(Workspace *workspace)
{
    g_free(workspace->name);
    g_free(workspace);
}

static void role_free(RoleDefinition *role)
{
    g_free(role->entity);
    g_free(role->code);
    g_free(role->type);
    g_free(role);
}

Organization *organization_new(int64_t id)
{
    Organization *organization = g_new0(Organization, 1);
    organization->id = id;
    organization->name = g_strdup("");
    organization->index = g_new0(OrganizationIndex, 1);
    organization->members = g_ptr_array_new_with_free_func((GDestroyNotify) member_free);
    organization->groups = g_ptr_array_new_with_free_func((GDestroyNotify) group_free);
    organization->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) workspace_free);
    organization->roles = g_ptr_array_new_with_free_func((GDestroyNotify) role_free);
    return organization;
}

void organization_free(Organization *organization)
{
    if (organization == NULL)
        return;
    index_free(organization->index);
    g_free(organization->name);
    g_ptr_array_unref(organization->members);
    g_ptr_array_unref(organization->groups);
    g_ptr_array_unref(organization->workspaces);
    g_ptr_array_unref(organization->roles);
    g_free(organization);
}

Member *organization_add_member(Organization *organization, OrganizationUserId id)
{
    Member *member = g_new0(Member, 1);
    member->id = id;
    member->mail = g_strdup("");
    member->name = g_strdup("");
    member->groups = g_array_new(false, false, sizeof(int64_t));
    member->assignments = g_array_new(false, false, sizeof(Assignment));
    g_ptr_array_add(organization->members, member);
    return member;
}

OrganizationGroup *organization_add_group(Organization *organization, int64_t id, const char *name)
{
    OrganizationGroup *group = g_new0(OrganizationGroup, 1);
    group->id = id;
    group->name = g_strdup(name);
    group->workspaces = g_array_new(false, false, sizeof(int64_t));
    g_ptr_array_add(organization->groups, group);
    return group;
}

Workspace *organization_add_workspace(Organization *organization, int64_t id, const char *name)
{
    Workspace *workspace = g_new0(Workspace, 1);
    workspace->id = id;
    workspace->name = g_strdup(name);
    g_ptr_array_add(organization->workspaces, workspace);
    return workspace;
}

void member_set_mail(Member *member, const char *mail)
{
    g_free(member->mail);
    g_clear_pointer(&member->mail_key, g_free);
    member->mail = g_strdup(mail);
    /* what is no address matches nobody: the key stays NULL */
    if (!email_key(mail, strlen(mail), &member->mail_key, NULL))
        member->mail_key = NULL;
}

static int64_t id_of_member(gconstpointer row)
{
    return ((const Member *) row)->id.value;
}

static int64_t id_of_group(gconstpointer row)
{
    return ((const OrganizationGroup *) row)->id;
}

static int64_t id_of_workspace(gconstpointer row)
{
    return ((const Workspace *) row)->id;
}

static int compare_int(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static gint compare_members(gconstpointer a, gconstpointer b)
{
    return compare_int(id_of_member(*(gconstpointer const *) a),
                       id_of_member(*(gconstpointer const *) b));
}

static gint compare_groups(gconstpointer a, gconstpointer b)
{
    return compare_int(id_of_group(*(gconstpointer const *) a),
                       id_of_group(*(gconstpointer const *) b));
}

static gint compare_workspaces(gconstpointer a, gconstpointer b)
{
    return compare_int(id_of_workspace(*(gconstpointer const *) a),
                       id_of_workspace(*(gconstpointer const *) b));
}

static gint compare_ids(gconstpointer a, gconstpointer b)
{
    return compare_int(*(const int64_t *) a, *(const int64_t *) b);
}

static gint compare_assignments(gconstpointer a, gconstpointer b)
{
    return compare_int(((const Assignment *) a)->workspace_id,
                       ((const Assignment *) b)->workspace_id);
}

/* As a snapshot has them. */
static bool is_ascending(const GArray *ids)
{
    for (guint i = 1; i < ids->len; i++) {
        if (g_array_index(ids, int64_t, i - 1) >= g_array_index(ids, int64_t, i))
            return false;
    }
    return true;
}

static void sort_unique_ids(GArray *ids)
{
    if (is_ascending(ids))
        return;
    g_array_sort(ids, compare_ids);
    guint kept = 0;
    for (guint i = 0; i < ids->len; i++) {
        int64_t id = g_array_index(ids, int64_t, i);
        if (kept == 0 || g_array_index(ids, int64_t, kept - 1) != id)
            g_array_index(ids, int64_t, kept++) = id;
    }
    g_array_set_size(ids, kept);
}

/* The first of several that were told stays; sorting is stable. */
static void sort_unique_assignments(GArray *assignments)
{
    if (assignments->len < 2)
        return;
    g_array_sort(assignments, compare_assignments);
    guint kept = 0;
    for (guint i = 0; i < assignments->len; i++) {
        Assignment assignment = g_array_index(assignments, Assignment, i);
        if (kept == 0 || g_array_index(assignments, Assignment, kept - 1).workspace_id !=
                             assignment.workspace_id)
            g_array_index(assignments, Assignment, kept++) = assignment;
    }
    g_array_set_size(assignments, kept);
}

static bool find_repeated(const GPtrArray *rows, int64_t (*id_of)(gconstpointer), int64_t *ret_id)
{
    for (guint i = 1; i < rows->len; i++) {
        int64_t id = id_of(g_ptr_array_index(rows, i));
        if (id == id_of(g_ptr_array_index(rows, i - 1))) {
            *ret_id = id;
            return true;
        }
    }
    return false;
}

bool organization_index(Organization *organization, int64_t *ret_id)
{
    g_ptr_array_sort(organization->members, compare_members);
    g_ptr_array_sort(organization->groups, compare_groups);
    g_ptr_array_sort(organization->workspaces, compare_workspaces);
    if (find_repeated(organization->members, id_of_member, ret_id) ||
        find_repeated(organization->groups, id_of_group, ret_id) ||
        find_repeated(organization->workspaces, id_of_workspace, ret_id))
        return false;
    index_free(organization->index);
    organization->index = g_new0(OrganizationIndex, 1);
    organization->index->count = organization->members->len;
    organization->index->ids = g_new(int64_t, organization->members->len + 1);
    for (guint i = 0; i < organization->members->len; i++) {
        Member *member = g_ptr_array_index(organization->members, i);
        member->index = i;
        organization->index->ids[i] = member->id.value;
        sort_unique_ids(member->groups);
        sort_unique_assignments(member->assignments);
    }
    for (guint i = 0; i < organization->groups->len; i++)
        sort_unique_ids(
            ((OrganizationGroup *) g_ptr_array_index(organization->groups, i))->workspaces);
    return true;
}

static void *find_by_id(const GPtrArray *rows, int64_t (*id_of)(gconstpointer), int64_t id)
{
    guint low = 0;
    guint high = rows->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        int64_t found = id_of(g_ptr_array_index(rows, middle));
        if (found == id)
            return g_ptr_array_index(rows, middle);
        if (found < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Where ID stands among COUNT ascending IDS, or would stand. */
static guint id_position(const int64_t *ids, guint count, int64_t id)
{
    guint low = 0;
    guint high = count;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

Member *organization_member(const Organization *organization, OrganizationUserId id)
{
    const OrganizationIndex *index = organization->index;
    guint at = id_position(index->ids, index->count, id.value);
    return at < index->count && index->ids[at] == id.value
               ? g_ptr_array_index(organization->members, at)
               : NULL;
}

static GHashTable *members_by_user(const Organization *organization)
{
    GHashTable *by_user = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < organization->members->len; i++) {
        Member *member = g_ptr_array_index(organization->members, i);
        if (member->user_id.value != 0)
            g_hash_table_insert(by_user, &member->user_id.value, member);
    }
    return by_user;
}

Member *organization_member_by_user(const Organization *organization, UserId id)
{
    OrganizationIndex *index = organization->index;
    if (index->by_user == NULL)
        index->by_user = members_by_user(organization);
    return g_hash_table_lookup(index->by_user, &id.value);
}

static GHashTable *members_by_mail(const Organization *organization)
{
    GHashTable *by_mail = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < organization->members->len; i++) {
        Member *member = g_ptr_array_index(organization->members, i);
        if (member->mail_key != NULL)
            g_hash_table_insert(by_mail, member->mail_key, member);
    }
    return by_mail;
}

Member *organization_member_by_mail(const Organization *organization, const char *mail_key)
{
    OrganizationIndex *index = organization->index;
    if (index->by_mail == NULL)
        index->by_mail = members_by_mail(organization);
    return g_hash_table_lookup(index->by_mail, mail_key);
}

OrganizationGroup *organization_group(const Organization *organization, int64_t id)
{
    return find_by_id(organization->groups, id_of_group, id);
}

OrganizationGroup *organization_group_by_name(const Organization *organization, const char *name)
{
    for (guint i = 0; i < organization->groups->len; i++) {
        OrganizationGroup *group = g_ptr_array_index(organization->groups, i);
        if (strcmp(group->name, name) == 0)
            return group;
    }
    return NULL;
}

Workspace *organization_workspace(const Organization *organization, int64_t id)
{
    return find_by_id(organization->workspaces, id_of_workspace, id);
}

Workspace *organization_workspace_by_name(const Organization *organization, const char *name)
{
    for (guint i = 0; i < organization->workspaces->len; i++) {
        Workspace *workspace = g_ptr_array_index(organization->workspaces, i);
        if (strcmp(workspace->name, name) == 0)
            return workspace;
    }
    return NULL;
}

static guint array_position(const GArray *ids, int64_t id)
{
    return id_position((const int64_t *) (const void *) ids->data, ids->len, id);
}

bool id_array_has(const GArray *ids, int64_t id)
{
    guint at = array_position(ids, id);
    return at < ids->len && g_array_index(ids, int64_t, at) == id;
}

bool id_array_add(GArray *ids, int64_t id)
{
    if (id_array_has(ids, id))
        return false;
    g_array_insert_val(ids, array_position(ids, id), id);
    return true;
}

bool id_array_remove(GArray *ids, int64_t id)
{
    if (!id_array_has(ids, id))
        return false;
    g_array_remove_index(ids, array_position(ids, id));
    return true;
}

int64_t organization_seats(const Organization *organization)
{
    int64_t seats = 0;
    for (guint i = 0; i < organization->members->len; i++)
        seats += !((const Member *) g_ptr_array_index(organization->members, i))->inactive;
    return seats;
}

bool member_in_group(const Member *member, int64_t group_id)
{
    return id_array_has(member->groups, group_id);
}

Assignment *member_assignment(const Member *member, int64_t workspace_id)
{
    for (guint i = 0; i < member->assignments->len; i++) {
        Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        if (assignment->workspace_id == workspace_id)
            return assignment;
    }
    return NULL;
}

bool group_in_workspace(const OrganizationGroup *group, int64_t workspace_id)
{
    return id_array_has(group->workspaces, workspace_id);
}
