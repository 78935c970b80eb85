/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <signal.h>
#include <time.h>

#define MICROSECONDS INT64_C(1000000)
#define WAIT_SLICE (50 * INT64_C(1000)) /* how late a wait may notice that it should stop */

static volatile sig_atomic_t stop_requested;

static int64_t real_now(Clock *clock)
{
    (void) clock;
    return g_get_real_time() / MICROSECONDS;
}

static int64_t real_monotonic(Clock *clock)
{
    (void) clock;
    return g_get_monotonic_time();
}

static void real_wait(Clock *clock, int64_t microseconds)
{
    int64_t begin = real_monotonic(clock);
    for (;;) {
        int64_t left = microseconds - (real_monotonic(clock) - begin);
        if (left <= 0 || stop_requested)
            return;
        g_usleep((gulong) MIN(left, WAIT_SLICE));
    }
}

Clock *clock_real(void)
{
    static Clock clock = {.now = real_now, .monotonic = real_monotonic, .wait = real_wait};
    return &clock;
}

static TestClock *as_test(Clock *clock)
{
    return (TestClock *) (void *) clock;
}

static int64_t test_now(Clock *clock)
{
    return as_test(clock)->now_us / MICROSECONDS;
}

static int64_t test_monotonic(Clock *clock)
{
    return as_test(clock)->now_us;
}

static void test_wait(Clock *clock, int64_t microseconds)
{
    as_test(clock)->now_us += microseconds;
}

void test_clock_init(TestClock *clock, int64_t now)
{
    *clock = (TestClock){
        .clock = {.now = test_now, .monotonic = test_monotonic, .wait = test_wait},
        .now_us = now * MICROSECONDS,
    };
}

void test_clock_advance(TestClock *clock, int64_t seconds)
{
    clock->now_us += seconds * MICROSECONDS;
}

void clock_stop(void)
{
    stop_requested = 1;
}

bool clock_stop_requested(void)
{
    return stop_requested != 0;
}

char *clock_format(int64_t seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    if (time == NULL)
        return g_strdup_printf("@%" G_GINT64_FORMAT, seconds);
    return g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
}

bool clock_parse(const char *text, int64_t *ret_seconds)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);
    if (time == NULL)
        return false;
    *ret_seconds = g_date_time_to_unix(time);
    return true;
}
