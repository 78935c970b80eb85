/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/settle.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "sync/document.h"
#include "sync/holds.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define MICROSECONDS INT64_C(1000000)

/* A request without a clear answer. */
typedef struct {
    unsigned id;
    Operation operation;
    const GArray *changes; /* unsigned */
    Outcome *outcome;      /* to be decided */
} OpenRequest;

static bool is_post(Operation operation)
{
    return operation == OPERATION_POST_INVITATION || operation == OPERATION_POST_GROUP ||
           operation == OPERATION_POST_WORKSPACE;
}

static guint count_holding(const Plan *plan, const OpenRequest *open,
                           const Organization *organization)
{
    guint holding = 0;
    for (guint i = 0; i < open->changes->len; i++)
        holding += change_holds(plan_change(plan, g_array_index(open->changes, unsigned, i)),
                                organization);
    return holding;
}

/* Whether one more read may still show something. */
static bool may_appear(const Plan *plan, const GArray *open, const Organization *organization)
{
    for (guint i = 0; i < open->len; i++) {
        const OpenRequest *request = &g_array_index(open, OpenRequest, i);
        if (is_post(request->operation) &&
            count_holding(plan, request, organization) < request->changes->len)
            return true;
    }
    return false;
}

static bool read_until_clear(const Plan *plan, const GArray *open, Reader *reader, GError **error)
{
    int64_t pause = reader->settle_seconds * MICROSECONDS / (SETTLE_READS - 1);
    for (unsigned reads = 1; reads < SETTLE_READS; reads++) {
        if (!may_appear(plan, open, reader->organization))
            return true;
        reader->clock->wait(reader->clock, pause);
        if (clock_stop_requested()) {
            g_propagate_error(error, clock_stop_error());
            return false;
        }
        reader->thorough = true;
        if (!reader->again(reader, error))
            return false;
    }
    return true;
}

static void decide(Confirmed *confirmed, const OpenRequest *open, const Organization *organization,
                   int64_t now)
{
    guint holding = 0;
    for (guint i = 0; i < open->changes->len; i++) {
        const Change *change =
            plan_change(confirmed->plan, g_array_index(open->changes, unsigned, i));
        if (!change_holds(change, organization))
            continue;
        holding++;
        confirm_change(confirmed, change, organization, change_created_id(change, organization),
                       now);
    }
    g_free(open->outcome->message);
    if (open->changes->len == 0) {
        open->outcome->message =
            g_strdup("no clear answer came, and what it was for cannot be read");
        return; /* stays unknown */
    }
    bool all = holding == open->changes->len;
    open->outcome->kind = all ? OUTCOME_DONE : holding > 0 ? OUTCOME_PARTIAL : OUTCOME_REFUSED;
    open->outcome->message =
        g_strdup(all           ? "no clear answer came; a later read shows it carried out"
                 : holding > 0 ? "no clear answer came; a later read shows it carried out in part"
                               : "no clear answer came; a later read shows that it was not carried "
                                 "out");
}

/* Decides OPEN, and writes down what became of them in one transaction. */
static bool settle_open(State *state, int64_t run, Confirmed *confirmed, const GArray *open,
                        Reader *reader, GError **error)
{
    if (!read_until_clear(confirmed->plan, open, reader, error))
        return false;
    int64_t now = reader->clock->now(reader->clock);
    g_autoptr(GArray) done = g_array_new(FALSE, TRUE, sizeof(DoneRequest));
    for (guint i = 0; i < open->len; i++) {
        const OpenRequest *request = &g_array_index(open, OpenRequest, i);
        decide(confirmed, request, reader->organization, now);
        DoneRequest row = {.id = request->id, .outcome = request->outcome};
        if (i + 1 == open->len)
            row.confirmed = confirmed->news; /* of all of them: it is one transaction */
        g_array_append_val(done, row);
    }
    confirm_invited(confirmed, reader->organization, now);
    confirm_hold(confirmed, now);
    if (!state_settle(state, run, done, confirmed->ledger, now, error))
        return false;
    (void) g_array_set_size(confirmed->news, 0);
    return true;
}

bool settle_result(const ApplyInput *input, ApplyResult *result, Reader *reader, GError **error)
{
    g_autoptr(GArray) open = g_array_new(FALSE, TRUE, sizeof(OpenRequest));
    for (guint i = 0; i < result->results->len; i++) {
        RequestResult *one = g_ptr_array_index(result->results, i);
        const Request *request = g_ptr_array_index(input->plan->requests, one->request - 1);
        OpenRequest row = {one->request, request->operation, request->changes, &one->outcome};
        if (one->outcome.kind == OUTCOME_UNKNOWN)
            g_array_append_val(open, row);
    }
    if (!settle_open(input->state, input->run, &result->confirmed, open, reader, error))
        return false;
    for (guint i = 0; i < open->len; i++) {
        bool done = g_array_index(open, OpenRequest, i).outcome->kind == OUTCOME_DONE;
        result->done += done;
        result->failed += !done;
    }
    result->unknown -= open->len;
    return true;
}

