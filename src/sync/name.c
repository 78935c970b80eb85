/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/name.h"

#include <glib.h>

char *name_fold(const char *name)
{
    if (name == NULL)
        return NULL;
    g_autofree char *normal = g_utf8_normalize(name, -1, G_NORMALIZE_NFC);
    if (normal == NULL)
        return NULL;
    g_autofree char *folded = g_utf8_casefold(normal, -1);
    g_auto(GStrv) words = g_strsplit_set(folded, " \t", -1);
    GString *joined = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++) {
        if (**word != '\0')
            g_string_append_printf(joined, "%s%s", joined->len > 0 ? " " : "", *word);
    }
    return g_string_free(joined, joined->len == 0);
}
