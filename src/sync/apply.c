/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/apply.h"

#include "base/error.h"
#include "base/json.h"
#include "sync/outcome.h"

typedef struct {
    const ApplyInput *in;
    ApplyResult *result;
    GHashTable *failed;   /* ids of requests without the answer that others need */
    RequestResult *open;  /* came back, and is not in the journal yet; NULL: none */
    unsigned unknown_run; /* without a clear answer, one after the other */
} Runner;

static int64_t now_of(const Runner *runner)
{
    return runner->in->clock->now(runner->in->clock);
}

static void confirm_request(Runner *runner, const Request *request, const Outcome *outcome)
{
    const ApplyInput *in = runner->in;
    for (guint i = 0; i < request->changes->len; i++) {
        const Change *change = plan_change(in->plan, g_array_index(request->changes, unsigned, i));
        bool creates =
            change->kind == CHANGE_CREATE_GROUP || change->kind == CHANGE_CREATE_WORKSPACE;
        if (outcome_confirms(outcome, request->operation, change))
            confirm_change(&runner->result->confirmed, change, in->organization,
                           creates ? outcome->created_id : 0, now_of(runner));
    }
    bool has_answer = outcome->kind == OUTCOME_DONE || outcome->kind == OUTCOME_PARTIAL;
    for (guint i = 0; has_answer && outcome->created_id != 0 && i < in->plan->requests->len; i++)
        request_resolve(g_ptr_array_index(in->plan->requests, i), request->id, outcome->created_id);
    if (!has_answer)
        g_hash_table_add(runner->failed, GUINT_TO_POINTER(request->id));
}

/* Whom a refusal that speaks of the paying user means; NULL when that cannot be told. */
static const Member *paying_user(const Runner *runner, const Request *request,
                                 const Outcome *outcome)
{
    const Organization *organization = runner->in->organization;
    if (outcome->failures != NULL && outcome->failures->len > 0) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, 0);
        return organization_member(organization, (OrganizationUserId){failure->id});
    }
    return request->changes->len == 1 ? organization_member_by_user(organization, request->user_id)
                                      : NULL;
}

/* What the payer's protection says goes into the ledger, so that nobody tries again. */
static void learn_paying_user(Runner *runner, const Request *request, const Outcome *outcome)
{
    const Member *member = outcome->paying_user ? paying_user(runner, request, outcome) : NULL;
    if (member != NULL)
        (void) ledger_add_protection(runner->in->ledger, member->user_id, member->mail_key,
                                     "the paying user of the organization");
}

static void count(ApplyResult *result, const Outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_DONE:
        result->done++;
        break;
    case OUTCOME_PARTIAL:
    case OUTCOME_REFUSED:
        result->failed++;
        break;
    case OUTCOME_UNKNOWN:
        result->unknown++;
        break;
    case OUTCOME_NOT_SENT:
    default:
        result->unsent++;
        break;
    }
}

static bool needs_failed(const Runner *runner, const Request *request)
{
    for (guint i = 0; i < request->after->len; i++) {
        unsigned needed = g_array_index(request->after, unsigned, i);
        if (g_hash_table_contains(runner->failed, GUINT_TO_POINTER(needed)))
            return true;
    }
    return !request_is_resolved(request);
}

