/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/dn.h"
#include "source/assembly_private.h"
#include "source/closure.h"

#include <string.h>

static Node *node_for(const Assembly *assembly, GHashTable *table, const char *key)
{
    uint32_t found = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
    return found != 0 ? &g_array_index(assembly->nodes, Node, found - 1) : NULL;
}

static void freeze_for_uid(Person *person, const Person *other, const char *uid)
{
    g_autofree char *safe = text_safe(uid, -1);
    g_autofree char *dn = text_safe(other->dn, -1);
    assembly_freeze(person, g_strdup_printf("groups name members by the login '%s', which is also "
                                            "that of '%s'",
                                            safe, dn));
}

/*
 * Gives the login name UID, if a group names it, to the person at INDEX. A name that two have is
 * nobody's; only people who are enabled dispute it.
 */
static void claim_uid(const Assembly *assembly, const char *uid, uint32_t index)
{
    g_autofree char *folded = g_ascii_strdown(uid, -1);
    Node *node = node_for(assembly, assembly->uid_nodes, folded);
    if (node == NULL)
        return;
    const GPtrArray *people = assembly->directory->people;
    Person *person = g_ptr_array_index(people, index);
    if (node->kind == NODE_UNKNOWN) {
        node->kind = NODE_PERSON;
        node->index = index;
        return;
    }
    if (node->index == index || person->standing != PERSON_ENABLED)
        return;
    Person *owner = g_ptr_array_index(people, node->index);
    node->kind = NODE_AMBIGUOUS;
    freeze_for_uid(owner, person, uid);
    freeze_for_uid(person, owner, uid);
}

static void claim_uids(const Assembly *assembly, PersonStanding standing, bool equal)
{
    const GPtrArray *people = assembly->directory->people;
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < people->len; i++) {
        const Person *person = g_ptr_array_index(people, i);
        if ((person->standing == standing) != equal)
            continue;
        if (assembly->aliases->len > 0)
            g_hash_table_insert(places, g_ptr_array_index(people, i), GUINT_TO_POINTER(i + 1));
        if (person->uid != NULL)
            claim_uid(assembly, person->uid, i);
    }
    for (guint i = 0; i < assembly->aliases->len; i++) {
        const Alias *alias = &g_array_index(assembly->aliases, Alias, i);
        uint32_t place = GPOINTER_TO_UINT(g_hash_table_lookup(places, alias->person));
        if (place != 0)
            claim_uid(assembly, alias->uid, place - 1);
    }
}

static void resolve_sids(const Assembly *assembly)
{
    for (uint32_t i = 0; i < assembly->directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(assembly->directory->groups, i);
        const RawGroup *raw = g_hash_table_lookup(assembly->groups, group->anchor);
        Node *node = raw->sid != NULL ? node_for(assembly, assembly->sid_nodes, raw->sid) : NULL;
        if (node != NULL)
            *node = (Node){.key = node->key, .kind = NODE_GROUP, .index = i};
    }
}

/* Finds out whom the names in groups stand for. An entry that is a person and a group is a person.
 */
static void resolve_nodes(const Assembly *assembly)
{
    const Directory *directory = assembly->directory;
    for (uint32_t i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        Node *node = node_for(assembly, assembly->dn_nodes, group->dn_key);
        if (node != NULL)
            *node = (Node){.key = node->key, .kind = NODE_GROUP, .index = i};
    }
    for (uint32_t i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        Node *node = node_for(assembly, assembly->dn_nodes, person->dn_key);
        if (node != NULL)
            *node = (Node){.key = node->key, .kind = NODE_PERSON, .index = i};
    }
    resolve_sids(assembly);
    if (g_hash_table_size(assembly->uid_nodes) > 0) {
        claim_uids(assembly, PERSON_ENABLED, true);
        claim_uids(assembly, PERSON_ENABLED, false);
    }
}

/* Whether the DN that NODE names may well exist where we do not look. A source that knows of all
 * entries is asked; else what stands below none of the bases is taken for that. */
static bool is_outside(const Assembly *assembly, const Node *node)
{
    if (node->is_uid)
        return false;
    if (node->exists)
        return true;
    if (assembly->outsiders != NULL)
        return g_hash_table_contains(assembly->outsiders, node->key);
    for (guint i = 0; i < assembly->bases->len; i++) {
        if (dn_key_is_within(node->key, g_ptr_array_index(assembly->bases, i)))
            return false;
    }
    return true;
}

/* What was said about the members of groups that cannot be found. */
typedef struct {
    Warnings dangling;
    Warnings outside;
} Complaints;

static void complain(Warnings *warnings, const DirectoryGroup *group, unsigned count,
                     const char *example, const char *what)
{
    g_autofree char *dn = text_safe(group->dn, -1);
    g_autofree char *such = example != NULL ? text_safe(example, -1) : NULL;
    assembly_warn(warnings, g_strdup_printf("group '%s' names %u %s %s%s%s%s, ignoring", dn, count,
                                            count == 1 ? "member" : "members", what,
                                            such != NULL ? ", such as '" : "",
                                            such != NULL ? such : "", such != NULL ? "'" : ""));
}

