/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/rails.h"

#include "base/text.h"

#define EXAMPLES 10

static bool is_removal(const Change *change)
{
    return change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_DELETE_MEMBER ||
           change->kind == CHANGE_WITHDRAW_INVITATION;
}

static void add_example(Rail *rail, const Change *change)
{
    if (rail->examples->len >= EXAMPLES)
        return;
    const char *who = change->person.mail != NULL ? change->person.mail : change->person.anchor;
    g_ptr_array_add(rail->examples, text_safe(who != NULL ? who : "?", -1));
}

int64_t rails_removal_limit(const Limits *limits, int64_t linked_active_members)
{
    int64_t share = limits->removals_percent * linked_active_members / 100;
    return MAX(limits->removals_floor, MIN(share, limits->removals_count));
}

static int64_t linked_active_members(const RailsInput *input)
{
    int64_t count = 0;
    for (guint i = 0; i < input->organization->members->len; i++) {
        const Member *member = g_ptr_array_index(input->organization->members, i);
        if (!member->inactive && ledger_member_links(input->ledger, member->id) != NULL)
            count++;
    }
    return count;
}

static void hold_removals(Plan *plan, Rail *rail, bool disabled_too)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (!is_removal(change) || (change->disabled_person && !disabled_too))
            continue;
        plan_withhold(plan->held, change->id, rail->kind, NULL);
        add_example(rail, change);
    }
}

static void check_removals(const RailsInput *input, Plan *plan)
{
    int64_t all = 0;
    int64_t disabled = 0;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        all += is_removal(change);
        disabled += is_removal(change) && change->disabled_person;
    }
    int64_t linked = linked_active_members(input);
    Rail *rail = plan_add_rail(plan, RAIL_REMOVALS, NULL);
    rail->limit = rails_removal_limit(input->limits, linked);
    rail->found = all;
    rail->verdict = VERDICT_OK;
    if (all <= rail->limit)
        return;
    bool disabled_too = disabled > rail->limit;
    rail->verdict = VERDICT_HOLD;
    rail->explanation = g_strdup_printf(
        "%" G_GINT64_FORMAT " people would lose their place, and at most %" G_GINT64_FORMAT
        " may (limits.removals %" G_GINT64_FORMAT "%% of %" G_GINT64_FORMAT
        " linked members, at most %" G_GINT64_FORMAT ", never below %" G_GINT64_FORMAT "): %s",
        all, rail->limit, input->limits->removals_percent, linked, input->limits->removals_count,
        input->limits->removals_floor,
        disabled_too || disabled == 0
            ? "all of them are held"
            : "all but the people whom the directory says are disabled are held");
    hold_removals(plan, rail, disabled_too);
}

static void check_invitations(const RailsInput *input, Plan *plan)
{
    int64_t left = MAX(0, input->limits->invitations - input->invitations_today);
    Rail *rail = plan_add_rail(plan, RAIL_INVITATIONS, NULL);
    rail->limit = input->limits->invitations;
    rail->found = input->invitations_today;
    rail->verdict = VERDICT_OK;
    int64_t deferred = 0;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (change->kind != CHANGE_INVITE && change->kind != CHANGE_RESEND_INVITATION)
            continue;
        rail->found++;
        if (left-- > 0)
            continue;
        plan_withhold(plan->deferred, change->id, rail->kind, NULL);
        add_example(rail, change);
        deferred++;
    }
    if (deferred == 0)
        return;
    rail->verdict = VERDICT_DEFER;
    rail->explanation = g_strdup_printf(
        "%" G_GINT64_FORMAT " invitations in 24 hours, and at most %" G_GINT64_FORMAT
        " may go (limits.invitations): %" G_GINT64_FORMAT " wait for a later run",
        rail->found, rail->limit, deferred);
}

void rails_check(const RailsInput *input, Plan *plan)
{
    check_removals(input, plan);
    check_invitations(input, plan);
}
