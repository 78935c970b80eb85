/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/snapshot_rows.h"

#include "base/error.h"
#include "sync/snapshot_grants.h"

#include <stddef.h>
#include <string.h>

typedef enum {
    CELL_INT,         /* int64_t */
    CELL_ID,          /* likewise, and the id types, which hold one; 0, which is no id, is null */
    CELL_NUMBER,      /* an enumeration */
    CELL_BOOL,        /* bool */
    CELL_ROLE,        /* Role, as Toggl's word */
    CELL_TEXT,        /* char * */
    CELL_TEXTS,       /* GPtrArray of char * */
    CELL_SEEN,        /* likewise; null when it holds just what stands beside it */
    CELL_IDS,         /* GArray of int64_t */
    CELL_TARGETS,     /* likewise; an organization role has the target 0 */
    CELL_ASSIGNMENTS, /* GArray of Assignment */
} CellKind;

typedef enum {
    VALUE,
    NEEDED,     /* a value that is never null */
    KEY,        /* a row is made with it, and found by it */
    NEEDED_KEY, /* likewise, and never null */
} ColumnRole;

typedef struct {
    const char *name;
    CellKind kind;
    ColumnRole role;
    size_t offset;
    size_t beside; /* CELL_SEEN: the char * that stands for a list of it alone */
    unsigned last; /* CELL_NUMBER: the highest value there is */
} Column;

#define COLUMN(name_, kind_, role_, type, field)                                                   \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .role = (role_), .offset = offsetof(type, field)         \
    }
#define NUMBER(name_, role_, type, field, last_)                                                   \
    {                                                                                              \
        .name = (name_), .kind = CELL_NUMBER, .role = (role_), .offset = offsetof(type, field),    \
        .last = (last_)                                                                            \
    }
#define SEEN(name_, type, field, beside_)                                                          \
    {                                                                                              \
        .name = (name_), .kind = CELL_SEEN, .offset = offsetof(type, field),                       \
        .beside = offsetof(type, beside_)                                                          \
    }

_Static_assert(sizeof(UserId) == sizeof(int64_t) && sizeof(OrganizationUserId) == sizeof(int64_t),
               "an id is a number in a coat");

/* Keys come first; what is mostly null stands at the end. */
static const Column member_columns[] = {
    COLUMN("id", CELL_ID, NEEDED_KEY, Member, id),
    COLUMN("mail", CELL_TEXT, KEY, Member, mail),
    COLUMN("user_id", CELL_ID, VALUE, Member, user_id),
    COLUMN("name", CELL_TEXT, VALUE, Member, name),
    COLUMN("joined", CELL_BOOL, VALUE, Member, joined),
    COLUMN("groups", CELL_IDS, VALUE, Member, groups),
    COLUMN("workspaces", CELL_ASSIGNMENTS, VALUE, Member, assignments),
    COLUMN("inactive", CELL_BOOL, VALUE, Member, inactive),
    COLUMN("admin", CELL_BOOL, VALUE, Member, admin),
    COLUMN("owner", CELL_BOOL, VALUE, Member, owner),
    COLUMN("can_edit_email", CELL_BOOL, VALUE, Member, can_edit_email),
    COLUMN("role_id", CELL_ID, VALUE, Member, role_id),
    COLUMN("invitation_id", CELL_ID, VALUE, Member, invitation_id),
    COLUMN("invited_at", CELL_INT, VALUE, Member, invited_at),
};

static const Column group_columns[] = {
    COLUMN("id", CELL_ID, NEEDED_KEY, OrganizationGroup, id),
    COLUMN("name", CELL_TEXT, KEY, OrganizationGroup, name),
    COLUMN("workspaces", CELL_IDS, VALUE, OrganizationGroup, workspaces),
};

static const Column workspace_columns[] = {
    COLUMN("id", CELL_ID, NEEDED_KEY, Workspace, id),
    COLUMN("name", CELL_TEXT, KEY, Workspace, name),
};

