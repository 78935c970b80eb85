/* SPDX-License-Identifier: Apache-2.0 */
#include "report/question.h"

#include "plans.h"
#include "testing.h"

static void assert_asked(Plan *plan, const char *expected)
{
    g_autofree char *text = question_text(plan);
    assert_string_equal(text, expected);
    plan_free(plan);
}

static void test_every_kind(void **state)
{
    (void) state;
    assert_asked(plan_every_kind(),
                 "This plan takes away: 1 invitation withdrawn, 2 deactivated, 1 deleted, 1 group "
                 "deleted, 1 taken out of a group, 1 group detached from a workspace, 1 taken out "
                 "of a workspace.\n"
                 "It alters: 1 renamed, 1 address changed, 1 role in a workspace set, 2 "
                 "organization roles set.\n"
                 "It gives: 2 invitations, 1 invitation sent again, 1 reactivated, 1 group "
                 "created, 1 added to a group, 1 group attached to a workspace, 1 assigned to a "
                 "workspace, 1 workspace created.\n");
}

/* What does not go is not what somebody says yes to. */
static void test_withheld(void **state)
{
    (void) state;
    Plan *plan = plan_empty();
    plan_change(plan, CHANGE_LINK, "zoe@example.org", "same address");
    plan_change(plan, CHANGE_DEACTIVATE, "dan@example.org", "gone");
    plan_change(plan, CHANGE_DEACTIVATE, "lea@example.org", "gone");
    plan_invitation(plan, "tim@example.org");
    plan_invitation(plan, "uma@example.org");
    plan_invitation(plan, "vic@example.org");
    plan_withhold(plan->held, 3, RAIL_REMOVALS, NULL);
    plan_withhold(plan->held, 3, RAIL_CONFIGURATION, NULL);
    plan_withhold(plan->deferred, 5, RAIL_INVITATIONS, NULL);
    g_autofree char *text = question_text(plan);
    assert_string_equal(text, "This plan takes away: 1 deactivated.\n"
                              "It gives: 2 invitations.\n"
                              "Not done: 1 held, 1 for a later run.\n");
    plan_withhold(plan->held, 2, RAIL_REMOVALS, NULL);
    assert_asked(plan, "This plan takes away: nothing.\n"
                       "It gives: 2 invitations.\n"
                       "Not done: 2 held, 1 for a later run.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_withheld),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
