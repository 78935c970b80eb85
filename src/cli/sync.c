/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/past_run.h"
#include "cli/run.h"
#include "cli/saved.h"
#include "cli/show.h"
#include "cli/tell.h"
#include "report/left_alone.h"
#include "sync/apply.h"
#include "sync/document.h"
#include "sync/planner.h"

#include <unistd.h>

#define FACT_LEFT_ALONE "sync.left-alone"

/* In report mode absence and links are remembered, and nothing is sent: a run of the history that
 * there is nothing to undo of. */
static bool report_only(Context *context, Plan *plan, int *ret_status, GError **error)
{
    ApplyInput facts = {.plan = plan,
                        .organization = context->organization,
                        .ledger = context->ledger,
                        .state = context->state,
                        .clock = context->clock};
    int64_t now = context->clock->now(context->clock);
    int64_t run = 0;
    int status = planner_rail_status(plan);
    g_autofree char *document = plan_document_text(plan);
    *ret_status = status == error_code_exit_status(SYNC_ERROR_REFUSED) ? status : EXIT_STATUS_DONE;
    return apply_links(&facts, error) &&
           state_begin_run(context->state, "sync", now, plan->digests.changes, document, &run,
                           error) &&
           state_end_run(context->state, run, now, *ret_status, "nothing: lifecycle.mode is report",
                         context->ledger, error);
}

/* The page about what this sync did; in report mode, about what it would have done. One that cannot
 * be written is an error of its own, and no reason to lose what was done. */
static void write_page(Context *context, const Plan *plan, bool report, int *status)
{
    const char *path = context->config->report.html;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    bool written = true;
    if (path != NULL && report) {
        g_autofree char *page = report_text_of(plan, REPORT_HTML, &(ReportOptions){.all = true});
        written = write_output(path, page, &error);
    } else if (path != NULL) {
        written = state_runs(context->state, 1, &runs, &error) &&
                  (runs->len == 0 ||
                   past_run_write(context->state, ((RunRecord *) g_ptr_array_index(runs, 0))->id,
                                  path, &error));
    }
    if (written)
        return;
    log_error("report.html: %s", error->message);
    *status = exit_status_worse(*status, error_code_exit_status(SYNC_ERROR_OUTPUT));
}

/* Whether PLAN has something to say: cron mails whatever is printed. */
static bool is_news(const Plan *plan, const GlobalOptions *global)
{
    bool news = plan->changes->len > 0 || planner_rail_status(plan) != EXIT_STATUS_DONE;
    return (news || isatty(STDOUT_FILENO)) && !global->quiet;
}

/* A run that leaves people alone ends well, each hour; who they are is said once, until it changes.
 */
static void say_left_alone(Context *context, const Plan *plan, bool is_shown)
{
    g_autofree char *known = NULL;
    g_autofree char *digest = left_alone_digest(plan, context->ledger);
    g_autoptr(GError) problem = NULL;
    if (!state_get_fact(context->state, FACT_LEFT_ALONE, &known, &problem))
        log_debug("whom the last run left alone cannot be read, going on without it: %s",
                  problem->message);
    if (g_strcmp0(known, digest) == 0)
        return;
    g_autofree char *text = left_alone_text(plan, context->ledger);
    if (text != NULL && !is_shown)
        log_warning("%s", text);
    state_note_fact(context->state, FACT_LEFT_ALONE, digest);
}

/* An approved plan first, as far as it still holds; then what is wanted now, inside the rails.
 * *RET_PLAN stays NULL when that waits for the next run. */
static bool carry_out(Context *context, const GlobalOptions *global, Plan **ret_plan, int *status,
                      GError **error)
{
    Approved approved = APPROVED_NONE;
    bool report = context->config->sync->lifecycle.mode == MODE_REPORT;
    if (!report && !saved_carry_out_approved(context, global, &approved, status, error))
        return false;
    if (approved == APPROVED_UNSEEN) {
        printf("What else is wanted waits for the next run, which sees what this one has done.\n");
        return true;
    }
    g_autoptr(Plan) plan = NULL;
    if (!context_plan(context, approved == APPROVED_NONE, &plan, error))
        return false;
    tell_plan(context, plan);
    bool shown = is_news(plan, global);
    if (shown && !show_plan(plan, REPORT_TEXT, global, NULL, error))
        return false;
    say_left_alone(context, plan, shown);
    int own = EXIT_STATUS_DONE;
    bool done = report ? report_only(context, plan, &own, error)
                       : run_plan(context, "sync", plan, &own, error);
    *status = exit_status_worse(*status, own);
    *ret_plan = g_steal_pointer(&plan);
    return done;
}

static bool sync_once(Context *context, const GlobalOptions *global, void *data, int *ret_status,
                      GError **error)
{
    g_autoptr(Plan) plan = NULL;
    int status = EXIT_STATUS_DONE;
    (void) data;
    if (!context_approvals(context, NULL, error) || !context_read(context, error) ||
        !run_recover(context, error) || !carry_out(context, global, &plan, &status, error))
        return false;
    write_page(context, plan, context->config->sync->lifecycle.mode == MODE_REPORT, &status);
    *ret_status = status;
    return true;
}

static bool set_deadline(const char *text, GError **error)
{
    int64_t seconds = 0;
    if (text == NULL)
        return true;
    if (clock_parse_duration(text, &seconds)) {
        clock_set_deadline((unsigned) seconds);
        return true;
    }
    g_autofree char *safe = text_safe(text, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "--deadline takes a duration up to a day like 90s, 10m or 2h, not '%s'", safe);
    return false;
}

int sync_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    g_autofree char *deadline = NULL;
    GOptionEntry entries[] = {
        {"deadline", 0, 0, G_OPTION_ARG_STRING, &deadline,
         "end cleanly, with 75, when this long has passed", "DURATION"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (command_parse("sync", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (show_no_arguments(argc, argv, error) && set_deadline(deadline, error))
            status = tell_run(global, "sync", sync_once, NULL, error);
    }
    return status;
}
