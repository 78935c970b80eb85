/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BASE_CELLS_H
#define TESTS_UNIT_BASE_CELLS_H

/* cells - json_cells as text, for the tests of base. */

#include "base/json_cells.h"

/* Appends CELL as compact JSON, with '?' for what no table holds. */
static inline void cell_append(GString *text, const JsonCell *cell)
{
    static const char *const words[] = {
        [JSON_CELL_NULL] = "null",
        [JSON_CELL_FALSE] = "false",
        [JSON_CELL_TRUE] = "true",
        [JSON_CELL_OTHER] = "?",
    };
    if (cell->type == JSON_CELL_INTEGER) {
        g_string_append_printf(text, "%" G_GINT64_FORMAT, cell->number);
    } else if (cell->type == JSON_CELL_TEXT) {
        g_string_append_printf(text, "\"%s\"", cell->text);
    } else if (cell->type == JSON_CELL_LIST) {
        const JsonCell *each = json_cell_in(cell);
        g_string_append_c(text, '[');
        for (uint32_t i = 0; i < cell->count; i++, each = json_cell_next(each)) {
            g_string_append(text, i > 0 ? "," : "");
            cell_append(text, each);
        }
        g_string_append_c(text, ']');
    } else {
        g_string_append(text, words[cell->type]);
    }
}

#endif
