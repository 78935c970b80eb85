/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/show.h"
#include "sync/document.h"
#include "sync/inverse.h"
#include "sync/planner.h"

#include <stdio.h>
#include <string.h>

static bool no_such_run(int64_t id, const char *why, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "run %" G_GINT64_FORMAT " cannot be undone: %s\nhint: 'toggl-ldap-sync history' "
                "lists the runs",
                id, why);
    return false;
}

static bool load_run(Context *context, int64_t id, RunRecord **ret_run, GError **error)
{
    g_autoptr(RunRecord) run = NULL;
    if (context->state != NULL && !state_run(context->state, id, &run, error))
        return false;
    if (run == NULL)
        return no_such_run(id, "there is none of that number", error);
    if (run->plan == NULL && run->plan_digest != NULL)
        return no_such_run(id, "its plan is kept no longer (retention.plans_days)", error);
    if (run->plan == NULL || run->inverse == NULL)
        return no_such_run(id, "it carried out no plan", error);
    if (!run->settled)
        return no_such_run(id, "what it did is not settled yet; the next sync does that", error);
    *ret_run = g_steal_pointer(&run);
    return true;
}

static bool add_changes(Context *context, const RunRecord *run, Plan *plan, GPtrArray *impossible,
                        GError **error)
{
    g_autoptr(Plan) done = NULL;
    g_autoptr(GArray) confirmed = NULL;
    if (!plan_document_read(run->plan, strlen(run->plan), &done, error)) {
        g_prefix_error(error, "the plan of run %" G_GINT64_FORMAT " in the state: ", run->id);
        return false;
    }
    if (!state_confirmed(context->state, run->id, &confirmed, error))
        return false;
    InverseInput input = {.plan = done,
                          .inverse = run->inverse,
                          .confirmed = confirmed,
                          .organization = context->organization};
    return inverse_changes(&input, plan, impossible, error);
}

/* A plan of this moment in all but its changes, which are those that undo RUN. */
static bool plan_undo(Context *context, const RunRecord *run, Plan **ret_plan,
                      GPtrArray *impossible, GError **error)
{
    g_autoptr(Plan) fresh = NULL;
    g_autoptr(Plan) plan = NULL;
    PlanInput input;
    if (!context_plan_input(context, true, &input, error) || !planner_plan(&input, &fresh, error))
        return false;
    input.counts_as_read = false;
    if (!planner_plan(&input, &plan, error))
        return false;
    inverse_begin(plan, run->id);
    if (!add_changes(context, run, plan, impossible, error))
        return false;
    inverse_order(plan);
    planner_judge(&input, fresh, NULL, plan);
    planner_finish(&input, plan);
    *ret_plan = g_steal_pointer(&plan);
    return true;
}

static bool save(const Plan *plan, const char *path, GError **error)
{
    g_autofree char *text = plan_document_text(plan);
    if (!write_output(path, text, error))
        return false;
    g_autofree char *safe = text_safe(path, -1);
    printf(
        "The plan is saved: 'toggl-ldap-sync apply %s' carries it out, and holds its people until "
        "'person release'.\n",
        safe);
    return true;
}

static bool undo(const GlobalOptions *global, int64_t id, const char *out, GError **error)
{
    g_autoptr(Context) context = NULL;
    g_autoptr(RunRecord) run = NULL;
    g_autoptr(Plan) plan = NULL;
    g_autoptr(GPtrArray) impossible = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *usual = g_strdup_printf("undo-%" G_GINT64_FORMAT ".json", id);
    const char *path = out != NULL ? out : usual;
    const ShowFlags flags = {.all = true}; /* no other command shows it */
    if (!context_open(global, CONTEXT_READ, &context, error) || !load_run(context, id, &run, error))
        return false;
    context->needs_lists = true; /* any role may have to go back */
    if (!context_approvals(context, NULL, error) || !context_read(context, error) ||
        !plan_undo(context, run, &plan, impossible, error) ||
        !show_plan(plan, REPORT_TEXT, global, &flags, error))
        return false;
    for (guint i = 0; i < impossible->len; i++)
        printf("not undone, or not wholly: %s\n", (const char *) g_ptr_array_index(impossible, i));
    if (plan->changes->len == 0) {
        printf("Nothing of run %" G_GINT64_FORMAT " is left to undo.\n", id);
        return true;
    }
    if (!save(plan, path, error))
        return false;
    show_approve(plan, path, 0);
    return true;
}

int undo_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    g_autofree char *out = NULL;
    GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out, "save the plan there (undo-RUN.json)", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    bool helped = false;
    gint64 id = 0;
    int status = -1;
    if (!command_parse("undo", entries, global, &argc, &argv, &helped, error))
        return status;
    bool numbered = argc == 2 && g_ascii_string_to_signed(argv[1], 10, 1, G_MAXINT64, &id, NULL);
    if (!helped && !numbered)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "undo takes the number of a run\nhint: 'toggl-ldap-sync history' lists the "
                    "runs");
    else if (helped || undo(global, id, out, error))
        status = EXIT_STATUS_DONE;
    return status;
}
