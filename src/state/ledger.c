/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include <string.h>

typedef bool (*RowReader)(Ledger *ledger, sqlite3_stmt *statement);

static bool read_rows(const State *state, Ledger *ledger, const char *sql, RowReader reader,
                      GError **error)
{
    g_autoptr(sqlite3_stmt) statement = state_prepare(state, sql, error);
    if (statement == NULL)
        return false;
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        if (!reader(ledger, statement))
            return state_fail(state, "it holds a row that makes no sense", error);
    }
    return code == SQLITE_DONE || state_fail(state, "it cannot be read", error);
}

static bool read_link(Ledger *ledger, sqlite3_stmt *s)
{
    g_autofree char *source = state_text(s, 1);
    g_autofree char *anchor = state_text(s, 2);
    if (source == NULL || anchor == NULL)
        return false;
    Link *link = ledger_add_link(ledger, source, anchor);
    link->anchor_kind = state_text(s, 3);
    link->origin = (LinkOrigin) sqlite3_column_int(s, 4);
    link->mail_key = state_text(s, 5);
    link->dn = state_text(s, 6);
    link->first_seen = sqlite3_column_int64(s, 9);
    link->invited_at = sqlite3_column_int64(s, 10);
    link->resends = sqlite3_column_int64(s, 11);
    link->missing_since = sqlite3_column_int64(s, 12);
    link->reads_missed = sqlite3_column_int64(s, 13);
    link->unwanted_since = sqlite3_column_int64(s, 14);
    link->reads_unwanted = sqlite3_column_int64(s, 15);
    link->deactivated_at = sqlite3_column_int64(s, 16);
    link->removed_at = sqlite3_column_int64(s, 17);
    link->hold_until = sqlite3_column_int64(s, 18);
    link->hold_reason = state_text(s, 19);
    link->left = sqlite3_column_int(s, 20) != 0;
    OrganizationUserId member = {sqlite3_column_int64(s, 8)};
    ledger_set_member(ledger, link, member, (UserId){sqlite3_column_int64(s, 7)});
    link->row = (LedgerRow){.id = sqlite3_column_int64(s, 0)};
    return true;
}

/* Both come in the order of links, so the link is the last one seen or a later one. */
static bool read_remembered(const State *state, Ledger *ledger, GError **error)
{
    g_autoptr(sqlite3_stmt) s = state_prepare(
        state, "SELECT link_id, kind, value FROM remembered ORDER BY link_id, kind, value", error);
    if (s == NULL)
        return false;
    guint at = 0;
    int code = sqlite3_step(s);
    for (; code == SQLITE_ROW; code = sqlite3_step(s)) {
        int64_t id = sqlite3_column_int64(s, 0);
        const char *kind = (const char *) sqlite3_column_text(s, 1);
        while (at < ledger->links->len &&
               ((Link *) g_ptr_array_index(ledger->links, at))->row.id < id)
            at++;
        if (at == ledger->links->len)
            break;
        Link *link = g_ptr_array_index(ledger->links, at);
        GPtrArray *list = strcmp(kind, "mail") == 0 ? link->mail_keys
                          : strcmp(kind, "dn") == 0 ? link->dn_keys
                                                    : link->uids;
        g_ptr_array_add(list, state_text(s, 2));
    }
    return code == SQLITE_DONE || code == SQLITE_ROW ||
           state_fail(state, "it cannot be read", error);
}

static bool read_grant(Ledger *ledger, sqlite3_stmt *s)
{
    Grant *grant = ledger_add_grant(ledger, (GrantKind) sqlite3_column_int(s, 3),
                                    (OrganizationUserId){sqlite3_column_int64(s, 1)},
                                    sqlite3_column_int64(s, 4), sqlite3_column_int64(s, 5));
    grant->user_id.value = sqlite3_column_int64(s, 2);
    grant->role = (Role) sqlite3_column_int(s, 6);
    grant->role_before = (Role) sqlite3_column_int(s, 7);
    grant->origin = (GrantOrigin) sqlite3_column_int(s, 8);
    grant->since = sqlite3_column_int64(s, 9);
    grant->row = (LedgerRow){.id = sqlite3_column_int64(s, 0)};
    return true;
}

static bool read_binding(Ledger *ledger, sqlite3_stmt *s)
{
    g_autofree char *name = state_text(s, 2);
    if (name == NULL)
        return false;
    Binding *binding = ledger_add_binding(ledger, (BindingKind) sqlite3_column_int(s, 1), name,
                                          sqlite3_column_int64(s, 3));
    binding->created_by_us = sqlite3_column_int(s, 4) != 0;
    binding->group_anchor = state_text(s, 5);
    binding->source = state_text(s, 6);
    binding->row = (LedgerRow){.id = sqlite3_column_int64(s, 0)};
    return true;
}

