/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The reader of snapshots: whatever the file, it is refused, or it is an organization and a ledger
 * that can be written; and what is written is read as the same. (A number 0 is none, and none is
 * refused where there must be one.) And a row that is scanned is the row that Jansson reads.
 */

#include "base/json_cells.h"
#include "fuzz.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "sync/snapshot.h"

#include <jansson.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

static void check_row(const char *text, size_t size)
{
    g_autoptr(JsonCells) scanned = json_cells_new();
    size_t at = 0;
    if (!json_cells_scan(scanned, text, size, &at)) {
        MUST(at == 0);
        return;
    }
    json_error_t problem = {0};
    g_autoptr(json_t) value =
        json_loadb(text, size, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &problem);
    MUST(value != NULL && (size_t) problem.position == at);
    g_autoptr(JsonCells) read = json_cells_new();
    json_cells_set(read, value);
    const JsonCell *a = json_cells_first(scanned);
    const JsonCell *b = json_cells_first(read);
    MUST(a->span == b->span);
    for (uint32_t i = 0; i < a->span; i++) {
        MUST(a[i].type == b[i].type && a[i].span == b[i].span);
        MUST(a[i].type != JSON_CELL_LIST || a[i].count == b[i].count);
        MUST(a[i].type != JSON_CELL_INTEGER || a[i].number == b[i].number);
        MUST(a[i].type != JSON_CELL_TEXT || strcmp(a[i].text, b[i].text) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *) data;
    check_row(text, size);
    g_autoptr(Organization) organization = NULL;
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GError) error = NULL;
    if (!snapshot_read(text, size, "a.json", &organization, &ledger, &error)) {
        MUST(organization == NULL && ledger == NULL && error != NULL);
        MUST(g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    g_autofree char *written = snapshot_text(organization, ledger, 0);
    g_autoptr(Organization) again = NULL;
    g_autoptr(Ledger) kept = NULL;
    if (!snapshot_read(written, strlen(written), "b.json", &again, &kept, &error))
        return 0;
    g_autofree char *same = snapshot_text(again, kept, 0);
    MUST(strcmp(written, same) == 0);
    return 0;
}
