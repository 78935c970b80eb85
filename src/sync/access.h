/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_ACCESS_H
#define SYNC_ACCESS_H

/*
 * access - who has access to what, by whom, why, and since when: today, from both sides as they
 * were read, or at any moment, from the intervals.
 *
 * Today's reasons are those of subjects_build and desired_build; who gave what is in the ledger.
 * Pure.
 */

#include "model/ledger.h"
#include "sync/planner.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    ACCESS_BY_HAND, /* somebody in Toggl */
    ACCESS_GIVEN,   /* by us */
    ACCESS_ADOPTED, /* it was there, and we took it over */
    ACCESS_OURS,    /* one of the two: intervals do not say which */
} AccessOrigin;

typedef struct {
    char *mail;
    char *name; /* NULL: not known */
    IntervalKind kind;
    char *where; /* the group or workspace; NULL for the organization itself */
    Role role;
    AccessOrigin by;
    char *why;     /* the path through the directory; NULL: no rule gives it */
    int64_t since; /* when a complete read first saw it; 0: no read has yet */
} Access;

void access_free(Access *access);

/*
 * What every member who is not deactivated has, by address, kind and place. PAST (Interval *, as of
 * this moment; may be NULL) tells since when. New array of Access *, the caller's.
 */
GPtrArray *access_today(const PlanInput *input, const GPtrArray *past);

/* The same of what INTERVALS say of one moment. */
GPtrArray *access_at(const GPtrArray *intervals);

/* "member", "group", "workspace", "organization role". */
const char *access_kind_text(IntervalKind kind);

#endif
