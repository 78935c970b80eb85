/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/name.h"

#include <glib.h>

char *name_plain(const char *name)
{
    g_autofree char *normal = g_utf8_normalize(name, -1, G_NORMALIZE_NFC);
    g_auto(GStrv) words = g_strsplit_set(normal != NULL ? normal : name, " \t", -1);
    GString *joined = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++) {
        if (**word != '\0')
            g_string_append_printf(joined, "%s%s", joined->len > 0 ? " " : "", *word);
    }
    return g_string_free(joined, FALSE);
}

char *name_fold(const char *name)
{
    if (name == NULL || !g_utf8_validate(name, -1, NULL))
        return NULL;
    g_autofree char *plain = name_plain(name);
    return *plain != '\0' ? g_utf8_casefold(plain, -1) : NULL;
}
