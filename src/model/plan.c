/* SPDX-License-Identifier: Apache-2.0 */
#include "model/plan.h"

#include <string.h>

typedef struct {
    const char *name;
    RailClass class;
    bool approvable;
} RailRow;

static const RailRow rails[] = {
    [RAIL_SOURCE_INCOMPLETE] = {"source-incomplete", RAIL_CLASS_STOP, false},
    [RAIL_ZERO_PEOPLE] = {"zero-people", RAIL_CLASS_STOP, false},
    [RAIL_OTHER_ORGANIZATION] = {"other-organization", RAIL_CLASS_STOP, false},
    [RAIL_OTHER_MACHINE] = {"other-machine", RAIL_CLASS_STOP, false},
    [RAIL_MAPPED_GROUP] = {"mapped-group", RAIL_CLASS_HOLD, false},
    [RAIL_MAX_SHRINK] = {"max-shrink", RAIL_CLASS_HOLD, true},
    [RAIL_CONFIGURATION] = {"configuration", RAIL_CLASS_HOLD, true},
    [RAIL_LOST_LEDGER] = {"lost-ledger", RAIL_CLASS_HOLD, true},
    [RAIL_REMOVALS] = {"removals", RAIL_CLASS_HOLD, true},
    [RAIL_REMOVALS_PER_DAY] = {"removals-per-day", RAIL_CLASS_HOLD, true},
    [RAIL_GROUP_REMOVALS] = {"group-removals", RAIL_CLASS_HOLD, true},
    [RAIL_INVITATIONS] = {"invitations", RAIL_CLASS_DEFER, true},
    [RAIL_REACTIVATIONS] = {"reactivations", RAIL_CLASS_DEFER, true},
    [RAIL_CANARY] = {"canary", RAIL_CLASS_DEFER, true},
    [RAIL_SEATS] = {"seats", RAIL_CLASS_DEFER, true},
    [RAIL_NEW_ADMINS] = {"new-admins", RAIL_CLASS_HOLD, true},
    [RAIL_ADDRESS_CHANGES] = {"address-changes", RAIL_CLASS_HOLD, true},
    [RAIL_QUARANTINE] = {"quarantine", RAIL_CLASS_HOLD, true},
    [RAIL_HOLD] = {"hold", RAIL_CLASS_HOLD, false},
};
_Static_assert(G_N_ELEMENTS(rails) == RAIL_KINDS, "every rail has a row");

static const char *const verdicts[] = {
    [VERDICT_OK] = "ok",       [VERDICT_STOP] = "stop",         [VERDICT_HOLD] = "hold",
    [VERDICT_DEFER] = "defer", [VERDICT_APPROVED] = "approved",
};

const char *rail_name(RailKind kind)
{
    return rails[kind].name;
}

bool rail_parse(const char *name, RailKind *ret_kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rails); i++) {
        if (strcmp(name, rails[i].name) == 0) {
            *ret_kind = (RailKind) i;
            return true;
        }
    }
    return false;
}

RailClass rail_class(RailKind kind)
{
    return rails[kind].class;
}

bool rail_is_approvable(RailKind kind)
{
    return rails[kind].approvable;
}

const char *verdict_name(Verdict verdict)
{
    return verdicts[verdict];
}

static void rail_free(Rail *rail)
{
    g_free(rail->subject);
    g_free(rail->explanation);
    g_ptr_array_unref(rail->examples);
    g_free(rail);
}

static void withheld_free(Withheld *withheld)
{
    g_free(withheld->subject);
    g_free(withheld);
}

static void notice_free(Notice *notice)
{
    change_person_clear(&notice->person);
    g_free(notice->reason);
    g_free(notice);
}

static void group_total_free(GroupTotal *total)
{
    g_free(total->group.name);
    g_free(total);
}

static void completeness_free(Completeness *completeness)
{
    completeness_clear(completeness);
    g_free(completeness);
}

Plan *plan_new(void)
{
    Plan *plan = g_new0(Plan, 1);
    plan->completeness = g_ptr_array_new_with_free_func((GDestroyNotify) completeness_free);
    plan->changes = g_ptr_array_new_with_free_func((GDestroyNotify) change_free);
    plan->requests = g_ptr_array_new_with_free_func((GDestroyNotify) request_free);
    plan->rails = g_ptr_array_new_with_free_func((GDestroyNotify) rail_free);
    plan->deferred = g_ptr_array_new_with_free_func((GDestroyNotify) withheld_free);
    plan->held = g_ptr_array_new_with_free_func((GDestroyNotify) withheld_free);
    plan->notices = g_ptr_array_new_with_free_func((GDestroyNotify) notice_free);
    plan->groups = g_ptr_array_new_with_free_func((GDestroyNotify) group_total_free);
    plan->warnings = g_ptr_array_new_with_free_func(g_free);
    return plan;
}

