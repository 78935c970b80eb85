/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

bool pair_get(const State *state, const char *table, const char *key, char **ret_value,
              GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT value FROM %s WHERE key = ?", table);
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, sql, error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, key);
    bool row = false;
    if (!database_next(state, statement, &row, error))
        return false;
    *ret_value = row ? database_text(statement, 0) : NULL;
    return true;
}

/* What is there already is not written again: that would cost a wait for the disk. */
bool pair_set(const State *state, const char *table, const char *key, const char *value,
              GError **error)
{
    g_autofree char *sql =
        value == NULL
            ? g_strdup_printf("DELETE FROM %s WHERE key = ?1", table)
            : g_strdup_printf("INSERT INTO %s (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO "
                              "UPDATE SET value = excluded.value WHERE value <> excluded.value",
                              table);
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, sql, error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, key);
    if (value != NULL)
        database_bind_text(statement, 2, value);
    return database_run(state, statement, error);
}
