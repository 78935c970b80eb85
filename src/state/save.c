/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

/* A table that is being written: statements, and where to note what was written. */
typedef struct {
    State *state;
    sqlite3_stmt *insert; /* ?1 is the id, NULL for a row that has none yet */
    sqlite3_stmt *delete;
    sqlite3_stmt *remember; /* only for links */
} Writer;

/* Binds all of ROW but its id. */
typedef void (*RowBinder)(sqlite3_stmt *insert, const void *row);

typedef struct {
    const char *insert;
    const char *delete;
    RowBinder bind;
    bool remembers;
} Table;

/* Rows of every kind begin with their bookkeeping, so that one loop serves all. */
_Static_assert(G_STRUCT_OFFSET(Link, row) == 0, "a link is a LedgerRow first");
_Static_assert(G_STRUCT_OFFSET(Grant, row) == 0, "a grant is a LedgerRow first");
_Static_assert(G_STRUCT_OFFSET(Binding, row) == 0, "a binding is a LedgerRow first");
_Static_assert(G_STRUCT_OFFSET(Interval, row) == 0, "an interval is a LedgerRow first");
_Static_assert(G_STRUCT_OFFSET(Protection, row) == 0, "a protection is a LedgerRow first");

static void bind_numbers(sqlite3_stmt *insert, int position, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void) sqlite3_bind_int64(insert, position + (int) i, values[i]);
}

static void bind_link(sqlite3_stmt *insert, const void *row)
{
    const Link *link = row;
    database_bind_text(insert, 2, link->source);
    database_bind_text(insert, 3, link->anchor);
    database_bind_text(insert, 4, link->anchor_kind);
    database_bind_text(insert, 5, words_link_origin[link->origin]);
    database_bind_text(insert, 6, link->mail_key);
    database_bind_text(insert, 7, link->dn);
    const int64_t numbers[] = {
        link->user_id.value,  link->organization_user_id.value,
        link->first_seen,     link->invited_at,
        link->resends,        link->missing_since,
        link->reads_missed,   link->unwanted_since,
        link->reads_unwanted, link->deactivated_at,
        link->removed_at,     link->hold_until,
        link->released_at,    link->left,
    };
    bind_numbers(insert, 8, numbers, G_N_ELEMENTS(numbers));
    database_bind_text(insert, 22, link->hold_reason);
}

static void bind_grant(sqlite3_stmt *insert, const void *row)
{
    const Grant *grant = row;
    const int64_t numbers[] = {
        grant->member.value, grant->user_id.value, grant->target, grant->second, grant->since,
    };
    bind_numbers(insert, 2, numbers, G_N_ELEMENTS(numbers));
    database_bind_text(insert, 7, words_grant_kind[grant->kind]);
    database_bind_text(insert, 8, role_name(grant->role));
    database_bind_text(insert, 9, role_name(grant->role_before));
    database_bind_text(insert, 10, words_grant_origin[grant->origin]);
}

static void bind_binding(sqlite3_stmt *insert, const void *row)
{
    const Binding *binding = row;
    const int64_t numbers[] = {binding->target, binding->created_by_us};
    bind_numbers(insert, 2, numbers, G_N_ELEMENTS(numbers));
    database_bind_text(insert, 4, words_binding_kind[binding->kind]);
    database_bind_text(insert, 5, binding->name);
    database_bind_text(insert, 6, binding->group_anchor);
    database_bind_text(insert, 7, binding->source);
}

static void bind_interval(sqlite3_stmt *insert, const void *row)
{
    const Interval *interval = row;
    const int64_t numbers[] = {
        interval->member.value, interval->user_id.value, interval->target, interval->since,
        interval->until,        interval->ours,          interval->taken,
    };
    bind_numbers(insert, 2, numbers, G_N_ELEMENTS(numbers));
    database_bind_text(insert, 9, interval->mail);
    database_bind_text(insert, 10, words_interval_kind[interval->kind]);
    database_bind_text(insert, 11, role_name(interval->role));
    database_bind_text(insert, 12, interval->path);
    database_bind_text(insert, 13, interval->target_name);
}

