/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lower bound of plan_minimum_requests: what goes is sorted by the thing that a request can be
 * about, and each run of equals costs what the limits of one call make it cost.
 */
#include "sync/batch.h"

#include <string.h>

#define A_HUNDRED 100

static bool goes_to_group(ChangeKind kind)
{
    return kind == CHANGE_ADD_TO_GROUP || kind == CHANGE_REMOVE_FROM_GROUP ||
           kind == CHANGE_ADD_GROUP_TO_WORKSPACE || kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
}

static bool sets_person(const Change *change)
{
    ChangeKind kind = change->kind;
    return kind == CHANGE_REACTIVATE || kind == CHANGE_RENAME_MEMBER ||
           kind == CHANGE_CHANGE_ADDRESS || kind == CHANGE_SET_WORKSPACE_ROLE ||
           kind == CHANGE_SET_ORGANIZATION_ROLE ||
           (kind == CHANGE_ASSIGN && change->workspaces != NULL);
}

static const Change *at(const GPtrArray *changes, guint index)
{
    return g_ptr_array_index(changes, index);
}

static int compare_numbers(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static gint by_person(gconstpointer a, gconstpointer b)
{
    return compare_numbers((*(const Change *const *) a)->person.organization_user_id.value,
                           (*(const Change *const *) b)->person.organization_user_id.value);
}

static gint by_group_and_kind(gconstpointer a, gconstpointer b)
{
    const Change *x = *(const Change *const *) a;
    const Change *y = *(const Change *const *) b;
    int by_group = compare_numbers(x->group.id, y->group.id);
    return by_group != 0 ? by_group : compare_numbers(x->kind, y->kind);
}

static int compare_refs(const TargetRef *a, const TargetRef *b)
{
    int by_id = compare_numbers(a->id, b->id);
    return by_id != 0 || a->id != 0 ? by_id : strcmp(a->name, b->name);
}

static guint length(const GPtrArray *list)
{
    return list != NULL ? list->len : 0;
}

static gint by_targets(gconstpointer a, gconstpointer b)
{
    const Change *x = *(const Change *const *) a;
    const Change *y = *(const Change *const *) b;
    int order = compare_numbers(length(x->workspaces), length(y->workspaces));
    if (order == 0)
        order = compare_numbers(length(x->groups), length(y->groups));
    for (guint i = 0; order == 0 && i < length(x->workspaces); i++) {
        const InvitationWorkspace *v = g_ptr_array_index(x->workspaces, i);
        const InvitationWorkspace *w = g_ptr_array_index(y->workspaces, i);
        order = compare_refs(&v->workspace, &w->workspace);
        if (order == 0)
            order = compare_numbers(v->role, w->role);
        if (order == 0)
            order = compare_numbers(v->role_id, w->role_id);
    }
    for (guint i = 0; order == 0 && i < length(x->groups); i++)
        order = compare_refs(g_ptr_array_index(x->groups, i), g_ptr_array_index(y->groups, i));
    return order;
}

/* Everything that goes and that PICK names, sorted by COMPARE. */
static GPtrArray *select_changes(const GPtrArray *going, bool (*pick)(const Change *change),
                                 GCompareFunc compare)
{
    GPtrArray *picked = g_ptr_array_new();
    for (guint i = 0; i < going->len; i++) {
        if (pick(at(going, i)))
            g_ptr_array_add(picked, g_ptr_array_index(going, i));
    }
    g_ptr_array_sort(picked, compare);
    return picked;
}

/* How many from FROM on are equal by COMPARE. */
static guint run_length(const GPtrArray *sorted, guint from, GCompareFunc compare)
{
    guint end = from + 1;
    while (end < sorted->len && compare(&sorted->pdata[from], &sorted->pdata[end]) == 0)
        end++;
    return end - from;
}

/* One call for each A_CALL of each run of equals. */
static int64_t calls_of_runs(const GPtrArray *sorted, GCompareFunc compare, guint a_call)
{
    int64_t calls = 0;
    for (guint i = 0; i < sorted->len;) {
        guint run = run_length(sorted, i, compare);
        calls += (run - 1) / a_call + 1;
        i += run;
    }
    return calls;
}

static bool pick_patch(const Change *change)
{
    return goes_to_group(change->kind) && change->group.id != 0;
}

/* A hundred patches a call, a hundred values of one kind a patch. */
static int64_t patch_calls(const GPtrArray *going)
{
    g_autoptr(GPtrArray) sorted = select_changes(going, pick_patch, by_group_and_kind);
    int64_t calls = 0;
    int64_t patches = 0;
    for (guint i = 0; i < sorted->len;) {
        guint run = run_length(sorted, i, by_group_and_kind);
        patches += (run - 1) / A_HUNDRED + 1;
        bool ends =
            i + run == sorted->len || at(sorted, i + run)->group.id != at(sorted, i)->group.id;
        i += run;
        if (!ends)
            continue;
        calls += (patches - 1) / A_HUNDRED + 1;
        patches = 0;
    }
    return calls;
}

static bool pick_invitation(const Change *change)
{
    return change->kind == CHANGE_INVITE;
}

static bool pick_leaving(const Change *change)
{
    return change->kind == CHANGE_UNASSIGN && change->person.workspace_user_id.value != 0;
}

static gint by_workspace(gconstpointer a, gconstpointer b)
{
    return compare_numbers((*(const Change *const *) a)->workspace.id,
                           (*(const Change *const *) b)->workspace.id);
}

static int64_t single_calls(const GPtrArray *going)
{
    int64_t calls = 0;
    int64_t withdrawn = 0;
    int64_t deleted = 0;
    for (guint i = 0; i < going->len; i++) {
        ChangeKind kind = at(going, i)->kind;
        withdrawn += kind == CHANGE_WITHDRAW_INVITATION;
        deleted += kind == CHANGE_DELETE_MEMBER;
        calls += kind == CHANGE_RESEND_INVITATION || kind == CHANGE_DEACTIVATE ||
                 kind == CHANGE_CREATE_GROUP || kind == CHANGE_DELETE_GROUP ||
                 kind == CHANGE_CREATE_WORKSPACE || kind == CHANGE_ASSIGN ||
                 (kind == CHANGE_UNASSIGN && !pick_leaving(at(going, i)));
    }
    return calls + (withdrawn + A_HUNDRED - 1) / A_HUNDRED + (deleted + A_HUNDRED - 1) / A_HUNDRED;
}

/* ---- what a PUT of the person carries besides ---- */

static bool pick_put(const Change *change)
{
    return sets_person(change);
}

static bool may_ride(const Change *change, bool workspaces, bool groups)
{
    switch ((int) change->kind) {
    case CHANGE_ASSIGN:
        return workspaces;
    case CHANGE_UNASSIGN:
        return workspaces && groups; /* without groups nobody knows that lists replace */
    case CHANGE_ADD_TO_GROUP:
    case CHANGE_REMOVE_FROM_GROUP:
        return groups && change->group.id != 0;
    default:
        return false;
    }
}

/* Those of GOING that need a request of their own: neither a PUT nor what rides on one of PUTS,
 * which are sorted by person. */
static GPtrArray *rest_of(const GPtrArray *going, const GPtrArray *puts)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy((GPtrArray *) (guintptr) going, NULL, NULL);
    GPtrArray *rest = g_ptr_array_new();
    guint put = 0;
    g_ptr_array_sort(sorted, by_person);
    for (guint i = 0; i < sorted->len; i++) {
        while (put < puts->len && by_person(&puts->pdata[put], &sorted->pdata[i]) < 0)
            put++;
        bool workspaces = false;
        bool groups = false;
        for (guint p = put; p < puts->len && by_person(&puts->pdata[p], &sorted->pdata[i]) == 0;
             p++) {
            workspaces = workspaces || at(puts, p)->workspaces != NULL;
            groups = groups || at(puts, p)->groups != NULL;
        }
        if (!sets_person(at(sorted, i)) && !may_ride(at(sorted, i), workspaces, groups))
            g_ptr_array_add(rest, g_ptr_array_index(sorted, i));
    }
    return rest;
}

int64_t plan_minimum_requests(const Plan *plan)
{
    g_autoptr(GHashTable) withheld = plan_withheld_set(plan);
    g_autoptr(GPtrArray) going = g_ptr_array_new();
    for (guint i = 0; i < plan->changes->len; i++) {
        if (!g_hash_table_contains(withheld, GUINT_TO_POINTER(at(plan->changes, i)->id)))
            g_ptr_array_add(going, g_ptr_array_index(plan->changes, i));
    }
    g_autoptr(GPtrArray) puts = select_changes(going, pick_put, by_person);
    g_autoptr(GPtrArray) rest = rest_of(going, puts);
    g_autoptr(GPtrArray) invitations = select_changes(rest, pick_invitation, by_targets);
    g_autoptr(GPtrArray) leaving = select_changes(rest, pick_leaving, by_workspace);
    return single_calls(rest) + calls_of_runs(leaving, by_workspace, A_HUNDRED) +
           patch_calls(rest) + calls_of_runs(puts, by_person, G_MAXUINT) +
           calls_of_runs(invitations, by_targets, A_HUNDRED);
}
