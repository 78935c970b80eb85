/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/endpoint.h"
#include "toggl/toggl.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define FROM_REQUEST "from_request"
#define INVITATION_OF "invitation_of" /* the member whose invitation has no id that Toggl tells */

static const Endpoint *endpoint_of(const Request *request)
{
    return endpoint_find(operation_name(request->operation));
}

const char *toggl_request_method(const Request *request)
{
    return endpoint_of(request)->method;
}

static IdRef plain_ref(int64_t id)
{
    return (IdRef){.id = id};
}

/* The id that a "{word}" of a path stands for. */
static IdRef path_ref(const Request *request, const char *word, int64_t organization)
{
    if (strcmp(word, "{organization_id}") == 0)
        return plain_ref(organization);
    if (strcmp(word, "{invitation_id}") == 0)
        return plain_ref(request->invitation_id);
    if (strcmp(word, "{organization_user_id}") == 0)
        return plain_ref(request->organization_user_id.value);
    return strcmp(word, "{group_id}") == 0 ? request->group : request->workspace;
}

char *toggl_request_path(const Request *request, int64_t organization)
{
    g_auto(GStrv) words = g_strsplit(endpoint_of(request)->path, "/", -1);
    GString *path = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++) {
        if (word != words)
            g_string_append_c(path, '/');
        if (**word != '{') {
            g_string_append(path, *word);
            continue;
        }
        IdRef ref = path_ref(request, *word, organization);
        if (ref.from_request != 0)
            g_string_append_printf(path, "{" FROM_REQUEST ":%u}", ref.from_request);
        else if (ref.id == 0 && strcmp(*word, "{invitation_id}") == 0)
            g_string_append_printf(path, "{" INVITATION_OF ":%" G_GINT64_FORMAT "}",
                                   request->organization_user_id.value);
        else
            g_string_append_printf(path, "%" G_GINT64_FORMAT, ref.id);
    }
    return g_string_free(path, FALSE);
}

static json_t *encode_ref(IdRef ref)
{
    if (ref.from_request != 0)
        return json_pack("{sI}", FROM_REQUEST, (json_int_t) ref.from_request);
    return json_integer(ref.id);
}

static json_t *encode_refs(const GArray *refs)
{
    json_t *list = json_array();
    for (guint i = 0; refs != NULL && i < refs->len; i++)
        (void) json_array_append_new(list, encode_ref(g_array_index(refs, IdRef, i)));
    return list;
}

static json_t *encode_ids(const GArray *ids)
{
    json_t *list = json_array();
    for (guint i = 0; ids != NULL && i < ids->len; i++)
        (void) json_array_append_new(list, json_integer(g_array_index(ids, int64_t, i)));
    return list;
}

/* A role goes as its number where we know it: the word is what older servers understand. */
static json_t *encode_workspaces(const GArray *workspaces)
{
    json_t *list = json_array();
    for (guint i = 0; workspaces != NULL && i < workspaces->len; i++) {
        const RequestWorkspace *row = &g_array_index(workspaces, RequestWorkspace, i);
        json_t *object = json_pack("{so}", "workspace_id", encode_ref(row->workspace));
        if (row->role_id != 0)
            (void) json_object_set_new(object, "role_id", json_integer(row->role_id));
        else if (row->role != ROLE_NONE)
            (void) json_object_set_new(object, "role", json_string(role_name(row->role)));
        if (row->inactive)
            (void) json_object_set_new(object, "inactive", json_true());
        (void) json_array_append_new(list, object);
    }
    return list;
}

static json_t *encode_workspace_ids(const GArray *workspaces)
{
    json_t *list = json_array();
    for (guint i = 0; workspaces != NULL && i < workspaces->len; i++)
        (void) json_array_append_new(
            list, encode_ref(g_array_index(workspaces, RequestWorkspace, i).workspace));
    return list;
}

static json_t *encode_invitation(const Request *request)
{
    json_t *mails = json_array();
    for (guint i = 0; request->mails != NULL && i < request->mails->len; i++)
        (void) json_array_append_new(mails, json_string(g_ptr_array_index(request->mails, i)));
    json_t *body =
        json_pack("{so so}", "emails", mails, "workspaces", encode_workspaces(request->workspaces));
    if (request->groups != NULL && request->groups->len > 0)
        (void) json_object_set_new(body, "groups", encode_refs(request->groups));
    return body;
}

static json_t *encode_put_user(const Request *request)
{
    json_t *body = json_object();
    if ((request->fields & PUT_USER_INACTIVE) != 0)
        (void) json_object_set_new(body, "inactive", json_boolean(request->inactive));
    if ((request->fields & PUT_USER_NAME) != 0)
        (void) json_object_set_new(body, "name", json_string(request->name));
    if ((request->fields & PUT_USER_MAIL) != 0)
        (void) json_object_set_new(body, "email", json_string(request->mail));
    /* Toggl refuses the flag and the number together; the number says more */
    if ((request->fields & PUT_USER_ROLE_ID) != 0)
        (void) json_object_set_new(body, "role_id", json_integer(request->role_id));
    else if ((request->fields & PUT_USER_ADMIN) != 0)
        (void) json_object_set_new(body, "organization_admin", json_boolean(request->admin));
    if ((request->fields & PUT_USER_WORKSPACES) != 0)
        (void) json_object_set_new(body, "workspaces", encode_workspaces(request->workspaces));
    if ((request->fields & PUT_USER_GROUPS) != 0)
        (void) json_object_set_new(body, "groups", encode_refs(request->groups));
    return body;
}

static const char *const patch_ops[] = {[PATCH_ADD] = "add", [PATCH_REMOVE] = "remove"};
static const char *const patch_paths[] = {
    [PATCH_USERS] = "/users", [PATCH_WORKSPACES] = "/workspaces"};

static json_t *encode_patches(const Request *request)
{
    json_t *list = json_array();
    for (guint i = 0; request->patches != NULL && i < request->patches->len; i++) {
        const GroupPatch *patch = g_ptr_array_index(request->patches, i);
        (void) json_array_append_new(list, json_pack("{ss ss so}", "op", patch_ops[patch->op],
                                                     "path", patch_paths[patch->path], "value",
                                                     encode_refs(patch->values)));
    }
    return list;
}

static json_t *encode_assignment(const Request *request)
{
    json_t *body = json_pack("{ss}", "operation", request->assign ? "add" : "remove");
    if (request->by_group)
        (void) json_object_set_new(body, "group_id", encode_ref(request->group));
    else
        (void) json_object_set_new(body, "user_id", json_integer(request->user_id.value));
    return body;
}

json_t *toggl_request_body(const Request *request)
{
    switch (request->operation) {
    case OPERATION_POST_INVITATION:
        return encode_invitation(request);
    case OPERATION_PUT_USER:
        return encode_put_user(request);
    case OPERATION_DELETE_USERS:
    case OPERATION_DELETE_WORKSPACE_USERS:
        return json_pack("{so}", "delete", encode_ids(request->users));
    case OPERATION_POST_GROUP:
        return json_pack("{ss so so}", "name", request->name, "users", encode_ids(request->users),
                         "workspaces", encode_workspace_ids(request->workspaces));
    case OPERATION_PATCH_GROUP:
        return encode_patches(request);
    case OPERATION_POST_WORKSPACE:
        return json_pack("{ss}", "name", request->name);
    case OPERATION_ASSIGNMENT:
        return encode_assignment(request);
    case OPERATION_RESEND_INVITATION:
    case OPERATION_DELETE_GROUP:
    case OPERATIONS:
    default:
        return NULL;
    }
}
