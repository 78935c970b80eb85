/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "sync/rails.h"

typedef struct {
    int64_t percent;
    int64_t count;
    int64_t floor;
    int64_t linked;
    int64_t limit;
} LimitCase;

static void test_removal_limit(void **state)
{
    (void) state;
    static const LimitCase cases[] = {
        {5, 25, 5, 0, 5},      /* the floor */
        {5, 25, 5, 100, 5},    /* percent and floor meet */
        {5, 25, 5, 200, 10},   /* percent */
        {5, 25, 5, 10000, 25}, /* count */
        {0, 0, 0, 10000, 0},   /* nobody may go */
        {100, 1000, 0, 30, 30},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Limits limits = {
            .removals_percent = cases[i].percent,
            .removals_count = cases[i].count,
            .removals_floor = cases[i].floor,
        };
        assert_int_equal(rails_removal_limit(&limits, cases[i].linked), cases[i].limit);
    }
}

/* COUNT linked members, of whom the first DISABLED are disabled and the next GONE are missing
 * beyond their grace. */
static void crowd(World *world, unsigned count, unsigned disabled, unsigned gone)
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

static void check_crowd(unsigned count, unsigned disabled, unsigned gone, unsigned sent,
                        unsigned held, int status)
{
    World world;
    world_init(&world);
    crowd(&world, count, disabled, gone);
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(plan->changes->len, disabled + gone);
    assert_int_equal(plan->held->len, held);
    assert_int_equal(planner_pending(plan), sent);
    assert_int_equal(planner_rail_status(plan), status);
    world_clear(&world);
}

static void test_removals_are_held_above_the_limit(void **state)
{
    (void) state;
    check_crowd(50, 0, 5, 5, 0, 0); /* at the limit */
    check_crowd(50, 0, 6, 0, 6, 3); /* above it: all of them */
    check_crowd(50, 2, 6, 2, 6, 3); /* disabled people go although the others are held */
    check_crowd(50, 6, 0, 0, 6, 3); /* too many disabled ones are held as well */
}

static void test_explanation_has_the_numbers(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 50, 1, 6);
    g_autoptr(Plan) plan = world_plan(&world);
    const Rail *rail = g_ptr_array_index(plan->rails, 0);
    assert_int_equal(rail->kind, RAIL_REMOVALS);
    assert_string_equal(rail->explanation, "7 people would lose their place, and at most 5 may "
                                           "(limits.removals 5% of 50 linked members, "
                                           "at most 25, never below 5): all but the people whom "
                                           "the directory says are disabled are held");
    assert_int_equal(rail->examples->len, 6);
    assert_string_equal(g_ptr_array_index(rail->examples, 0), "p001@example.org");
    world_clear(&world);
}

static void test_invitations_above_the_limit_wait(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    (void) world_workspace(&world, "Product");
    (void) world_rule(&world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    for (unsigned i = 0; i < 12; i++) {
        g_autofree char *name = g_strdup_printf("p%02u", i);
        (void) world_person(&world, name);
    }
    world.settings->limits.invitations = 10;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(plan->deferred->len, 2);
    assert_int_equal(planner_pending(plan), 10);
    assert_int_equal(planner_rail_status(plan), 75);
    world.invitations_today = 7;
    g_autoptr(Plan) later = world_plan(&world);
    assert_int_equal(planner_pending(later), 3);
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_removal_limit),
        cmocka_unit_test(test_removals_are_held_above_the_limit),
        cmocka_unit_test(test_explanation_has_the_numbers),
        cmocka_unit_test(test_invitations_above_the_limit_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
