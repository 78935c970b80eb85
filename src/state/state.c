/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/error.h"

#include <errno.h>
#include <unistd.h>

/* Whether there is a file, and it can be read; *RET_EXISTS is true whenever there is one. */
static bool look_for_file(const char *path, bool *ret_exists, GError **error)
{
    if (access(path, R_OK) == 0 || errno == ENOENT) {
        *ret_exists = access(path, F_OK) == 0;
        return true;
    }
    int reason = errno;
    g_autofree char *owner = database_owner_command(path);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "the state '%s' cannot be read: %s\nhint: put '%s' before the command", path,
                g_strerror(reason), owner);
    return false;
}

/*
 * Reads all of the file, which takes seconds when it is big; so only after a run that may have
 * ended with its machine.
 */
static bool check_after_crash(const State *state, GError **error)
{
    int64_t unfinished = 0;
    if (!database_number(state, "SELECT count(*) FROM run WHERE ended = 0", &unfinished, error))
        return false;
    if (unfinished == 0)
        return true;
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, "PRAGMA quick_check(1)", error);
    bool row = false;
    if (statement == NULL || !database_next(state, statement, &row, error))
        return false;
    if (row && g_strcmp0(database_peek_text(statement, 0), "ok") == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "the state '%s' is damaged: %s\nhint: put back a copy of it, or move it away; a "
                "new state knows nobody and removes nobody",
                state->path, row ? database_peek_text(statement, 0) : "it cannot be checked");
    return false;
}

/* STATE_READ of a file that was made but never filled: *RET_EMPTY, as if there was none. */
static bool prepare(State *state, bool foreign, bool *ret_empty, GError **error)
{
    bool empty = false;
    if (state->mode == STATE_READ)
        lock_look(state);
    if ((state->mode == STATE_WRITE && !lock_take(state, error)) || !database_open(state, error) ||
        !schema_prepare(state, &schema_migrations, &empty, error))
        return false;
    *ret_empty = empty;
    if (foreign)
        return meta_check_organization(state, error);
    if (!empty && !meta_check_owner(state, error))
        return false;
    if (state->bound && !meta_check_age(state, error))
        return false;
    return state->mode == STATE_READ || check_after_crash(state, error);
}

static bool open_as(const char *path, StateMode mode, int64_t organization, bool foreign,
                    State **ret_state, GError **error)
{
    g_autoptr(State) state = g_new0(State, 1);
    *state = (State){
        .path = g_strdup(path),
        .mode = mode,
        .organization = organization,
        .lock = -1,
        .written = g_array_new(FALSE, FALSE, sizeof(WrittenRow)),
        .noted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
    };
    bool empty = false;
    if (!prepare(state, foreign, &empty, error))
        return false;
    *ret_state = empty ? NULL : g_steal_pointer(&state);
    return true;
}

bool state_open(const char *path, StateMode mode, int64_t organization, State **ret_state,
                GError **error)
{
    bool exists = true;
    if (!process_become(state_user(path), error))
        return false;
    if (mode == STATE_READ && !look_for_file(path, &exists, error))
        return false;
    if (exists)
        return open_as(path, mode, organization, false, ret_state, error);
    *ret_state = NULL;
    return true;
}

bool state_open_foreign(const char *path, int64_t organization, State **ret_state, GError **error)
{
    if (access(path, F_OK) == 0)
        return open_as(path, STATE_WRITE, organization, true, ret_state, error);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE, "there is no state at '%s': %s", path,
                g_strerror(errno));
    return false;
}

/* What was only noted is worth a try; what cannot be kept is asked for again. */
static void write_noted(State *state)
{
    if (g_hash_table_size(state->noted) == 0 || !database_begin(state, NULL))
        return;
    bool done = meta_bind_owner(state, NULL) && facts_write(state, NULL);
    facts_written(state, database_commit(state, done, NULL));
}

void state_close(State *state)
{
    if (state == NULL)
        return;
    write_noted(state);
    audit_free(state->audit);
    database_close(state);
    lock_release(state);
    g_array_unref(state->written);
    g_hash_table_unref(state->noted);
    g_free(state->path);
    g_free(state);
}
