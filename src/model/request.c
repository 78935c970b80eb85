/* SPDX-License-Identifier: Apache-2.0 */
#include "model/request.h"

#include <string.h>

static const char *const operations[] = {
    [OPERATION_POST_INVITATION] = "post_organization_invitation",
    [OPERATION_RESEND_INVITATION] = "resend_organization_invitation",
    [OPERATION_PUT_USER] = "put_organization_users",
    [OPERATION_DELETE_USERS] = "patch_organization_users",
    [OPERATION_POST_GROUP] = "post_organization_group",
    [OPERATION_PATCH_GROUP] = "patch_organization_group",
    [OPERATION_DELETE_GROUP] = "delete_organization_group",
    [OPERATION_POST_WORKSPACE] = "post_organization_workspaces",
    [OPERATION_ASSIGNMENT] = "put_organization_workspaces_assignments",
    [OPERATION_DELETE_WORKSPACE_USERS] = "patch_organization_workspace_users",
};
_Static_assert(G_N_ELEMENTS(operations) == OPERATIONS, "every operation has a name");

static const char *const outcomes[] = {
    [OUTCOME_DONE] = "done",       [OUTCOME_PARTIAL] = "partial",   [OUTCOME_REFUSED] = "refused",
    [OUTCOME_UNKNOWN] = "unknown", [OUTCOME_NOT_SENT] = "not-sent",
};

static bool find_name(const char *const *names, size_t count, const char *name, size_t *ret_index)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

const char *operation_name(Operation operation)
{
    return operations[operation];
}

bool operation_parse(const char *name, Operation *ret_operation)
{
    size_t index = 0;
    if (!find_name(operations, G_N_ELEMENTS(operations), name, &index))
        return false;
    *ret_operation = (Operation) index;
    return true;
}

const char *outcome_kind_name(OutcomeKind kind)
{
    return outcomes[kind];
}

bool outcome_kind_parse(const char *name, OutcomeKind *ret_kind)
{
    size_t index = 0;
    if (!find_name(outcomes, G_N_ELEMENTS(outcomes), name, &index))
        return false;
    *ret_kind = (OutcomeKind) index;
    return true;
}

Request *request_new(Operation operation)
{
    Request *request = g_new0(Request, 1);
    request->operation = operation;
    request->mails = g_ptr_array_new_with_free_func(g_free);
    request->workspaces = g_array_new(false, true, sizeof(RequestWorkspace));
    request->groups = g_array_new(false, true, sizeof(IdRef));
    request->users = g_array_new(false, true, sizeof(int64_t));
    request->patches = g_ptr_array_new_with_free_func((GDestroyNotify) group_patch_free);
    request->changes = g_array_new(false, true, sizeof(unsigned));
    request->after = g_array_new(false, true, sizeof(unsigned));
    return request;
}

void request_free(Request *request)
{
    if (request == NULL)
        return;
    g_free(request->name);
    g_free(request->mail);
    g_ptr_array_unref(request->mails);
    g_array_unref(request->workspaces);
    g_array_unref(request->groups);
    g_array_unref(request->users);
    g_ptr_array_unref(request->patches);
    g_array_unref(request->changes);
    g_array_unref(request->after);
    g_free(request);
}

GroupPatch *group_patch_new(PatchOp op, PatchPath path)
{
    GroupPatch *patch = g_new0(GroupPatch, 1);
    *patch =
        (GroupPatch){.op = op, .path = path, .values = g_array_new(false, true, sizeof(IdRef))};
    return patch;
}

void group_patch_free(GroupPatch *patch)
{
    g_array_unref(patch->values);
    g_free(patch);
}

/* Every placeholder of a request, as one walk: VISIT returns false to end it. */
static bool each_ref(Request *request, bool (*visit)(IdRef *ref, void *context), void *context)
{
    if (!visit(&request->group, context) || !visit(&request->workspace, context))
        return false;
    for (guint i = 0; i < request->workspaces->len; i++) {
        if (!visit(&g_array_index(request->workspaces, RequestWorkspace, i).workspace, context))
            return false;
    }
    for (guint i = 0; i < request->groups->len; i++) {
        if (!visit(&g_array_index(request->groups, IdRef, i), context))
            return false;
    }
    for (guint p = 0; p < request->patches->len; p++) {
        GArray *values = ((GroupPatch *) g_ptr_array_index(request->patches, p))->values;
        for (guint i = 0; i < values->len; i++) {
            if (!visit(&g_array_index(values, IdRef, i), context))
                return false;
        }
    }
    return true;
}

static bool fill_in(IdRef *ref, void *context)
{
    const IdRef *answer = context;
    if (ref->from_request != 0 && ref->from_request == answer->from_request)
        *ref = (IdRef){.id = answer->id};
    return true;
}

void request_resolve(Request *request, unsigned from, int64_t id)
{
    IdRef answer = {.id = id, .from_request = from};
    (void) each_ref(request, fill_in, &answer);
}

static bool needs_nothing(IdRef *ref, void *context)
{
    (void) context;
    return ref->from_request == 0;
}

bool request_is_resolved(const Request *request)
{
    union {
        const Request *in;
        Request *out;
    } same = {.in = request};
    return each_ref(same.out, needs_nothing, NULL);
}

static void failure_free(OutcomeFailure *failure)
{
    g_free(failure->mail);
    g_free(failure->message);
    g_free(failure);
}

static void invited_free(InvitedPerson *person)
{
    g_free(person->mail);
    g_free(person);
}

void outcome_clear(Outcome *outcome)
{
    g_free(outcome->message);
    g_free(outcome->request_id);
    g_clear_pointer(&outcome->failures, g_ptr_array_unref);
    g_clear_pointer(&outcome->invited, g_ptr_array_unref);
    *outcome = (Outcome){0};
}

void outcome_add_failure(Outcome *outcome, int64_t id, const char *mail, const char *message)
{
    if (outcome->failures == NULL)
        outcome->failures = g_ptr_array_new_with_free_func((GDestroyNotify) failure_free);
    OutcomeFailure *failure = g_new0(OutcomeFailure, 1);
    *failure = (OutcomeFailure){.id = id, .mail = g_strdup(mail), .message = g_strdup(message)};
    g_ptr_array_add(outcome->failures, failure);
}

void outcome_add_invited(Outcome *outcome, const char *mail, int64_t invitation_id, UserId user_id)
{
    if (outcome->invited == NULL)
        outcome->invited = g_ptr_array_new_with_free_func((GDestroyNotify) invited_free);
    InvitedPerson *person = g_new0(InvitedPerson, 1);
    *person =
        (InvitedPerson){.mail = g_strdup(mail), .invitation_id = invitation_id, .user_id = user_id};
    g_ptr_array_add(outcome->invited, person);
}
