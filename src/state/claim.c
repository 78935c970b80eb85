/* SPDX-License-Identifier: Apache-2.0 */
#include "state/care.h"

#include "base/clock.h"
#include "base/text.h"
#include "state/state_private.h"

/* Times of people that are still to come would make grace endless. */
static const char *const corrections[] = {
    "UPDATE link SET first_seen = ?1 WHERE first_seen > ?1",
    "UPDATE link SET invited_at = ?1 WHERE invited_at > ?1",
    "UPDATE link SET missing_since = ?1 WHERE missing_since > ?1",
    "UPDATE link SET unwanted_since = ?1 WHERE unwanted_since > ?1",
    "UPDATE link SET deactivated_at = ?1 WHERE deactivated_at > ?1",
    "UPDATE link SET removed_at = ?1 WHERE removed_at > ?1",
};

static bool correct(const State *state, const char *sql, int64_t now, int64_t *changed,
                    GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, sql, error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, now);
    if (!database_run(state, statement, error))
        return false;
    *changed += sqlite3_changes(state->database);
    return true;
}

static bool take_back_times(const State *state, int64_t now, GPtrArray *findings, GError **error)
{
    int64_t changed = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(corrections); i++) {
        if (!correct(state, corrections[i], now, &changed, error))
            return false;
    }
    int64_t last_run = 0;
    if (!meta_number(state, "last_run", &last_run, error))
        return false;
    if (changed > 0 || last_run > now)
        g_ptr_array_add(findings,
                        g_strdup("times that were still to come are taken to be of today"));
    return last_run <= now || meta_set_number(state, "last_run", now, error);
}

static bool take_over(State *state, int64_t now, GPtrArray *findings, GError **error)
{
    g_autofree char *machine = NULL;
    g_autofree char *here = meta_machine();
    int64_t generation = 0;
    int64_t newest = 0;
    if (!meta_get(state, "machine", &machine, error) ||
        !meta_number(state, "generation", &generation, error) ||
        !database_number(state, "SELECT max(id) FROM run", &newest, error))
        return false;
    if (g_strcmp0(machine, here) != 0)
        g_ptr_array_add(findings, g_strdup("it was made on another machine"));
    g_autofree char *runs = text_count(generation, "run", "runs");
    if (generation < state->known_generation)
        g_ptr_array_add(findings,
                        g_strdup_printf("it knows of %s, and %" G_GINT64_FORMAT " were begun here",
                                        runs, state->known_generation));
    if (!take_back_times(state, now, findings, error))
        return false;
    if (findings->len == 0)
        g_ptr_array_add(findings,
                        g_strdup("nothing spoke against it: it is of this machine, and as "
                                 "new as the last run here"));
    return meta_set(state, "machine", here, error) &&
           meta_set_number(state, "generation", MAX(generation, state->known_generation), error) &&
           meta_set_number(state, "claimed_after", newest, error) &&
           meta_set_number(state, "note." NOTE_DOUBT, now, error);
}

bool state_claim(const char *path, int64_t organization, int64_t now, GPtrArray *findings,
                 GError **error)
{
    g_autoptr(State) state = NULL;
    if (!state_open_foreign(path, organization, &state, error) || !database_begin(state, error))
        return false;
    bool done = take_over(state, now, findings, error);
    return database_commit(state, done, done ? error : NULL);
}
