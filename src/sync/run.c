/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/run.h"

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "state/care.h"
#include "sync/document.h"
#include "sync/inverse.h"
#include "sync/planner.h"
#include "sync/stays.h"

#include <string.h>

#define MICROSECONDS INT64_C(1000000)
/* What a run may need on the disk: the log until it is moved into the file, and its rows. */
#define ROOM_FOR_LOG (INT64_C(8) * 1024 * 1024)
#define ROOM_FOR_REQUEST INT64_C(4096)

void run_report_free(RunReport *report)
{
    if (report == NULL)
        return;
    apply_result_free(report->result);
    g_clear_error(&report->unverified);
    g_ptr_array_unref(report->unconverged);
    g_free(report);
}

bool run_unconverged(State *state, int64_t *ret_runs, GError **error)
{
    g_autofree char *text = NULL;
    if (!state_get_fact(state, UNCONVERGED_FACT, &text, error))
        return false;
    *ret_runs = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
    return true;
}

bool run_settle(Run *run, GPtrArray *notes, GError **error)
{
    return settle_runs(run->state, run->ledger, &run->reader, notes, error);
}

char *run_summary(const Plan *plan, const ApplyResult *result)
{
    GString *summary = g_string_new(NULL);
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        int64_t count = apply_count(result, plan, (ChangeKind) kind);
        if (count > 0)
            g_string_append_printf(summary, "%s%" G_GINT64_FORMAT " %s",
                                   summary->len > 0 ? ", " : "", count,
                                   change_kind_name((ChangeKind) kind));
    }
    if (summary->len == 0)
        g_string_append(summary, "nothing");
    return g_string_free(summary, FALSE);
}

int64_t run_hours_left(int64_t unsent, int64_t an_hour, int64_t reads)
{
    int64_t each = MAX(1, an_hour - reads);
    return (unsent + each - 1) / each;
}

static int status_of(const ApplyResult *result)
{
    int status = EXIT_STATUS_DONE;
    if (result->failed > 0 || result->unknown > 0)
        status = error_code_exit_status(SYNC_ERROR_PARTIAL);
    if (result->cause != NULL)
        status = exit_status_worse(status, error_exit_status(result->cause));
    return status;
}

/* What makes two changes the same wish, in this plan or in that. New string. */
static char *wish(const Change *change)
{
    return g_strdup_printf("%s|%s|%s|%s|%s|%s", change_kind_name(change->kind),
                           change->person.source != NULL ? change->person.source : "",
                           change->person.anchor != NULL ? change->person.anchor : "",
                           change->person.mail != NULL ? change->person.mail : "",
                           change->group.name != NULL ? change->group.name : "",
                           change->workspace.name != NULL ? change->workspace.name : "");
}

/* The wishes of PLAN -> whether they were confirmed. */
static GHashTable *wishes_of(const Plan *plan, const ApplyResult *result)
{
    GHashTable *wishes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        bool confirmed = is_confirmed(&result->confirmed, change->id);
        g_hash_table_insert(wishes, wish(change), GINT_TO_POINTER(confirmed ? 1 : 2));
    }
    return wishes;
}

static char *describe(const Change *change)
{
    g_autofree char *who = change->person.mail != NULL ? text_safe(change->person.mail, -1) : NULL;
    g_autofree char *group = change->group.name != NULL ? text_safe(change->group.name, -1) : NULL;
    g_autofree char *space =
        change->workspace.name != NULL ? text_safe(change->workspace.name, -1) : NULL;
    return g_strdup_printf("%s%s%s%s%s%s%s", change_kind_name(change->kind), who != NULL ? " " : "",
                           who != NULL ? who : "", group != NULL ? " " : "",
                           group != NULL ? group : "", space != NULL ? " " : "",
                           space != NULL ? space : "");
}

/* Whether CHANGE of the plan was carried out, as Toggl said, and is contradicted by ORGANIZATION.
 */
