/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_CELLS_H
#define BASE_JSON_CELLS_H

/*
 * json_cells - one JSON value as a row of cells, each list before what is in it.
 *
 * Jansson allocates every number of a document. A table of a million rows is read into the same
 * cells again and again instead, and nothing is allocated for a row.
 *
 *     JsonCells *cells = json_cells_new();
 *     if (!json_cells_scan(cells, bytes, length, &at))
 *         json_cells_set(cells, value);              what Jansson makes of it
 *     const JsonCell *list = json_cells_first(cells);
 *     const JsonCell *cell = json_cell_in(list);
 *     for (uint32_t i = 0; i < list->count; i++, cell = json_cell_next(cell))
 *         ...
 *
 * Invariant
 *  - what is scanned is what Jansson would have read, and ends where that ends.
 */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    JSON_CELL_NULL,
    JSON_CELL_FALSE,
    JSON_CELL_TRUE,
    JSON_CELL_INTEGER,
    JSON_CELL_TEXT,
    JSON_CELL_LIST,
    JSON_CELL_OTHER, /* an object, a real: no table holds any */
} JsonCellType;

typedef struct {
    JsonCellType type;
    uint32_t count;   /* of a list: how many stand in it */
    uint32_t span;    /* cells from this one to the next of the same list */
    int64_t number;   /* of an integer */
    const char *text; /* of a text; borrowed until the next value is read */
} JsonCell;

typedef struct JsonCells JsonCells;

JsonCells *json_cells_new(void);
void json_cells_free(JsonCells *cells);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonCells, json_cells_free)

/*
 * Reads the value that begins at *AT of the LENGTH bytes, which may have spaces before it, and
 * moves *AT behind it. False when it is none, or not as plain as most are: an object, a real, a
 * number of many digits, a text with a backslash. *AT is left alone then, and Jansson must be
 * asked.
 */
bool json_cells_scan(JsonCells *cells, const char *bytes, size_t length, size_t *at)
    G_GNUC_WARN_UNUSED_RESULT;

/* Takes VALUE, from which nothing is borrowed. */
void json_cells_set(JsonCells *cells, const json_t *value);

/* The value itself; the first in a list that is not empty; the one after CELL in its list. */
const JsonCell *json_cells_first(const JsonCells *cells);
static inline const JsonCell *json_cell_in(const JsonCell *list)
{
    return list + 1;
}
static inline const JsonCell *json_cell_next(const JsonCell *cell)
{
    return cell + cell->span;
}

#endif
