/* SPDX-License-Identifier: Apache-2.0 */
#include "state/forget.h"

#include "state/state_private.h"

/* Texts in which somebody may stand. KEYS gives the rows, GET and SET have their key in ?1 and ?2.
 */
static const struct {
    const char *keys;
    const char *get;
    const char *set;
    StateTextKind kind;
} texts[] = {
#define TEXTS(table, key, second, column, kind)                                                    \
    {                                                                                              \
        "SELECT " key ", " second " FROM " table " WHERE " column " IS NOT NULL",                  \
            "SELECT " column " FROM " table " WHERE " key " = ?1 AND " second " IS ?2",            \
            "UPDATE " table " SET " column " = ?3 WHERE " key " = ?1 AND " second " IS ?2", kind   \
    }
    TEXTS("run", "id", "NULL", "plan", STATE_PLAN),
    TEXTS("run", "id", "NULL", "inverse", STATE_JSON),
    TEXTS("run", "id", "NULL", "summary", STATE_TEXT),
    TEXTS("request", "run_id", "id", "essence", STATE_JSON),
    TEXTS("request", "run_id", "id", "message", STATE_TEXT),
    TEXTS("request", "run_id", "id", "failures", STATE_JSON),
    TEXTS("approved_plan", "changes", "NULL", "document", STATE_PLAN),
    TEXTS("decision", "id", "NULL", "who", STATE_TEXT),
    TEXTS("decision", "id", "NULL", "anchor", STATE_TEXT),
    TEXTS("decision", "id", "NULL", "member", STATE_TEXT),
    TEXTS("decision", "id", "NULL", "reason", STATE_TEXT),
    TEXTS("interval", "id", "NULL", "mail", STATE_TEXT),
    TEXTS("interval", "id", "NULL", "path", STATE_TEXT),
    TEXTS("protection", "id", "NULL", "mail_key", STATE_TEXT),
#undef TEXTS
    /* answers and words that were kept; what is no document is a number or a time */
    {"SELECT key, NULL FROM fact WHERE value LIKE '{%' OR value LIKE '[%'",
     "SELECT value FROM fact WHERE key = ?1", "UPDATE fact SET value = ?3 WHERE key = ?1",
     STATE_JSON},
};

/* Ids of Toggl that may be the person's. */
static const struct {
    const char *keys;
    const char *set;
} ids[] = {
    {"SELECT id, organization_user_id FROM interval",
     "UPDATE interval SET organization_user_id = ?3 WHERE id = ?1"},
    {"SELECT id, user_id FROM interval", "UPDATE interval SET user_id = ?3 WHERE id = ?1"},
};

typedef struct {
    const State *state;
    StateRewriter *rewriter;
    int64_t rows;
} Forgetter;

/* A key of a row: one or two values. */
typedef struct {
    sqlite3_value *first;
    sqlite3_value *second;
} RowKey;

static void row_key_clear(gpointer data)
{
    RowKey *key = data;
    sqlite3_value_free(key->first);
    sqlite3_value_free(key->second);
}

/* All keys first: a statement that reads would see what another has just written. */
static bool read_keys(const State *state, const char *sql, GArray **ret_keys, GError **error)
{
    g_autoptr(sqlite3_stmt) row = database_prepare(state, sql, error);
    g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(RowKey));
    g_array_set_clear_func(keys, row_key_clear);
    bool found = false;
    if (row == NULL)
        return false;
    while (database_next(state, row, &found, error)) {
        if (!found) {
            *ret_keys = g_steal_pointer(&keys);
            return true;
        }
        RowKey key = {.first = sqlite3_value_dup(sqlite3_column_value(row, 0)),
                      .second = sqlite3_value_dup(sqlite3_column_value(row, 1))};
        g_array_append_val(keys, key);
    }
    return false;
}

static void bind_key(sqlite3_stmt *statement, const RowKey *key)
{
    (void) sqlite3_reset(statement);
    (void) sqlite3_bind_value(statement, 1, key->first);
    (void) sqlite3_bind_value(statement, 2, key->second);
}

static bool rewrite_text(Forgetter *forgetter, const RowKey *key, StateTextKind kind,
                         sqlite3_stmt *get, sqlite3_stmt *set, GError **error)
{
    bool found = false;
    bind_key(get, key);
    if (!database_next(forgetter->state, get, &found, error))
        return false;
    g_autofree char *text = found ? database_text(get, 0) : NULL;
    (void) sqlite3_reset(get);
    g_autofree char *rewritten =
        text != NULL ? forgetter->rewriter->text(forgetter->rewriter, kind, text) : NULL;
    if (rewritten == NULL)
        return true;
    forgetter->rows++;
    bind_key(set, key);
    database_bind_text(set, 3, rewritten);
    return database_run(forgetter->state, set, error);
}

static bool rewrite_texts(Forgetter *forgetter, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GArray) keys = NULL;
        g_autoptr(sqlite3_stmt) get = database_prepare(forgetter->state, texts[i].get, error);
        g_autoptr(sqlite3_stmt) set =
            get != NULL ? database_prepare(forgetter->state, texts[i].set, error) : NULL;
        if (set == NULL || !read_keys(forgetter->state, texts[i].keys, &keys, error))
            return false;
        for (guint k = 0; k < keys->len; k++) {
            if (!rewrite_text(forgetter, &g_array_index(keys, RowKey, k), texts[i].kind, get, set,
                              error))
                return false;
        }
    }
    return true;
}

static bool rewrite_ids(Forgetter *forgetter, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(GArray) keys = NULL;
        g_autoptr(sqlite3_stmt) set = database_prepare(forgetter->state, ids[i].set, error);
        if (set == NULL || !read_keys(forgetter->state, ids[i].keys, &keys, error))
            return false;
        for (guint k = 0; k < keys->len; k++) {
            const RowKey *key = &g_array_index(keys, RowKey, k);
            const int64_t id = sqlite3_value_int64(key->second);
            const int64_t other = forgetter->rewriter->id(forgetter->rewriter, id);
            if (other == id)
                continue;
            (void) sqlite3_reset(set);
            (void) sqlite3_bind_value(set, 1, key->first);
            (void) sqlite3_bind_int64(set, 3, other);
            if (!database_run(forgetter->state, set, error))
                return false;
        }
    }
    return true;
}

bool state_forget(State *state, StateRewriter *rewriter, const GPtrArray *decisions, Ledger *ledger,
                  int64_t *ret_rows, GError **error)
{
    Forgetter forgetter = {.state = state, .rewriter = rewriter};
    if (!database_begin(state, error))
        return false;
    bool done = rewrite_texts(&forgetter, error) && rewrite_ids(&forgetter, error) &&
                ledger_write(state, ledger, error) &&
                decisions_write(state, decisions, ledger, error);
    const bool found = forgetter.rows > 0 || decisions->len > 0;
    bool committed = database_commit(state, done && found, done ? error : NULL);
    ledger_written(state, ledger, committed);
    if (done && !found) {
        *ret_rows = 0;
        return true;
    }
    if (!committed)
        return false;
    *ret_rows = forgetter.rows;
    return database_execute(state, "PRAGMA wal_checkpoint(TRUNCATE)", error);
}