static bool is_contradicted(const RunReport *report, const Change *change,
                            const Organization *organization)
{
    return is_confirmed(&report->result->confirmed, change->id) &&
           change_stays(change, organization);
}

static void add_unconverged(RunReport *report, const Change *change)
{
    g_autofree char *line = describe(change);
    if (!g_ptr_array_find_with_equal_func(report->unconverged, line, g_str_equal, NULL))
        g_ptr_array_add(report->unconverged, g_steal_pointer(&line));
}

/* What of LEFT, or else of what was taken, this run has carried out, as Toggl said; and what has
 * come up meanwhile. */
static void compare(const Run *run, const Plan *plan, const Plan *left, GHashTable *wishes,
                    RunReport *report)
{
    g_ptr_array_set_size(report->unconverged, 0);
    report->follow_ups = 0;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (is_contradicted(report, change, run->reader.organization))
            add_unconverged(report, change);
    }
    for (guint r = 0; r < left->requests->len; r++) {
        const Request *request = g_ptr_array_index(left->requests, r);
        for (guint i = 0; i < request->changes->len; i++) {
            const Change *change = plan_change(left, g_array_index(request->changes, unsigned, i));
            g_autofree char *key = wish(change);
            int known = GPOINTER_TO_INT(g_hash_table_lookup(wishes, key));
            if (known == 1)
                add_unconverged(report, change);
            report->follow_ups += known == 0;
        }
    }
}

/* Differences that may be Toggl's delay get the settling time and one more read. */
static bool look_once_more(Run *run, RunReport *report, Plan **left, GError **error)
{
    Reader *reader = &run->reader;
    g_ptr_array_set_size(report->unconverged, 0); /* what may only be late is no difference yet */
    g_clear_pointer(left, plan_free);
    reader->clock->wait(reader->clock, reader->settle_seconds * MICROSECONDS);
    if (clock_stop_requested()) {
        g_propagate_error(error, clock_stop_error());
        return false;
    }
    if (!reader->again(reader, error) || !run->plan(run, left, error))
        return false;
    confirm_invited(&report->result->confirmed, reader->organization,
                    reader->clock->now(reader->clock));
    return true;
}

static bool verify(Run *run, const RunOrder *order, RunReport *report, GError **error)
{
    g_autoptr(GHashTable) wishes = wishes_of(order->plan, report->result);
    g_autoptr(Plan) left = NULL;
    if (!run->plan(run, &left, error))
        return false;
    compare(run, order->plan, left, wishes, report);
    if (report->unconverged->len > 0) {
        if (!look_once_more(run, report, &left, error))
            return false;
        compare(run, order->plan, left, wishes, report);
    }
    if (order->foreign)
        report->follow_ups = 0;
    report->verified = true;
    ApplyInput facts = {.plan = left,
                        .organization = run->reader.organization,
                        .ledger = run->ledger,
                        .state = run->state,
                        .clock = run->reader.clock};
    if (!apply_facts(&facts, error))
        return false;
    for (guint i = 0; i < order->plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(order->plan->changes, i);
        if (is_contradicted(report, change, run->reader.organization))
            stays_remember(run->ledger, change, run->reader.organization,
                           run->reader.clock->now(run->reader.clock));
    }
    return true;
}

/* A read after the last request is worth it unless there is no quota or no time for it. */
static bool may_read(const ApplyResult *result)
{
    if (result->results->len == 0)
        return false;
    if (result->cause == NULL)
        return true;
    if (g_error_matches(result->cause, SYNC_ERROR, SYNC_ERROR_UNREACHABLE))
        return result->unknown > 0;
    return !error_is_transient(result->cause);
}

static bool is_state_error(const GError *error)
{
    return g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE);
}

