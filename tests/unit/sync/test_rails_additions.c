/* SPDX-License-Identifier: Apache-2.0 */
#include "counting.h"
#include "railing.h"

#include "sync/rails.h"

/* ---- what is given ---- */

static void limit_invitations(World *world)
{
    strangers(world, 8);
    world->settings->limits.invitations = 3;
}

static void limit_canary(World *world)
{
    strangers(world, 8);
    world->settings->limits.canary = 3;
}

static void limit_seats(World *world)
{
    crowd(world, 2, 1, 0); /* a change that takes none, between those that do */
    strangers(world, 8);
    world->settings->limits.seats = 4;
}

static void limit_admins(World *world)
{
    strangers(world, 8);
    (void) world_group(world, "leads", "p00", "p01", "p02", "p03", "p04", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "leads", NULL, "Product", ROLE_ADMIN);
}

static void limit_reactivations(World *world)
{
    crowd(world, 8, 0, 0);
    for (guint i = 0; i < 8; i++) {
        ((Member *) g_ptr_array_index(world->organization->members, i))->inactive = true;
        ((Link *) g_ptr_array_index(world->ledger->links, i))->deactivated_at = world->now - 9;
    }
    world->settings->limits.reactivations = 3;
}

static void limit_addresses(World *world)
{
    crowd(world, 8, 0, 0);
    for (guint i = 0; i < 8; i++) {
        Member *member = g_ptr_array_index(world->organization->members, i);
        g_autofree char *mail = g_strdup_printf("old%u@example.org", i);
        member_set_mail(member, mail);
        member->can_edit_email = true;
    }
    world->settings->lifecycle.addresses = ADDRESSES_CHANGE;
    world->settings->limits.address_changes = 3;
}

/* Judges PLAN anew, with LIFTS. */
static void judge_again(World *world, Plan *plan, const GPtrArray *lifts)
{
    PlanInput input = world_input(world);
    g_ptr_array_set_size(plan->rails, 0);
    g_ptr_array_set_size(plan->held, 0);
    g_ptr_array_set_size(plan->deferred, 0);
    planner_judge(&input, plan, lifts, plan);
}

typedef struct {
    RailKind kind;
    void (*build)(World *world);
    int64_t found;
    unsigned go; /* how many of 8 may go */
    const char *explanation;
} AdditionCase;

static const AdditionCase addition_cases[] = {
    {RAIL_INVITATIONS, limit_invitations, 8, 3,
     "8 invitations within 24 hours, and at most 3 may go (limits.invitations): 5 wait for a later "
     "run"},
    {RAIL_CANARY, limit_canary, 8, 3,
     "8 people would get something, and at most 3 may in one run (limits.canary): the others wait "
     "for a later run"},
    {RAIL_SEATS, limit_seats, 9, 3,
     "9 seats would be taken, invitations included, and at most 4 may be (limits.seats): 5 wait "
     "for a later run"},
    {RAIL_NEW_ADMINS, limit_admins, 5, 3,
     "5 people would become admin, and at most 2 may in one run (limits.new_admins): all of them "
     "are held"},
    {RAIL_REACTIVATIONS, limit_reactivations, 8, 3,
     "8 people reactivated within 24 hours, and at most 3 may go (limits.reactivations): 5 wait "
     "for a later run"},
    {RAIL_ADDRESS_CHANGES, limit_addresses, 8, 0,
     "8 addresses would change, and at most 3 may in one run (limits.address_changes): all of them "
     "are held"},
};

/* Lifted up to what was found then, a rail lets pass that and not one more. */
static void test_what_is_given_is_limited_and_lifted(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(addition_cases); i++) {
        const AdditionCase *one = &addition_cases[i];
        World world;
        world_init(&world);
        one->build(&world);
        g_autoptr(Plan) plan = world_plan(&world);
        const Rail *rail = rail_of(plan, one->kind);
        assert_int_equal(rail->found, one->found);
        assert_string_equal(rail->explanation, one->explanation);
        unsigned all = withheld_by(plan, one->kind) + one->go;
        assert_int_equal(all, 8);
        for (int64_t short_of = 0; short_of < 2; short_of++) {
            g_autoptr(GPtrArray) lifts =
                g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
            g_ptr_array_add(lifts, rail_lift_new(one->kind, NULL, one->found - short_of));
            judge_again(&world, plan, lifts);
            rail = rail_of(plan, one->kind);
            bool holds = rail_class(one->kind) == RAIL_CLASS_HOLD;
            assert_int_equal(rail->verdict, short_of == 0 ? VERDICT_APPROVED
                                            : holds       ? VERDICT_HOLD
                                                          : VERDICT_DEFER);
            assert_int_equal(withheld_by(plan, one->kind), short_of == 0 ? 0 : all - one->go);
        }
        world_clear(&world);
    }
}

