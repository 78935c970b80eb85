/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

bool state_get_fact(State *state, const char *key, char **ret_value, GError **error)
{
    gpointer noted = NULL;
    if (g_hash_table_lookup_extended(state->noted, key, NULL, &noted)) {
        *ret_value = g_strdup(noted);
        return true;
    }
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state, "SELECT value FROM fact WHERE key = ?", error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, key);
    bool row = false;
    if (!database_next(state, statement, &row, error))
        return false;
    *ret_value = row ? database_text(statement, 0) : NULL;
    return true;
}

/* What is known already is not written again: that would cost a wait for the disk. */
static bool write_fact(const State *state, const char *key, const char *value, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(
        state,
        value == NULL ? "DELETE FROM fact WHERE key = ?1"
                      : "INSERT INTO fact (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE "
                        "SET value = excluded.value WHERE value <> excluded.value",
        error);
    if (statement == NULL)
        return false;
    database_bind_text(statement, 1, key);
    if (value != NULL)
        database_bind_text(statement, 2, value);
    return database_run(state, statement, error);
}

bool facts_write(const State *state, GError **error)
{
    GHashTableIter iterator;
    gpointer key = NULL;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, state->noted);
    while (g_hash_table_iter_next(&iterator, &key, &value)) {
        if (!write_fact(state, key, value, error))
            return false;
    }
    return true;
}

void facts_written(const State *state, bool committed)
{
    if (committed)
        g_hash_table_remove_all(state->noted);
}

void state_note_fact(State *state, const char *key, const char *value)
{
    if (state->mode != STATE_READ)
        g_hash_table_replace(state->noted, g_strdup(key), g_strdup(value));
}
