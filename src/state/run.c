/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

void run_record_free(RunRecord *run)
{
    if (run == NULL)
        return;
    g_free(run->command);
    g_free(run->plan_digest);
    g_free(run->plan);
    g_free(run->inverse);
    g_free(run->summary);
    g_free(run);
}

static bool insert_run(const State *state, const NewRun *run, int64_t now, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state,
        "INSERT INTO run (command, started, ended, status, plan_digest, plan, inverse, undoes)"
        " VALUES (?, ?, 0, -1, ?, ?, ?, ?)",
        error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, run->command);
    (void) sqlite3_bind_int64(statement, 2, now);
    database_bind_text(statement, 3, run->plan_digest);
    database_bind_text(statement, 4, run->plan);
    database_bind_text(statement, 5, run->inverse);
    (void) sqlite3_bind_int64(statement, 6, run->undoes);
    return database_run(state, statement, error);
}

/* A run that only looks is no act. */
static bool audit_begin(const State *state, const NewRun *run, int64_t id, int64_t now,
                        GError **error)
{
    const AuditLine line = {
        .act = run->undoes != 0 ? "undo" : run->command,
        .at = now,
        .run = id,
        .undoes = run->undoes,
        .requests = run->requests,
        .plan = run->plan_digest,
        .operation = run->operation,
    };
    return run->requests == 0 || audit_write(state->audit, &line, error);
}

static bool audit_end(const State *state, int64_t run, int64_t now, int status, GError **error)
{
    const AuditLine line = {.act = "end", .at = now, .run = run, .ends = true, .status = status};
    return state->audited_run != run || audit_write(state->audit, &line, error);
}

bool state_begin(State *state, const NewRun *new_run, int64_t now, int64_t *ret_run, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool done = meta_bind_owner(state, error) && insert_run(state, new_run, now, error);
    int64_t run = sqlite3_last_insert_rowid(state->database);
    int64_t generation = 0;
    done = done && meta_count_generation(state, &generation, error) && facts_write(state, error) &&
           audit_begin(state, new_run, run, now, error);
    bool committed = database_commit(state, done, done ? error : NULL);
    facts_written(state, committed);
    if (!committed)
        return false;
    lock_note_generation(state, generation); /* not before: it must never be ahead of the state */
    state->audited_run = new_run->requests > 0 ? run : 0;
    *ret_run = run;
    return true;
}

bool state_begin_run(State *state, const char *command, int64_t now, const char *plan_digest,
                     const char *plan, int64_t *ret_run, GError **error)
{
    const NewRun run = {.command = command, .plan_digest = plan_digest, .plan = plan};
    return state_begin(state, &run, now, ret_run, error);
}

static bool update_run(const State *state, int64_t run, int64_t now, int status,
                       const char *summary, bool settled, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state, "UPDATE run SET ended = ?, status = ?, summary = ?, settled = ? WHERE id = ?",
        error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, now);
    (void) sqlite3_bind_int(statement, 2, status);
    database_bind_text(statement, 3, summary);
    (void) sqlite3_bind_int(statement, 4, settled);
    (void) sqlite3_bind_int64(statement, 5, run);
    return database_run(state, statement, error);
}

static bool settle_requests(const State *state, int64_t run, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state,
                         "UPDATE request SET settled = 1 WHERE run_id = ? AND"
                         " changes IS NOT NULL AND (outcome IS NULL OR outcome = 'unknown')",
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
    bool done = update_run(state, run, now, status, summary, true, error) &&
                settle_requests(state, run, error) && ledger_write(state, ledger, error) &&
                audit_end(state, run, now, status, error);
    bool committed = database_commit(state, done, done ? error : NULL);
    ledger_written(state, ledger, committed);
    return committed;
}

bool state_leave_run(State *state, int64_t run, int64_t now, int status, const char *summary,
                     Ledger *ledger, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool done = update_run(state, run, now, status, summary, false, error) &&
                ledger_write(state, ledger, error) && audit_end(state, run, now, status, error);
    bool committed = database_commit(state, done, done ? error : NULL);
    ledger_written(state, ledger, committed);
    return committed;
}

#define RUN_COLUMNS                                                                                \
    "SELECT id, command, started, ended, status, plan_digest, summary,"                            \
    " (SELECT count(*) FROM request WHERE run_id = run.id AND outcome = 'done'),"                  \
    " (SELECT count(*) FROM request WHERE run_id = run.id AND outcome IN ('partial', 'refused'))," \
    " undoes, settled, "

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
    run->undoes = sqlite3_column_int64(row, 9);
    run->settled = sqlite3_column_int(row, 10) != 0;
    run->plan = database_text(row, 11);
    run->inverse = database_text(row, 12);
    return run;
}

/* The first row of ROW, which is bound; NULL when there is none. */
static bool take_first(const State *state, sqlite3_stmt *row, RunRecord **ret_run, GError **error)
{
    bool found = false;
    if (!database_next(state, row, &found, error))
        return false;
    *ret_run = found ? take_run(row) : NULL;
    return true;
}

bool state_run(State *state, int64_t id, RunRecord **ret_run, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state, RUN_COLUMNS "plan, inverse FROM run WHERE id = ?", error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, id);
    return take_first(state, row, ret_run, error);
}

static bool take_all(const State *state, sqlite3_stmt *row, GPtrArray **ret_runs, GError **error)
{
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

bool state_last_planned(State *state, RunRecord **ret_run, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state, RUN_COLUMNS "plan, NULL FROM run WHERE plan IS NOT NULL ORDER BY id DESC LIMIT 1",
        error);
    return row != NULL && take_first(state, row, ret_run, error);
}

bool state_unsettled_runs(State *state, GPtrArray **ret_runs, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state, RUN_COLUMNS "plan, NULL FROM run WHERE settled = 0 ORDER BY id", error);
    return row != NULL && take_all(state, row, ret_runs, error);
}

bool state_runs(State *state, int64_t limit, GPtrArray **ret_runs, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state, RUN_COLUMNS "NULL, NULL FROM run ORDER BY id DESC LIMIT ?", error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, limit);
    return take_all(state, row, ret_runs, error);
}
