/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run.h"

#include "base/error.h"
#include "base/log.h"
#include "cli/show.h"
#include "cli/tell.h"
#include "report/progress.h"
#include "state/approvals.h"
#include "sync/earlier_names.h"
#include "sync/planner.h"
#include "sync/run.h"
#include "sync/target.h"

#include <stdio.h>

static void show_progress(void *data, unsigned done, unsigned total)
{
    (void) data;
    progress_show("sending requests", done, total);
}

static bool read_again(Reader *reader, GError **error)
{
    Context *context = ((Run *) (void *) reader)->context;
    if (reader->thorough)
        toggl_forget(context->toggl);
    if (!context_read_organization(context, error))
        return false;
    reader->organization = context->organization;
    return true;
}

static bool plan_again(Run *run, Plan **ret, GError **error)
{
    return context_plan(run->context, false, ret, error);
}

static Run run_of(Context *context)
{
    return (Run){
        .reader = {.organization = context->organization,
                   .again = read_again,
                   .clock = context->clock,
                   .settle_seconds = context->config->toggl->settle_seconds},
        .state = context->state,
        .ledger = context->ledger,
        .plan = plan_again,
        .progress = show_progress,
        .context = context,
    };
}

bool run_recover(Context *context, GError **error)
{
    Run run = run_of(context);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    bool settled = run_settle(&run, notes, error);
    for (guint i = 0; i < notes->len; i++)
        log_warning("%s", (const char *) g_ptr_array_index(notes, i));
    return settled;
}

/* The forecast, corrected by what the answers said of the quota. */
static void show_wait(const Context *context, const Plan *plan, const RunReport *report)
{
    const ApplyResult *result = report->result;
    TogglQuota quota = toggl_quota(context->toggl);
    if (!g_error_matches(result->cause, SYNC_ERROR, SYNC_ERROR_QUOTA) || result->unsent == 0 ||
        quota.total <= 0 || quota.resets_at == 0)
        return;
    int64_t hours =
        run_hours_left(result->unsent, quota.total - quota.reserve, plan->forecast.reads);
    g_autofree char *finish = clock_format(quota.resets_at + (hours - 1) * INT64_C(3600));
    printf("%u request%s for %" G_GINT64_FORMAT " more hour%s of the quota; the last should go at "
           "about %s.\n",
           result->unsent, result->unsent == 1 ? " waits" : "s wait", hours, hours == 1 ? "" : "s",
           finish);
}

/* Of people who were linked in this run, the names are not in the ledger yet. */
static bool remember_names(Context *context, GError **error)
{
    bool news = false;
    for (guint i = 0; i < context->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(context->directories, i);
        news = earlier_names_remember(directory, context->ledger) || news;
    }
    return !news || state_save(context->state, context->ledger, error);
}

bool run_order_report(Context *context, const RunOrder *order, int rails, RunReport **ret_report,
                      GError **error)
{
    g_autoptr(Target) target = context->config->sync->lifecycle.mode == MODE_REPORT
                                   ? target_nowhere_new()
                                   : target_toggl_new(context->toggl);
    Run run = run_of(context);
    run.target = target;
    g_autoptr(RunReport) report = NULL;
    bool carried = run_carry_out(&run, order, rails, &report, error);
    progress_end();
    if (!carried || !remember_names(context, error))
        return false;
    tell_report(context, order->plan, report);
    show_report(order->plan, report);
    show_wait(context, order->plan, report);
    *ret_report = g_steal_pointer(&report);
    return true;
}

bool run_is_seen(const RunReport *report)
{
    return report->result->cause == NULL && report->unverified == NULL;
}

bool run_is_finished(const RunReport *report)
{
    const ApplyResult *result = report->result;
    return run_is_seen(report) && result->failed == 0 && result->unknown == 0;
}

/* An approval that kept this plan good for longer has done its service. */
static bool use_up(Context *context, const Plan *plan, const RunReport *report, GError **error)
{
    bool whole = plan->changes->len > 0 && plan->held->len == 0 && plan->deferred->len == 0;
    return !whole || !run_is_finished(report) ||
           state_use_up_approvals(context->state, plan->digests.changes,
                                  context->clock->now(context->clock), error);
}

bool run_order(Context *context, const RunOrder *order, int *ret_status, GError **error)
{
    g_autoptr(RunReport) report = NULL;
    if (!run_order_report(context, order, planner_rail_status(order->plan), &report, error) ||
        !use_up(context, order->plan, report, error))
        return false;
    show_approve(order->plan, NULL, report->run);
    *ret_status = report->status;
    return true;
}

bool run_plan(Context *context, const char *command, Plan *plan, int *ret_status, GError **error)
{
    return run_order(context, &(RunOrder){.command = command, .plan = plan}, ret_status, error);
}
