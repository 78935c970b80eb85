/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_BATCH_H
#define SYNC_BATCH_H

/*
 * batch - turns the changes that may go now into the fewest requests, in the order of their phases.
 *
 *     plan_batch(plan);     fills plan->requests from plan->changes, held and deferred
 *
 * One PATCH for each group, one invitation for each class of equal targets, one PUT for each
 * person, deletions in bulk. A request stands in the earliest phase of its changes. Pure: the same
 * plan gives the same requests.
 */

#include "model/plan.h"

#include <glib.h>
#include <stdint.h>

/* At most so many values in one element of a PATCH, so many elements in a PATCH, so many ids or
 * addresses in one call. */
#define BATCH_LARGEST 100

/* Replaces plan->requests. */
void plan_batch(Plan *plan);

/*
 * A lower bound for the number of requests, counted from the changes alone and by another way than
 * batching: no correct plan for these changes can have fewer.
 */
int64_t plan_minimum_requests(const Plan *plan);

#endif
