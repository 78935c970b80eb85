/* SPDX-License-Identifier: Apache-2.0 */
/* People who left: each value of leavers, disabled and expired, deletion, grace over all links. */
#include "company.h"

#define DAY INT64_C(86400)

/* Bob stays; ann's entry is what a test makes of it. */
static Member *begin_with_ann(Case *c, bool entry)
{
    begin(c);
    if (entry)
        (void) world_person(&c->world, "ann");
    (void) world_person(&c->world, "bob");
    (void) world_group(&c->world, "developers", "ann", "bob", NULL);
    add_rule(c);
    (void) settled(c, "bob");
    return settled(c, "ann");
}

static Person *entry_of_ann(Case *c)
{
    return directory_person(world_directory(&c->world, "main"), "ann");
}

static void end_grace(Case *c)
{
    c->world.settings->lifecycle.grace_days = 0;
    c->world.settings->lifecycle.grace_reads = 0;
}

static void test_each_way_to_leave(void **state)
{
    (void) state;
    static const struct {
        Leavers leavers;
        Memberships memberships;
        bool joined;
        const char *plan;
        const char *held;
    } rows[] = {
        {LEAVERS_DEACTIVATE, MEMBERSHIPS_OURS, true, "deactivate ann@example.org\n", ""},
        {LEAVERS_DEACTIVATE, MEMBERSHIPS_OURS, false, "withdraw-invitation ann@example.org\n", ""},
        {LEAVERS_REMOVE_GROUPS, MEMBERSHIPS_OURS, true,
         "remove-from-group ann@example.org Developers\n"
         "unassign ann@example.org Product\n",
         ""},
        {LEAVERS_REMOVE_GROUPS, MEMBERSHIPS_EXACT, true,
         "remove-from-group ann@example.org Developers\n"
         "remove-from-group ann@example.org Staff\n"
         "unassign ann@example.org Product\n",
         ""},
        {LEAVERS_REMOVE_GROUPS, MEMBERSHIPS_OURS, false, "withdraw-invitation ann@example.org\n",
         ""},
        {LEAVERS_REPORT, MEMBERSHIPS_OURS, true, "",
         "ann@example.org: gone from the directory, and the grace is over; lifecycle.leavers is "
         "\"report\"\n"},
        {LEAVERS_REPORT, MEMBERSHIPS_OURS, false, "",
         "ann@example.org: gone from the directory, and the grace is over; lifecycle.leavers is "
         "\"report\"\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        Member *ann = begin_with_ann(&c, false);
        end_grace(&c);
        int64_t staff = world_toggl_group(&c.world, "Staff");
        (void) world_rule(&c.world, RULE_EVERYONE, NULL, "Staff", NULL, ROLE_NONE);
        Member *bob = g_ptr_array_index(c.world.organization->members, 0);
        world_put(bob, staff);
        (void) world_grant(&c.world, bob, GRANT_GROUP, staff);
        world_put(ann, staff); /* by hand */
        ann->joined = rows[i].joined;
        c.world.settings->lifecycle.leavers = rows[i].leavers;
        c.world.settings->lifecycle.memberships = rows[i].memberships;
        assert_decided(&c.world, rows[i].plan, NOTICE_HELD, rows[i].held);
        world_clear(&c.world);
    }
}

static void test_disabled_and_expired_have_a_rule_each(void **state)
{
    (void) state;
    static const struct {
        PersonStanding standing;
        Disabled disabled;
        Disabled expired;
        const char *plan;
        unsigned phase;
        const char *word;
    } rows[] = {
        {PERSON_DISABLED, DISABLED_LEAVER_NOW, DISABLED_GRACE, "deactivate ann@example.org\n", 1,
         "disabled"},
        {PERSON_DISABLED, DISABLED_GRACE, DISABLED_LEAVER_NOW, "", 0, NULL},
        {PERSON_EXPIRED, DISABLED_LEAVER_NOW, DISABLED_GRACE, "", 0, NULL},
        {PERSON_EXPIRED, DISABLED_GRACE, DISABLED_LEAVER_NOW, "deactivate ann@example.org\n", 1,
         "expired"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        (void) begin_with_ann(&c, true);
        entry_of_ann(&c)->standing = rows[i].standing;
        c.world.settings->lifecycle.disabled = rows[i].disabled;
        c.world.settings->lifecycle.expired = rows[i].expired;
        g_autoptr(Plan) plan = world_plan(&c.world);
        g_autofree char *lines = plan_lines(plan);
        assert_string_equal(lines, rows[i].plan);
        if (rows[i].word != NULL) {
            const Change *change = g_ptr_array_index(plan->changes, 0);
            assert_int_equal(change->phase, rows[i].phase);
            assert_true(change->disabled_person);
            assert_string_equal(change->before.standing, rows[i].word);
        } else {
            g_autofree char *notice = g_strdup_printf(
                "ann@example.org: %s in the directory; 3 more days and 1 more complete read before "
                "anything is done\n",
                rows[i].standing == PERSON_EXPIRED ? "expired" : "disabled");
            assert_notices(plan, NOTICE_MISSING, notice);
        }
        world_clear(&c.world);
    }
}

/* Disabled in one directory and expired in the other: the milder of the two rules. */
static void test_two_directories_take_the_milder_rule(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c, true);
    world_disable(entry_of_ann(&c));
    world_person_in(&c.world, "second", "ann")->standing = PERSON_EXPIRED;
    (void) world_link_in(&c.world, "second", "ann", ann);
    assert_plan(&c.world, "");
    c.world.settings->lifecycle.expired = DISABLED_LEAVER_NOW;
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

static void test_grace_is_that_of_the_youngest_absence(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c, false);
    (void) world_directory(&c.world, "second");
    Link *old = ledger_link(c.world.ledger, "main", "ann");
    Link *young = world_link_in(&c.world, "second", "ann", ann);
    old->missing_since = c.world.now - 90 * DAY;
    old->reads_missed = 90;
    young->missing_since = c.world.now - 2 * DAY;
    young->reads_missed = 90;
    assert_plan(&c.world, "");
    young->missing_since = c.world.now - 3 * DAY;
    young->reads_missed = 0;
    assert_plan(&c.world, "");
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

/* One address and two members: that the grace of one is over says nothing of the other. */
static void test_whom_we_removed_shares_no_grace(void **state)
{
    (void) state;
    Case c;
    (void) begin_with_ann(&c, true);
    entry_of_ann(&c)->standing = PERSON_EXPIRED;
    (void) world_directory(&c.world, "second");
    Member *other = world_member(&c.world, "ann.other");
    other->joined = false;
    Link *gone = world_link_in(&c.world, "second", "ann", other);
    gone->missing_since = c.world.now - 90 * DAY;
    gone->reads_missed = 90;
    static const char waits[] = "ann@example.org: expired in the directory; 3 more days and %s "
                                "before anything is done\n";
    g_autofree char *first = g_strdup_printf(waits, "1 more complete read");
    g_autofree char *second = g_strdup_printf(waits, "0 more complete reads");
    assert_decided(&c.world, "withdraw-invitation ann@example.org\n", NOTICE_MISSING, first);
    g_ptr_array_remove(c.world.organization->members, other);
    ledger_set_member(c.world.ledger, gone, (OrganizationUserId){0}, (UserId){0});
    gone->removed_at = c.world.now;
    assert_decided(&c.world, "", NOTICE_MISSING, second);
    world_clear(&c.world);
}

static void test_deletion_comes_late_and_only_for_whom_we_deactivated(void **state)
{
    (void) state;
    static const struct {
        int64_t deactivated; /* days ago; 0: not by us */
        int64_t after;
        Leavers leavers;
        bool owner;
        const char *plan;
    } rows[] = {
        {40, 0, LEAVERS_DEACTIVATE, false, ""},
        {39, 40, LEAVERS_DEACTIVATE, false, ""},
        {40, 40, LEAVERS_DEACTIVATE, false, "delete-member ann@example.org\n"},
        {0, 40, LEAVERS_DEACTIVATE, false, ""},
        {40, 40, LEAVERS_REPORT, false, ""},
        {40, 40, LEAVERS_REMOVE_GROUPS, false, ""},
        {40, 40, LEAVERS_DEACTIVATE, true, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int how = 0; how < 3; how++) { /* gone, disabled, wanted by no rule */
            Case c;
            Member *ann = begin_with_ann(&c, how > 0);
            ann->inactive = true;
            ann->owner = rows[i].owner;
            if (how == 1)
                world_disable(entry_of_ann(&c));
            DirectoryGroup *group = g_ptr_array_index(world_directory(&c.world, "main")->groups, 0);
            if (how == 2)
                g_array_remove_index(group->members, 0);
            Link *link = ledger_link(c.world.ledger, "main", "ann");
            link->deactivated_at =
                rows[i].deactivated != 0 ? c.world.now - rows[i].deactivated * DAY : 0;
            c.world.settings->lifecycle.delete_after_days = rows[i].after;
            c.world.settings->lifecycle.leavers = rows[i].leavers;
            assert_plan(&c.world, rows[i].plan);
            world_clear(&c.world);
        }
    }
}

static void test_reactivated_by_hand_is_no_longer_ours_to_delete(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c, true);
    Link *link = ledger_link(c.world.ledger, "main", "ann");
    link->deactivated_at = c.world.now - 90 * DAY;
    assert_plan(&c.world, ""); /* she is active: somebody did that */
    assert_int_equal(link->deactivated_at, 0);
    ann->inactive = true;
    assert_decided(&c.world, "", NOTICE_BY_HAND,
                   "ann@example.org: deactivated by somebody else: left alone\n");
    world_clear(&c.world);
}

static void test_whom_an_address_finds_is_not_ours_to_remove(void **state)
{
    (void) state;
    Case c;
    (void) begin_with_ann(&c, true);
    end_grace(&c);
    world_disable(entry_of_ann(&c));
    Link *link = ledger_link(c.world.ledger, "main", "ann");
    ledger_set_member(c.world.ledger, link, (OrganizationUserId){999}, (UserId){998});
    assert_decided(&c.world, "", NOTICE_UNMANAGED,
                   "ann@example.org: disabled in the directory, but never ours: deactivate by hand "
                   "if this is the same person\n");
    world_clear(&c.world);
}

static void test_holds_of_any_link_hold(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c, false);
    end_grace(&c);
    Link *second = world_link_in(&c.world, "second", "ann", ann);
    (void) world_directory(&c.world, "second");
    second->hold_until = c.world.now + 1;
    second->hold_reason = g_strdup("on leave");
    assert_decided(&c.world, "", NOTICE_HELD, "ann@example.org: on leave\n");
    c.world.now += 1;
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

/* An entry in main, and one that left what we read of second: that one may be what rules want. */
static void test_an_entry_out_of_scope_holds_whom_no_rule_wants(void **state)
{
    (void) state;
    static const struct {
        LocatedKind kind;
        int64_t released_at;
        const char *plan;
        const char *notice;
    } rows[] = {
        {LOCATED_NOWHERE, 0, "deactivate ann@example.org\n", ""},
        {LOCATED_DISABLED, 0, "deactivate ann@example.org\n", ""},
        {LOCATED_ENABLED, 5, "deactivate ann@example.org\n", ""}, /* let go */
        {LOCATED_ENABLED, 0, "",
         "ann@example.org: no rule wants this person any more, but another entry of theirs is "
         "enabled at 'uid=ann,ou=elsewhere', outside our bases and filters\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        Member *ann = begin_with_ann(&c, true);
        DirectoryGroup *group = g_ptr_array_index(world_directory(&c.world, "main")->groups, 0);
        g_array_remove_index(group->members, 0);
        end_grace(&c);
        (void) world_directory(&c.world, "second");
        Link *second = world_link_in(&c.world, "second", "ann", ann);
        Located *located = g_new0(Located, 1);
        *located = (Located){.kind = rows[i].kind, .dn = g_strdup("uid=ann,ou=elsewhere")};
        g_hash_table_insert(c.world.located, second, located);
        second->released_at = rows[i].released_at;
        assert_decided(&c.world, rows[i].plan, NOTICE_OUT_OF_SCOPE, rows[i].notice);
        /* and no grace begins for whom that holds */
        bool counts = rows[i].kind != LOCATED_ENABLED || rows[i].released_at != 0;
        assert_int_equal(ledger_link(c.world.ledger, "main", "ann")->reads_unwanted, counts);
        assert_int_equal(second->reads_unwanted, counts);
        world_clear(&c.world);
    }
}

static void test_a_whole_ou_that_moved_is_one_sentence(void **state)
{
    (void) state;
    Case c;
    (void) begin_with_ann(&c, false);
    end_grace(&c);
    (void) settled(&c, "eve");
    static const char *const names[] = {"ann", "eve"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        Located *located = g_new0(Located, 1);
        *located = (Located){.kind = LOCATED_ENABLED,
                             .dn = g_strdup_printf("uid=%s,OU=Alumni,dc=main", names[i])};
        g_hash_table_insert(c.world.located, ledger_link(c.world.ledger, "main", names[i]),
                            located);
    }
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_int_equal(plan->warnings->len, 1);
    assert_string_equal(g_ptr_array_index(plan->warnings, 0),
                        "2 people are out of scope, their new parent is 'ou=alumni,dc=main': "
                        "nothing is done; do the bases still fit?");
    world_clear(&c.world);
}

/* What stays with whoever is wanted by a rule goes with whoever is wanted by none: that is said. */
static void test_what_goes_along_by_hand_is_said(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    (void) settled(&c, "bob");
    Member *ann = settled(&c, "ann");
    c.world.settings->lifecycle.grace_days = 3;
    c.world.settings->lifecycle.grace_reads = 0;
    assert_decided(&c.world, "", NOTICE_MISSING,
                   "ann@example.org: no rule wants this person any more; 3 more days and 0 more "
                   "complete reads before anything is done\n");
    world_put(ann, world_toggl_group(&c.world, "Staff"));
    world_assign(ann, world_workspace(&c.world, "Depot"), ROLE_USER);
    assert_decided(&c.world, "", NOTICE_MISSING,
                   "ann@example.org: no rule wants this person any more (what they have by hand "
                   "goes, too: group 'Staff', workspace 'Depot'); 3 more days and 0 more complete "
                   "reads before anything is done\n");
    end_grace(&c);
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 1);
    assert_string_equal(((const Change *) g_ptr_array_index(plan->changes, 0))->reason,
                        "no rule wants this person any more (what they have by hand goes, too: "
                        "group 'Staff', workspace 'Depot'), and the grace is over");
    c.world.settings->lifecycle.grace_days = 3;
    c.world.settings->lifecycle.leavers = LEAVERS_REMOVE_GROUPS;
    assert_decided(&c.world, "", NOTICE_MISSING,
                   "ann@example.org: no rule wants this person any more; 3 more days and 0 more "
                   "complete reads before anything is done\n");
    world_clear(&c.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_way_to_leave),
        cmocka_unit_test(test_disabled_and_expired_have_a_rule_each),
        cmocka_unit_test(test_two_directories_take_the_milder_rule),
        cmocka_unit_test(test_grace_is_that_of_the_youngest_absence),
        cmocka_unit_test(test_whom_we_removed_shares_no_grace),
        cmocka_unit_test(test_deletion_comes_late_and_only_for_whom_we_deactivated),
        cmocka_unit_test(test_reactivated_by_hand_is_no_longer_ours_to_delete),
        cmocka_unit_test(test_whom_an_address_finds_is_not_ours_to_remove),
        cmocka_unit_test(test_holds_of_any_link_hold),
        cmocka_unit_test(test_an_entry_out_of_scope_holds_whom_no_rule_wants),
        cmocka_unit_test(test_a_whole_ou_that_moved_is_one_sentence),
        cmocka_unit_test(test_what_goes_along_by_hand_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
