/* SPDX-License-Identifier: Apache-2.0 */
#include "counting.h"
#include "railing.h"

#include "sync/approval.h"
#include "sync/batch.h"
#include "sync/rails.h"
#include "sync/run.h"

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

static void check_crowd(unsigned count, unsigned disabled, unsigned gone, unsigned sent,
                        unsigned held, int status)
{
    World world;
    world_init(&world);
    crowd(&world, count, disabled, gone);
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(plan->changes->len, disabled + gone);
    assert_int_equal(plan->held->len, held);
    assert_int_equal(count_pending(plan), sent);
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
    const Rail *rail = rail_of(plan, RAIL_REMOVALS);
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
    assert_int_equal(count_pending(plan), 10);
    assert_int_equal(planner_rail_status(plan), 75);
    world.today.invitations = 7;
    g_autoptr(Plan) later = world_plan(&world);
    assert_int_equal(count_pending(later), 3);
    world_clear(&world);
}

static void test_removals_of_a_day(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 50, 1, 2);
    world.today.removals = 48;
    g_autoptr(Plan) plan = world_plan(&world);
    const Rail *rail = rail_of(plan, RAIL_REMOVALS_PER_DAY);
    assert_int_equal(rail->verdict, VERDICT_HOLD);
    assert_string_equal(rail->explanation,
                        "51 people would lose their place within 24 hours, 48 of them lost it in "
                        "earlier runs, and at most 50 may (limits.removals_per_day): all but the "
                        "people whom the directory says are disabled are held");
    assert_int_equal(withheld_by(plan, RAIL_REMOVALS_PER_DAY), 2);
    assert_int_equal(count_pending(plan), 1);
    world.today.disabled_removals = 48; /* a flood of disabled people: one more still goes */
    g_autoptr(Plan) flood = world_plan(&world);
    assert_int_equal(count_pending(flood), 1);
    world.today.disabled_removals = 50;
    world.today.removals = 50;
    g_autoptr(Plan) full = world_plan(&world);
    assert_int_equal(withheld_by(full, RAIL_REMOVALS_PER_DAY), 3);
    world.today = (RailsToday){.removals = 47};
    g_autoptr(Plan) just = world_plan(&world);
    assert_int_equal(count_pending(just), 3);
    world_clear(&world);
}

/* COUNT members of one mapped group, of whom OUT are in no directory group any more. */
static void group_of(World *world, unsigned count, unsigned out)
{
    int64_t workspace = world_workspace(world, "Product");
    int64_t group = world_toggl_group(world, "Developers");
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    Rule *rule = world_rule(world, RULE_GROUP_NAME, "developers", "Developers", NULL, ROLE_NONE);
    rule->allow_empty = true;
    DirectoryGroup *developers = world_group(world, "developers", NULL);
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("p%03u", i);
        (void) world_person(world, name);
        GroupMember row = {.person = i, .via = 0};
        if (i >= out)
            g_array_append_val(developers->members, row);
        Member *member = world_member(world, name);
        world_put(member, group);
        world_assign(member, workspace, ROLE_USER);
        (void) world_link(world, name, member);
        (void) world_grant(world, member, GRANT_GROUP, group);
        (void) world_grant(world, member, GRANT_WORKSPACE, workspace);
    }
}

static void check_group(unsigned count, unsigned out, unsigned held)
{
    World world;
    world_init(&world);
    group_of(&world, count, out);
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_changes(plan, CHANGE_REMOVE_FROM_GROUP), out);
    assert_int_equal(withheld_by(plan, RAIL_GROUP_REMOVALS), held);
    assert_int_equal(planner_rail_status(plan), held > 0 ? 3 : 0);
    world_clear(&world);
}

static void test_removals_from_a_group(void **state)
{
    (void) state;
    check_group(20, 5, 0);  /* the floor */
    check_group(20, 6, 6);  /* more than a fifth, and more than the floor */
    check_group(50, 10, 0); /* a fifth */
    check_group(50, 11, 11);
    World world;
    world_init(&world);
    group_of(&world, 20, 6);
    g_autoptr(Plan) plan = world_plan(&world);
    const Rail *rail = rail_of(plan, RAIL_GROUP_REMOVALS);
    assert_string_equal(rail->subject, "group Developers");
    assert_string_equal(rail->explanation,
                        "6 of 20 people would be taken out of group 'Developers', and at most 5 "
                        "may (limits.group_removals 20%, never below 5): they stay in it");
    world_clear(&world);
}

