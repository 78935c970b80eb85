/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define VERSION 1

/* What each version adds to the one before; the first makes everything. */
static const char *const migrations[VERSION] = {
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE link (id INTEGER PRIMARY KEY, source TEXT NOT NULL, anchor TEXT NOT NULL, "
    "anchor_kind TEXT,"
    " origin INTEGER NOT NULL, -- 0 by invitation, 1 by mail, 2 by hand\n"
    " mail_key TEXT, dn TEXT, user_id INTEGER NOT NULL, organization_user_id INTEGER NOT NULL,"
    " first_seen INTEGER NOT NULL, invited_at INTEGER NOT NULL, resends INTEGER NOT NULL,"
    " missing_since INTEGER NOT NULL, reads_missed INTEGER NOT NULL, unwanted_since INTEGER NOT "
    "NULL,"
    " reads_unwanted INTEGER NOT NULL, deactivated_at INTEGER NOT NULL, removed_at INTEGER NOT "
    "NULL,"
    " hold_until INTEGER NOT NULL, hold_reason TEXT, left INTEGER NOT NULL, UNIQUE (source, "
    "anchor));"
    "CREATE TABLE remembered (link_id INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    " kind TEXT NOT NULL, -- 'mail', 'dn' or 'uid'\n"
    " value TEXT NOT NULL, PRIMARY KEY (link_id, kind, value)) WITHOUT ROWID;"
    "CREATE TABLE person_grant (id INTEGER PRIMARY KEY, organization_user_id INTEGER NOT NULL, "
    "user_id INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, -- 0 group, 1 workspace, 2 organization role, 3 group in workspace\n"
    " target INTEGER NOT NULL, second INTEGER NOT NULL, role INTEGER NOT NULL, role_before INTEGER "
    "NOT NULL,"
    " origin INTEGER NOT NULL, -- 0 given, 1 adopted\n"
    " since INTEGER NOT NULL, UNIQUE (organization_user_id, kind, target, second));"
    "CREATE TABLE binding (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, -- 0 group, 1 workspace\n"
    " name TEXT NOT NULL, target INTEGER NOT NULL, created_by_us INTEGER NOT NULL, group_anchor "
    "TEXT, source TEXT,"
    " UNIQUE (kind, name));"
    "CREATE TABLE interval (id INTEGER PRIMARY KEY, organization_user_id INTEGER NOT NULL, user_id "
    "INTEGER NOT NULL,"
    " mail TEXT, kind INTEGER NOT NULL, -- 0 member, 1 group, 2 workspace, 3 organization role\n"
    " target INTEGER NOT NULL, role INTEGER NOT NULL, since INTEGER NOT NULL,"
    " until INTEGER NOT NULL, -- 0 while it lasts\n"
    " ours INTEGER NOT NULL, path TEXT);"
    "CREATE INDEX interval_open ON interval (until) WHERE until = 0;"
    "CREATE TABLE protection (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, mail_key TEXT, "
    "reason TEXT NOT NULL);"
    "CREATE TABLE run (id INTEGER PRIMARY KEY, command TEXT NOT NULL, started INTEGER NOT NULL, "
    "ended INTEGER NOT NULL,"
    " status INTEGER NOT NULL, -- -1 while it lasts\n"
    " plan_digest TEXT, plan TEXT, summary TEXT);"
    "CREATE TABLE request (run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, id INTEGER "
    "NOT NULL,"
    " operation TEXT NOT NULL, essence TEXT, sent INTEGER NOT NULL,"
    " outcome TEXT, -- NULL: the outcome was never written\n"
    " status INTEGER NOT NULL DEFAULT 0, message TEXT, toggl_request_id TEXT, answered INTEGER NOT "
    "NULL DEFAULT 0,"
    " settled INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run_id, id)) WITHOUT ROWID;"
    "CREATE TABLE counter (run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, kind TEXT NOT "
    "NULL,"
    " amount INTEGER NOT NULL, at INTEGER NOT NULL);"
    "CREATE INDEX counter_at ON counter (kind, at);"
    "CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",
};

static bool version_of(const State *state, int *ret_version, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = state_prepare(state, "PRAGMA user_version", error);
    if (statement == NULL)
        return false;
    if (sqlite3_step(statement) != SQLITE_ROW)
        return state_fail(state, "its version cannot be read", error);
    *ret_version = sqlite3_column_int(statement, 0);
    return true;
}

/* A copy of the database as it is, made by SQLite itself. */
static bool copy_before(const State *state, int version, GError **error)
{
    g_autofree char *target = g_strdup_printf("%s.before-%d", state->path, version + 1);
    g_autoptr(sqlite3_stmt) statement = state_prepare(state, "VACUUM INTO ?", error);
    if (statement == NULL)
        return false;
    state_bind_text(statement, 1, target);
    return state_step(state, statement, error);
}

static bool migrate(const State *state, int version, GError **error)
{
    g_autofree char *mark = g_strdup_printf("PRAGMA user_version = %d", version + 1);
    if (!state_begin(state, error))
        return false;
    bool done =
        state_execute(state, migrations[version], error) && state_execute(state, mark, error);
    return state_commit(state, done, done ? error : NULL);
}

bool schema_prepare(State *state, GError **error)
{
    int version = 0;
    if (!version_of(state, &version, error))
        return false;
    if (version > VERSION || (version == 0 && state->mode == STATE_READ)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the state '%s' has schema version %d, and this program knows up to %d\n"
                    "hint: use the program that wrote it, or a newer one",
                    state->path, version, VERSION);
        return false;
    }
    if (state->mode == STATE_READ)
        return true;
    for (; version < VERSION; version++) {
        if (version > 0 && !copy_before(state, version, error))
            return false;
        if (!migrate(state, version, error))
            return false;
    }
    return true;
}
