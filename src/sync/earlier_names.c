/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/earlier_names.h"

#include "base/text.h"

#include <string.h>

#define MOST_WARNINGS 10

typedef struct {
    Directory *directory;
    GHashTable *owners;  /* name -> index of the person + 1, or 0 when several had it */
    GPtrArray *above;    /* GArray * of uint32_t: the groups that hold each group directly */
    unsigned recognised; /* in how many places */
} Search;

static bool has_unresolved(const Directory *directory)
{
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        if (group->unresolved != NULL || group->outside != NULL)
            return true;
    }
    return false;
}

/* Takes NAME. */
static void claim(Search *search, char *name, uint32_t person)
{
    gpointer known = NULL;
    bool taken = g_hash_table_lookup_extended(search->owners, name, NULL, &known);
    guint value = !taken || GPOINTER_TO_UINT(known) == person + 1 ? person + 1 : 0;
    g_hash_table_replace(search->owners, name, GUINT_TO_POINTER(value));
}

static void find_owners(Search *search, const Ledger *ledger)
{
    const Directory *directory = search->directory;
    for (guint i = 0; i < ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(ledger->links, i);
        if (link->row.removed || strcmp(link->source, directory->source) != 0)
            continue;
        const Person *person = directory_person(directory, link->anchor);
        if (person == NULL)
            continue;
        for (guint k = 0; k < link->dn_keys->len; k++)
            claim(search, g_strdup(g_ptr_array_index(link->dn_keys, k)), person->place);
        for (guint k = 0; k < link->uids->len; k++)
            claim(search, g_ascii_strdown(g_ptr_array_index(link->uids, k), -1), person->place);
    }
}

static void free_indices(gpointer indices)
{
    g_array_unref(indices);
}

static void find_above(Search *search)
{
    const GPtrArray *groups = search->directory->groups;
    for (guint i = 0; i < groups->len; i++)
        g_ptr_array_add(search->above, g_array_new(false, false, sizeof(uint32_t)));
    for (uint32_t i = 0; i < groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(groups, i);
        for (guint k = 0; k < group->subgroups->len; k++) {
            uint32_t below = g_array_index(group->subgroups, uint32_t, k);
            GArray *above = g_ptr_array_index(search->above, below);
            g_array_append_val(above, i);
        }
    }
}

/* Members are sorted by person. */
static void insert_member(DirectoryGroup *group, GroupMember member)
{
    guint low = 0;
    guint high = group->members->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        uint32_t person = g_array_index(group->members, GroupMember, middle).person;
        if (person == member.person)
            return;
        if (person < member.person)
            low = middle + 1;
        else
            high = middle;
    }
    g_array_insert_val(group->members, low, member);
}

/* Puts PERSON into GROUP and into every group that it is in. */
static void add_upwards(const Search *search, uint32_t group, uint32_t person)
{
    const GPtrArray *groups = search->directory->groups;
    g_autofree bool *seen = g_new0(bool, groups->len + 1);
    g_autoptr(GArray) queue = g_array_new(false, false, sizeof(uint32_t));
    seen[group] = true;
    g_array_append_val(queue, group);
    for (guint at = 0; at < queue->len; at++) {
        uint32_t index = g_array_index(queue, uint32_t, at);
        GroupMember member = {.person = person, .via = group};
        insert_member(g_ptr_array_index(groups, index), member);
        const GArray *above = g_ptr_array_index(search->above, index);
        for (guint i = 0; i < above->len; i++) {
            uint32_t next = g_array_index(above, uint32_t, i);
            if (!seen[next])
                g_array_append_val(queue, next);
            seen[next] = true;
        }
    }
}

static void warn(Search *search, const DirectoryGroup *group, const char *name, uint32_t person)
{
    if (++search->recognised > MOST_WARNINGS)
        return;
    const Person *now = g_ptr_array_index(search->directory->people, person);
    g_autofree char *in = text_safe(group->dn, -1);
    g_autofree char *before = text_safe(name, -1);
    g_autofree char *dn = text_safe(now->dn, -1);
    directory_warn(search->directory,
                   g_strdup_printf("group '%s' still names '%s', who is '%s' now: counted as a "
                                   "member",
                                   in, before, dn));
}

/* Takes what is recognised off NAMES. Says how many that were. */
static unsigned recognise(Search *search, uint32_t index, GPtrArray *names)
{
    const DirectoryGroup *group = g_ptr_array_index(search->directory->groups, index);
    unsigned found = 0;
    for (guint i = names != NULL ? names->len : 0; i > 0; i--) {
        const char *name = g_ptr_array_index(names, i - 1);
        guint owner = GPOINTER_TO_UINT(g_hash_table_lookup(search->owners, name));
        if (owner == 0)
            continue;
        warn(search, group, name, owner - 1);
        add_upwards(search, index, owner - 1);
        g_ptr_array_remove_index(names, i - 1);
        found++;
    }
    return found;
}

void earlier_names_apply(Directory *directory, const Ledger *ledger)
{
    if (!has_unresolved(directory))
        return;
    g_autoptr(GHashTable) owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) above = g_ptr_array_new_with_free_func(free_indices);
    Search search = {.directory = directory, .owners = owners, .above = above};
    find_owners(&search, ledger);
    find_above(&search);
    for (uint32_t i = 0; i < directory->groups->len; i++) {
        DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        unsigned dangling = recognise(&search, i, group->unresolved);
        group->dangling -= dangling;
        directory->completeness.dangling -= dangling;
        directory->completeness.outside -= recognise(&search, i, group->outside);
    }
    if (search.recognised > MOST_WARNINGS)
        directory_warn(directory, g_strdup_printf("and %u more members by earlier names",
                                                  search.recognised - MOST_WARNINGS));
}

bool earlier_names_remember(const Directory *directory, Ledger *ledger)
{
    bool any = false;
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        Link *link = ledger_link(ledger, directory->source, person->anchor);
        if (link == NULL)
            continue;
        bool news = ledger_remember(link->dn_keys, person->dn_key);
        if (person->uid != NULL)
            news = ledger_remember(link->uids, person->uid) || news;
        if (news)
            link->row.dirty = true;
        any = any || news;
    }
    return any;
}
