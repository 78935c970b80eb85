/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "toggl/retry.h"

#define NOW INT64_C(784111777) /* Sun, 06 Nov 1994 08:49:37 GMT */

static void test_may_repeat(void **state)
{
    (void) state;
    static const int again[] = {408, 429, 500, 502, 503, 504};
    static const int final[] = {200, 301, 400, 401, 402, 403, 404, 405, 410, 501, 505};
    static const char *const writes[] = {"POST", "PUT", "PATCH", "DELETE"};
    for (size_t i = 0; i < G_N_ELEMENTS(again); i++) {
        assert_true(retry_may_repeat("GET", again[i]));
        for (size_t w = 0; w < G_N_ELEMENTS(writes); w++)
            assert_false(retry_may_repeat(writes[w], again[i]));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(final); i++)
        assert_false(retry_may_repeat("GET", final[i]));
}

static void test_delay(void **state)
{
    (void) state;
    static const int64_t limits[] = {500000,  1000000,  2000000,  4000000,
                                     8000000, 16000000, 30000000, 30000000};
    for (unsigned i = 0; i < G_N_ELEMENTS(limits); i++) {
        assert_int_equal(retry_delay(i + 1, 0.0), 0);
        assert_int_equal(retry_delay(i + 1, 0.5), limits[i] / 2);
        assert_true(retry_delay(i + 1, 0.999999) < limits[i]);
    }
    assert_int_equal(retry_delay(4000000000U, 0.5), 15000000);
    assert_int_equal(retry_throttle_delay(1, 0.0), 5000000);
    assert_int_equal(retry_throttle_delay(2, 0.5), 10500000);
    assert_int_equal(retry_throttle_delay(9, 0.0), 30000000);
}

static void test_retry_after(void **state)
{
    (void) state;
    static const struct {
        const char *value;
        int64_t seconds; /* -1: not understood */
    } cases[] = {
        {"0", 0},
        {"7", 7},
        {"3600", 3600},
        {"3601", 3600},
        {"18446744073709551615", 3600},
        {"18446744073709551616", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
        {"Sun, 06 Nov 1994 08:50:37 GMT", 60},
        {"Sun, 06 Nov 1994 08:00:00 GMT", 0},
        {"Mon, 07 Nov 1994 08:49:37 GMT", 3600},
        {"Sun, 06 Nov 1994 08:50:37", -1},
        {"Sun, 06 Nov 1994 08:50:37 GMT+1", -1},
        {"Sun, 06 Foo 1994 08:50:37 GMT", -1},
        {"Sun, 36 Nov 1994 08:50:37 GMT", -1},
        {"-1", -1},
        {"7s", -1},
        {"", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t seconds = -1;
        bool understood = retry_after_parse(cases[i].value, NOW, &seconds);
        assert_int_equal(understood, cases[i].seconds >= 0);
        assert_int_equal(seconds, cases[i].seconds);
    }
}

static void test_quota_or_plan(void **state)
{
    (void) state;
    assert_true(retry_is_quota(0, NULL));
    assert_true(retry_is_quota(-1, "You have hit your Hourly Limit for API calls."));
    assert_false(retry_is_quota(-1, NULL));
    assert_false(retry_is_quota(12, "This is a Premium feature"));
}

static void test_seconds_in_text(void **state)
{
    (void) state;
    assert_int_equal(retry_seconds_in_text("The quota will reset in 133 seconds."), 133);
    assert_int_equal(retry_seconds_in_text("will reset in 1 second"), 1);
    assert_int_equal(retry_seconds_in_text("will reset in 99999999 seconds"), 3600);
    assert_int_equal(retry_seconds_in_text("will reset in 2 hours"), -1);
    assert_int_equal(retry_seconds_in_text("will reset in soon"), -1);
    assert_int_equal(retry_seconds_in_text("no"), -1);
    assert_int_equal(retry_seconds_in_text(NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_may_repeat),      cmocka_unit_test(test_delay),
        cmocka_unit_test(test_retry_after),     cmocka_unit_test(test_quota_or_plan),
        cmocka_unit_test(test_seconds_in_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
