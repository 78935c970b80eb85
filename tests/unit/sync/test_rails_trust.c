/* SPDX-License-Identifier: Apache-2.0 */
#include "railing.h"

#include "sync/rails.h"

/* The configuration is another one from now on. */
static void configure(World *world, const char *digest)
{
    g_free(world->settings->digest);
    world->settings->digest = g_strdup(digest);
}

/* ---- what is not seen proves nothing ---- */

static void unread(World *world)
{
    Directory *second = world_directory(world, "second");
    second->completeness.complete = false;
    second->completeness.required = false;
}

static void read_again(World *world)
{
    world_directory(world, "second")->completeness.complete = true;
}

static void hold_a_rule(World *world)
{
    (void) world_rule(world, RULE_GROUP_NAME, "leads", NULL, "Product", ROLE_NONE);
}

static void mend_the_rule(World *world)
{
    (void) world_group(world, "leads", "p000", NULL);
}

static const struct {
    const char *title;
    void (*hide)(World *world);
    void (*show)(World *world);
} hidden[] = {
    {"a directory that was not read", unread, read_again},
    {"a rule that is held", hold_a_rule, mend_the_rule},
};

/* A plan takes nothing from people whom it does not see: that accepts no configuration, and clears
 * no ledger of the doubt that it is an old one. */
static void test_who_does_not_see_all_accepts_nothing(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(hidden); i++) {
        World world;
        world_init(&world);
        print_message("%s\n", hidden[i].title);
        crowd(&world, 20, 0, 0);
        configure(&world, "sha256:other");
        world.ledger->last_run = world.now - LEDGER_TRUST_SECONDS - 1;
        hidden[i].hide(&world);
        g_autoptr(Plan) blind = world_plan(&world);
        assert_int_equal(rail_of(blind, RAIL_CONFIGURATION)->verdict, VERDICT_OK);
        assert_int_equal(rail_of(blind, RAIL_LOST_LEDGER)->verdict, VERDICT_OK);
        assert_string_equal(world.ledger->accepted_configuration, "sha256:test");
        assert_int_equal(ledger_note_number(world.ledger, NOTE_DOUBT), world.now);
        hidden[i].show(&world);
        g_autoptr(Plan) all = world_plan(&world);
        assert_int_equal(rail_of(all, RAIL_CONFIGURATION)->verdict, VERDICT_OK);
        assert_string_equal(world.ledger->accepted_configuration, "sha256:other");
        assert_int_equal(ledger_note_number(world.ledger, NOTE_DOUBT), 0);
        world_clear(&world);
    }
}

/* A rule was taken out of the configuration while a directory was not read: when it is read again,
 * what that takes away waits for a person. */
static void test_a_configuration_that_was_not_seen_at_work_is_held(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 0, 0);
    int64_t group = world_toggl_group(&world, "Leads"); /* no rule names it any more */
    Member *hal = world_member(&world, "hal");
    world_assign(hal, organization_workspace_by_name(world.organization, "Product")->id, ROLE_USER);
    world_put(hal, group);
    (void) world_grant(&world, hal, GRANT_GROUP, group);
    (void) world_grant(&world, hal, GRANT_WORKSPACE,
                       organization_workspace_by_name(world.organization, "Product")->id);
    (void) world_link_in(&world, "second", "hal", hal);
    unread(&world);
    configure(&world, "sha256:other");
    assert_plan(&world, "");
    read_again(&world);
    (void) world_person_in(&world, "second", "hal");
    assert_plan(&world, "held remove-from-group hal@example.org Leads\n");
    assert_string_equal(world.ledger->accepted_configuration, "sha256:test");
    world_clear(&world);
}

