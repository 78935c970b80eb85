/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MILLISECONDS 5000

char *database_owner_command(const char *path)
{
    struct stat about;
    g_autofree char *folder = g_path_get_dirname(path);
    const struct passwd *owner = NULL;
    if (stat(path, &about) == 0 || stat(folder, &about) == 0)
        owner = getpwuid(about.st_uid);
    if (owner != NULL && owner->pw_uid == 0)
        return g_strdup("sudo");
    return g_strdup_printf("sudo -u %s", owner != NULL ? owner->pw_name : "toggl-ldap-sync");
}

bool database_sync(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    bool synced = file >= 0 && fsync(file) == 0;
    int reason = errno;
    if (file >= 0)
        (void) close(file); /* fsync has said whether it is good */
    errno = reason;
    return synced;
}

bool database_sync_name(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    return database_sync(folder, O_RDONLY | O_DIRECTORY);
}

/* What to do about a code of SQLite and what the kernel said. New string. */
static char *hint_for(const State *state, int code, int reason)
{
    g_autofree char *owner = NULL;
    if (reason == ENOSPC || reason == EDQUOT)
        code = SQLITE_FULL;
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return g_strdup("the file is damaged or no state: put back a copy of it, or move it away; "
                        "a new state knows nobody and removes nobody");
    case SQLITE_ERROR:
        return g_strdup(
            "its tables are not as this program made them: put back a copy of the file, "
            "or move it away; a new state knows nobody and removes nobody");
    case SQLITE_CONSTRAINT:
        return g_strdup("this is a mistake in the program, please report it; nothing was written");
    case SQLITE_FULL:
        return g_strdup("make room where the file is, and run the command again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return g_strdup("another program has the file open for writing, sqlite3 for example: end "
                        "it");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        owner = database_owner_command(state->path);
        return g_strdup_printf("the file and its folder must be its user's: put '%s' before the "
                               "command",
                               owner);
    default:
        return g_strdup("the file must be on a local disk that has room and no faults");
    }
}

bool database_fail(const State *state, const char *verb, GError **error)
{
    int code = sqlite3_errcode(state->database);
    int reason = code == SQLITE_IOERR ? sqlite3_system_errno(state->database) : 0;
    g_autofree char *hint = hint_for(state, code, reason);
    g_set_error(error, SYNC_ERROR,
                code == SQLITE_CONSTRAINT ? SYNC_ERROR_INTERNAL : SYNC_ERROR_STATE,
                "the state '%s' cannot be %s: %s%s%s\nhint: %s", state->path, verb,
                sqlite3_errmsg(state->database), reason != 0 ? ": " : "",
                reason != 0 ? g_strerror(reason) : "", hint);
    return false;
}

sqlite3_stmt *database_prepare(const State *state, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(state->database, sql, -1, &statement, NULL) == SQLITE_OK)
        return statement;
    (void) database_fail(state, "read", error);
    return NULL;
}

bool database_run(const State *state, sqlite3_stmt *statement, GError **error)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE || database_fail(state, "written", error);
    (void) sqlite3_reset(statement); /* repeats the code of the step */
    return done;
}

bool database_next(const State *state, sqlite3_stmt *statement, bool *ret_row, GError **error)
{
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return database_fail(state, "read", error);
    *ret_row = code == SQLITE_ROW;
    return true;
}

bool database_execute(const State *state, const char *sql, GError **error)
{
    return sqlite3_exec(state->database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           database_fail(state, state->mode == STATE_READ ? "read" : "written", error);
}

bool database_number(const State *state, const char *sql, int64_t *ret_number, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, sql, error);
    bool row = false;
    if (statement == NULL || !database_next(state, statement, &row, error))
        return false;
    *ret_number = row ? sqlite3_column_int64(statement, 0) : 0;
    return true;
}

bool database_begin(const State *state, GError **error)
{
    return database_execute(state, state->mode == STATE_READ ? "BEGIN" : "BEGIN IMMEDIATE", error);
}

