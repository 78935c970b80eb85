/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_RETRY_H
#define TOGGL_RETRY_H

/*
 * retry - which call may be repeated, when, and what a 402 means. Pure: chance and time are given.
 */

#include <stdbool.h>
#include <stdint.h>

#define RETRY_ATTEMPTS 4U /* the first one included */
#define RETRY_LONGEST_WAIT                                                                         \
    (INT64_C(60) * 1000000) /* microseconds; what asks for more ends the run */

/* Whether a call with METHOD that was answered with STATUS may be made again. Writes never. */
bool retry_may_repeat(const char *method, int status);

/*
 * Microseconds to wait after attempt ATTEMPT (from 1) failed: full jitter, which is a part of a
 * doubling limit. CHANCE is evenly spread over [0, 1).
 */
int64_t retry_delay(unsigned attempt, double chance);

/* The same after a 429 that says nothing: 5 seconds, doubled, and up to a second more. */
int64_t retry_throttle_delay(unsigned attempt, double chance);

/*
 * A Retry-After header, in seconds or as an HTTP date, as seconds from NOW (since 1970), never
 * below 0 nor above an hour. False for anything else.
 */
bool retry_after_parse(const char *value, int64_t now, int64_t *ret_seconds);

/*
 * Whether a 402 is the hourly quota, and not something missing in the plan: REMAINING (-1: no
 * header) is 0, or TEXT (may be NULL) speaks of the hourly limit.
 */
bool retry_is_quota(int64_t remaining, const char *text);

/* The seconds in "... will reset in 133 seconds", -1 when TEXT (may be NULL) names none. */
int64_t retry_seconds_in_text(const char *text);

#endif
