/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SNAPSHOT_ROWS_H
#define SYNC_SNAPSHOT_ROWS_H

/*
 * snapshot_rows - the tables of a snapshot: which columns each has, and where in a struct their
 * values stand.
 *
 * A row is a JSON list with one cell for each column; 0, false, "" and an empty list are null, and
 * nulls at the end are left out. A file says in its "columns" what it holds in which order, so that
 * a column may be added without a new version.
 */

#include "base/json_cells.h"
#include "model/ledger.h"
#include "model/organization.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#define SNAPSHOT_COLUMNS_MAX 32

typedef enum {
    ROWS_MEMBERS,
    ROWS_GROUPS,
    ROWS_WORKSPACES,
    ROWS_LINKS,
    ROWS_GRANTS,
    ROWS_BINDINGS,
    ROWS_PROTECTIONS,
    ROWS_KINDS
} RowsKind;

/* The key of the table in the file; the reverse is false for a key that is no table's. */
const char *snapshot_rows_name(RowsKind kind);
bool snapshot_rows_parse(const char *name, RowsKind *ret_kind);

/* The names of the columns, a list; new reference. */
json_t *snapshot_rows_columns(RowsKind kind);

/* ROW, a struct of KIND (GrantRow for grants), as a list; NULL for a row that is marked as removed.
 * New reference. */
json_t *snapshot_row_json(RowsKind kind, const void *row);

/* Where a file keeps each of our columns; filled from its "columns". */
typedef struct {
    bool known; /* the file has said */
    int position[SNAPSHOT_COLUMNS_MAX];
} RowsLayout;

/*
 * Takes the layout of KIND from NAMES, the file's list. Columns that we do not know are passed
 * over. Error: SYNC_ERROR_INCOMPLETE, when it is no list of names, or lacks one that must be there.
 */
bool snapshot_rows_layout(RowsKind kind, const json_t *names, RowsLayout *ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Adds the row that CELLS, a list in LAYOUT, describes to ORGANIZATION or LEDGER. Error:
 * SYNC_ERROR_INCOMPLETE, when a cell has the wrong type or must not be empty.
 */
bool snapshot_row_add(RowsKind kind, const RowsLayout *layout, const JsonCell *cells,
                      Organization *organization, Ledger *ledger, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
