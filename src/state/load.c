/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include "base/error.h"

/* Takes one row into the ledger; false when it makes no sense. */
typedef bool (*RowReader)(Ledger *ledger, sqlite3_stmt *row);

typedef struct {
    const char *table;
    const char *sql;
    RowReader read;
    const char *sql_to_look; /* NULL: the same */
} Table;

static bool read_link(Ledger *ledger, sqlite3_stmt *row)
{
    const char *source = database_peek_text(row, 1);
    const char *anchor = database_peek_text(row, 2);
    unsigned origin = 0;
    if (source == NULL || anchor == NULL ||
        !words_find(words_link_origin, database_peek_text(row, 4), &origin))
        return false;
    Link *link = ledger_add_link(ledger, source, anchor);
    link->anchor_kind = database_text(row, 3);
    link->origin = (LinkOrigin) origin;
    link->mail_key = database_text(row, 5);
    link->dn = database_text(row, 6);
    link->first_seen = sqlite3_column_int64(row, 9);
    link->invited_at = sqlite3_column_int64(row, 10);
    link->resends = sqlite3_column_int64(row, 11);
    link->missing_since = sqlite3_column_int64(row, 12);
    link->reads_missed = sqlite3_column_int64(row, 13);
    link->unwanted_since = sqlite3_column_int64(row, 14);
    link->reads_unwanted = sqlite3_column_int64(row, 15);
    link->deactivated_at = sqlite3_column_int64(row, 16);
    link->removed_at = sqlite3_column_int64(row, 17);
    link->hold_until = sqlite3_column_int64(row, 18);
    link->hold_reason = database_text(row, 19);
    link->left = sqlite3_column_int(row, 20) != 0;
    link->released_at = sqlite3_column_int64(row, 21);
    ledger_set_member(ledger, link, (OrganizationUserId){sqlite3_column_int64(row, 8)},
                      (UserId){sqlite3_column_int64(row, 7)});
    link->row = (LedgerRow){.id = sqlite3_column_int64(row, 0)};
    return true;
}

static bool read_grant(Ledger *ledger, sqlite3_stmt *row)
{
    unsigned kind = 0;
    unsigned origin = 0;
    Role role = ROLE_NONE;
    Role before = ROLE_NONE;
    if (!words_find(words_grant_kind, database_peek_text(row, 3), &kind) ||
        !words_find_role(database_peek_text(row, 6), &role) ||
        !words_find_role(database_peek_text(row, 7), &before) ||
        !words_find(words_grant_origin, database_peek_text(row, 8), &origin))
        return false;
    Grant *grant = ledger_add_grant(ledger, (GrantKind) kind,
                                    (OrganizationUserId){sqlite3_column_int64(row, 1)},
                                    sqlite3_column_int64(row, 4), sqlite3_column_int64(row, 5));
    grant->user_id.value = sqlite3_column_int64(row, 2);
    grant->role = role;
    grant->role_before = before;
    grant->origin = (GrantOrigin) origin;
    grant->since = sqlite3_column_int64(row, 9);
    grant->row = (LedgerRow){.id = sqlite3_column_int64(row, 0)};
    return true;
}

static bool read_binding(Ledger *ledger, sqlite3_stmt *row)
{
    unsigned kind = 0;
    const char *name = database_peek_text(row, 2);
    if (name == NULL || !words_find(words_binding_kind, database_peek_text(row, 1), &kind))
        return false;
    Binding *binding =
        ledger_add_binding(ledger, (BindingKind) kind, name, sqlite3_column_int64(row, 3));
    binding->created_by_us = sqlite3_column_int(row, 4) != 0;
    binding->group_anchor = database_text(row, 5);
    binding->source = database_text(row, 6);
    binding->row = (LedgerRow){.id = sqlite3_column_int64(row, 0)};
    return true;
}

static bool read_interval(Ledger *ledger, sqlite3_stmt *row)
{
    unsigned kind = 0;
    Role role = ROLE_NONE;
    if (!words_find(words_interval_kind, database_peek_text(row, 4), &kind) ||
        !words_find_role(database_peek_text(row, 6), &role))
        return false;
    Interval *interval = ledger_add_interval(ledger, (IntervalKind) kind,
                                             (OrganizationUserId){sqlite3_column_int64(row, 1)},
                                             sqlite3_column_int64(row, 5));
    interval->user_id.value = sqlite3_column_int64(row, 2);
    interval->mail = database_text(row, 3);
    interval->role = role;
    interval->since = sqlite3_column_int64(row, 7);
    interval->ours = sqlite3_column_int(row, 8) != 0;
    interval->path = database_text(row, 9);
    interval->target_name = database_text(row, 10);
    interval->row = (LedgerRow){.id = sqlite3_column_int64(row, 0)};
    return true;
}

static bool read_protection(Ledger *ledger, sqlite3_stmt *row)
{
    const char *reason = database_peek_text(row, 3);
    if (reason == NULL)
        return false;
    Protection *protection = ledger_add_protection(ledger, (UserId){sqlite3_column_int64(row, 1)},
                                                   database_peek_text(row, 2), reason);
    protection->row = (LedgerRow){.id = sqlite3_column_int64(row, 0)};
    return true;
}

static bool read_note(Ledger *ledger, sqlite3_stmt *row)
{
    (void) g_hash_table_replace(ledger->notes, database_text(row, 1), database_text(row, 2));
    return true;
}

static bool read_fact(Ledger *ledger, sqlite3_stmt *row)
{
    (void) g_hash_table_replace(ledger->facts, database_text(row, 1), database_text(row, 2));
    return true;
}

