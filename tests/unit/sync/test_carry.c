/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "base/error.h"
#include "sync/carry.h"
#include "sync/document.h"

/* PLAN as it is after a file: two copies of what was read. */
static Plan *saved_copy(const Plan *plan)
{
    g_autofree char *text = plan_document_text(plan);
    g_autoptr(GError) error = NULL;
    Plan *copy = NULL;
    assert_success(plan_document_read(text, strlen(text), &copy, &error), error);
    return copy;
}

/* Ann and Bob shall be in Developers, and are not; Eve is disabled. */
static void company(World *world)
{
    world_init(world);
    int64_t workspace = world_workspace(world, "Product");
    (void) world_toggl_group(world, "Developers");
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    static const char *const names[] = {"ann", "bob", "eve"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        Person *person = world_person(world, names[i]);
        if (strcmp(names[i], "eve") == 0)
            world_disable(person);
        Member *member = world_member(world, names[i]);
        world_assign(member, workspace, ROLE_USER);
        (void) world_link(world, names[i], member);
        (void) world_grant(world, member, GRANT_WORKSPACE, workspace);
    }
    (void) world_group(world, "developers", "ann", "bob", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "developers", "Developers", NULL, ROLE_NONE);
}

static Member *member_of(const World *world, const char *name)
{
    g_autofree char *mail = g_strdup_printf("%s@example.org", name);
    return organization_member_by_mail(world->organization, mail);
}

/* What became of SAVED in WORLD as it is now, a line each; narrows SAVED. */
static char *carry(World *world, Plan *saved, const GPtrArray *lifts)
{
    g_autoptr(Plan) then = saved_copy(saved);
    g_autoptr(Plan) fresh = NULL;
    g_autoptr(GError) error = NULL;
    PlanInput input = world_input(world);
    assert_success(planner_plan(&input, &fresh, &error), error);
    Carry terms = {.input = &input, .fresh = fresh, .lifts = lifts};
    g_autoptr(GPtrArray) drifts = carry_narrow(&terms, saved, &world->all_went);
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < drifts->len; i++) {
        g_autofree char *line = drift_text(then, g_ptr_array_index(drifts, i));
        g_string_append_printf(lines, "%s\n", line);
    }
    return g_string_free(lines, FALSE);
}

static void assert_carries(Plan *plan, const char *expected)
{
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, expected);
    /* what is left is a plan like any other: it can be written and read again */
    g_autoptr(Plan) again = saved_copy(plan);
    assert_string_equal(again->digests.changes, plan->digests.changes);
    assert_int_equal(again->requests->len, plan->requests->len);
}

static void test_nothing_moved(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    g_autofree char *lines = carry(&world, saved, NULL);
    assert_string_equal(lines, "");
    assert_carries(saved, "deactivate eve@example.org\n"
                          "add-to-group ann@example.org Developers\n"
                          "add-to-group bob@example.org Developers\n");
    assert_int_equal(saved->requests->len, plan->requests->len);
    world_clear(&world);
}

static void test_what_is_done_is_done(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    member_of(&world, "eve")->inactive = true;
    world_put(member_of(&world, "bob"),
              organization_group_by_name(world.organization, "Developers")->id);
    g_autofree char *lines = carry(&world, saved, NULL);
    assert_string_equal(
        lines, "change 1 (deactivate eve@example.org) is done already\n"
               "change 3 (add-to-group bob@example.org, group 'Developers') is done already\n");
    assert_carries(saved, "add-to-group ann@example.org Developers\n");
    world_clear(&world);
}

static void test_what_moved_is_named(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    member_of(&world, "ann")->inactive = true; /* by hand */
    Person *eve = g_ptr_array_index(world_directory(&world, "main")->people, 2);
    eve->standing = PERSON_ENABLED;
    g_autofree char *lines = carry(&world, saved, NULL);
    assert_non_null(strstr(lines, "change 1 (deactivate eve@example.org): 'wanted' was false, and "
                                  "is true now\n"));
    assert_non_null(strstr(lines, "change 2 (add-to-group ann@example.org, group 'Developers'): "
                                  "'wanted' was true, and is false now ("));
    assert_carries(saved, "add-to-group bob@example.org Developers\n");
    world_clear(&world);
}

