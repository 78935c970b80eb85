/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"

#include <string.h>
#include <time.h>

enum { NAME_MAXIMUM = 200, PATCHES_MAXIMUM = 100, VALUES_MAXIMUM = 100 };

static json_t *group_json(const Group *group)
{
    g_autoptr(GPtrArray) members = group_members(group);
    json_t *users = json_array();
    for (guint i = 0; i < members->len; i++) {
        const Member *member = members->pdata[i];
        (void) json_array_append_new(
            users, json_pack("{s:I, s:s, s:s, s:b, s:b}", "user_id", (json_int_t) member->user_id,
                             "name", member->name, "avatar_url", "", "joined", member->joined,
                             "inactive", member->inactive));
    }
    json_t *workspaces = json_array();
    for (guint i = 0; i < group->workspaces->len; i++) {
        const Workspace *workspace = group->workspaces->pdata[i];
        (void) json_array_append_new(workspaces, json_integer(workspace->id));
    }
    g_autofree char *at = timestamp(group->at);
    return json_pack("{s:I, s:s, s:s, s:n, s:o, s:o}", "group_id", (json_int_t) group->id, "name",
                     group->name, "at", at, "permissions", "users", users, "workspaces",
                     workspaces);
}

static int by_name(const void *one, const void *two)
{
    const Group *const *a = one;
    const Group *const *b = two;
    return strcmp((*a)->name, (*b)->name);
}

/* NAME is a part of the group's, WORKSPACE one of its: NULL for both means all. */
static json_t *groups_json(const Organization *organization, const char *name,
                           const Workspace *workspace)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_autofree char *part = name != NULL ? g_utf8_casefold(name, -1) : NULL;
    for (guint i = 0; i < organization->groups->len; i++) {
        Group *group = organization->groups->pdata[i];
        g_autofree char *folded = g_utf8_casefold(group->name, -1);
        if ((part == NULL || strstr(folded, part) != NULL) &&
            (workspace == NULL || group_has_workspace(group, workspace))) {
            g_ptr_array_add(sorted, group);
        }
    }
    g_ptr_array_sort(sorted, by_name);
    json_t *list = json_array();
    for (guint i = 0; i < sorted->len; i++) {
        (void) json_array_append_new(list, group_json(sorted->pdata[i]));
    }
    return list;
}

void get_organization_groups(const Call *call, Reply *reply)
{
    const char *text = g_hash_table_lookup(call->query, "workspace");
    const Workspace *workspace = NULL;
    if (text != NULL) {
        int64_t id = 0;
        if (!text_to_id(text, &id)) {
            reply_message(reply, 400, "Invalid number '%s'", text);
            return;
        }
        workspace = organization_workspace(call->organization, id);
        if (workspace == NULL) {
            reply_json(reply, 200, json_array());
            return;
        }
    }
    const char *name = g_hash_table_lookup(call->query, "name");
    reply_json(reply, 200, groups_json(call->organization, name, workspace));
}

void get_organization_workspaces_groups(const Call *call, Reply *reply)
{
    const Workspace *workspace = organization_workspace(call->organization, call->id);
    if (workspace == NULL) {
        reply_message(reply, 404, NOT_FOUND);
    } else {
        reply_json(reply, 200, groups_json(call->organization, NULL, workspace));
    }
}

/* Members or workspaces behind a list of ids: borrowed, or NULL and the reply says which is not. */
static GPtrArray *find_members(const Organization *organization, const json_t *list, char **ret_why)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_int_t id = json_integer_value(json_array_get(list, i));
        Member *member = organization_member(organization, id);
        if (member == NULL) {
            *ret_why = g_strdup_printf("User %" JSON_INTEGER_FORMAT
                                       " not exists in the organization %" PRId64,
                                       id, organization->id);
            return NULL;
        }
        g_ptr_array_add(found, member);
    }
    return g_steal_pointer(&found);
}

