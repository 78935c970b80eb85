/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

/* Of a held rule is made only what another rule wants people in. */
static bool will_be(const DesiredTarget *target)
{
    return target->id != 0 || (target->create && (!target->shielded || target->wanted > 0));
}

/* Who made away with the one that a rule meant before may have had a reason. New string. */
static char *reason_to_create(const Differ *differ, const DesiredTarget *target)
{
    BindingKind kind = target->kind == TARGET_GROUP ? BINDING_GROUP : BINDING_WORKSPACE;
    const Binding *before = ledger_binding(differ->in->ledger, kind, target->rule_name);
    return before != NULL ? g_strdup_printf("a rule names it, and the one that it meant until now, "
                                            "%" G_GINT64_FORMAT ", is gone from Toggl",
                                            before->target)
                          : g_strdup("a rule names it, and Toggl does not have it");
}

static void create_targets(Differ *differ)
{
    const Desired *desired = differ->in->desired;
    for (guint i = 0; i < desired->targets->len; i++) {
        const DesiredTarget *target = g_ptr_array_index(desired->targets, i);
        if (target->id != 0 || !will_be(target))
            continue;
        Change *change = differ_add_membership(
            differ, target->kind == TARGET_GROUP ? CHANGE_CREATE_GROUP : CHANGE_CREATE_WORKSPACE,
            NULL, target);
        change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
        change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
        change->reason = reason_to_create(differ, target);
    }
}

static void attach(Differ *differ, const Attachment *attachment)
{
    const DiffInput *in = differ->in;
    const DesiredTarget *group = g_ptr_array_index(in->desired->targets, attachment->group);
    const DesiredTarget *workspace = g_ptr_array_index(in->desired->targets, attachment->workspace);
    const OrganizationGroup *there =
        group->id != 0 ? organization_group(in->organization, group->id) : NULL;
    bool attached = there != NULL && workspace->id != 0 && group_in_workspace(there, workspace->id);
    const Grant *grant = ledger_grant(in->ledger, GRANT_GROUP_WORKSPACE, (OrganizationUserId){0},
                                      group->id, workspace->id);
    bool adopted = attached && (grant != NULL || in->settings->lifecycle.adoption == ADOPTION_NONE);
    if (adopted || !will_be(group) || !will_be(workspace))
        return;
    Change *change = differ_add_membership(
        differ, attached ? CHANGE_ADOPT : CHANGE_ADD_GROUP_TO_WORKSPACE, NULL, group);
    target_ref_set(&change->workspace, workspace->id, workspace->name);
    change->before =
        (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = attached, .wanted = true};
    change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    change->reason = g_strdup("a rule gives access through the group");
}

/* Whether a rule, held or not, wants this attachment. */
static bool wants_attachment(const Desired *desired, int64_t group, int64_t workspace)
{
    for (guint i = 0; i < desired->attachments->len; i++) {
        const Attachment *attachment = &g_array_index(desired->attachments, Attachment, i);
        const DesiredTarget *g = g_ptr_array_index(desired->targets, attachment->group);
        const DesiredTarget *w = g_ptr_array_index(desired->targets, attachment->workspace);
        if (g->id == group && w->id == workspace)
            return true;
    }
    return false;
}

static void detach(Differ *differ, const Grant *grant)
{
    const DiffInput *in = differ->in;
    const OrganizationGroup *group = organization_group(in->organization, grant->target);
    const DesiredTarget *target = desired_target(in->desired, TARGET_GROUP, grant->target);
    bool shielded = target != NULL && target->shielded;
    if (group == NULL || shielded || !group_in_workspace(group, grant->second) ||
        wants_attachment(in->desired, grant->target, grant->second))
        return;
    Change *change =
        differ_add_in(differ, CHANGE_REMOVE_GROUP_FROM_WORKSPACE, NULL, TARGET_GROUP, group->id);
    target_ref_set(&change->workspace, grant->second, differ_workspace_name(differ, grant->second));
    change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true};
    change->after = (ChangeState){.fields = STATE_MEMBER};
    change->reason = g_strdup("no rule gives access through the group any more");
}

void diff_targets(Differ *differ)
{
    const DiffInput *in = differ->in;
    create_targets(differ);
    for (guint i = 0; i < in->desired->attachments->len; i++) {
        const Attachment *attachment = &g_array_index(in->desired->attachments, Attachment, i);
        if (!attachment->shielded)
            attach(differ, attachment);
    }
    for (guint i = 0; i < in->ledger->grants->len; i++) {
        const Grant *grant = g_ptr_array_index(in->ledger->grants, i);
        if (!grant->row.removed && grant->kind == GRANT_GROUP_WORKSPACE)
            detach(differ, grant);
    }
}

/* Groups that we made and that no rule names any more. */
void diff_unused_groups(Differ *differ)
{
    const DiffInput *in = differ->in;
    bool known = !in->desired->any_rule_held && !in->desired->uncertain;
    bool wanted = in->settings->lifecycle.delete_groups && known;
    for (guint i = 0; wanted && i < in->ledger->bindings->len; i++) {
        const Binding *binding = g_ptr_array_index(in->ledger->bindings, i);
        const OrganizationGroup *group = organization_group(in->organization, binding->target);
        bool ours =
            !binding->row.removed && binding->kind == BINDING_GROUP && binding->created_by_us;
        if (!ours || group == NULL || desired_target(in->desired, TARGET_GROUP, group->id) != NULL)
            continue;
        Change *change = differ_add_in(differ, CHANGE_DELETE_GROUP, NULL, TARGET_GROUP, group->id);
        change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true};
        change->after = (ChangeState){.fields = STATE_MEMBER};
        change->reason = g_strdup("made by us, and no rule names it any more");
    }
}
