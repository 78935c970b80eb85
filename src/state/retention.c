/* SPDX-License-Identifier: Apache-2.0 */
#include "state/retention.h"

#include "base/clock.h"
#include "state/state_private.h"

/* A run has its requests with it, and a plan may be large; the rest is small. */
#define RUNS_A_TIME "20"
#define ROWS_A_TIME "2000"

/* What may go in any case of what is older than ?1. */
#define RUN_IS_OLD                                                                                 \
    "ended <> 0 AND ended < ?1 AND settled = 1 AND"                                                \
    " id <> (SELECT ifnull(max(id), 0) FROM run WHERE plan IS NOT NULL)"

typedef enum { KEPT_HISTORY, KEPT_INTERVALS, KEPT_PLANS } Kept;

static const struct {
    Kept kept;
    const char *sql;
} portions[] = {
    {KEPT_PLANS, "UPDATE run SET plan = NULL, inverse = NULL WHERE id IN (SELECT id FROM run WHERE"
                 " (plan IS NOT NULL OR inverse IS NOT NULL) AND " RUN_IS_OLD
                 " ORDER BY id LIMIT " RUNS_A_TIME ")"},
    {KEPT_PLANS,
     "DELETE FROM approval WHERE (changes, approver) IN (SELECT changes, approver FROM"
     " approval WHERE (expires < ?1 OR (used_at <> 0 AND used_at < ?1)) LIMIT " ROWS_A_TIME ")"},
    {KEPT_PLANS,
     "DELETE FROM approved_plan WHERE changes IN (SELECT changes FROM approved_plan"
     " WHERE saved < ?1 AND changes NOT IN (SELECT changes FROM approval) LIMIT " RUNS_A_TIME ")"},
    /* a plan can be carried out for so many days from when it was made, see carry_end; a day more,
     * for clocks that differ */
    {KEPT_PLANS, "DELETE FROM carried_out WHERE document IN (SELECT document FROM carried_out"
                 " WHERE ended < ?1 - 86400 LIMIT " ROWS_A_TIME ")"},
    {KEPT_HISTORY, "UPDATE carried_out SET run_id = NULL WHERE document IN (SELECT document FROM"
                   " carried_out WHERE run_id IN (SELECT id FROM run WHERE " RUN_IS_OLD
                   ") LIMIT " ROWS_A_TIME ")"},
    {KEPT_HISTORY, "DELETE FROM run WHERE id IN (SELECT id FROM run WHERE " RUN_IS_OLD
                   " ORDER BY id LIMIT " RUNS_A_TIME ")"},
    {KEPT_HISTORY, "DELETE FROM decision WHERE id IN (SELECT id FROM decision WHERE"
                   " decided_at < ?1 AND until < ?1 ORDER BY id LIMIT " ROWS_A_TIME ")"},
    {KEPT_INTERVALS, "DELETE FROM interval WHERE id IN (SELECT id FROM interval WHERE"
                     " until <> 0 AND until < ?1 LIMIT " ROWS_A_TIME ")"},
    /* of the moments before, the last says what was there at the first that is kept */
    {KEPT_INTERVALS, "DELETE FROM read_time WHERE moment IN (SELECT moment FROM read_time WHERE"
                     " moment < (SELECT max(moment) FROM read_time WHERE moment <= ?1)"
                     " ORDER BY moment LIMIT " ROWS_A_TIME ")"},
};

static int64_t days_of(const RetentionSettings *settings, Kept kept)
{
    const int64_t days[] = {
        [KEPT_HISTORY] = settings->history_days,
        [KEPT_INTERVALS] = settings->intervals_days,
        [KEPT_PLANS] = settings->plans_days,
    };
    return days[kept];
}

static bool run_portion(const State *state, const char *sql, int64_t before, int64_t *ret_rows,
                        GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, sql, error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, before);
    if (!database_run(state, statement, error))
        return false;
    *ret_rows = sqlite3_changes(state->database);
    return true;
}

bool state_prune(State *state, const RetentionSettings *settings, int64_t now, bool *ret_more,
                 GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(portions); i++) {
        const int64_t days = days_of(settings, portions[i].kept);
        int64_t rows = 0;
        if (days == 0)
            continue;
        if (!database_begin(state, error))
            return false;
        bool done = run_portion(state, portions[i].sql, now - days * SECONDS_A_DAY, &rows, error);
        if (!database_commit(state, done, done ? error : NULL))
            return false;
        if (rows > 0) {
            *ret_more = true;
            return true;
        }
    }
    *ret_more = false;
    return true;
}
