/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/decode.h"

#include "base/error.h"
#include "base/json.h"

#include <string.h>

/* A field that may be absent or null, but, when it is there, has this type. */
static bool optional(const json_t *row, const char *key, bool good, const char *type,
                     GError **error)
{
    const json_t *value = json_object_get(row, key);
    if (value == NULL || json_is_null(value) || good)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "field '%s' is not %s", key, type);
    return false;
}

static bool optional_id(const json_t *row, const char *key, int64_t *ret, GError **error)
{
    const json_t *value = json_object_get(row, key);
    bool good = json_is_integer(value) && json_integer_value(value) >= 0;
    if (!optional(row, key, good, "an id", error))
        return false;
    *ret = json_integer_value(value);
    return true;
}

static bool optional_bool(const json_t *row, const char *key, bool *ret, GError **error)
{
    if (!optional(row, key, json_is_boolean(json_object_get(row, key)), "true or false", error))
        return false;
    *ret = json_is_true(json_object_get(row, key));
    return true;
}

/* A list in a row: *RET is NULL, which is empty to every Jansson function, for one that is null. */
static bool optional_list(const json_t *row, const char *key, const json_t **ret, GError **error)
{
    const json_t *value = json_object_get(row, key);
    if (!optional(row, key, json_is_array(value), "a list", error))
        return false;
    *ret = json_is_array(value) ? value : NULL;
    return true;
}

static bool needed_bool(const json_t *row, const char *key, bool *ret, GError **error)
{
    const json_t *value = json_object_get(row, key);
    if (!json_is_boolean(value)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "field '%s' is %s", key,
                    value == NULL ? "missing" : "not true or false");
        return false;
    }
    *ret = json_is_true(value);
    return true;
}

bool decode_organization(const json_t *object, Organization *organization, GError **error)
{
    int64_t id = 0;
    const char *name = NULL;
    bool admin = false;
    bool owner = false;
    if (!json_get_int(object, "id", 1, &id, error) ||
        !json_get_string(object, "name", &name, error) ||
        !optional_bool(object, "admin", &admin, error) ||
        !optional_bool(object, "owner", &owner, error))
        return false;
    if (id != organization->id) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "asked for organization %" G_GINT64_FORMAT ", got %" G_GINT64_FORMAT,
                    organization->id, id);
        return false;
    }
    g_free(organization->name);
    organization->name = g_strdup(name);
    organization->self_is_admin = admin || owner;
    const json_t *suspended = json_object_get(object, "suspended_at");
    organization->suspended = suspended != NULL && !json_is_null(suspended);
    organization->seats = MAX(json_int_or(json_object_get(object, "subscription"), "seats", 0), 0);
    return true;
}

/* A user can have a hundred; where there are thousands something is wrong, and looking through them
 * for each row would take for ever. */
static bool check_workspaces(guint count, GError **error)
{
    if (count < DECODE_WORKSPACES)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "there are more than %u workspaces",
                DECODE_WORKSPACES);
    return false;
}

static bool add_workspace(Organization *organization, int64_t id, const char *name, GError **error)
{
    for (guint i = 0; i < organization->workspaces->len; i++) {
        if (((const Workspace *) g_ptr_array_index(organization->workspaces, i))->id == id)
            return true;
    }
    if (!check_workspaces(organization->workspaces->len, error))
        return false;
    (void) organization_add_workspace(organization, id, name);
    return true;
}

/* The word where there is one; older rows have but the flag. */
static bool decode_role(const json_t *row, Role *ret, GError **error)
{
    bool admin = false;
    const char *word = json_string_or(row, "role", "");
    if (!optional_bool(row, "admin", &admin, error))
        return false;
    *ret = ROLE_NONE;
    if (*word != '\0')
        (void) role_parse(word, ret); /* an unknown word leaves "no word for it" */
    else if (json_is_boolean(json_object_get(row, "admin")))
        *ret = admin ? ROLE_ADMIN : ROLE_USER;
    return true;
}

