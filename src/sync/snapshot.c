/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/snapshot.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "sync/snapshot_grants.h"
#include "sync/snapshot_rows.h"

#include <string.h>

#define FORMAT "toggl-ldap-sync snapshot"
#define VERSION 2

static void set_int(json_t *object, const char *key, int64_t value)
{
    if (value != 0)
        (void) json_object_set_new(object, key, json_integer(value));
}

static void set_text(json_t *object, const char *key, const char *value)
{
    if (value != NULL)
        (void) json_object_set_new(object, key, json_string(value));
}

static void set_true(json_t *object, const char *key, bool value)
{
    if (value)
        (void) json_object_set_new(object, key, json_true());
}

static int append(const char *bytes, size_t length, void *data)
{
    g_string_append_len(data, bytes, (gssize) length);
    return 0;
}

static void write_value(GString *text, json_t *value)
{
    (void) json_dump_callback(value, append, text, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
}

static void begin_rows(GString *text, RowsKind kind)
{
    g_string_append_printf(text, ",\n\"%s\": [", snapshot_rows_name(kind));
}

static void write_row(GString *text, RowsKind kind, const void *row)
{
    g_autoptr(json_t) cells = snapshot_row_json(kind, row);
    if (cells == NULL)
        return;
    g_string_append(text, text->str[text->len - 1] == '[' ? "\n" : ",\n");
    write_value(text, cells);
}

static void write_rows(GString *text, RowsKind kind, const GPtrArray *rows)
{
    begin_rows(text, kind);
    for (guint i = 0; i < rows->len; i++)
        write_row(text, kind, g_ptr_array_index(rows, i));
    g_string_append(text, "]");
}

static void write_grants(GString *text, const GPtrArray *grants)
{
    begin_rows(text, ROWS_GRANTS);
    GrantRow row = grant_row_new();
    for (guint at = 0; grant_row_take(grants, &at, &row);)
        write_row(text, ROWS_GRANTS, &row);
    grant_row_clear(&row);
    g_string_append(text, "]");
}

static void write_field(GString *text, const char *key, json_t *value)
{
    g_string_append_printf(text, ",\n\"%s\": ", key);
    write_value(text, value);
    json_decref(value);
}

char *snapshot_text(const Organization *organization, const Ledger *ledger, int64_t now)
{
    GString *text = g_string_new("{");
    g_string_append_printf(text, "\"format\": \"%s\",\n\"version\": %d", FORMAT, VERSION);
    g_autofree char *created = clock_format(now);
    write_field(text, "created", json_string(created));
    json_t *about = json_object();
    set_int(about, "id", organization->id);
    set_text(about, "name", organization->name);
    set_int(about, "owner_user_id", organization->owner.value);
    set_int(about, "self_user_id", organization->self.value);
    set_true(about, "self_is_admin", organization->self_is_admin);
    set_int(about, "seats", organization->seats);
    set_true(about, "workspaces_complete", organization->workspaces_complete);
    set_true(about, "groups_read", organization->groups_read);
    set_true(about, "direct_read", organization->direct_read);
    write_field(text, "organization", about);
    json_t *columns = json_object();
    for (RowsKind kind = 0; kind < ROWS_KINDS; kind++)
        (void) json_object_set_new(columns, snapshot_rows_name(kind), snapshot_rows_columns(kind));
    write_field(text, "columns", columns);
    write_rows(text, ROWS_MEMBERS, organization->members);
    write_rows(text, ROWS_GROUPS, organization->groups);
    write_rows(text, ROWS_WORKSPACES, organization->workspaces);
    if (ledger != NULL && ledger->known) {
        json_t *facts = json_object();
        set_true(facts, "known", true);
        set_int(facts, "last_run", ledger->last_run);
        set_text(facts, "accepted_configuration", ledger->accepted_configuration);
        json_t *notes = json_object();
        GHashTableIter each;
        gpointer key = NULL;
        gpointer value = NULL;
        g_hash_table_iter_init(&each, ledger->notes);
        while (g_hash_table_iter_next(&each, &key, &value))
            set_text(notes, key, value); /* one that was taken away is left out */
        (void) json_object_set_new(facts, "notes", notes);
        write_field(text, "ledger", facts);
        write_rows(text, ROWS_LINKS, ledger->links);
        write_grants(text, ledger->grants);
        write_rows(text, ROWS_BINDINGS, ledger->bindings);
        write_rows(text, ROWS_PROTECTIONS, ledger->protections);
    }
    g_string_append(text, "\n}\n");
    return g_string_free(text, FALSE);
}

/* ---- reading ---- */

typedef struct {
    Organization *organization;
    Ledger *ledger;
    const char *name; /* of the file */
    RowsLayout layouts[ROWS_KINDS];
    unsigned rows[ROWS_KINDS]; /* seen so far */
    bool is_snapshot;
    bool is_of_version; /* it has said that it is of ours */
} Reader;

static bool read_element(void *context, const char *key, const JsonCell *value, GError **error)
{
    Reader *reader = context;
    RowsKind kind = ROWS_KINDS;
    if (!snapshot_rows_parse(key, &kind))
        return true;
    reader->rows[kind]++;
    if (reader->layouts[kind].known &&
        snapshot_row_add(kind, &reader->layouts[kind], value, reader->organization, reader->ledger,
                         error))
        return true;
    if (!reader->layouts[kind].known)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "'columns' does not say what it is");
    g_prefix_error(error, "%s: %s, row %u: ", reader->name, key, reader->rows[kind]);
    return false;
}

