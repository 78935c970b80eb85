/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_CARRY_H
#define SYNC_CARRY_H

/*
 * carry - from a saved plan to what of it can be carried out now.
 *
 *     carry_check(plan, &terms, &error)                    may it be carried out at all?
 *     drifts = carry_narrow(&input, fresh, lifts, plan)    what of it, as things are now
 *
 * The contract: nothing goes that the saved plan did not let go, but for rails that people have
 * lifted since; nothing goes that a rail would not let go now.
 */

#include "sync/approval.h"
#include "sync/drift.h"
#include "sync/planner.h"
#include "sync/select.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t organization_id;
    const char *configuration;  /* digest of the one that is in force */
    const Agreement *agreement; /* about this plan; NULL: none */
    int64_t remembered_days;    /* how long what was carried out is remembered; 0: for ever */
    int64_t now;
} CarryTerms;

/*
 * The last moment at which PLAN may be carried out, whoever has approved it: after so many days
 * nobody remembers whether it was. G_MAXINT64: there is none.
 */
int64_t carry_end(const Plan *plan, int64_t remembered_days);

/*
 * Whether PLAN may be carried out: made online, for this organization, under this configuration
 * (unless it undoes a run), no more than 24 hours ago unless people have approved it for longer,
 * and not after its end. Error: SYNC_ERROR_STALE.
 */
bool carry_check(const Plan *plan, const CarryTerms *terms, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The name under which PLAN, with LIFTS (RailLift *, may be NULL), counts as carried out. New
 * string. */
char *carry_name(const Plan *plan, const GPtrArray *lifts);

/* PLAN once the rails in LIFTS are passed: what it withheld for them goes, with new requests. */
void carry_lift(Plan *plan, const GPtrArray *lifts);

/* What is to be carried out, and of what. */
typedef struct {
    const PlanInput *input;
    const Plan *fresh;          /* the plan of this moment, made with INPUT */
    const GPtrArray *lifts;     /* RailLift *; NULL: none */
    const Selection *selection; /* NULL: all of it */
} Carry;

/*
 * Leaves in PLAN what still holds, judges it by what is true now, and makes its requests. Returns
 * what was left out (Drift *), the caller's; to be put into words with a copy of PLAN from before.
 * *RET_ALL: nothing that was to go waits for a rail of today; else what does may go another time.
 */
GPtrArray *carry_narrow(const Carry *carry, Plan *plan, bool *ret_all);

#endif