static bool decode_assignment(const json_t *row, Organization *organization, Member *member,
                              GError **error)
{
    Assignment assignment = {0};
    if (!json_get_int(row, "workspace_id", 1, &assignment.workspace_id, error) ||
        !optional_id(row, "workspace_user_id", &assignment.id.value, error) ||
        !optional_id(row, "role_id", &assignment.role_id, error) ||
        !optional_bool(row, "inactive", &assignment.inactive, error) ||
        !decode_role(row, &assignment.role, error))
        return false;
    for (guint i = 0; i < member->assignments->len; i++) {
        if (g_array_index(member->assignments, Assignment, i).workspace_id ==
            assignment.workspace_id)
            return true;
    }
    const char *name = json_string_or(row, "workspace_name", json_string_or(row, "name", NULL));
    if (!check_workspaces(member->assignments->len, error) ||
        (name != NULL && !add_workspace(organization, assignment.workspace_id, name, error)))
        return false;
    g_array_append_val(member->assignments, assignment);
    return true;
}

static bool decode_lists(const json_t *row, Organization *organization, Member *member,
                         GError **error)
{
    const json_t *groups = NULL;
    const json_t *workspaces = NULL;
    size_t i = 0;
    json_t *value = NULL;
    if (!optional_list(row, "groups", &groups, error) ||
        !optional_list(row, "workspaces", &workspaces, error))
        return false;
    json_array_foreach (groups, i, value) {
        int64_t id = 0;
        if (!json_get_int(value, "group_id", 1, &id, error))
            return false;
        (void) id_array_add(member->groups, id);
    }
    json_array_foreach (workspaces, i, value) {
        if (!decode_assignment(value, organization, member, error))
            return false;
    }
    return true;
}

bool decode_member(const json_t *row, Organization *organization, GError **error)
{
    /* listings before 2025 named it so */
    const char *key = json_object_get(row, "id") != NULL ? "id" : "organization_user_id";
    int64_t id = 0;
    Member read = {0};
    const char *mail = NULL;
    if (!json_get_int(row, key, 1, &id, error) ||
        !optional_id(row, "user_id", &read.user_id.value, error) ||
        !json_get_string(row, "email", &mail, error) ||
        !needed_bool(row, "joined", &read.joined, error) ||
        !needed_bool(row, "inactive", &read.inactive, error) ||
        !optional_bool(row, "admin", &read.admin, error) ||
        !optional_bool(row, "owner", &read.owner, error) ||
        !optional_bool(row, "can_edit_email", &read.can_edit_email, error) ||
        !optional_id(row, "role_id", &read.role_id, error) ||
        !optional_id(row, "invitation_id", &read.invitation_id, error))
        return false;
    Member *member = organization_add_member(organization, (OrganizationUserId){id});
    member_set_mail(member, mail);
    g_free(member->name);
    member->name = g_strdup(json_string_or(row, "name", json_string_or(row, "fullname", "")));
    member->user_id = read.user_id;
    member->joined = read.joined;
    member->inactive = read.inactive;
    member->admin = read.admin;
    member->owner = read.owner;
    member->can_edit_email = read.can_edit_email;
    member->role_id = read.role_id;
    member->invitation_id = read.invitation_id;
    return decode_lists(row, organization, member, error);
}

static bool decode_group(const json_t *row, Organization *organization, GError **error)
{
    int64_t id = 0;
    const char *name = NULL;
    const json_t *users = NULL;
    const json_t *workspaces = NULL;
    size_t i = 0;
    json_t *value = NULL;
    if (!json_get_int(row, "group_id", 1, &id, error) ||
        !json_get_string(row, "name", &name, error) ||
        !optional_list(row, "users", &users, error) ||
        !optional_list(row, "workspaces", &workspaces, error))
        return false;
    OrganizationGroup *group = organization_add_group(organization, id, name);
    json_array_foreach (workspaces, i, value) {
        int64_t workspace = json_integer_value(value);
        if (!json_is_integer(value) || workspace < 1) {
            g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                                "field 'workspaces' holds something that is no id");
            return false;
        }
        (void) id_array_add(group->workspaces, workspace);
    }
    json_array_foreach (users, i, value) {
        UserId user = {0};
        if (!json_get_int(value, "user_id", 0, &user.value, error))
            return false;
        Member *member = user.value == 0 ? NULL : organization_member_by_user(organization, user);
        if (member != NULL)
            (void) id_array_add(member->groups, id);
    }
    return true;
}