/* The canary counts people, whatever is known of them: a membership, an entry, or an address. */
static void test_canary_counts_people_once(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    strangers(&world, 2);
    int64_t group = world_toggl_group(&world, "Crew");
    (void) group;
    (void) world_rule(&world, RULE_EVERYONE, NULL, "Crew", "Depot", ROLE_NONE);
    (void) world_workspace(&world, "Depot");
    (void) world_person(&world, "q00");
    (void) world_link(&world, "q00", world_member(&world, "q00")); /* three things for one */
    world.settings->limits.canary = 3;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_changes(plan, CHANGE_ASSIGN) + count_changes(plan, CHANGE_ADD_TO_GROUP),
                     3);
    const Rail *rail = rail_of(plan, RAIL_CANARY);
    assert_int_equal(rail->found, 3);
    assert_int_equal(rail->verdict, VERDICT_OK);
    /* by the address alone, as in a plan that undoes a run */
    Change *change = change_new(CHANGE_INVITE);
    change->id = plan->changes->len + 1;
    change->person.mail = g_strdup("zoe@example.org");
    g_ptr_array_add(plan->changes, change);
    Change *raises = change_new(CHANGE_SET_WORKSPACE_ROLE);
    raises->id = plan->changes->len + 1;
    raises->person.mail = g_strdup("zoe@example.org");
    raises->before.role = ROLE_USER;
    raises->after.role = ROLE_TEAM_LEAD;
    g_ptr_array_add(plan->changes, raises);
    Change *lowers = change_new(CHANGE_SET_WORKSPACE_ROLE);
    lowers->id = plan->changes->len + 1;
    lowers->person.mail = g_strdup("tom@example.org");
    lowers->before.role = ROLE_TEAM_LEAD;
    lowers->after.role = ROLE_USER;
    g_ptr_array_add(plan->changes, lowers);
    judge_again(&world, plan, NULL);
    assert_int_equal(rail_of(plan, RAIL_CANARY)->found, 4);
    assert_true(plan_withholds(plan, change->id));
    assert_true(plan_withholds(plan, raises->id));
    assert_false(plan_withholds(plan, lowers->id));
    world_clear(&world);
}

/* Who becomes an admin of two workspaces is one person. */
static void test_new_admins_are_people(void **state)
{
    (void) state;
    static const struct {
        int64_t limit;
        unsigned held;
        const char *explanation;
    } rows[] = {
        {1, 0, NULL},
        {0, 2,
         "1 person would become admin, and at most 0 may in one run (limits.new_admins): all of "
         "them are held"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        World world;
        world_init(&world);
        crowd(&world, 1, 0, 0);
        Member *member = g_ptr_array_index(world.organization->members, 0);
        world_assign(member, world_workspace(&world, "Depot"), ROLE_USER);
        (void) world_rule(&world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_ADMIN);
        (void) world_rule(&world, RULE_EVERYONE, NULL, NULL, "Depot", ROLE_ADMIN);
        world.settings->limits.new_admins = rows[i].limit;
        g_autoptr(Plan) plan = world_plan(&world);
        assert_int_equal(count_changes(plan, CHANGE_SET_WORKSPACE_ROLE), 2);
        assert_int_equal(rail_of(plan, RAIL_NEW_ADMINS)->found, 1);
        assert_int_equal(withheld_by(plan, RAIL_NEW_ADMINS), rows[i].held);
        if (rows[i].explanation != NULL)
            assert_string_equal(rail_of(plan, RAIL_NEW_ADMINS)->explanation, rows[i].explanation);
        world_clear(&world);
    }
}

/* People whom it should know had to be linked again: an old copy was put back. */
static void test_a_ledger_that_knew_more_is_doubted(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 0, 3);
    for (unsigned i = 10; i < 17; i++)
        ledger_remove_link(world.ledger, g_ptr_array_index(world.ledger->links, i));
    world.ledger->last_run = world.now - 3600;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_changes(plan, CHANGE_LINK), 7);
    const Rail *rail = rail_of(plan, RAIL_LOST_LEDGER);
    assert_int_equal(rail->verdict, VERDICT_HOLD);
    assert_non_null(
        strstr(rail->explanation, "7 members whom it should know had to be linked again"));
    assert_int_equal(withheld_by(plan, RAIL_LOST_LEDGER), 3);
    world_clear(&world);
}

