/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_QUOTA_H
#define FAKE_TOGGL_QUOTA_H

/*
 * quota - calls per hour in two kinds of bucket, and a guard against bursts.
 *
 * A bucket belongs to an organization, or, with id 0, to the caller. Its hour begins with its first
 * call. The clock is time(): faketime moves it.
 */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Quota Quota;

typedef struct {
    int64_t total; /* 0: not limited */
    int64_t remaining;
    int64_t resets_in; /* seconds */
} QuotaState;

/* Calls per hour for an organization and for the caller, calls at once; 0: not limited. */
Quota *quota_new(int64_t organization_total, int64_t me_total, int64_t burst);
void quota_free(Quota *quota);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Quota, quota_free)

/* Takes one call out of BUCKET; false: there is none left. */
bool quota_take(Quota *quota, int64_t bucket, QuotaState *ret);
QuotaState quota_state(Quota *quota, int64_t bucket);
/* One more drop into the bucket that leaks one a second; false: it overflows. */
bool quota_drip(Quota *quota);

#endif
