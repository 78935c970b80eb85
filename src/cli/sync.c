/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/run.h"
#include "cli/show.h"
#include "sync/planner.h"

#include <unistd.h>

/* In report mode absence and links are remembered, and nothing is sent. */
static bool report_only(Context *context, const Plan *plan, int *ret_status, GError **error)
{
    int status = planner_rail_status(plan);
    *ret_status = status == error_code_exit_status(SYNC_ERROR_REFUSED) ? status : EXIT_STATUS_DONE;
    return state_save(context->state, context->ledger, error);
}

static bool sync_once(const GlobalOptions *global, int *ret_status, GError **error)
{
    g_autoptr(Context) context = NULL;
    g_autoptr(Plan) plan = NULL;
    if (!context_open(global, CONTEXT_WRITE, &context, error) ||
        !context_read(context, NULL, error) || !run_recover(context, error) ||
        !context_plan(context, true, &plan, error))
        return false;
    bool report = context->config->sync->lifecycle.mode == MODE_REPORT;
    bool news = plan->changes->len > 0 || planner_rail_status(plan) != EXIT_STATUS_DONE;
    /* cron mails whatever is printed: without news there is nothing to say */
    if ((news || isatty(STDOUT_FILENO)) && !global->quiet &&
        !show_plan(plan, REPORT_TEXT, global, NULL, error))
        return false;
    return report ? report_only(context, plan, ret_status, error)
                  : run_plan(context, "sync", plan, ret_status, error);
}

int sync_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    bool helped = false;
    int status = -1;
    if (command_parse("sync", NULL, global, &argc, &argv, &helped, error)) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (show_no_arguments(argc, argv, error))
            (void) sync_once(global, &status, error);
    }
    return status;
}
