/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "sync/plan_diff.h"

/* Two people in a group, and a rule that gives them something. */
static void company(World *world)
{
    world_init(world);
    world_workspace(world, "Product");
    world_workspace(world, "Company");
    world_toggl_group(world, "Developers");
    world_person(world, "ann");
    world_person(world, "bob");
    world_group(world, "developers", "ann", "bob", NULL);
}

static void test_same(void **state)
{
    (void) state;
    World world;
    company(&world);
    world_rule(&world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    g_autoptr(Plan) one = world_plan(&world);
    g_autoptr(Plan) other = world_plan(&world);
    g_autoptr(PlanDiff) diff = plan_diff_new(one, other);
    assert_true(plan_diff_is_empty(diff));
    assert_int_equal(diff->people, 0);
    world_clear(&world);
}

static void test_another_rule(void **state)
{
    (void) state;
    World world;
    company(&world);
    world_rule(&world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    g_autoptr(Plan) old_plan = world_plan(&world);
    world_rule(&world, RULE_EVERYONE, NULL, NULL, "Company", ROLE_ADMIN);
    g_autoptr(Plan) new_plan = world_plan(&world);
    g_autoptr(PlanDiff) diff = plan_diff_new(old_plan, new_plan);
    /* an invitation to other places is another invitation */
    assert_int_equal(diff->only_old.changes->len, 2);
    assert_int_equal(diff->only_new.changes->len, 2);
    assert_int_equal(diff->people, 2);
    assert_false(plan_diff_is_empty(diff));
    g_autoptr(PlanDiff) back = plan_diff_new(new_plan, old_plan);
    assert_int_equal(back->only_new.changes->len, 2);
    assert_ptr_equal(g_ptr_array_index(back->only_new.changes, 0),
                     g_ptr_array_index(diff->only_old.changes, 0));
    world_clear(&world);
}

/* Why something happens is no difference; to whom, what and where is one. */
static void test_what_counts(void **state)
{
    (void) state;
    static const struct {
        const char *what;
        bool differs;
    } cases[] = {
        {"reason", false}, {"id", false},    {"kind", true}, {"anchor", true},
        {"group", true},   {"member", true}, {"role", true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Plan) old_plan = plan_new();
        g_autoptr(Plan) new_plan = plan_new();
        Plan *const plans[] = {old_plan, new_plan};
        for (size_t p = 0; p < 2; p++) {
            bool other = p == 1;
            const char *what = cases[i].what;
            Change *change = change_new(other && strcmp(what, "kind") == 0 ? CHANGE_ASSIGN
                                                                           : CHANGE_ADD_TO_GROUP);
            change->person.anchor = g_strdup(other && strcmp(what, "anchor") == 0 ? "ann" : "bob");
            change->reason = g_strdup(other && strcmp(what, "reason") == 0 ? "a" : "b");
            change->id = other && strcmp(what, "id") == 0 ? 2 : 1;
            target_ref_set(&change->group, other && strcmp(what, "group") == 0 ? 8 : 7, "A");
            change->after.member = !(other && strcmp(what, "member") == 0);
            change->after.role = other && strcmp(what, "role") == 0 ? ROLE_ADMIN : ROLE_USER;
            g_ptr_array_add(plans[p]->changes, change);
        }
        g_autoptr(PlanDiff) diff = plan_diff_new(old_plan, new_plan);
        if (plan_diff_is_empty(diff) == cases[i].differs)
            fail_msg("another %s", cases[i].what);
    }
}

/* What is done to a group or a workspace is done to nobody. */
static void test_objects_are_no_people(void **state)
{
    (void) state;
    g_autoptr(Plan) old_plan = plan_new();
    g_autoptr(Plan) new_plan = plan_new();
    Change *change = change_new(CHANGE_CREATE_GROUP);
    target_ref_set(&change->group, 0, "Developers");
    change->reason = g_strdup("a rule names it");
    g_ptr_array_add(new_plan->changes, change);
    g_autoptr(PlanDiff) diff = plan_diff_new(old_plan, new_plan);
    assert_int_equal(diff->only_new.changes->len, 1);
    assert_int_equal(diff->people, 0);
}

static void test_notices(void **state)
{
    (void) state;
    World world;
    company(&world);
    world_rule(&world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    Member *eve = world_member(&world, "eve");
    (void) eve;
    g_autoptr(Plan) old_plan = world_plan(&world);
    world.settings->lifecycle.unmanaged = UNMANAGED_IGNORE;
    g_autoptr(Plan) new_plan = world_plan(&world);
    g_autoptr(PlanDiff) diff = plan_diff_new(old_plan, new_plan);
    assert_int_equal(diff->only_old.notices->len, 1);
    assert_int_equal(diff->only_new.notices->len, 0);
    assert_int_equal(diff->people, 1);
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),        cmocka_unit_test(test_another_rule),
        cmocka_unit_test(test_what_counts), cmocka_unit_test(test_objects_are_no_people),
        cmocka_unit_test(test_notices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
