/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_RAILING_H
#define TESTS_UNIT_SYNC_RAILING_H

/* railing - what the tests of rails have in common: crowds and strangers, and what a rail said. */

#include "world.h"

/* The rail of this kind that is broken, or else the first one. */
static inline const Rail *rail_of(const Plan *plan, RailKind kind)
{
    const Rail *found = NULL;
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->kind == kind && (found == NULL || rail->verdict != VERDICT_OK))
            found = rail;
    }
    if (found == NULL)
        fail_msg("no rail '%s' was judged", rail_name(kind));
    return found;
}

static inline unsigned withheld_by(const Plan *plan, RailKind kind)
{
    unsigned count = 0;
    const GPtrArray *list = rail_class(kind) == RAIL_CLASS_DEFER ? plan->deferred : plan->held;
    for (guint i = 0; i < list->len; i++)
        count += ((const Withheld *) g_ptr_array_index(list, i))->rail == kind;
    return count;
}

/* COUNT linked members, of whom the first DISABLED are disabled and the next GONE are missing
 * beyond their grace. */
static inline void crowd(World *world, unsigned count, unsigned disabled, unsigned gone)
{
    int64_t workspace = world_workspace(world, "Product");
    world->settings->lifecycle.grace_days = 0;
    world->settings->lifecycle.grace_reads = 0;
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("p%03u", i);
        if (i < disabled)
            world_disable(world_person(world, name));
        else if (i >= disabled + gone)
            (void) world_person(world, name);
        Member *member = world_member(world, name);
        world_assign(member, workspace, ROLE_USER);
        (void) world_link(world, name, member);
        (void) world_grant(world, member, GRANT_WORKSPACE, workspace);
    }
}

/* COUNT people whom nobody has invited yet. */
static inline void strangers(World *world, unsigned count)
{
    (void) world_workspace(world, "Product");
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("p%02u", i);
        (void) world_person(world, name);
    }
}

#endif