bool database_commit(const State *state, bool done, GError **error)
{
    bool committed = done && database_execute(state, "COMMIT", error);
    /* SQLite has undone it already after some errors, and says so here */
    if (!committed)
        (void) sqlite3_exec(state->database, "ROLLBACK", NULL, NULL, NULL);
    audit_settle(state->audit, committed);
    return committed;
}

void database_bind_text(sqlite3_stmt *statement, int position, const char *text)
{
    (void) sqlite3_bind_text(statement, position, text, -1, SQLITE_STATIC);
}

const char *database_peek_text(sqlite3_stmt *statement, int column)
{
    return (const char *) sqlite3_column_text(statement, column);
}

char *database_text(sqlite3_stmt *statement, int column)
{
    return g_strdup(database_peek_text(statement, column));
}

/*
 * Makes an empty file that only its owner can read; SQLite would give it the umask's rights. This
 * is the one time that we open the file ourselves: it is new, so no lock of SQLite's is on it that
 * closing it could drop.
 */
static bool create_file(const State *state, GError **error)
{
    int file = open(state->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        (void) close(file); /* nothing was written */
    if (file >= 0 || errno == EEXIST)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE, "the state '%s' cannot be created: %s",
                state->path, g_strerror(errno));
    return false;
}

/* Write-ahead logging needs memory that processes share, which network file systems lack. */
static bool use_write_ahead_log(const State *state, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = database_prepare(state, "PRAGMA journal_mode = WAL", error);
    bool row = false;
    if (statement == NULL || !database_next(state, statement, &row, error))
        return false;
    if (row && g_strcmp0(database_peek_text(statement, 0), "wal") == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "the state '%s' cannot have a write-ahead log where it is\n"
                "hint: it must be on a local disk",
                state->path);
    return false;
}

/* PATH as a URI that promises SQLite that nobody writes to the file. */
static char *immutable_uri(const char *path)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autofree char *escaped = g_uri_escape_string(whole, "/", FALSE);
    return g_strdup_printf("file://%s?immutable=1", escaped);
}

/*
 * A file in WAL mode cannot be read without writing beside it, unless SQLite is told that it will
 * not change. It does not change while there is no log: a writer makes one first and moves it into
 * the file later. That a writer may come meanwhile is what database_was_overtaken is for.
 */
static bool open_for_reading(State *state, bool may_be_immutable, GError **error)
{
    g_autofree char *log = g_strconcat(state->path, "-wal", NULL);
    state->immutable = may_be_immutable && access(log, F_OK) != 0 && errno == ENOENT &&
                       stat(state->path, &state->opened) == 0;
    g_autofree char *uri = immutable_uri(state->path);
    return sqlite3_open_v2(state->immutable ? uri : state->path, &state->database,
                           SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK ||
           database_fail(state, "opened", error);
}

static bool open_for_writing(State *state, GError **error)
{
    if (!create_file(state, error))
        return false;
    return sqlite3_open_v2(state->path, &state->database, SQLITE_OPEN_READWRITE, NULL) ==
               SQLITE_OK ||
           database_fail(state, "opened", error);
}

bool database_open(State *state, GError **error)
{
    bool again = state->database != NULL;
    database_close(state);
    bool opened = state->mode == STATE_READ ? open_for_reading(state, !again, error)
                                            : open_for_writing(state, error);
    if (!opened)
        return false;
    (void) sqlite3_busy_timeout(state->database, BUSY_MILLISECONDS);
    (void) sqlite3_db_config(state->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void) sqlite3_db_config(state->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (state->mode == STATE_READ)
        return true;
    return use_write_ahead_log(state, error) &&
           database_execute(state,
                            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                            " PRAGMA secure_delete = ON",
                            error);
}

void database_close(State *state)
{
    /* NULL is fine; every statement is finalized by then */
    (void) sqlite3_close(state->database);
    state->database = NULL;
}

bool database_was_overtaken(const State *state)
{
    struct stat now;
    if (!state->immutable)
        return false;
    return stat(state->path, &now) != 0 || now.st_ino != state->opened.st_ino ||
           now.st_size != state->opened.st_size ||
           now.st_mtim.tv_sec != state->opened.st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != state->opened.st_mtim.tv_nsec;
}
