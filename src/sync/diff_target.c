/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

void diff_targets(Differ *differ)
{
    const Desired *desired = differ->in->desired;
    for (guint i = 0; i < desired->targets->len; i++) {
        const DesiredTarget *target = g_ptr_array_index(desired->targets, i);
        if (!target->create || target->shielded)
            continue;
        Change *change = differ_add_membership(
            differ, target->kind == TARGET_GROUP ? CHANGE_CREATE_GROUP : CHANGE_CREATE_WORKSPACE,
            NULL, target);
        change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
        change->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
        change->reason = g_strdup("a rule names it, and Toggl does not have it");
    }
}

/* Groups that we made and that no rule names any more. */
void diff_unused_groups(Differ *differ)
{
    const DiffInput *in = differ->in;
    for (guint i = 0; in->settings->lifecycle.delete_groups && i < in->ledger->bindings->len; i++) {
        const Binding *binding = g_ptr_array_index(in->ledger->bindings, i);
        const OrganizationGroup *group = organization_group(in->organization, binding->target);
        bool ours =
            !binding->row.removed && binding->kind == BINDING_GROUP && binding->created_by_us;
        if (!ours || group == NULL || in->desired->any_rule_held ||
            desired_target(in->desired, TARGET_GROUP, group->id) != NULL)
            continue;
        Change *change = differ_add(differ, CHANGE_DELETE_GROUP, NULL);
        target_ref_set(&change->group, group->id, group->name);
        change->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .member = true};
        change->after = (ChangeState){.fields = STATE_MEMBER};
        change->reason = g_strdup("made by us, and no rule names it any more");
    }
}