/* Whoever is disabled goes, though nobody else leaves the group. */
static void test_disabled_people_leave_a_group_that_is_held(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    group_of(&world, 20, 6);
    world_disable(g_ptr_array_index(world_directory(&world, "main")->people, 19));
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(withheld_by(plan, RAIL_GROUP_REMOVALS), 6);
    assert_int_equal(count_changes(plan, CHANGE_DEACTIVATE), 1);
    assert_int_equal(count_pending(plan), 1);
    world_clear(&world);
}

static void test_reactivations_above_the_limit_wait(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    int64_t workspace = world_workspace(&world, "Product");
    int64_t group = world_toggl_group(&world, "Developers");
    (void) group;
    (void) world_rule(&world, RULE_EVERYONE, NULL, "Developers", "Product", ROLE_NONE);
    world.settings->limits.reactivations = 3;
    for (unsigned i = 0; i < 5; i++) {
        g_autofree char *name = g_strdup_printf("p%02u", i);
        (void) world_person(&world, name);
        Member *member = world_member(&world, name);
        member->inactive = true;
        world_assign(member, workspace, ROLE_USER);
        world_link(&world, name, member)->deactivated_at = world.now - 1000;
        (void) world_grant(&world, member, GRANT_WORKSPACE, workspace);
    }
    world.today.reactivations = 1;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_changes(plan, CHANGE_REACTIVATE), 5);
    assert_int_equal(count_changes(plan, CHANGE_ADD_TO_GROUP), 5);
    /* who stays inactive gets nothing else either */
    assert_int_equal(withheld_by(plan, RAIL_REACTIVATIONS), 6);
    assert_int_equal(count_pending(plan), 4);
    assert_int_equal(planner_rail_status(plan), 75);
    world_clear(&world);
}

static void test_canary_lets_few_through(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    strangers(&world, 8);
    world.settings->limits.canary = 3;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(withheld_by(plan, RAIL_CANARY), 5);
    assert_string_equal(rail_of(plan, RAIL_CANARY)->explanation,
                        "8 people would get something, and at most 3 may in one run "
                        "(limits.canary): the others wait for a later run");
    world.settings->limits.canary = 0;
    g_autoptr(Plan) off = world_plan(&world);
    assert_int_equal(count_pending(off), 8);
    world_clear(&world);
}

static void test_seats_are_not_exceeded(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 10, 2, 0);
    strangers(&world, 6);
    world.settings->limits.seats = 12;
    g_autoptr(Plan) plan = world_plan(&world);
    /* 10 are there, 2 go, 4 of 6 may come */
    assert_int_equal(withheld_by(plan, RAIL_SEATS), 2);
    assert_int_equal(plan->forecast.seats_now, 10);
    assert_int_equal(plan->forecast.seats_then, 12);
    world.settings->limits.removals_floor = 0;
    g_autoptr(Plan) held = world_plan(&world);
    /* nobody goes: 2 may come */
    assert_int_equal(withheld_by(held, RAIL_SEATS), 4);
    world_clear(&world);
}

/* What takes no seat is not held back, wherever it stands in the plan: a deletion is its end. */
static void test_seats_hold_no_deletion(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 4, 0, 1);
    strangers(&world, 6);
    world.settings->lifecycle.delete_after_days = 30;
    ((Member *) g_ptr_array_index(world.organization->members, 0))->inactive = true;
    ledger_link(world.ledger, "main", "p000")->deactivated_at = world.now - 31 * 86400;
    world.settings->limits.seats = 5;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_changes(plan, CHANGE_DELETE_MEMBER), 1);
    assert_int_equal(withheld_by(plan, RAIL_SEATS), 4);
    assert_int_equal(count_pending(plan), 1 + 2);
    world_clear(&world);
}

