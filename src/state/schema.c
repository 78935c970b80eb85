/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * The words in these tables are for people too: sqlite3 -readonly state.db .schema prints them with
 * the comments.
 */
static const char *const version_1[] = {
    "CREATE TABLE meta ( -- whose state this is, and when it was last brought up to date\n"
    "  key   TEXT PRIMARY KEY, -- organization, machine, generation, last_run, note.* (what limits"
    " compare with), and so on\n"
    "  value TEXT NOT NULL\n"
    ") WITHOUT ROWID;\n",

    "CREATE TABLE link ( -- who in a directory is who in Toggl. Times are seconds since 1970, UTC:"
    " datetime(first_seen, 'unixepoch'); 0 is never, or not known\n"
    "  id                   INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: the audit "
    "file "
    "calls people by it\n"
    "  source               TEXT NOT NULL, -- the directory's name in the configuration\n"
    "  anchor               TEXT NOT NULL, -- what never changes about the entry\n"
    "  anchor_kind          TEXT,          -- the attribute that it is from\n"
    "  origin               TEXT NOT NULL CHECK (origin IN ('invitation', 'mail', 'hand')),\n"
    "  mail_key             TEXT,          -- the address when last read, as it is compared\n"
    "  dn                   TEXT,          -- where the entry stood when last read\n"
    "  user_id              INTEGER NOT NULL,\n"
    "  organization_user_id INTEGER NOT NULL,\n"
    "  first_seen           INTEGER NOT NULL,\n"
    "  invited_at           INTEGER NOT NULL, -- our last invitation\n"
    "  resends              INTEGER NOT NULL, -- of that invitation\n"
    "  missing_since        INTEGER NOT NULL, -- not in the directory any more\n"
    "  reads_missed         INTEGER NOT NULL, -- complete reads since then\n"
    "  unwanted_since       INTEGER NOT NULL, -- in the directory, but no rule wants them\n"
    "  reads_unwanted       INTEGER NOT NULL,\n"
    "  deactivated_at       INTEGER NOT NULL, -- by us, confirmed\n"
    "  removed_at           INTEGER NOT NULL, -- deleted by us, confirmed\n"
    "  hold_until           INTEGER NOT NULL, -- nothing happens to the person until then\n"
    "  hold_reason          TEXT,\n"
    "  released_at          INTEGER NOT NULL, -- a person said to go on\n"
    "  left_directory       INTEGER NOT NULL, -- 1: disabled or expired when last read\n"
    "  UNIQUE (source, anchor)\n"
    ");\n",

    "CREATE TABLE remembered ( -- all that was ever seen of a person\n"
    "  link_id INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,\n"
    "  kind    TEXT NOT NULL CHECK (kind IN ('mail', 'dn', 'uid')),\n"
    "  value   TEXT NOT NULL,\n"
    "  PRIMARY KEY (link_id, kind, value)\n"
    ") WITHOUT ROWID;\n",

    "CREATE TABLE person_grant ( -- what is ours to take away again\n"
    "  id                   INTEGER PRIMARY KEY,\n"
    "  organization_user_id INTEGER NOT NULL, -- 0 for group-workspace\n"
    "  user_id              INTEGER NOT NULL,\n"
    "  kind                 TEXT NOT NULL CHECK (kind IN ('group', 'workspace',"
    " 'organization-role', 'group-workspace')),\n"
    "  target               INTEGER NOT NULL, -- id of the group or workspace\n"
    "  second_target        INTEGER NOT NULL, -- id of the workspace of group-workspace\n"
    "  role                 TEXT,             -- what we gave; NULL: none\n"
    "  role_before          TEXT,             -- what stood there before; NULL: nothing\n"
    "  origin               TEXT NOT NULL CHECK (origin IN ('given', 'adopted')),\n"
    "  since                INTEGER NOT NULL,\n"
    "  UNIQUE (organization_user_id, kind, target, second_target)\n"
    ");\n",

    "CREATE TABLE binding ( -- which object a name in a rule means, whatever it is called now\n"
    "  id            INTEGER PRIMARY KEY,\n"
    "  kind          TEXT NOT NULL CHECK (kind IN ('group', 'workspace', 'directory-group')),\n"
    "  name          TEXT NOT NULL,\n"
    "  target        INTEGER NOT NULL, -- Toggl's id; 0 for directory-group\n"
    "  created_by_us INTEGER NOT NULL,\n"
    "  group_anchor  TEXT, -- the directory group that the name means, or that made it\n"
    "  source        TEXT, -- its directory\n"
    "  UNIQUE (kind, name)\n"
    ");\n",

    "CREATE TABLE interval ( -- who had what, from when to when\n"
    "  id                   INTEGER PRIMARY KEY,\n"
    "  organization_user_id INTEGER NOT NULL,\n"
    "  user_id              INTEGER NOT NULL,\n"
    "  mail                 TEXT,\n"
    "  kind                 TEXT NOT NULL CHECK (kind IN ('member', 'group', 'workspace',"
    " 'organization-role')),\n"
    "  target               INTEGER NOT NULL,\n"
    "  target_name          TEXT,             -- what it was called then\n"
    "  role                 TEXT,\n"
    "  since                INTEGER NOT NULL, -- a complete read first saw it\n"
    "  until                INTEGER NOT NULL, -- a complete read no longer saw it; 0: it lasts\n"
    "  ours                 INTEGER NOT NULL, -- 0: by hand\n"
    "  taken                INTEGER NOT NULL DEFAULT 0, -- 1: it was ours, and somebody took it by "
    "hand\n"
    "  path                 TEXT              -- the reason in words\n"
    ");\n"
    "CREATE INDEX interval_lasting ON interval (id) WHERE until = 0;\n",

    "CREATE TABLE read_time ( -- when both sides were read completely: between two of them nobody"
    " looked\n"
    "  moment INTEGER PRIMARY KEY\n"
    ");\n",

    "CREATE TABLE protection ( -- members that are never removed\n"
    "  id       INTEGER PRIMARY KEY,\n"
    "  user_id  INTEGER NOT NULL,\n"
    "  mail_key TEXT,\n"
    "  reason   TEXT NOT NULL\n"
    ");\n",

    "CREATE TABLE run ( -- what sync and apply did\n"
    "  id          INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "  command     TEXT NOT NULL,\n"
    "  started     INTEGER NOT NULL,\n"
    "  ended       INTEGER NOT NULL, -- 0: it did not end\n"
    "  status      INTEGER NOT NULL, -- the exit status; -1: it did not end\n"
    "  plan_digest TEXT,\n"
    "  plan        TEXT,             -- the plan document, JSON\n"
    "  inverse     TEXT,             -- what would undo it, JSON; see 'undo'\n"
    "  undoes      INTEGER NOT NULL DEFAULT 0, -- the run that it undoes; 0: none\n"
    "  settled     INTEGER NOT NULL DEFAULT 0, -- 1: a later read showed what became of it\n"
    "  summary     TEXT\n"
    ");\n"
    "CREATE INDEX run_unsettled ON run (id) WHERE settled = 0;\n",

    "CREATE TABLE request ( -- the journal: written before each request is sent, and after\n"
    "  run_id           INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,\n"
    "  id               INTEGER NOT NULL,\n"
    "  operation        TEXT NOT NULL,\n"
    "  essence          TEXT,    -- what it asks, JSON\n"
    "  changes          TEXT,    -- ids of the plan's changes that it carries out, JSON\n"
    "  sent             INTEGER NOT NULL,\n"
    "  outcome          TEXT,    -- NULL: nobody knows; the run died between sending and writing\n"
    "  status           INTEGER, -- HTTP\n"
    "  message          TEXT,\n"
    "  failures         TEXT,    -- what of it was refused, JSON\n"
    "  created_id       INTEGER, -- of the group or workspace that it made\n"
    "  toggl_request_id TEXT,\n"
    "  answered         INTEGER,\n"
    "  settled          INTEGER NOT NULL DEFAULT 0, -- 1: a later read decided\n"
    "  PRIMARY KEY (run_id, id)\n"
    ") WITHOUT ROWID;\n",

    "CREATE TABLE confirmed ( -- changes that are known to have been carried out\n"
    "  run_id       INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,\n"
    "  change_id    INTEGER NOT NULL, -- in the run's plan\n"
    "  counts_as    TEXT,             -- invite, reactivate, removal, disabled-removal: for "
    "limits\n"
    "  confirmed_at INTEGER NOT NULL,\n"
    "  PRIMARY KEY (run_id, change_id)\n"
    ") WITHOUT ROWID;\n"
    "CREATE INDEX confirmed_by_time ON confirmed (counts_as, confirmed_at);\n",

    "CREATE TABLE decision ( -- what somebody decided about one person, or about all\n"
    "  id         INTEGER PRIMARY KEY,\n"
    "  decided_at INTEGER NOT NULL,\n"
    "  decider    TEXT NOT NULL,\n"
    "  what       TEXT NOT NULL, -- hold, release, link, unlink, forget\n"
    "  who        TEXT,          -- as it was asked for; NULL: everybody\n"
    "  source     TEXT,\n"
    "  anchor     TEXT,\n"
    "  member     TEXT,             -- of link: the member's address\n"
    "  until      INTEGER NOT NULL, -- of hold\n"
    "  reason     TEXT,\n"
    "  reference  TEXT -- a ticket\n"
    ");\n",

    "CREATE TABLE approved_plan ( -- plans that somebody has approved\n"
    "  changes  TEXT PRIMARY KEY, -- digest of its changes\n"
    "  saved    INTEGER NOT NULL,\n"
    "  document TEXT NOT NULL     -- the plan, JSON\n"
    ") WITHOUT ROWID;\n",

    "CREATE TABLE approval ( -- who lets which plan pass which limits\n"
    "  changes     TEXT NOT NULL REFERENCES approved_plan ON DELETE CASCADE,\n"
    "  approver    TEXT NOT NULL,\n"
    "  approved_at INTEGER NOT NULL,\n"
    "  expires     INTEGER NOT NULL,\n"
    "  record      TEXT NOT NULL, -- what they said: limits, numbers, ticket; JSON\n"
    "  signature   TEXT,          -- of the record; NULL: not signed\n"
    "  used_at     INTEGER NOT NULL DEFAULT 0, -- the plan was carried out\n"
    "  PRIMARY KEY (changes, approver)\n"
    ") WITHOUT ROWID;\n",

    "CREATE TABLE carried_out ( -- saved and approved plans that are done\n"
    "  document TEXT PRIMARY KEY, -- digest of the document that was carried out\n"
    "  run_id   INTEGER REFERENCES run ON DELETE CASCADE, -- NULL: there was nothing to send\n"
    "  ended    INTEGER NOT NULL\n"
    ") WITHOUT ROWID;\n",

    "CREATE TABLE fact ( -- what was learned of Toggl: quota used, answers kept for a while\n"
    "  key   TEXT PRIMARY KEY,\n"
    "  value TEXT NOT NULL\n"
    ") WITHOUT ROWID;\n",

    "PRAGMA application_id = " G_STRINGIFY(STATE_APPLICATION_ID) ";\n",
    NULL,
};