/* Who wonders why it is still new is told. */
static void test_what_keeps_a_configuration_new_is_said(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 0, 0);
    configure(&world, "sha256:other");
    plan_free(world_plan(&world)); /* accepted */
    configure(&world, "sha256:third");
    hold_a_rule(&world);
    Member *member = g_ptr_array_index(world.organization->members, 0);
    int64_t group = world_toggl_group(&world, "Leads");
    world_put(member, group);
    (void) world_grant(&world, member, GRANT_GROUP, group);
    g_autoptr(Plan) plan = world_plan(&world);
    assert_string_equal(
        rail_of(plan, RAIL_CONFIGURATION)->explanation,
        "the configuration is not the one that was last accepted, and under it 1 change takes "
        "something away and 0 people would begin to be missing: what is taken away, roles and "
        "addresses are held, and nobody's grace begins; no plan accepts it by itself while a rule "
        "is held or a directory is not read");
    world_clear(&world);
}

/* A part of a plan is a read all the same: the ledger is not older after it, but as doubtful. */
static void test_a_part_of_a_plan_clears_no_doubt(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 0, 2);
    world.ledger->last_run = world.now - LEDGER_TRUST_SECONDS - 1;
    g_autoptr(GError) error = NULL;
    g_autoptr(Plan) part = NULL;
    PlanInput input = world_input(&world);
    input.only = "p010@example.org";
    assert_success(planner_plan(&input, &part, &error), error);
    assert_int_equal(world.ledger->last_run, world.now);
    world.now += 3600;
    g_autoptr(Plan) whole = world_plan(&world);
    assert_int_equal(withheld_by(whole, RAIL_LOST_LEDGER), 2);
    world_clear(&world);
}

/* ---- a file that nothing ends ---- */

static Completeness *open_the_end(World *world)
{
    Directory *directory = g_ptr_array_index(world->directories, 0);
    directory->completeness.open_end = true;
    return &directory->completeness;
}

/* Who is not in it may have been cut off with its end; who is disabled is in it, and so is whoever
 * is new. */
static void test_an_open_end_takes_nothing(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 40, 1, 1);
    (void) world_person(&world, "zoe");
    world.settings->lifecycle.grace_reads = 1;
    Completeness *completeness = open_the_end(&world);
    for (int read = 0; read < 3; read++) {
        world.now += 86400;
        g_autoptr(Plan) open = world_plan(&world);
        const Rail *rail = rail_of(open, RAIL_MAX_SHRINK);
        g_autofree char *lines = plan_lines(open);
        assert_string_equal(lines, "deactivate p000@example.org\ninvite zoe@example.org\n");
        assert_int_equal(rail->verdict, VERDICT_HOLD);
        assert_int_equal(open->grace_starts, 1);
        assert_string_equal(rail->explanation,
                            "no empty line ends the last entry of its file, which may have been "
                            "cut off: what is taken away, roles and addresses are held, and "
                            "nobody's grace begins; add the line if nothing is missing");
    }
    completeness->open_end = false;
    g_autoptr(Plan) begins = world_plan(&world);
    assert_int_equal(rail_of(begins, RAIL_MAX_SHRINK)->verdict, VERDICT_OK);
    world.now += 86400;
    completeness->open_end = true;
    assert_plan(&world, "deactivate p000@example.org\nheld deactivate p001@example.org\n"
                        "invite zoe@example.org\n");
    completeness->open_end = false;
    assert_plan(&world, "deactivate p000@example.org\ndeactivate p001@example.org\n"
                        "invite zoe@example.org\n");
    world_clear(&world);
}

/* While it would take nothing, it is a read like any other: what was cut off can only make it take
 * more.
 */
static void test_an_open_end_without_changes(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 0, 0);
    configure(&world, "sha256:other");
    (void) open_the_end(&world);
    g_autoptr(Plan) open = world_plan(&world);
    assert_int_equal(rail_of(open, RAIL_MAX_SHRINK)->verdict, VERDICT_OK);
    assert_string_equal(world.ledger->accepted_configuration, "sha256:other");
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_does_not_see_all_accepts_nothing),
        cmocka_unit_test(test_a_configuration_that_was_not_seen_at_work_is_held),
        cmocka_unit_test(test_what_keeps_a_configuration_new_is_said),
        cmocka_unit_test(test_a_part_of_a_plan_clears_no_doubt),
        cmocka_unit_test(test_an_open_end_takes_nothing),
        cmocka_unit_test(test_an_open_end_without_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
