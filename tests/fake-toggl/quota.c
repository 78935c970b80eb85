/* SPDX-License-Identifier: Apache-2.0 */
#include "quota.h"

#include <time.h>

enum { WINDOW = 3600 }; /* seconds */

typedef struct {
    int64_t began; /* 0: not yet */
    int64_t used;
} Bucket;

struct Quota {
    int64_t organization_total;
    int64_t me_total;
    int64_t burst;
    int64_t drops;
    int64_t leaked_at;
    GHashTable *buckets; /* int64_t -> Bucket */
};

Quota *quota_new(int64_t organization_total, int64_t me_total, int64_t burst)
{
    Quota *quota = g_new0(Quota, 1);
    quota->organization_total = organization_total;
    quota->me_total = me_total;
    quota->burst = burst;
    quota->buckets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return quota;
}

void quota_free(Quota *quota)
{
    if (quota != NULL) {
        g_hash_table_unref(quota->buckets);
        g_free(quota);
    }
}

static Bucket *bucket_of(Quota *quota, int64_t id)
{
    Bucket *bucket = g_hash_table_lookup(quota->buckets, &id);
    if (bucket == NULL) {
        bucket = g_new0(Bucket, 1);
        g_hash_table_insert(quota->buckets, g_memdup2(&id, sizeof id), bucket);
    }
    int64_t now = time(NULL);
    if (bucket->began != 0 && (now >= bucket->began + WINDOW || now < bucket->began)) {
        *bucket = (Bucket){0};
    }
    return bucket;
}

QuotaState quota_state(Quota *quota, int64_t id)
{
    const Bucket *bucket = bucket_of(quota, id);
    QuotaState state = {.total = id == 0 ? quota->me_total : quota->organization_total};
    state.remaining = MAX(state.total - bucket->used, 0);
    state.resets_in = bucket->began == 0 ? WINDOW : bucket->began + WINDOW - time(NULL);
    return state;
}

bool quota_take(Quota *quota, int64_t id, QuotaState *ret)
{
    Bucket *bucket = bucket_of(quota, id);
    int64_t total = id == 0 ? quota->me_total : quota->organization_total;
    bool left = total == 0 || bucket->used < total;
    if (bucket->began == 0) {
        bucket->began = time(NULL);
    }
    bucket->used += left ? 1 : 0;
    *ret = quota_state(quota, id);
    return left;
}

bool quota_drip(Quota *quota)
{
    int64_t now = time(NULL);
    quota->drops = MAX(quota->drops - MAX(now - quota->leaked_at, 0), 0);
    quota->leaked_at = now;
    if (quota->burst > 0 && quota->drops >= quota->burst) {
        return false;
    }
    quota->drops++;
    return true;
}
