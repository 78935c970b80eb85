/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "toggl/pacing.h"

static void test_delay(void **state)
{
    (void) state;
    Pacing pacing = {.interval = 1000};
    assert_int_equal(pacing_delay(&pacing, 5), 0); /* the first call waits for nothing */
    pacing_mark(&pacing, 5);
    assert_int_equal(pacing_delay(&pacing, 5), 1000);
    assert_int_equal(pacing_delay(&pacing, 1004), 1);
    assert_int_equal(pacing_delay(&pacing, 1005), 0);
    assert_int_equal(pacing_delay(&pacing, 99999), 0);
}

static void test_no_interval(void **state)
{
    (void) state;
    Pacing pacing = {.interval = 0};
    pacing_mark(&pacing, 5);
    assert_int_equal(pacing_delay(&pacing, 5), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_no_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
