/* SPDX-License-Identifier: Apache-2.0 */
#include "source/closure.h"

#include "base/error.h"
#include "base/text.h"

/* Sets that are emptied by moving on to the next stamp. */
typedef struct {
    const Directory *directory;
    uint32_t *group_stamps;
    uint32_t *person_stamps;
    uint32_t *depths; /* of the groups that bear the current stamp */
    GArray *queue;    /* uint32_t */
} Walker;

static DirectoryGroup *group_at(const Directory *directory, uint32_t index)
{
    return g_ptr_array_index(directory->groups, index);
}

static gint compare_members(gconstpointer a, gconstpointer b)
{
    const GroupMember *x = a;
    const GroupMember *y = b;
    return x->person < y->person ? -1 : x->person > y->person;
}

static bool too_deep(const Directory *directory, uint32_t from, uint32_t to, int64_t most,
                     GError **error)
{
    g_autofree char *top = text_safe(group_at(directory, from)->dn, -1);
    g_autofree char *deep = text_safe(group_at(directory, to)->dn, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "group '%s' lies more than %" G_GINT64_FORMAT " levels below group '%s'\n"
                "hint: raise max_depth if groups are meant to be nested that deeply",
                deep, (gint64) most, top);
    return false;
}

/* The members of TOP and of all groups below it. */
static bool walk(Walker *walker, uint32_t top, int64_t most, GArray **ret_members, GError **error)
{
    const Directory *directory = walker->directory;
    g_autoptr(GArray) members = g_array_new(false, false, sizeof(GroupMember));
    uint32_t stamp = top + 1;
    g_array_set_size(walker->queue, 0);
    g_array_append_val(walker->queue, top);
    walker->group_stamps[top] = stamp;
    walker->depths[top] = 0;
    for (guint at = 0; at < walker->queue->len; at++) {
        uint32_t index = g_array_index(walker->queue, uint32_t, at);
        const DirectoryGroup *group = group_at(directory, index);
        if ((int64_t) walker->depths[index] > most)
            return too_deep(directory, top, index, most, error);
        for (guint i = 0; i < group->members->len; i++) {
            GroupMember member = g_array_index(group->members, GroupMember, i);
            if (walker->person_stamps[member.person] == stamp)
                continue;
            walker->person_stamps[member.person] = stamp;
            member.via = index;
            g_array_append_val(members, member);
        }
        for (guint i = 0; i < group->subgroups->len; i++) {
            uint32_t below = g_array_index(group->subgroups, uint32_t, i);
            if (walker->group_stamps[below] == stamp)
                continue;
            walker->group_stamps[below] = stamp;
            walker->depths[below] = walker->depths[index] + 1;
            g_array_append_val(walker->queue, below);
        }
    }
    g_array_sort(members, compare_members);
    *ret_members = g_steal_pointer(&members);
    return true;
}

static void free_members(gpointer members)
{
    if (members != NULL)
        g_array_unref(members);
}

bool closure_expand(Directory *directory, const int64_t *max_depth, GError **error)
{
    guint groups = directory->groups->len;
    g_autofree uint32_t *group_stamps = g_new0(uint32_t, groups + 1);
    g_autofree uint32_t *depths = g_new0(uint32_t, groups + 1);
    g_autofree uint32_t *person_stamps = g_new0(uint32_t, directory->people->len + 1);
    g_autoptr(GArray) queue = g_array_new(false, false, sizeof(uint32_t));
    Walker walker = {.directory = directory,
                     .group_stamps = group_stamps,
                     .person_stamps = person_stamps,
                     .depths = depths,
                     .queue = queue};
    /* the walks read the direct members, so what they find is put in place when all are done */
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_members);
    for (uint32_t i = 0; i < groups; i++)
        indices_sort(group_at(directory, i)->subgroups);
    for (uint32_t i = 0; i < groups; i++) {
        GArray *members = NULL;
        if (!walk(&walker, i, max_depth[i], &members, error))
            return false;
        g_ptr_array_add(found, members);
    }
    for (uint32_t i = 0; i < groups; i++) {
        DirectoryGroup *group = group_at(directory, i);
        g_array_unref(group->members);
        group->members = g_ptr_array_index(found, i);
        found->pdata[i] = NULL;
    }
    return true;
}

