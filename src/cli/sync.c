/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/run.h"
#include "cli/session.h"
#include "cli/show.h"
#include "sync/planner.h"

#include <unistd.h>

/* In report mode absence and links are remembered, and nothing is sent. */
static bool report_only(Session *session, const Plan *plan, int *ret_status, GError **error)
{
    int status = planner_rail_status(plan);
    *ret_status = status == error_code_exit_status(SYNC_ERROR_REFUSED) ? status : EXIT_STATUS_DONE;
    return state_save(session->state, session->ledger, error);
}

static bool sync_once(const GlobalOptions *global, int *ret_status, GError **error)
{
    g_autoptr(Session) session = NULL;
    g_autoptr(Plan) plan = NULL;
    if (!session_open(global, SESSION_WRITE, &session, error) ||
        !session_read(session, NULL, error) || !run_recover(session, error) ||
        !session_plan(session, true, &plan, error))
        return false;
    bool report = session->config->sync->lifecycle.mode == MODE_REPORT;
    bool news = plan->changes->len > 0 || planner_rail_status(plan) != EXIT_STATUS_DONE;
    /* cron mails whatever is printed: without news there is nothing to say */
    if ((news || isatty(STDOUT_FILENO)) && !global->quiet &&
        !show_plan(plan, REPORT_TEXT, global, false, error))
        return false;
    return report ? report_only(session, plan, ret_status, error)
                  : run_plan(session, "sync", plan, ret_status, error);
}

int command_sync(GlobalOptions *global, int argc, char **argv, GError **error)
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
