/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/desired_private.h"

#include <stdlib.h>

/* Of several wants of one subject for one target the best comes first: direct, highest role. */
static gint compare_wants(gconstpointer a, gconstpointer b)
{
    const Want *x = a;
    const Want *y = b;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    if (x->indirect != y->indirect)
        return x->indirect ? 1 : -1;
    if (x->role != y->role)
        return x->role > y->role ? -1 : 1;
    if (x->directory != y->directory)
        return x->directory < y->directory ? -1 : 1;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->via < y->via ? -1 : x->via > y->via;
}

/* Puts the awards of each subject together, in the order in which they came; gives the first of
 * each subject, and one past the last at the end. The caller's. */
static uint32_t *group_awards(Builder *builder, guint subjects)
{
    GArray *awards = builder->awards;
    uint32_t *first = g_new0(uint32_t, (gsize) subjects + 1);
    for (guint i = 0; i < awards->len; i++)
        first[g_array_index(awards, Award, i).subject + 1]++;
    for (guint i = 1; i <= subjects; i++)
        first[i] += first[i - 1];
    GArray *sorted = g_array_sized_new(false, false, sizeof(Award), awards->len);
    g_array_set_size(sorted, awards->len);
    g_autofree uint32_t *next = g_memdup2(first, sizeof(uint32_t) * ((gsize) subjects + 1));
    for (guint i = 0; i < awards->len; i++) {
        const Award *award = &g_array_index(awards, Award, i);
        g_array_index(sorted, Award, next[award->subject]++) = *award;
    }
    g_array_unref(awards);
    builder->awards = sorted;
    return first;
}

/* What one subject wants, the best for each target; PLACES says of each target where, plus one. */
typedef struct {
    GArray *wants; /* Want */
    uint32_t *places;
} Wanted;

static void add_want(Wanted *wanted, const Want *want)
{
    uint32_t *place = &wanted->places[want->target];
    if (*place == 0) {
        g_array_append_val(wanted->wants, *want);
        *place = wanted->wants->len;
        return;
    }
    Want *known = &g_array_index(wanted->wants, Want, *place - 1);
    if (compare_wants(want, known) < 0)
        *known = *want;
}

static void add_wants(const Builder *builder, const Award *award, Wanted *wanted)
{
    const Giving *giving = &g_array_index(builder->givings, Giving, award->giving);
    Want want = {.rule = giving->rule,
                 .subject = award->subject,
                 .directory = giving->directory,
                 .group = giving->group,
                 .via = award->via};
    for (guint i = 0; i < giving->targets->len; i++) {
        want.target = g_array_index(giving->targets, uint32_t, i);
        want.role = g_array_index(giving->roles, Role, i);
        want.indirect = giving->rule->via_group &&
                        desired_target_at(builder, want.target)->kind == TARGET_WORKSPACE;
        add_want(wanted, &want);
    }
}

/* Appends the wants of one subject to those of all. */
static void keep_wants(Builder *builder, const Subject *subject, Wanted *wanted)
{
    GArray *wants = wanted->wants;
    if (wants->len > 1)
        qsort(wants->data, wants->len, sizeof(Want), compare_wants);
    for (guint i = 0; i < wants->len; i++) {
        uint32_t target = g_array_index(wants, Want, i).target;
        wanted->places[target] = 0;
        if (subject->standing == SUBJECT_PRESENT)
            desired_target_at(builder, target)->wanted++;
    }
    g_array_append_vals(builder->desired->wants, wants->data, wants->len);
    (void) g_array_set_size(wants, 0);
}

void desired_settle(Builder *builder)
{
    const GPtrArray *subjects = builder->subjects->subjects;
    Desired *desired = builder->desired;
    g_autofree uint32_t *first = group_awards(builder, subjects->len);
    g_autoptr(GArray) wants = g_array_new(false, false, sizeof(Want));
    g_autofree uint32_t *places = g_new0(uint32_t, desired->targets->len + 1);
    Wanted wanted = {.wants = wants, .places = places};
    g_array_set_size(desired->first, subjects->len + 1);
    for (guint s = 0; s < subjects->len; s++) {
        for (uint32_t i = first[s]; i < first[s + 1]; i++)
            add_wants(builder, &g_array_index(builder->awards, Award, i), &wanted);
        keep_wants(builder, g_ptr_array_index(subjects, s), &wanted);
        g_array_index(desired->first, uint32_t, s + 1) = desired->wants->len;
    }
}