static char *dump(json_t *json)
{
    if (json == NULL)
        return g_strdup("null");
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

static char *changes_of(const Request *request)
{
    g_autoptr(json_t) list = json_array();
    for (guint i = 0; i < request->changes->len; i++)
        (void) json_array_append_new(list,
                                     json_integer(g_array_index(request->changes, unsigned, i)));
    return dump(list);
}

static RequestResult *add_result(Runner *runner, const Request *request)
{
    RequestResult *result = g_new0(RequestResult, 1);
    result->request = request->id;
    g_ptr_array_add(runner->result->results, result);
    return result;
}

/* Writes down what came back last, and what leaves NEXT (may be NULL). */
static bool journal(Runner *runner, const Request *next, GError **error)
{
    const ApplyInput *in = runner->in;
    Confirmed *confirmed = &runner->result->confirmed;
    if (runner->open == NULL && next == NULL)
        return true;
    g_autoptr(json_t) body = next != NULL ? toggl_request_body(next) : NULL;
    g_autofree char *essence = dump(body);
    g_autofree char *changes = next != NULL ? changes_of(next) : NULL;
    NextRequest intent = {.essence = essence, .changes = changes};
    if (next != NULL) {
        intent.id = next->id;
        intent.operation = operation_name(next->operation);
    }
    DoneRequest done = {.confirmed = confirmed->news};
    if (runner->open != NULL) {
        done.id = runner->open->request;
        done.outcome = &runner->open->outcome;
    }
    if (!state_record(in->state, in->run, runner->open != NULL ? &done : NULL,
                      next != NULL ? &intent : NULL, in->ledger, now_of(runner), error))
        return false;
    (void) g_array_set_size(confirmed->news, 0);
    runner->open = NULL;
    return true;
}

/* Whether OUTCOME ends the run. */
static void judge(Runner *runner, const Outcome *outcome, GError *cause)
{
    bool unknown = outcome->kind == OUTCOME_UNKNOWN;
    runner->unknown_run = unknown ? runner->unknown_run + 1 : 0;
    bool no_answer = outcome->kind == OUTCOME_NOT_SENT || (unknown && outcome->status == 0);
    if (!no_answer && runner->unknown_run < APPLY_UNKNOWN_IN_A_ROW)
        return;
    runner->result->cause = cause != NULL
                                ? g_error_copy(cause)
                                : g_error_new(SYNC_ERROR, SYNC_ERROR_INTERNAL,
                                              "a request did not leave, and nobody said why");
}

/* One request: intent, send, outcome. False when the journal fails. */
static bool perform(Runner *runner, const Request *request, GError **error)
{
    const ApplyInput *in = runner->in;
    if (!journal(runner, request, error))
        return false;
    RequestResult *result = add_result(runner, request);
    g_autoptr(GError) cause = NULL;
    in->target->perform(in->target, request, &result->outcome, &cause);
    confirm_request(runner, request, &result->outcome);
    learn_paying_user(runner, request, &result->outcome);
    count(runner->result, &result->outcome);
    judge(runner, &result->outcome, cause);
    runner->open = result;
    return true;
}

static void skip(Runner *runner, const Request *request)
{
    RequestResult *result = add_result(runner, request);
    result->outcome.kind = OUTCOME_NOT_SENT;
    result->outcome.message = g_strdup("a request that it needs did not succeed");
    g_hash_table_add(runner->failed, GUINT_TO_POINTER(request->id));
    runner->result->failed++;
}

static ApplyResult *result_new(const ApplyInput *input)
{
    ApplyResult *result = g_new0(ApplyResult, 1);
    result->results = g_ptr_array_new();
    confirmed_init(&result->confirmed, input->plan, input->ledger);
    return result;
}

static void confirm_kind(const ApplyInput *in, ApplyResult *result, ChangeKind kind)
{
    for (guint i = 0; i < in->plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(in->plan->changes, i);
        if (change->kind == kind && !plan_withholds(in->plan, change->id))
            confirm_change(&result->confirmed, change, in->organization, 0,
                           in->clock->now(in->clock));
    }
    (void) g_array_set_size(result->confirmed.news, 0); /* the ledger is all that they are */
}

/* Links and adoptions need no request: they are facts that the read has shown. */
static bool confirm_facts(const ApplyInput *in, ApplyResult *result, GError **error)
{
    confirm_kind(in, result, CHANGE_LINK);
    confirm_kind(in, result, CHANGE_ADOPT);
    return state_save(in->state, in->ledger, error);
}

bool apply_links(const ApplyInput *input, GError **error)
{
    g_autoptr(ApplyResult) result = result_new(input);
    confirm_kind(input, result, CHANGE_LINK);
    return state_save(input->state, input->ledger, error);
}

bool apply_facts(const ApplyInput *input, GError **error)
{
    g_autoptr(ApplyResult) result = result_new(input);
    return confirm_facts(input, result, error);
}

static bool send_all(Runner *runner, GError **error)
{
    const ApplyInput *in = runner->in;
    const GPtrArray *requests = in->plan->requests;
    for (guint i = 0; i < requests->len && runner->result->cause == NULL; i++) {
        const Request *request = g_ptr_array_index(requests, i);
        if (in->progress != NULL)
            in->progress(in->context, i, requests->len);
        if (clock_stop_requested())
            runner->result->cause = clock_stop_error();
        else if (needs_failed(runner, request))
            skip(runner, request);
        else if (!perform(runner, request, error))
            return false;
    }
    if (in->progress != NULL)
        in->progress(in->context, requests->len, requests->len);
    return journal(runner, NULL, error);
}

bool apply_plan(const ApplyInput *input, ApplyResult **ret_result, GError **error)
{
    g_autoptr(ApplyResult) result = result_new(input);
    g_autoptr(GHashTable) failed = g_hash_table_new(NULL, NULL);
    Runner runner = {.in = input, .result = result, .failed = failed};
    if (!confirm_facts(input, result, error) || !send_all(&runner, error))
        return false;
    result->unsent += input->plan->requests->len - result->results->len;
    *ret_result = g_steal_pointer(&result);
    return true;
}

static void request_result_free(RequestResult *result)
{
    outcome_clear(&result->outcome);
    g_free(result);
}

void apply_result_free(ApplyResult *result)
{
    if (result == NULL)
        return;
    for (guint i = 0; i < result->results->len; i++)
        request_result_free(g_ptr_array_index(result->results, i));
    g_ptr_array_unref(result->results);
    confirmed_clear(&result->confirmed);
    g_clear_error(&result->cause);
    g_free(result);
}

int64_t apply_count(const ApplyResult *result, const Plan *plan, ChangeKind kind)
{
    int64_t total = 0;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        total += change->kind == kind && is_confirmed(&result->confirmed, change->id);
    }
    return total;
}
