/* SPDX-License-Identifier: Apache-2.0 */
#include "model/directory.h"

#include "base/set.h"

#include <string.h>

static void attribute_free(PersonAttribute *attribute)
{
    g_free(attribute->name);
    g_free(attribute->value);
    g_free(attribute);
}

static void person_free(Person *person)
{
    g_free(person->anchor);
    g_free(person->dn);
    g_free(person->dn_key);
    g_free(person->uid);
    g_free(person->mail);
    g_free(person->mail_key);
    g_clear_pointer(&person->other_mails, g_ptr_array_unref);
    g_free(person->name);
    g_free(person->standing_reason);
    g_free(person->frozen);
    g_free(person->excluded);
    g_clear_pointer(&person->attributes, g_ptr_array_unref);
    g_free(person);
}

static void group_free(DirectoryGroup *group)
{
    g_free(group->anchor);
    g_free(group->dn);
    g_free(group->dn_key);
    g_free(group->name);
    g_array_unref(group->members);
    g_array_unref(group->subgroups);
    g_clear_pointer(&group->filters, g_ptr_array_unref);
    g_clear_pointer(&group->unresolved, g_ptr_array_unref);
    g_clear_pointer(&group->outside, g_ptr_array_unref);
    g_free(group);
}

Directory *directory_new(const char *source)
{
    Directory *directory = g_new0(Directory, 1);
    directory->source = g_strdup(source);
    directory->completeness.source = g_strdup(source);
    directory->people = g_ptr_array_new_with_free_func((GDestroyNotify) person_free);
    directory->groups = g_ptr_array_new_with_free_func((GDestroyNotify) group_free);
    directory->warnings = g_ptr_array_new_with_free_func(g_free);
    directory->by_anchor = set_new_by_name();
    return directory;
}

void directory_free(Directory *directory)
{
    if (directory == NULL)
        return;
    g_free(directory->source);
    completeness_clear(&directory->completeness);
    g_hash_table_unref(directory->by_anchor);
    g_ptr_array_unref(directory->people);
    g_ptr_array_unref(directory->groups);
    g_ptr_array_unref(directory->warnings);
    g_free(directory->instead);
    g_free(directory);
}

Person *directory_add_person(Directory *directory, char *anchor, char *dn, char *key,
                             Person **ret_before)
{
    Person *person = g_new0(Person, 1);
    person->anchor = anchor;
    person->dn = dn;
    person->dn_key = key;
    g_ptr_array_add(directory->people, person);
    Person *first = set_add(directory->by_anchor, person);
    if (ret_before != NULL)
        *ret_before = first != person ? first : NULL;
    return person;
}

DirectoryGroup *directory_add_group(Directory *directory, char *anchor, char *dn, char *key,
                                    char *name)
{
    DirectoryGroup *group = g_new0(DirectoryGroup, 1);
    group->anchor = anchor;
    group->dn = dn;
    group->dn_key = key;
    group->name = name;
    group->members = g_array_new(false, false, sizeof(GroupMember));
    group->subgroups = g_array_new(false, false, sizeof(uint32_t));
    g_ptr_array_add(directory->groups, group);
    return group;
}

void directory_warn(Directory *directory, char *text)
{
    g_ptr_array_add(directory->warnings, text);
}

void person_add_attribute(Person *person, const char *name, const char *value)
{
    if (person->attributes == NULL)
        person->attributes = g_ptr_array_new_with_free_func((GDestroyNotify) attribute_free);
    PersonAttribute *attribute = g_new0(PersonAttribute, 1);
    attribute->name = g_strdup(name);
    attribute->value = g_strdup(value);
    g_ptr_array_add(person->attributes, attribute);
}

/* Where a thing stood before it was sorted. */
typedef struct {
    uint64_t head; /* the first bytes of its anchor: numbers compare as these do, and mostly tell */
    uint32_t before;
} Place;

/* What is sorted. */
typedef struct {
    void **things;
    bool are_people;
} Things;

static const char *anchor_of(const Things *all, uint32_t index)
{
    const void *thing = all->things[index];
    return all->are_people ? ((const Person *) thing)->anchor
                           : ((const DirectoryGroup *) thing)->anchor;
}

static uint64_t head_of(const char *anchor)
{
    uint64_t head = 0;
    for (size_t i = 0; i < sizeof head; i++) {
        head = head << 8 | (unsigned char) *anchor;
        if (*anchor != '\0')
            anchor++;
    }
    return head;
}

static gint compare_places(gconstpointer a, gconstpointer b, gpointer all)
{
    const Place *x = a;
    const Place *y = b;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    return strcmp(anchor_of(all, x->before), anchor_of(all, y->before));
}

static void set_place(void *thing, bool is_person, uint32_t place)
{
    if (is_person)
        ((Person *) thing)->place = place;
    else
        ((DirectoryGroup *) thing)->place = place;
}

/* Sorts THINGS by anchor. Gives where each index went (the caller's), or NULL with *RET_ANCHOR when
 * an anchor repeats. */
