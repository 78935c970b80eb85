/* SPDX-License-Identifier: Apache-2.0 */

/* What groups name their members by, and who is called so. */

#include "base/error.h"
#include "base/text.h"
#include "source/assembly_private.h"

static uint32_t add_node(Assembly *assembly, GHashTable *table, char *key, bool is_uid)
{
    Node node = {.key = key, .is_uid = is_uid};
    g_array_append_val(assembly->nodes, node);
    g_hash_table_insert(table, key, GUINT_TO_POINTER(assembly->nodes->len));
    return assembly->nodes->len - 1;
}

uint32_t assembly_node(Assembly *assembly, GHashTable *table, const char *key, bool is_uid)
{
    uint32_t found = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
    if (found != 0)
        return found - 1;
    return add_node(assembly, table, g_string_chunk_insert(assembly->names, key), is_uid);
}

Node *assembly_find_node(const Assembly *assembly, GHashTable *table, const char *key)
{
    uint32_t found = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
    return found != 0 ? &g_array_index(assembly->nodes, Node, found - 1) : NULL;
}

/* The node for the DN KEY, which lives as long as the assembly does. */
static Node *node_of_entry(Assembly *assembly, char *key)
{
    Node *node = assembly_find_node(assembly, assembly->dn_nodes, key);
    if (node != NULL)
        return node;
    uint32_t added = add_node(assembly, assembly->dn_nodes, key, false);
    return &g_array_index(assembly->nodes, Node, added);
}

/* Two entries with one DN cannot be: one of them was renamed or re-created while we read. */
static bool two_of_a_name(const char *dn, GError **error)
{
    g_autofree char *safe = text_safe(dn, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "two entries with different anchors are called '%s': the directory changed while "
                "it was read",
                safe);
    return false;
}

bool assembly_name_person(Assembly *assembly, Person *person, GError **error)
{
    Node *node = node_of_entry(assembly, person->dn_key);
    if (node->person != NULL)
        return two_of_a_name(person->dn, error);
    node->person = person;
    return true;
}

bool assembly_name_group(Assembly *assembly, DirectoryGroup *group, GError **error)
{
    Node *node = node_of_entry(assembly, group->dn_key);
    if (node->group != NULL)
        return two_of_a_name(group->dn, error);
    node->group = group;
    return true;
}