static GPtrArray *find_workspaces(const Organization *organization, const json_t *list,
                                  char **ret_why)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_int_t id = json_integer_value(json_array_get(list, i));
        Workspace *workspace = organization_workspace(organization, id);
        if (workspace == NULL) {
            *ret_why = g_strdup_printf("Workspace %" JSON_INTEGER_FORMAT
                                       " not exists in the organization %" PRId64,
                                       id, organization->id);
            return NULL;
        }
        g_ptr_array_add(found, workspace);
    }
    return g_steal_pointer(&found);
}

typedef struct {
    const char *name;
    GPtrArray *members;    /* NULL: not sent */
    GPtrArray *workspaces; /* NULL: not sent */
} Payload;

static void payload_clear(Payload *payload)
{
    g_clear_pointer(&payload->members, g_ptr_array_unref);
    g_clear_pointer(&payload->workspaces, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Payload, payload_clear)

/* SELF may keep its name; NULL for a new group. */
static bool payload_read(const Call *call, const Group *self, Payload *payload, Reply *reply)
{
    static const Field fields[] = {
        {"name", FIELD_STRING}, {"users", FIELD_IDS}, {"workspaces", FIELD_IDS}, {NULL, FIELD_ANY}};
    if (!fields_match(call->body, fields)) {
        reply_message(reply, 400, BAD_JSON);
        return false;
    }
    payload->name = json_string_value(json_object_get(call->body, "name"));
    if (!text_present(payload->name)) {
        reply_message(reply, 400, "Group name must be present");
        return false;
    }
    if (text_length(payload->name) > NAME_MAXIMUM) {
        reply_message(reply, 400, "Group name too long, maximum length is 200");
        return false;
    }
    const Group *other = organization_group_by_name(call->organization, payload->name);
    if (other != NULL && other != self) {
        reply_message(reply, 400, "Name has already been taken");
        return false;
    }
    const json_t *users = json_object_get(call->body, "users");
    const json_t *workspaces = json_object_get(call->body, "workspaces");
    g_autofree char *why = NULL;
    if (users != NULL) {
        payload->members = find_members(call->organization, users, &why);
    }
    if (why == NULL && workspaces != NULL) {
        payload->workspaces = find_workspaces(call->organization, workspaces, &why);
    }
    if (why != NULL) {
        reply_message(reply, 400, "%s", why);
        return false;
    }
    return true;
}

static void replace_members(World *world, Group *group, GPtrArray *members)
{
    g_autoptr(GPtrArray) before = group_members(group);
    for (guint i = 0; i < before->len; i++) {
        if (!g_ptr_array_find(members, before->pdata[i], NULL)) {
            member_remove_group(world, before->pdata[i], group);
        }
    }
    for (guint i = 0; i < members->len; i++) {
        member_add_group(world, members->pdata[i], group);
    }
}

static void replace_workspaces(World *world, Group *group, GPtrArray *workspaces)
{
    for (guint i = group->workspaces->len; i > 0; i--) {
        Workspace *workspace = group->workspaces->pdata[i - 1];
        if (!g_ptr_array_find(workspaces, workspace, NULL)) {
            group_remove_workspace(world, group, workspace);
        }
    }
    for (guint i = 0; i < workspaces->len; i++) {
        group_add_workspace(world, group, workspaces->pdata[i]);
    }
}

/* A list that was not sent stays as it is. */
static void payload_apply(World *world, Group *group, const Payload *payload)
{
    if (payload->workspaces != NULL) {
        replace_workspaces(world, group, payload->workspaces);
    }
    if (payload->members != NULL) {
        replace_members(world, group, payload->members);
    }
}

void post_organization_group(const Call *call, Reply *reply)
{
    g_auto(Payload) payload = {0};
    if (payload_read(call, NULL, &payload, reply)) {
        Group *group = group_new(call->world, call->organization, 0, payload.name);
        group->made_at = time(NULL);
        payload_apply(call->world, group, &payload);
        reply_json(reply, 200, group_json(group));
    }
}

/* The group of the path, or NULL and the reply says so: also while it is too fresh to be known. */
static Group *group_of(const Call *call, Reply *reply)
{
    Group *group = organization_group(call->organization, call->id);
    if (group == NULL || (group->made_at != 0 && call->manners->fresh_seconds > 0 &&
                          time(NULL) < group->made_at + call->manners->fresh_seconds)) {
        reply_message(reply, 404, "Invalid group ID.");
        return NULL;
    }
    return group;
}

void put_organization_group(const Call *call, Reply *reply)
{
    Group *group = group_of(call, reply);
    g_auto(Payload) payload = {0};
    if (group != NULL && payload_read(call, group, &payload, reply)) {
        group_set_name(group, payload.name);
        payload_apply(call->world, group, &payload);
        reply_json(reply, 200, group_json(group));
    }
}

void delete_organization_group(const Call *call, Reply *reply)
{
    Group *group = group_of(call, reply);
    if (group != NULL) {
        group_delete(call->world, call->organization, group);
        reply_ok_text(reply);
    }
}

/* Why this patch makes the whole request bad; NULL: it does not. */
static const char *patch_problem(const json_t *patch)
{
    static const Field fields[] = {
        {"op", FIELD_STRING}, {"path", FIELD_STRING}, {"value", FIELD_IDS}, {NULL, FIELD_ANY}};
    if (!fields_match(patch, fields)) {
        return BAD_JSON;
    }
    const char *op = json_string_value(json_object_get(patch, "op"));
    const char *path = json_string_value(json_object_get(patch, "path"));
    bool op_good = op != NULL && (strcmp(op, "add") == 0 || strcmp(op, "remove") == 0);
    bool path_good =
        path != NULL && (strcmp(path, "/users") == 0 || strcmp(path, "/workspaces") == 0);
    if (!op_good || !path_good) {
        return "Unsupported operation";
    }
    size_t count = json_array_size(json_object_get(patch, "value"));
    return count == 0 || count > VALUES_MAXIMUM
               ? "Value not present, or too many per patch operation"
               : NULL;
}

/* Carries out one patch whole, or nothing of it: then a new string says why. */
static char *patch_apply(const Call *call, Group *group, const json_t *patch)
{
    bool add = strcmp(json_string_value(json_object_get(patch, "op")), "add") == 0;
    bool users = strcmp(json_string_value(json_object_get(patch, "path")), "/users") == 0;
    const json_t *value = json_object_get(patch, "value");
    char *why = NULL;
    g_autoptr(GPtrArray) found = users ? find_members(call->organization, value, &why)
                                       : find_workspaces(call->organization, value, &why);
    for (guint i = 0; found != NULL && i < found->len; i++) {
        if (users && add) {
            member_add_group(call->world, found->pdata[i], group);
        } else if (users) {
            member_remove_group(call->world, found->pdata[i], group);
        } else if (add) {
            group_add_workspace(call->world, group, found->pdata[i]);
        } else {
            group_remove_workspace(call->world, group, found->pdata[i]);
        }
    }
    return why;
}

void patch_organization_group(const Call *call, Reply *reply)
{
    Group *group = group_of(call, reply);
    if (group == NULL) {
        return;
    }
    size_t count = json_array_size(call->body);
    if (!json_is_array(call->body)) {
        reply_message(reply, 400, BAD_JSON);
        return;
    }
    if (count == 0 || count > PATCHES_MAXIMUM) {
        reply_message(reply, 400, count == 0 ? "Unsupported operation" : "Too many operations");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *problem = patch_problem(json_array_get(call->body, i));
        if (problem != NULL) {
            reply_message(reply, 400, "%s", problem);
            return;
        }
    }
    json_t *success = json_array();
    json_t *failure = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *patch = json_deep_copy(json_array_get(call->body, i));
        g_autofree char *why = patch_apply(call, group, patch);
        if (why == NULL) {
            (void) json_array_append_new(success, patch);
        } else {
            (void) json_array_append_new(failure,
                                         json_pack("{s:s, s:o}", "message", why, "patch", patch));
        }
    }
    reply_json(reply, 200, json_pack("{s:o, s:o}", "success", success, "failure", failure));
}