static uint32_t *sort_things(GPtrArray *things, bool are_people, const char **ret_anchor)
{
    g_autofree void **before = g_memdup2(things->pdata, things->len * sizeof(void *));
    Things all = {.things = before, .are_people = are_people};
    g_autoptr(GArray) places = g_array_sized_new(false, false, sizeof(Place), things->len);
    for (guint i = 0; i < things->len; i++) {
        Place place = {.head = head_of(anchor_of(&all, i)), .before = i};
        g_array_append_val(places, place);
    }
    g_array_sort_with_data(places, compare_places, &all);
    for (guint i = 1; i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);
        if (compare_places(place - 1, place, &all) == 0) {
            *ret_anchor = anchor_of(&all, place->before);
            return NULL;
        }
    }
    uint32_t *after = g_new(uint32_t, things->len + 1);
    for (guint i = 0; i < places->len; i++) {
        uint32_t index = g_array_index(places, Place, i).before;
        things->pdata[i] = before[index];
        set_place(before[index], are_people, i);
        after[index] = i;
    }
    return after;
}

/* By person; of the ways into group SELF the direct one first, so that the one that is kept does
 * not depend on the order in which a server told them. */
static gint compare_members(gconstpointer a, gconstpointer b, gpointer self)
{
    const GroupMember *x = a;
    const GroupMember *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    bool x_nested = x->via != *(const uint32_t *) self;
    bool y_nested = y->via != *(const uint32_t *) self;
    if (x_nested != y_nested)
        return x_nested ? 1 : -1;
    return x->via < y->via ? -1 : x->via > y->via;
}

static gint compare_indices(gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *) a;
    uint32_t y = *(const uint32_t *) b;
    return x < y ? -1 : x > y;
}

static bool is_ascending(const GArray *indices)
{
    for (guint i = 1; i < indices->len; i++) {
        if (g_array_index(indices, uint32_t, i - 1) >= g_array_index(indices, uint32_t, i))
            return false;
    }
    return true;
}

void indices_sort(GArray *indices)
{
    if (is_ascending(indices))
        return;
    g_array_sort(indices, compare_indices);
    guint kept = 0;
    for (guint i = 0; i < indices->len; i++) {
        uint32_t index = g_array_index(indices, uint32_t, i);
        if (kept == 0 || g_array_index(indices, uint32_t, kept - 1) != index)
            g_array_index(indices, uint32_t, kept++) = index;
    }
    g_array_set_size(indices, kept);
}

static void move_members(DirectoryGroup *group, uint32_t self, const uint32_t *people,
                         const uint32_t *groups)
{
    for (guint i = 0; i < group->members->len; i++) {
        GroupMember *member = &g_array_index(group->members, GroupMember, i);
        member->person = people[member->person];
        member->via = groups[member->via];
    }
    g_array_sort_with_data(group->members, compare_members, &self);
    guint kept = 0;
    for (guint i = 0; i < group->members->len; i++) {
        GroupMember member = g_array_index(group->members, GroupMember, i);
        if (kept == 0 ||
            g_array_index(group->members, GroupMember, kept - 1).person != member.person)
            g_array_index(group->members, GroupMember, kept++) = member;
    }
    g_array_set_size(group->members, kept);
    for (guint i = 0; i < group->subgroups->len; i++)
        g_array_index(group->subgroups, uint32_t, i) =
            groups[g_array_index(group->subgroups, uint32_t, i)];
    indices_sort(group->subgroups);
}

bool directory_finish(Directory *directory, const char **ret_anchor)
{
    g_autofree uint32_t *people = sort_things(directory->people, true, ret_anchor);
    g_autofree uint32_t *groups =
        people != NULL ? sort_things(directory->groups, false, ret_anchor) : NULL;
    if (groups == NULL)
        return false;
    for (guint i = 0; i < directory->groups->len; i++)
        move_members(g_ptr_array_index(directory->groups, i), i, people, groups);
    directory->completeness.people = directory->people->len;
    directory->completeness.groups = directory->groups->len;
    return true;
}

bool directories_find(const GPtrArray *directories, const char *source, guint *ret_index)
{
    for (guint i = 0; i < directories->len; i++) {
        const Directory *directory = g_ptr_array_index(directories, i);
        if (g_strcmp0(directory->source, source) != 0)
            continue;
        *ret_index = i;
        return true;
    }
    return false;
}

Person *directory_person(const Directory *directory, const char *anchor)
{
    return set_find(directory->by_anchor, anchor);
}

DirectoryGroup *directory_group_by_dn(const Directory *directory, const char *key)
{
    for (guint i = 0; i < directory->groups->len; i++) {
        DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        if (strcmp(group->dn_key, key) == 0)
            return group;
    }
    return NULL;
}

GArray *directory_group_path(const Directory *directory, uint32_t from, uint32_t to)
{
    GArray *path = g_array_new(false, false, sizeof(uint32_t));
    g_autofree uint32_t *came_from = g_new(uint32_t, directory->groups->len + 1);
    for (guint i = 0; i < directory->groups->len; i++)
        came_from[i] = G_MAXUINT32;
    g_autoptr(GArray) queue = g_array_new(false, false, sizeof(uint32_t));
    came_from[from] = from;
    g_array_append_val(queue, from);
    for (guint at = 0; at < queue->len && came_from[to] == G_MAXUINT32; at++) {
        uint32_t index = g_array_index(queue, uint32_t, at);
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, index);
        for (guint i = 0; i < group->subgroups->len; i++) {
            uint32_t below = g_array_index(group->subgroups, uint32_t, i);
            if (came_from[below] != G_MAXUINT32)
                continue;
            came_from[below] = index;
            g_array_append_val(queue, below);
        }
    }
    if (came_from[to] == G_MAXUINT32)
        return path;
    for (uint32_t at = to;; at = came_from[at]) {
        g_array_prepend_val(path, at);
        if (at == from)
            return path;
    }
}