#define INTERVALS                                                                                  \
    "SELECT id, organization_user_id, user_id, mail, kind, target, role, since, ours, path,"       \
    " target_name FROM interval WHERE until = 0"

/* The first column is the one that names a row in messages. */
static const Table tables[] = {
    {"link",
     "SELECT id, source, anchor, anchor_kind, origin, mail_key, dn, user_id, organization_user_id,"
     " first_seen, invited_at, resends, missing_since, reads_missed, unwanted_since,"
     " reads_unwanted, deactivated_at, removed_at, hold_until, hold_reason, left_directory,"
     " released_at"
     " FROM link ORDER BY id",
     read_link, NULL},
    {"person_grant",
     "SELECT id, organization_user_id, user_id, kind, target, second_target, role, role_before,"
     " origin, since FROM person_grant ORDER BY id",
     read_grant, NULL},
    {"binding",
     "SELECT id, kind, name, target, created_by_us, group_anchor, source FROM binding ORDER BY id",
     read_binding, NULL},
    {"interval", INTERVALS " ORDER BY id", read_interval,
     INTERVALS " AND kind = 'member' ORDER BY id"},
    {"protection", "SELECT id, user_id, mail_key, reason FROM protection ORDER BY id",
     read_protection, NULL},
    {"meta", "SELECT key, substr(key, 6), value FROM meta WHERE key LIKE 'note.%'", read_note,
     NULL},
    {"fact", "SELECT key, key, value FROM fact", read_fact, NULL},
};

static bool read_table(const State *state, Ledger *ledger, const Table *table, bool to_look,
                       GError **error)
{
    const char *sql = to_look && table->sql_to_look != NULL ? table->sql_to_look : table->sql;
    g_autoptr(sqlite3_stmt) row = database_prepare(state, sql, error);
    if (row == NULL)
        return false;
    for (;;) {
        bool found = false;
        if (!database_next(state, row, &found, error))
            return false;
        if (!found)
            return true;
        if (table->read(ledger, row))
            continue;
        g_set_error(
            error, SYNC_ERROR, SYNC_ERROR_STATE,
            "the state '%s' is damaged: row %s of table %s makes no sense\nhint: put back a "
            "copy of it, or move it away; a new state knows nobody and removes nobody",
            state->path, database_peek_text(row, 0), table->table);
        return false;
    }
}

static GPtrArray *remembered_list(const Link *link, const char *kind)
{
    switch (*kind) {
    case 'm':
        return link->mail_keys;
    case 'd':
        return link->dn_keys;
    default:
        return link->uids;
    }
}

/* Both come in the order of links, so the link of a value is the last one seen or a later one. */
static bool read_remembered(const State *state, const Ledger *ledger, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(state,
                                                   "SELECT link_id, kind, value FROM remembered"
                                                   " ORDER BY link_id, kind, value",
                                                   error);
    if (row == NULL)
        return false;
    guint at = 0;
    bool found = false;
    while (database_next(state, row, &found, error)) {
        if (!found)
            return true;
        int64_t id = sqlite3_column_int64(row, 0);
        const Link *link = NULL;
        for (; at < ledger->links->len; at++) {
            link = g_ptr_array_index(ledger->links, at);
            if (link->row.id >= id)
                break;
        }
        if (link != NULL && link->row.id == id)
            g_ptr_array_add(remembered_list(link, database_peek_text(row, 1)),
                            database_text(row, 2));
    }
    return false;
}

static bool read_meta(const State *state, Ledger *ledger, GError **error)
{
    g_autofree char *last_run = NULL;
    g_autofree char *organization = NULL;
    if (!meta_get(state, "last_run", &last_run, error) ||
        !meta_get(state, "organization", &organization, error) ||
        !meta_get(state, "accepted_configuration", &ledger->accepted_configuration, error))
        return false;
    ledger->last_run = last_run != NULL ? g_ascii_strtoll(last_run, NULL, 10) : 0;
    ledger->organization_id = organization != NULL ? state->organization : 0;
    ledger->known = true;
    return true;
}

/* All in one transaction, so that it is the state of one moment. */
static bool load(const State *state, bool to_look, Ledger **ret_ledger, GError **error)
{
    g_autoptr(Ledger) ledger = ledger_new();
    if (!database_begin(state, error))
        return false;
    bool done = read_meta(state, ledger, error);
    for (size_t i = 0; done && i < G_N_ELEMENTS(tables); i++)
        done = read_table(state, ledger, &tables[i], to_look, error);
    done = done && read_remembered(state, ledger, error);
    if (!database_commit(state, done, done ? error : NULL))
        return false;
    ledger_sort_grants(ledger);
    *ret_ledger = g_steal_pointer(&ledger);
    return true;
}

static bool load_of_one_moment(State *state, bool to_look, Ledger **ret_ledger, GError **error)
{
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GError) problem = NULL;
    bool done = load(state, to_look, &ledger, &problem);
    if (database_was_overtaken(state)) {
        /* a run began while we read; from now on its log tells us what holds */
        g_clear_pointer(&ledger, ledger_free);
        g_clear_error(&problem);
        done = database_open(state, &problem) && load(state, to_look, &ledger, &problem);
    }
    if (!done) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    *ret_ledger = g_steal_pointer(&ledger);
    return true;
}

bool state_load(State *state, Ledger **ret_ledger, GError **error)
{
    return load_of_one_moment(state, false, ret_ledger, error);
}

bool state_load_to_look(State *state, Ledger **ret_ledger, GError **error)
{
    return load_of_one_moment(state, true, ret_ledger, error);
}
