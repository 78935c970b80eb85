/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_STATE_FIXTURE_H
#define TESTS_UNIT_STATE_FIXTURE_H

/*
 * fixture - a folder of its own for each test, and what tests of the state do with it.
 *
 *     cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
 */

#include "testing.h"

#include "base/error.h"
#include "state/state_private.h"

#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORGANIZATION 1234
#define NOBODY 65534
#define A_NEW_STATE "a new state knows nobody and removes nobody"

typedef struct {
    char *folder;
    char *path; /* of the state, which is not there yet */
} Fixture;

static inline int fixture_setup(void **data)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("state-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "state.db", NULL);
    *data = fixture;
    return fixture->folder != NULL ? 0 : -1;
}

static inline int fixture_teardown(void **data)
{
    Fixture *fixture = *data;
    (void) g_chmod(fixture->folder, 0700);
    GDir *folder = g_dir_open(fixture->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
        (void) g_remove(path);
    }
    g_dir_close(folder);
    (void) g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture);
    return 0;
}

/* How many files the folder holds. */
static inline unsigned fixture_files(const Fixture *fixture)
{
    unsigned count = 0;
    GDir *folder = g_dir_open(fixture->folder, 0, NULL);
    while (g_dir_read_name(folder) != NULL)
        count++;
    g_dir_close(folder);
    return count;
}

static inline State *open_state(const Fixture *fixture, StateMode mode)
{
    State *state = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_open(fixture->path, mode, ORGANIZATION, &state, &error), error);
    return state;
}

/* Notes a fact, and brings it to the disk as whatever is written next does. */
static inline bool write_fact(State *state, const char *key, const char *value)
{
    state_note_fact(state, key, value);
    if (!database_begin(state, NULL))
        return false;
    bool done = meta_bind_owner(state, NULL) && facts_write(state, NULL);
    bool committed = database_commit(state, done, NULL);
    facts_written(state, committed);
    return committed;
}

/* Opening fails; the error is the caller's. */
static inline GError *open_refused(const Fixture *fixture, StateMode mode, int64_t organization)
{
    State *state = NULL;
    GError *error = NULL;
    assert_false(state_open(fixture->path, mode, organization, &state, &error));
    assert_null(state);
    assert_non_null(error);
    return error;
}

static inline Ledger *load_ledger(State *state)
{
    Ledger *ledger = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_load(state, &ledger, &error), error);
    return ledger;
}

static inline void save_ledger(State *state, Ledger *ledger)
{
    g_autoptr(GError) error = NULL;
    assert_success(state_save(state, ledger, &error), error);
}

/* Runs SQL on the file as an administrator would, beside our program. */
static inline void run_sql(const Fixture *fixture, const char *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/* The single value that SQL asks for, as text; NULL for NULL. New string. */
static inline char *ask_sql(const Fixture *fixture, const char *sql)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &database), SQLITE_OK);
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    char *value = g_strdup((const char *) sqlite3_column_text(statement, 0));
    (void) sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    return value;
}

#define assert_sql(fixture, sql, expected)                                                         \
    do {                                                                                           \
        g_autofree char *value_ = ask_sql(fixture, sql);                                           \
        assert_non_null(value_);                                                                   \
        assert_string_equal(value_, expected);                                                     \
    } while (0)

/*
 * Runs WORK in a child, as the user nobody where we are root, and returns its exit status, or minus
 * the signal that ended it. The child must not use cmocka, whose failures stay in its process.
 */
static inline int in_child(bool as_nobody, int (*work)(const Fixture *), const Fixture *fixture)
{
    (void) fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (as_nobody && geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(99);
        _exit(work(fixture));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* How the owner of what we make is asked to come: "sudo" for root. New string. */
static inline char *command_of_owner(void)
{
    const struct passwd *owner = getpwuid(getuid() == NOBODY ? 0 : getuid());
    return owner != NULL && owner->pw_uid == 0
               ? g_strdup("sudo")
               : g_strdup_printf("sudo -u %s", owner != NULL ? owner->pw_name : "toggl-ldap-sync");
}

/* For a child: 0 when opening fails with MESSAGE, else says what it got and returns 1. */
static inline int expect_refused(const Fixture *fixture, StateMode mode, const char *message)
{
    State *state = NULL;
    GError *error = NULL;
    if (state_open(fixture->path, mode, ORGANIZATION, &state, &error)) {
        (void) fprintf(stderr, "it was opened\n");
        return 1;
    }
    if (strcmp(error->message, message) == 0)
        return 0;
    (void) fprintf(stderr, "got: %s\nnot: %s\n", error->message, message);
    return 1;
}

#endif