/* A group that says nothing of its users does not say that it has none: those who say that they are
 * in it stay there. All others are told by the groups. */
static void forget_groups(const json_t *rows, Organization *organization)
{
    g_autoptr(GHashTable) silent = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (rows, i, row) {
        int64_t id = json_int_or(row, "group_id", 0);
        if (json_object_get(row, "users") == NULL)
            g_hash_table_add(silent, g_memdup2(&id, sizeof id));
    }
    for (guint m = 0; m < organization->members->len; m++) {
        Member *member = g_ptr_array_index(organization->members, m);
        for (guint g = member->user_id.value != 0 ? member->groups->len : 0; g > 0; g--) {
            if (!g_hash_table_contains(silent, &g_array_index(member->groups, int64_t, g - 1)))
                g_array_remove_index(member->groups, g - 1);
        }
    }
}

bool decode_groups(const json_t *rows, Organization *organization, GError **error)
{
    size_t i = 0;
    json_t *row = NULL;
    forget_groups(rows, organization);
    json_array_foreach (rows, i, row) {
        if (!decode_group(row, organization, error)) {
            g_prefix_error(error, "group %zu: ", i + 1);
            return false;
        }
    }
    organization->groups_read = true;
    return true;
}

static void role_definition_set(RoleDefinition *role, const json_t *row)
{
    role->entity = g_strdup(json_string_or(row, "entity", ""));
    role->code = g_strdup(json_string_or(row, "code", ""));
    role->type = g_strdup(json_string_or(row, "type", ""));
}

bool decode_roles(const json_t *rows, Organization *organization, GError **error)
{
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (rows, i, row) {
        int64_t id = 0;
        int64_t owner = 0;
        if (!json_get_int(row, "role_id", 1, &id, error) ||
            !optional_id(row, "organization_id", &owner, error)) {
            g_prefix_error(error, "role %zu: ", i + 1);
            return false;
        }
        RoleDefinition *role = g_new0(RoleDefinition, 1);
        role->id = id;
        role->organization_id = owner;
        role_definition_set(role, row);
        g_ptr_array_add(organization->roles, role);
    }
    return true;
}

bool decode_workspace_user(const json_t *row, int64_t workspace, Organization *organization,
                           GError **error)
{
    UserId user = {0};
    bool direct = false;
    if (!optional_id(row, "user_id", &user.value, error) ||
        !needed_bool(row, "is_direct", &direct, error))
        return false;
    const Member *member = user.value == 0 ? NULL : organization_member_by_user(organization, user);
    Assignment *assignment = member == NULL ? NULL : member_assignment(member, workspace);
    if (assignment != NULL)
        assignment->indirect = !direct;
    return true;
}

static bool is_deleted(const json_t *row)
{
    const json_t *deleted = json_object_get(row, "server_deleted_at");
    return deleted != NULL && !json_is_null(deleted);
}

bool decode_workspaces(const json_t *rows, Organization *organization, GError **error)
{
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (rows, i, row) {
        int64_t id = 0;
        int64_t of = 0;
        const char *name = NULL;
        if (!json_get_int(row, "id", 1, &id, error) ||
            !json_get_int(row, "organization_id", 0, &of, error) ||
            !json_get_string(row, "name", &name, error)) {
            g_prefix_error(error, "workspace %zu: ", i + 1);
            return false;
        }
        if (of == organization->id && !is_deleted(row) &&
            !add_workspace(organization, id, name, error))
            return false;
    }
    return true;
}
