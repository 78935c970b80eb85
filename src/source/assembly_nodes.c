/* SPDX-License-Identifier: Apache-2.0 */

/* What groups name their members by, and who is called so. */

#include "base/error.h"
#include "base/text.h"
#include "source/assembly_private.h"

uint32_t assembly_node(Assembly *assembly, Names *table, const char *key, bool is_uid)
{
    uint32_t number = names_find(table, key);
    if (number != NAMES_NONE)
        return number;
    number = assembly->nodes->len;
    Node node = {.key = names_add(table, key, number), .is_uid = is_uid};
    g_array_append_val(assembly->nodes, node);
    return number;
}

void assembly_nodes(Assembly *assembly, Names *table, const GPtrArray *keys, bool is_uid,
                    GArray *nodes)
{
    guint before = nodes->len;
    if (keys->len == 0)
        return;
    g_array_set_size(nodes, before + keys->len);
    uint32_t *numbers = &g_array_index(nodes, uint32_t, before);
    names_find_all(table, (const char *const *) keys->pdata, keys->len, numbers);
    for (guint i = 0; i < keys->len; i++) {
        if (numbers[i] == NAMES_NONE)
            numbers[i] = assembly_node(assembly, table, g_ptr_array_index(keys, i), is_uid);
    }
}

Node *assembly_find_node(const Assembly *assembly, const Names *table, const char *key)
{
    uint32_t number = names_find(table, key);
    return number != NAMES_NONE ? &g_array_index(assembly->nodes, Node, number) : NULL;
}

static Node *node_of_entry(Assembly *assembly, const char *key)
{
    uint32_t number = assembly_node(assembly, assembly->dn_nodes, key, false);
    return &g_array_index(assembly->nodes, Node, number);
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
