/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include <string.h>

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

void journal_entry_free(JournalEntry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->operation);
    g_free(entry->essence);
    g_free(entry->message);
    g_free(entry);
}

bool state_begin_run(State *state, const char *command, int64_t now, const char *plan_digest,
                     const char *plan, int64_t *ret_run, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state,
                      "INSERT INTO run (command, started, ended, status, plan_digest, plan) VALUES "
                      "(?, ?, 0, -1, ?, ?)",
                      error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, command);
    (void) sqlite3_bind_int64(statement, 2, now);
    state_bind_text(statement, 3, plan_digest);
    state_bind_text(statement, 4, plan);
    if (!state_step(state, statement, error))
        return false;
    *ret_run = sqlite3_last_insert_rowid(state->database);
    return true;
}

static bool write_end(const State *state, int64_t run, int64_t now, int status, const char *summary,
                      GError **error)
{
    g_autoptr(sqlite3_stmt) statement = state_prepare(
        state, "UPDATE run SET ended = ?, status = ?, summary = ? WHERE id = ?", error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, now);
    (void) sqlite3_bind_int(statement, 2, status);
    state_bind_text(statement, 3, summary);
    (void) sqlite3_bind_int64(statement, 4, run);
    return state_step(state, statement, error);
}

static bool settle_open_requests(const State *state, int64_t run, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state,
                      "UPDATE request SET settled = 1 WHERE run_id = ? AND (outcome IS NULL OR "
                      "outcome = 'unknown')",
                      error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, run);
    return state_step(state, statement, error);
}

bool state_end_run(State *state, int64_t run, int64_t now, int status, const char *summary,
                   Ledger *ledger, GError **error)
{
    if (!state_begin(state, error))
        return false;
    bool done = write_end(state, run, now, status, summary, error) &&
                settle_open_requests(state, run, error) && ledger_write(state, ledger, error);
    if (!state_commit(state, done, done ? error : NULL))
        return false;
    ledger_mark_clean(ledger);
    return true;
}

bool state_record_intent(State *state, int64_t run, unsigned request_id, const char *operation,
                         const char *essence, int64_t now, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = state_prepare(
        state, "INSERT INTO request (run_id, id, operation, essence, sent) VALUES (?, ?, ?, ?, ?)",
        error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, run);
    (void) sqlite3_bind_int64(statement, 2, request_id);
    state_bind_text(statement, 3, operation);
    state_bind_text(statement, 4, essence);
    (void) sqlite3_bind_int64(statement, 5, now);
    return state_step(state, statement, error);
}

static bool write_outcome(const State *state, int64_t run, unsigned request_id,
                          const Outcome *outcome, int64_t now, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state,
                      "UPDATE request SET outcome = ?, status = ?, message = ?, toggl_request_id = "
                      "?, answered = ? "
                      "WHERE run_id = ? AND id = ?",
                      error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, outcome_kind_name(outcome->kind));
    (void) sqlite3_bind_int(statement, 2, outcome->status);
    state_bind_text(statement, 3, outcome->message);
    state_bind_text(statement, 4, outcome->request_id);
    (void) sqlite3_bind_int64(statement, 5, now);
    (void) sqlite3_bind_int64(statement, 6, run);
    (void) sqlite3_bind_int64(statement, 7, request_id);
    return state_step(state, statement, error);
}

bool state_record_outcome(State *state, int64_t run, unsigned request_id, const Outcome *outcome,
                          Ledger *ledger, int64_t now, GError **error)
{
    if (!state_begin(state, error))
        return false;
    bool done = write_outcome(state, run, request_id, outcome, now, error) &&
                (ledger == NULL || ledger_write(state, ledger, error));
    if (!state_commit(state, done, done ? error : NULL))
        return false;
    if (ledger != NULL)
        ledger_mark_clean(ledger);
    return true;
}

