/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/target.h"

#include "base/error.h"

#include "testing.h"

static void test_nothing_leaves_in_report_mode(void **state)
{
    (void) state;
    for (Operation operation = 0; operation < OPERATIONS; operation++) {
        g_autoptr(Target) target = target_nowhere_new();
        g_autoptr(Request) request = request_new(operation);
        g_autoptr(GError) error = NULL;
        Outcome outcome = {0};
        target->perform(target, request, &outcome, &error);
        assert_int_equal(outcome.kind, OUTCOME_NOT_SENT);
        assert_int_equal(outcome.status, 0);
        assert_string_equal(outcome.message, "lifecycle.mode is \"report\": nothing is sent");
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
        assert_string_equal(error->message, outcome.message);
        outcome_clear(&outcome);
    }
}

static void test_freeing(void **state)
{
    (void) state;
    Target mine = {0};
    target_free(NULL);
    target_free(&mine); /* one that has nothing to free */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_leaves_in_report_mode),
        cmocka_unit_test(test_freeing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
