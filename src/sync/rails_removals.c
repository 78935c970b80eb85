/* SPDX-License-Identifier: Apache-2.0 */
/* Rails about what is taken away: people in a run, people in a day, members of one group. */
#include "sync/rails_private.h"

#include "base/text.h"

int64_t rails_removal_limit(const Limits *limits, int64_t linked_active_members)
{
    int64_t share = limits->removals_percent * linked_active_members / 100;
    return MAX(limits->removals_floor, MIN(share, limits->removals_count));
}

static int64_t linked_active_members(const RailsInput *input)
{
    int64_t count = 0;
    g_autofree bool *seen = g_new0(bool, input->organization->members->len + 1);
    for (guint i = 0; i < input->ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(input->ledger->links, i);
        const Member *member = !link->row.removed ? organization_member(input->organization,
                                                                        link->organization_user_id)
                                                  : NULL;
        if (member == NULL || seen[member->index])
            continue;
        seen[member->index] = true;
        count += !member->inactive;
    }
    return count;
}

static bool removes_disabled(const Change *change)
{
    return change_removes_person(change) && change->disabled_person;
}

static bool removes_other(const Change *change)
{
    return change_removes_person(change) && !change->disabled_person;
}

static const char *who_is_held(int64_t disabled, bool disabled_too)
{
    return disabled_too || disabled == 0
               ? "all of them are held"
               : "all but the people whom the directory says are disabled are held";
}

static void withhold_people(Judge *judge, Rail *rail, bool disabled_too)
{
    judge_withhold_all(judge, rail, disabled_too ? change_removes_person : removes_other);
}

static void judge_run(Judge *judge, int64_t all, int64_t disabled)
{
    int64_t linked = linked_active_members(judge->in);
    int64_t limit = rails_removal_limit(judge->limits, linked);
    Rail *rail = judge_rail(judge, RAIL_REMOVALS, NULL, limit, all);
    if (all <= limit)
        return;
    bool disabled_too = disabled > limit;
    g_autofree char *people = text_count(all, "person", "people");
    char *explanation = g_strdup_printf(
        "%s would lose their place, and at most %" G_GINT64_FORMAT
        " may (limits.removals %" G_GINT64_FORMAT "%% of %" G_GINT64_FORMAT
        " linked members, at most %" G_GINT64_FORMAT ", never below %" G_GINT64_FORMAT "): %s",
        people, limit, judge->limits->removals_percent, linked, judge->limits->removals_count,
        judge->limits->removals_floor, who_is_held(disabled, disabled_too));
    if (judge_breaks(judge, rail, explanation))
        withhold_people(judge, rail, disabled_too);
}

/* Others' removals never keep a disabled person in; a flood of disabled ones is held as well. */
static void judge_day(Judge *judge, int64_t all, int64_t disabled)
{
    const RailsToday *today = &judge->in->today;
    int64_t limit = judge->limits->removals_per_day;
    Rail *rail = judge_rail(judge, RAIL_REMOVALS_PER_DAY, NULL, limit, today->removals + all);
    bool disabled_too = today->disabled_removals + disabled > limit;
    bool others = all > disabled;
    if (rail->found <= limit || all == 0 || (!others && !disabled_too))
        return;
    g_autofree char *people = text_count(rail->found, "person", "people");
    char *explanation =
        g_strdup_printf("%s would lose their place within 24 hours, %" G_GINT64_FORMAT
                        " of them lost it in earlier runs, and at most %" G_GINT64_FORMAT
                        " may (limits.removals_per_day): %s",
                        people, today->removals, limit, who_is_held(disabled, disabled_too));
    if (judge_breaks(judge, rail, explanation))
        withhold_people(judge, rail, disabled_too);
}

/* ---- one group, one workspace ---- */

typedef struct {
    bool group;
    int64_t id;
    const char *name;
    int64_t taken; /* memberships, or assignments */
    int64_t size;  /* there now */
    Rail *broken;  /* what keeps everything in it, or NULL */
} Target;

typedef struct {
    GHashTable *targets; /* Target * -> the same */
} Targets;

static guint target_hash(gconstpointer key)
{
    const Target *target = key;
    return (guint) target->id * 2U + target->group;
}

static gboolean target_equal(gconstpointer a, gconstpointer b)
{
    const Target *x = a;
    const Target *y = b;
    return x->id == y->id && x->group == y->group;
}

/* What a change takes from; false: it is not about a group or workspace. */
static bool target_of(const Change *change, Target *ret_target)
{
    bool group = change->kind == CHANGE_REMOVE_FROM_GROUP || change->kind == CHANGE_DELETE_GROUP;
    bool workspace =
        change->kind == CHANGE_UNASSIGN || change->kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
    if (!group && !workspace)
        return false;
    const TargetRef *ref = group ? &change->group : &change->workspace;
    *ret_target = (Target){.group = group, .id = ref->id, .name = ref->name};
    return true;
}

