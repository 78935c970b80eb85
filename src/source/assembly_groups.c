/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/dn.h"
#include "source/assembly_private.h"
#include "source/closure.h"

#include <string.h>

static void freeze_for_uid(Person *person, const Person *other, const char *uid)
{
    g_autofree char *safe = text_safe(uid, -1);
    g_autofree char *dn = text_safe(other->dn, -1);
    assembly_freeze(person, g_strdup_printf("groups name members by the login '%s', which is also "
                                            "that of '%s'",
                                            safe, dn));
}

/*
 * Gives the login name UID, if a group names it, to PERSON. A name that two have is nobody's; only
 * people who are enabled dispute it.
 */
static void claim_uid(const Assembly *assembly, const char *uid, Person *person)
{
    g_autofree char *folded = g_ascii_strdown(uid, -1);
    Node *node = assembly_find_node(assembly, assembly->uid_nodes, folded);
    if (node == NULL)
        return;
    if (node->person == NULL) {
        node->person = person;
        return;
    }
    if (node->person == person || person->standing != PERSON_ENABLED)
        return;
    node->ambiguous = true;
    freeze_for_uid(node->person, person, uid);
    freeze_for_uid(person, node->person, uid);
}

static void claim_uids(const Assembly *assembly, PersonStanding standing, bool equal)
{
    const GPtrArray *people = assembly->directory->people;
    for (guint i = 0; i < people->len; i++) {
        Person *person = g_ptr_array_index(people, i);
        if ((person->standing == standing) == equal && person->uid != NULL)
            claim_uid(assembly, person->uid, person);
    }
    for (guint i = 0; i < assembly->aliases->len; i++) {
        const Alias *alias = &g_array_index(assembly->aliases, Alias, i);
        if ((alias->person->standing == standing) == equal)
            claim_uid(assembly, alias->uid, alias->person);
    }
}

/* Finds out whom the names in groups that are no DNs stand for, and where everybody is. */
static void resolve_nodes(const Assembly *assembly)
{
    const GPtrArray *groups = assembly->directory->groups;
    for (guint i = 0; i < groups->len; i++) {
        DirectoryGroup *group = g_ptr_array_index(groups, i);
        const RawGroup *raw = g_hash_table_lookup(assembly->groups, group->anchor);
        Node *node =
            raw->sid != NULL ? assembly_find_node(assembly, assembly->sid_nodes, raw->sid) : NULL;
        if (node != NULL)
            node->group = group;
    }
    if (names_count(assembly->uid_nodes) > 0) {
        claim_uids(assembly, PERSON_ENABLED, true);
        claim_uids(assembly, PERSON_ENABLED, false);
    }
    /* once for each of the people, and not for each of their memberships */
    for (guint i = 0; i < assembly->nodes->len; i++) {
        Node *node = &g_array_index(assembly->nodes, Node, i);
        if (node->person != NULL)
            node->place = node->person->place;
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

/* The order in which entries came has no influence on what is said of them. */
static void sort_names(GPtrArray *names)
{
    if (names != NULL)
        text_sort(names);
}

static void resolve_group(const Assembly *assembly, const RawGroup *raw, Complaints *complaints)
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
        if (node->ambiguous)
            continue;
        if (node->person != NULL) {
            GroupMember member = {.person = node->place, .via = group->place};
            g_array_append_val(group->members, member);
        } else if (node->group != NULL) {
            if (raw->nested == NESTED_YES)
                g_array_append_val(group->subgroups, node->group->place);
        } else if (is_outside(assembly, node)) {
            outside++;
            keep(&group->outside, node->key);
            if (outside_example == NULL || strcmp(node->key, outside_example) < 0)
                outside_example = node->key;
        } else {
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

/* Puts people and groups into the groups that they name themselves. */
static void resolve_belongings(const Assembly *assembly)
{
    for (guint i = 0; i < assembly->belongings->len; i++) {
        const Belonging *belonging = &g_array_index(assembly->belongings, Belonging, i);
        const Node *node = &g_array_index(assembly->nodes, Node, belonging->node);
        if (node->person != NULL || node->group == NULL)
            continue; /* no group that a search of ours finds */
        DirectoryGroup *group = node->group;
        const RawGroup *raw = g_hash_table_lookup(assembly->groups, group->anchor);
        if (belonging->is_person) {
            const Person *person = belonging->thing;
            GroupMember member = {.person = person->place, .via = group->place};
            g_array_append_val(group->members, member);
        } else if (raw->nested == NESTED_YES) {
            const DirectoryGroup *below = belonging->thing;
            g_array_append_val(group->subgroups, below->place);
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
        indices_sort(raw->members);
        resolve_group(assembly, raw, &complaints);
    }
    resolve_belongings(assembly);
    assembly_warn_rest(&complaints.dangling);
    assembly_warn_rest(&complaints.outside);
    if (!closure_expand(directory, max_depth, error))
        return false;
    report_cycles(directory);
    return true;
}
