/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/run.h"
#include "cli/show.h"
#include "sync/planner.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Asks on the terminal; anything but "yes" is a no. */
static bool person_agrees(void)
{
    printf("Apply this plan? Type 'yes' to go on: ");
    (void) fflush(stdout);
    char answer[16] = "";
    if (fgets(answer, sizeof answer, stdin) == NULL)
        return false;
    g_strstrip(answer);
    return strcmp(answer, "yes") == 0;
}

static bool check_mode(const Context *context, GError **error)
{
    if (context->config->sync->lifecycle.mode == MODE_APPLY)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "lifecycle.mode is \"report\": apply sends nothing\n"
                "hint: 'plan' shows the plan; set lifecycle.mode = \"apply\" when it is right");
    return false;
}

static bool plan_ask_apply(const GlobalOptions *global, bool yes, int *ret_status, GError **error)
{
    g_autoptr(Context) context = NULL;
    g_autoptr(Plan) plan = NULL;
    if (!context_open(global, CONTEXT_WRITE, &context, error) || !check_mode(context, error) ||
        !context_read(context, NULL, error) || !run_recover(context, error) ||
        !context_plan(context, true, &plan, error) ||
        !show_plan(plan, REPORT_TEXT, global, NULL, error))
        return false;
    if (plan->requests->len > 0 && !yes && !person_agrees()) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_REFUSED, "not applied: the answer was not 'yes'");
        return false;
    }
    return run_plan(context, "apply", plan, ret_status, error);
}

int apply_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    gboolean yes = FALSE;
    GOptionEntry entries[] = {
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, "do not ask", NULL},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (command_parse("apply", entries, global, &argc, &argv, &helped, error) &&
        (helped || show_no_arguments(argc, argv, error))) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (!yes && !isatty(STDIN_FILENO))
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "there is no terminal to ask on\nhint: 'apply --yes' does not ask");
        else
            (void) plan_ask_apply(global, yes, &status, error);
    }
    return status;
}