/* Reads again, settles, verifies; a read that fails leaves that to the next run. */
static bool look_again(Run *run, const RunOrder *order, const ApplyInput *input, RunReport *report,
                       GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (!may_read(report->result))
        return true;
    if (run->reader.again(&run->reader, &problem) &&
        settle_result(input, report->result, &run->reader, &problem) &&
        verify(run, order, report, &problem))
        return true;
    if (is_state_error(problem)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    report->unverified = g_steal_pointer(&problem);
    return true;
}

/* What a quarantine let through says nothing of what it holds. */
static bool is_quarantined(const Plan *plan)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->kind == RAIL_QUARANTINE && rail->verdict == VERDICT_HOLD)
            return true;
    }
    return false;
}

/* A run that was cut short says nothing about convergence. */
static bool count_convergence(const Run *run, const RunOrder *order, RunReport *report,
                              GError **error)
{
    int64_t runs = 0;
    if (!run_unconverged(run->state, &runs, error))
        return false;
    bool idle = report->result->results->len == 0 && report->result->cause == NULL &&
                order->plan->changes->len == 0;
    if (report->unconverged->len > 0)
        runs++;
    else if ((idle || report->verified) && !is_quarantined(order->plan))
        runs = 0;
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, runs);
    state_note_fact(run->state, UNCONVERGED_FACT, text);
    report->unconverged_runs = runs;
    return true;
}

static int64_t room_for(const RunOrder *order, size_t documents)
{
    return ROOM_FOR_LOG + 2 * (int64_t) documents + order->plan->requests->len * ROOM_FOR_REQUEST;
}

/* Everything that can be wrong with the state is found here, before the first request leaves. */
static bool begin(Run *run, const RunOrder *order, int64_t *ret_run, GError **error)
{
    g_autofree char *document = plan_document_text(order->plan);
    g_autofree char *inverse = inverse_text(order->plan, run->reader.organization);
    int64_t now = run->reader.clock->now(run->reader.clock);
    NewRun new_run = {.command = order->command,
                      .plan_digest = order->plan->digests.changes,
                      .plan = document,
                      .inverse = inverse,
                      .undoes = order->plan->undoes,
                      .requests = order->plan->requests->len};
    if (!state_check_clock(run->state, now, error) ||
        !state_check_room(run->state, room_for(order, strlen(document) + strlen(inverse)), error) ||
        !state_save(run->state, run->ledger, error) ||
        !state_begin(run->state, &new_run, now, ret_run, error))
        return false;
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, *ret_run);
    log_set_field("run", number);
    return true;
}

static bool end(Run *run, const RunOrder *order, int status, const RunReport *report,
                GError **error)
{
    int64_t now = run->reader.clock->now(run->reader.clock);
    g_autofree char *summary = run_summary(order->plan, report->result);
    bool settled = report->verified || report->result->results->len == 0;
    confirm_hold(&report->result->confirmed, now);
    return settled
               ? state_end_run(run->state, report->run, now, status, summary, run->ledger, error)
               : state_leave_run(run->state, report->run, now, status, summary, run->ledger, error);
}

bool run_carry_out(Run *run, const RunOrder *order, int rails_status, RunReport **ret_report,
                   GError **error)
{
    g_autoptr(RunReport) report = g_new0(RunReport, 1);
    report->unconverged = g_ptr_array_new_with_free_func(g_free);
    if (!begin(run, order, &report->run, error))
        return false;
    ApplyInput input = {
        .plan = order->plan,
        .organization = run->reader.organization,
        .ledger = run->ledger,
        .target = run->target,
        .state = run->state,
        .run = report->run,
        .clock = run->reader.clock,
        .progress = run->progress,
        .context = run->context,
    };
    if (!apply_plan(&input, &report->result, error) ||
        !look_again(run, order, &input, report, error) ||
        !count_convergence(run, order, report, error))
        return false;
    report->status = exit_status_worse(rails_status, status_of(report->result));
    if (report->unverified != NULL)
        report->status = exit_status_worse(report->status, error_exit_status(report->unverified));
    if (report->unconverged->len > 0)
        report->status =
            exit_status_worse(report->status, error_code_exit_status(SYNC_ERROR_PARTIAL));
    if (!end(run, order, report->status, report, error))
        return false;
    *ret_report = g_steal_pointer(&report);
    return true;
}
