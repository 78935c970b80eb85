/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

bool state_get_fact(State *state, const char *key, char **ret_value, GError **error)
{
    gpointer noted = NULL;
    if (g_hash_table_lookup_extended(state->noted, key, NULL, &noted)) {
        *ret_value = g_strdup(noted);
        return true;
    }
    return pair_get(state, "fact", key, ret_value, error);
}

bool facts_write(const State *state, GError **error)
{
    GHashTableIter iterator;
    gpointer key = NULL;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, state->noted);
    while (g_hash_table_iter_next(&iterator, &key, &value)) {
        if (!pair_set(state, "fact", key, value, error))
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