static const Column link_columns[] = {
    COLUMN("source", CELL_TEXT, NEEDED_KEY, Link, source),
    COLUMN("anchor", CELL_TEXT, NEEDED_KEY, Link, anchor),
    COLUMN("organization_user_id", CELL_ID, KEY, Link, organization_user_id),
    COLUMN("user_id", CELL_ID, KEY, Link, user_id),
    COLUMN("anchor_kind", CELL_TEXT, VALUE, Link, anchor_kind),
    NUMBER("origin", VALUE, Link, origin, LINK_BY_HAND),
    COLUMN("mail_key", CELL_TEXT, VALUE, Link, mail_key),
    SEEN("mail_keys", Link, mail_keys, mail_key),
    COLUMN("dn", CELL_TEXT, VALUE, Link, dn),
    SEEN("dn_keys", Link, dn_keys, dn),
    COLUMN("uids", CELL_TEXTS, VALUE, Link, uids),
    COLUMN("first_seen", CELL_INT, VALUE, Link, first_seen),
    COLUMN("invited_at", CELL_INT, VALUE, Link, invited_at),
    COLUMN("resends", CELL_INT, VALUE, Link, resends),
    COLUMN("missing_since", CELL_INT, VALUE, Link, missing_since),
    COLUMN("reads_missed", CELL_INT, VALUE, Link, reads_missed),
    COLUMN("unwanted_since", CELL_INT, VALUE, Link, unwanted_since),
    COLUMN("reads_unwanted", CELL_INT, VALUE, Link, reads_unwanted),
    COLUMN("deactivated_at", CELL_INT, VALUE, Link, deactivated_at),
    COLUMN("removed_at", CELL_INT, VALUE, Link, removed_at),
    COLUMN("hold_until", CELL_INT, VALUE, Link, hold_until),
    COLUMN("hold_reason", CELL_TEXT, VALUE, Link, hold_reason),
    COLUMN("released_at", CELL_INT, VALUE, Link, released_at),
    COLUMN("left", CELL_BOOL, VALUE, Link, left),
};

static const Column grant_columns[] = {
    NUMBER("kind", VALUE, GrantRow, common.kind, GRANT_GROUP_WORKSPACE),
    COLUMN("member", CELL_ID, VALUE, GrantRow, common.member),
    COLUMN("targets", CELL_TARGETS, NEEDED, GrantRow, targets),
    COLUMN("second", CELL_ID, VALUE, GrantRow, common.second),
    COLUMN("user_id", CELL_ID, VALUE, GrantRow, common.user_id),
    COLUMN("since", CELL_INT, VALUE, GrantRow, common.since),
    NUMBER("origin", VALUE, GrantRow, common.origin, GRANT_ADOPTED),
    COLUMN("role", CELL_ROLE, VALUE, GrantRow, common.role),
    COLUMN("role_before", CELL_ROLE, VALUE, GrantRow, common.role_before),
};

static const Column binding_columns[] = {
    NUMBER("kind", KEY, Binding, kind, BINDING_DIRECTORY_GROUP),
    COLUMN("name", CELL_TEXT, NEEDED_KEY, Binding, name),
    COLUMN("target", CELL_ID, KEY, Binding, target),
    COLUMN("created_by_us", CELL_BOOL, VALUE, Binding, created_by_us),
    COLUMN("source", CELL_TEXT, VALUE, Binding, source),
    COLUMN("group_anchor", CELL_TEXT, VALUE, Binding, group_anchor),
};

static const Column protection_columns[] = {
    COLUMN("user_id", CELL_ID, KEY, Protection, user_id),
    COLUMN("mail_key", CELL_TEXT, KEY, Protection, mail_key),
    COLUMN("reason", CELL_TEXT, NEEDED_KEY, Protection, reason),
};

static const struct {
    const char *name;
    const Column *columns;
    unsigned count;
    ptrdiff_t row; /* where the LedgerRow stands; -1: there is none */
} tables[ROWS_KINDS] = {
    [ROWS_MEMBERS] = {"members", member_columns, G_N_ELEMENTS(member_columns), -1},
    [ROWS_GROUPS] = {"groups", group_columns, G_N_ELEMENTS(group_columns), -1},
    [ROWS_WORKSPACES] = {"workspaces", workspace_columns, G_N_ELEMENTS(workspace_columns), -1},
    [ROWS_LINKS] = {"links", link_columns, G_N_ELEMENTS(link_columns), offsetof(Link, row)},
    [ROWS_GRANTS] = {"grants", grant_columns, G_N_ELEMENTS(grant_columns), -1},
    [ROWS_BINDINGS] = {"bindings", binding_columns, G_N_ELEMENTS(binding_columns),
                       offsetof(Binding, row)},
    [ROWS_PROTECTIONS] = {"protections", protection_columns, G_N_ELEMENTS(protection_columns),
                          offsetof(Protection, row)},
};