static Target *find_target(const Targets *targets, bool group, int64_t id)
{
    Target key = {.group = group, .id = id};
    return g_hash_table_lookup(targets->targets, &key);
}

static void add_target(Targets *targets, const Target *target)
{
    if (find_target(targets, target->group, target->id) == NULL)
        g_hash_table_add(targets->targets, g_memdup2(target, sizeof *target));
}

/* What PLAN takes from, and the groups that it takes from workspaces. */
static void find_targets(Targets *targets, const Plan *plan)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        Target target;
        if (change->disabled_person || !target_of(change, &target))
            continue;
        add_target(targets, &target);
        Target group = {.group = true, .id = change->group.id, .name = change->group.name};
        if (change->kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE)
            add_target(targets, &group);
    }
}

static void count_one(const Targets *targets, bool group, int64_t id)
{
    Target *target = find_target(targets, group, id);
    if (target != NULL)
        target->size++;
}

/* Once for all of them. */
static void count_members(const Targets *targets, const Organization *organization)
{
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        for (guint g = 0; g < member->groups->len; g++)
            count_one(targets, true, g_array_index(member->groups, int64_t, g));
        for (guint a = 0; a < member->assignments->len; a++)
            count_one(targets, false,
                      g_array_index(member->assignments, Assignment, a).workspace_id);
    }
}

static void count_change(const Targets *targets, const Change *change)
{
    Target key;
    if (change->disabled_person || !target_of(change, &key))
        return;
    Target *target = find_target(targets, key.group, key.id);
    int64_t weight = 1;
    if (change->kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE)
        weight = find_target(targets, true, change->group.id)->size;
    /* with a group go all that are in it, those who are taken out before included */
    if (change->kind == CHANGE_DELETE_GROUP)
        weight = MAX(0, target->size - target->taken);
    target->taken += weight;
}

static void withhold_targets(Judge *judge, const Targets *targets)
{
    for (guint i = 0; i < judge->plan->changes->len; i++) {
        const Change *change = judge_change(judge, i);
        Target key;
        if (change->disabled_person || !target_of(change, &key))
            continue;
        const Target *target = find_target(targets, key.group, key.id);
        if (target->broken != NULL)
            judge_withhold(judge, target->broken, change);
    }
}

static bool judge_target(Judge *judge, Target *target)
{
    if (target->taken <= judge->limits->removals_floor)
        return false;
    int64_t share = judge->limits->group_removals_percent * target->size / 100;
    int64_t limit = MAX(judge->limits->removals_floor, share);
    if (target->taken <= limit)
        return false;
    g_autofree char *subject =
        g_strdup_printf("%s %s", target->group ? "group" : "workspace", target->name);
    Rail *rail = judge_rail(judge, RAIL_GROUP_REMOVALS, subject, limit, target->taken);
    g_autofree char *name = text_safe(target->name, -1);
    char *explanation = g_strdup_printf(
        "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " people would be taken out of %s '%s', and at "
        "most %" G_GINT64_FORMAT " may (limits.group_removals %" G_GINT64_FORMAT
        "%%, never below %" G_GINT64_FORMAT "): they stay in it",
        target->taken, target->size, target->group ? "group" : "workspace", name, limit,
        judge->limits->group_removals_percent, judge->limits->removals_floor);
    if (judge_breaks(judge, rail, explanation))
        target->broken = rail;
    return true;
}

static gint compare_targets(gconstpointer a, gconstpointer b)
{
    const Target *x = a;
    const Target *y = b;
    if (x->group != y->group)
        return x->group ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void judge_targets(Judge *judge)
{
    g_autoptr(GHashTable) table = g_hash_table_new_full(target_hash, target_equal, g_free, NULL);
    Targets targets = {.targets = table};
    find_targets(&targets, judge->plan);
    if (g_hash_table_size(table) > 0)
        count_members(&targets, judge->in->organization);
    for (guint i = 0; i < judge->plan->changes->len; i++)
        count_change(&targets, judge_change(judge, i));
    g_autoptr(GList) sorted = g_list_sort(g_hash_table_get_keys(table), compare_targets);
    bool broken = false;
    int64_t most = 0;
    for (const GList *at = sorted; at != NULL; at = at->next) {
        most = MAX(most, ((const Target *) at->data)->taken);
        broken = judge_target(judge, at->data) || broken;
    }
    if (broken)
        withhold_targets(judge, &targets);
    else
        (void) judge_rail(judge, RAIL_GROUP_REMOVALS, NULL, judge->limits->removals_floor, most);
}

void judge_removals(Judge *judge)
{
    int64_t all = judge_count(judge, change_removes_person, false);
    int64_t disabled = judge_count(judge, removes_disabled, false);
    judge_run(judge, all, disabled);
    judge_day(judge, all, disabled);
    judge_targets(judge);
}