static const char *const *const steps[] = {version_1};

const Migrations schema_migrations = {steps, G_N_ELEMENTS(steps)};

/* Version 0 is a file that nobody has filled yet, unless somebody else has. */
static bool check_kind(const State *state, int64_t version, GError **error)
{
    int64_t tables = 0;
    int64_t application = 0;
    if (!database_number(state, "SELECT count(*) FROM sqlite_master", &tables, error) ||
        !database_number(state, "PRAGMA application_id", &application, error))
        return false;
    bool ours = version == 0 ? tables == 0 : application == STATE_APPLICATION_ID;
    if (!ours)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the file '%s' is a database of another program\nhint: set 'state' in the "
                    "configuration to a file of its own",
                    state->path);
    return ours;
}

static bool check_version(const State *state, int64_t version, int newest, GError **error)
{
    if (version > newest) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the state '%s' has schema version %" G_GINT64_FORMAT
                    ", and this program knows versions up to %d\n"
                    "hint: use the program that wrote it, or a newer one",
                    state->path, version, newest);
        return false;
    }
    if (version > 0 && version < newest && state->mode == STATE_READ) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the state '%s' has schema version %" G_GINT64_FORMAT
                    ", and this program reads version %d\n"
                    "hint: the next 'toggl-ldap-sync sync' brings it up to date",
                    state->path, version, newest);
        return false;
    }
    return true;
}