static void test_new_admins_are_held(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    strangers(&world, 3);
    (void) world_group(&world, "leads", "p00", "p01", "p02", NULL);
    (void) world_rule(&world, RULE_GROUP_NAME, "leads", NULL, "Product", ROLE_ADMIN);
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(withheld_by(plan, RAIL_NEW_ADMINS), 3);
    assert_string_equal(rail_of(plan, RAIL_NEW_ADMINS)->explanation,
                        "3 people would become admin, and at most 2 may in one run "
                        "(limits.new_admins): all of them are held");
    world.settings->limits.new_admins = 3;
    g_autoptr(Plan) more = world_plan(&world);
    assert_int_equal(count_pending(more), 3);
    world_clear(&world);
}

static void test_a_shrunken_directory_takes_nothing(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 50, 1, 0); /* 50 in the directory, one disabled */
    g_autoptr(Plan) first = world_plan(&world);
    assert_int_equal(rail_of(first, RAIL_MAX_SHRINK)->verdict, VERDICT_OK);
    assert_int_equal(ledger_note_number(world.ledger, "people.main"), 50);
    world_remove_people(&world, 39, 11); /* 11 are gone: more than a fifth */
    g_autoptr(Plan) plan = world_plan(&world);
    assert_string_equal(
        rail_of(plan, RAIL_MAX_SHRINK)->explanation,
        "the directory held 50 people when it was last read completely, and 39 now; at most 10 may "
        "be gone (max_shrink 20%, never below limits.removals_floor): this read counts nobody "
        "missing, and nothing is taken from anybody, no role or address changed");
    /* the disabled one still goes; nobody's absence was counted, and the size is not believed */
    assert_int_equal(count_pending(plan), 1);
    assert_int_equal(ledger_link(world.ledger, "main", "p049")->missing_since, 0);
    assert_int_equal(ledger_note_number(world.ledger, "people.main"), 50);
    g_autoptr(GPtrArray) lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    g_ptr_array_add(lifts, rail_lift_new(RAIL_MAX_SHRINK, "main", 11));
    Agreement agreement = {.changes = plan->digests.changes,
                           .configuration = plan->digests.configuration,
                           .lifts = lifts};
    g_autoptr(GPtrArray) agreements = g_ptr_array_new();
    g_ptr_array_add(agreements, &agreement);
    PlanInput input = world_input(&world);
    input.agreements = agreements;
    g_autoptr(Plan) lifted = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(planner_plan(&input, &lifted, &error), error);
    assert_int_equal(rail_of(lifted, RAIL_MAX_SHRINK)->verdict, VERDICT_APPROVED);
    assert_int_equal(ledger_note_number(world.ledger, "people.main"), 39);
    world_clear(&world);
}

/* Who may no longer read what says who is disabled sees everybody enabled. */
static void test_nobody_comes_back_when_nobody_is_disabled_any_more(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 50, 6, 0);
    world.settings->limits.removals_count = 6;
    world.settings->limits.removals_percent = 100;
    plan_free(world_plan(&world));
    assert_int_equal(ledger_note_number(world.ledger, "disabled.main"), 6);
    assert_int_equal(ledger_note_number(world.ledger, "mails.main"), 50);
    GPtrArray *people = world_directory(&world, "main")->people;
    for (unsigned i = 0; i < 6; i++) {
        ((Person *) g_ptr_array_index(people, i))->standing = PERSON_ENABLED;
        Member *member = g_ptr_array_index(world.organization->members, i);
        member->inactive = true;
        Link *link = g_ptr_array_index(world.ledger->links, i);
        link->deactivated_at = world.now - 1000;
    }
    (void) world_person(&world, "newcomer");
    g_autoptr(Plan) plan = world_plan(&world);
    assert_string_equal(
        rail_of(plan, RAIL_MAX_SHRINK)->explanation,
        "the directory held 6 people who are disabled when it was last read completely, and 0 now; "
        "at most 5 may be gone (max_shrink 20%, never below limits.removals_floor): this read "
        "counts "
        "nobody missing, and nothing is taken from anybody, no role or address changed, nobody "
        "invited or reactivated; may the account still read what says so?");
    assert_int_equal(count_pending(plan), 0);
    assert_int_equal(withheld_by(plan, RAIL_MAX_SHRINK), 7);
    assert_int_equal(ledger_note_number(world.ledger, "disabled.main"), 6);
    /* who is not there any more is not enabled either */
    world_remove_people(&world, 0, 2);
    g_autoptr(Plan) fewer = world_plan(&world);
    assert_int_equal(rail_of(fewer, RAIL_MAX_SHRINK)->verdict, VERDICT_OK);
    world_clear(&world);
}