/* Tarjan's strongly connected components, with a stack of our own: a chain of groups may be longer
 * than ours. */
typedef struct {
    const Directory *directory;
    uint32_t *number; /* 0: not seen */
    uint32_t *low;
    uint32_t *next; /* the subgroup to look at next */
    bool *open;     /* on the component stack */
    GArray *path;
    GArray *component;
    uint32_t count;
    GPtrArray *cycles;
} Tarjan;

static void enter(Tarjan *tarjan, uint32_t index)
{
    tarjan->number[index] = tarjan->low[index] = ++tarjan->count;
    tarjan->open[index] = true;
    g_array_append_val(tarjan->path, index);
    g_array_append_val(tarjan->component, index);
}

static bool holds_itself(const Directory *directory, uint32_t index)
{
    const GArray *subgroups = group_at(directory, index)->subgroups;
    for (guint i = 0; i < subgroups->len; i++) {
        if (g_array_index(subgroups, uint32_t, i) == index)
            return true;
    }
    return false;
}

/* Takes the component that INDEX was the first of off the stack. */
static void close_component(Tarjan *tarjan, uint32_t index)
{
    GArray *cycle = g_array_new(false, false, sizeof(uint32_t));
    uint32_t last = index;
    do {
        last = g_array_index(tarjan->component, uint32_t, tarjan->component->len - 1);
        g_array_set_size(tarjan->component, tarjan->component->len - 1);
        tarjan->open[last] = false;
        g_array_append_val(cycle, last);
    } while (last != index);
    if (cycle->len > 1 || holds_itself(tarjan->directory, index)) {
        indices_sort(cycle);
        g_ptr_array_add(tarjan->cycles, cycle);
    } else {
        g_array_unref(cycle);
    }
}

static void explore(Tarjan *tarjan, uint32_t from)
{
    enter(tarjan, from);
    while (tarjan->path->len > 0) {
        uint32_t at = g_array_index(tarjan->path, uint32_t, tarjan->path->len - 1);
        const GArray *subgroups = group_at(tarjan->directory, at)->subgroups;
        if (tarjan->next[at] < subgroups->len) {
            uint32_t below = g_array_index(subgroups, uint32_t, tarjan->next[at]++);
            if (tarjan->number[below] == 0)
                enter(tarjan, below);
            else if (tarjan->open[below])
                tarjan->low[at] = MIN(tarjan->low[at], tarjan->number[below]);
            continue;
        }
        g_array_set_size(tarjan->path, tarjan->path->len - 1);
        if (tarjan->path->len > 0) {
            uint32_t above = g_array_index(tarjan->path, uint32_t, tarjan->path->len - 1);
            tarjan->low[above] = MIN(tarjan->low[above], tarjan->low[at]);
        }
        if (tarjan->low[at] == tarjan->number[at])
            close_component(tarjan, at);
    }
}

static gint compare_cycles(gconstpointer a, gconstpointer b)
{
    const GArray *x = *(GArray *const *) a;
    const GArray *y = *(GArray *const *) b;
    uint32_t first = g_array_index(x, uint32_t, 0);
    uint32_t second = g_array_index(y, uint32_t, 0);
    return first < second ? -1 : first > second;
}

GPtrArray *closure_cycles(const Directory *directory)
{
    guint groups = directory->groups->len;
    g_autofree uint32_t *number = g_new0(uint32_t, groups + 1);
    g_autofree uint32_t *low = g_new0(uint32_t, groups + 1);
    g_autofree uint32_t *next = g_new0(uint32_t, groups + 1);
    g_autofree bool *open = g_new0(bool, groups + 1);
    g_autoptr(GArray) path = g_array_new(false, false, sizeof(uint32_t));
    g_autoptr(GArray) component = g_array_new(false, false, sizeof(uint32_t));
    Tarjan tarjan = {.directory = directory,
                     .number = number,
                     .low = low,
                     .next = next,
                     .open = open,
                     .path = path,
                     .component = component,
                     .cycles = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref)};
    for (uint32_t i = 0; i < groups; i++) {
        if (number[i] == 0)
            explore(&tarjan, i);
    }
    g_ptr_array_sort(tarjan.cycles, compare_cycles);
    return tarjan.cycles;
}
