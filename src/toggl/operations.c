/* SPDX-License-Identifier: Apache-2.0 */
/* The two doors: from the fields of a call to its reply, and what the reply says. */
#include "toggl/operations.h"

#include "base/error.h"
#include "base/json.h"
#include "toggl/arguments.h"
#include "toggl/classify.h"
#include "toggl/facts.h"
#include "toggl/trouble.h"

#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

void page_clear(Page *page)
{
    json_decref(page->rows);
    *page = (Page){0};
}

void answer_clear(Answer *answer)
{
    outcome_clear(&answer->outcome);
    json_decref(answer->body);
    *answer = (Answer){0};
}

/* ARGUMENTS with the organization in them, where ENDPOINT takes one. New reference. */
static json_t *with_organization(const Toggl *toggl, const Endpoint *endpoint,
                                 const json_t *arguments)
{
    json_t *whole = json_object();
    /* nothing is written through this pointer */
    if (arguments != NULL)
        (void) json_object_update(whole, (json_t *) (uintptr_t) arguments);
    if (endpoint_field(endpoint, "organization_id") != NULL &&
        json_object_get(whole, "organization_id") == NULL)
        (void) json_object_set_new(whole, "organization_id",
                                   json_integer(toggl->settings->organization));
    return whole;
}

static int64_t paging_header(const Reply *reply, const char *name)
{
    const char *value = http_response_header(&reply->http, name);
    gint64 number = 0;
    if (value == NULL || !g_ascii_string_to_signed(value, 10, 0, G_MAXINT32, &number, NULL))
        return -1;
    return number;
}

static bool parse_rows(const Endpoint *endpoint, const Reply *reply, json_t **ret, GError **error)
{
    g_autoptr(json_t) value = NULL;
    g_autofree char *what = g_strdup_printf("toggl: %s", endpoint->name);
    if (reply->http.status == 204) {
        *ret = NULL;
        return true;
    }
    if (!reply_parse(reply, what, &value, error))
        return false;
    bool list = endpoint->reply == REPLY_LIST;
    if (list ? !json_is_array(value) : !json_is_object(value)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: the answer is not %s", what,
                    list ? "a list" : "an object");
        return false;
    }
    *ret = g_steal_pointer(&value);
    return true;
}

bool operation_read(Toggl *toggl, const Endpoint *endpoint, const json_t *arguments, Page *ret_page,
                    GError **error)
{
    g_auto(Reply) reply = {0};
    json_t *rows = NULL;
    g_autoptr(json_t) whole = with_organization(toggl, endpoint, arguments);
    if (!arguments_check(endpoint, whole, NULL, error))
        return false;
    g_autofree char *path = arguments_path(endpoint, whole, false);
    Call call = {.endpoint = endpoint, .path = path};
    if (!client_read(toggl, &call, &reply, error) || !parse_rows(endpoint, &reply, &rows, error))
        return false;
    *ret_page = (Page){
        .rows = rows,
        .page = paging_header(&reply, "X-Page"),
        .page_size = paging_header(&reply, "X-Page-Size"),
        .pages = paging_header(&reply, "X-Pages"),
        .records = paging_header(&reply, "X-Records"),
    };
    return true;
}

/* ---- writes ---- */

static void set_message(Outcome *outcome, const char *message)
{
    g_free(outcome->message);
    outcome->message = g_strdup(message);
}

bool answer_judge(const Toggl *toggl, const Endpoint *endpoint, const Reply *reply,
                  Outcome *ret_outcome, GError **error)
{
    int status = reply->http.status;
    ret_outcome->status = status;
    g_free(ret_outcome->request_id);
    ret_outcome->request_id = g_strdup(reply->request_id);
    set_message(ret_outcome, reply->text);
    if (status >= 200 && status <= 299) {
        ret_outcome->kind = OUTCOME_DONE;
        return true;
    }
    if (reply_is_throttle(reply) || status == 401)
        ret_outcome->kind = OUTCOME_NOT_SENT; /* nothing was done, and nothing else would be */
    else if (status >= 500 || status == 408 || status < 400)
        ret_outcome->kind = OUTCOME_UNKNOWN;
    else
        ret_outcome->kind = OUTCOME_REFUSED;
    trouble_set_error(toggl, endpoint, reply, error);
    return false;
}

