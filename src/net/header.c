/* SPDX-License-Identifier: Apache-2.0 */
#include "net/header.h"

#include <string.h>

#define LONGEST_HEADER 4096
#define MOST_HEADERS 200

void header_take(GHashTable *headers, const char *line, size_t length)
{
    if (length > 5 && strncmp(line, "HTTP/", 5) == 0) {
        g_hash_table_remove_all(headers);
        return;
    }
    const char *colon = memchr(line, ':', length);
    if (colon == NULL || length > LONGEST_HEADER || g_hash_table_size(headers) >= MOST_HEADERS)
        return;
    char *name = g_ascii_strdown(line, colon - line);
    char *value = g_strndup(colon + 1, length - (size_t) (colon + 1 - line));
    g_hash_table_replace(headers, name, g_strstrip(value));
}
