/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_ENGINE_CASES_H
#define TESTS_UNIT_SYNC_ENGINE_CASES_H

/*
 * engine_cases - worlds that take requests of every common kind.
 */

#include "world.h"

typedef struct {
    const char *name;
    void (*build)(World *world);
} EngineCase;

static inline void build_joiners(World *world)
{
    (void) world_workspace(world, "Product");
    (void) world_person(world, "ann");
    (void) world_person(world, "bob");
    (void) world_person(world, "eve");
    (void) world_group(world, "developers", "ann", "bob", NULL);
    (void) world_group(world, "leads", "ann", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    (void) world_rule(world, RULE_GROUP_NAME, "leads", "Leads", "Product", ROLE_ADMIN);
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Company", ROLE_NONE);
}

static inline void build_adoption(World *world)
{
    int64_t product = world_workspace(world, "Product");
    int64_t group = world_toggl_group(world, "Developers");
    for (unsigned i = 0; i < 5; i++) {
        g_autofree char *name = g_strdup_printf("p%u", i);
        (void) world_person(world, name);
        Member *member = world_member(world, name);
        if (i % 2 == 0)
            world_put(member, group);
        if (i % 3 == 0)
            world_assign(member, product, ROLE_USER);
    }
    (void) world_group(world, "developers", "p0", "p1", "p2", "p3", "p4", NULL);
    (void) world_group(world, "leads", "p3", "p4", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    (void) world_rule(world, RULE_GROUP_NAME, "leads", "Leads", "Product", ROLE_TEAM_LEAD);
}

static inline void build_movers_and_leavers(World *world)
{
    int64_t product = world_workspace(world, "Product");
    int64_t old = world_toggl_group(world, "Old");
    int64_t new = world_toggl_group(world, "New");
    (void) new;
    for (unsigned i = 0; i < 6; i++) {
        g_autofree char *name = g_strdup_printf("p%u", i);
        Person *person = i == 5 ? NULL : world_person(world, name);
        Member *member = world_member(world, name);
        world_put(member, old);
        world_assign(member, product, ROLE_USER);
        Link *link = world_link(world, name, member);
        (void) world_grant(world, member, GRANT_GROUP, old);
        (void) world_grant(world, member, GRANT_WORKSPACE, product);
        if (i == 3)
            world_disable(person);
        if (i == 4) {
            member->inactive = true;
            link->deactivated_at = world->now - 10;
        }
    }
    world->settings->lifecycle.grace_days = 0;
    world->settings->lifecycle.grace_reads = 0;
    (void) world_group(world, "old", "p0", NULL);
    (void) world_group(world, "new", "p1", "p2", "p4", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "old", "Old", "Product", ROLE_NONE);
    (void) world_rule(world, RULE_GROUP_NAME, "new", "New", "Product", ROLE_NONE);
}

/* Two groups that we made, and that no rule names any more: they go with everybody in them. */
static inline void build_unused_groups(World *world)
{
    int64_t product = world_workspace(world, "Product");
    world->settings->lifecycle.delete_groups = true;
    for (unsigned g = 0; g < 2; g++) {
        const char *name = g == 0 ? "Old" : "Older";
        int64_t group = world_toggl_group(world, name);
        OrganizationGroup *made = organization_group_by_name(world->organization, name);
        g_array_append_val(made->workspaces, product);
        Binding *binding = ledger_add_binding(world->ledger, BINDING_GROUP, name, group);
        binding->created_by_us = true;
    }
    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("p%u", i);
        (void) world_person(world, name);
        Member *member = world_member(world, name);
        (void) world_link(world, name, member);
        world_assign(member, product, ROLE_USER);
        (void) world_grant(world, member, GRANT_WORKSPACE, product);
        for (guint g = 0; g < world->organization->groups->len; g++) {
            int64_t id =
                ((OrganizationGroup *) g_ptr_array_index(world->organization->groups, g))->id;
            world_put(member, id);
            if (i != 2) /* p2 was put there by hand */
                (void) world_grant(world, member, GRANT_GROUP, id);
        }
    }
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
}

static const EngineCase engine_cases[] = {
    {"joiners", build_joiners},
    {"adoption", build_adoption},
    {"movers and leavers", build_movers_and_leavers},
    {"unused groups", build_unused_groups},
};

static inline void engine_begin(World *world, const EngineCase *engine_case)
{
    world_init(world);
    world->settings->lifecycle.create_groups = true;
    world->settings->lifecycle.create_workspaces = true;
    engine_case->build(world);
}

#endif