static bool read_interval(Ledger *ledger, sqlite3_stmt *s)
{
    Interval *interval = ledger_add_interval(ledger, (IntervalKind) sqlite3_column_int(s, 4),
                                             (OrganizationUserId){sqlite3_column_int64(s, 1)},
                                             sqlite3_column_int64(s, 5));
    interval->user_id.value = sqlite3_column_int64(s, 2);
    interval->mail = state_text(s, 3);
    interval->role = (Role) sqlite3_column_int(s, 6);
    interval->since = sqlite3_column_int64(s, 7);
    interval->ours = sqlite3_column_int(s, 8) != 0;
    interval->path = state_text(s, 9);
    interval->row = (LedgerRow){.id = sqlite3_column_int64(s, 0)};
    return true;
}

static bool read_protection(Ledger *ledger, sqlite3_stmt *s)
{
    g_autofree char *mail_key = state_text(s, 2);
    g_autofree char *reason = state_text(s, 3);
    if (reason == NULL)
        return false;
    Protection *protection =
        ledger_add_protection(ledger, (UserId){sqlite3_column_int64(s, 1)}, mail_key, reason);
    protection->row = (LedgerRow){.id = sqlite3_column_int64(s, 0)};
    return true;
}

static bool read_meta(const State *state, Ledger *ledger, GError **error)
{
    g_autofree char *last_run = NULL;
    if (!meta_get(state, "last_run", &last_run, error) ||
        !meta_get(state, "accepted_configuration", &ledger->accepted_configuration, error))
        return false;
    ledger->last_run = last_run != NULL ? g_ascii_strtoll(last_run, NULL, 10) : 0;
    ledger->organization_id = state->organization;
    ledger->known = true;
    return true;
}

bool state_load(State *state, Ledger **ret_ledger, GError **error)
{
    g_autoptr(Ledger) ledger = ledger_new();
    bool read =
        read_meta(state, ledger, error) &&
        read_rows(
            state, ledger,
            "SELECT id, source, anchor, anchor_kind, origin, mail_key, dn, user_id, "
            "organization_user_id,"
            " first_seen, invited_at, resends, missing_since, reads_missed, unwanted_since, "
            "reads_unwanted,"
            " deactivated_at, removed_at, hold_until, hold_reason, left FROM link ORDER BY id",
            read_link, error) &&
        read_remembered(state, ledger, error) &&
        read_rows(state, ledger,
                  "SELECT id, organization_user_id, user_id, kind, target, second, role, "
                  "role_before, origin, since "
                  "FROM person_grant ORDER BY id",
                  read_grant, error) &&
        read_rows(state, ledger,
                  "SELECT id, kind, name, target, created_by_us, group_anchor, source FROM binding "
                  "ORDER BY id",
                  read_binding, error) &&
        read_rows(state, ledger,
                  "SELECT id, organization_user_id, user_id, mail, kind, target, role, since, "
                  "ours, path FROM interval "
                  "WHERE until = 0 ORDER BY id",
                  read_interval, error) &&
        read_rows(state, ledger, "SELECT id, user_id, mail_key, reason FROM protection ORDER BY id",
                  read_protection, error);
    if (!read)
        return false;
    *ret_ledger = g_steal_pointer(&ledger);
    return true;
}

/* ---- writing ---- */

/* The statements of one kind of row; ?1 of the insert is the id, NULL for a new row. */
typedef struct {
    const State *state;
    sqlite3_stmt *insert;
    sqlite3_stmt *delete;
} Writer;

static bool writer_open(Writer *writer, const State *state, const char *insert, const char *delete,
                        GError **error)
{
    writer->state = state;
    writer->insert = state_prepare(state, insert, error);
    writer->delete = writer->insert != NULL ? state_prepare(state, delete, error) : NULL;
    return writer->delete != NULL;
}

static void writer_close(Writer *writer)
{
    (void) sqlite3_finalize(writer->insert);
    (void) sqlite3_finalize(writer->delete);
}

static void bind_id(const Writer *writer, const LedgerRow *row)
{
    if (row->id != 0)
        (void) sqlite3_bind_int64(writer->insert, 1, row->id);
    else
        (void) sqlite3_bind_null(writer->insert, 1);
}

