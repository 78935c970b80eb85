/* SPDX-License-Identifier: Apache-2.0 */

/* Names of parts of attributes: what is understood can be written down again. */

#include "fuzz.h"
#include "source/range.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *) data, size);
    Range range = {0};
    RangeKind kind = range_parse(text, &range);
    MUST((kind == RANGE_VALID) == (range.name != NULL));
    if (kind == RANGE_NONE)
        MUST(strcasestr(text, ";range=") == NULL);
    if (kind != RANGE_VALID)
        return 0;
    MUST(range.last || range.high >= range.low);
    Range again = {0};
    g_autofree char *written =
        range.last ? g_strdup_printf("%s;range=%u-*", range.name, range.low)
                   : g_strdup_printf("%s;range=%u-%u", range.name, range.low, range.high);
    MUST(range_parse(written, &again) == RANGE_VALID);
    MUST(strcmp(again.name, range.name) == 0 && again.low == range.low);
    MUST(again.last == range.last && (again.last || again.high == range.high));
    Range none = {0};
    MUST(range_parse(range.name, &none) == RANGE_NONE);
    g_free(range.name);
    g_free(again.name);
    return 0;
}
