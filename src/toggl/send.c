/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/send.h"

#include "base/error.h"
#include "toggl/bisect.h"
#include "toggl/classify.h"
#include "toggl/facts.h"
#include "toggl/operations.h"
#include "toggl/read.h"
#include "toggl/refusal.h"
#include "toggl/result.h"
#include "toggl/substitute.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

static void set_message(Outcome *outcome, const char *message)
{
    g_free(outcome->message);
    outcome->message = g_strdup(message);
}

static bool is_done(const Reply *reply)
{
    return reply->http.status >= 200 && reply->http.status <= 299;
}

/* Success: the answers of some writes say more than that. */
static void take_answer(const Toggl *toggl, const Request *request, const Reply *reply,
                        Outcome *outcome, GError **error)
{
    g_autoptr(json_t) body = NULL;
    g_autoptr(GError) problem = NULL;
    if (request->operation == OPERATION_POST_WORKSPACE)
        read_forget_workspaces(toggl);
    bool read = !result_is_told(request) ||
                reply_parse(reply, operation_name(request->operation), &body, &problem);
    if (read && result_take(request, body, outcome, &problem))
        return;
    /* it was success, but what it should tell is not in it: only reading tells now */
    outcome->kind = OUTCOME_UNKNOWN;
    set_message(outcome, problem->message);
    g_propagate_prefixed_error(error, g_steal_pointer(&problem), "toggl: ");
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

/* A workspace or a person that is not there is "invalid"; any other 404 is the operation's. */
static bool is_gone(int status, const char *text)
{
    g_autofree char *lower = g_ascii_strdown(text == NULL ? "" : text, -1);
    return status == 405 || status == 410 || (status == 404 && strstr(lower, "invalid") == NULL);
}

/* The one operation whose body and life the public record leaves open: object first, then a list of
 * one; what worked is remembered. */
static void send_assignment(Toggl *toggl, const Request *request, Outcome *outcome, GError **error)
{
    Assignments form = facts_assignments(toggl);
    if (form == ASSIGNMENTS_GONE) {
        substitute_send(toggl, request, outcome, error);
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
        outcome_clear(outcome);
        substitute_send(toggl, request, outcome, error);
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
