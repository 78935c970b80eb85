/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/pseudonym.h"
#include "cli/show.h"
#include "report/plan_diff_view.h"
#include "sync/plan_diff.h"
#include "sync/planner.h"

typedef struct {
    ShowFlags show;
    Inputs inputs;
    gboolean detailed;
} DiffOptions;

/* The plan that the configuration at PATH makes of the two files, as of NOW (0: this moment). */
static bool plan_with(const GlobalOptions *global, const char *path, const DiffOptions *options,
                      int64_t now, Context **ret_context, Plan **ret_plan, GError **error)
{
    GlobalOptions other = *global;
    other.config = g_strdup(path);
    g_autoptr(Context) context = NULL;
    PlanInput input = {0};
    bool made = context_open_view(&other, &options->inputs, &context, error) &&
                context_read(context, error) && context_plan_input(context, true, &input, error);
    g_free(other.config);
    if (!made)
        return false;
    if (now != 0)
        input.now = now;
    if (!planner_plan(&input, ret_plan, error))
        return false;
    *ret_context = g_steal_pointer(&context);
    return true;
}

static bool compare(const GlobalOptions *global, const DiffOptions *options, char **names,
                    bool *ret_differs, GError **error)
{
    ReportFormat format = REPORT_TEXT;
    g_autoptr(Context) old_context = NULL;
    g_autoptr(Context) new_context = NULL;
    g_autoptr(Plan) old_plan = NULL;
    g_autoptr(Plan) new_plan = NULL;
    if (!show_flags_check(&options->show, &format, error))
        return false;
    if (options->inputs.ldif == NULL || options->inputs.snapshot == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "diff-config needs --ldif and --snapshot, so that nothing but the "
                    "configuration differs\nhint: 'snapshot' makes both files");
        return false;
    }
    if (!plan_with(global, names[0], options, 0, &old_context, &old_plan, error) ||
        !plan_with(global, names[1], options, old_plan->created, &new_context, &new_plan, error))
        return false;
    g_autoptr(PlanDiff) diff = plan_diff_new(old_plan, new_plan);
    *ret_differs = !plan_diff_is_empty(diff);
    g_autoptr(View) view = plan_diff_view(diff, new_plan, names[0], names[1]);
    if (options->show.pseudonyms) {
        g_autoptr(Pseudonyms) pseudonyms =
            pseudonym_new(new_context, new_context->ledger, new_plan);
        pseudonyms_view(pseudonyms, view);
    }
    return show_view_itself(view, "toggl-ldap-sync configuration difference", format, global,
                            &options->show, error);
}

int diff_config_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    DiffOptions options = {0};
    GOptionEntry entries[] = {
        {"detailed-exitcode", 0, 0, G_OPTION_ARG_NONE, &options.detailed,
         "end with 2 when somebody is affected", NULL},
        INPUT_ENTRIES(&options.inputs),
        SHOW_FLAG_ENTRIES(&options.show),
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    bool differs = false;
    int status = -1;
    if (command_parse("diff-config", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (argc != 3)
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "diff-config takes two configurations, OLD and NEW");
        else if (compare(global, &options, argv + 1, &differs, error))
            status = differs && options.detailed ? EXIT_STATUS_CHANGES : EXIT_STATUS_DONE;
    }
    show_flags_clear(&options.show);
    inputs_clear(&options.inputs);
    return status;
}
