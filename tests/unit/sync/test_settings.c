/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/access.h"
#include "sync/apply.h"
#include "sync/approval.h"
#include "sync/decide.h"
#include "sync/desired.h"
#include "sync/latest.h"
#include "sync/overview.h"
#include "sync/plan_diff.h"
#include "sync/protection.h"
#include "sync/run.h"
#include "sync/settings.h"
#include "sync/subject.h"

#include "testing.h"

/* Freeing what is not there is nothing, for every type of the room. */
static void test_nothing_can_be_freed(void **state)
{
    (void) state;
    rule_free(NULL);
    rule_workspace_free(NULL);
    external_free(NULL);
    sync_settings_free(NULL);
    access_free(NULL);
    apply_result_free(NULL);
    approval_free(NULL);
    desired_free(NULL);
    latest_run_free(NULL);
    overview_free(NULL);
    plan_diff_free(NULL);
    protections_free(NULL);
    rail_lift_free(NULL);
    run_report_free(NULL);
    somebody_free(NULL);
    subjects_free(NULL);
}

/* The defaults that the sample and the manual give. */
static void test_defaults(void **state)
{
    (void) state;
    SyncSettings *settings = sync_settings_new();
    const Lifecycle *lifecycle = &settings->lifecycle;
    const Limits *limits = &settings->limits;
    assert_int_equal(lifecycle->mode, MODE_APPLY);
    assert_int_equal(lifecycle->kinds, 0);
    assert_int_equal(lifecycle->adoption, ADOPTION_MATCHING);
    assert_int_equal(lifecycle->memberships, MEMBERSHIPS_OURS);
    assert_int_equal(lifecycle->leavers, LEAVERS_DEACTIVATE);
    assert_int_equal(lifecycle->grace_days, 3);
    assert_int_equal(lifecycle->grace_reads, 2);
    assert_int_equal(lifecycle->delete_after_days, 0);
    assert_int_equal(lifecycle->returners, RETURNERS_REACTIVATE);
    assert_int_equal(lifecycle->by_hand, BY_HAND_RESPECT);
    assert_int_equal(lifecycle->addresses, ADDRESSES_REPORT);
    assert_int_equal(lifecycle->unmanaged, UNMANAGED_REPORT);
    assert_false(lifecycle->create_groups || lifecycle->delete_groups ||
                 lifecycle->create_workspaces);
    assert_int_equal(limits->removals_percent, 5);
    assert_int_equal(limits->removals_count, 25);
    assert_int_equal(limits->removals_floor, 5);
    assert_int_equal(limits->removals_per_day, 50);
    assert_int_equal(limits->invitations, 50);
    assert_int_equal(limits->reactivations, 20);
    assert_int_equal(limits->new_admins, 2);
    assert_int_equal(limits->address_changes, 10);
    assert_int_equal(limits->canary, 0);
    assert_int_equal(limits->seats, 0);
    sync_settings_free(settings);
}

static void test_max_shrink(void **state)
{
    (void) state;
    g_autoptr(SyncSettings) settings = sync_settings_new();
    int64_t percent = 7;
    g_array_append_val(settings->max_shrink, percent);
    assert_int_equal(sync_settings_max_shrink(settings, 0), 7);
    assert_int_equal(sync_settings_max_shrink(settings, 1), DEFAULT_MAX_SHRINK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_can_be_freed),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_max_shrink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