/* The names under a rail: an address, an anchor, a group, a workspace, each once. */
static void test_examples_have_a_name(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    strangers(&world, 1);
    g_autoptr(Plan) plan = world_plan(&world);
    static const struct {
        ChangeKind kind;
        const char *anchor;
        const char *group;
        const char *workspace;
    } rows[] = {
        {CHANGE_DEACTIVATE, "anchor", NULL, NULL}, {CHANGE_DEACTIVATE, "anchor", NULL, NULL},
        {CHANGE_CREATE_GROUP, NULL, "Crew", NULL}, {CHANGE_CREATE_WORKSPACE, NULL, NULL, "Office"},
        {CHANGE_REACTIVATE, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Change *change = change_new(rows[i].kind);
        change->id = plan->changes->len + 1;
        change->person.anchor = g_strdup(rows[i].anchor);
        if (rows[i].group != NULL)
            target_ref_set(&change->group, 0, rows[i].group);
        if (rows[i].workspace != NULL)
            target_ref_set(&change->workspace, 0, rows[i].workspace);
        g_ptr_array_add(plan->changes, change);
    }
    ledger_set_note_number(world.ledger, NOTE_HOLD_UNTIL, world.now + 60);
    judge_again(&world, plan, NULL);
    const Rail *rail = rail_of(plan, RAIL_HOLD);
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < rail->examples->len; i++)
        g_string_append_printf(names, "%s ", (const char *) g_ptr_array_index(rail->examples, i));
    assert_string_equal(names->str, "p00@example.org anchor Crew Office ? ");
    world_clear(&world);
}

/* As in a plan that undoes a run: who becomes an admin of the organization, and who is one no more.
 */
static void test_roles_of_the_organization_count(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    strangers(&world, 1);
    g_autoptr(Plan) plan = world_plan(&world);
    g_ptr_array_set_size(plan->changes, 0);
    for (unsigned i = 0; i < 4; i++) {
        Change *change = change_new(CHANGE_SET_ORGANIZATION_ROLE);
        change->id = i + 1;
        change->person.organization_user_id.value = 70 + i;
        change->before.admin = i == 3;
        change->after.admin = i != 3;
        g_ptr_array_add(plan->changes, change);
    }
    judge_again(&world, plan, NULL);
    assert_int_equal(rail_of(plan, RAIL_NEW_ADMINS)->found, 3);
    assert_int_equal(withheld_by(plan, RAIL_NEW_ADMINS), 3);
    world.settings->limits.new_admins = 3;
    world.settings->limits.canary = 1;
    judge_again(&world, plan, NULL);
    assert_int_equal(rail_of(plan, RAIL_CANARY)->found, 3);
    assert_int_equal(withheld_by(plan, RAIL_CANARY), 2);
    /* with a ledger in doubt none of them goes */
    world.settings->limits.canary = 0;
    ledger_set_note_number(world.ledger, NOTE_DOUBT, world.now - 60);
    judge_again(&world, plan, NULL);
    assert_int_equal(withheld_by(plan, RAIL_LOST_LEDGER), 4);
    ledger_set_note_number(world.ledger, NOTE_DOUBT, 0);
    /* a new configuration that lowers somebody is not accepted by itself; one that raises is */
    for (unsigned lowering = 2; lowering > 0; lowering--) {
        g_free(world.ledger->accepted_configuration);
        world.ledger->accepted_configuration = g_strdup("sha256:old");
        g_ptr_array_set_size(plan->changes, lowering == 2 ? 4 : 3);
        judge_again(&world, plan, NULL);
        assert_string_equal(world.ledger->accepted_configuration,
                            lowering == 2 ? "sha256:old" : "sha256:test");
    }
    world_clear(&world);
}

static void test_a_hold_of_nothing_is_no_breach(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 3, 0, 0);
    ledger_set_note_number(world.ledger, NOTE_HOLD_UNTIL, world.now + 60);
    g_autoptr(Plan) plan = world_plan(&world);
    const Rail *rail = rail_of(plan, RAIL_HOLD);
    assert_int_equal(rail->verdict, VERDICT_OK);
    assert_string_equal(rail->explanation,
                        "everything is held until 2025-11-24T16:01:00Z: no reason given");
    assert_int_equal(planner_rail_status(plan), 0);
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_given_is_limited_and_lifted),
        cmocka_unit_test(test_canary_counts_people_once),
        cmocka_unit_test(test_new_admins_are_people),
        cmocka_unit_test(test_a_ledger_that_knew_more_is_doubted),
        cmocka_unit_test(test_examples_have_a_name),
        cmocka_unit_test(test_roles_of_the_organization_count),
        cmocka_unit_test(test_a_hold_of_nothing_is_no_breach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
