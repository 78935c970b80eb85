/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/confirm.h"

#include "base/clock.h"
#include "sync/holds.h"
#include "sync/remember.h"

#include <string.h>

void confirmed_init(Confirmed *confirmed, Plan *plan, Ledger *ledger)
{
    *confirmed = (Confirmed){
        .plan = plan,
        .ledger = ledger,
        .changes = g_hash_table_new(NULL, NULL),
        .news = g_array_new(FALSE, FALSE, sizeof(ConfirmedChange)),
    };
}

void confirmed_clear(Confirmed *confirmed)
{
    g_clear_pointer(&confirmed->changes, g_hash_table_unref);
    g_clear_pointer(&confirmed->news, g_array_unref);
}

const Change *plan_change(const Plan *plan, unsigned id)
{
    return g_ptr_array_index(plan->changes, id - 1);
}

bool is_confirmed(const Confirmed *confirmed, unsigned change)
{
    return g_hash_table_contains(confirmed->changes, GUINT_TO_POINTER(change));
}

/* Ids that came with answers take the place of names, so that the ledger learns numbers. */
static void resolve_targets(Plan *plan, const Change *creation, int64_t id)
{
    bool group = creation->kind == CHANGE_CREATE_GROUP;
    const char *name = group ? creation->group.name : creation->workspace.name;
    for (guint i = 0; i < plan->changes->len; i++) {
        Change *change = g_ptr_array_index(plan->changes, i);
        TargetRef *target = group ? &change->group : &change->workspace;
        if (target->id == 0 && g_strcmp0(target->name, name) == 0)
            target->id = id;
        for (guint j = 0; group && change->groups != NULL && j < change->groups->len; j++) {
            TargetRef *ref = g_ptr_array_index(change->groups, j);
            if (ref->id == 0 && strcmp(ref->name, name) == 0)
                ref->id = id;
        }
        for (guint j = 0; !group && change->workspaces != NULL && j < change->workspaces->len;
             j++) {
            InvitationWorkspace *ref = g_ptr_array_index(change->workspaces, j);
            if (ref->workspace.id == 0 && strcmp(ref->workspace.name, name) == 0)
                ref->workspace.id = id;
        }
    }
}

/* The limit across runs that a change counts towards. */
static const char *counts_as(const Change *change)
{
    ChangeKind kind = change->kind;
    if (kind == CHANGE_INVITE || kind == CHANGE_RESEND_INVITATION)
        return "invite";
    if (kind == CHANGE_REACTIVATE)
        return "reactivate";
    bool removal = kind == CHANGE_DEACTIVATE || kind == CHANGE_DELETE_MEMBER ||
                   kind == CHANGE_WITHDRAW_INVITATION;
    if (!removal)
        return NULL;
    return change->disabled_person ? "disabled-removal" : "removal";
}

/* Whom the ledger knows CHANGE's person as; NULL: nobody. */
static const Link *link_of(const Ledger *ledger, const Change *change)
{
    const ChangePerson *person = &change->person;
    return person->source != NULL && person->anchor != NULL
               ? ledger_link(ledger, person->source, person->anchor)
               : NULL;
}

/* What an undo gives to nobody whom it holds is by hand from now on: the next sync would take back
 * what was ours, and no rule wants. */
static bool is_by_hand(const Plan *plan, const Change *change)
{
    bool gives = change_kind_effect(change->kind) == EFFECT_GIVES;
    return plan->undoes != 0 && gives && change->person.anchor == NULL;
}

void confirm_change(Confirmed *confirmed, const Change *change, const Organization *organization,
                    int64_t created_id, int64_t now)
{
    if (is_confirmed(confirmed, change->id))
        return;
    const Link *before = link_of(confirmed->ledger, change);
    g_hash_table_add(confirmed->changes, GUINT_TO_POINTER(change->id));
    if (created_id != 0)
        resolve_targets(confirmed->plan, change, created_id);
    if (!is_by_hand(confirmed->plan, change))
        remember_change(confirmed->ledger, change, change_member(change, organization), created_id,
                        now);
    const Link *link = before != NULL ? before : link_of(confirmed->ledger, change);
    ConfirmedChange news = {
        .change = change->id,
        .counts_as = counts_as(change),
        .kind =
            change_kind_effect(change->kind) != EFFECT_NONE ? change_kind_name(change->kind) : NULL,
        .person = link != NULL ? &link->row : NULL,
        .member = change->person.organization_user_id.value,
        .group = change->group.id,
        .workspace = change->workspace.id,
    };
    g_array_append_val(confirmed->news, news);
}

void confirm_invited(const Confirmed *confirmed, const Organization *organization, int64_t now)
{
    for (guint i = 0; i < confirmed->plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(confirmed->plan->changes, i);
        const Member *member = change->kind == CHANGE_INVITE && is_confirmed(confirmed, change->id)
                                   ? change_member(change, organization)
                                   : NULL;
        if (member != NULL)
            remember_change(confirmed->ledger, change, member, 0, now);
    }
}

void confirm_hold(const Confirmed *confirmed, int64_t now)
{
    g_autofree char *day = clock_format(now);
    day[strlen("2026-11-23")] = '\0';
    for (guint i = 0; confirmed->plan->undoes != 0 && i < confirmed->plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(confirmed->plan->changes, i);
        Link *link =
            is_confirmed(confirmed, change->id) && change->person.anchor != NULL
                ? ledger_link(confirmed->ledger, change->person.source, change->person.anchor)
                : NULL;
        if (link == NULL)
            continue;
        link->hold_until = HOLD_UNTIL_RELEASED;
        g_free(link->hold_reason);
        link->hold_reason =
            g_strdup_printf("run %" G_GINT64_FORMAT
                            " was undone on %s: held until 'toggl-ldap-sync person release'",
                            confirmed->plan->undoes, day);
        link->row.dirty = true;
    }
}