static void bind_ints(const Writer *writer, int position, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void) sqlite3_bind_int64(writer->insert, position + (int) i, values[i]);
}

static bool write_row(const Writer *writer, LedgerRow *row, GError **error)
{
    if (!state_step(writer->state, writer->insert, error))
        return false;
    if (row->id == 0)
        row->id = sqlite3_last_insert_rowid(writer->state->database);
    return true;
}

static bool delete_row(const Writer *writer, const LedgerRow *row, GError **error)
{
    if (row->id == 0)
        return true;
    (void) sqlite3_bind_int64(writer->delete, 1, row->id);
    return state_step(writer->state, writer->delete, error);
}

static bool write_list(const State *state, int64_t link, const char *kind, const GPtrArray *values,
                       GError **error)
{
    g_autoptr(sqlite3_stmt) statement = state_prepare(
        state, "INSERT OR IGNORE INTO remembered (link_id, kind, value) VALUES (?, ?, ?)", error);
    if (statement == NULL)
        return false;
    for (guint i = 0; i < values->len; i++) {
        (void) sqlite3_bind_int64(statement, 1, link);
        state_bind_text(statement, 2, kind);
        state_bind_text(statement, 3, g_ptr_array_index(values, i));
        if (!state_step(state, statement, error))
            return false;
    }
    return true;
}

static bool write_link(const Writer *writer, Link *link, GError **error)
{
    sqlite3_stmt *s = writer->insert;
    bind_id(writer, &link->row);
    state_bind_text(s, 2, link->source);
    state_bind_text(s, 3, link->anchor);
    state_bind_text(s, 4, link->anchor_kind);
    (void) sqlite3_bind_int(s, 5, (int) link->origin);
    state_bind_text(s, 6, link->mail_key);
    state_bind_text(s, 7, link->dn);
    const int64_t numbers[] = {
        link->user_id.value,  link->organization_user_id.value,
        link->first_seen,     link->invited_at,
        link->resends,        link->missing_since,
        link->reads_missed,   link->unwanted_since,
        link->reads_unwanted, link->deactivated_at,
        link->removed_at,     link->hold_until,
    };
    bind_ints(writer, 8, numbers, G_N_ELEMENTS(numbers));
    state_bind_text(s, 20, link->hold_reason);
    (void) sqlite3_bind_int(s, 21, link->left);
    return write_row(writer, &link->row, error) &&
           write_list(writer->state, link->row.id, "mail", link->mail_keys, error) &&
           write_list(writer->state, link->row.id, "dn", link->dn_keys, error) &&
           write_list(writer->state, link->row.id, "uid", link->uids, error);
}

static bool write_grant(const Writer *writer, Grant *grant, GError **error)
{
    bind_id(writer, &grant->row);
    const int64_t numbers[] = {
        grant->member.value, grant->user_id.value, grant->kind,   grant->target, grant->second,
        grant->role,         grant->role_before,   grant->origin, grant->since,
    };
    bind_ints(writer, 2, numbers, G_N_ELEMENTS(numbers));
    return write_row(writer, &grant->row, error);
}

static bool write_binding(const Writer *writer, Binding *binding, GError **error)
{
    bind_id(writer, &binding->row);
    (void) sqlite3_bind_int(writer->insert, 2, (int) binding->kind);
    state_bind_text(writer->insert, 3, binding->name);
    (void) sqlite3_bind_int64(writer->insert, 4, binding->target);
    (void) sqlite3_bind_int(writer->insert, 5, binding->created_by_us);
    state_bind_text(writer->insert, 6, binding->group_anchor);
    state_bind_text(writer->insert, 7, binding->source);
    return write_row(writer, &binding->row, error);
}

static bool write_interval(const Writer *writer, Interval *interval, GError **error)
{
    bind_id(writer, &interval->row);
    const int64_t numbers[] = {
        interval->member.value, interval->user_id.value, interval->kind,  interval->target,
        interval->role,         interval->since,         interval->until, interval->ours,
    };
    bind_ints(writer, 2, numbers, G_N_ELEMENTS(numbers));
    state_bind_text(writer->insert, 10, interval->mail);
    state_bind_text(writer->insert, 11, interval->path);
    return write_row(writer, &interval->row, error);
}

static bool write_protection(const Writer *writer, Protection *protection, GError **error)
{
    bind_id(writer, &protection->row);
    (void) sqlite3_bind_int64(writer->insert, 2, protection->user_id.value);
    state_bind_text(writer->insert, 3, protection->mail_key);
    state_bind_text(writer->insert, 4, protection->reason);
    return write_row(writer, &protection->row, error);
}

