/* SPDX-License-Identifier: Apache-2.0 */
#include "state/care.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "state/state_private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The newest moment that the state speaks of, of runs begun since it was claimed. */
static const char newest_sql[] =
    "SELECT max(moment) FROM (SELECT max(started, ended) AS moment FROM run WHERE id > ?1"
    " UNION ALL SELECT max(sent) FROM request WHERE run_id > ?1"
    " UNION ALL SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_run')";

static bool open_existing(const char *path, StateMode mode, int64_t organization, State **ret_state,
                          GError **error)
{
    if (!state_open(path, mode, organization, ret_state, error))
        return false;
    if (*ret_state != NULL)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "there is no state at '%s'\nhint: the first 'toggl-ldap-sync sync' makes one",
                path);
    return false;
}

static bool fail_copy(const char *file, const char *why, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT, "the copy '%s' cannot be written: %s", file,
                why);
    return false;
}

/* All pages in one step, so that no writer can come between. */
static bool copy_pages(const State *state, const char *file, GError **error)
{
    sqlite3 *copy = NULL;
    bool done = sqlite3_open_v2(file, &copy, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;
    sqlite3_backup *backup =
        done ? sqlite3_backup_init(copy, "main", state->database, "main") : NULL;
    if (backup != NULL) {
        int code = sqlite3_backup_step(backup, -1);
        for (int tries = 0; (code == SQLITE_BUSY || code == SQLITE_LOCKED) && tries < 50; tries++) {
            (void) sqlite3_sleep(100);
            code = sqlite3_backup_step(backup, -1);
        }
        done = code == SQLITE_DONE;
    }
    done = sqlite3_backup_finish(backup) == SQLITE_OK && backup != NULL && done;
    /* a copy needs no log beside it */
    done =
        done && sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) == SQLITE_OK;
    if (!done)
        (void) fail_copy(file, copy != NULL ? sqlite3_errmsg(copy) : "out of memory", error);
    (void) sqlite3_close(copy);
    return done;
}

/* Whether FILE is not there yet, is empty, or a database, as every copy is one; a device is none of
 * these, and the copy would take its place. */
static bool is_replaceable(const char *file, int *ret_reason)
{
    static const char magic[] = "SQLite format 3";
    char head[sizeof magic];
    int there = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *ret_reason = there < 0 && errno != ENOENT ? errno : 0;
    if (there < 0)
        return errno == ENOENT;
    struct stat about;
    bool device = fstat(there, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
    ssize_t length = device ? 1 : read(there, head, sizeof head);
    *ret_reason = length < 0 ? errno : 0;
    (void) close(there); /* it was only read */
    return length == 0 || (length == sizeof head && memcmp(head, magic, sizeof magic) == 0);
}

/*
 * The copy of last night may be written over, and nothing else: neither the state itself, which a
 * run may be writing at this moment and which would go on without it, nor another file that
 * somebody has named by mistake.
 */
static bool check_target(const char *path, const char *file, GError **error)
{
    struct stat state;
    struct stat target;
    int reason = 0;
    g_autofree char *safe = text_safe(file, -1);
    if (stat(path, &state) == 0 && stat(file, &target) == 0 && state.st_dev == target.st_dev &&
        state.st_ino == target.st_ino) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                    "'%s' is the state itself, and no copy of it\nhint: name another file", safe);
        return false;
    }
    if (is_replaceable(file, &reason))
        return true;
    if (reason != 0)
        return fail_copy(safe, g_strerror(reason), error);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                "'%s' is there, and is no copy of a state: it is not written over\nhint: name "
                "another file, or take it away",
                safe);
    return false;
}

bool state_backup(const char *path, int64_t organization, const char *file, GError **error)
{
    g_autoptr(State) state = NULL;
    if (!open_existing(path, STATE_READ, organization, &state, error) ||
        !check_target(path, file, error))
        return false;
    g_autofree char *part = g_strdup_printf("%s.part-XXXXXX", file);
    int made = g_mkstemp_full(part, O_RDWR | O_CLOEXEC, 0600);
    if (made < 0)
        return fail_copy(file, g_strerror(errno), error);
    (void) close(made); /* SQLite opens it itself */
    bool done = copy_pages(state, part, error);
    if (done &&
        (!database_sync(part, O_RDWR) || g_rename(part, file) != 0 || !database_sync_name(file)))
        done = fail_copy(file, g_strerror(errno), error);
    if (!done)
        (void) g_unlink(part); /* it may be in its place already */
    return done;
}

