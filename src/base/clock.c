/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MICROSECONDS INT64_C(1000000)
#define WAIT_SLICE (50 * INT64_C(1000)) /* how late a wait may notice that it should stop */

#define LONGEST_DURATION INT64_C(86400)

static volatile sig_atomic_t stop_requested;
static volatile sig_atomic_t deadline_reached;

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

void clock_set_deadline(unsigned seconds)
{
    (void) alarm(seconds); /* returns what was left of the one before */
}

void clock_on_deadline(int signal_number)
{
    (void) signal_number;
    deadline_reached = 1;
    clock_stop();
}

GError *clock_stop_error(void)
{
    return g_error_new_literal(SYNC_ERROR, SYNC_ERROR_INTERRUPTED,
                               deadline_reached ? "the deadline was reached"
                                                : "a stop was asked for");
}

bool clock_parse_duration(const char *text, int64_t *ret_seconds)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}};
    if (!g_ascii_isdigit(*text))
        return false;
    char *end = NULL;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strcmp(end, units[i].unit) != 0 || number == 0 ||
            number > (guint64) (LONGEST_DURATION / units[i].seconds))
            continue;
        *ret_seconds = (int64_t) number * units[i].seconds;
        return true;
    }
    return false;
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

/* "24h" and so on as seconds; 0: it is none. */
static int64_t parse_span(const char *text)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}, {'w', INT64_C(7) * 86400}};
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 6 || strlen(text) != digits + 1)
        return 0;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (text[digits] == units[i].unit)
            return g_ascii_strtoll(text, NULL, 10) * units[i].seconds;
    }
    return 0;
}

bool clock_parse_until(const char *text, int64_t now, int64_t *ret_seconds)
{
    int64_t moment = 0;
    int64_t span = parse_span(text);
    g_autofree char *midnight =
        strlen(text) == strlen("2026-12-24") ? g_strconcat(text, "T00:00:00Z", NULL) : NULL;
    if (span > 0)
        moment = now + span;
    else if (!clock_parse(midnight != NULL ? midnight : text, &moment))
        return false;
    if (moment <= now || moment - now > INT64_C(3653) * 86400)
        return false;
    *ret_seconds = moment;
    return true;
}
