/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/error.h"
#include "base/json.h"

#include <stdlib.h>

void journal_entry_free(JournalEntry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->operation);
    g_free(entry->essence);
    g_free(entry->changes);
    g_free(entry->message);
    g_free(entry->failures);
    g_free(entry);
}

static bool insert_request(const State *state, int64_t run, const NextRequest *next, int64_t now,
                           GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state,
                         "INSERT INTO request (run_id, id, operation, essence, changes, sent)"
                         " VALUES (?, ?, ?, ?, ?, ?)",
                         error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, run);
    (void) sqlite3_bind_int64(statement, 2, next->id);
    database_bind_text(statement, 3, next->operation);
    database_bind_text(statement, 4, next->essence);
    database_bind_text(statement, 5, next->changes);
    (void) sqlite3_bind_int64(statement, 6, now);
    return database_run(state, statement, error);
}

/* What of a request was refused, for whoever reads the journal later; NULL: nothing. */
static char *failures_text(const Outcome *outcome)
{
    if (outcome->failures == NULL || outcome->failures->len == 0)
        return NULL;
    g_autoptr(json_t) list = json_array();
    for (guint i = 0; i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        (void) json_array_append_new(list,
                                     json_pack("{sI ss* ss*}", "id", (json_int_t) failure->id,
                                               "mail", failure->mail, "message", failure->message));
    }
    char *dumped = json_dumps(list, JSON_COMPACT);
    char *text = g_strdup(dumped);
    free(dumped);
    return text;
}

static bool update_outcome(const State *state, int64_t run, unsigned request_id,
                           const Outcome *outcome, int64_t now, GError **error)
{
    g_autofree char *failures = failures_text(outcome);
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state,
                         "UPDATE request SET outcome = ?, status = ?, message = ?, failures = ?,"
                         " created_id = ?, toggl_request_id = ?, answered = ?"
                         " WHERE run_id = ? AND id = ?",
                         error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, outcome_kind_name(outcome->kind));
    (void) sqlite3_bind_int(statement, 2, outcome->status);
    database_bind_text(statement, 3, outcome->message);
    database_bind_text(statement, 4, failures);
    (void) sqlite3_bind_int64(statement, 5, outcome->created_id);
    database_bind_text(statement, 6, outcome->request_id);
    (void) sqlite3_bind_int64(statement, 7, now);
    (void) sqlite3_bind_int64(statement, 8, run);
    (void) sqlite3_bind_int64(statement, 9, request_id);
    if (!database_run(state, statement, error))
        return false;
    if (sqlite3_changes(state->database) == 1)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL,
                "request %u of run %" G_GINT64_FORMAT " has an outcome, but was never announced",
                request_id, run);
    return false;
}

static bool write_done(const State *state, int64_t run, const DoneRequest *done, int64_t now,
                       GError **error)
{
    return done == NULL || (update_outcome(state, run, done->id, done->outcome, now, error) &&
                            confirmed_write(state, run, done->confirmed, now, error));
}

bool state_record(State *state, int64_t run, const DoneRequest *done, const NextRequest *next,
                  Ledger *ledger, int64_t now, GError **error)
{
    if (!database_begin(state, error))
        return false;
    /* the ledger first: it numbers the people of whom the audit file speaks */
    bool written = ledger_write(state, ledger, error) && write_done(state, run, done, now, error) &&
                   (next == NULL || insert_request(state, run, next, now, error));
    bool committed = database_commit(state, written, written ? error : NULL);
    ledger_written(state, ledger, committed);
    return committed;
}

bool state_record_intent(State *state, int64_t run, unsigned request_id, const char *operation,
                         const char *essence, int64_t now, GError **error)
{
    const NextRequest next = {.id = request_id, .operation = operation, .essence = essence};
    return state_record(state, run, NULL, &next, NULL, now, error);
}

bool state_record_outcome(State *state, int64_t run, unsigned request_id, const Outcome *outcome,
                          Ledger *ledger, int64_t now, GError **error)
{
    const DoneRequest done = {.id = request_id, .outcome = outcome};
    return state_record(state, run, &done, NULL, ledger, now, error);
}

static bool mark_settled(const State *state, int64_t run, unsigned request_id, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state, "UPDATE request SET settled = 1 WHERE run_id = ? AND id = ?", error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, run);
    (void) sqlite3_bind_int64(statement, 2, request_id);
    return database_run(state, statement, error);
}

bool state_settle(State *state, int64_t run, const GArray *requests, Ledger *ledger, int64_t now,
                  GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool written = ledger_write(state, ledger, error);
    for (guint i = 0; written && i < requests->len; i++) {
        const DoneRequest *done = &g_array_index(requests, DoneRequest, i);
        written =
            write_done(state, run, done, now, error) && mark_settled(state, run, done->id, error);
    }
    bool committed = database_commit(state, written, written ? error : NULL);
    ledger_written(state, ledger, committed);
    return committed;
}

#define JOURNAL_COLUMNS                                                                            \
    "SELECT id, operation, essence, sent, outcome, status, message, settled, changes, created_id," \
    " failures FROM request"

static JournalEntry *take_entry(sqlite3_stmt *row)
{
    JournalEntry *entry = g_new0(JournalEntry, 1);
    entry->request_id = (unsigned) sqlite3_column_int64(row, 0);
    entry->operation = database_text(row, 1);
    entry->essence = database_text(row, 2);
    entry->sent = sqlite3_column_int64(row, 3);
    const char *outcome = database_peek_text(row, 4);
    /* what nobody wrote down, or in a word that this program does not know, may have happened */
    if (outcome == NULL || !outcome_kind_parse(outcome, &entry->outcome))
        entry->outcome = OUTCOME_UNKNOWN;
    entry->status = sqlite3_column_int(row, 5);
    entry->message = database_text(row, 6);
    entry->settled = sqlite3_column_int(row, 7) != 0;
    entry->changes = database_text(row, 8);
    entry->created_id = sqlite3_column_int64(row, 9);
    entry->failures = database_text(row, 10);
    return entry;
}

/* What a statement gives, row by row; its text begins with JOURNAL_COLUMNS. */
static bool take_entries(const State *state, sqlite3_stmt *row, GPtrArray **ret_entries,
                         GError **error)
{
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify) journal_entry_free);
    bool found = false;
    while (database_next(state, row, &found, error)) {
        if (!found) {
            *ret_entries = g_steal_pointer(&entries);
            return true;
        }
        g_ptr_array_add(entries, take_entry(row));
    }
    return false;
}

bool state_journal(State *state, int64_t run, GPtrArray **ret_entries, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state, JOURNAL_COLUMNS " WHERE run_id = ? ORDER BY id", error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, run);
    return take_entries(state, row, ret_entries, error);
}

bool state_unknown_calls(State *state, int64_t since, GPtrArray **ret_entries, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state,
                         JOURNAL_COLUMNS " WHERE (outcome IS NULL OR outcome = 'unknown') AND"
                                         " sent >= ? AND run_id IN"
                                         " (SELECT id FROM run WHERE command = 'api')"
                                         " ORDER BY run_id DESC",
                         error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, since);
    return take_entries(state, row, ret_entries, error);
}
