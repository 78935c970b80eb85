/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last accepted administrator of the organization or of a workspace stays one, whatever a
 * directory says. Whom the same plan makes an administrator does not count yet: that may fail.
 */
#include "sync/diff_private.h"

#include "base/text.h"

#include <string.h>

#define ORGANIZATION INT64_C(0) /* in the place of a workspace's id */

typedef struct {
    Differ *differ;
    GHashTable *admins; /* id -> how many accepted administrators are left */
} Count;

static bool is_accepted(const Member *member)
{
    return member->joined && !member->inactive;
}

static void add(GHashTable *counts, int64_t id, int by)
{
    int before = GPOINTER_TO_INT(g_hash_table_lookup(counts, &id));
    g_hash_table_insert(counts, g_memdup2(&id, sizeof id), GINT_TO_POINTER(before + by));
}

static int left(GHashTable *counts, int64_t id)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(counts, &id));
}

static bool is_admin_in(const Member *member, const Assignment *assignment)
{
    return is_accepted(member) && assignment->role == ROLE_ADMIN && !assignment->inactive;
}

static const Member *member_of(const Count *count, const Change *change)
{
    OrganizationUserId id = change->person.organization_user_id;
    return id.value != 0 ? organization_member(count->differ->in->organization, id) : NULL;
}

static void count_admins(const Count *count)
{
    const DiffInput *in = count->differ->in;
    for (guint i = 0; i < in->organization->members->len; i++) {
        const Member *member = g_ptr_array_index(in->organization->members, i);
        if (is_accepted(member) && member->admin)
            add(count->admins, ORGANIZATION, 1);
        for (guint a = 0; a < member->assignments->len; a++) {
            const Assignment *assignment = &g_array_index(member->assignments, Assignment, a);
            if (is_admin_in(member, assignment))
                add(count->admins, assignment->workspace_id, 1);
        }
    }
}

static bool takes_person(ChangeKind kind)
{
    return kind == CHANGE_DEACTIVATE || kind == CHANGE_DELETE_MEMBER;
}

static bool lowers(const Change *change)
{
    return change->kind == CHANGE_UNASSIGN ||
           (change->kind == CHANGE_SET_WORKSPACE_ROLE && change->after.role < change->before.role);
}

/* Whether somebody is left when one administrator of ID goes. */
static bool may_take(const Count *count, int64_t id)
{
    return left(count->admins, id) > 1;
}

/* Where CHANGE would take the last administrator: a workspace's id, ORGANIZATION, or -1. */
static int64_t place_without_admin(const Count *count, const Change *change, const Member *member)
{
    if (lowers(change)) {
        const Assignment *assignment = member_assignment(member, change->workspace.id);
        bool admin = assignment != NULL && is_admin_in(member, assignment);
        return admin && !may_take(count, change->workspace.id) ? change->workspace.id : -1;
    }
    if (is_accepted(member) && member->admin && !may_take(count, ORGANIZATION))
        return ORGANIZATION;
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        if (is_admin_in(member, assignment) && !may_take(count, assignment->workspace_id))
            return assignment->workspace_id;
    }
    return -1;
}

static void note_taken(const Count *count, const Change *change, const Member *member)
{
    if (takes_person(change->kind) && is_accepted(member) && member->admin)
        add(count->admins, ORGANIZATION, -1);
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        bool here = takes_person(change->kind) || assignment->workspace_id == change->workspace.id;
        if (here && is_admin_in(member, assignment))
            add(count->admins, assignment->workspace_id, -1);
    }
}

static void keep(const Count *count, Change *change, int64_t place)
{
    Differ *differ = count->differ;
    g_autofree char *name =
        place == ORGANIZATION ? NULL : text_safe(differ_workspace_name(differ, place), -1);
    g_autofree char *reason = g_strdup_printf(
        "%s, but is the last administrator of the %s%s%s%s: nothing is done", change->reason,
        place == ORGANIZATION ? "organization" : "workspace", name != NULL ? " '" : "",
        name != NULL ? name : "", name != NULL ? "'" : "");
    plan_add_notice(differ->plan, NOTICE_PROTECTED, &change->person, reason);
    (void) g_ptr_array_remove(differ->plan->changes, change);
}

static GPtrArray *changes_that_take(const Count *count)
{
    GPtrArray *takes = g_ptr_array_new();
    const GPtrArray *changes = count->differ->plan->changes;
    for (guint i = 0; i < changes->len; i++) {
        const Change *change = g_ptr_array_index(changes, i);
        if (takes_person(change->kind) || lowers(change))
            g_ptr_array_add(takes, g_ptr_array_index(changes, i));
    }
    g_ptr_array_sort(takes, change_compare);
    return takes;
}

void diff_keep_admins(Differ *differ)
{
    g_autoptr(GHashTable) admins = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    Count count = {.differ = differ, .admins = admins};
    count_admins(&count);
    g_autoptr(GPtrArray) takes = changes_that_take(&count);
    for (guint i = 0; i < takes->len; i++) {
        Change *change = g_ptr_array_index(takes, i);
        const Member *member = member_of(&count, change);
        g_assert(member != NULL); /* from whom something is taken is there */
        int64_t place = place_without_admin(&count, change, member);
        if (place >= 0)
            keep(&count, change, place);
        else
            note_taken(&count, change, member);
    }
}
