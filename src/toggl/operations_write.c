/* SPDX-License-Identifier: Apache-2.0 */
/* The writes: typed parameters to the fields of the table. */
#include "toggl/operations.h"

/* after jansson.h */
#include "base/autoptr.h"

static void send_write(Toggl *toggl, const char *name, const json_t *arguments, const json_t *body,
                       Answer *ret, GError **error)
{
    operation_write(toggl, endpoint_find(name), arguments, body, ret, error);
}

static json_t *ids_list(const GArray *ids)
{
    json_t *list = json_array();
    for (guint i = 0; ids != NULL && i < ids->len; i++)
        (void) json_array_append_new(list, json_integer(g_array_index(ids, int64_t, i)));
    return list;
}

static json_t *workspaces_list(const GArray *workspaces)
{
    json_t *list = json_array();
    for (guint i = 0; workspaces != NULL && i < workspaces->len; i++) {
        const UserWorkspace *row = &g_array_index(workspaces, UserWorkspace, i);
        json_t *object = json_pack("{sI}", "workspace_id", (json_int_t) row->id);
        if (row->role_id != 0)
            (void) json_object_set_new(object, "role_id", json_integer(row->role_id));
        else if (row->role != ROLE_NONE)
            (void) json_object_set_new(object, "role", json_string(role_name(row->role)));
        if (row->inactive != CHOICE_ANY)
            (void) json_object_set_new(object, "inactive",
                                       json_boolean(row->inactive == CHOICE_YES));
        (void) json_array_append_new(list, object);
    }
    return list;
}

/* ---- organization ---- */

void put_organization(Toggl *toggl, const char *name, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{ss}", "name", name);
    send_write(toggl, "put_organization", arguments, NULL, ret, error);
}

void post_organization(Toggl *toggl, const char *name, const char *workspace_name, Answer *ret,
                       GError **error)
{
    g_autoptr(json_t) arguments =
        json_pack("{ss ss}", "name", name, "workspace_name", workspace_name);
    send_write(toggl, "post_organization", arguments, NULL, ret, error);
}

void put_organization_segmentation(Toggl *toggl, const json_t *segmentation, Answer *ret,
                                   GError **error)
{
    send_write(toggl, "put_organization_segmentation", NULL, segmentation, ret, error);
}

/* ---- organization users ---- */

void put_organization_users(Toggl *toggl, OrganizationUserId user, const UserPut *put, Answer *ret,
                            GError **error)
{
    g_autoptr(json_t) arguments =
        json_pack("{sI ss* ss*}", "organization_user_id", (json_int_t) user.value, "name",
                  put->name, "email", put->mail);
    if (put->inactive != CHOICE_ANY)
        (void) json_object_set_new(arguments, "inactive",
                                   json_boolean(put->inactive == CHOICE_YES));
    if (put->role_id != 0)
        (void) json_object_set_new(arguments, "role_id", json_integer(put->role_id));
    else if (put->admin != CHOICE_ANY)
        (void) json_object_set_new(arguments, "organization_admin",
                                   json_boolean(put->admin == CHOICE_YES));
    if (put->groups != NULL)
        (void) json_object_set_new(arguments, "groups", ids_list(put->groups));
    if (put->workspaces != NULL)
        (void) json_object_set_new(arguments, "workspaces", workspaces_list(put->workspaces));
    send_write(toggl, "put_organization_users", arguments, NULL, ret, error);
}

void patch_organization_users(Toggl *toggl, const GArray *users, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{so}", "delete", ids_list(users));
    send_write(toggl, "patch_organization_users", arguments, NULL, ret, error);
}

void delete_organization_users_leave(Toggl *toggl, Answer *ret, GError **error)
{
    send_write(toggl, "delete_organization_users_leave", NULL, NULL, ret, error);
}

/* ---- groups ---- */

void post_organization_group(Toggl *toggl, const char *name, const GArray *users,
                             const GArray *workspaces, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{ss so so}", "name", name, "users", ids_list(users),
                                            "workspaces", ids_list(workspaces));
    send_write(toggl, "post_organization_group", arguments, NULL, ret, error);
}

void put_organization_group(Toggl *toggl, int64_t group, const char *name, const GArray *users,
                            const GArray *workspaces, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments =
        json_pack("{sI ss so so}", "group_id", (json_int_t) group, "name", name, "users",
                  ids_list(users), "workspaces", ids_list(workspaces));
    send_write(toggl, "put_organization_group", arguments, NULL, ret, error);
}

