/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/carry.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/sha256.h"
#include "sync/batch.h"
#include "sync/forecast.h"

/* Clocks of two machines are not quite the same. */
#define CLOCK_SLACK INT64_C(300)

static bool stale(GError **error, const char *why)
{
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_STALE,
                "the saved plan cannot be carried out: %s\nhint: make a new one with plan --out "
                "FILE",
                why);
    return false;
}

int64_t carry_end(const Plan *plan, int64_t remembered_days)
{
    return remembered_days > 0 ? plan->created + remembered_days * SECONDS_A_DAY : G_MAXINT64;
}

static bool check_age(const Plan *plan, const CarryTerms *terms, GError **error)
{
    int64_t until = plan->created + APPROVAL_SECONDS;
    if (terms->agreement != NULL)
        until = MAX(until, terms->agreement->until);
    g_autofree char *created = clock_format(plan->created);
    g_autofree char *last = clock_format(until);
    g_autofree char *why = NULL;
    if (terms->now > carry_end(plan, terms->remembered_days))
        why = g_strdup_printf("it was made on %s, and nobody knows any more whether it was carried "
                              "out: that is remembered for %" G_GINT64_FORMAT
                              " days (retention.plans_days)",
                              created, terms->remembered_days);
    else if (terms->now > until)
        why = g_strdup_printf("it was made on %s, and was good until %s", created, last);
    else if (plan->created > terms->now + CLOCK_SLACK)
        why = g_strdup_printf("it was made on %s, which is yet to come", created);
    return why == NULL || stale(error, why);
}

bool carry_check(const Plan *plan, const CarryTerms *terms, GError **error)
{
    if (plan->offline)
        return stale(error, "it was made from files, with --ldif or --snapshot");
    if (plan->organization_id != terms->organization_id) {
        g_autofree char *why = g_strdup_printf("'organization.id' was %" G_GINT64_FORMAT
                                               ", and is %" G_GINT64_FORMAT " now",
                                               plan->organization_id, terms->organization_id);
        return stale(error, why);
    }
    if (plan->undoes == 0 && g_strcmp0(plan->digests.configuration, terms->configuration) != 0) {
        g_autofree char *why = g_strdup_printf(
            "'digests.configuration' was %s, and is %s now: the configuration was changed",
            plan->digests.configuration != NULL ? plan->digests.configuration : "nothing",
            terms->configuration);
        return stale(error, why);
    }
    return check_age(plan, terms, error);
}

char *carry_name(const Plan *plan, const GPtrArray *lifts)
{
    if (lifts == NULL || lifts->len == 0)
        return g_strdup(plan->digests.document);
    g_autoptr(GString) text = g_string_new(plan->digests.document);
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        for (guint l = 0; l < lifts->len; l++) {
            const RailLift *lift = g_ptr_array_index(lifts, l);
            if (lift->kind == rail->kind && g_strcmp0(lift->subject, rail->subject) == 0)
                g_string_append_printf(text, "\n%s %s", rail_name(rail->kind),
                                       rail->subject != NULL ? rail->subject : "");
        }
    }
    return sha256_digest(text->str, text->len);
}

void carry_lift(Plan *plan, const GPtrArray *lifts)
{
    rails_lift(plan, lifts);
    plan_batch(plan);
    plan_forecast_again(plan);
}

static bool is_broken(const Rail *rail)
{
    return rail->verdict == VERDICT_HOLD || rail->verdict == VERDICT_DEFER;
}

/* A rail of the saved plan that keeps something back although it would let it go now. */
static void keep_rail(Plan *plan, const Rail *then)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        Rail *now = g_ptr_array_index(plan->rails, i);
        if (now->kind != then->kind || g_strcmp0(now->subject, then->subject) != 0)
            continue;
        if (is_broken(now))
            return;
        g_ptr_array_remove_index(plan->rails, i);
        break;
    }
    Rail *kept = plan_add_rail(plan, then->kind, then->subject);
    kept->limit = then->limit;
    kept->found = then->found;
    kept->verdict = then->verdict;
    kept->explanation = g_strdup(then->explanation);
    for (guint i = 0; i < then->examples->len; i++)
        g_ptr_array_add(kept->examples, g_strdup(g_ptr_array_index(then->examples, i)));
}

static const Rail *rail_of(const GPtrArray *rails, const Withheld *row)
{
    for (guint i = 0; i < rails->len; i++) {
        const Rail *rail = g_ptr_array_index(rails, i);
        if (rail->kind == row->rail && g_strcmp0(rail->subject, row->subject) == 0)
            return rail;
    }
    return NULL;
}

static void keep_back(Plan *plan, const GPtrArray *rails, const GPtrArray *then, bool deferred)
{
    g_autoptr(GHashTable) withheld = plan_withheld_set(plan);
    for (guint i = 0; i < then->len; i++) {
        const Withheld *row = g_ptr_array_index(then, i);
        const Rail *rail = rail_of(rails, row);
        if (g_hash_table_contains(withheld, GUINT_TO_POINTER(row->change)))
            continue;
        if (rail != NULL)
            keep_rail(plan, rail);
        plan_withhold(deferred ? plan->deferred : plan->held, row->change, row->rail, row->subject);
    }
}

static void swap(GPtrArray **a, GPtrArray **b)
{
    GPtrArray *kept = *a;
    *a = *b;
    *b = kept;
}

/* Whether everything that PLAN withholds now it withheld THEN, too. */
static bool withholds_no_more(const Plan *plan, const Plan *then)
{
    g_autoptr(GHashTable) before = plan_withheld_set(then);
    const GPtrArray *lists[] = {plan->held, plan->deferred};
    for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
        for (guint i = 0; i < lists[l]->len; i++) {
            const Withheld *row = g_ptr_array_index(lists[l], i);
            if (!g_hash_table_contains(before, GUINT_TO_POINTER(row->change)))
                return false;
        }
    }
    return true;
}

GPtrArray *carry_narrow(const Carry *carry, Plan *plan, bool *ret_all)
{
    rails_lift(plan, carry->lifts);
    GPtrArray *drifts = drift_check(plan, carry->fresh, carry->input->organization);
    if (carry->selection != NULL) {
        g_autoptr(GHashTable) kept = selection_kept(plan, carry->selection);
        drift_leave_out(drifts, plan, kept);
    }
    plan_narrow(plan, drifts, carry->input->organization);
    g_autoptr(Plan) then = plan_new();
    swap(&plan->rails, &then->rails);
    swap(&plan->held, &then->held);
    swap(&plan->deferred, &then->deferred);
    planner_judge(carry->input, carry->fresh, carry->lifts, plan);
    keep_back(plan, then->rails, then->held, false);
    keep_back(plan, then->rails, then->deferred, true);
    planner_finish(carry->input, plan);
    *ret_all = withholds_no_more(plan, then);
    return drifts;
}
