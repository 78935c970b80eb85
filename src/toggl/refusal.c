/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/refusal.h"

#include <string.h>

static bool holds(const GArray *ids, int64_t id)
{
    for (guint i = 0; i < ids->len; i++) {
        if (g_array_index(ids, int64_t, i) == id)
            return true;
    }
    return false;
}

/* Whether every id of a deletion is among those that are members no more. */
static bool all_gone(const Request *request, const GArray *gone)
{
    for (guint i = 0; i < request->users->len; i++) {
        if (!holds(gone, g_array_index(request->users, int64_t, i)))
            return false;
    }
    return true;
}

/* The ids in TEXT that REQUEST really asked for. */
static void add_named_failures(const Request *request, const GArray *ids, Outcome *outcome)
{
    for (guint i = 0; i < ids->len; i++) {
        int64_t id = g_array_index(ids, int64_t, i);
        if (request->operation == OPERATION_PATCH_GROUP || holds(request->users, id))
            outcome_add_failure(outcome, id, NULL, outcome->message);
    }
}

static void add_failed_addresses(const Request *request, Outcome *outcome)
{
    g_autofree char *text = g_ascii_strdown(outcome->message, -1);
    for (guint i = 0; i < request->mails->len; i++) {
        const char *mail = g_ptr_array_index(request->mails, i);
        g_autofree char *lower = g_ascii_strdown(mail, -1);
        g_autofree char *quoted = g_strdup_printf("'%s'", lower);
        if (strstr(text, quoted) != NULL)
            outcome_add_failure(outcome, 0, mail, outcome->message);
    }
}

/* Whether the refusal says that what REQUEST asks for is so. */
static bool is_so_already(const Request *request, MessageKind kind, int status, const GArray *ids)
{
    if (request->operation == OPERATION_DELETE_GROUP)
        return status == 404;
    if (request->operation == OPERATION_DELETE_USERS)
        return kind == MESSAGE_NOT_MEMBER && all_gone(request, ids);
    return request->operation == OPERATION_ASSIGNMENT && kind == MESSAGE_NOTHING_TO_CHANGE;
}

void refusal_take(const Request *request, MessageKind kind, Outcome *outcome)
{
    outcome->kind = OUTCOME_REFUSED;
    if (outcome->message == NULL) {
        outcome->message = g_strdup_printf("status %d without a reason", outcome->status);
    }
    g_autoptr(GArray) ids = classify_ids(outcome->message);
    outcome->paying_user = kind == MESSAGE_PAYING_USER;
    if (is_so_already(request, kind, outcome->status, ids)) {
        outcome->kind = OUTCOME_DONE;
        return;
    }
    if (request->operation == OPERATION_PUT_USER)
        outcome_add_failure(outcome, request->organization_user_id.value, NULL, outcome->message);
    else if (request->operation == OPERATION_POST_INVITATION)
        add_failed_addresses(request, outcome);
    else if (request->operation == OPERATION_DELETE_USERS ||
             request->operation == OPERATION_DELETE_WORKSPACE_USERS ||
             request->operation == OPERATION_POST_GROUP ||
             request->operation == OPERATION_PATCH_GROUP)
        add_named_failures(request, ids, outcome);
}
