/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_QUOTA_H
#define TOGGL_QUOTA_H

/*
 * quota - how many calls are left in one hourly bucket, and whether one more may be made.
 *
 * Toggl counts calls in a window of an hour that begins with the first call. We count too, but what
 * its headers say is believed: others spend from the same bucket. Pure: the time, in seconds since
 * 1970, is given.
 *
 * Invariants
 *  - remaining is between 0 and total;
 *  - the reserve is never below QUOTA_LEAST_RESERVE, and quota_allows never lets a call into it.
 */

#include <stdbool.h>
#include <stdint.h>

#define QUOTA_WINDOW INT64_C(3600)
#define QUOTA_LEAST_RESERVE INT64_C(3)

typedef struct {
    int64_t total;
    int64_t remaining;
    int64_t resets_at;       /* 0: no window is open */
    int64_t reserve_percent; /* -1: reserve_count is meant */
    int64_t reserve_count;
} QuotaBucket;

/* What headers or a text said; -1: nothing. */
typedef struct {
    int64_t remaining;
    int64_t resets_in; /* seconds */
} QuotaNews;

/* A full bucket of TOTAL calls. */
QuotaBucket quota_new(int64_t total, int64_t reserve_percent, int64_t reserve_count);

/* Calls that are left for others. */
int64_t quota_reserve(const QuotaBucket *bucket);

/* Fills the bucket again when its window has ended. The other functions need it called before. */
void quota_roll(QuotaBucket *bucket, int64_t now);

/* Whether a call may be made without touching the reserve. */
bool quota_allows(const QuotaBucket *bucket);

/* A call was made at NOW; opens a window when none is open. */
void quota_spend(QuotaBucket *bucket, int64_t now);

/* Believes NEWS that came with an answer at NOW. */
void quota_learn(QuotaBucket *bucket, QuotaNews news, int64_t now);

/*
 * The bucket as one line for the state, and back. OWNER (a short word without spaces) is whose
 * bucket it is: one that was stored for another is not restored. New string, owned by the caller.
 * quota_restore returns false, and leaves the bucket alone, for anything it does not understand.
 */
char *quota_store(const QuotaBucket *bucket, const char *owner);
bool quota_restore(QuotaBucket *bucket, const char *owner, const char *text, int64_t now);

#endif
