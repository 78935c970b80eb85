/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/quota.h"

#include <glib.h>
#include <string.h>

/* A window that has this much left has just begun, with our own call. */
#define FRESH_WINDOW (QUOTA_WINDOW - 1)
#define SMALLEST_PLAN INT64_C(30)
#define MOST_CALLS INT64_C(1000000000)

QuotaBucket quota_new(int64_t total, int64_t reserve_percent, int64_t reserve_count)
{
    return (QuotaBucket){
        .total = total,
        .remaining = total,
        .reserve_percent = reserve_percent,
        .reserve_count = reserve_count,
    };
}

int64_t quota_reserve(const QuotaBucket *bucket)
{
    int64_t wanted = bucket->reserve_percent >= 0
                         ? (bucket->total * bucket->reserve_percent + 99) / 100
                         : bucket->reserve_count;
    return MAX(wanted, QUOTA_LEAST_RESERVE);
}

void quota_roll(QuotaBucket *bucket, int64_t now)
{
    if (bucket->resets_at == 0 || now < bucket->resets_at)
        return;
    bucket->remaining = bucket->total;
    bucket->resets_at = 0;
}

bool quota_allows(const QuotaBucket *bucket)
{
    return bucket->remaining > quota_reserve(bucket);
}

void quota_spend(QuotaBucket *bucket, int64_t now)
{
    if (bucket->resets_at == 0)
        bucket->resets_at = now + QUOTA_WINDOW;
    if (bucket->remaining > 0)
        bucket->remaining--;
}

void quota_learn(QuotaBucket *bucket, QuotaNews news, int64_t now)
{
    if (news.resets_in >= 0)
        bucket->resets_at = now + MIN(news.resets_in, QUOTA_WINDOW);
    if (news.remaining < 0)
        return;
    int64_t remaining = MIN(news.remaining, MOST_CALLS);
    /* the call that opened the window is spent: what is left and that one are all there are, unless
     * others were quick; so no plan is thought smaller than the smallest */
    if (remaining >= bucket->total)
        bucket->total = remaining + 1;
    else if (news.resets_in >= FRESH_WINDOW && remaining + 1 < bucket->total)
        bucket->total = MAX(remaining + 1, MIN(bucket->total, SMALLEST_PLAN));
    bucket->remaining = remaining;
}

char *quota_store(const QuotaBucket *bucket, const char *owner)
{
    return g_strdup_printf("1 %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                           owner, bucket->total, bucket->remaining, bucket->resets_at);
}

bool quota_restore(QuotaBucket *bucket, const char *owner, const char *text, int64_t now)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    if (g_strv_length(words) != 5 || strcmp(words[0], "1") != 0 || strcmp(words[1], owner) != 0)
        return false;
    gint64 total = 0;
    gint64 remaining = 0;
    gint64 resets_at = 0;
    /* a window that ends later than any can was stored under a clock that was wrong */
    if (!g_ascii_string_to_signed(words[2], 10, 1, MOST_CALLS + 1, &total, NULL) ||
        !g_ascii_string_to_signed(words[3], 10, 0, total, &remaining, NULL) ||
        !g_ascii_string_to_signed(words[4], 10, 0, now + QUOTA_WINDOW, &resets_at, NULL))
        return false;
    if (now >= resets_at)
        return true; /* that window is over: what is configured counts again */
    bucket->total = total;
    bucket->remaining = remaining;
    bucket->resets_at = resets_at;
    return true;
}
