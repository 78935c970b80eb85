/* SPDX-License-Identifier: Apache-2.0 */
#include "state/decisions.h"

#include "state/state_private.h"

void decision_free(Decision *decision)
{
    if (decision == NULL)
        return;
    g_free(decision->by);
    g_free(decision->what);
    g_free(decision->who);
    g_free(decision->source);
    g_free(decision->anchor);
    g_free(decision->member);
    g_free(decision->reason);
    g_free(decision->reference);
    g_free(decision);
}

static bool write_decision(const State *state, const Decision *decision, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state,
        "INSERT INTO decision (decided_at, decider, what, who, source, anchor, member, until,"
        " reason, reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, decision->at);
    database_bind_text(statement, 2, decision->by);
    database_bind_text(statement, 3, decision->what);
    database_bind_text(statement, 4, decision->who);
    database_bind_text(statement, 5, decision->source);
    database_bind_text(statement, 6, decision->anchor);
    database_bind_text(statement, 7, decision->member);
    (void) sqlite3_bind_int64(statement, 8, decision->until);
    database_bind_text(statement, 9, decision->reason);
    database_bind_text(statement, 10, decision->reference);
    return database_run(state, statement, error);
}

/* Neither who was asked for nor why: both may name people. */
static bool audit_decision(const State *state, const Decision *decision, const Ledger *ledger,
                           GError **error)
{
    const Link *link = decision->link == 0 && decision->source != NULL
                           ? ledger_link(ledger, decision->source, decision->anchor)
                           : NULL;
    const AuditLine line = {
        .act = decision->what,
        .at = decision->at,
        .by = decision->by,
        .person = link != NULL ? link->row.id : decision->link,
        .until = decision->until,
        .reference = decision->reference,
    };
    return audit_write(state->audit, &line, error);
}

bool decisions_write(const State *state, const GPtrArray *decisions, const Ledger *ledger,
                     GError **error)
{
    bool done = true;
    for (guint i = 0; done && i < decisions->len; i++) {
        const Decision *decision = g_ptr_array_index(decisions, i);
        done = write_decision(state, decision, error) &&
               audit_decision(state, decision, ledger, error);
    }
    return done;
}

bool state_decide(State *state, const GPtrArray *decisions, Ledger *ledger, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool done =
        ledger_write(state, ledger, error) && decisions_write(state, decisions, ledger, error);
    bool committed = database_commit(state, done, done ? error : NULL);
    ledger_written(state, ledger, committed);
    return committed;
}

static Decision *take_decision(sqlite3_stmt *row)
{
    Decision *decision = g_new0(Decision, 1);
    decision->at = sqlite3_column_int64(row, 0);
    decision->by = database_text(row, 1);
    decision->what = database_text(row, 2);
    decision->who = database_text(row, 3);
    decision->source = database_text(row, 4);
    decision->anchor = database_text(row, 5);
    decision->member = database_text(row, 6);
    decision->until = sqlite3_column_int64(row, 7);
    decision->reason = database_text(row, 8);
    decision->reference = database_text(row, 9);
    return decision;
}

bool state_decisions(State *state, GPtrArray **ret_decisions, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state,
        "SELECT decided_at, decider, what, who, source, anchor, member, until, reason, reference"
        " FROM decision ORDER BY id",
        error);
    if (row == NULL)
        return false;
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    bool found = false;
    while (database_next(state, row, &found, error)) {
        if (!found) {
            *ret_decisions = g_steal_pointer(&decisions);
            return true;
        }
        g_ptr_array_add(decisions, take_decision(row));
    }
    return false;
}
