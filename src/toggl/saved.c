/* SPDX-License-Identifier: Apache-2.0 */
/* The reverse of encode.c: a request from its path and body, as a saved plan holds them. */
#include "base/error.h"
#include "base/json.h"
#include "toggl/toggl.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

static bool refuse(GError **error, const char *message)
{
    g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_STALE, message);
    return false;
}

/* "7" or "{from_request:3}", whole. */
static bool path_ref(const char *text, IdRef *ret)
{
    static const char prefix[] = "{from_request:";
    bool placeholder = g_str_has_prefix(text, prefix);
    const char *digits = placeholder ? text + strlen(prefix) : text;
    char *end = NULL;
    if (!g_ascii_isdigit(*digits))
        return false;
    guint64 number = g_ascii_strtoull(digits, &end, 10);
    uint64_t limit = placeholder ? UINT32_MAX : INT64_MAX;
    if (number == 0 || number > limit || strcmp(end, placeholder ? "}" : "") != 0)
        return false;
    *ret =
        placeholder ? (IdRef){.from_request = (unsigned) number} : (IdRef){.id = (int64_t) number};
    return true;
}

/* "{invitation_of:201}", whole: an invitation that is known by the member alone. */
static bool invitation_of(const char *text, int64_t *ret)
{
    static const char prefix[] = "{invitation_of:";
    g_autofree char *digits =
        g_str_has_prefix(text, prefix) ? g_strdup(text + strlen(prefix)) : NULL;
    if (digits == NULL || !g_str_has_suffix(digits, "}"))
        return false;
    digits[strlen(digits) - 1] = '\0';
    gint64 id = 0;
    if (!g_ascii_string_to_signed(digits, 10, 1, G_MAXINT64, &id, NULL))
        return false;
    *ret = id;
    return true;
}

static bool body_ref(const json_t *value, IdRef *ret)
{
    if (json_is_integer(value) && json_integer_value(value) > 0) {
        *ret = (IdRef){.id = json_integer_value(value)};
        return true;
    }
    int64_t from = json_int_or(value, "from_request", 0);
    if (!json_is_object(value) || json_object_size(value) != 1 || from <= 0 || from > UINT32_MAX)
        return false;
    *ret = (IdRef){.from_request = (unsigned) from};
    return true;
}

/* What stands in PATH for each id; words that are no ids are compared by the caller. */
static void read_path(Request *request, char **words, guint count)
{
    IdRef ref = {0};
    int64_t member = 0;
    if (count >= 5 && invitation_of(words[4], &member))
        request->organization_user_id.value = member;
    if (count < 5 || !path_ref(words[4], &ref))
        return;
    if (strcmp(words[3], "groups") == 0)
        request->group = ref;
    else if (strcmp(words[3], "workspaces") == 0)
        request->workspace = ref;
    else if (strcmp(words[3], "users") == 0)
        request->organization_user_id.value = ref.id;
    else if (strcmp(words[3], "invitations") == 0)
        request->invitation_id = ref.id;
}

/* Reads the ids out of PATH, and proves that it is the path of this operation by writing it again.
 */
static bool decode_path(Request *request, const char *path, GError **error)
{
    g_auto(GStrv) words = g_strsplit(path, "/", -1);
    guint count = g_strv_length(words);
    IdRef organization = {0};
    if (count < 4 || !path_ref(words[2], &organization) || organization.id == 0)
        return refuse(error, "a request has a path that is not understood");
    read_path(request, words, count);
    g_autofree char *again = toggl_request_path(request, organization.id);
    if (strcmp(again, path) != 0)
        return refuse(error, "a request has a path that does not fit its operation");
    return true;
}

static bool decode_refs(const json_t *list, GArray *refs)
{
    size_t i = 0;
    json_t *value = NULL;
    if (!json_is_array(list))
        return false;
    json_array_foreach (list, i, value) {
        IdRef ref = {0};
        if (!body_ref(value, &ref))
            return false;
        g_array_append_val(refs, ref);
    }
    return true;
}

static bool decode_ids(const json_t *list, GArray *ids)
{
    size_t i = 0;
    json_t *value = NULL;
    if (!json_is_array(list))
        return false;
    json_array_foreach (list, i, value) {
        int64_t id = json_integer_value(value);
        if (!json_is_integer(value) || id <= 0)
            return false;
        g_array_append_val(ids, id);
    }
    return true;
}

static bool decode_workspaces(const json_t *list, GArray *workspaces)
{
    size_t i = 0;
    json_t *value = NULL;
    if (!json_is_array(list))
        return false;
    json_array_foreach (list, i, value) {
        RequestWorkspace row = {.role_id = json_int_or(value, "role_id", 0),
                                .inactive = json_bool_or(value, "inactive", false)};
        const char *role = json_string_or(value, "role", NULL);
        if (!body_ref(json_object_get(value, "workspace_id"), &row.workspace) || row.role_id < 0 ||
            (role != NULL && !role_parse(role, &row.role)))
            return false;
        g_array_append_val(workspaces, row);
    }
    return true;
}

static bool decode_workspace_ids(const json_t *list, GArray *workspaces)
{
    size_t i = 0;
    json_t *value = NULL;
    if (!json_is_array(list))
        return false;
    json_array_foreach (list, i, value) {
        RequestWorkspace row = {.role = ROLE_NONE};
        if (!body_ref(value, &row.workspace))
            return false;
        g_array_append_val(workspaces, row);
    }
    return true;
}

