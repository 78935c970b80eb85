/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/outcome.h"

#include "sync/confirm.h"
#include "toggl/classify.h"

static bool invitation_failed(const Change *change, const Outcome *outcome)
{
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        if (failure->mail != NULL && g_strcmp0(failure->mail, change->person.mail) == 0)
            return true;
    }
    return false;
}

/* Whether a failure that names an id means this change. */
static bool id_failed(const Change *change, const Outcome *outcome)
{
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        if (failure->id == 0 && failure->mail == NULL)
            return true;
        bool about_person =
            failure->id != 0 && (failure->id == change->person.user_id.value ||
                                 failure->id == change->person.organization_user_id.value);
        bool about_workspace = change->person.anchor == NULL && failure->id != 0 &&
                               failure->id == change->workspace.id;
        if (about_person || about_workspace)
            return true;
    }
    return false;
}

bool outcome_names(const Outcome *outcome, const Change *change)
{
    return change->kind == CHANGE_INVITE ? invitation_failed(change, outcome)
                                         : id_failed(change, outcome);
}

bool outcome_confirms(const Outcome *outcome, const Change *change)
{
    if (outcome->kind == OUTCOME_DONE)
        return true;
    if (outcome->kind != OUTCOME_PARTIAL)
        return outcome->kind == OUTCOME_REFUSED && outcome->already;
    return !outcome_names(outcome, change);
}

/* Whether a refusal was about an address, so that the others may have better luck. */
static bool is_about_address(const Outcome *outcome)
{
    MessageKind kind = classify_message(outcome->message);
    return kind == MESSAGE_BAD_ADDRESS || kind == MESSAGE_INACTIVE_MEMBER ||
           kind == MESSAGE_ALREADY_MEMBER;
}

static bool holds_id(const GArray *changes, unsigned id)
{
    for (guint i = 0; i < changes->len; i++) {
        if (g_array_index(changes, unsigned, i) == id)
            return true;
    }
    return false;
}

static void copy_targets(const Request *from, Request *to)
{
    to->phase = from->phase;
    to->group = from->group;
    g_array_append_vals(to->after, from->after->data, from->after->len);
    g_array_append_vals(to->workspaces, from->workspaces->data, from->workspaces->len);
    g_array_append_vals(to->groups, from->groups->data, from->groups->len);
}

/* Whether the person whom ID means in a deletion or a patch is among the changes KEPT. */
static bool is_kept(const Plan *plan, const GArray *kept, const Request *request, int64_t id)
{
    for (guint i = 0; i < request->changes->len; i++) {
        unsigned change_id = g_array_index(request->changes, unsigned, i);
        const Change *change = plan_change(plan, change_id);
        bool same = request->operation == OPERATION_DELETE_USERS
                        ? change->person.organization_user_id.value == id
                        : change->person.user_id.value == id;
        if (same)
            return holds_id(kept, change_id);
    }
    return true;
}

static void copy_patches(const Plan *plan, const GArray *kept, const Request *from, Request *to)
{
    for (guint p = 0; p < from->patches->len; p++) {
        const GroupPatch *patch = g_ptr_array_index(from->patches, p);
        GroupPatch *copy = group_patch_new(patch->op, patch->path);
        for (guint v = 0; v < patch->values->len; v++) {
            IdRef value = g_array_index(patch->values, IdRef, v);
            if (patch->path == PATCH_WORKSPACES || is_kept(plan, kept, from, value.id))
                g_array_append_val(copy->values, value);
        }
        if (copy->values->len > 0)
            g_ptr_array_add(to->patches, copy);
        else
            group_patch_free(copy);
    }
}

/* REQUEST for the changes KEPT alone. */
static void add_part(const Request *request, const GArray *kept, Plan *plan, GPtrArray *ret)
{
    if (kept->len == 0)
        return;
    Request *part = request_new(request->operation);
    copy_targets(request, part);
    g_array_append_vals(part->changes, kept->data, kept->len);
    for (guint i = 0; request->operation == OPERATION_POST_INVITATION && i < kept->len; i++)
        g_ptr_array_add(part->mails,
                        g_strdup(plan_change(plan, g_array_index(kept, unsigned, i))->person.mail));
    for (guint i = 0; request->operation == OPERATION_DELETE_USERS && i < request->users->len;
         i++) {
        int64_t id = g_array_index(request->users, int64_t, i);
        if (is_kept(plan, kept, request, id))
            g_array_append_val(part->users, id);
    }
    if (request->operation == OPERATION_PATCH_GROUP)
        copy_patches(plan, kept, request, part);
    g_ptr_array_add(plan->requests, part);
    part->id = plan->requests->len;
    g_ptr_array_add(ret, part);
}

static void add_halves(const Request *request, Plan *plan, GPtrArray *ret)
{
    guint half = request->changes->len / 2;
    g_autoptr(GArray) first = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autoptr(GArray) second = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_array_append_vals(first, request->changes->data, half);
    g_array_append_vals(second, &g_array_index(request->changes, unsigned, half),
                        request->changes->len - half);
    add_part(request, first, plan, ret);
    add_part(request, second, plan, ret);
}

void outcome_remainder(const Request *request, const Outcome *outcome, Plan *plan, GPtrArray *ret)
{
    bool divisible = request->operation == OPERATION_POST_INVITATION ||
                     request->operation == OPERATION_DELETE_USERS ||
                     request->operation == OPERATION_PATCH_GROUP;
    if (!divisible || outcome->kind != OUTCOME_REFUSED || outcome->already ||
        outcome->status != 400 || request->changes->len < 2)
        return;
    g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(unsigned));
    for (guint i = 0; i < request->changes->len; i++) {
        unsigned id = g_array_index(request->changes, unsigned, i);
        if (!outcome_names(outcome, plan_change(plan, id)))
            g_array_append_val(kept, id);
    }
    if (kept->len < request->changes->len)
        add_part(request, kept, plan, ret);
    else if (request->operation == OPERATION_POST_INVITATION && is_about_address(outcome))
        add_halves(request, plan, ret);
}
