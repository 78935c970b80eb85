/* SPDX-License-Identifier: Apache-2.0 */

/* Who had what, at any moment that the state remembers. */

#include "base/error.h"
#include "state/state_private.h"

static bool read_times(const State *state, int64_t at, ReadTimes *ret_times, GError **error)
{
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state,
                         "SELECT ifnull((SELECT min(moment) FROM read_time), 0),"
                         " ifnull((SELECT max(moment) FROM read_time WHERE moment <= ?1), 0),"
                         " ifnull((SELECT min(moment) FROM read_time WHERE moment > ?1), 0)",
                         error);
    bool found = false;
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, at);
    if (!database_next(state, row, &found, error))
        return false;
    *ret_times = (ReadTimes){
        .first = sqlite3_column_int64(row, 0),
        .before = sqlite3_column_int64(row, 1),
        .after = sqlite3_column_int64(row, 2),
    };
    return true;
}

static bool take_interval(const State *state, sqlite3_stmt *row, Interval **ret, GError **error)
{
    unsigned kind = 0;
    Role role = ROLE_NONE;
    if (!words_find(words_interval_kind, database_peek_text(row, 3), &kind) ||
        !words_find_role(database_peek_text(row, 6), &role)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the state '%s' holds an interval that nobody can understand", state->path);
        return false;
    }
    Interval *interval = g_new0(Interval, 1);
    interval->member.value = sqlite3_column_int64(row, 0);
    interval->user_id.value = sqlite3_column_int64(row, 1);
    interval->mail = database_text(row, 2);
    interval->kind = (IntervalKind) kind;
    interval->target = sqlite3_column_int64(row, 4);
    interval->target_name = database_text(row, 5);
    interval->role = role;
    interval->since = sqlite3_column_int64(row, 7);
    interval->until = sqlite3_column_int64(row, 8);
    interval->ours = sqlite3_column_int(row, 9) != 0;
    interval->path = database_text(row, 10);
    interval->taken = sqlite3_column_int(row, 11) != 0;
    *ret = interval;
    return true;
}

#define INTERVAL_COLUMNS                                                                           \
    "SELECT organization_user_id, user_id, mail, kind, target, target_name, role, since, until,"   \
    " ours, path, taken FROM interval"
#define INTERVAL_ORDER " ORDER BY organization_user_id, kind, target, since, id"

bool state_access_since(State *state, int64_t since, int64_t *ret_first, GPtrArray **ret_intervals,
                        GError **error)
{
    ReadTimes times = {0};
    if (!read_times(state, since, &times, error))
        return false;
    g_autoptr(sqlite3_stmt) row = database_prepare(
        state, INTERVAL_COLUMNS " WHERE until = 0 OR until >= ?" INTERVAL_ORDER, error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, since);
    g_autoptr(GPtrArray) intervals = g_ptr_array_new_with_free_func((GDestroyNotify) interval_free);
    bool found = false;
    while (database_next(state, row, &found, error)) {
        Interval *interval = NULL;
        if (!found) {
            *ret_first = times.first;
            *ret_intervals = g_steal_pointer(&intervals);
            return true;
        }
        if (!take_interval(state, row, &interval, error))
            return false;
        g_ptr_array_add(intervals, interval);
    }
    return false;
}

/* Whether B goes on where A ends: the same access in another role or by another path. */
static bool goes_on(const Interval *a, const Interval *b)
{
    return a != NULL && a->member.value == b->member.value && a->kind == b->kind &&
           a->target == b->target && a->until == b->since;
}

bool state_access_at(State *state, int64_t at, ReadTimes *ret_times, GPtrArray **ret_intervals,
                     GError **error)
{
    ReadTimes times = {0};
    if (!read_times(state, at, &times, error))
        return false;
    g_autoptr(sqlite3_stmt) row =
        database_prepare(state, INTERVAL_COLUMNS " WHERE since <= ?" INTERVAL_ORDER, error);
    if (row == NULL)
        return false;
    (void) sqlite3_bind_int64(row, 1, at);
    g_autoptr(GPtrArray) intervals = g_ptr_array_new_with_free_func((GDestroyNotify) interval_free);
    g_autoptr(Interval) ended = NULL; /* the last one, if it ended before AT */
    bool found = true;
    const Interval *before = NULL;
    int64_t began = 0;
    while (found) {
        Interval *interval = NULL;
        if (!database_next(state, row, &found, error) ||
            (found && !take_interval(state, row, &interval, error)))
            return false;
        if (!found)
            break;
        began = goes_on(before, interval) ? began : interval->since;
        before = interval;
        g_clear_pointer(&ended, interval_free);
        if (interval->until == 0 || interval->until > at) {
            interval->since = began;
            g_ptr_array_add(intervals, interval);
        } else {
            ended = interval;
        }
    }
    *ret_times = times;
    *ret_intervals = g_steal_pointer(&intervals);
    return true;
}