static bool read_columns(Reader *reader, const json_t *value, GError **error)
{
    for (RowsKind kind = 0; kind < ROWS_KINDS; kind++) {
        const json_t *names = json_object_get(value, snapshot_rows_name(kind));
        if (names != NULL && !snapshot_rows_layout(kind, names, &reader->layouts[kind], error)) {
            g_prefix_error(error, "%s: %s: ", reader->name, snapshot_rows_name(kind));
            return false;
        }
    }
    return true;
}

static void read_ledger(Ledger *ledger, const json_t *value)
{
    ledger->known = json_bool_or(value, "known", false);
    ledger->last_run = json_int_or(value, "last_run", 0);
    g_free(ledger->accepted_configuration);
    ledger->accepted_configuration =
        g_strdup(json_string_or(value, "accepted_configuration", NULL));
    const char *name = NULL;
    json_t *note = NULL;
    json_object_foreach (json_object_get(value, "notes"), name, note)
        ledger_set_note(ledger, name, json_string_value(note));
}

/* A number that may be missing: 0 then. */
static bool read_number(const json_t *value, const char *key, int64_t minimum, int64_t *ret,
                        GError **error)
{
    const json_t *number = json_object_get(value, key);
    *ret = 0;
    return number == NULL || json_is_null(number) || json_get_int(value, key, minimum, ret, error);
}

static bool read_about(Reader *reader, const json_t *value, GError **error)
{
    Organization *organization = reader->organization;
    const char *name = NULL;
    if (!json_get_int(value, "id", 1, &organization->id, error) ||
        !json_get_string(value, "name", &name, error) ||
        !read_number(value, "owner_user_id", 1, &organization->owner.value, error) ||
        !read_number(value, "self_user_id", 1, &organization->self.value, error) ||
        !read_number(value, "seats", 0, &organization->seats, error)) {
        g_prefix_error(error, "organization: ");
        return false;
    }
    g_free(organization->name);
    organization->name = g_strdup(name);
    organization->self_is_admin = json_bool_or(value, "self_is_admin", false);
    organization->workspaces_complete = json_bool_or(value, "workspaces_complete", false);
    organization->groups_read = json_bool_or(value, "groups_read", false);
    organization->direct_read = json_bool_or(value, "direct_read", false);
    return true;
}

static bool read_version(Reader *reader, const json_t *value, GError **error)
{
    reader->is_of_version = json_is_integer(value) && json_integer_value(value) == VERSION;
    if (reader->is_of_version)
        return true;
    g_autofree char *found =
        json_is_integer(value)
            ? g_strdup_printf("has version %" JSON_INTEGER_FORMAT, json_integer_value(value))
            : g_strdup("has a version that is no number");
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the snapshot %s, and this program reads version %d", found, VERSION);
    return false;
}

static bool read_field(void *context, const char *key, json_t *value, GError **error)
{
    Reader *reader = context;
    if (strcmp(key, "format") == 0)
        reader->is_snapshot =
            json_is_string(value) && strcmp(json_string_value(value), FORMAT) == 0;
    if (strcmp(key, "version") == 0)
        return read_version(reader, value, error);
    if (strcmp(key, "organization") == 0)
        return read_about(reader, value, error);
    if (strcmp(key, "columns") == 0)
        return read_columns(reader, value, error);
    if (strcmp(key, "ledger") == 0)
        read_ledger(reader->ledger, value);
    return true;
}

bool snapshot_read(const char *bytes, size_t length, const char *name,
                   Organization **ret_organization, Ledger **ret_ledger, GError **error)
{
    static const JsonWalker walker = {.field = read_field, .element = read_element};
    g_autoptr(Organization) organization = organization_new(0);
    g_autoptr(Ledger) ledger = ledger_new();
    Reader reader = {.organization = organization, .ledger = ledger, .name = name};
    if (!json_walk(bytes, length, name, &walker, &reader, error)) {
        g_prefix_error(error, "reading the snapshot: ");
        return false;
    }
    if (!reader.is_snapshot || organization->id == 0) {
        g_set_error(
            error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
            "%s is no snapshot of an organization\nhint: make one with 'toggl-ldap-sync snapshot "
            "--organization FILE'",
            name);
        return false;
    }
    if (!reader.is_of_version) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "%s does not say which version it has, and this program reads version %d", name,
                    VERSION);
        return false;
    }
    int64_t twice = 0;
    if (!organization_index(organization, &twice)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "%s: the id %" G_GINT64_FORMAT " occurs twice", name, twice);
        return false;
    }
    *ret_organization = g_steal_pointer(&organization);
    *ret_ledger = g_steal_pointer(&ledger);
    return true;
}
