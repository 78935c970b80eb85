/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_BATCHING_H
#define TESTS_UNIT_SYNC_BATCHING_H

/*
 * batching - changes and requests in a line each, for tests of the batcher.
 */

#include "testing.h"

#include "sync/batch.h"
#include "toggl/toggl.h"

#include <string.h>

/* ---- changes in a line each ---- */

static inline Change *add(Plan *plan, ChangeKind kind)
{
    Change *change = change_new(kind);
    g_ptr_array_add(plan->changes, change);
    return change;
}

/* Person N: user id N, organization-user id 1000 + N, invitation 2000 + N. */
static inline Change *about(Plan *plan, ChangeKind kind, int64_t n)
{
    Change *change = add(plan, kind);
    change->person.anchor = g_strdup_printf("p%05" G_GINT64_FORMAT, n);
    change->person.mail = g_strdup_printf("p%" G_GINT64_FORMAT "@example.org", n);
    change->person.user_id.value = n;
    change->person.organization_user_id.value = 1000 + n;
    change->person.invitation_id = 2000 + n;
    return change;
}

static inline Change *in_group(Plan *plan, ChangeKind kind, int64_t n, int64_t id, const char *name)
{
    Change *change = about(plan, kind, n);
    target_ref_set(&change->group, id, name);
    return change;
}

static inline Change *in_workspace(Plan *plan, ChangeKind kind, int64_t n, int64_t id,
                                   const char *name)
{
    Change *change = about(plan, kind, n);
    target_ref_set(&change->workspace, id, name);
    return change;
}

static inline Change *object(Plan *plan, ChangeKind kind, int64_t id, const char *name)
{
    Change *change = add(plan, kind);
    target_ref_set(kind == CHANGE_CREATE_WORKSPACE ? &change->workspace : &change->group, id, name);
    return change;
}

static inline Change *attach(Plan *plan, ChangeKind kind, int64_t group, const char *group_name,
                             int64_t workspace, const char *workspace_name)
{
    Change *change = object(plan, kind, group, group_name);
    target_ref_set(&change->workspace, workspace, workspace_name);
    return change;
}

static inline void carry_workspace(Change *change, int64_t id, const char *name, Role role)
{
    if (change->workspaces == NULL)
        change->workspaces =
            g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    g_ptr_array_add(change->workspaces, invitation_workspace_new(id, name, role));
}

static inline void carry_group(Change *change, int64_t id, const char *name)
{
    if (change->groups == NULL)
        change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    g_ptr_array_add(change->groups, target_ref_new(id, name));
}

static inline Change *set_role(Plan *plan, int64_t n, int64_t id, Role before, Role after)
{
    Change *change = in_workspace(plan, CHANGE_SET_WORKSPACE_ROLE, n, id, "W");
    change->before = (ChangeState){
        .fields = STATE_ROLE | STATE_MEMBER, .role = before, .member = before != ROLE_NONE};
    change->after = (ChangeState){.fields = STATE_ROLE, .role = after};
    if (after < before)
        change->phase = change_kind_phase(CHANGE_UNASSIGN, false);
    return change;
}

static inline void number(Plan *plan)
{
    g_ptr_array_sort(plan->changes, change_compare);
    for (guint i = 0; i < plan->changes->len; i++)
        ((Change *) g_ptr_array_index(plan->changes, i))->id = i + 1;
}

/* The first change of KIND, after number(). */
static inline unsigned id_of(const Plan *plan, ChangeKind kind)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (change->kind == kind)
            return change->id;
    }
    return 0;
}

/* ---- requests in a line each ---- */

static inline void append_numbers(GString *text, const char *what, const GArray *numbers)
{
    if (numbers->len == 0)
        return;
    g_string_append_printf(text, " %s ", what);
    for (guint i = 0; i < numbers->len; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? "," : "", g_array_index(numbers, unsigned, i));
}

static inline char *describe(const Plan *plan)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < plan->requests->len; i++) {
        const Request *request = g_ptr_array_index(plan->requests, i);
        assert_int_equal(request->id, i + 1);
        g_autofree char *path = toggl_request_path(request, 1);
        json_t *body = toggl_request_body(request);
        char *dump = body != NULL ? json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
        g_string_append_printf(text, "%u %s %s", request->phase, toggl_request_method(request),
                               path + strlen("/organizations/1"));
        g_string_append_printf(text, " %s", dump != NULL ? dump : "-");
        append_numbers(text, "for", request->changes);
        append_numbers(text, "after", request->after);
        g_string_append_c(text, '\n');
        free(dump);
        json_decref(body);
    }
    return g_string_free(text, FALSE);
}

static inline void assert_requests(Plan *plan, const char *expected)
{
    number(plan);
    plan_batch(plan);
    g_autofree char *text = describe(plan);
    assert_string_equal(text, expected);
}

/* What a PUT of person N must repeat where lists replace: two groups, two workspaces. */
static inline void repeat(Change *change)
{
    carry_group(change, 7, "Seven");
    carry_group(change, 8, "Eight");
    carry_workspace(change, 50, "W", ROLE_ADMIN);
    carry_workspace(change, 51, "Off", ROLE_USER);
    ((InvitationWorkspace *) g_ptr_array_index(change->workspaces, 1))->inactive = true;
}

#endif