/* SQL gives rows of text that each name something wrong; GOOD is what it says when nothing is. */
static bool check_with(const State *state, const char *sql, const char *good, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(state, sql, error);
    bool found = false;
    if (row == NULL || !database_next(state, row, &found, error))
        return false;
    if (!found || g_strcmp0(database_peek_text(row, 0), good) == 0)
        return true;
    g_set_error(
        error, SYNC_ERROR, SYNC_ERROR_STATE,
        "the state '%s' is damaged: %s\nhint: put back a copy of it, or move it away; a new "
        "state knows nobody and removes nobody",
        state->path, database_peek_text(row, 0));
    return false;
}

static bool describe(State *state, const Ledger *ledger, GPtrArray *findings, GError **error)
{
    int64_t runs = 0;
    int64_t unsettled = 0;
    int64_t generation = 0;
    if (!database_number(state, "SELECT count(*) FROM run", &runs, error) ||
        !database_number(state, "SELECT count(*) FROM run WHERE settled = 0", &unsettled, error) ||
        !meta_number(state, "generation", &generation, error))
        return false;
    g_autofree char *people = text_count(ledger->links->len, "person", "people");
    g_autofree char *grants = text_count(ledger->grants->len, "grant", "grants");
    g_autofree char *bindings = text_count(ledger->bindings->len, "binding", "bindings");
    g_autofree char *known = text_count(runs, "run", "runs");
    g_ptr_array_add(findings, g_strdup_printf("%s linked, %s, %s, %s, generation %" G_GINT64_FORMAT,
                                              people, grants, bindings, known, generation));
    if (unsettled > 0)
        g_ptr_array_add(findings, g_strdup_printf("%" G_GINT64_FORMAT
                                                  " run%s not settled: the next sync does that",
                                                  unsettled, unsettled == 1 ? " is" : "s are"));
    return true;
}

bool state_check(const char *path, int64_t organization, GPtrArray *findings, GError **error)
{
    g_autoptr(State) state = NULL;
    g_autoptr(Ledger) ledger = NULL;
    return open_existing(path, STATE_READ, organization, &state, error) &&
           check_with(state, "PRAGMA integrity_check(1)", "ok", error) &&
           check_with(state,
                      "SELECT 'a row of table ' || \"table\" || ' refers to one of table ' || "
                      "\"parent\" || ' that is not there' FROM pragma_foreign_key_check LIMIT 1",
                      NULL, error) &&
           state_load(state, &ledger, error) && describe(state, ledger, findings, error);
}

static bool newest_time(const State *state, int64_t *ret_time, GError **error)
{
    int64_t claimed = 0;
    g_autoptr(sqlite3_stmt) row = database_prepare(state, newest_sql, error);
    if (row == NULL || !meta_number(state, "claimed_after", &claimed, error))
        return false;
    (void) sqlite3_bind_int64(row, 1, claimed);
    bool found = false;
    if (!database_next(state, row, &found, error))
        return false;
    *ret_time = found ? sqlite3_column_int64(row, 0) : 0;
    return true;
}

bool state_check_clock(State *state, int64_t now, GError **error)
{
    int64_t newest = 0;
    if (!newest_time(state, &newest, error))
        return false;
    if (newest <= now + STATE_CLOCK_SLACK)
        return true;
    g_autofree char *here = clock_format(now);
    g_autofree char *there = clock_format(newest);
    g_set_error(
        error, SYNC_ERROR, SYNC_ERROR_STATE,
        "the clock says %s, and the state '%s' knows of %s: grace and limits cannot be "
        "counted\nhint: set the clock; if it was wrong before and is right now, 'toggl-ldap-"
        "sync state claim' takes the state over, which holds removals once until a person approves",
        here, state->path, there);
    return false;
}

bool state_check_room(const State *state, int64_t bytes, GError **error)
{
    struct statvfs about;
    g_autofree char *folder = g_path_get_dirname(state->path);
    if (sqlite3_db_readonly(state->database, "main") == 1) {
        g_autofree char *owner = database_owner_command(state->path);
        g_set_error(
            error, SYNC_ERROR, SYNC_ERROR_STATE,
            "the state '%s' is read-only, so nothing is sent\nhint: the file and its folder "
            "must be its user's: put '%s' before the command",
            state->path, owner);
        return false;
    }
    if (statvfs(folder, &about) != 0)
        return true; /* writing tells */
    uint64_t left = (uint64_t) about.f_bavail * about.f_frsize;
    if (bytes <= 0 || left >= (uint64_t) bytes)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                "the disk of the state '%s' has room for %" G_GUINT64_FORMAT
                " KiB, and this run may need %" G_GINT64_FORMAT
                ", so nothing is sent\nhint: make room in '%s'",
                state->path, left / 1024, bytes / 1024, folder);
    return false;
}
