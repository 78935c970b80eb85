/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/result.h"

#include "base/error.h"
#include "base/json.h"
#include "model/email.h"
#include "toggl/classify.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

static void set_message(Outcome *outcome, const char *message)
{
    g_free(outcome->message);
    outcome->message = g_strdup(message);
}

static char *key_of(const char *mail)
{
    char *key = NULL;
    if (mail == NULL || !email_key(mail, strlen(mail), &key, NULL))
        return NULL;
    return key;
}

/* The notice among MESSAGES that speaks of MAIL, safe; or our own words. New string. */
static char *notice_about(const json_t *messages, const char *mail)
{
    size_t i = 0;
    json_t *value = NULL;
    g_autofree char *lower = g_ascii_strdown(mail, -1);
    json_array_foreach (messages, i, value) {
        const char *text = json_is_string(value) ? json_string_value(value) : "";
        g_autofree char *folded = g_ascii_strdown(text, -1);
        if (strstr(folded, lower) != NULL) {
            char *safe = classify_text(text, strlen(text));
            if (safe != NULL)
                return safe;
        }
    }
    return g_strdup("Toggl left this address out and did not say why");
}

/* Who was invited, by key: "data" as Toggl gave it. */
static GHashTable *invited_by_key(const json_t *body)
{
    GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (json_object_get(body, "data"), i, row) {
        char *key = key_of(json_string_or(row, "email", NULL));
        if (key != NULL)
            g_hash_table_replace(rows, key, row);
    }
    return rows;
}

static UserId invited_user(const json_t *row)
{
    int64_t id = json_int_or(row, "recipient_id", 0);
    const json_t *workspace = json_array_get(json_object_get(row, "workspaces"), 0);
    return (UserId){id > 0 ? id : MAX(json_int_or(workspace, "user_id", 0), 0)};
}

static void take_invitation(const Request *request, const json_t *body, Outcome *outcome)
{
    g_autoptr(GHashTable) rows = invited_by_key(body);
    guint failed = 0;
    for (guint i = 0; i < request->mails->len; i++) {
        const char *mail = g_ptr_array_index(request->mails, i);
        g_autofree char *key = key_of(mail);
        const json_t *row = key == NULL ? NULL : g_hash_table_lookup(rows, key);
        if (row != NULL) {
            outcome_add_invited(outcome, mail, MAX(json_int_or(row, "invitation_id", 0), 0),
                                invited_user(row));
            continue;
        }
        g_autofree char *notice = notice_about(json_object_get(body, "messages"), mail);
        outcome_add_failure(outcome, 0, mail, notice);
        if (failed++ == 0)
            set_message(outcome, notice);
    }
    outcome->kind = failed == 0                     ? OUTCOME_DONE
                    : failed == request->mails->len ? OUTCOME_REFUSED
                                                    : OUTCOME_PARTIAL;
}

/* One failed patch: one failure for each id in it, or one about all when it names none. */
static void take_failed_patch(const json_t *row, Outcome *outcome)
{
    const char *text = json_string_or(row, "message", "");
    g_autofree char *message = classify_text(text, strlen(text));
    const json_t *values = json_object_get(json_object_get(row, "patch"), "value");
    const char *words = message == NULL ? "refused without a reason" : message;
    size_t i = 0;
    json_t *value = NULL;
    size_t named = 0;
    json_array_foreach (values, i, value) {
        if (json_integer_value(value) <= 0)
            continue;
        outcome_add_failure(outcome, json_integer_value(value), NULL, words);
        named++;
    }
    if (named == 0)
        outcome_add_failure(outcome, 0, NULL, words);
    if (outcome->message == NULL)
        set_message(outcome, words);
}

static void take_patches(const json_t *body, Outcome *outcome)
{
    const json_t *failures = json_object_get(body, "failure");
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach (failures, i, row) {
        take_failed_patch(row, outcome);
    }
    outcome->kind = json_array_size(failures) == 0 ? OUTCOME_DONE : OUTCOME_PARTIAL;
}

static bool take_created(const json_t *body, const char *key, Outcome *outcome, GError **error)
{
    if (!json_get_int(body, key, 1, &outcome->created_id, error))
        return false;
    outcome->kind = OUTCOME_DONE;
    return true;
}

bool result_is_told(const Request *request)
{
    return request->operation == OPERATION_POST_INVITATION ||
           request->operation == OPERATION_POST_GROUP ||
           request->operation == OPERATION_PATCH_GROUP ||
           request->operation == OPERATION_POST_WORKSPACE;
}

bool result_take(const Request *request, const json_t *body, Outcome *outcome, GError **error)
{
    if (!result_is_told(request)) {
        outcome->kind = OUTCOME_DONE;
        return true;
    }
    if (!json_is_object(body)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_API, "%s: the answer is not an object",
                    operation_name(request->operation));
        return false;
    }
    if (request->operation == OPERATION_POST_INVITATION)
        take_invitation(request, body, outcome);
    else if (request->operation == OPERATION_PATCH_GROUP)
        take_patches(body, outcome);
    else
        return take_created(body, request->operation == OPERATION_POST_GROUP ? "group_id" : "id",
                            outcome, error);
    return true;
}
