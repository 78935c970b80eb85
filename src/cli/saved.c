/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/saved.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/run.h"
#include "cli/show.h"
#include "state/approvals.h"
#include "sync/approvals.h"
#include "sync/carry.h"
#include "sync/document.h"

#include <stdio.h>
#include <string.h>

#define STALE_SHOWN 10

bool saved_read(const char *path, char **ret_text, GError **error)
{
    return file_read("the plan", path, SYNC_ERROR_USAGE, ret_text, NULL, error);
}

bool saved_order_read(SavedOrder *order, GError **error)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    if (order->path == NULL)
        return true;
    if (!saved_read(order->path, &order->text, error))
        return false;
    order->beside = approvals_beside(order->path, notes);
    for (guint i = 0; i < notes->len; i++)
        log_warning("%s", (const char *) g_ptr_array_index(notes, i));
    return true;
}

void saved_order_clear(SavedOrder *order)
{
    g_clear_pointer(&order->text, g_free);
    g_clear_pointer(&order->beside, g_ptr_array_unref);
}

/* A plan twice: one is narrowed, the other says what stood there. */
typedef struct {
    Plan *plan;
    Plan *then;
    char *name; /* under which it counts as carried out */
    bool all;   /* nothing that was to go waits for a rail of today */
    const Agreement *agreement;
} Saved;

static void saved_clear(Saved *saved)
{
    plan_free(saved->plan);
    plan_free(saved->then);
    g_free(saved->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Saved, saved_clear)

static const GPtrArray *lifts_of(const Saved *saved)
{
    return saved->agreement != NULL ? saved->agreement->lifts : NULL;
}

static bool saved_parse(const Context *context, const char *text, Saved *saved, GError **error)
{
    size_t length = strlen(text);
    if (!plan_document_read(text, length, &saved->plan, error) ||
        !plan_document_read(text, length, &saved->then, error))
        return false;
    saved->agreement = agreement_about(context->agreements, saved->plan);
    saved->name = carry_name(saved->plan, lifts_of(saved));
    return true;
}

static bool may_be_carried_out(Context *context, const Saved *saved, GError **error)
{
    CarryTerms terms = {
        .organization_id = context->config->toggl->organization,
        .configuration = context->config->sync->digest,
        .agreement = saved->agreement,
        .remembered_days = context->config->retention.plans_days,
        .now = context->clock->now(context->clock),
    };
    return carry_check(saved->plan, &terms, error);
}

static bool not_applied_yet(Context *context, const Saved *saved, GError **error)
{
    int64_t when = 0;
    if (!state_when_carried_out(context->state, saved->name, &when, error))
        return false;
    if (when == 0)
        return true;
    g_autofree char *text = clock_format(when);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE,
                "the saved plan was carried out on %s already: nothing was sent\n"
                "hint: make a new one with plan --out FILE",
                text);
    return false;
}

/* SYNC_ERROR_STALE, naming what moved. */
static bool refuse_stale(const Saved *saved, const GPtrArray *drifts, GError **error)
{
    GString *text = g_string_new("the saved plan is stale, and nothing was sent:");
    guint shown = 0;
    for (guint i = 0; i < drifts->len; i++) {
        const Drift *drift = g_ptr_array_index(drifts, i);
        if (drift->kind != DRIFT_STALE || drift->withheld || shown++ >= STALE_SHOWN)
            continue;
        g_autofree char *line = drift_text(saved->then, drift);
        g_string_append_printf(text, "\n  %s", line);
    }
    if (shown > STALE_SHOWN)
        g_string_append_printf(text, "\n  and %u more", shown - STALE_SHOWN);
    g_string_append(text, "\nhint: --skip-stale carries out the rest; plan --out FILE makes a new "
                          "plan");
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE, "%s", text->str);
    (void) g_string_free(text, TRUE);
    return false;
}

static void show_drifts(const Saved *saved, const GPtrArray *drifts, const char *behind)
{
    for (guint i = 0; i < drifts->len; i++) {
        const Drift *drift = g_ptr_array_index(drifts, i);
        if (drift->withheld)
            continue;
        g_autofree char *line = drift_text(saved->then, drift);
        if (drift->kind == DRIFT_STALE)
            printf("skipped: %s%s\n", line, behind);
        else
            log_debug("%s", line);
    }
}

static bool mark_finished(Context *context, const Saved *saved, const RunReport *report,
                          GError **error)
{
    CarriedOut done = {
        .name = saved->name,
        .document = saved->then->digests.document,
        .changes = saved->agreement != NULL ? saved->then->digests.changes : NULL,
        .run = report->run,
    };
    return !run_is_finished(report) || !saved->all ||
           state_carried_out(context->state, &done, context->clock->now(context->clock), error);
}

/* ---- apply PLAN ---- */

