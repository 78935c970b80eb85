/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include <string.h>

static gint compare_invitation_workspaces(gconstpointer a, gconstpointer b)
{
    const InvitationWorkspace *const *x = a;
    const InvitationWorkspace *const *y = b;
    return strcmp((*x)->workspace.name, (*y)->workspace.name);
}

static gint compare_target_refs(gconstpointer a, gconstpointer b)
{
    const TargetRef *const *x = a;
    const TargetRef *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static void invite(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    Change *change = differ_add(differ, CHANGE_INVITE, subject);
    change->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    change->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    GString *reason = g_string_new(NULL);
    for (guint i = 0; i < count; i++) {
        const DesiredTarget *target = differ_target(differ, &wants[i]);
        if (target->kind == TARGET_WORKSPACE)
            g_ptr_array_add(change->workspaces,
                            invitation_workspace_new(target->id, target->name, wants[i].role));
        else
            g_ptr_array_add(change->groups, target_ref_new(target->id, target->name));
        g_autofree char *why = want_reason(&wants[i], differ->in->directories);
        if (strstr(reason->str, why) == NULL)
            g_string_append_printf(reason, "%s%s", reason->len > 0 ? "; " : "", why);
    }
    g_ptr_array_sort(change->workspaces, compare_invitation_workspaces);
    g_ptr_array_sort(change->groups, compare_target_refs);
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = g_string_free(reason, FALSE);
}

static bool has_workspace(const Differ *differ, const Want *wants, guint count)
{
    for (guint i = 0; i < count; i++) {
        if (differ_target(differ, &wants[i])->kind == TARGET_WORKSPACE)
            return true;
    }
    return false;
}

void diff_joiner(Differ *differ, const Subject *subject, const Want *wants, guint count)
{
    if (count == 0)
        return;
    const Link *link = NULL;
    for (guint i = 0; i < subject->entries->len && link == NULL; i++)
        link = g_array_index(subject->entries, SubjectEntry, i).link;
    if (link != NULL && link->removed_at == 0) {
        differ_notice(differ, NOTICE_BY_HAND, subject,
                      link->invited_at != 0
                          ? "the invitation was refused, or the member deleted, by somebody else"
                          : "the member was deleted by somebody else");
        return;
    }
    if (link != NULL && differ->in->settings->lifecycle.returners == RETURNERS_REPORT) {
        differ_notice(differ, NOTICE_HELD, subject,
                      "is back, and lifecycle.returners is \"report\"");
        return;
    }
    if (!has_workspace(differ, wants, count)) {
        differ_notice(differ, NOTICE_HELD, subject,
                      "an invitation needs a workspace, and no rule gives this person one");
        return;
    }
    invite(differ, subject, wants, count);
}
