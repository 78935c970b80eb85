/* SPDX-License-Identifier: Apache-2.0 */
#include "base/set.h"

/* C11 6.7.2.1: a pointer to a struct, converted, points to its first member. */
static const char *name_of(gconstpointer thing)
{
    return *(const char *const *) thing;
}

static guint hash_of(gconstpointer thing)
{
    return g_str_hash(name_of(thing));
}

static gboolean are_equal(gconstpointer a, gconstpointer b)
{
    return g_str_equal(name_of(a), name_of(b));
}

GHashTable *set_new_by_name(void)
{
    return g_hash_table_new(hash_of, are_equal);
}

gpointer set_add(GHashTable *set, gpointer thing)
{
    if (g_hash_table_insert(set, thing, thing))
        return thing;
    /* that kept the key and replaced the value */
    gpointer first = NULL;
    (void) g_hash_table_lookup_extended(set, thing, &first, NULL);
    (void) g_hash_table_insert(set, first, first);
    return first;
}

gpointer set_find(GHashTable *set, const char *name)
{
    return g_hash_table_lookup(set, &name);
}