void plan_free(Plan *plan)
{
    if (plan == NULL)
        return;
    g_free(plan->organization_name);
    g_free(plan->digests.changes);
    g_free(plan->digests.configuration);
    g_free(plan->digests.directory);
    g_free(plan->digests.ledger);
    g_free(plan->digests.organization);
    g_free(plan->digests.document);
    g_ptr_array_unref(plan->completeness);
    g_ptr_array_unref(plan->changes);
    g_ptr_array_unref(plan->requests);
    g_ptr_array_unref(plan->rails);
    g_ptr_array_unref(plan->deferred);
    g_ptr_array_unref(plan->held);
    g_ptr_array_unref(plan->notices);
    g_ptr_array_unref(plan->groups);
    g_ptr_array_unref(plan->warnings);
    g_clear_pointer(&plan->mapped, g_array_unref);
    g_free(plan);
}

Rail *plan_add_rail(Plan *plan, RailKind kind, const char *subject)
{
    Rail *rail = g_new0(Rail, 1);
    rail->kind = kind;
    rail->subject = g_strdup(subject);
    rail->examples = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(plan->rails, rail);
    return rail;
}

void plan_add_notice(Plan *plan, NoticeKind kind, const ChangePerson *person, const char *reason)
{
    Notice *notice = g_new0(Notice, 1);
    notice->kind = kind;
    change_person_copy(&notice->person, person);
    notice->reason = g_strdup(reason);
    notice->days_left = -1;
    notice->reads_left = -1;
    g_ptr_array_add(plan->notices, notice);
}

void plan_withhold(GPtrArray *list, unsigned change, RailKind rail, const char *subject)
{
    Withheld *withheld = g_new0(Withheld, 1);
    *withheld = (Withheld){.change = change, .rail = rail, .subject = g_strdup(subject)};
    g_ptr_array_add(list, withheld);
}

static bool lists(const GPtrArray *list, unsigned change)
{
    for (guint i = 0; i < list->len; i++) {
        if (((const Withheld *) g_ptr_array_index(list, i))->change == change)
            return true;
    }
    return false;
}

bool plan_withholds(const Plan *plan, unsigned change)
{
    return lists(plan->held, change) || lists(plan->deferred, change);
}

guint plan_withheld_by(const GPtrArray *list, RailKind kind)
{
    guint count = 0;
    for (guint i = 0; i < list->len; i++)
        count += ((const Withheld *) g_ptr_array_index(list, i))->rail == kind;
    return count;
}

bool plan_rail_holds(const Plan *plan)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        if (((const Rail *) g_ptr_array_index(plan->rails, i))->verdict == VERDICT_HOLD)
            return true;
    }
    return false;
}

guint plan_withheld_count(const GPtrArray *list)
{
    g_autoptr(GHashTable) set = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < list->len; i++)
        g_hash_table_add(set,
                         GUINT_TO_POINTER(((const Withheld *) g_ptr_array_index(list, i))->change));
    return g_hash_table_size(set);
}

GHashTable *plan_withheld_set(const Plan *plan)
{
    GHashTable *set = g_hash_table_new(NULL, NULL);
    const GPtrArray *lists[] = {plan->held, plan->deferred};
    for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
        for (guint i = 0; i < lists[l]->len; i++) {
            const Withheld *row = g_ptr_array_index(lists[l], i);
            g_hash_table_add(set, GUINT_TO_POINTER(row->change));
        }
    }
    return set;
}

void change_person_copy(ChangePerson *to, const ChangePerson *from)
{
    *to = *from;
    to->source = g_strdup(from->source);
    to->anchor = g_strdup(from->anchor);
    to->mail = g_strdup(from->mail);
    to->name = g_strdup(from->name);
}

void change_person_clear(ChangePerson *person)
{
    g_free(person->source);
    g_free(person->anchor);
    g_free(person->mail);
    g_free(person->name);
    *person = (ChangePerson){0};
}