static bool decode_invitation(Request *request, const json_t *body)
{
    const json_t *mails = json_object_get(body, "emails");
    const json_t *groups = json_object_get(body, "groups");
    size_t i = 0;
    json_t *value = NULL;
    if (json_array_size(mails) == 0)
        return false;
    json_array_foreach (mails, i, value) {
        if (!json_is_string(value))
            return false;
        g_ptr_array_add(request->mails, g_strdup(json_string_value(value)));
    }
    return decode_workspaces(json_object_get(body, "workspaces"), request->workspaces) &&
           (groups == NULL || decode_refs(groups, request->groups));
}

static bool decode_put_field(Request *request, const char *key, const json_t *value)
{
    if (strcmp(key, "inactive") == 0 && json_is_boolean(value)) {
        request->fields |= PUT_USER_INACTIVE;
        request->inactive = json_is_true(value);
        return true;
    }
    if (strcmp(key, "name") == 0 && json_is_string(value)) {
        request->fields |= PUT_USER_NAME;
        g_free(request->name);
        request->name = g_strdup(json_string_value(value));
        return true;
    }
    if (strcmp(key, "email") == 0 && json_is_string(value)) {
        request->fields |= PUT_USER_MAIL;
        g_free(request->mail);
        request->mail = g_strdup(json_string_value(value));
        return true;
    }
    if (strcmp(key, "role_id") == 0 && json_integer_value(value) > 0) {
        request->fields |= PUT_USER_ROLE_ID;
        request->role_id = json_integer_value(value);
        return true;
    }
    if (strcmp(key, "organization_admin") == 0 && json_is_boolean(value)) {
        request->fields |= PUT_USER_ADMIN;
        request->admin = json_is_true(value);
        return true;
    }
    if (strcmp(key, "workspaces") == 0) {
        request->fields |= PUT_USER_WORKSPACES;
        return decode_workspaces(value, request->workspaces);
    }
    if (strcmp(key, "groups") == 0) {
        request->fields |= PUT_USER_GROUPS;
        return decode_refs(value, request->groups);
    }
    return false;
}

static bool decode_put_user(Request *request, const json_t *body)
{
    /* the iterator wants a pointer it could write through; nothing is written here */
    g_autoptr(json_t) fields = json_copy((json_t *) (uintptr_t) body);
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach (fields, key, value) {
        if (!decode_put_field(request, key, value))
            return false;
    }
    return request->fields != 0;
}

static bool decode_patch(Request *request, const json_t *value)
{
    const char *op = json_string_or(value, "op", "");
    const char *path = json_string_or(value, "path", "");
    bool adds = strcmp(op, "add") == 0;
    bool users = strcmp(path, "/users") == 0;
    if ((!adds && strcmp(op, "remove") != 0) || (!users && strcmp(path, "/workspaces") != 0))
        return false;
    GroupPatch *patch =
        group_patch_new(adds ? PATCH_ADD : PATCH_REMOVE, users ? PATCH_USERS : PATCH_WORKSPACES);
    g_ptr_array_add(request->patches, patch);
    return decode_refs(json_object_get(value, "value"), patch->values);
}

static bool decode_patches(Request *request, const json_t *body)
{
    size_t i = 0;
    json_t *value = NULL;
    if (json_array_size(body) == 0)
        return false;
    json_array_foreach (body, i, value) {
        if (!decode_patch(request, value))
            return false;
    }
    return true;
}

static bool decode_assignment(Request *request, const json_t *body)
{
    const char *operation = json_string_or(body, "operation", "");
    request->assign = strcmp(operation, "add") == 0;
    if (!request->assign && strcmp(operation, "remove") != 0)
        return false;
    request->user_id.value = json_int_or(body, "user_id", 0);
    request->by_group = json_object_get(body, "group_id") != NULL;
    if (request->by_group)
        return request->user_id.value == 0 &&
               body_ref(json_object_get(body, "group_id"), &request->group);
    return request->user_id.value > 0;
}

static bool decode_name(Request *request, const json_t *body)
{
    const char *name = json_string_or(body, "name", "");
    g_free(request->name);
    request->name = g_strdup(name);
    return *name != '\0';
}

static bool decode_body(Request *request, const json_t *body)
{
    switch (request->operation) {
    case OPERATION_POST_INVITATION:
        return decode_invitation(request, body);
    case OPERATION_PUT_USER:
        return decode_put_user(request, body);
    case OPERATION_DELETE_USERS:
    case OPERATION_DELETE_WORKSPACE_USERS:
        return decode_ids(json_object_get(body, "delete"), request->users);
    case OPERATION_POST_GROUP:
        return decode_name(request, body) &&
               decode_ids(json_object_get(body, "users"), request->users) &&
               decode_workspace_ids(json_object_get(body, "workspaces"), request->workspaces);
    case OPERATION_PATCH_GROUP:
        return decode_patches(request, body);
    case OPERATION_POST_WORKSPACE:
        return decode_name(request, body);
    case OPERATION_ASSIGNMENT:
        return decode_assignment(request, body);
    case OPERATION_RESEND_INVITATION:
    case OPERATION_DELETE_GROUP:
        return body == NULL || json_is_null(body);
    case OPERATIONS:
    default:
        return false;
    }
}

bool toggl_request_decode(Request *request, const char *path, const json_t *body, GError **error)
{
    if (!decode_path(request, path, error))
        return false;
    if (!decode_body(request, body))
        return refuse(error, "a request has a body that does not fit its operation");
    /* what was not understood would not be sent: so nothing may be left over */
    g_autoptr(json_t) again = toggl_request_body(request);
    bool same = again == NULL ? body == NULL || json_is_null(body) : json_equal(again, body) == 1;
    if (!same)
        return refuse(error, "a request has a body with something that would not be sent");
    return true;
}