static RunRecord *take_run(sqlite3_stmt *statement, bool with_plan)
{
    RunRecord *run = g_new0(RunRecord, 1);
    run->id = sqlite3_column_int64(statement, 0);
    run->command = state_text(statement, 1);
    run->started = sqlite3_column_int64(statement, 2);
    run->ended = sqlite3_column_int64(statement, 3);
    run->status = sqlite3_column_int(statement, 4);
    run->plan_digest = state_text(statement, 5);
    run->summary = state_text(statement, 6);
    run->requests_done = sqlite3_column_int64(statement, 7);
    run->requests_failed = sqlite3_column_int64(statement, 8);
    run->plan = with_plan ? state_text(statement, 9) : NULL;
    return run;
}

#define RUN_COLUMNS                                                                                \
    "SELECT id, command, started, ended, status, plan_digest, summary,"                            \
    " (SELECT count(*) FROM request WHERE run_id = run.id AND outcome = 'done'),"                  \
    " (SELECT count(*) FROM request WHERE run_id = run.id AND outcome IN ('partial', "             \
    "'refused')), plan FROM run "

bool state_unfinished_run(State *state, RunRecord **ret_run, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state, RUN_COLUMNS "WHERE ended = 0 ORDER BY id DESC LIMIT 1", error);
    if (statement == NULL)
        return false;
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return state_fail(state, "it cannot be read", error);
    *ret_run = code == SQLITE_ROW ? take_run(statement, true) : NULL;
    return true;
}

bool state_runs(State *state, int64_t limit, GPtrArray **ret_runs, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state, RUN_COLUMNS "ORDER BY id DESC LIMIT ?", error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, limit);
    g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify) run_record_free);
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement))
        g_ptr_array_add(runs, take_run(statement, false));
    if (code != SQLITE_DONE)
        return state_fail(state, "it cannot be read", error);
    *ret_runs = g_steal_pointer(&runs);
    return true;
}

static JournalEntry *take_entry(sqlite3_stmt *statement)
{
    JournalEntry *entry = g_new0(JournalEntry, 1);
    entry->request_id = (unsigned) sqlite3_column_int64(statement, 0);
    entry->operation = state_text(statement, 1);
    entry->essence = state_text(statement, 2);
    entry->sent = sqlite3_column_int64(statement, 3);
    g_autofree char *outcome = state_text(statement, 4);
    /* an intent whose outcome was never written may have happened, and so may one of an unknown
     * word */
    if (outcome == NULL || !outcome_kind_parse(outcome, &entry->outcome))
        entry->outcome = OUTCOME_UNKNOWN;
    entry->status = sqlite3_column_int(statement, 5);
    entry->message = state_text(statement, 6);
    entry->settled = sqlite3_column_int(statement, 7) != 0;
    return entry;
}

bool state_journal(State *state, int64_t run, GPtrArray **ret_entries, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = state_prepare(
        state,
        "SELECT id, operation, essence, sent, outcome, status, message, settled FROM request "
        "WHERE run_id = ? ORDER BY id",
        error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, run);
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify) journal_entry_free);
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement))
        g_ptr_array_add(entries, take_entry(statement));
    if (code != SQLITE_DONE)
        return state_fail(state, "it cannot be read", error);
    *ret_entries = g_steal_pointer(&entries);
    return true;
}

bool state_count_since(State *state, const char *kind, int64_t since, int64_t *ret_count,
                       GError **error)
{
    g_autoptr(sqlite3_stmt) statement = state_prepare(
        state, "SELECT coalesce(sum(amount), 0) FROM counter WHERE kind = ? AND at > ?", error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, kind);
    (void) sqlite3_bind_int64(statement, 2, since);
    if (sqlite3_step(statement) != SQLITE_ROW)
        return state_fail(state, "it cannot be read", error);
    *ret_count = sqlite3_column_int64(statement, 0);
    return true;
}

bool state_count_change(State *state, int64_t run, const char *kind, int64_t amount, int64_t now,
                        GError **error)
{
    if (amount == 0)
        return true;
    g_autoptr(sqlite3_stmt) statement = state_prepare(
        state, "INSERT INTO counter (run_id, kind, amount, at) VALUES (?, ?, ?, ?)", error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, run);
    state_bind_text(statement, 2, kind);
    (void) sqlite3_bind_int64(statement, 3, amount);
    (void) sqlite3_bind_int64(statement, 4, now);
    return state_step(state, statement, error);
}