_Static_assert(G_N_ELEMENTS(link_columns) <= SNAPSHOT_COLUMNS_MAX, "the widest table fits");

const char *snapshot_rows_name(RowsKind kind)
{
    return tables[kind].name;
}

bool snapshot_rows_parse(const char *name, RowsKind *ret_kind)
{
    for (RowsKind kind = 0; kind < ROWS_KINDS; kind++) {
        if (strcmp(tables[kind].name, name) == 0) {
            *ret_kind = kind;
            return true;
        }
    }
    return false;
}

json_t *snapshot_rows_columns(RowsKind kind)
{
    json_t *names = json_array();
    for (unsigned i = 0; i < tables[kind].count; i++)
        (void) json_array_append_new(names, json_string(tables[kind].columns[i].name));
    return names;
}

/* ---- writing ---- */

static void append_number(json_t *list, int64_t number)
{
    (void) json_array_append_new(list, number != 0 ? json_integer(number) : json_null());
}

static void append_text(json_t *list, const char *text)
{
    (void) json_array_append_new(list,
                                 text != NULL && *text != '\0' ? json_string(text) : json_null());
}

static void cut_nulls(json_t *list)
{
    while (json_is_null(json_array_get(list, json_array_size(list) - 1)))
        (void) json_array_remove(list, json_array_size(list) - 1);
}

static json_t *texts_json(const GPtrArray *texts)
{
    json_t *list = json_array();
    for (guint i = 0; i < texts->len; i++)
        (void) json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

static json_t *ids_json(const GArray *ids)
{
    json_t *list = json_array();
    for (guint i = 0; i < ids->len; i++)
        (void) json_array_append_new(list, json_integer(g_array_index(ids, int64_t, i)));
    return list;
}

static json_t *assignments_json(const GArray *assignments)
{
    json_t *list = json_array();
    for (guint i = 0; i < assignments->len; i++) {
        const Assignment *assignment = &g_array_index(assignments, Assignment, i);
        json_t *cells = json_array();
        append_number(cells, assignment->workspace_id);
        append_number(cells, assignment->id.value);
        append_text(cells, role_name(assignment->role));
        append_number(cells, assignment->role_id);
        append_number(cells, assignment->inactive);
        append_number(cells, assignment->indirect);
        cut_nulls(cells);
        (void) json_array_append_new(list, cells);
    }
    return list;
}

static bool is_alone(const GPtrArray *texts, const char *text)
{
    return texts->len == 1 && g_strcmp0(g_ptr_array_index(texts, 0), text) == 0;
}

static void append_cell(json_t *list, const Column *column, const void *row)
{
    const void *field = (const char *) row + column->offset;
    const void *beside = (const char *) row + column->beside;
    json_t *made = NULL;
    switch (column->kind) {
    case CELL_INT:
    case CELL_ID:
        append_number(list, *(const int64_t *) field);
        return;
    case CELL_NUMBER:
        append_number(list, *(const unsigned *) field);
        return;
    case CELL_BOOL:
        (void) json_array_append_new(list, *(const bool *) field ? json_true() : json_null());
        return;
    case CELL_ROLE:
        append_text(list, role_name(*(const Role *) field));
        return;
    case CELL_TEXT:
        append_text(list, *(const char *const *) field);
        return;
    case CELL_SEEN:
        if (is_alone(*(const GPtrArray *const *) field, *(const char *const *) beside)) {
            (void) json_array_append_new(list, json_null());
            return;
        }
        made = texts_json(*(const GPtrArray *const *) field);
        break;
    case CELL_TEXTS:
        made = texts_json(*(const GPtrArray *const *) field);
        break;
    case CELL_IDS:
    case CELL_TARGETS:
        made = ids_json(*(const GArray *const *) field);
        break;
    case CELL_ASSIGNMENTS:
    default:
        made = assignments_json(*(const GArray *const *) field);
        break;
    }
    (void) json_array_append(list, json_array_size(made) > 0 ? made : json_null());
    json_decref(made);
}

json_t *snapshot_row_json(RowsKind kind, const void *row)
{
    if (tables[kind].row >= 0 &&
        ((const LedgerRow *) (const void *) ((const char *) row + tables[kind].row))->removed)
        return NULL;
    json_t *list = json_array();
    for (unsigned i = 0; i < tables[kind].count; i++)
        append_cell(list, &tables[kind].columns[i], row);
    cut_nulls(list);
    return list;
}

/* ---- reading ---- */

static bool fail(const char *column, const char *problem, GError **error)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "the column '%s' %s", column, problem);
    return false;
}

