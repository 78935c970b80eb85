/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"
#include "roles.h"

#include <string.h>

/*
 * PUT of one member: the operation with the most rules. Everything is checked into a Change first,
 * and only then done.
 */

typedef struct {
    Workspace *workspace;
    const char *role; /* NULL: as it is */
    int inactive;     /* -1: as it is */
} WantedAccess;

typedef struct {
    const char *name; /* NULL: as it is */
    const char *email;
    int inactive; /* -1: as it is */
    int admin;
    GPtrArray *groups;  /* Group *, borrowed; NULL: as they are */
    GArray *workspaces; /* WantedAccess; NULL: as they are */
} Change;

static void change_clear(Change *change)
{
    g_clear_pointer(&change->groups, g_ptr_array_unref);
    g_clear_pointer(&change->workspaces, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, change_clear)

static int flag_of(const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);
    return value == NULL ? -1 : json_is_true(value);
}

static bool uses_admin_and_role(const json_t *body)
{
    bool admin = json_object_get(body, "organization_admin") != NULL;
    bool role = json_object_get(body, "role_id") != NULL;
    const json_t *workspaces = json_object_get(body, "workspaces");
    for (size_t i = 0; i < json_array_size(workspaces); i++) {
        const json_t *item = json_array_get(workspaces, i);
        bool textual = json_object_get(item, "role") != NULL;
        admin = admin || json_object_get(item, "admin") != NULL;
        role = role || json_object_get(item, "role_id") != NULL;
        if (textual && (json_object_get(item, "admin") || json_object_get(item, "role_id"))) {
            return true;
        }
    }
    return admin && role;
}

static bool shape_is_good(const json_t *body)
{
    static const Field fields[] = {
        {"name", FIELD_STRING},        {"email", FIELD_STRING},
        {"inactive", FIELD_BOOLEAN},   {"organization_admin", FIELD_BOOLEAN},
        {"role_id", FIELD_INTEGER},    {"groups", FIELD_IDS},
        {"workspaces", FIELD_OBJECTS}, {NULL, FIELD_ANY}};
    static const Field items[] = {{"workspace_id", FIELD_INTEGER}, {"role_id", FIELD_INTEGER},
                                  {"admin", FIELD_BOOLEAN},        {"role", FIELD_STRING},
                                  {"inactive", FIELD_BOOLEAN},     {NULL, FIELD_ANY}};
    const json_t *workspaces = json_object_get(body, "workspaces");
    for (size_t i = 0; i < json_array_size(workspaces); i++) {
        const json_t *item = json_array_get(workspaces, i);
        if (!fields_match(item, items) || json_object_get(item, "workspace_id") == NULL) {
            return false;
        }
    }
    return fields_match(body, fields);
}

static bool check_role(const json_t *body, Change *change, Reply *reply)
{
    change->admin = flag_of(body, "organization_admin");
    const json_t *value = json_object_get(body, "role_id");
    if (value == NULL) {
        return true;
    }
    json_int_t id = json_integer_value(value);
    const Role *role = role_by_id(id);
    if (id <= 0) {
        reply_message(reply, 400, "Invalid role_id.");
    } else if (role == NULL) {
        reply_message(reply, 400, "Invalid role ID: %" JSON_INTEGER_FORMAT ".", id);
    } else if (strcmp(role->entity, "organization") != 0 || g_strcmp0(role->type, "owner") == 0) {
        reply_message(reply, 400, "Invalid organization role.");
    } else {
        change->admin = g_strcmp0(role->type, "admin") == 0;
        return true;
    }
    return false;
}

static bool check_person(const Call *call, const Member *member, Change *change, Reply *reply)
{
    change->name = json_string_value(json_object_get(call->body, "name"));
    change->email = json_string_value(json_object_get(call->body, "email"));
    if (change->name != NULL && !text_present(change->name)) {
        reply_message(reply, 400, "Field 'name' cannot be empty.");
        return false;
    }
    if (change->email != NULL && !text_present(change->email)) {
        reply_message(reply, 400, "Missing e-mail.");
        return false;
    }
    if (change->email != NULL && !text_is_email(change->email)) {
        reply_message(reply, 400, "Invalid e-mail: '%s'", change->email);
        return false;
    }
    if ((change->name != NULL || change->email != NULL) &&
        !member_can_edit_email(call->world, member)) {
        reply_message(reply, 400, "User has multiple organizations.");
        return false;
    }
    const Member *other =
        change->email != NULL ? world_member_by_email(call->world, change->email) : NULL;
    if (other != NULL && other != member) {
        reply_message(reply, 400, "Email already exists.");
        return false;
    }
    return true;
}

static bool check_protection(const Call *call, const Member *member, Change *change, Reply *reply)
{
    change->inactive = flag_of(call->body, "inactive");
    const char *who = member_is_owner(member)    ? "owner"
                      : member_is_paying(member) ? "paying user"
                                                 : NULL;
    if (who != NULL && change->admin == 0) {
        reply_message(reply, 400, "Cannot remove admin privileges from %s.", who);
        return false;
    }
    if (who != NULL && change->inactive == 1) {
        reply_message(reply, 400, "Cannot deactivate %s.", who);
        return false;
    }
    return !(member->inactive && change->inactive == 0) || seats_for(call->organization, 1, reply);
}

static bool check_groups(const Call *call, Change *change, Reply *reply)
{
    const json_t *list = json_object_get(call->body, "groups");
    if (list == NULL) {
        return true;
    }
    change->groups = g_ptr_array_new();
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_int_t id = json_integer_value(json_array_get(list, i));
        Group *group = organization_group(call->organization, id);
        if (group == NULL) {
            reply_message(reply, 400,
                          "Group '%" JSON_INTEGER_FORMAT "' is not in Organization '%" PRId64 "'.",
                          id, call->organization->id);
            return false;
        }
        g_ptr_array_add(change->groups, group);
    }
    return true;
}