static void test_all_addresses_do_not_vanish_at_once(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 50, 0, 0);
    plan_free(world_plan(&world));
    GPtrArray *people = world_directory(&world, "main")->people;
    for (unsigned i = 0; i < 11; i++) {
        Person *person = g_ptr_array_index(people, i);
        g_clear_pointer(&person->mail, g_free);
        g_clear_pointer(&person->mail_key, g_free);
        person->frozen = g_strdup("it has no mail address");
    }
    g_autoptr(Plan) plan = world_plan(&world);
    assert_string_equal(
        rail_of(plan, RAIL_MAX_SHRINK)->explanation,
        "the directory held 50 people with a mail address when it was last read completely, and 39 "
        "now; at most 10 may be gone (max_shrink 20%, never below limits.removals_floor): this "
        "read "
        "counts nobody missing, and nothing is taken from anybody, no role or address changed; may "
        "the account still read addresses?");
    assert_int_equal(planner_rail_status(plan), 3);
    world_clear(&world);
}

static void test_shrinking_within_the_floor_is_nothing(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 10, 0, 0);
    world.settings->lifecycle.grace_days = 3;
    plan_free(world_plan(&world));
    world_remove_people(&world, 5, 5); /* half, but no more than 5 */
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(rail_of(plan, RAIL_MAX_SHRINK)->verdict, VERDICT_OK);
    assert_int_equal(ledger_link(world.ledger, "main", "p009")->missing_since, world.now);
    world_clear(&world);
}

static void test_a_new_configuration_takes_nothing(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 1, 2);
    g_free(world.settings->digest);
    world.settings->digest = g_strdup("sha256:other");
    world.settings->lifecycle.grace_days = 3;
    g_autoptr(Plan) plan = world_plan(&world);
    /* the disabled one goes, the two that are gone do not begin to be missing */
    assert_int_equal(count_pending(plan), 1);
    assert_string_equal(
        rail_of(plan, RAIL_CONFIGURATION)->explanation,
        "the configuration is not the one that was last accepted, and under it 0 changes take "
        "something away and 2 people would begin to be missing: what is taken away, roles and "
        "addresses are held, and nobody's grace begins");
    assert_int_equal(planner_rail_status(plan), 3);
    assert_int_equal(ledger_link(world.ledger, "main", "p001")->missing_since, 0);
    assert_string_equal(world.ledger->accepted_configuration, "sha256:test");
    /* they are back: nothing is lost under the new configuration, which is accepted then */
    (void) world_person(&world, "p001");
    (void) world_person(&world, "p002");
    g_autoptr(Plan) harmless = world_plan(&world);
    assert_int_equal(planner_rail_status(harmless), 0);
    assert_string_equal(world.ledger->accepted_configuration, "sha256:other");
    world_clear(&world);
}

static void test_an_old_ledger_takes_nothing_until_somebody_says_so(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 1, 2);
    world.ledger->last_run = world.now - LEDGER_TRUST_SECONDS - 1;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_pending(plan), 1);
    assert_int_equal(withheld_by(plan, RAIL_LOST_LEDGER), 2);
    assert_string_equal(rail_of(plan, RAIL_LOST_LEDGER)->explanation,
                        "the ledger may be an old one: the last run was 7 days ago; what is taken "
                        "away, roles and addresses are held");
    world.now += 3600; /* an hour later it is not older, and still the same ledger */
    g_autoptr(Plan) later = world_plan(&world);
    assert_int_equal(withheld_by(later, RAIL_LOST_LEDGER), 2);
    (void) world_person(&world, "p001");
    (void) world_person(&world, "p002");
    world.now += 3600; /* they are back: nothing speaks against it any more */
    g_autoptr(Plan) trusted = world_plan(&world);
    assert_int_equal(planner_rail_status(trusted), 0);
    assert_int_equal(ledger_note_number(world.ledger, NOTE_DOUBT), 0);
    world_clear(&world);
}