static bool is_needed(const Column *column)
{
    return column->role == NEEDED || column->role == NEEDED_KEY;
}

static bool is_key(const Column *column)
{
    return column->role == KEY || column->role == NEEDED_KEY;
}

bool snapshot_rows_layout(RowsKind kind, const json_t *names, RowsLayout *ret, GError **error)
{
    RowsLayout layout = {.known = true};
    for (unsigned i = 0; i < tables[kind].count; i++) {
        const Column *column = &tables[kind].columns[i];
        layout.position[i] = -1;
        for (size_t at = 0; at < json_array_size(names); at++) {
            const char *name = json_string_value(json_array_get(names, at));
            if (name != NULL && strcmp(name, column->name) == 0)
                layout.position[i] = (int) at;
        }
        if (layout.position[i] < 0 && is_needed(column))
            return fail(column->name, "is missing", error);
    }
    *ret = layout;
    return true;
}

static bool is_number(const JsonCell *cell)
{
    return cell->type == JSON_CELL_INTEGER && cell->number >= 0;
}

static bool is_id(const JsonCell *cell)
{
    return is_number(cell) && cell->number > 0;
}

static bool is_text(const JsonCell *cell)
{
    return cell->type == JSON_CELL_TEXT;
}

static bool is_role(const JsonCell *cell)
{
    Role role = ROLE_NONE;
    return is_text(cell) && role_parse(cell->text, &role);
}

static bool is_list_of(const JsonCell *list, bool (*is_one)(const JsonCell *cell))
{
    if (list->type != JSON_CELL_LIST)
        return false;
    const JsonCell *cell = json_cell_in(list);
    for (uint32_t i = 0; i < list->count; i++, cell = json_cell_next(cell)) {
        if (!is_one(cell))
            return false;
    }
    return true;
}

/* As assignments_json writes it. */
static bool is_assignment(const JsonCell *row)
{
    static bool (*const parts[])(const JsonCell *cell) = {is_id, is_id,     is_role,
                                                          is_id, is_number, is_number};
    if (row->type != JSON_CELL_LIST || row->count < 1 || !is_id(json_cell_in(row)))
        return false;
    const JsonCell *cell = json_cell_in(row);
    for (uint32_t i = 0; i < row->count; i++, cell = json_cell_next(cell)) {
        if (cell->type != JSON_CELL_NULL && (i >= G_N_ELEMENTS(parts) || !parts[i](cell)))
            return false;
    }
    return true;
}

/* What is wrong with CELL as a value of COLUMN; NULL: nothing. Static. */
static const char *cell_problem(const Column *column, const JsonCell *cell)
{
    switch (column->kind) {
    case CELL_INT:
        return is_number(cell) ? NULL : "is no number";
    case CELL_ID:
        return is_id(cell) ? NULL : "is no id";
    case CELL_NUMBER:
        return is_number(cell) && cell->number <= column->last
                   ? NULL
                   : "is no number that means something";
    case CELL_BOOL:
        return cell->type == JSON_CELL_TRUE || cell->type == JSON_CELL_FALSE
                   ? NULL
                   : "is neither true nor false";
    case CELL_ROLE:
        return is_role(cell) ? NULL : "is no role";
    case CELL_TEXT:
        return is_text(cell) ? NULL : "is no text";
    case CELL_IDS:
        return is_list_of(cell, is_id) ? NULL : "is no list of ids";
    case CELL_TARGETS:
        return is_list_of(cell, is_number) ? NULL : "is no list of numbers";
    case CELL_TEXTS:
    case CELL_SEEN:
        return is_list_of(cell, is_text) ? NULL : "is no list of texts";
    case CELL_ASSIGNMENTS:
    default:
        return is_list_of(cell, is_assignment) ? NULL : "is no list of assignments";
    }
}

