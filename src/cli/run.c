/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run.h"

#include "base/error.h"
#include "base/log.h"
#include "cli/show.h"
#include "report/progress.h"
#include "sync/apply.h"
#include "sync/document.h"
#include "sync/planner.h"
#include "sync/remember.h"
#include "sync/target.h"

#include <string.h>

static void show_progress(void *data, unsigned done, unsigned total)
{
    (void) data;
    progress_show("sending requests", done, total);
}

/* Changes of a request whose fate the journal does not know are in the ledger once a read shows
 * them. */
static void settle_entry(Context *context, const Plan *plan, const JournalEntry *entry)
{
    if (entry->outcome != OUTCOME_UNKNOWN || entry->request_id == 0 ||
        entry->request_id > plan->requests->len)
        return;
    const Request *request = g_ptr_array_index(plan->requests, entry->request_id - 1);
    for (guint i = 0; i < request->changes->len; i++) {
        const Change *change =
            g_ptr_array_index(plan->changes, g_array_index(request->changes, unsigned, i) - 1);
        if (!change_holds(change, context->organization))
            continue;
        const Member *member = NULL;
        if (change->person.organization_user_id.value != 0)
            member =
                organization_member(context->organization, change->person.organization_user_id);
        int64_t created = 0;
        if (change->kind == CHANGE_CREATE_GROUP)
            created = organization_group_by_name(context->organization, change->group.name)->id;
        else if (change->kind == CHANGE_CREATE_WORKSPACE)
            created =
                organization_workspace_by_name(context->organization, change->workspace.name)->id;
        remember_change(context->ledger, change, member, created,
                        context->clock->now(context->clock));
    }
}

bool run_recover(Context *context, GError **error)
{
    g_autoptr(RunRecord) run = NULL;
    if (!state_unfinished_run(context->state, &run, error))
        return false;
    if (run == NULL)
        return true;
    log_warning("run %" G_GINT64_FORMAT
                " did not end; its requests without an outcome are settled by what Toggl shows",
                run->id);
    g_autoptr(Plan) plan = NULL;
    g_autoptr(GPtrArray) entries = NULL;
    if (!state_journal(context->state, run->id, &entries, error))
        return false;
    if (run->plan != NULL && plan_document_read(run->plan, strlen(run->plan), &plan, error)) {
        for (guint i = 0; i < entries->len; i++)
            settle_entry(context, plan, g_ptr_array_index(entries, i));
    } else if (run->plan != NULL) {
        g_prefix_error(error, "the plan of run %" G_GINT64_FORMAT " in the state: ", run->id);
        return false;
    }
    return state_end_run(context->state, run->id, context->clock->now(context->clock),
                         error_code_exit_status(SYNC_ERROR_INTERRUPTED),
                         "interrupted; settled by a later run", context->ledger, error);
}

static bool count_changes(Context *context, int64_t run, const Plan *plan,
                          const ApplyResult *result, GError **error)
{
    int64_t now = context->clock->now(context->clock);
    int64_t removals = apply_count(result, plan, CHANGE_DEACTIVATE) +
                       apply_count(result, plan, CHANGE_DELETE_MEMBER) +
                       apply_count(result, plan, CHANGE_WITHDRAW_INVITATION);
    return state_count_change(context->state, run, "invite",
                              apply_count(result, plan, CHANGE_INVITE), now, error) &&
           state_count_change(context->state, run, "reactivate",
                              apply_count(result, plan, CHANGE_REACTIVATE), now, error) &&
           state_count_change(context->state, run, "removal", removals, now, error);
}

static int status_of(const ApplyResult *result)
{
    int status = EXIT_STATUS_DONE;
    if (result->failed > 0 || result->unknown > 0)
        status = error_code_exit_status(SYNC_ERROR_PARTIAL);
    if (result->cause != NULL)
        status = exit_status_worse(status, error_exit_status(result->cause));
    return status;
}

/*
 * Plans once more on what was read after the run; what is still different and should not be is
 * said, never sent a second time.
 */
static bool verify(Context *context, const ApplyInput *input, const ApplyResult *result,
                   int *status, GError **error)
{
    g_autoptr(Plan) left = NULL;
    if (!context_plan(context, false, &left, error))
        return false;
    int64_t pending = planner_pending(left);
    if (pending > 0 && result->failed == 0 && result->cause == NULL) {
        log_warning("after the run %" G_GINT64_FORMAT " change%s still wanted; the next run takes "
                    "them up",
                    pending, pending == 1 ? " is" : "s are");
        *status = exit_status_worse(*status, error_code_exit_status(SYNC_ERROR_PARTIAL));
    }
    ApplyInput facts = *input;
    facts.plan = left;
    facts.organization = context->organization;
    return apply_facts(&facts, error);
}

/* Reads again, settles, counts what is confirmed by now, verifies. */
static bool look_again(Context *context, const ApplyInput *input, ApplyResult *result, int *status,
                       GError **error)
{
    g_autoptr(GError) problem = NULL;
    bool reachable = result->cause == NULL || !error_is_transient(result->cause);
    bool read = result->results->len > 0 && reachable;
    /* the organization that INPUT was planned with is gone after this: settling needs the new one
     */
    if (read && !context_read_organization(context, &problem)) {
        log_warning("the result could not be verified: %s", problem->message);
        *status = exit_status_worse(*status, error_exit_status(problem));
        read = false;
    }
    if (read)
        apply_settle(input, result, context->organization);
    *status = exit_status_worse(*status, status_of(result));
    return count_changes(context, input->run, input->plan, result, error) &&
           (!read || verify(context, input, result, status, error));
}

bool run_plan(Context *context, const char *command, Plan *plan, int *ret_status, GError **error)
{
    g_autofree char *document = plan_document_text(plan);
    int64_t run = 0;
    if (!state_save(context->state, context->ledger, error) ||
        !state_begin_run(context->state, command, context->clock->now(context->clock),
                         plan->digests.changes, document, &run, error))
        return false;
    g_autoptr(Target) target = context->config->sync->lifecycle.mode == MODE_REPORT
                                   ? target_nowhere_new()
                                   : target_toggl_new(context->toggl);
    ApplyInput input = {
        .plan = plan,
        .organization = context->organization,
        .ledger = context->ledger,
        .target = target,
        .state = context->state,
        .run = run,
        .clock = context->clock,
        .progress = show_progress,
    };
    g_autoptr(ApplyResult) result = NULL;
    bool sent = apply_plan(&input, &result, error);
    progress_end();
    if (!sent)
        return false;
    int status = planner_rail_status(plan);
    if (!look_again(context, &input, result, &status, error))
        return false;
    show_result(plan, result);
    if (result->cause != NULL)
        log_error("the run was cut short: %s", result->cause->message);
    g_autofree char *summary = result_summary(plan, result);
    *ret_status = status;
    return state_end_run(context->state, run, context->clock->now(context->clock), status, summary,
                         context->ledger, error);
}