static void bind_protection(sqlite3_stmt *insert, const void *row)
{
    const Protection *protection = row;
    (void) sqlite3_bind_int64(insert, 2, protection->user_id.value);
    database_bind_text(insert, 3, protection->mail_key);
    database_bind_text(insert, 4, protection->reason);
}

static const Table links = {
    .insert = "INSERT INTO link (id, source, anchor, anchor_kind, origin, mail_key, dn, user_id,"
              " organization_user_id, first_seen, invited_at, resends, missing_since,"
              " reads_missed, unwanted_since, reads_unwanted, deactivated_at, removed_at,"
              " hold_until, released_at, left_directory, hold_reason)"
              " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    .delete = "DELETE FROM link WHERE id = ?",
    .bind = bind_link,
    .remembers = true,
};

static const Table grants = {
    .insert = "INSERT INTO person_grant (id, organization_user_id, user_id, target, second_target,"
              " since, kind, role, role_before, origin) VALUES (?,?,?,?,?,?,?,?,?,?)",
    .delete = "DELETE FROM person_grant WHERE id = ?",
    .bind = bind_grant,
};

static const Table bindings = {
    .insert = "INSERT INTO binding (id, target, created_by_us, kind, name, group_anchor, source)"
              " VALUES (?,?,?,?,?,?,?)",
    .delete = "DELETE FROM binding WHERE id = ?",
    .bind = bind_binding,
};

static const Table intervals = {
    .insert = "INSERT INTO interval (id, organization_user_id, user_id, target, since, until, ours,"
              " taken, mail, kind, role, path, target_name) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
    .delete = "DELETE FROM interval WHERE id = ?",
    .bind = bind_interval,
};

static const Table protections = {
    .insert = "INSERT INTO protection (id, user_id, mail_key, reason) VALUES (?,?,?,?)",
    .delete = "DELETE FROM protection WHERE id = ?",
    .bind = bind_protection,
};

static bool write_remembered(const Writer *writer, int64_t link, const char *kind,
                             const GPtrArray *values, GError **error)
{
    for (guint i = 0; i < values->len; i++) {
        (void) sqlite3_bind_int64(writer->remember, 1, link);
        database_bind_text(writer->remember, 2, kind);
        database_bind_text(writer->remember, 3, g_ptr_array_index(values, i));
        if (!database_run(writer->state, writer->remember, error))
            return false;
    }
    return true;
}

static bool delete_row(const Writer *writer, const LedgerRow *row, GError **error)
{
    if (row->id == 0)
        return true;
    (void) sqlite3_bind_int64(writer->delete, 1, row->id);
    return database_run(writer->state, writer->delete, error);
}

/* A row that is there is taken away first, with what is remembered of it. */
static bool write_row(const Writer *writer, const Table *table, WrittenRow *written, GError **error)
{
    LedgerRow *row = written->row;
    if (!delete_row(writer, row, error))
        return false;
    if (row->id != 0)
        (void) sqlite3_bind_int64(writer->insert, 1, row->id);
    else
        (void) sqlite3_bind_null(writer->insert, 1);
    table->bind(writer->insert, row);
    if (!database_run(writer->state, writer->insert, error))
        return false;
    if (row->id == 0) {
        row->id = sqlite3_last_insert_rowid(writer->state->database);
        written->numbered = true;
    }
    if (!table->remembers)
        return true;
    const Link *link = (const Link *) (const void *) row;
    return write_remembered(writer, row->id, "mail", link->mail_keys, error) &&
           write_remembered(writer, row->id, "dn", link->dn_keys, error) &&
           write_remembered(writer, row->id, "uid", link->uids, error);
}

/* Removed rows go first, so that a name that was given anew fits. */
static bool write_rows(const Writer *writer, const Table *table, guint first, GError **error)
{
    GArray *written = writer->state->written;
    for (guint i = first; i < written->len; i++) {
        const LedgerRow *row = g_array_index(written, WrittenRow, i).row;
        if (row->removed && !delete_row(writer, row, error))
            return false;
    }
    for (guint i = first; i < written->len; i++) {
        WrittenRow *row = &g_array_index(written, WrittenRow, i);
        if (!row->row->removed && !write_row(writer, table, row, error))
            return false;
    }
    return true;
}