/* A place in a list, from which the next ones are near. */
typedef struct {
    const JsonCell *list;
    const JsonCell *cell; /* NULL: before the first */
    uint32_t index;
} Place;

/* The cell at INDEX of the list of PLACE, which goes there; NULL when there is none. */
static const JsonCell *cell_at(Place *place, uint32_t index)
{
    if (place->list->type != JSON_CELL_LIST || index >= place->list->count)
        return NULL;
    if (place->cell == NULL || index < place->index) {
        place->cell = json_cell_in(place->list);
        place->index = 0;
    }
    for (; place->index < index; place->index++)
        place->cell = json_cell_next(place->cell);
    return place->cell;
}

/* The cells in our order, NULL for null; false when one is of the wrong type. */
static bool take_cells(RowsKind kind, const RowsLayout *layout, const JsonCell *row,
                       const JsonCell *ret_cells[static SNAPSHOT_COLUMNS_MAX], GError **error)
{
    Place place = {.list = row};
    if (row->type != JSON_CELL_LIST)
        return fail(tables[kind].columns[0].name, "is not in a list", error);
    for (unsigned i = 0; i < tables[kind].count; i++) {
        const Column *column = &tables[kind].columns[i];
        int at = layout->position[i];
        const JsonCell *cell = at < 0 ? NULL : cell_at(&place, (uint32_t) at);
        if (cell != NULL && cell->type == JSON_CELL_NULL)
            cell = NULL;
        if (cell == NULL && is_needed(column))
            return fail(column->name, "is empty", error);
        const char *problem = cell == NULL ? NULL : cell_problem(column, cell);
        if (problem != NULL)
            return fail(column->name, problem, error);
        ret_cells[i] = cell;
    }
    return true;
}

/* The number in CELL; 0 where there is none. */
static int64_t number_in(const JsonCell *cell)
{
    return cell != NULL && cell->type == JSON_CELL_INTEGER ? cell->number : 0;
}

/* The text in CELL; NULL where there is none. */
static const char *text_in(const JsonCell *cell)
{
    return cell != NULL && is_text(cell) ? cell->text : NULL;
}

static void fill_assignments(const JsonCell *list, GArray *assignments)
{
    const JsonCell *row = json_cell_in(list);
    for (uint32_t i = 0; i < list->count; i++, row = json_cell_next(row)) {
        Place place = {.list = row};
        Assignment assignment = {.workspace_id = number_in(cell_at(&place, 0)),
                                 .id = {number_in(cell_at(&place, 1))}};
        const char *word = text_in(cell_at(&place, 2));
        if (word == NULL || !role_parse(word, &assignment.role))
            assignment.role = ROLE_NONE;
        assignment.role_id = number_in(cell_at(&place, 3));
        assignment.inactive = number_in(cell_at(&place, 4)) != 0;
        assignment.indirect = number_in(cell_at(&place, 5)) != 0;
        g_array_append_val(assignments, assignment);
    }
}

static void fill_texts(const JsonCell *list, GPtrArray *texts)
{
    const JsonCell *cell = json_cell_in(list);
    for (uint32_t i = 0; i < list->count; i++, cell = json_cell_next(cell))
        g_ptr_array_add(texts, g_strdup(cell->text));
}

/* An empty cell of CELL_SEEN: what stands beside it has been filled before. */
static void fill_seen(const Column *column, void *row)
{
    const char *text = *(char **) (void *) ((char *) row + column->beside);
    GPtrArray *texts = *(GPtrArray **) (void *) ((char *) row + column->offset);
    if (text != NULL)
        g_ptr_array_add(texts, g_strdup(text));
}

static void fill_ids(const JsonCell *list, GArray *ids)
{
    const JsonCell *cell = json_cell_in(list);
    (void) g_array_set_size(ids, list->count);
    for (uint32_t i = 0; i < list->count; i++, cell = json_cell_next(cell))
        g_array_index(ids, int64_t, i) = cell->number;
}