static bool send_body(Toggl *toggl, Call *call, const json_t *body, Reply *ret, bool *ret_sent,
                      GError **error)
{
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    call->body = text;
    bool answered = client_write(toggl, call, ret, ret_sent, error);
    free(text);
    call->body = NULL;
    return answered;
}

bool send_request(Toggl *toggl, const Request *request, const json_t *body, Reply *ret,
                  bool *ret_sent, GError **error)
{
    g_autofree char *shown = toggl_request_path(request, toggl->settings->organization);
    const Secret *code = g_hash_table_lookup(toggl->codes, &request->organization_user_id.value);
    bool by_code = request->operation == OPERATION_RESEND_INVITATION &&
                   request->invitation_id == 0 && code != NULL;
    g_autofree char *path =
        by_code ? g_strdup_printf("/organizations/%" G_GINT64_FORMAT "/invitations/%s/resend",
                                  toggl->settings->organization, secret_expose(code, NULL))
                : g_strdup(shown);
    Call call = {.endpoint = endpoint_find(operation_name(request->operation)),
                 .path = path,
                 .shown = shown};
    return send_body(toggl, &call, body, ret, ret_sent, error);
}

/* A successful answer: what an object is said to be must be one, a word may be missing. */
static void take_body(const Endpoint *endpoint, const Reply *reply, Answer *answer, GError **error)
{
    if (endpoint->reply == REPLY_TEXT) {
        g_autofree char *text =
            classify_text((const char *) reply->http.body->data, reply->http.body->len);
        answer->body = text == NULL ? NULL : json_string(text);
        return;
    }
    if (parse_rows(endpoint, reply, &answer->body, error))
        return;
    answer->outcome.kind = OUTCOME_UNKNOWN;
    set_message(&answer->outcome, "the answer was success, but what it said is not understood");
}

static void perform_write(Toggl *toggl, const Endpoint *endpoint, const json_t *arguments,
                          const json_t *body, Answer *ret, GError **error)
{
    g_auto(Reply) reply = {0};
    bool sent = false;
    g_autofree char *path = arguments_path(endpoint, arguments, false);
    g_autofree char *shown = arguments_path(endpoint, arguments, true);
    g_autoptr(GError) problem = NULL;
    Call call = {.endpoint = endpoint, .path = path, .shown = shown};
    if (!send_body(toggl, &call, body, &reply, &sent, &problem)) {
        ret->outcome.kind = sent ? OUTCOME_UNKNOWN : OUTCOME_NOT_SENT;
        set_message(&ret->outcome, problem->message);
        g_propagate_error(error, g_steal_pointer(&problem));
        return;
    }
    if (answer_judge(toggl, endpoint, &reply, &ret->outcome, error))
        take_body(endpoint, &reply, ret, error);
}

/* The secret among ARGUMENTS, which as long as it lives is redacted; NULL: none. */
static Secret *secret_of(const Endpoint *endpoint, const json_t *arguments)
{
    for (const EndpointField *field = endpoint->fields; field->name != NULL; field++) {
        const json_t *value = json_object_get(arguments, field->name);
        if (field->type == FIELD_SECRET && json_is_string(value))
            return secret_new(json_string_value(value), json_string_length(value));
    }
    return NULL;
}

void operation_write(Toggl *toggl, const Endpoint *endpoint, const json_t *arguments,
                     const json_t *body, Answer *ret, GError **error)
{
    *ret = (Answer){.outcome.kind = OUTCOME_NOT_SENT};
    g_autoptr(json_t) whole = with_organization(toggl, endpoint, arguments);
    if (!arguments_check(endpoint, whole, body, error))
        return;
    g_autoptr(Secret) secret = secret_of(endpoint, whole); /* Toggl may say it again */
    g_autoptr(json_t) own = body == NULL ? arguments_body(endpoint, whole) : NULL;
    bool as_list = endpoint->body == BODY_OBJECT_OR_LIST && own != NULL &&
                   facts_assignments(toggl) == ASSIGNMENTS_LIST;
    g_autoptr(json_t) list = as_list ? json_pack("[O]", own) : NULL;
    perform_write(toggl, endpoint, whole, as_list ? list : body == NULL ? own : body, ret, error);
    g_clear_pointer(&secret, secret_free); /* not before: it blots itself out of what is said */
}
