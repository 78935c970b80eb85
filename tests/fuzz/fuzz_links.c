/* SPDX-License-Identifier: Apache-2.0 */

/* The file for person link --from: rows that say whom and whom, or a line that is named. */

#include "fuzz.h"
#include "sync/decide.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *) data, size);
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GError) error = NULL;
    if (!decide_read_rows(text, &rows, &error)) {
        MUST(rows == NULL && g_str_has_prefix(error->message, "line "));
        return 0;
    }
    unsigned before = 0;
    for (guint i = 0; i < rows->len; i++) {
        const LinkRow *row = g_ptr_array_index(rows, i);
        MUST(row->line > before && *row->who != '\0' && *row->member != '\0');
        before = row->line;
    }
    return 0;
}
