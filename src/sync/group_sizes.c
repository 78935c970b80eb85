/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/group_sizes.h"

#include "base/clock.h"

#include <string.h>

#define NOTE_MEMBERS "members."
#define NOTE_DANGLING "dangling."
#define NOTE_DANGLING_SINCE "dangling-since."

static const DirectoryGroup *group_at(const Directory *directory, uint32_t index)
{
    return g_ptr_array_index(directory->groups, index);
}

char *group_size_key(const Directory *directory, uint32_t group)
{
    return g_strconcat(directory->source, ".", group_at(directory, group)->anchor, NULL);
}

static int64_t note_of(const Ledger *ledger, const char *what, const char *key)
{
    g_autofree char *name = g_strconcat(what, key, NULL);
    return ledger_note(ledger, name) != NULL ? ledger_note_number(ledger, name) : -1;
}

static void set_note(Ledger *ledger, const char *what, const char *key, int64_t number)
{
    g_autofree char *name = g_strconcat(what, key, NULL);
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, (gint64) number);
    ledger_set_note(ledger, name, text); /* 0 is something else than nothing */
}

GHashTable *group_lost_names(const Ledger *ledger, const Directory *directory)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(ledger->links, i);
        if (link->row.removed || strcmp(link->source, directory->source) != 0 ||
            directory_person(directory, link->anchor) != NULL)
            continue;
        for (guint k = 0; k < link->dn_keys->len; k++)
            g_hash_table_add(names, g_strdup(g_ptr_array_index(link->dn_keys, k)));
        for (guint k = 0; k < link->uids->len; k++)
            g_hash_table_add(names, g_ascii_strdown(g_ptr_array_index(link->uids, k), -1));
    }
    return names;
}

static void count_names(const DirectoryGroup *group, GHashTable *lost, GroupSize *size)
{
    size->dangling += group->dangling;
    for (guint i = 0; lost != NULL && group->unresolved != NULL && i < group->unresolved->len;
         i++) {
        if (!g_hash_table_contains(lost, g_ptr_array_index(group->unresolved, i)))
            continue;
        size->dangling--;
        size->lost++;
    }
}

/* The names that mean nobody, in the group and in all groups below it. */
static void count_below(const Directory *directory, uint32_t top, GHashTable *lost, GroupSize *size)
{
    g_autofree bool *seen = g_new0(bool, directory->groups->len + 1);
    g_autoptr(GArray) queue = g_array_new(false, false, sizeof(uint32_t));
    seen[top] = true;
    g_array_append_val(queue, top);
    for (guint at = 0; at < queue->len; at++) {
        const DirectoryGroup *group = group_at(directory, g_array_index(queue, uint32_t, at));
        count_names(group, lost, size);
        for (guint i = 0; i < group->subgroups->len; i++) {
            uint32_t below = g_array_index(group->subgroups, uint32_t, i);
            if (!seen[below])
                g_array_append_val(queue, below);
            seen[below] = true;
        }
    }
}

GroupSize group_size(const Ledger *ledger, const Directory *directory, uint32_t group,
                     GHashTable *lost)
{
    g_autofree char *key = group_size_key(directory, group);
    GroupSize size = {
        .members_before = note_of(ledger, NOTE_MEMBERS, key),
        .members = group_at(directory, group)->members->len,
        .dangling_before = note_of(ledger, NOTE_DANGLING, key),
    };
    count_below(directory, group, lost, &size);
    return size;
}

bool group_size_dangles(const GroupSize *size, int64_t max_shrink)
{
    int64_t more = size->dangling - size->dangling_before;
    if (size->dangling_before < 0 || size->members_before < 0 || more <= 0)
        return false;
    int64_t usual = MAX(1, max_shrink * size->members_before / 100);
    return more > usual || size->members_before - size->members - size->lost > more;
}

static void remember_dangling(Ledger *ledger, const char *key, const GroupSize *size, bool sudden,
                              int64_t grace, int64_t now)
{
    int64_t since = note_of(ledger, NOTE_DANGLING_SINCE, key);
    if (sudden && since <= 0) {
        set_note(ledger, NOTE_DANGLING_SINCE, key, now);
        return;
    }
    if (sudden && now - since < grace)
        return;
    set_note(ledger, NOTE_DANGLING, key, size->dangling);
    if (since > 0)
        set_note(ledger, NOTE_DANGLING_SINCE, key, 0);
}

void group_sizes_remember(Ledger *ledger, const SyncSettings *settings,
                          const GPtrArray *directories, const GArray *mapped, GHashTable *kept,
                          int64_t now)
{
    int64_t grace = settings->lifecycle.grace_days * SECONDS_A_DAY;
    g_autoptr(GPtrArray) lost = g_ptr_array_new_with_free_func((GDestroyNotify) g_hash_table_unref);
    for (guint i = 0; i < directories->len; i++)
        g_ptr_array_add(lost, group_lost_names(ledger, g_ptr_array_index(directories, i)));
    for (guint i = 0; i < mapped->len; i++) {
        const MappedGroup *place = &g_array_index(mapped, MappedGroup, i);
        const Directory *directory = g_ptr_array_index(directories, place->directory);
        g_autofree char *key = group_size_key(directory, place->group);
        GroupSize size =
            group_size(ledger, directory, place->group, g_ptr_array_index(lost, place->directory));
        bool sudden =
            group_size_dangles(&size, sync_settings_max_shrink(settings, place->directory));
        remember_dangling(ledger, key, &size, sudden, grace, now);
        /* while names that mean nobody are not believed, neither is what is left */
        bool doubted = sudden && note_of(ledger, NOTE_DANGLING, key) != size.dangling;
        if (!doubted && !g_hash_table_contains(kept, key))
            set_note(ledger, NOTE_MEMBERS, key, size.members);
    }
}
