/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_BREAKING_STATE_H
#define TESTS_UNIT_SYNC_BREAKING_STATE_H

/*
 * breaking_state - a disk that gives out: from statement broken_at on, SQLite fails.
 *
 *     broken_steps = 0;
 *     broken_at = 7;      the seventh statement from here on fails, and all after it; 0: none
 *
 * One program includes it once: it stands before the library's own functions.
 */

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

static unsigned broken_steps; /* statements so far */
static unsigned broken_at;
static bool broken_whole; /* inside of sqlite3_exec, which is one statement */

enum { DISK_FULL = 13 /* SQLITE_FULL */ };

typedef int Step(void *statement);
typedef int Exec(void *database, const char *sql, void *row, void *context, char **message);

/* These stand before the library's. */
Step sqlite3_step;
Exec sqlite3_exec;

static bool gives_out(void)
{
    broken_steps++;
    return broken_at != 0 && broken_steps >= broken_at;
}

int sqlite3_step(void *statement)
{
    static Step *next;
    if (next == NULL)
        *(void **) &next = dlsym(RTLD_NEXT, "sqlite3_step");
    return !broken_whole && gives_out() ? DISK_FULL : next(statement);
}

int sqlite3_exec(void *database, const char *sql, void *row, void *context, char **message)
{
    static Exec *next;
    if (next == NULL)
        *(void **) &next = dlsym(RTLD_NEXT, "sqlite3_exec");
    /* what was not committed can be taken back on a full disk */
    if (strcmp(sql, "ROLLBACK") != 0 && gives_out())
        return DISK_FULL;
    broken_whole = true;
    int result = next(database, sql, row, context, message);
    broken_whole = false;
    return result;
}

#endif