static bool narrow(Context *context, Saved *saved, const char *only, GPtrArray **ret_drifts,
                   GError **error)
{
    g_autoptr(Plan) fresh = NULL;
    g_autoptr(Selection) selection = NULL;
    PlanInput input;
    if ((only != NULL &&
         !selection_resolve_saved(only, context->ledger, saved->plan, &selection, error)) ||
        !context_plan_input(context, true, &input, error) || !planner_plan(&input, &fresh, error))
        return false;
    Carry carry = {
        .input = &input,
        .fresh = fresh,
        .lifts = lifts_of(saved),
        .selection = selection,
    };
    *ret_drifts = carry_narrow(&carry, saved->plan, &saved->all);
    return true;
}

bool saved_apply(Context *context, const GlobalOptions *global, const SavedOrder *order,
                 int *ret_status, GError **error)
{
    g_auto(Saved) saved = {0};
    g_autoptr(GPtrArray) drifts = NULL;
    g_autoptr(RunReport) report = NULL;
    if (!context_approvals(context, order->beside, error) ||
        !saved_parse(context, order->text, &saved, error) ||
        !may_be_carried_out(context, &saved, error) || !not_applied_yet(context, &saved, error) ||
        !context_read_for(context, saved.plan, error) || !context_read(context, error) ||
        !run_recover(context, error) || !narrow(context, &saved, order->only, &drifts, error))
        return false;
    if (drift_count(drifts, DRIFT_STALE) > 0 && !order->skip_stale)
        return refuse_stale(&saved, drifts, error);
    if (!global->quiet && !show_plan(saved.plan, REPORT_TEXT, global, NULL, error))
        return false;
    show_drifts(&saved, drifts, "");
    guint done = drift_count(drifts, DRIFT_DONE);
    if (done > 0 && !global->quiet)
        printf("%u change%s of the plan %s done already.\n", done, done == 1 ? "" : "s",
               done == 1 ? "is" : "are");
    RunOrder run = {.command = "apply", .plan = saved.plan, .foreign = true};
    if (!run_order_report(context, &run, planner_rail_status(saved.plan), &report, error))
        return false;
    show_approve(saved.plan, order->path, 0);
    *ret_status = report->status;
    return order->only != NULL || mark_finished(context, &saved, report, error);
}

/* ---- approved plans in sync ---- */

static void say_approved(const Saved *saved)
{
    g_autofree char *created = clock_format(saved->plan->created);
    printf("Carrying out the plan of %s, which %u %s approved.\n", created,
           saved->agreement->people, saved->agreement->people == 1 ? "person has" : "people have");
}

static bool carry_out(Context *context, const GlobalOptions *global, Saved *saved,
                      Approved *approved, int *status, GError **error)
{
    bool counts = *approved == APPROVED_NONE;
    g_autoptr(Plan) fresh = NULL;
    g_autoptr(GPtrArray) drifts = NULL;
    g_autoptr(RunReport) report = NULL;
    PlanInput input;
    if (!context_read_for(context, saved->plan, error) ||
        !context_plan_input(context, counts, &input, error) || !planner_plan(&input, &fresh, error))
        return false;
    Carry carry = {.input = &input, .fresh = fresh, .lifts = lifts_of(saved)};
    drifts = carry_narrow(&carry, saved->plan, &saved->all);
    say_approved(saved);
    show_drifts(saved, drifts, "; it is planned afresh");
    if (!global->quiet && !show_plan(saved->plan, REPORT_TEXT, global, NULL, error))
        return false;
    RunOrder run = {.command = "sync", .plan = saved->plan, .foreign = true};
    /* what its rails still hold is judged again, with everything else, by the plan that follows */
    if (!run_order_report(context, &run, EXIT_STATUS_DONE, &report, error))
        return false;
    *status = exit_status_worse(*status, report->status);
    *approved = run_is_seen(report) ? APPROVED_SEEN : APPROVED_UNSEEN;
    return mark_finished(context, saved, report, error);
}

/* Whether the plan waits to be carried out; a reason why not is worth a line. */
static bool waits(Context *context, const Saved *saved, bool *ret_waits, GError **error)
{
    int64_t when = 0;
    g_autoptr(GError) problem = NULL;
    *ret_waits = false;
    if (saved->agreement == NULL || saved->agreement->lifts->len == 0)
        return true;
    if (!state_when_carried_out(context->state, saved->name, &when, error))
        return false;
    if (when != 0)
        return true;
    *ret_waits = may_be_carried_out(context, saved, &problem);
    if (problem != NULL)
        log_warning("an approved plan is not carried out: %s", problem->message);
    return true;
}

bool saved_carry_out_approved(Context *context, const GlobalOptions *global, Approved *ret_approved,
                              int *status, GError **error)
{
    g_autoptr(GPtrArray) plans = NULL;
    *ret_approved = APPROVED_NONE;
    if (!state_approved_plans(context->state, context->clock->now(context->clock), &plans, error))
        return false;
    for (guint i = 0; i < plans->len && *ret_approved != APPROVED_UNSEEN; i++) {
        g_auto(Saved) saved = {0};
        bool go = false;
        if (!saved_parse(context, g_ptr_array_index(plans, i), &saved, error)) {
            g_prefix_error(error, "an approved plan in the state: ");
            return false;
        }
        if (!waits(context, &saved, &go, error))
            return false;
        if (go && !carry_out(context, global, &saved, ret_approved, status, error))
            return false;
    }
    return true;
}
