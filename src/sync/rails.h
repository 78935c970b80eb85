/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_RAILS_H
#define SYNC_RAILS_H

/*
 * rails - refuses, holds or defers changes; a rail never stops what it is not about.
 *
 * Pure. Adds a Rail for each rule that was judged, and names the changes that do not go now in held
 * and deferred.
 */

#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "sync/settings.h"

#include <glib.h>
#include <stdint.h>

typedef struct {
    const Limits *limits;
    const Organization *organization;
    const Ledger *ledger;
    int64_t invitations_today; /* confirmed within 24 hours */
} RailsInput;

/* Judges PLAN, whose changes are sorted and numbered. */
void rails_check(const RailsInput *input, Plan *plan);

/* How many removals go through without asking: the smaller of percent and count, never below the
 * floor. */
int64_t rails_removal_limit(const Limits *limits, int64_t linked_active_members);

#endif
