/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/run.h"
#include "cli/saved.h"
#include "cli/show.h"
#include "cli/tell.h"
#include "report/question.h"
#include "sync/planner.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Asks on the terminal; anything but "yes" is a no. */
static bool person_agrees(const Plan *plan)
{
    g_autofree char *question = question_text(plan);
    printf("%sApply this plan? Type 'yes' to go on: ", question);
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

static bool plan_ask_apply(Context *context, const GlobalOptions *global, bool yes, int *ret_status,
                           GError **error)
{
    g_autoptr(Plan) plan = NULL;
    if (!context_approvals(context, NULL, error) || !context_read(context, error) ||
        !run_recover(context, error) || !context_plan(context, true, &plan, error))
        return false;
    tell_plan(context, plan);
    if (!show_plan(plan, REPORT_TEXT, global, NULL, error))
        return false;
    if (plan->requests->len > 0 && !yes && !person_agrees(plan)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_REFUSED, "not applied: the answer was not 'yes'");
        return false;
    }
    return run_order(context,
                     &(RunOrder){.command = "apply", .plan = plan, .foreign = plan->partial},
                     ret_status, error);
}

/* What is to be applied, and whether somebody is asked first. */
typedef struct {
    SavedOrder order;
    bool yes;
} ApplyOrder;

static bool apply(Context *context, const GlobalOptions *global, void *data, int *ret_status,
                  GError **error)
{
    ApplyOrder *apply_order = data;
    SavedOrder *order = &apply_order->order;
    if (!check_mode(context, error))
        return false;
    if (order->path != NULL)
        return saved_apply(context, global, order, ret_status, error);
    context->only = order->only;
    return plan_ask_apply(context, global, apply_order->yes, ret_status, error);
}

/* What goes together: --yes answers a question that a saved plan does not ask. */
static bool check_usage(const SavedOrder *order, int argc, bool yes, GError **error)
{
    const char *problem = NULL;
    if (argc > 2)
        problem = "apply takes one PLAN at most";
    else if (order->path == NULL && order->skip_stale)
        problem = "--skip-stale is for a saved PLAN";
    else if (order->path == NULL && !yes && !isatty(STDIN_FILENO))
        problem = "there is no terminal to ask on\nhint: 'apply --yes' does not ask";
    if (problem != NULL)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "%s", problem);
    return problem == NULL;
}

int apply_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    gboolean yes = FALSE;
    gboolean skip_stale = FALSE;
    g_autofree char *only = NULL;
    GOptionEntry entries[] = {
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, "do not ask", NULL},
        {"skip-stale", 0, 0, G_OPTION_ARG_NONE, &skip_stale,
         "leave out what no longer holds of a saved plan", NULL},
        {"only", 0, 0, G_OPTION_ARG_STRING, &only,
         "only this person (mail, login name, DN, anchor) or group", "WHO|GROUP"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    int status = -1;
    if (!command_parse("apply", entries, global, &argc, &argv, &helped, error))
        return status;
    if (helped)
        return EXIT_STATUS_DONE;
    ApplyOrder apply_order = {
        .order = {.path = argc > 1 ? argv[1] : NULL, .only = only, .skip_stale = skip_stale},
        .yes = yes,
    };
    SavedOrder *order = &apply_order.order;
    if (check_usage(order, argc, yes, error) && saved_order_read(order, error))
        status = tell_run(global, "apply", apply, &apply_order, error);
    saved_order_clear(order);
    return status;
}
