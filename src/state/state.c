/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MILLISECONDS 5000

bool state_fail(const State *state, const char *what, GError **error)
{
    int code = sqlite3_errcode(state->database);
    const char *hint = "look at the file's folder: space, rights, a local disk";
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        hint = "the file is damaged: bring back a copy of it, or move it away to begin anew; a new "
               "state knows "
               "nobody and removes nobody";
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE, "the state '%s': %s: %s\nhint: %s",
                state->path, what, sqlite3_errmsg(state->database), hint);
    return false;
}

sqlite3_stmt *state_prepare(const State *state, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(state->database, sql, -1, &statement, NULL) == SQLITE_OK)
        return statement;
    (void) state_fail(state, "a question cannot be asked", error);
    return NULL;
}

bool state_step(const State *state, sqlite3_stmt *statement, GError **error)
{
    int code = sqlite3_step(statement);
    while (code == SQLITE_ROW)
        code = sqlite3_step(statement);
    if (code != SQLITE_DONE)
        return state_fail(state, "it cannot be written", error);
    (void) sqlite3_reset(statement); /* repeats the code of the step, which was good */
    return true;
}

bool state_execute(const State *state, const char *sql, GError **error)
{
    return sqlite3_exec(state->database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           state_fail(state, "it cannot be used", error);
}

bool state_begin(const State *state, GError **error)
{
    return state_execute(state, "BEGIN IMMEDIATE", error);
}

bool state_commit(const State *state, bool done, GError **error)
{
    if (done && state_execute(state, "COMMIT", error))
        return true;
    /* a rollback after a failed statement may find nothing to roll back */
    (void) sqlite3_exec(state->database, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

void state_bind_text(sqlite3_stmt *statement, int position, const char *text)
{
    (void) sqlite3_bind_text(statement, position, text, -1, SQLITE_TRANSIENT);
}

char *state_text(sqlite3_stmt *statement, int column)
{
    return g_strdup((const char *) sqlite3_column_text(statement, column));
}

bool meta_get(const State *state, const char *key, char **ret_value, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state, "SELECT value FROM meta WHERE key = ?", error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, key);
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return state_fail(state, "it cannot be read", error);
    *ret_value = code == SQLITE_ROW ? state_text(statement, 0) : NULL;
    return true;
}

bool meta_set(const State *state, const char *key, const char *value, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state,
                      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET "
                      "value = excluded.value",
                      error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, key);
    state_bind_text(statement, 2, value);
    return state_step(state, statement, error);
}

/* Who holds the lock wrote pid, command and time into it. */
static bool locked_by_other(const char *path, int lock, GError **error)
{
    char holder[128] = "";
    ssize_t length = pread(lock, holder, sizeof holder - 1, 0);
    if (length > 0)
        holder[strcspn(holder, "\n")] = '\0';
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_LOCKED,
                "another run holds the lock '%s'%s%s\nhint: wait until it has ended; the lock goes "
                "with its process",
                path, *holder != '\0' ? ": " : "", holder);
    return false;
}

static bool take_lock(State *state, GError **error)
{
    g_autofree char *path = g_strconcat(state->path, ".lock", NULL);
    state->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (state->lock < 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE, "the lock '%s' cannot be opened: %s", path,
                    g_strerror(errno));
        return false;
    }
    if (flock(state->lock, LOCK_EX | LOCK_NB) != 0)
        return locked_by_other(path, state->lock, error);
    Clock *clock = clock_real();
    g_autofree char *since = clock_format(clock->now(clock));
    g_autofree char *text = g_strdup_printf("pid %d since %s\n", (int) getpid(), since);
    /* the lock is the flock; the text in it only helps whoever finds it taken */
    if (ftruncate(state->lock, 0) == 0)
        (void) dprintf(state->lock, "%s", text);
    return true;
}

static char *machine_id(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/etc/machine-id", &text, NULL, NULL))
        return g_strdup("unknown");
    g_autofree char *salted = g_strconcat("toggl-ldap-sync:", g_strstrip(text), NULL);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, salted, -1);
}

/* Binds a new state to its organization and machine; refuses one that belongs elsewhere. */
static bool check_owner(State *state, const char *key, const char *expected, const char *what,
                        GError **error)
{
    g_autofree char *found = NULL;
    if (!meta_get(state, key, &found, error))
        return false;
    if (found == NULL)
        return state->mode == STATE_READ || meta_set(state, key, expected, error);
    if (strcmp(found, expected) == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "the state '%s' belongs to another %s\nhint: give this configuration a state of "
                "its own; a new state "
                "knows nobody and removes nobody",
                state->path, what);
    return false;
}

static bool open_database(State *state, GError **error)
{
    int flags = state->mode == STATE_READ ? SQLITE_OPEN_READONLY
                                          : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(state->path, &state->database, flags, NULL) != SQLITE_OK)
        return state_fail(state, "it cannot be opened", error);
    (void) sqlite3_busy_timeout(state->database, BUSY_MILLISECONDS);
    (void) sqlite3_extended_result_codes(state->database, 0);
    if (state->mode == STATE_READ)
        return true;
    return state_execute(
        state, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
        error);
}

bool state_open(const char *path, StateMode mode, int64_t organization, State **ret_state,
                GError **error)
{
    struct stat about;
    if (mode == STATE_READ && stat(path, &about) != 0 && errno == ENOENT) {
        *ret_state = NULL;
        return true;
    }
    if (mode == STATE_READ && access(path, R_OK) != 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the state '%s' cannot be read: %s\nhint: run the command as its owner, for "
                    "example with "
                    "'sudo -u toggl-ldap-sync'",
                    path, g_strerror(errno));
        return false;
    }
    g_autoptr(State) state = g_new0(State, 1);
    *state =
        (State){.path = g_strdup(path), .lock = -1, .mode = mode, .organization = organization};
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, organization);
    g_autofree char *machine = machine_id();
    if ((mode == STATE_WRITE && !take_lock(state, error)) || !open_database(state, error) ||
        !schema_prepare(state, error) ||
        !check_owner(state, "organization", number, "organization", error) ||
        !check_owner(state, "machine", machine, "machine", error))
        return false;
    *ret_state = g_steal_pointer(&state);
    return true;
}

void state_close(State *state)
{
    if (state == NULL)
        return;
    if (state->database != NULL)
        (void) sqlite3_close_v2(state->database);
    if (state->lock >= 0)
        (void) close(state->lock);
    g_free(state->path);
    g_free(state);
}

bool state_get_fact(State *state, const char *key, char **ret_value, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state, "SELECT value FROM fact WHERE key = ?", error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, key);
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return state_fail(state, "it cannot be read", error);
    *ret_value = code == SQLITE_ROW ? state_text(statement, 0) : NULL;
    return true;
}

bool state_set_fact(State *state, const char *key, const char *value, GError **error)
{
    if (state->mode == STATE_READ)
        return true;
    g_autoptr(sqlite3_stmt) statement =
        state_prepare(state,
                      "INSERT INTO fact (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET "
                      "value = excluded.value",
                      error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, key);
    state_bind_text(statement, 2, value);
    return state_step(state, statement, error);
}
