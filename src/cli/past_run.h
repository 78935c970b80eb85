/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PAST_RUN_H
#define CLI_PAST_RUN_H

/*
 * past_run - brings together what the state holds of a run and what report shows of it.
 */

#include "report/report.h"
#include "report/run_view.h"
#include "state/state.h"

#include <glib.h>
#include <stdbool.h>

/* A run with all that its report borrows. */
typedef struct {
    PastRun report;
    RunRecord *record;
    GPtrArray *journal; /* JournalEntry * */
    Plan *plan;
    RequestOutcome *outcomes;
    GArray *confirmed;
} LoadedRun;
void loaded_run_free(LoadedRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LoadedRun, loaded_run_free)

/* Run ID of STATE; *RET_RUN is NULL when there is none. SYNC_ERROR_STATE when its plan is damaged.
 */
bool past_run_load(State *state, int64_t id, LoadedRun **ret_run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The head of RECORD, borrowed, without plan and outcomes. */
void past_run_head(const RunRecord *record, PastRun *ret_head);

/* Writes run ID of STATE to PATH as a page. SYNC_ERROR_STATE, SYNC_ERROR_OUTPUT. */
bool past_run_write(State *state, int64_t id, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