/* What may yet turn out to be somebody: by a name that they had before. */
static void keep(GPtrArray **names, const char *key)
{
    if (*names == NULL)
        *names = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(*names, g_strdup(key));
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The order in which entries came has no influence on what is said of them. */
static void sort_names(GPtrArray *names)
{
    if (names != NULL)
        g_ptr_array_sort(names, compare_texts);
}

static void resolve_group(const Assembly *assembly, const RawGroup *raw, uint32_t self,
                          Complaints *complaints)
{
    Completeness *completeness = &assembly->directory->completeness;
    DirectoryGroup *group = raw->group;
    unsigned outside = 0;
    const char *dangling_example = NULL;
    const char *outside_example = NULL;
    group->dangling = raw->broken;
    for (guint i = 0; i < raw->members->len; i++) {
        const Node *node =
            &g_array_index(assembly->nodes, Node, g_array_index(raw->members, uint32_t, i));
        if (node->kind == NODE_PERSON) {
            GroupMember member = {.person = node->index, .via = self};
            g_array_append_val(group->members, member);
        } else if (node->kind == NODE_GROUP && raw->nested == NESTED_YES) {
            g_array_append_val(group->subgroups, node->index);
        } else if (node->kind == NODE_UNKNOWN && is_outside(assembly, node)) {
            outside++;
            keep(&group->outside, node->key);
            if (outside_example == NULL || strcmp(node->key, outside_example) < 0)
                outside_example = node->key;
        } else if (node->kind == NODE_UNKNOWN) {
            group->dangling++;
            keep(&group->unresolved, node->key);
            if (dangling_example == NULL || strcmp(node->key, dangling_example) < 0)
                dangling_example = node->key;
        }
    }
    sort_names(group->unresolved);
    sort_names(group->outside);
    completeness->dangling += group->dangling;
    completeness->outside += outside;
    if (group->dangling > 0)
        complain(&complaints->dangling, group, group->dangling, dangling_example,
                 "not found among what was read");
    if (outside > 0)
        complain(&complaints->outside, group, outside, outside_example, "outside the bases");
}

/* Where everything that named a group itself stands in the final order, plus one. */
static GHashTable *places_of(const Directory *directory)
{
    GHashTable *places = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < directory->people->len; i++)
        g_hash_table_insert(places, g_ptr_array_index(directory->people, i),
                            GUINT_TO_POINTER(i + 1));
    for (guint i = 0; i < directory->groups->len; i++)
        g_hash_table_insert(places, g_ptr_array_index(directory->groups, i),
                            GUINT_TO_POINTER(i + 1 + directory->people->len));
    return places;
}

/* Puts people and groups into the groups that they name themselves. */
static void resolve_belongings(const Assembly *assembly)
{
    const Directory *directory = assembly->directory;
    if (assembly->belongings->len == 0)
        return;
    g_autoptr(GHashTable) places = places_of(directory);
    for (guint i = 0; i < assembly->belongings->len; i++) {
        const Belonging *belonging = &g_array_index(assembly->belongings, Belonging, i);
        const Node *node = &g_array_index(assembly->nodes, Node, belonging->node);
        if (node->kind != NODE_GROUP)
            continue; /* a group that no search of ours finds */
        DirectoryGroup *group = g_ptr_array_index(directory->groups, node->index);
        const RawGroup *raw = g_hash_table_lookup(assembly->groups, group->anchor);
        uint32_t place = GPOINTER_TO_UINT(g_hash_table_lookup(places, belonging->thing)) - 1;
        GroupMember member = {.person = place, .via = node->index};
        if (place < directory->people->len) {
            g_array_append_val(group->members, member);
        } else if (raw->nested == NESTED_YES) {
            place -= directory->people->len;
            g_array_append_val(group->subgroups, place);
        }
    }
}

static void report_cycles(Directory *directory)
{
    g_autoptr(GPtrArray) cycles = closure_cycles(directory);
    Warnings warnings = {.directory = directory, .more = "cycles of groups"};
    directory->completeness.cycles = cycles->len;
    for (guint i = 0; i < cycles->len; i++) {
        const GArray *cycle = g_ptr_array_index(cycles, i);
        GString *names = g_string_new(NULL);
        for (guint k = 0; k < cycle->len && k < 3; k++) {
            const DirectoryGroup *group =
                g_ptr_array_index(directory->groups, g_array_index(cycle, uint32_t, k));
            g_autofree char *dn = text_safe(group->dn, -1);
            g_string_append_printf(names, "%s'%s'", k > 0 ? ", " : "", dn);
        }
        if (cycle->len > 3)
            g_string_append_printf(names, " and %u more", cycle->len - 3);
        if (cycle->len == 1)
            g_string_prepend(names, "group is its own member, ignoring that: ");
        else
            g_string_prepend(names, "groups are members of each other and so have the same "
                                    "people: ");
        assembly_warn(&warnings, g_string_free(names, FALSE));
    }
    assembly_warn_rest(&warnings);
}

bool assembly_settle_groups(Assembly *assembly, GError **error)
{
    Directory *directory = assembly->directory;
    g_autofree int64_t *max_depth = g_new0(int64_t, directory->groups->len + 1);
    Complaints complaints = {
        .dangling = {.directory = directory, .more = "groups with members that were not read"},
        .outside = {.directory = directory, .more = "groups with members outside the bases"}};
    resolve_nodes(assembly);
    for (uint32_t i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        RawGroup *raw = g_hash_table_lookup(assembly->groups, group->anchor);
        max_depth[i] = raw->max_depth;
        assembly_sort_members(raw->members);
        resolve_group(assembly, raw, i, &complaints);
    }
    resolve_belongings(assembly);
    assembly_warn_rest(&complaints.dangling);
    assembly_warn_rest(&complaints.outside);
    if (!closure_expand(directory, max_depth, error))
        return false;
    report_cycles(directory);
    return true;
}
