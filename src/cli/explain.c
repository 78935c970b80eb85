/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/explain.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/pseudonym.h"
#include "cli/show.h"
#include "model/inspection.h"
#include "report/explain_view.h"
#include "source/source.h"
#include "state/decisions.h"
#include "sync/planner.h"

#include <string.h>

typedef struct {
    ShowFlags show;
    Inputs inputs;
    char **with;
} ExplainOptions;

static bool check_with(char **with, GError **error)
{
    for (; with != NULL && *with != NULL; with++) {
        if (strchr(*with, '=') != NULL && **with != '=')
            continue;
        g_autofree char *safe = text_safe(*with, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "--with takes attribute=value, not '%s'\n"
                    "hint: 'memberOf=DN' supposes a membership; 'attribute=' takes values away",
                    safe);
        return false;
    }
    return true;
}

/* Asks every directory for WHO; what is supposed of the entry is what the coming read takes. */
static bool inspect_all(Context *context, const ExplainOptions *options, const char *who,
                        GPtrArray *inspections, GError **error)
{
    for (guint i = 0; i < context->config->sources->len; i++) {
        SourceSettings *settings = g_ptr_array_index(context->config->sources, i);
        g_autoptr(Source) source = source_new(settings, context->clock, error);
        g_autoptr(GPtrArray) found = NULL;
        g_autoptr(Entry) overlay = NULL;
        if (source == NULL ||
            !source->inspect(source, who, options->with, &found, &overlay, error)) {
            g_prefix_error(error, "looking into directory '%s': ", settings->name);
            return false;
        }
        if (options->with != NULL)
            settings->overlay = g_steal_pointer(&overlay);
        g_ptr_array_extend_and_steal(inspections, g_steal_pointer(&found));
    }
    if (options->with == NULL || inspections->len > 0)
        return true;
    g_autofree char *safe = text_safe(who, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "--with needs an entry to change, and no directory has one for '%s'", safe);
    return false;
}

/* What is looked for in the plan: the entry that was found, by what does not change whatever is
 * supposed of it; else what was asked for. */
static const char *anchor_of(const GPtrArray *inspections, const char *who)
{
    const Inspection *first = inspections->len > 0 ? g_ptr_array_index(inspections, 0) : NULL;
    return first != NULL && first->anchor != NULL ? first->anchor : who;
}

/* Several entries may have been found, and all but one be nobody's whom we look at. */
static bool is_one(const PlanInput *input, const Plan *plan, const GPtrArray *inspections,
                   const char *who, GError **error)
{
    if (inspections->len == 1)
        return true;
    g_autoptr(Explanation) explanation = explain_person(input, plan, who);
    return explanation_is_of_one(explanation, who, error);
}

static bool add_decisions(Context *context, Explanation *explanation, GError **error)
{
    g_autoptr(GPtrArray) decisions = NULL;
    if (context->state == NULL)
        return true;
    if (!state_decisions(context->state, &decisions, error))
        return false;
    explanation_add_decisions(explanation, decisions);
    return true;
}

static bool explain(const GlobalOptions *global, const ExplainOptions *options, const char *who,
                    GError **error)
{
    ReportFormat format = REPORT_TEXT;
    g_autoptr(Context) context = NULL;
    g_autoptr(Plan) plan = NULL;
    g_autoptr(GPtrArray) inspections =
        g_ptr_array_new_with_free_func((GDestroyNotify) inspection_free);
    PlanInput input = {0};
    if (!show_flags_check(&options->show, &format, error) || !check_with(options->with, error) ||
        !context_open_view(global, &options->inputs, &context, error) ||
        !inspect_all(context, options, who, inspections, error) || !context_read(context, error) ||
        !context_plan_input(context, true, &input, error) || !planner_plan(&input, &plan, error) ||
        !is_one(&input, plan, inspections, who, error))
        return false;
    g_autoptr(Explanation) explanation = explain_person(&input, plan, anchor_of(inspections, who));
    if (explanation_is_empty(explanation) && inspections->len == 0) {
        who_unknown(who, context->ledger, context->directories, context->organization, error);
        return false;
    }
    if (!add_decisions(context, explanation, error))
        return false;
    g_autoptr(View) view = explain_view(explanation, inspections, who, options->with);
    if (options->show.pseudonyms) {
        g_autoptr(Pseudonyms) pseudonyms = pseudonym_new(context, context->ledger, plan);
        pseudonyms_view(pseudonyms, view);
    }
    /* one person is no long list: half an explanation explains nothing */
    ShowFlags show = options->show;
    show.all = !show.summary;
    return show_view_itself(view, "toggl-ldap-sync explanation", format, global, &show, error);
}

int explain_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    ExplainOptions options = {0};
    GOptionEntry entries[] = {
        {"with", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.with,
         "suppose the entry had this; memberOf=DN supposes a membership", "ATTRIBUTE=VALUE"},
        INPUT_ENTRIES(&options.inputs),
        SHOW_FLAG_ENTRIES(&options.show),
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    bool done = false;
    if (command_parse("explain", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            done = true;
        else if (argc < 2)
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "explain needs WHO\nhint: an address, a login name, a DN or an anchor");
        else if (argc == 2 || show_no_arguments(argc - 1, argv + 1, error))
            done = explain(global, &options, argv[1], error);
    }
    show_flags_clear(&options.show);
    inputs_clear(&options.inputs);
    g_strfreev(options.with);
    return done ? EXIT_STATUS_DONE : -1;
}
