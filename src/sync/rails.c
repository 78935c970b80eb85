/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/rails_private.h"

#include "base/text.h"

#include <string.h>

#define EXAMPLES 10

const Change *judge_change(const Judge *judge, guint index)
{
    return g_ptr_array_index(judge->plan->changes, index);
}

bool judge_goes(const Judge *judge, const Change *change)
{
    return !g_hash_table_contains(judge->withheld, GUINT_TO_POINTER(change->id));
}

int64_t judge_count(const Judge *judge, ChangeTest test, bool going)
{
    int64_t count = 0;
    for (guint i = 0; i < judge->plan->changes->len; i++) {
        const Change *change = judge_change(judge, i);
        count += test(change) && (!going || judge_goes(judge, change));
    }
    return count;
}

Rail *judge_rail(Judge *judge, RailKind kind, const char *subject, int64_t limit, int64_t found)
{
    Rail *rail = plan_add_rail(judge->plan, kind, subject);
    rail->limit = limit;
    rail->found = found;
    rail->verdict = VERDICT_OK;
    return rail;
}

static bool is_lifted(const GPtrArray *lifts, const Rail *rail)
{
    for (guint i = 0; lifts != NULL && i < lifts->len; i++) {
        const RailLift *lift = g_ptr_array_index(lifts, i);
        if (lift->kind == rail->kind && g_strcmp0(lift->subject, rail->subject) == 0)
            return rail->found <= lift->found;
    }
    return false;
}

bool judge_breaks(Judge *judge, Rail *rail, char *explanation)
{
    g_free(rail->explanation);
    rail->explanation = explanation;
    if (is_lifted(judge->in->lifts, rail)) {
        rail->verdict = VERDICT_APPROVED;
        return false;
    }
    rail->verdict = rail_class(rail->kind) == RAIL_CLASS_DEFER ? VERDICT_DEFER : VERDICT_HOLD;
    return true;
}

static void add_example(Rail *rail, const Change *change)
{
    if (rail->examples->len >= EXAMPLES)
        return;
    const ChangePerson *person = &change->person;
    const char *who = person->mail != NULL         ? person->mail
                      : person->anchor != NULL     ? person->anchor
                      : change->group.name != NULL ? change->group.name
                                                   : change->workspace.name;
    char *safe = text_safe(who != NULL ? who : "?", -1);
    for (guint i = 0; i < rail->examples->len; i++) {
        if (strcmp(g_ptr_array_index(rail->examples, i), safe) == 0) {
            g_free(safe);
            return;
        }
    }
    g_ptr_array_add(rail->examples, safe);
}

void judge_withhold(Judge *judge, Rail *rail, const Change *change)
{
    bool defers = rail_class(rail->kind) == RAIL_CLASS_DEFER;
    plan_withhold(defers ? judge->plan->deferred : judge->plan->held, change->id, rail->kind,
                  rail->subject);
    g_hash_table_add(judge->withheld, GUINT_TO_POINTER(change->id));
    add_example(rail, change);
}

void judge_withhold_all(Judge *judge, Rail *rail, ChangeTest test)
{
    for (guint i = 0; i < judge->plan->changes->len; i++) {
        const Change *change = judge_change(judge, i);
        if (test(change))
            judge_withhold(judge, rail, change);
    }
}

bool change_removes_person(const Change *change)
{
    return change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_DELETE_MEMBER ||
           change->kind == CHANGE_WITHDRAW_INVITATION;
}

bool change_takes_access(const Change *change)
{
    return change_kind_effect(change->kind) == EFFECT_TAKES && !change->disabled_person;
}

bool change_needs_trust(const Change *change)
{
    return change_takes_access(change) || change->kind == CHANGE_SET_WORKSPACE_ROLE ||
           change->kind == CHANGE_SET_ORGANIZATION_ROLE || change->kind == CHANGE_CHANGE_ADDRESS;
}

void rails_check(const RailsInput *input, Plan *plan)
{
    g_autoptr(GHashTable) withheld = g_hash_table_new(NULL, NULL);
    Judge judge = {
        .in = input,
        .limits = &input->settings->limits,
        .plan = plan,
        .withheld = withheld,
    };
    judge_trust(&judge);
    judge_removals(&judge);
    judge_additions(&judge);
}

static void keep_back_less(GPtrArray *list, const Rail *rail)
{
    for (guint i = list->len; i > 0; i--) {
        const Withheld *row = g_ptr_array_index(list, i - 1);
        if (row->rail == rail->kind && g_strcmp0(row->subject, rail->subject) == 0)
            g_ptr_array_remove_index(list, i - 1);
    }
}

void rails_lift(Plan *plan, const GPtrArray *lifts)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        Rail *rail = g_ptr_array_index(plan->rails, i);
        bool breaks = rail->verdict == VERDICT_HOLD || rail->verdict == VERDICT_DEFER;
        if (!breaks || !is_lifted(lifts, rail))
            continue;
        rail->verdict = VERDICT_APPROVED;
        keep_back_less(plan->held, rail);
        keep_back_less(plan->deferred, rail);
    }
}

RailLift *rail_lift_new(RailKind kind, const char *subject, int64_t found)
{
    RailLift *lift = g_new0(RailLift, 1);
    *lift = (RailLift){.kind = kind, .subject = g_strdup(subject), .found = found};
    return lift;
}

void rail_lift_free(RailLift *lift)
{
    if (lift == NULL)
        return;
    g_free(lift->subject);
    g_free(lift);
}