/* Each kind of row: where it is, how its bookkeeping is found, how it is written. */
typedef bool (*RowWriter)(const Writer *writer, void *row, GError **error);

static bool write_link_row(const Writer *writer, void *row, GError **error)
{
    return write_link(writer, row, error);
}

static bool write_grant_row(const Writer *writer, void *row, GError **error)
{
    return write_grant(writer, row, error);
}

static bool write_binding_row(const Writer *writer, void *row, GError **error)
{
    return write_binding(writer, row, error);
}

static bool write_interval_row(const Writer *writer, void *row, GError **error)
{
    return write_interval(writer, row, error);
}

static bool write_protection_row(const Writer *writer, void *row, GError **error)
{
    return write_protection(writer, row, error);
}

/* Every row of the ledger begins with its LedgerRow. Removals go first, so that a name that was
 * given anew fits. */
static bool write_rows(const State *state, const GPtrArray *rows, const char *insert,
                       const char *delete, RowWriter write, GError **error)
{
    Writer writer = {0};
    bool good = writer_open(&writer, state, insert, delete, error);
    for (guint i = 0; good && i < rows->len; i++) {
        const LedgerRow *row = g_ptr_array_index(rows, i);
        if (row->dirty && row->removed)
            good = delete_row(&writer, row, error);
    }
    for (guint i = 0; good && i < rows->len; i++) {
        LedgerRow *row = g_ptr_array_index(rows, i);
        if (row->dirty && !row->removed)
            good = write(&writer, row, error);
    }
    writer_close(&writer);
    return good;
}

static bool write_meta(const State *state, const Ledger *ledger, GError **error)
{
    g_autofree char *last_run = g_strdup_printf("%" G_GINT64_FORMAT, ledger->last_run);
    return meta_set(state, "last_run", last_run, error) &&
           (ledger->accepted_configuration == NULL ||
            meta_set(state, "accepted_configuration", ledger->accepted_configuration, error));
}

bool ledger_write(const State *state, Ledger *ledger, GError **error)
{
    return write_meta(state, ledger, error) &&
           write_rows(state, ledger->links,
                      "INSERT OR REPLACE INTO link (id, source, anchor, anchor_kind, origin, "
                      "mail_key, dn, user_id,"
                      " organization_user_id, first_seen, invited_at, resends, missing_since, "
                      "reads_missed,"
                      " unwanted_since, reads_unwanted, deactivated_at, removed_at, hold_until, "
                      "hold_reason, left) "
                      "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                      "DELETE FROM link WHERE id = ?", write_link_row, error) &&
           write_rows(state, ledger->grants,
                      "INSERT OR REPLACE INTO person_grant (id, organization_user_id, user_id, "
                      "kind, target, second,"
                      " role, role_before, origin, since) VALUES (?,?,?,?,?,?,?,?,?,?)",
                      "DELETE FROM person_grant WHERE id = ?", write_grant_row, error) &&
           write_rows(state, ledger->bindings,
                      "INSERT OR REPLACE INTO binding (id, kind, name, target, created_by_us, "
                      "group_anchor, source) "
                      "VALUES (?,?,?,?,?,?,?)",
                      "DELETE FROM binding WHERE id = ?", write_binding_row, error) &&
           write_rows(state, ledger->intervals,
                      "INSERT OR REPLACE INTO interval (id, organization_user_id, user_id, kind, "
                      "target, role, since,"
                      " until, ours, mail, path) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                      "DELETE FROM interval WHERE id = ?", write_interval_row, error) &&
           write_rows(
               state, ledger->protections,
               "INSERT OR REPLACE INTO protection (id, user_id, mail_key, reason) VALUES (?,?,?,?)",
               "DELETE FROM protection WHERE id = ?", write_protection_row, error);
}

static void mark_rows(const GPtrArray *rows)
{
    for (guint i = 0; i < rows->len; i++)
        ((LedgerRow *) g_ptr_array_index(rows, i))->dirty = false;
}

void ledger_mark_clean(Ledger *ledger)
{
    mark_rows(ledger->links);
    mark_rows(ledger->grants);
    mark_rows(ledger->bindings);
    mark_rows(ledger->intervals);
    mark_rows(ledger->protections);
}

bool state_save(State *state, Ledger *ledger, GError **error)
{
    if (!state_begin(state, error))
        return false;
    bool done = ledger_write(state, ledger, error);
    if (!state_commit(state, done, done ? error : NULL))
        return false;
    ledger_mark_clean(ledger);
    return true;
}