/* Most saves change few of many rows: the first loop is all that they cost. */
static bool write_table(State *state, const Table *table, const GPtrArray *rows, GError **error)
{
    guint first = state->written->len;
    for (guint i = 0; i < rows->len; i++) {
        WrittenRow written = {.row = g_ptr_array_index(rows, i)};
        if (written.row->dirty)
            g_array_append_val(state->written, written);
    }
    if (state->written->len == first)
        return true;
    g_autoptr(sqlite3_stmt) insert = database_prepare(state, table->insert, error);
    g_autoptr(sqlite3_stmt) delete =
        insert != NULL ? database_prepare(state, table->delete, error) : NULL;
    g_autoptr(sqlite3_stmt) remember =
        delete != NULL ? database_prepare(state,
                                          "INSERT OR IGNORE INTO remembered (link_id, kind, value)"
                                          " VALUES (?, ?, ?)",
                                          error)
                       : NULL;
    const Writer writer = {state, insert, delete, remember};
    return remember != NULL && write_rows(&writer, table, first, error);
}

/* meta_set leaves alone what is so already. */
static bool write_notes(State *state, const Ledger *ledger, GError **error)
{
    GHashTableIter each;
    gpointer key = NULL;
    gpointer value = NULL;
    g_hash_table_iter_init(&each, ledger->notes);
    while (g_hash_table_iter_next(&each, &key, &value)) {
        g_autofree char *name = g_strconcat("note.", (const char *) key, NULL);
        if (!meta_set(state, name, value, error))
            return false;
    }
    return true;
}

static bool write_meta(State *state, const Ledger *ledger, GError **error)
{
    g_autofree char *last_run = g_strdup_printf("%" G_GINT64_FORMAT, ledger->last_run);
    return meta_bind_owner(state, error) && meta_set(state, "last_run", last_run, error) &&
           meta_set(state, "accepted_configuration", ledger->accepted_configuration, error) &&
           (!ledger->notes_changed || write_notes(state, ledger, error));
}

/* When both sides were last read, for whoever asks later how closely was looked. */
static bool write_read_time(const State *state, int64_t moment, GError **error)
{
    g_autoptr(sqlite3_stmt) statement =
        database_prepare(state, "INSERT OR IGNORE INTO read_time (moment) VALUES (?)", error);
    if (statement == NULL)
        return false;
    (void) sqlite3_bind_int64(statement, 1, moment);
    return database_run(state, statement, error);
}

bool ledger_write(State *state, const Ledger *ledger, GError **error)
{
    if (!facts_write(state, error))
        return false;
    if (ledger == NULL)
        return true;
    return write_meta(state, ledger, error) &&
           (ledger->last_run == 0 || write_read_time(state, ledger->last_run, error)) &&
           write_table(state, &links, ledger->links, error) &&
           write_table(state, &grants, ledger->grants, error) &&
           write_table(state, &bindings, ledger->bindings, error) &&
           write_table(state, &intervals, ledger->intervals, error) &&
           write_table(state, &protections, ledger->protections, error);
}

void ledger_written(State *state, Ledger *ledger, bool committed)
{
    facts_written(state, committed);
    if (ledger != NULL && committed)
        ledger->notes_changed = false;
    for (guint i = 0; i < state->written->len; i++) {
        const WrittenRow *written = &g_array_index(state->written, WrittenRow, i);
        LedgerRow *row = written->row;
        if (committed)
            row->dirty = false;
        if (committed ? row->removed : written->numbered)
            row->id = 0;
    }
    (void) g_array_set_size(state->written, 0);
}

bool state_save(State *state, Ledger *ledger, GError **error)
{
    if (!database_begin(state, error))
        return false;
    bool done = ledger_write(state, ledger, error);
    bool committed = database_commit(state, done, done ? error : NULL);
    ledger_written(state, ledger, committed);
    return committed;
}
