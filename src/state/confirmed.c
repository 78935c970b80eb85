/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

static bool audit_change(const State *state, int64_t run, const ConfirmedChange *change,
                         int64_t now, GError **error)
{
    const AuditLine line = {
        .act = "change",
        .at = now,
        .run = run,
        .kind = change->kind,
        .person = change->person != NULL ? change->person->id : 0,
        .member = change->person == NULL ? change->member : 0,
        .group = change->group,
        .workspace = change->workspace,
    };
    return change->kind == NULL || audit_write(state->audit, &line, error);
}

bool confirmed_write(const State *state, int64_t run, const GArray *confirmed, int64_t now,
                     GError **error)
{
    if (confirmed == NULL || confirmed->len == 0)
        return true;
    /* what a second look confirms again was counted when it happened */
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state,
        "INSERT OR IGNORE INTO confirmed (run_id, change_id, counts_as, confirmed_at)"
        " VALUES (?, ?, ?, ?)",
        error);
    if (statement == NULL)
        return false;
    for (guint i = 0; i < confirmed->len; i++) {
        const ConfirmedChange *change = &g_array_index(confirmed, ConfirmedChange, i);
        (void) sqlite3_bind_int64(statement, 1, run);
        (void) sqlite3_bind_int64(statement, 2, change->change);
        database_bind_text(statement, 3, change->counts_as);
        (void) sqlite3_bind_int64(statement, 4, now);
        if (!database_run(state, statement, error) ||
            (sqlite3_changes(state->database) > 0 && !audit_change(state, run, change, now, error)))
            return false;
    }
    return true;
}

bool state_confirmed(State *state, int64_t run, GArray **ret_changes, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state, "SELECT change_id FROM confirmed WHERE run_id = ? ORDER BY change_id", error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, run);
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(unsigned));
    bool found = false;
    while (database_next(state, row, &found, error)) {
        if (!found) {
            *ret_changes = g_steal_pointer(&changes);
            return true;
        }
        unsigned change = (unsigned) sqlite3_column_int64(row, 0);
        g_array_append_val(changes, change);
    }
    return false;
}

bool state_count_since(State *state, const char *kind, int64_t since, int64_t *ret_count,
                       GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state, "SELECT count(*) FROM confirmed WHERE counts_as = ? AND confirmed_at >= ?", error);
    if (row == NULL)
        return false;
    database_bind_text(row, 1, kind);
    (void) sqlite3_bind_int64(row, 2, since);
    bool found = false;
    if (!database_next(state, row, &found, error))
        return false;
    *ret_count = found ? sqlite3_column_int64(row, 0) : 0;
    return true;
}
