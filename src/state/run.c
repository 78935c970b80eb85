/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

void run_record_free(RunRecord *run)
{
    if (run == NULL)
        return;
    g_free(run->command);
    g_free(run->plan_digest);
    g_free(run->plan);
    g_free(run->summary);
    g_free(run);
}

static bool insert_run(const State *state, const char *command, int64_t now,
                       const char *plan_digest, const char *plan, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state,
                         "INSERT INTO run (command, started, ended, status, plan_digest, plan)"
                         " VALUES (?, ?, 0, -1, ?, ?)",
                         error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, command);
    (void) sqlite3_bind_int64(statement, 2, now);
    database_bind_text(statement, 3, plan_digest);
    database_bind_text(statement, 4, plan);
    return database_run(state, statement, error);
}

bool state_begin_run(State *state, const char *command, int64_t now, const char *plan_digest,
                     const char *plan, int64_t *ret_run, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool done =
        meta_bind_owner(state, error) && insert_run(state, command, now, plan_digest, plan, error);
    int64_t run = sqlite3_last_insert_rowid(state->database);
    if (!database_commit(state, done, done ? error : NULL))
        return false;
    *ret_run = run;
    return true;
}

static bool update_run(const State *state, int64_t run, int64_t now, int status,
                       const char *summary, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state, "UPDATE run SET ended = ?, status = ?, summary = ? WHERE id = ?", error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, now);
    (void) sqlite3_bind_int(statement, 2, status);
    database_bind_text(statement, 3, summary);
    (void) sqlite3_bind_int64(statement, 4, run);
    return database_run(state, statement, error);
}

static bool settle_requests(const State *state, int64_t run, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state,
                         "UPDATE request SET settled = 1 WHERE run_id = ? AND"
                         " (outcome IS NULL OR outcome = 'unknown')",
                         error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, run);
    return database_run(state, statement, error);
}

bool state_end_run(State *state, int64_t run, int64_t now, int status, const char *summary,
                   Ledger *ledger, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool done = update_run(state, run, now, status, summary, error) &&
                settle_requests(state, run, error) &&
                (ledger == NULL || ledger_write(state, ledger, error));
    bool committed = database_commit(state, done, done ? error : NULL);
    ledger_written(state, committed);
    return committed;
}

#define RUN_COLUMNS                                                                                \
    "SELECT id, command, started, ended, status, plan_digest, summary,"                            \
    " (SELECT count(*) FROM request WHERE run_id = run.id AND outcome = 'done'),"                  \
    " (SELECT count(*) FROM request WHERE run_id = run.id AND outcome IN ('partial', 'refused')),"

static RunRecord *take_run(sqlite3_stmt *row)
{
    RunRecord *run = g_new0(RunRecord, 1);
    run->id = sqlite3_column_int64(row, 0);
    run->command = database_text(row, 1);
    run->started = sqlite3_column_int64(row, 2);
    run->ended = sqlite3_column_int64(row, 3);
    run->status = sqlite3_column_int(row, 4);
    run->plan_digest = database_text(row, 5);
    run->summary = database_text(row, 6);
    run->requests_done = sqlite3_column_int64(row, 7);
    run->requests_failed = sqlite3_column_int64(row, 8);
    run->plan = database_text(row, 9);
    return run;
}

bool state_unfinished_run(State *state, RunRecord **ret_run, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state, RUN_COLUMNS " plan FROM run WHERE ended = 0 ORDER BY id DESC LIMIT 1", error);
    bool found = false;
    if (row == NULL || !database_next(state, row, &found, error))
        return false;
    *ret_run = found ? take_run(row) : NULL;
    return true;
}

bool state_runs(State *state, int64_t limit, GPtrArray **ret_runs, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state, RUN_COLUMNS " NULL FROM run ORDER BY id DESC LIMIT ?", error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, limit);
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify) run_record_free);
    bool found = false;
    while (database_next(state, row, &found, error)) {
        if (!found) {
            *ret_runs = g_steal_pointer(&runs);
            return true;
        }
        g_ptr_array_add(runs, take_run(row));
    }
    return false;
}