static void test_a_group_that_was_made_meanwhile(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    world.settings->lifecycle.create_groups = true;
    int64_t workspace = world_workspace(&world, "Product");
    (void) world_person(&world, "ann");
    (void) world_group(&world, "developers", "ann", NULL);
    (void) world_rule(&world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    Member *ann = world_member(&world, "ann");
    world_assign(ann, workspace, ROLE_USER);
    (void) world_link(&world, "ann", ann);
    (void) world_grant(&world, ann, GRANT_WORKSPACE, workspace);
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    int64_t made = world_toggl_group(&world, "Developers");
    g_autofree char *lines = carry(&world, saved, NULL);
    assert_string_equal(lines, "change 1 (create-group, group 'Developers') is done already\n");
    assert_carries(saved, "add-to-group ann@example.org Developers\n");
    const Request *request = g_ptr_array_index(saved->requests, 0);
    assert_int_equal(request->operation, OPERATION_PATCH_GROUP);
    assert_int_equal(request->group.id, made);
    world_clear(&world);
}

/* The contract binds both ways: what was withheld stays so, though it could go now; what could go
 * then and breaks a rail now does not. */
static void test_nothing_goes_that_was_not_to_go(void **state)
{
    (void) state;
    World world;
    company(&world);
    world.settings->limits.removals_floor = 0;
    world.settings->limits.removals_count = 0;
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    world.settings->limits.removals_floor = 5;
    g_autofree char *lines = carry(&world, saved, NULL);
    assert_string_equal(lines, "");
    assert_true(world.all_went);
    assert_carries(saved, "held deactivate eve@example.org\n"
                          "add-to-group ann@example.org Developers\n"
                          "add-to-group bob@example.org Developers\n");
    assert_int_equal(planner_rail_status(saved), 3);
    g_autoptr(Plan) free_plan = world_plan(&world);
    g_autoptr(Plan) later = saved_copy(free_plan);
    world.settings->limits.removals_floor = 0;
    g_autofree char *none = carry(&world, later, NULL);
    assert_string_equal(none, "");
    assert_false(world.all_went); /* the plan is not done: what was to go waits */
    assert_carries(later, "held deactivate eve@example.org\n"
                          "add-to-group ann@example.org Developers\n"
                          "add-to-group bob@example.org Developers\n");
    g_autoptr(GPtrArray) lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    g_ptr_array_add(lifts, rail_lift_new(RAIL_REMOVALS, NULL, 1));
    g_autoptr(Plan) approved = saved_copy(plan);
    g_autofree char *still = carry(&world, approved, lifts);
    assert_string_equal(still, "");
    assert_carries(approved, "deactivate eve@example.org\n"
                             "add-to-group ann@example.org Developers\n"
                             "add-to-group bob@example.org Developers\n");
    world_clear(&world);
}

/* Bob waited for a later run, and now, when Ann is there, would be the one who is let through and
 * Cay the one who waits: by this plan both wait, and the rail is named once. */
static void test_a_rail_that_withholds_others_now_is_named_once(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    (void) world_workspace(&world, "Product");
    (void) world_rule(&world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    (void) world_person(&world, "ann");
    (void) world_person(&world, "bob");
    (void) world_person(&world, "cay");
    world.settings->limits.invitations = 1;
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    (void) world_member(&world, "ann");
    g_autofree char *lines = carry(&world, saved, NULL);
    assert_non_null(strstr(lines, "change 1 (invite ann@example.org)"));
    assert_carries(saved, "deferred invite bob@example.org\n"
                          "deferred invite cay@example.org\n");
    unsigned rails = 0;
    for (guint i = 0; i < saved->rails->len; i++)
        rails += ((const Rail *) g_ptr_array_index(saved->rails, i))->kind == RAIL_INVITATIONS;
    assert_int_equal(rails, 1);
    world_clear(&world);
}

static void test_terms(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(Plan) plan = world_plan(&world);
    Agreement longer = {.until = world.now + 5 * APPROVAL_SECONDS};
    Agreement for_ever = {.until = G_MAXINT64};
    Agreement shorter = {.until = world.now + 60};
    const struct {
        int64_t organization;
        const char *configuration;
        const Agreement *agreement;
        int64_t later;
        bool offline;
        const char *why; /* NULL: it may be carried out */
    } cases[] = {
        {1, "sha256:test", NULL, 0, false, NULL},
        {1, "sha256:test", NULL, APPROVAL_SECONDS, false, NULL},
        {1, "sha256:test", NULL, APPROVAL_SECONDS + 1, false,
         "it was made on 2025-11-24T16:00:00Z, and was good until 2025-11-25T16:00:00Z"},
        {1, "sha256:test", &longer, APPROVAL_SECONDS + 1, false, NULL},
        {1, "sha256:test", &shorter, APPROVAL_SECONDS, false, NULL},
        {1, "sha256:test", &for_ever, 90 * 86400, false, NULL},
        {1, "sha256:test", &for_ever, 90 * 86400 + 1, false,
         "it was made on 2025-11-24T16:00:00Z, and nobody knows any more whether it was carried "
         "out: that is remembered for 90 days (retention.plans_days)"},
        {1, "sha256:test", NULL, -300, false, NULL},
        {1, "sha256:test", NULL, -301, false,
         "it was made on 2025-11-24T16:00:00Z, which is yet to come"},
        {2, "sha256:test", NULL, 0, false, "'organization.id' was 1, and is 2 now"},
        {1, "sha256:else", NULL, 0, false,
         "'digests.configuration' was sha256:test, and is sha256:else now: the configuration was "
         "changed"},
        {1, "sha256:test", NULL, 0, true, "it was made from files, with --ldif or --snapshot"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        CarryTerms terms = {.organization_id = cases[i].organization,
                            .configuration = cases[i].configuration,
                            .agreement = cases[i].agreement,
                            .remembered_days = 90,
                            .now = world.now + cases[i].later};
        GError *error = NULL;
        plan->offline = cases[i].offline;
        if (cases[i].why == NULL) {
            assert_success(carry_check(plan, &terms, &error), error);
            continue;
        }
        assert_false(carry_check(plan, &terms, &error));
        assert_int_equal(error_exit_status(error), 4);
        g_autofree char *expected = g_strdup_printf("the saved plan cannot be carried out: %s\n"
                                                    "hint: make a new one with plan --out FILE",
                                                    cases[i].why);
        assert_error(error, expected);
    }
    world_clear(&world);
}

static void test_end(void **state)
{
    (void) state;
    Plan plan = {.created = 1000};
    assert_int_equal(carry_end(&plan, 1), 1000 + 86400);
    assert_int_equal(carry_end(&plan, 0), G_MAXINT64);
}

static void test_names_of_what_is_carried_out(void **state)
{
    (void) state;
    World world;
    company(&world);
    world.settings->limits.removals_floor = 0;
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    g_autoptr(GPtrArray) lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    g_autofree char *plain = carry_name(saved, NULL);
    g_autofree char *none = carry_name(saved, lifts);
    assert_string_equal(plain, saved->digests.document);
    assert_string_equal(none, plain);
    g_ptr_array_add(lifts, rail_lift_new(RAIL_REMOVALS, NULL, 1));
    g_autofree char *lifted = carry_name(saved, lifts);
    assert_string_not_equal(lifted, plain);
    carry_lift(saved, lifts);
    assert_int_equal(saved->held->len, 0);
    assert_int_equal(saved->forecast.requests, saved->requests->len);
    assert_int_equal(saved->forecast.seats_then, saved->forecast.seats_now - 1);
    world_clear(&world);
}

/* A saved plan holds a change, and the rail that did so is not in it: it is held all the same. */
static void test_what_no_rail_explains_stays_held(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(Plan) saved = saved_copy(plan);
    plan_withhold(saved->held, 2, RAIL_REMOVALS, "nobody knows");
    g_autofree char *drifts = carry(&world, saved, NULL);
    assert_string_equal(drifts, "");
    assert_true(plan_withholds(saved, 2));
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_moved),
        cmocka_unit_test(test_what_is_done_is_done),
        cmocka_unit_test(test_what_moved_is_named),
        cmocka_unit_test(test_a_group_that_was_made_meanwhile),
        cmocka_unit_test(test_nothing_goes_that_was_not_to_go),
        cmocka_unit_test(test_a_rail_that_withholds_others_now_is_named_once),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_names_of_what_is_carried_out),
        cmocka_unit_test(test_what_no_rail_explains_stays_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
