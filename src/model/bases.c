/* SPDX-License-Identifier: Apache-2.0 */
#include "model/bases.h"

#include "base/text.h"
#include "model/dn.h"

#include <string.h>

struct Bases {
    GHashTable *trees; /* last RDN -> base */
};

Bases *bases_new(void)
{
    Bases *bases = g_new0(Bases, 1);
    bases->trees = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return bases;
}

void bases_free(Bases *bases)
{
    if (bases == NULL)
        return;
    g_hash_table_unref(bases->trees);
    g_free(bases);
}

void bases_take(Bases *bases, const char *key)
{
    if (*key == '\0')
        return;
    /* an unescaped comma in a key separates two RDNs, and the others are escaped as \2c */
    const char *comma = strrchr(key, ',');
    const char *tree = comma != NULL ? comma + 1 : key;
    const char *base = g_hash_table_lookup(bases->trees, tree);
    if (base == NULL)
        g_hash_table_insert(bases->trees, g_strdup(tree), g_strdup(key));
    else if (!dn_key_is_within(key, base))
        g_hash_table_insert(bases->trees, g_strdup(tree), g_strdup(dn_key_common(base, key)));
}

void bases_take_place(Bases *bases, const char *key)
{
    const char *parent = dn_key_parent(key);
    bases_take(bases, parent != NULL && *parent != '\0' ? parent : key);
}

GPtrArray *bases_list(const Bases *bases)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer base = NULL;
    g_hash_table_iter_init(&iter, bases->trees);
    while (g_hash_table_iter_next(&iter, NULL, &base))
        g_ptr_array_add(list, g_strdup(base));
    text_sort(list);
    return list;
}
