/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/batch_private.h"

static void add_unsigned(GArray *sorted, unsigned number)
{
    guint at = sorted->len;
    while (at > 0 && g_array_index(sorted, unsigned, at - 1) > number)
        at--;
    if (at == 0 || g_array_index(sorted, unsigned, at - 1) != number)
        g_array_insert_val(sorted, at, number);
}

/* The id of REF, or the request that will tell it, which REQUEST then needs. */
static IdRef resolve(GHashTable *made, const TargetRef *ref, Request *request)
{
    if (ref->id != 0)
        return (IdRef){.id = ref->id};
    unsigned from = GPOINTER_TO_UINT(g_hash_table_lookup(made, ref->name));
    add_unsigned(request->after, from);
    return (IdRef){.from_request = from};
}

static void carry_patch_value(const Batcher *batcher, Request *request, const Change *change)
{
    if (request->patches->len == 0)
        request->group = resolve(batcher->new_groups, &change->group, request);
    bool removes = change->kind == CHANGE_REMOVE_FROM_GROUP ||
                   change->kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
    bool person = change->kind == CHANGE_ADD_TO_GROUP || change->kind == CHANGE_REMOVE_FROM_GROUP;
    PatchOp op = removes ? PATCH_REMOVE : PATCH_ADD;
    PatchPath path = person ? PATCH_USERS : PATCH_WORKSPACES;
    IdRef value = person ? (IdRef){.id = change->person.user_id.value}
                         : resolve(batcher->new_workspaces, &change->workspace, request);
    GroupPatch *patch = request->patches->len > 0
                            ? g_ptr_array_index(request->patches, request->patches->len - 1)
                            : NULL;
    if (patch == NULL || patch->op != op || patch->path != path ||
        patch->values->len == VALUES_A_PATCH) {
        patch = group_patch_new(op, path);
        g_ptr_array_add(request->patches, patch);
    }
    g_array_append_val(patch->values, value);
}

static void carry_new_group(const Batcher *batcher, Request *request, const Change *change)
{
    if (change->kind == CHANGE_CREATE_GROUP) {
        request->name = g_strdup(change->group.name);
        g_hash_table_insert(batcher->new_groups, change->group.name, GUINT_TO_POINTER(request->id));
    } else if (change->kind == CHANGE_ADD_TO_GROUP) {
        g_array_append_val(request->users, change->person.user_id.value);
    } else {
        RequestWorkspace row = {0};
        row.workspace = resolve(batcher->new_workspaces, &change->workspace, request);
        g_array_append_val(request->workspaces, row);
    }
}

static void carry_invitation(const Batcher *batcher, Request *request, const Change *change)
{
    g_ptr_array_add(request->mails, g_strdup(change->person.mail));
    if (request->mails->len > 1)
        return; /* the targets are those of the first */
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *from = g_ptr_array_index(change->workspaces, i);
        RequestWorkspace row = {.role = from->role, .role_id = from->role_id};
        row.workspace = resolve(batcher->new_workspaces, &from->workspace, request);
        g_array_append_val(request->workspaces, row);
    }
    for (guint i = 0; change->groups != NULL && i < change->groups->len; i++) {
        IdRef group = resolve(batcher->new_groups, g_ptr_array_index(change->groups, i), request);
        g_array_append_val(request->groups, group);
    }
}

static bool same_ref(const IdRef *a, const IdRef *b)
{
    return a->id == b->id && a->from_request == b->from_request;
}

/* Begins the list of workspaces with what the PUT must repeat. */
static void repeat_workspaces(const PersonPut *put, Request *request)
{
    if ((request->fields & PUT_USER_WORKSPACES) != 0)
        return;
    request->fields |= PUT_USER_WORKSPACES;
    for (guint i = 0; i < put->workspaces->len; i++) {
        const InvitationWorkspace *from = g_ptr_array_index(put->workspaces, i);
        RequestWorkspace row = {.workspace = {.id = from->workspace.id},
                                .role = from->role,
                                .role_id = from->role_id,
                                .inactive = from->inactive};
        g_array_append_val(request->workspaces, row);
    }
}

static void carry_workspace(const Batcher *batcher, const PersonPut *put, Request *request,
                            const Change *change)
{
    repeat_workspaces(put, request);
    RequestWorkspace row = {.role = change->after.role};
    row.workspace = resolve(batcher->new_workspaces, &change->workspace, request);
    guint at = 0;
    while (at < request->workspaces->len &&
           !same_ref(&g_array_index(request->workspaces, RequestWorkspace, at).workspace,
                     &row.workspace))
        at++;
    if (at < request->workspaces->len)
        g_array_remove_index(request->workspaces, at);
    if (change->kind != CHANGE_UNASSIGN)
        g_array_insert_val(request->workspaces, at, row);
}

