/* SPDX-License-Identifier: Apache-2.0 */
#include "source/range.h"

#include <string.h>

static const char option[] = "range=";

/* Digits up to the end of TEXT or to STOP, of which *RET_END is the place. */
static bool parse_number(const char *text, char stop, uint32_t *ret, const char **ret_end)
{
    uint64_t number = 0;
    const char *c = text;
    for (; g_ascii_isdigit(*c); c++) {
        number = number * 10 + (uint64_t) (*c - '0');
        if (number > G_MAXINT32)
            return false;
    }
    if (c == text || *c != stop)
        return false;
    *ret = (uint32_t) number;
    *ret_end = c;
    return true;
}

static bool parse_bounds(const char *text, Range *range)
{
    const char *dash = NULL;
    const char *end = NULL;
    if (!parse_number(text, '-', &range->low, &dash))
        return false;
    range->last = strcmp(dash + 1, "*") == 0;
    return range->last ||
           (parse_number(dash + 1, '\0', &range->high, &end) && range->high >= range->low);
}

RangeKind range_parse(const char *text, Range *ret)
{
    Range range = {0};
    unsigned found = 0;
    bool good = true;
    g_autoptr(GString) name = g_string_new(NULL);
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);
    for (char **part = parts; *part != NULL; part++) {
        if (part != parts && g_ascii_strncasecmp(*part, option, strlen(option)) == 0) {
            found++;
            good = good && parse_bounds(*part + strlen(option), &range);
        } else {
            g_string_append_printf(name, "%s%s", part != parts ? ";" : "", *part);
        }
    }
    if (found == 0)
        return RANGE_NONE;
    if (!good || found > 1 || name->len == 0)
        return RANGE_BAD;
    range.name = g_strdup(name->str);
    *ret = range;
    return RANGE_VALID;
}
