/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_ALTERATION_H
#define SYNC_ALTERATION_H

/*
 * alteration - what somebody else altered in Toggl by hand, as complete reads have found it.
 *
 *     state_access_since(state, since, &first, &intervals, &error);
 *     GPtrArray *alterations = alterations_find(intervals, ledger, since, first);
 *
 * Pure. What was there at the first read of all is no alteration: nobody knows when it was given.
 * Nor is it that whoever makes a workspace is its admin, when it was us who made it.
 */

#include "model/ledger.h"

#include <glib.h>
#include <stdint.h>

typedef enum {
    ALTERATION_GIVEN, /* access that we did not give */
    ALTERATION_TAKEN, /* access that we gave or took over, and did not take away */
    ALTERATION_ROLE,  /* the same access in another role than before */
} AlterationKind;

typedef struct {
    AlterationKind kind;
    const Interval *interval; /* the access, as it is or was; borrowed from the intervals */
    Role before;              /* ALTERATION_ROLE */
    int64_t seen;             /* the read that found it */
} Alteration;

/* "given", "taken", "role". Static. */
const char *alteration_name(AlterationKind kind);

/*
 * What of INTERVALS (of state_access_since) was altered by hand after SINCE; FIRST is the first
 * read that is remembered. New array of Alteration *, latest first, the caller's; borrows from
 * INTERVALS.
 */
GPtrArray *alterations_find(const GPtrArray *intervals, const Ledger *ledger, int64_t since,
                            int64_t first);

#endif
