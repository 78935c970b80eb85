/* SPDX-License-Identifier: Apache-2.0 */
#include "state/approvals.h"

#include "state/state_private.h"

void saved_approval_free(SavedApproval *approval)
{
    if (approval == NULL)
        return;
    g_free(approval->changes);
    g_free(approval->by);
    g_free(approval->record);
    g_free(approval->signature);
    g_free(approval->rails);
    g_free(approval->reference);
    g_free(approval);
}

static bool write_plan(const State *state, const char *changes, const char *plan, int64_t now,
                       GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state,
                         "INSERT INTO approved_plan (changes, saved, document) VALUES (?, ?, ?) ON "
                         "CONFLICT (changes)"
                         " DO UPDATE SET saved = excluded.saved, document = excluded.document",
                         error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, changes);
    (void) sqlite3_bind_int64(statement, 2, now);
    database_bind_text(statement, 3, plan);
    return database_run(state, statement, error);
}

static bool write_approval(const State *state, const SavedApproval *approval, int64_t now,
                           GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state,
        "INSERT OR REPLACE INTO approval (changes, approver, approved_at, expires, record,"
        " signature) VALUES (?, ?, ?, ?, ?, ?)",
        error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, approval->changes);
    database_bind_text(statement, 2, approval->by);
    (void) sqlite3_bind_int64(statement, 3, now);
    (void) sqlite3_bind_int64(statement, 4, approval->expires);
    database_bind_text(statement, 5, approval->record);
    database_bind_text(statement, 6, approval->signature);
    return database_run(state, statement, error);
}

static bool audit_approval(const State *state, const SavedApproval *approval, int64_t now,
                           GError **error)
{
    const AuditLine line = {
        .act = "approve",
        .at = now,
        .by = approval->by,
        .plan = approval->changes,
        .rails = approval->rails,
        .until = approval->expires,
        .reference = approval->reference,
    };
    return audit_write(state->audit, &line, error);
}

bool state_save_approval(State *state, const SavedApproval *approval, const char *plan, int64_t now,
                         GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool done =
        meta_bind_owner(state, error) && write_plan(state, approval->changes, plan, now, error) &&
        write_approval(state, approval, now, error) && audit_approval(state, approval, now, error);
    return database_commit(state, done, done ? error : NULL);
}

bool state_approvals(State *state, int64_t now, GPtrArray **ret_approvals, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state,
                         "SELECT changes, approver, record, signature, expires FROM approval"
                         " WHERE expires > ? AND used_at = 0 ORDER BY approved_at, approver",
                         error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, now);
    g_autoptr(GPtrArray) approvals =
        g_ptr_array_new_with_free_func((GDestroyNotify) saved_approval_free);
    bool found = false;
    while (database_next(state, row, &found, error)) {
        if (!found) {
            *ret_approvals = g_steal_pointer(&approvals);
            return true;
        }
        SavedApproval *approval = g_new0(SavedApproval, 1);
        approval->changes = database_text(row, 0);
        approval->by = database_text(row, 1);
        approval->record = database_text(row, 2);
        approval->signature = database_text(row, 3);
        approval->expires = sqlite3_column_int64(row, 4);
        g_ptr_array_add(approvals, approval);
    }
    return false;
}

bool state_approved_plans(State *state, int64_t now, GPtrArray **ret_plans, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state,
        "SELECT document FROM approved_plan WHERE changes IN"
        " (SELECT changes FROM approval WHERE expires > ? AND used_at = 0) ORDER BY saved, changes",
        error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, now);
    g_autoptr(GPtrArray) plans = g_ptr_array_new_with_free_func(g_free);
    bool found = false;
    while (database_next(state, row, &found, error)) {
        if (!found) {
            *ret_plans = g_steal_pointer(&plans);
            return true;
        }
        g_ptr_array_add(plans, database_text(row, 0));
    }
    return false;
}

static bool write_carried_out(const State *state, const char *name, int64_t run, int64_t now,
                              GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state, "INSERT OR IGNORE INTO carried_out (document, run_id, ended) VALUES (?, ?, ?)",
        error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, name);
    if (run != 0)
        (void) sqlite3_bind_int64(statement, 2, run);
    (void) sqlite3_bind_int64(statement, 3, now);
    return database_run(state, statement, error);
}

static bool use_up(const State *state, const char *changes, int64_t now, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state, "UPDATE approval SET used_at = ? WHERE changes = ? AND used_at = 0", error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, now);
    database_bind_text(statement, 2, changes);
    return database_run(state, statement, error);
}

bool state_carried_out(State *state, const CarriedOut *done, int64_t now, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool written = write_carried_out(state, done->name, done->run, now, error) &&
                   write_carried_out(state, done->document, done->run, now, error) &&
                   (done->changes == NULL || use_up(state, done->changes, now, error));
    return database_commit(state, written, written ? error : NULL);
}

bool state_use_up_approvals(State *state, const char *changes, int64_t now, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool written = use_up(state, changes, now, error);
    return database_commit(state, written, written ? error : NULL);
}

bool state_when_carried_out(State *state, const char *document, int64_t *ret_when, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state, "SELECT ended FROM carried_out WHERE document = ?", error);
    if (row == NULL)
        return false;
    database_bind_text(row, 1, document);
    bool found = false;
    if (!database_next(state, row, &found, error))
        return false;
    *ret_when = found ? sqlite3_column_int64(row, 0) : 0;
    return true;
}
