/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_WORLDS_EFFECT_H
#define TESTS_UNIT_SYNC_WORLDS_EFFECT_H

/*
 * worlds_effect - that what was carried out did what its changes say, and nothing else: nobody
 * gains or loses a group or a workspace that no change names, whatever request carried it.
 *
 *     g_autoptr(GHashTable) facts = effect_facts(world->organization);
 *     ... effect_expect(facts, change) for each change that was carried out ...
 *     char *problem = effect_check(facts, world->organization);
 */

#include "worlds.h"

static inline char *effect_group(int64_t member, const char *name)
{
    return g_strdup_printf("%d in group '%s'", (int) member, name);
}

static inline char *effect_workspace(int64_t member, const char *name, Role role)
{
    return g_strdup_printf("%d in workspace '%s' as %s", (int) member, name, role_name(role));
}

/* A set of lines, one for each membership, and "N is a member" for each member. */
static inline GHashTable *effect_facts(const Organization *organization)
{
    GHashTable *facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint m = 0; m < organization->members->len; m++) {
        const Member *member = g_ptr_array_index(organization->members, m);
        g_hash_table_add(facts, g_strdup_printf("%d is a member", (int) member->id.value));
        for (guint i = 0; i < member->groups->len; i++) {
            const OrganizationGroup *group =
                organization_group(organization, g_array_index(member->groups, int64_t, i));
            g_hash_table_add(facts, effect_group(member->id.value, group->name));
        }
        for (guint i = 0; i < member->assignments->len; i++) {
            const Assignment *row = &g_array_index(member->assignments, Assignment, i);
            const Workspace *workspace = organization_workspace(organization, row->workspace_id);
            g_hash_table_add(facts, effect_workspace(member->id.value, workspace->name, row->role));
        }
    }
    return facts;
}

/* Takes what ends in BEHIND, or begins with BEFORE, out of FACTS. */
static inline void effect_drop(GHashTable *facts, const char *before, const char *behind)
{
    GHashTableIter iter;
    gpointer key = NULL;
    g_hash_table_iter_init(&iter, facts);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if ((before != NULL && g_str_has_prefix(key, before)) ||
            (behind != NULL && g_str_has_suffix(key, behind)))
            g_hash_table_iter_remove(&iter);
    }
}

static inline void effect_expect(GHashTable *facts, const Change *change)
{
    int64_t member = change->person.organization_user_id.value;
    g_autofree char *in_group = effect_group(member, change->group.name);
    g_autofree char *workspace =
        g_strdup_printf("%d in workspace '%s' as ", (int) member, change->workspace.name);
    g_autofree char *of_group = g_strdup_printf(" in group '%s'", change->group.name);
    g_autofree char *all = g_strdup_printf("%d ", (int) member);
    switch ((int) change->kind) {
    case CHANGE_ADD_TO_GROUP:
        g_hash_table_add(facts, g_steal_pointer(&in_group));
        break;
    case CHANGE_REMOVE_FROM_GROUP:
        g_hash_table_remove(facts, in_group);
        break;
    case CHANGE_ASSIGN:
    case CHANGE_SET_WORKSPACE_ROLE:
        effect_drop(facts, workspace, NULL);
        g_hash_table_add(facts, effect_workspace(member, change->workspace.name,
                                                 MAX(change->after.role, ROLE_USER)));
        break;
    case CHANGE_UNASSIGN:
        effect_drop(facts, workspace, NULL);
        break;
    case CHANGE_DELETE_MEMBER:
    case CHANGE_WITHDRAW_INVITATION:
        effect_drop(facts, all, NULL);
        break;
    case CHANGE_DELETE_GROUP:
        effect_drop(facts, NULL, of_group);
        break;
    default:
        break;
    }
}

/* A complaint, a new string, about the first line that only one side has; NULL: none. People who
 * were invited are new, and bring what they bring. */
static inline char *effect_check(GHashTable *facts, const Organization *organization)
{
    g_autoptr(GHashTable) now = effect_facts(organization);
    GHashTableIter iter;
    gpointer key = NULL;
    g_hash_table_iter_init(&iter, facts);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (!g_hash_table_contains(now, key))
            return g_strdup_printf("not any more, although no change says so: %s", (char *) key);
    }
    g_hash_table_iter_init(&iter, now);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        g_autofree char *member = g_strdup_printf("%d is a member", atoi(key));
        if (g_hash_table_contains(facts, member) && !g_hash_table_contains(facts, key))
            return g_strdup_printf("all of a sudden, although no change says so: %s", (char *) key);
    }
    return NULL;
}

#endif
