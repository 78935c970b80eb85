/* SPDX-License-Identifier: Apache-2.0 */
#include "counting.h"
#include "testing.h"

#include "model/plan.h"

static const struct {
    RailKind kind;
    const char *name;
    RailClass class;
    bool approvable;
} rails[] = {
    {RAIL_SOURCE_INCOMPLETE, "source-incomplete", RAIL_CLASS_STOP, false},
    {RAIL_ZERO_PEOPLE, "zero-people", RAIL_CLASS_STOP, false},
    {RAIL_OTHER_ORGANIZATION, "other-organization", RAIL_CLASS_STOP, false},
    {RAIL_OTHER_MACHINE, "other-machine", RAIL_CLASS_STOP, false},
    {RAIL_MAPPED_GROUP, "mapped-group", RAIL_CLASS_HOLD, false},
    {RAIL_MAX_SHRINK, "max-shrink", RAIL_CLASS_HOLD, true},
    {RAIL_CONFIGURATION, "configuration", RAIL_CLASS_HOLD, true},
    {RAIL_LOST_LEDGER, "lost-ledger", RAIL_CLASS_HOLD, true},
    {RAIL_REMOVALS, "removals", RAIL_CLASS_HOLD, true},
    {RAIL_REMOVALS_PER_DAY, "removals-per-day", RAIL_CLASS_HOLD, true},
    {RAIL_GROUP_REMOVALS, "group-removals", RAIL_CLASS_HOLD, true},
    {RAIL_INVITATIONS, "invitations", RAIL_CLASS_DEFER, true},
    {RAIL_REACTIVATIONS, "reactivations", RAIL_CLASS_DEFER, true},
    {RAIL_CANARY, "canary", RAIL_CLASS_DEFER, true},
    {RAIL_SEATS, "seats", RAIL_CLASS_DEFER, true},
    {RAIL_NEW_ADMINS, "new-admins", RAIL_CLASS_HOLD, true},
    {RAIL_ADDRESS_CHANGES, "address-changes", RAIL_CLASS_HOLD, true},
    {RAIL_QUARANTINE, "quarantine", RAIL_CLASS_HOLD, true},
    {RAIL_HOLD, "hold", RAIL_CLASS_HOLD, false},
};

static void test_rails(void **state)
{
    (void) state;
    assert_int_equal(G_N_ELEMENTS(rails), RAIL_KINDS);
    for (size_t i = 0; i < G_N_ELEMENTS(rails); i++) {
        RailKind kind = RAIL_KINDS;
        assert_string_equal(rail_name(rails[i].kind), rails[i].name);
        assert_true(rail_parse(rails[i].name, &kind));
        assert_int_equal(kind, rails[i].kind);
        assert_int_equal(rail_class(rails[i].kind), rails[i].class);
        assert_int_equal(rail_is_approvable(rails[i].kind), rails[i].approvable);
    }
    RailKind untouched = RAIL_SEATS;
    assert_false(rail_parse("removals_per_day", &untouched));
    assert_int_equal(untouched, RAIL_SEATS);
    static const char *const verdicts[] = {"ok", "stop", "hold", "defer", "approved"};
    for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
        assert_string_equal(verdict_name((Verdict) i), verdicts[i]);
}

static void test_withholding(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    plan_withhold(plan->held, 3, RAIL_REMOVALS, NULL);
    plan_withhold(plan->deferred, 5, RAIL_INVITATIONS, "today");
    assert_false(plan_withholds(plan, 2));
    assert_true(plan_withholds(plan, 3));
    assert_true(plan_withholds(plan, 5));
    const Withheld *withheld = g_ptr_array_index(plan->deferred, 0);
    assert_int_equal(withheld->rail, RAIL_INVITATIONS);
    assert_string_equal(withheld->subject, "today");
    plan_free(NULL);
}

static void test_count(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    g_ptr_array_add(plan->changes, change_new(CHANGE_INVITE));
    g_ptr_array_add(plan->changes, change_new(CHANGE_LINK));
    g_ptr_array_add(plan->changes, change_new(CHANGE_INVITE));
    assert_int_equal(count_changes(plan, CHANGE_INVITE), 2);
    assert_int_equal(count_changes(plan, CHANGE_LINK), 1);
    assert_int_equal(count_changes(plan, CHANGE_ADOPT), 0);
}

static void test_rows(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    Rail *rail = plan_add_rail(plan, RAIL_MAPPED_GROUP, "mapping.[0]");
    assert_string_equal(rail->subject, "mapping.[0]");
    assert_int_equal(rail->verdict, VERDICT_OK);
    assert_int_equal(rail->examples->len, 0);
    assert_null(plan_add_rail(plan, RAIL_REMOVALS, NULL)->subject);
    char mail[] = "a@example.org";
    ChangePerson person = {.mail = mail, .user_id = {3}};
    plan_add_notice(plan, NOTICE_FROZEN, &person, "no mail");
    const Notice *notice = g_ptr_array_index(plan->notices, 0);
    assert_string_equal(notice->person.mail, mail);
    assert_ptr_not_equal(notice->person.mail, mail);
    assert_string_equal(notice->reason, "no mail");
    assert_int_equal(notice->days_left, -1);
    assert_int_equal(notice->reads_left, -1);
}

static void test_person_copy(void **state)
{
    (void) state;
    char source[] = "ad";
    char anchor[] = "a";
    char name[] = "Ann";
    ChangePerson from = {.source = source,
                         .anchor = anchor,
                         .name = name,
                         .user_id = {1},
                         .organization_user_id = {2},
                         .invitation_id = 3};
    ChangePerson to = {0};
    change_person_copy(&to, &from);
    assert_string_equal(to.source, "ad");
    assert_string_equal(to.anchor, "a");
    assert_string_equal(to.name, "Ann");
    assert_null(to.mail);
    assert_int_equal(to.user_id.value, 1);
    assert_int_equal(to.organization_user_id.value, 2);
    assert_int_equal(to.invitation_id, 3);
    change_person_clear(&to);
    assert_null(to.source);
    assert_int_equal(to.invitation_id, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rails),       cmocka_unit_test(test_withholding),
        cmocka_unit_test(test_count),       cmocka_unit_test(test_rows),
        cmocka_unit_test(test_person_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
