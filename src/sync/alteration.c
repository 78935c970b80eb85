/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/alteration.h"

typedef struct {
    const GPtrArray *intervals;
    const Ledger *ledger;
    int64_t since;
    int64_t first;
    GPtrArray *found;
} Search;

const char *alteration_name(AlterationKind kind)
{
    static const char *const names[] = {
        [ALTERATION_GIVEN] = "given",
        [ALTERATION_TAKEN] = "taken",
        [ALTERATION_ROLE] = "role",
    };
    return names[kind];
}

static void add(Search *search, AlterationKind kind, const Interval *interval, Role before,
                int64_t seen)
{
    Alteration *alteration = g_new0(Alteration, 1);
    *alteration = (Alteration){.kind = kind, .interval = interval, .before = before, .seen = seen};
    g_ptr_array_add(search->found, alteration);
}

static const Grant *grant_of(const Search *search, const Interval *interval)
{
    static const GrantKind kinds[] = {
        [INTERVAL_GROUP] = GRANT_GROUP,
        [INTERVAL_WORKSPACE] = GRANT_WORKSPACE,
        [INTERVAL_ORGANIZATION_ROLE] = GRANT_ORGANIZATION_ROLE,
    };
    return ledger_grant(search->ledger, kinds[interval->kind], interval->member, interval->target,
                        0);
}

static bool is_made_by_us(const Ledger *ledger, int64_t workspace)
{
    for (guint i = 0; i < ledger->bindings->len; i++) {
        const Binding *binding = g_ptr_array_index(ledger->bindings, i);
        if (!binding->row.removed && binding->kind == BINDING_WORKSPACE &&
            binding->target == workspace && binding->created_by_us)
            return true;
    }
    return false;
}

/* Toggl makes the token's own user the admin of a workspace that is made: in the first read that
 * sees it, nobody else can be one by hand. */
static bool came_with_workspace(const Search *search, const Interval *interval)
{
    if (interval->kind != INTERVAL_WORKSPACE || interval->role != ROLE_ADMIN ||
        !is_made_by_us(search->ledger, interval->target))
        return false;
    for (guint i = 0; i < search->intervals->len; i++) {
        const Interval *other = g_ptr_array_index(search->intervals, i);
        if (other->kind == INTERVAL_WORKSPACE && other->target == interval->target &&
            other->since < interval->since)
            return false;
    }
    return true;
}

static void look_at_beginning(Search *search, const Interval *before, const Interval *interval)
{
    bool goes_on = before != NULL && interval_place_equal(before, interval) &&
                   before->until == interval->since;
    if (interval->since <= search->since || interval->since <= search->first)
        return;
    if (!goes_on) {
        /* what a rule wants and we did not take over has a path, and is no news */
        if (!interval->ours && interval->path == NULL && !came_with_workspace(search, interval))
            add(search, ALTERATION_GIVEN, interval, ROLE_NONE, interval->since);
        return;
    }
    const Grant *grant = grant_of(search, interval);
    bool ours = grant != NULL && grant->role == interval->role;
    if (before->role != interval->role && !ours && g_strcmp0(before->path, interval->path) == 0)
        add(search, ALTERATION_ROLE, interval, before->role, interval->since);
}

/* Latest first; of one read in the order of the intervals. */
static gint by_time(gconstpointer a, gconstpointer b)
{
    const Alteration *one = *(const Alteration *const *) a;
    const Alteration *other = *(const Alteration *const *) b;
    return one->seen > other->seen ? -1 : one->seen < other->seen;
}

GPtrArray *alterations_find(const GPtrArray *intervals, const Ledger *ledger, int64_t since,
                            int64_t first)
{
    Search search = {.intervals = intervals,
                     .ledger = ledger,
                     .since = since,
                     .first = first,
                     .found = g_ptr_array_new_with_free_func(g_free)};
    for (guint i = 0; i < intervals->len; i++) {
        const Interval *interval = g_ptr_array_index(intervals, i);
        const Interval *before = i > 0 ? g_ptr_array_index(intervals, i - 1) : NULL;
        look_at_beginning(&search, before, interval);
        if (interval->taken && interval->until > since)
            add(&search, ALTERATION_TAKEN, interval, ROLE_NONE, interval->until);
    }
    g_ptr_array_sort(search.found, by_time);
    return search.found;
}
