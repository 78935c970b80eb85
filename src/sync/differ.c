/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

bool differ_allows(const Differ *differ, ChangeKind kind)
{
    uint32_t kinds = differ->in->settings->lifecycle.kinds;
    return kinds == 0 || (kinds & UINT32_C(1) << kind) != 0;
}

bool differ_is_protected(const Differ *differ, const Member *member, const char **ret_reason)
{
    const char *reason = protections_reason(differ->protections, member);
    if (ret_reason != NULL)
        *ret_reason = reason;
    return reason != NULL;
}

Change *differ_add(Differ *differ, ChangeKind kind, const Subject *subject)
{
    Change *change = change_new(kind);
    if (subject != NULL)
        subject_describe(subject, differ->in->directories, &change->person);
    change->phase = change_kind_phase(kind, false);
    g_ptr_array_add(differ->plan->changes, change);
    return change;
}

void differ_notice(Differ *differ, NoticeKind kind, const Subject *subject, const char *reason)
{
    ChangePerson person = {0};
    subject_describe(subject, differ->in->directories, &person);
    plan_add_notice(differ->plan, kind, &person, reason);
    change_person_clear(&person);
}

const DesiredTarget *differ_target(const Differ *differ, const Want *want)
{
    return g_ptr_array_index(differ->in->desired->targets, want->target);
}

const Want *differ_wants(const Differ *differ, guint index, guint *ret_count)
{
    const GArray *first = differ->in->desired->first;
    *ret_count = 0;
    if (index == STRANGER)
        return NULL;
    uint32_t from = g_array_index(first, uint32_t, index);
    *ret_count = g_array_index(first, uint32_t, index + 1) - from;
    return *ret_count > 0 ? &g_array_index(differ->in->desired->wants, Want, from) : NULL;
}

bool differ_wants_target(const Differ *differ, guint index, TargetKind kind, int64_t id)
{
    return index != STRANGER && desired_want(differ->in->desired, index, kind, id) != NULL;
}

const char *differ_group_name(const Differ *differ, int64_t id)
{
    const OrganizationGroup *group = organization_group(differ->in->organization, id);
    return group != NULL ? group->name : "";
}

const char *differ_workspace_name(const Differ *differ, int64_t id)
{
    const Workspace *workspace = organization_workspace(differ->in->organization, id);
    return workspace != NULL ? workspace->name : "";
}

static void add_link(History *history, const Subject *subject, const Link *link)
{
    bool known = link->organization_user_id.value != 0 || link->user_id.value != 0;
    bool same = subject->member != NULL &&
                organization_user_id_equal(link->organization_user_id, subject->member->id);
    history->since = history->linked ? MIN(history->since, link->first_seen) : link->first_seen;
    history->linked = true;
    history->was_member = history->was_member || known;
    /* an invitation of somebody else's making is not the one that this link remembers */
    bool about = subject->member == NULL || same || (!known && subject->matched_by == NULL);
    if (about && link->invited_at >= history->invited_at) {
        history->invited_at = link->invited_at;
        history->resends = MAX(history->resends, link->resends);
    }
    if (same)
        history->deactivated_at = MAX(history->deactivated_at, link->deactivated_at);
    history->removed_at = MAX(history->removed_at, link->removed_at);
    history->released_at = MAX(history->released_at, link->released_at);
}

History subject_history(const Subject *subject)
{
    History history = {0};
    for (guint i = 0; i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL)
            add_link(&history, subject, link);
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++)
        add_link(&history, subject, g_ptr_array_index(subject->lost_links, i));
    return history;
}

Change *differ_add_membership(Differ *differ, ChangeKind kind, const Subject *subject,
                              const DesiredTarget *target)
{
    Change *change = differ_add(differ, kind, subject);
    target_ref_set(target->kind == TARGET_GROUP ? &change->group : &change->workspace, target->id,
                   target->name);
    return change;
}

Change *differ_add_in(Differ *differ, ChangeKind kind, const Subject *subject, TargetKind target,
                      int64_t id)
{
    Change *change = differ_add(differ, kind, subject);
    if (target == TARGET_GROUP)
        target_ref_set(&change->group, id, differ_group_name(differ, id));
    else
        target_ref_set(&change->workspace, id, differ_workspace_name(differ, id));
    return change;
}

void differ_name_assignment(Change *change, const Member *member)
{
    const Assignment *assignment = member_assignment(member, change->workspace.id);
    if (assignment != NULL)
        change->person.workspace_user_id = assignment->id;
}
