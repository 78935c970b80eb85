/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/send.h"

#include "base/error.h"
#include "base/json.h"
#include "model/email.h"
#include "toggl/bisect.h"
#include "toggl/classify.h"
#include "toggl/facts.h"
#include "toggl/operations.h"
#include "toggl/read.h"
#include "toggl/refusal.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

static const char assignments_gone[] =
    "Toggl no longer offers assignments: give the workspace through a group instead";

static void set_message(Outcome *outcome, const char *message)
{
    g_free(outcome->message);
    outcome->message = g_strdup(message);
}

static bool is_done(const Reply *reply)
{
    return reply->http.status >= 200 && reply->http.status <= 299;
}

/* The answer was success, but what it should tell is not in it: only reading tells now. */
static void set_unreadable(Outcome *outcome, GError *problem, GError **error)
{
    outcome->kind = OUTCOME_UNKNOWN;
    set_message(outcome, problem->message);
    g_propagate_prefixed_error(error, problem, "toggl: ");
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

static void take_created(const json_t *body, const char *key, Outcome *outcome, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (json_get_int(body, key, 1, &outcome->created_id, &problem))
        outcome->kind = OUTCOME_DONE;
    else
        set_unreadable(outcome, g_steal_pointer(&problem), error);
}

/* Success: the answers of some writes say more than that. */
static void take_answer(const Toggl *toggl, const Request *request, const Reply *reply,
                        Outcome *outcome, GError **error)
{
    g_autoptr(json_t) body = NULL;
    g_autoptr(GError) problem = NULL;
    bool tells = request->operation == OPERATION_POST_INVITATION ||
                 request->operation == OPERATION_POST_GROUP ||
                 request->operation == OPERATION_PATCH_GROUP ||
                 request->operation == OPERATION_POST_WORKSPACE;
    if (request->operation == OPERATION_POST_WORKSPACE)
        read_forget_workspaces(toggl);
    if (!tells) {
        outcome->kind = OUTCOME_DONE;
        return;
    }
    if (!json_parse((const char *) reply->http.body->data, reply->http.body->len,
                    operation_name(request->operation), &body, &problem)) {
        set_unreadable(outcome, g_steal_pointer(&problem), error);
        return;
    }
    if (!json_is_object(body)) {
        set_unreadable(outcome,
                       g_error_new(SYNC_ERROR, SYNC_ERROR_API, "%s: the answer is not an object",
                                   operation_name(request->operation)),
                       error);
        return;
    }
    if (request->operation == OPERATION_POST_INVITATION)
        take_invitation(request, body, outcome);
    else if (request->operation == OPERATION_PATCH_GROUP)
        take_patches(body, outcome);
    else
        take_created(body, request->operation == OPERATION_POST_GROUP ? "group_id" : "id", outcome,
                     error);
}

/* Sends BODY to CALL and fills OUTCOME but for an answer, which is *RET. True when there was one.
 */
static bool post(Toggl *toggl, const Request *request, const json_t *body, Reply *ret,
                 Outcome *outcome, GError **error)
{
    bool sent = false;
    g_autoptr(GError) problem = NULL;
    if (send_request(toggl, request, body, ret, &sent, &problem))
        return true;
    outcome->kind = sent ? OUTCOME_UNKNOWN : OUTCOME_NOT_SENT;
    set_message(outcome, problem->message);
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

static void take_reply(const Toggl *toggl, const Request *request, const Reply *reply,
                       Outcome *outcome, GError **error)
{
    g_autoptr(GError) problem = NULL;
    const Endpoint *endpoint = endpoint_find(operation_name(request->operation));
    if (answer_judge(toggl, endpoint, reply, outcome, &problem))
        take_answer(toggl, request, reply, outcome, error);
    else if (outcome->kind == OUTCOME_REFUSED)
        refusal_take(request, classify_message(reply->text), outcome); /* the outcome says it all */
    else
        g_propagate_error(error, g_steal_pointer(&problem));
}

static bool is_gone(int status, const char *text)
{
    /* 404 is also said of a workspace or a person that is not there */
    return status == 405 || status == 410 ||
           (status == 404 && classify_message(text) == MESSAGE_OTHER);
}

/* The one operation whose body and life the public record leaves open: object first, then a list of
 * one; what worked is remembered. */
static void send_assignment(Toggl *toggl, const Request *request, Outcome *outcome, GError **error)
{
    Assignments form = facts_assignments(toggl);
    if (form == ASSIGNMENTS_GONE) {
        outcome->kind = OUTCOME_REFUSED;
        set_message(outcome, assignments_gone);
        return;
    }
    g_autoptr(json_t) object = toggl_request_body(request);
    g_autoptr(json_t) list = json_pack("[O]", object);
    bool as_list = form == ASSIGNMENTS_LIST;
    g_auto(Reply) reply = {0};
    if (!post(toggl, request, as_list ? list : object, &reply, outcome, error))
        return;
    bool misread = reply.http.status == 400 && classify_message(reply.text) == MESSAGE_BAD_JSON;
    if (form == ASSIGNMENTS_AUTO && misread) {
        reply_clear(&reply);
        as_list = true;
        if (!post(toggl, request, list, &reply, outcome, error))
            return;
    }
    take_reply(toggl, request, &reply, outcome, error);
    if (is_done(&reply) && form == ASSIGNMENTS_AUTO)
        facts_learn_assignments(toggl, as_list ? ASSIGNMENTS_LIST : ASSIGNMENTS_OBJECT);
    if (is_gone(reply.http.status, reply.text)) {
        facts_learn_assignments(toggl, ASSIGNMENTS_GONE);
        set_message(outcome, assignments_gone);
    }
}

static bool knows_code(const Toggl *toggl, const Request *request)
{
    return g_hash_table_contains(toggl->codes, &request->organization_user_id.value);
}

void send_once(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error)
{
    *ret_outcome = (Outcome){.kind = OUTCOME_NOT_SENT};
    if (request->operation == OPERATION_ASSIGNMENT) {
        send_assignment(toggl, request, ret_outcome, error);
        return;
    }
    bool resend = request->operation == OPERATION_RESEND_INVITATION;
    if (resend && request->invitation_id == 0 && !knows_code(toggl, request)) {
        ret_outcome->kind = OUTCOME_REFUSED;
        set_message(ret_outcome, "Toggl tells neither the id nor the code of the invitation");
        return;
    }
    g_autoptr(json_t) body = toggl_request_body(request);
    g_auto(Reply) reply = {0};
    if (!post(toggl, request, body, &reply, ret_outcome, error))
        return;
    take_reply(toggl, request, &reply, ret_outcome, error);
    if (resend && ret_outcome->kind == OUTCOME_DONE)
        facts_learn_resend(toggl, request->invitation_id == 0);
}

void toggl_send(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error)
{
    if (request_is_resolved(request)) {
        bisect_send(toggl, request, ret_outcome, error);
        return;
    }
    *ret_outcome = (Outcome){.kind = OUTCOME_NOT_SENT};
    set_message(ret_outcome, "it names something that does not exist yet");
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "toggl: %s: %s",
                operation_name(request->operation), ret_outcome->message);
}
