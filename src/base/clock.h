/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/*
 * clock - the only way to know the time or to wait.
 *
 * A Clock is an input like any other: the real one asks the kernel, a test's stands still until it
 * is told to move. Wall time is for records and grace, monotonic time for deadlines and pace; one
 * never stands in for the other.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SECONDS_AN_HOUR INT64_C(3600)
#define SECONDS_A_DAY INT64_C(86400)

typedef struct Clock Clock;
struct Clock {
    int64_t (*now)(Clock *clock);       /* seconds since 1970, UTC */
    int64_t (*monotonic)(Clock *clock); /* microseconds since some fixed moment; never goes back */
    void (*wait)(
        Clock *clock,
        int64_t microseconds); /* returns early when a stop was asked for, see clock_stop */
};

/* The real clock. Static; not to be freed. */
Clock *clock_real(void);

/* A clock for tests: stands at NOW until moved or waited upon, when it jumps by that much. Static
 * storage by caller. */
typedef struct {
    Clock clock;
    int64_t now_us;
} TestClock;
void test_clock_init(TestClock *clock, int64_t now);
void test_clock_advance(TestClock *clock, int64_t seconds);

/*
 * Asks every wait to end, now and from now on. Safe to call from a signal handler.
 * clock_stop_requested says whether that was done.
 */
void clock_stop(void);
bool clock_stop_requested(void);

/*
 * Asks for a stop SECONDS from now, by SIGALRM; 0 takes that back. Whoever asks must have given
 * clock_on_deadline to sigaction for it.
 */
void clock_set_deadline(unsigned seconds);
void clock_on_deadline(int signal_number);

/* SYNC_ERROR_INTERRUPTED, which says whether a signal or the deadline asked for the stop. The
 * caller's. */
GError *clock_stop_error(void);

/*
 * "90", "90s", "10m", "2h" as seconds, from one to a day. On failure *RET_SECONDS is left alone and
 * false is returned.
 */
bool clock_parse_duration(const char *text, int64_t *ret_seconds) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A moment after NOW: "90m", "24h", "7d", "2w" from now, a date "2026-12-24" (its beginning, UTC),
 * or what clock_parse understands. False, and *RET_SECONDS left alone, for anything else and for
 * what is not after NOW, or more than ten years away.
 */
bool clock_parse_until(const char *text, int64_t now, int64_t *ret_seconds)
    G_GNUC_WARN_UNUSED_RESULT;

/* SECONDS as RFC 3339 in UTC, "2026-11-23T18:00:00Z". New string, owned by the caller. */
char *clock_format(int64_t seconds);

/*
 * The reverse of clock_format; accepts any offset. On failure *RET_SECONDS is left alone and false
 * is returned.
 */
bool clock_parse(const char *text, int64_t *ret_seconds) G_GNUC_WARN_UNUSED_RESULT;

#endif
