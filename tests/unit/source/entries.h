/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SOURCE_ENTRIES_H
#define TESTS_UNIT_SOURCE_ENTRIES_H

/* entries - directory entries written as one line of text. */

#include "source/entry.h"

#include <string.h>

/* "uid=a,dc=x | objectClass=person | mail=a@x": what stands before the first bar is the DN. In
 * values, %XX is a byte. A name that holds a '=' ends with two. */
static inline Entry *entry_of(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "|", -1);
    Entry *entry = entry_new(g_strstrip(parts[0]));
    for (unsigned i = 1; parts[i] != NULL; i++) {
        char *name = g_strstrip(parts[i]);
        char *end = strstr(name, "==");
        char *equals = end != NULL ? end + 1 : strchr(name, '=');
        g_assert_nonnull(equals);
        *(end != NULL ? end : equals) = '\0';
        g_autoptr(GString) value = g_string_new(NULL);
        for (const char *at = equals + 1; *at != '\0'; at++) {
            if (*at == '%') {
                g_string_append_c(
                    value, (char) (g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2])));
                at += 2;
            } else {
                g_string_append_c(value, *at);
            }
        }
        entry_add_value(entry, name, value->str, value->len);
    }
    return entry;
}

#endif