/*
 * A copy made by SQLite itself, which does not wait until it is on the disk; so that is up to us.
 * A copy that is there already is from a migration that did not come through.
 */
static bool copy_before(const State *state, int64_t version, GError **error)
{
    g_autofree char *copy =
        g_strdup_printf("%s.before-%" G_GINT64_FORMAT, state->path, version + 1);
    int file = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    g_autoptr(sqlite3_stmt) statement =
        file >= 0 ? database_prepare(state, "VACUUM INTO ?", error) : NULL;
    if (statement != NULL)
        database_bind_text(statement, 1, copy);
    bool copied = statement != NULL && database_run(state, statement, error);
    bool safe = copied && fchmod(file, 0600) == 0 && fsync(file) == 0 && database_sync_name(copy);
    if (file < 0 || (copied && !safe))
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_STATE,
                    "the copy '%s' cannot be written: %s\nhint: the state is left as it was", copy,
                    g_strerror(errno));
    if (file >= 0)
        (void) close(file); /* fsync has said whether it is good */
    return safe;
}

static bool migrate(const State *state, const Migrations *migrations, int64_t version,
                    GError **error)
{
    if (version > 0 && !copy_before(state, version, error))
        return false;
    g_autofree char *mark = g_strdup_printf("PRAGMA user_version = %" G_GINT64_FORMAT, version + 1);
    if (!database_begin(state, error))
        return false;
    bool done = true;
    for (const char *const *step = migrations->steps[version]; done && *step != NULL; step++)
        done = database_execute(state, *step, error);
    done = done && database_execute(state, mark, error);
    return database_commit(state, done, done ? error : NULL);
}

bool schema_prepare(State *state, const Migrations *migrations, bool *ret_empty, GError **error)
{
    int64_t version = 0;
    if (!database_number(state, "PRAGMA user_version", &version, error) ||
        !check_kind(state, version, error) ||
        !check_version(state, version, migrations->count, error))
        return false;
    *ret_empty = version == 0 && state->mode == STATE_READ;
    if (state->mode == STATE_READ)
        return true;
    for (; version < migrations->count; version++) {
        if (!migrate(state, migrations, version, error))
            return false;
    }
    return true;
}