static void test_quarantine_lets_only_disabled_people_go(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 1, 2);
    strangers(&world, 2);
    g_hash_table_replace(world.ledger->facts, g_strdup(UNCONVERGED_FACT), g_strdup("2"));
    g_autoptr(Plan) before = world_plan(&world);
    assert_int_equal(count_pending(before), 5);
    g_hash_table_replace(world.ledger->facts, g_strdup(UNCONVERGED_FACT), g_strdup("3"));
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_pending(plan), 1);
    assert_int_equal(withheld_by(plan, RAIL_QUARANTINE), 4);
    world_clear(&world);
}

static void test_a_general_hold_stops_everything(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 20, 1, 2);
    ledger_set_note_number(world.ledger, NOTE_HOLD_UNTIL, world.now + 60);
    ledger_set_note(world.ledger, NOTE_HOLD_REASON, "audit");
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(count_pending(plan), 0);
    assert_int_equal(planner_rail_status(plan), 3);
    assert_string_equal(rail_of(plan, RAIL_HOLD)->explanation,
                        "everything is held until 2025-11-24T16:01:00Z: audit");
    world.now += 60;
    g_autoptr(Plan) over = world_plan(&world);
    assert_int_equal(count_pending(over), 3);
    world_clear(&world);
}

/* Each rail that holds is judged by itself: lifting one leaves the other. */
static void test_lifting_one_rail_leaves_the_others(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    crowd(&world, 50, 0, 6);
    world.today.removals = 49;
    g_autoptr(Plan) plan = world_plan(&world);
    g_autofree char *options = approval_options(plan);
    assert_string_equal(options, "--exceed removals --exceed removals-per-day");
    g_autoptr(GPtrArray) lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    g_autoptr(GError) error = NULL;
    assert_success(approval_add_rail(plan, "removals", lifts, &error), error);
    rails_lift(plan, lifts);
    plan_batch(plan);
    assert_int_equal(rail_of(plan, RAIL_REMOVALS)->verdict, VERDICT_APPROVED);
    assert_int_equal(plan->requests->len, 0);
    assert_success(approval_add_rail(plan, "removals_per_day", lifts, &error), error);
    rails_lift(plan, lifts);
    plan_batch(plan);
    assert_int_equal(count_pending(plan), 6);
    assert_int_equal(planner_rail_status(plan), 0);
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_removal_limit),
        cmocka_unit_test(test_removals_are_held_above_the_limit),
        cmocka_unit_test(test_explanation_has_the_numbers),
        cmocka_unit_test(test_invitations_above_the_limit_wait),
        cmocka_unit_test(test_removals_of_a_day),
        cmocka_unit_test(test_removals_from_a_group),
        cmocka_unit_test(test_disabled_people_leave_a_group_that_is_held),
        cmocka_unit_test(test_reactivations_above_the_limit_wait),
        cmocka_unit_test(test_canary_lets_few_through),
        cmocka_unit_test(test_seats_are_not_exceeded),
        cmocka_unit_test(test_seats_hold_no_deletion),
        cmocka_unit_test(test_new_admins_are_held),
        cmocka_unit_test(test_a_shrunken_directory_takes_nothing),
        cmocka_unit_test(test_nobody_comes_back_when_nobody_is_disabled_any_more),
        cmocka_unit_test(test_all_addresses_do_not_vanish_at_once),
        cmocka_unit_test(test_shrinking_within_the_floor_is_nothing),
        cmocka_unit_test(test_a_new_configuration_takes_nothing),
        cmocka_unit_test(test_an_old_ledger_takes_nothing_until_somebody_says_so),
        cmocka_unit_test(test_quarantine_lets_only_disabled_people_go),
        cmocka_unit_test(test_a_general_hold_stops_everything),
        cmocka_unit_test(test_lifting_one_rail_leaves_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