/* Ids of changes as the journal holds them; of a damaged list, those that make sense. */
static GArray *changes_in(const char *text, const Plan *plan)
{
    GArray *changes = g_array_new(FALSE, FALSE, sizeof(unsigned));
    g_autoptr(json_t) list = NULL;
    size_t i = 0;
    json_t *value = NULL;
    if (text == NULL || !json_parse(text, strlen(text), "changes", &list, NULL))
        return changes;
    json_array_foreach (list, i, value) {
        json_int_t id = json_integer_value(value);
        unsigned change = (unsigned) id;
        if (id > 0 && id <= plan->changes->len)
            g_array_append_val(changes, change);
    }
    return changes;
}

static bool load_confirmed(State *state, int64_t run, Confirmed *confirmed, GError **error)
{
    g_autoptr(GArray) changes = NULL;
    if (!state_confirmed(state, run, &changes, error))
        return false;
    for (guint i = 0; i < changes->len; i++)
        g_hash_table_add(confirmed->changes, GUINT_TO_POINTER(g_array_index(changes, unsigned, i)));
    return true;
}

static bool is_open(const JournalEntry *entry)
{
    return entry->outcome == OUTCOME_UNKNOWN && !entry->settled;
}

/* The journal of a run whose plan is known. */
static bool settle_journal(State *state, int64_t run, Plan *plan, Ledger *ledger, Reader *reader,
                           GPtrArray *entries, GError **error)
{
    g_auto(Confirmed) confirmed = {0};
    confirmed_init(&confirmed, plan, ledger);
    if (!load_confirmed(state, run, &confirmed, error))
        return false;
    g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
    g_autofree Outcome *outcomes = g_new0(Outcome, entries->len + 1);
    g_autoptr(GArray) open = g_array_new(FALSE, TRUE, sizeof(OpenRequest));
    for (guint i = 0; i < entries->len; i++) {
        const JournalEntry *entry = g_ptr_array_index(entries, i);
        GArray *changes = changes_in(entry->changes, plan);
        OpenRequest row = {.id = entry->request_id, .changes = changes, .outcome = &outcomes[i]};
        g_ptr_array_add(lists, changes);
        outcomes[i] = (Outcome){.kind = OUTCOME_UNKNOWN, .status = entry->status};
        if (is_open(entry) && operation_parse(entry->operation, &row.operation))
            g_array_append_val(open, row);
    }
    bool settled = settle_open(state, run, &confirmed, open, reader, error);
    for (guint i = 0; i < entries->len; i++)
        outcome_clear(&outcomes[i]);
    return settled;
}

static void add_note(const RunRecord *run, const GPtrArray *entries, GPtrArray *notes)
{
    guint open = 0;
    for (guint i = 0; i < entries->len; i++)
        open += is_open(g_ptr_array_index(entries, i));
    if (run->ended == 0)
        g_ptr_array_add(notes, g_strdup_printf("run %" G_GINT64_FORMAT
                                               " did not end; %u of its %u requests had no answer, "
                                               "and what Toggl shows has settled them",
                                               run->id, open, entries->len));
    else if (open > 0) {
        g_autofree char *requests = text_count(open, "request", "requests");
        g_ptr_array_add(notes, g_strdup_printf("%s of run %" G_GINT64_FORMAT
                                               " had no answer, and what Toggl shows has settled "
                                               "%s",
                                               requests, run->id, open == 1 ? "it" : "them"));
    }
}

static const char *how_it_ended(const RunRecord *run)
{
    return run->plan == NULL ? "interrupted; nobody knows whether it was carried out"
                             : "interrupted; settled by a later run";
}

static bool settle_run(State *state, const RunRecord *run, Ledger *ledger, Reader *reader,
                       GPtrArray *notes, GError **error)
{
    g_autoptr(Plan) plan = NULL;
    g_autoptr(GPtrArray) entries = NULL;
    g_autoptr(GError) problem = NULL;
    if (!state_journal(state, run->id, &entries, error))
        return false;
    if (run->plan == NULL) {
        /* a request that somebody made by hand: only they know what it was for */
    } else if (!plan_document_read(run->plan, strlen(run->plan), &plan, &problem)) {
        g_ptr_array_add(notes, g_strdup_printf("the plan of run %" G_GINT64_FORMAT
                                               " cannot be read, and what it did is taken from "
                                               "what Toggl shows: %s",
                                               run->id, problem->message));
    } else if (!settle_journal(state, run->id, plan, ledger, reader, entries, error)) {
        g_prefix_error(error, "settling run %" G_GINT64_FORMAT ": ", run->id);
        return false;
    } else {
        add_note(run, entries, notes);
    }
    int64_t now = reader->clock->now(reader->clock);
    bool ended = run->ended != 0;
    return state_end_run(state, run->id, ended ? run->ended : now,
                         ended ? run->status : error_code_exit_status(SYNC_ERROR_INTERRUPTED),
                         ended ? run->summary : how_it_ended(run), ledger, error);
}

bool settle_runs(State *state, Ledger *ledger, Reader *reader, GPtrArray *notes, GError **error)
{
    g_autoptr(GPtrArray) runs = NULL;
    if (!state_unsettled_runs(state, &runs, error))
        return false;
    for (guint i = 0; i < runs->len; i++) {
        if (!settle_run(state, g_ptr_array_index(runs, i), ledger, reader, notes, error))
            return false;
    }
    return true;
}
