/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_PRIVATE_H
#define STATE_STATE_PRIVATE_H

/*
 * state_private - what the files of this room share: the open database and the ways to ask it.
 */

#include "state/state.h"

#include <sqlite3.h>

#include "base/autoptr.h"

struct State {
    char *path;
    sqlite3 *database;
    int lock; /* descriptor of PATH.lock; -1: read only */
    StateMode mode;
    int64_t organization;
};

/* The statement that SQL says, or NULL with SYNC_ERROR_STATE. The caller's. */
sqlite3_stmt *state_prepare(const State *state, const char *sql, GError **error);

/* Runs STATEMENT to its end, ready to be bound again. False: SYNC_ERROR_STATE. */
bool state_step(const State *state, sqlite3_stmt *statement, GError **error);

/* Runs SQL, one or more statements without values. */
bool state_execute(const State *state, const char *sql, GError **error);

/* A transaction around what changes. state_commit ends a failed one as well: it gives DONE back. */
bool state_begin(const State *state, GError **error);
bool state_commit(const State *state, bool done, GError **error);

/* The error of the database, as SYNC_ERROR_STATE with the path and what to do. Always false. */
bool state_fail(const State *state, const char *what, GError **error);

/* Binds text, which may be NULL, at POSITION; the statement keeps no pointer. */
void state_bind_text(sqlite3_stmt *statement, int position, const char *text);

/* Column as a new string, NULL for NULL. */
char *state_text(sqlite3_stmt *statement, int column);

/* Creates or migrates the tables. */
bool schema_prepare(State *state, GError **error);

/* Writes the dirty rows, inside a transaction of the caller's. */
bool ledger_write(const State *state, Ledger *ledger, GError **error);
/* Marks what was written as clean, after the commit. */
void ledger_mark_clean(Ledger *ledger);

bool meta_get(const State *state, const char *key, char **ret_value, GError **error);
bool meta_set(const State *state, const char *key, const char *value, GError **error);

#endif
