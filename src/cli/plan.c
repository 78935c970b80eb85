/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/pseudonym.h"
#include "cli/show.h"
#include "sync/document.h"
#include "sync/planner.h"

#include <stdio.h>

typedef struct {
    ShowFlags show;
    char *out;
    Inputs inputs;
    char *only;
    gboolean detailed;
} PlanOptions;

static void options_clear(PlanOptions *options)
{
    show_flags_clear(&options->show);
    g_free(options->out);
    inputs_clear(&options->inputs);
    g_free(options->only);
}

static bool has_changes(const Plan *plan)
{
    return plan->requests->len > 0 || plan->changes->len > 0;
}

static bool plan_and_show(const GlobalOptions *global, const PlanOptions *options,
                          bool *ret_changes, GError **error)
{
    ReportFormat format = REPORT_TEXT;
    if (!show_flags_check(&options->show, &format, error))
        return false;
    if (options->out != NULL && options->show.pseudonyms) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "--out saves the plan itself, which --pseudonyms would make useless\n"
                    "hint: '--pseudonyms --format json' prints one that can be shown to others");
        return false;
    }
    g_autoptr(Context) context = NULL;
    g_autoptr(Plan) plan = NULL;
    if (!context_open_view(global, &options->inputs, &context, error) ||
        !context_approvals(context, NULL, error) || !context_read(context, error))
        return false;
    context->only = options->only;
    if (!context_plan(context, true, &plan, error))
        return false;
    if (options->out != NULL) {
        g_autofree char *text = plan_document_text(plan);
        if (!write_output(options->out, text, error))
            return false;
    }
    *ret_changes = has_changes(plan);
    if (options->show.pseudonyms) {
        g_autoptr(Pseudonyms) pseudonyms = pseudonym_new(context, context->ledger, plan);
        pseudonyms_plan(pseudonyms, plan);
    }
    if (!show_plan(plan, format, global, &options->show, error))
        return false;
    if (format == REPORT_TEXT && !plan->offline)
        show_approve(plan, options->out, 0);
    return true;
}

int plan_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    PlanOptions options = {0};
    GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out, "also save the plan", "FILE"},
        {"detailed-exitcode", 0, 0, G_OPTION_ARG_NONE, &options.detailed,
         "end with 2 when there are changes", NULL},
        INPUT_ENTRIES(&options.inputs),
        {"only", 0, 0, G_OPTION_ARG_STRING, &options.only,
         "only this person (mail, login name, DN, anchor) or group", "WHO|GROUP"},
        SHOW_FLAG_ENTRIES(&options.show),
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    bool changes = false;
    int status = -1;
    if (command_parse("plan", entries, global, &argc, &argv, &helped, error) &&
        (helped || (show_no_arguments(argc, argv, error) &&
                    plan_and_show(global, &options, &changes, error))))
        status = changes && options.detailed ? EXIT_STATUS_CHANGES : EXIT_STATUS_DONE;
    options_clear(&options);
    return status;
}
