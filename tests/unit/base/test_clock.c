/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/clock.h"
#include "base/error.h"

#include <signal.h>

#define SECOND INT64_C(1000000)

static void test_format_and_parse(void **state)
{
    (void) state;
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {INT64_C(1763920800), "2025-11-23T18:00:00Z"},
        {INT64_C(951782400), "2000-02-29T00:00:00Z"},
        {INT64_C(4294967296), "2106-02-07T06:28:16Z"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = clock_format(cases[i].seconds);
        int64_t seconds = -1;
        assert_string_equal(text, cases[i].text);
        assert_true(clock_parse(text, &seconds));
        assert_int_equal(seconds, cases[i].seconds);
    }
    g_autofree char *beyond = clock_format(INT64_MAX);
    assert_string_equal(beyond, "@9223372036854775807");
}

static void test_parse_offsets(void **state)
{
    (void) state;
    static const char *const same[] = {"2025-11-23T19:00:00+01:00", "2025-11-23T12:30:00-05:30",
                                       "2025-11-23T18:00:00.250Z"};
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        int64_t seconds = 0;
        assert_true(clock_parse(same[i], &seconds));
        assert_int_equal(seconds, INT64_C(1763920800));
    }
    static const char *const wrong[] = {"", "yesterday", "2025-13-01T00:00:00Z", "2025-11-23 18:00",
                                        "2025-11-23T25:00:00Z"};
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        int64_t seconds = 7;
        assert_false(clock_parse(wrong[i], &seconds));
        assert_int_equal(seconds, 7);
    }
}

static void test_clock_of_tests_stands_still(void **state)
{
    (void) state;
    TestClock clock;
    test_clock_init(&clock, 1000);
    Clock *one = &clock.clock;
    assert_int_equal(one->now(one), 1000);
    assert_int_equal(one->now(one), 1000);
    test_clock_advance(&clock, 5);
    assert_int_equal(one->now(one), 1005);
    int64_t before = one->monotonic(one);
    one->wait(one, SECOND / 2);
    assert_int_equal(one->monotonic(one) - before, SECOND / 2);
    assert_int_equal(one->now(one), 1005);
    one->wait(one, SECOND / 2);
    assert_int_equal(one->now(one), 1006);
}

static void test_real_clock(void **state)
{
    (void) state;
    Clock *clock = clock_real();
    assert_true(clock->now(clock) > INT64_C(1700000000));
    int64_t before = clock->monotonic(clock);
    clock->wait(clock, 20 * 1000);
    assert_true(clock->monotonic(clock) - before >= 20 * 1000);
    clock->wait(clock, -SECOND); /* returns at once */
    clock->wait(clock, 0);
}

static void test_durations(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        int64_t seconds; /* 0: refused */
    } cases[] = {{"90", 90},       {"90s", 90},
                 {"10m", 600},     {"2h", 7200},
                 {"24h", 86400},   {"1440m", 86400},
                 {"86400", 86400}, {"", 0},
                 {"0", 0},         {"0m", 0},
                 {"25h", 0},       {"86401", 0},
                 {"-1", 0},        {"+1", 0},
                 {" 1", 0},        {"1 ", 0},
                 {"1d", 0},        {"1.5h", 0},
                 {"m", 0},         {"1mm", 0},
                 {"soon", 0},      {"99999999999999999999h", 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t seconds = 0;
        assert_int_equal(clock_parse_duration(cases[i].text, &seconds), cases[i].seconds != 0);
        assert_int_equal(seconds, cases[i].seconds);
    }
}

static void test_moments_to_come(void **state)
{
    (void) state;
    const int64_t now = INT64_C(1764000000); /* 2025-11-24T16:00:00Z */
    static const struct {
        const char *text;
        int64_t later; /* 0: it is none */
    } cases[] = {
        {"90m", 5400},
        {"24h", 86400},
        {"7d", 7 * 86400},
        {"2w", 14 * 86400},
        {"2025-11-25", 8 * 3600},
        {"2025-11-24T16:00:01Z", 1},
        {"2025-11-24T18:00:00+01:00", 3600},
        {"2025-11-24T16:00:00Z", 0}, /* now is not to come */
        {"2025-11-24", 0},
        {"0h", 0},
        {"-1h", 0},
        {"24", 0},
        {"24 h", 0},
        {"24x", 0},
        {"h", 0},
        {"", 0},
        {"2025-13-01", 0},
        {"tomorrow", 0},
        {"999999w", 0}, /* not in ten years */
        {"9999999h", 0},
        {"2036-01-01", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t moment = -1;
        bool parsed = clock_parse_until(cases[i].text, now, &moment);
        int64_t expected = cases[i].later != 0 ? now + cases[i].later : -1;
        if (parsed != (cases[i].later != 0) || moment != expected)
            fail_msg("'%s' gives %" G_GINT64_FORMAT, cases[i].text, moment);
    }
}

/* The last tests: a stop cannot be taken back. */
static void test_a_deadline_is_a_stop(void **state)
{
    (void) state;
    GError *error = clock_stop_error();
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INTERRUPTED));
    assert_error(error, "a stop was asked for");
    assert_false(clock_stop_requested());
    clock_on_deadline(SIGALRM);
    assert_true(clock_stop_requested());
    error = clock_stop_error();
    assert_error(error, "the deadline was reached");
}

static void test_stop_ends_every_wait(void **state)
{
    (void) state;
    Clock *clock = clock_real();
    clock_stop();
    assert_true(clock_stop_requested());
    int64_t before = clock->monotonic(clock);
    clock->wait(clock, 60 * SECOND);
    clock->wait(clock, INT64_MAX);
    assert_true(clock->monotonic(clock) - before < 10 * SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format_and_parse),
        cmocka_unit_test(test_parse_offsets),
        cmocka_unit_test(test_clock_of_tests_stands_still),
        cmocka_unit_test(test_real_clock),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_moments_to_come),
        cmocka_unit_test(test_a_deadline_is_a_stop),
        cmocka_unit_test(test_stop_ends_every_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
