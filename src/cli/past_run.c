/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/past_run.h"

#include "base/error.h"
#include "cli/context.h"
#include "sync/document.h"

#include <string.h>

void loaded_run_free(LoadedRun *run)
{
    if (run == NULL)
        return;
    run_record_free(run->record);
    g_clear_pointer(&run->journal, g_ptr_array_unref);
    plan_free(run->plan);
    g_free(run->outcomes);
    g_clear_pointer(&run->confirmed, g_array_unref);
    g_free(run);
}

void past_run_head(const RunRecord *record, PastRun *ret_head)
{
    *ret_head = (PastRun){
        .id = record->id,
        .command = record->command,
        .started = record->started,
        .ended = record->ended,
        .status = record->status,
        .summary = record->summary,
        .pruned = record->plan == NULL && record->plan_digest != NULL,
    };
}

static void take_outcomes(LoadedRun *run)
{
    run->outcomes = g_new0(RequestOutcome, run->journal->len + 1);
    for (guint i = 0; i < run->journal->len; i++) {
        const JournalEntry *entry = g_ptr_array_index(run->journal, i);
        run->outcomes[i] = (RequestOutcome){
            .request = entry->request_id,
            .kind = entry->outcome,
            .settled = entry->settled,
            .status = entry->status,
            .message = entry->message,
            .failures = entry->failures,
        };
    }
    run->report.outcomes = run->outcomes;
    run->report.count = run->journal->len;
}

bool past_run_load(State *state, int64_t id, LoadedRun **ret_run, GError **error)
{
    g_autoptr(LoadedRun) run = g_new0(LoadedRun, 1);
    if (!state_run(state, id, &run->record, error))
        return false;
    if (run->record == NULL) {
        *ret_run = NULL;
        return true;
    }
    const char *plan = run->record->plan;
    if (!state_journal(state, id, &run->journal, error) ||
        !state_confirmed(state, id, &run->confirmed, error))
        return false;
    if (plan == NULL) {
        run->plan = plan_new();
    } else if (!plan_document_read(plan, strlen(plan), &run->plan, error)) {
        g_prefix_error(error, "the plan of run %" G_GINT64_FORMAT " in the state: ", id);
        return false;
    }
    past_run_head(run->record, &run->report);
    run->report.plan = run->plan;
    run->report.confirmed = run->confirmed;
    take_outcomes(run);
    *ret_run = g_steal_pointer(&run);
    return true;
}

bool past_run_write(State *state, int64_t id, const char *path, GError **error)
{
    g_autoptr(LoadedRun) run = NULL;
    if (!past_run_load(state, id, &run, error))
        return false;
    if (run == NULL)
        return true;
    g_autoptr(View) view = run_view(&run->report);
    g_autofree char *page = report_view_text_of(view, REPORT_HTML, &(ReportOptions){.all = true});
    return write_output(path, page, error);
}