/* Begins the list of groups likewise. */
static void repeat_groups(const Batcher *batcher, const PersonPut *put, Request *request)
{
    if ((request->fields & PUT_USER_GROUPS) != 0)
        return;
    request->fields |= PUT_USER_GROUPS;
    for (guint i = 0; i < put->groups->len; i++) {
        IdRef ref = {.id = ((const TargetRef *) g_ptr_array_index(put->groups, i))->id};
        g_array_append_val(request->groups, ref);
    }
    for (guint i = 0; i < put->new_groups->len; i++) {
        IdRef ref = resolve(batcher->new_groups, g_ptr_array_index(put->new_groups, i), request);
        g_array_append_val(request->groups, ref);
    }
}

static void carry_membership(const Batcher *batcher, const PersonPut *put, Request *request,
                             const Change *change)
{
    repeat_groups(batcher, put, request);
    IdRef group = {.id = change->group.id};
    guint at = 0;
    while (at < request->groups->len &&
           !same_ref(&g_array_index(request->groups, IdRef, at), &group))
        at++;
    if (at < request->groups->len)
        g_array_remove_index(request->groups, at);
    if (change->kind == CHANGE_ADD_TO_GROUP)
        g_array_insert_val(request->groups, at, group);
}

static void carry_put(const Batcher *batcher, Request *request, const Change *change)
{
    request->organization_user_id = change->person.organization_user_id;
    if (change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_REACTIVATE) {
        request->fields |= PUT_USER_INACTIVE;
        request->inactive = change->kind == CHANGE_DEACTIVATE;
    } else if (change->kind == CHANGE_RENAME_MEMBER) {
        request->fields |= PUT_USER_NAME;
        g_free(request->name);
        request->name = g_strdup(change->after.name);
    } else if (change->kind == CHANGE_CHANGE_ADDRESS) {
        request->fields |= PUT_USER_MAIL;
        g_free(request->mail);
        request->mail = g_strdup(change->after.mail);
    } else if (change->kind == CHANGE_SET_ORGANIZATION_ROLE) {
        request->fields |= PUT_USER_ADMIN;
        request->admin = change->after.admin;
    } else {
        const PersonPut *put =
            g_hash_table_lookup(batcher->puts, &change->person.organization_user_id.value);
        bool group =
            change->kind == CHANGE_ADD_TO_GROUP || change->kind == CHANGE_REMOVE_FROM_GROUP;
        (group ? carry_membership : carry_workspace)(batcher, put, request, change);
    }
}

static void carry_resend(const Batcher *batcher, Request *request, const Change *change)
{
    (void) batcher;
    request->invitation_id = change->person.invitation_id;
}

static void carry_deletion(const Batcher *batcher, Request *request, const Change *change)
{
    (void) batcher;
    g_array_append_val(request->users, change->person.organization_user_id.value);
}

static void carry_leaving(const Batcher *batcher, Request *request, const Change *change)
{
    (void) batcher;
    request->workspace = (IdRef){.id = change->workspace.id};
    g_array_append_val(request->users, change->person.workspace_user_id.value);
}

static void carry_old_group(const Batcher *batcher, Request *request, const Change *change)
{
    (void) batcher;
    request->group = (IdRef){.id = change->group.id};
}

static void carry_new_workspace(const Batcher *batcher, Request *request, const Change *change)
{
    request->name = g_strdup(change->workspace.name);
    g_hash_table_insert(batcher->new_workspaces, change->workspace.name,
                        GUINT_TO_POINTER(request->id));
}

static void carry_assignment(const Batcher *batcher, Request *request, const Change *change)
{
    request->assign = change->kind == CHANGE_ASSIGN;
    request->user_id = change->person.user_id;
    request->workspace = resolve(batcher->new_workspaces, &change->workspace, request);
}

/* Puts one change into its request. */
static void (*const carriers[])(const Batcher *batcher, Request *request, const Change *change) = {
    [OPERATION_POST_INVITATION] = carry_invitation,
    [OPERATION_RESEND_INVITATION] = carry_resend,
    [OPERATION_PUT_USER] = carry_put,
    [OPERATION_DELETE_USERS] = carry_deletion,
    [OPERATION_POST_GROUP] = carry_new_group,
    [OPERATION_PATCH_GROUP] = carry_patch_value,
    [OPERATION_DELETE_GROUP] = carry_old_group,
    [OPERATION_POST_WORKSPACE] = carry_new_workspace,
    [OPERATION_ASSIGNMENT] = carry_assignment,
    [OPERATION_DELETE_WORKSPACE_USERS] = carry_leaving,
};

void batch_make_request(const Batcher *batcher, const Bucket *bucket)
{
    Request *request = request_new(bucket->operation);
    g_ptr_array_add(batcher->plan->requests, request);
    request->id = batcher->plan->requests->len;
    request->phase = bucket->phase;
    for (guint i = 0; i < bucket->changes->len; i++) {
        const Change *change = g_ptr_array_index(bucket->changes, i);
        carriers[bucket->operation](batcher, request, change);
        add_unsigned(request->changes, change->id);
    }
}