void patch_organization_group(Toggl *toggl, int64_t group, const GPtrArray *patches, Answer *ret,
                              GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI}", "group_id", (json_int_t) group);
    g_autoptr(Request) request = request_new(OPERATION_PATCH_GROUP);
    for (guint i = 0; i < patches->len; i++) {
        const GroupPatch *patch = g_ptr_array_index(patches, i);
        GroupPatch *copy = group_patch_new(patch->op, patch->path);
        g_array_append_vals(copy->values, patch->values->data, patch->values->len);
        g_ptr_array_add(request->patches, copy);
    }
    g_autoptr(json_t) body = toggl_request_body(request);
    send_write(toggl, "patch_organization_group", arguments, body, ret, error);
}

void delete_organization_group(Toggl *toggl, int64_t group, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI}", "group_id", (json_int_t) group);
    send_write(toggl, "delete_organization_group", arguments, NULL, ret, error);
}

/* ---- invitations ---- */

void post_organization_invitation(Toggl *toggl, const Invitation *invitation, Answer *ret,
                                  GError **error)
{
    json_t *mails = json_array();
    for (guint i = 0; i < invitation->mails->len; i++)
        (void) json_array_append_new(mails, json_string(g_ptr_array_index(invitation->mails, i)));
    g_autoptr(json_t) arguments = json_pack("{so so}", "emails", mails, "workspaces",
                                            workspaces_list(invitation->workspaces));
    if (invitation->groups != NULL && invitation->groups->len > 0)
        (void) json_object_set_new(arguments, "groups", ids_list(invitation->groups));
    if (invitation->skip_email != CHOICE_ANY)
        (void) json_object_set_new(arguments, "skip_email",
                                   json_boolean(invitation->skip_email == CHOICE_YES));
    send_write(toggl, "post_organization_invitation", arguments, NULL, ret, error);
}

void resend_organization_invitation(Toggl *toggl, int64_t invitation, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI}", "invitation_id", (json_int_t) invitation);
    send_write(toggl, "resend_organization_invitation", arguments, NULL, ret, error);
}

static void answer_invitation(Toggl *toggl, const char *name, const Secret *code, Answer *ret,
                              GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{ss}", "invitation_code", secret_expose(code, NULL));
    send_write(toggl, name, arguments, NULL, ret, error);
}

void post_organization_accept_invitation(Toggl *toggl, const Secret *code, Answer *ret,
                                         GError **error)
{
    answer_invitation(toggl, "post_organization_accept_invitation", code, ret, error);
}

void post_organization_reject_invitation(Toggl *toggl, const Secret *code, Answer *ret,
                                         GError **error)
{
    answer_invitation(toggl, "post_organization_reject_invitation", code, ret, error);
}

/* ---- workspaces ---- */

void post_organization_workspaces(Toggl *toggl, const char *name, const GArray *admins,
                                  const json_t *settings, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{ss}", "name", name);
    if (admins != NULL && admins->len > 0)
        (void) json_object_set_new(arguments, "admins", ids_list(admins));
    /* nothing is written through this pointer */
    if (settings != NULL)
        (void) json_object_update_missing(arguments, (json_t *) (uintptr_t) settings);
    send_write(toggl, "post_organization_workspaces", arguments, NULL, ret, error);
}

void put_organization_workspaces_assignments(Toggl *toggl, int64_t workspace, bool add, UserId user,
                                             int64_t group, Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments = json_pack("{sI ss}", "workspace_id", (json_int_t) workspace,
                                            "operation", add ? "add" : "remove");
    (void) json_object_set_new(arguments, user.value != 0 ? "user_id" : "group_id",
                               json_integer(user.value != 0 ? user.value : group));
    send_write(toggl, "put_organization_workspaces_assignments", arguments, NULL, ret, error);
}

void patch_organization_workspace_users(Toggl *toggl, int64_t workspace, const GArray *users,
                                        Answer *ret, GError **error)
{
    g_autoptr(json_t) arguments =
        json_pack("{sI so}", "workspace_id", (json_int_t) workspace, "delete", ids_list(users));
    send_write(toggl, "patch_organization_workspace_users", arguments, NULL, ret, error);
}