bool workspace_role_read(const Organization *organization, const json_t *item, const char **ret,
                         Reply *reply)
{
    const json_t *number = json_object_get(item, "role_id");
    const char *text = json_string_value(json_object_get(item, "role"));
    const Role *role = NULL;
    if (number != NULL) {
        role = role_by_id(json_integer_value(number));
        if (role == NULL || role->text == NULL) {
            reply_message(reply, 400, "Invalid workspace role with ID: %" JSON_INTEGER_FORMAT ".",
                          json_integer_value(number));
            return false;
        }
    } else if (text != NULL) {
        role = role_of_workspace(text);
        if (role == NULL) {
            reply_message(reply, 400, "Invalid workspace role: '%s'.", text);
            return false;
        }
    } else if (json_object_get(item, "admin") != NULL) {
        role = role_of_workspace(json_is_true(json_object_get(item, "admin")) ? ROLE_ADMIN
                                                                              : ROLE_USER);
    }
    if (role != NULL && role->premium && !organization_has_premium(organization)) {
        reply_message(reply, 402, "This feature is not available in your current plan");
        return false;
    }
    *ret = role != NULL ? role->text : NULL;
    return true;
}

static bool check_workspaces(const Call *call, Change *change, Reply *reply)
{
    const json_t *list = json_object_get(call->body, "workspaces");
    if (list == NULL) {
        return true;
    }
    change->workspaces = g_array_new(FALSE, FALSE, sizeof(WantedAccess));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t id = json_integer_value(json_object_get(item, "workspace_id"));
        WantedAccess wanted = {.workspace = organization_workspace(call->organization, id),
                               .inactive = flag_of(item, "inactive")};
        if (wanted.workspace == NULL) {
            reply_message(reply, 400,
                          "Workspace '%" JSON_INTEGER_FORMAT "' is not in Organization '%" PRId64
                          "'.",
                          id, call->organization->id);
            return false;
        }
        if (!workspace_role_read(call->organization, item, &wanted.role, reply)) {
            return false;
        }
        g_array_append_val(change->workspaces, wanted);
    }
    return true;
}

static void apply_groups(World *world, Member *member, const GPtrArray *groups)
{
    for (guint i = member->groups->len; !world->merge_lists && i > 0; i--) {
        Group *group = member->groups->pdata[i - 1];
        if (!g_ptr_array_find((GPtrArray *) (uintptr_t) groups, group, NULL)) {
            member_remove_group(world, member, group);
        }
    }
    for (guint i = 0; i < groups->len; i++) {
        member_add_group(world, member, groups->pdata[i]);
    }
}

static bool wants_workspace(const GArray *wanted, const Workspace *workspace)
{
    for (guint i = 0; i < wanted->len; i++) {
        if (g_array_index(wanted, WantedAccess, i).workspace == workspace) {
            return true;
        }
    }
    return false;
}

static void apply_workspaces(World *world, Member *member, const GArray *wanted)
{
    for (guint i = member->accesses->len; !world->merge_lists && i > 0; i--) {
        const Access *access = member->accesses->pdata[i - 1];
        if (access->direct && !wants_workspace(wanted, access->workspace)) {
            member_unassign(member, access->workspace);
        }
    }
    for (guint i = 0; i < wanted->len; i++) {
        const WantedAccess *one = &g_array_index(wanted, WantedAccess, i);
        Access *access = member_assign(world, member, one->workspace, one->role);
        if (one->inactive >= 0) {
            access->inactive = one->inactive == 1;
        }
    }
}

static void apply(World *world, Member *member, const Change *change)
{
    if (change->name != NULL) {
        member_set_name(member, change->name);
    }
    if (change->email != NULL) {
        member_set_email(member, change->email);
    }
    if (change->inactive >= 0) {
        member->inactive = change->inactive == 1;
    }
    if (change->admin >= 0) {
        member->admin = change->admin == 1;
    }
    if (change->groups != NULL) {
        apply_groups(world, member, change->groups);
    }
    if (change->workspaces != NULL) {
        apply_workspaces(world, member, change->workspaces);
    }
}

static bool belongs_elsewhere(const Call *call)
{
    for (guint i = 0; i < call->world->organizations->len; i++) {
        if (organization_member_by_membership(call->world->organizations->pdata[i], call->id)) {
            return true;
        }
    }
    return false;
}

void put_organization_users(const Call *call, Reply *reply)
{
    Member *member = organization_member_by_membership(call->organization, call->id);
    if (member == NULL) {
        if (belongs_elsewhere(call)) {
            reply_message(reply, 400, "User does not exist in the organization.");
        } else {
            reply_message(reply, 404, "Invalid organization user ID.");
        }
        return;
    }
    if (!shape_is_good(call->body)) {
        reply_message(reply, 400, BAD_JSON);
        return;
    }
    if (json_object_size(call->body) == 0) {
        reply_message(reply, 400, "At least one field is required.");
        return;
    }
    if (uses_admin_and_role(call->body)) {
        reply_message(reply, 400, "Cannot use both admin flags and role_id.");
        return;
    }
    g_auto(Change) change = {0};
    if (check_role(call->body, &change, reply) && check_person(call, member, &change, reply) &&
        check_protection(call, member, &change, reply) && check_groups(call, &change, reply) &&
        check_workspaces(call, &change, reply)) {
        apply(call->world, member, &change);
        reply_ok_text(reply);
    }
}