static void fill_cell(const Column *column, const JsonCell *cell, void *row)
{
    char *field = (char *) row + column->offset;
    switch (column->kind) {
    case CELL_INT:
    case CELL_ID:
        *(int64_t *) (void *) field = cell->number;
        break;
    case CELL_NUMBER:
        *(unsigned *) (void *) field = (unsigned) cell->number;
        break;
    case CELL_BOOL:
        *(bool *) (void *) field = cell->type == JSON_CELL_TRUE;
        break;
    case CELL_ROLE:
        (void) role_parse(cell->text, (Role *) (void *) field);
        break;
    case CELL_TEXT:
        g_free(*(char **) (void *) field);
        *(char **) (void *) field = g_strdup(cell->text);
        break;
    case CELL_TEXTS:
    case CELL_SEEN:
        fill_texts(cell, *(GPtrArray **) (void *) field);
        break;
    case CELL_IDS:
    case CELL_TARGETS:
        fill_ids(cell, *(GArray **) (void *) field);
        break;
    case CELL_ASSIGNMENTS:
    default:
        fill_assignments(cell, *(GArray **) (void *) field);
        break;
    }
}

/* A text that Toggl gave, which may be "". */
static const char *text_of(const JsonCell *cell)
{
    return cell == NULL ? "" : cell->text;
}

static void *make_member(const JsonCell *const *cells, Organization *organization)
{
    Member *member =
        organization_add_member(organization, (OrganizationUserId){number_in(cells[0])});
    member_set_mail(member, text_of(cells[1]));
    return member;
}

static void *make_link(const JsonCell *const *cells, Ledger *ledger)
{
    Link *link = ledger_add_link(ledger, text_in(cells[0]), text_in(cells[1]));
    ledger_set_member(ledger, link, (OrganizationUserId){number_in(cells[2])},
                      (UserId){number_in(cells[3])});
    return link;
}

/* The row that the cells of its key columns name; not for ROWS_GRANTS. */
static void *make_row(RowsKind kind, const JsonCell *const *cells, Organization *organization,
                      Ledger *ledger)
{
    switch (kind) {
    case ROWS_MEMBERS:
        return make_member(cells, organization);
    case ROWS_GROUPS:
        return organization_add_group(organization, number_in(cells[0]), text_of(cells[1]));
    case ROWS_WORKSPACES:
        return organization_add_workspace(organization, number_in(cells[0]), text_of(cells[1]));
    case ROWS_LINKS:
        return make_link(cells, ledger);
    case ROWS_BINDINGS:
        return ledger_add_binding(ledger, (BindingKind) number_in(cells[0]), text_in(cells[1]),
                                  number_in(cells[2]));
    case ROWS_PROTECTIONS:
    case ROWS_GRANTS:
    case ROWS_KINDS:
    default:
        return ledger_add_protection(ledger, (UserId){number_in(cells[0])}, text_in(cells[1]),
                                     text_in(cells[2]));
    }
}

static void fill_row(RowsKind kind, const JsonCell *const *cells, void *row)
{
    for (unsigned i = 0; i < tables[kind].count; i++) {
        const Column *column = &tables[kind].columns[i];
        if (cells[i] != NULL && !is_key(column))
            fill_cell(column, cells[i], row);
        else if (column->kind == CELL_SEEN)
            fill_seen(column, row);
    }
}

bool snapshot_row_add(RowsKind kind, const RowsLayout *layout, const JsonCell *cells,
                      Organization *organization, Ledger *ledger, GError **error)
{
    const JsonCell *ours[SNAPSHOT_COLUMNS_MAX] = {NULL};
    if (!take_cells(kind, layout, cells, ours, error))
        return false;
    if (kind != ROWS_GRANTS) {
        fill_row(kind, ours, make_row(kind, ours, organization, ledger));
        return true;
    }
    GrantRow row = grant_row_new();
    fill_row(kind, ours, &row);
    bool good = grant_row_is_good(&row) || fail("targets", "is no list of ids", error);
    if (good)
        grant_row_give(&row, ledger);
    grant_row_clear(&row);
    return good;
}
