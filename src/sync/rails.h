/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_RAILS_H
#define SYNC_RAILS_H

/*
 * rails - refuses, holds or defers changes; a rail never stops what it is not about.
 *
 * Pure. Adds a Rail for each rule that was judged, and names the changes that do not go now in held
 * and deferred. Each rule that holds is judged by itself, so that a change may be held by several
 * and goes only when all of them are lifted; what defers looks only at what nobody holds.
 *
 * People whom a directory positively says are disabled are deactivated whatever else is held, as
 * long as they themselves are within limits.removals.
 */

#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "sync/settings.h"

#include <glib.h>
#include <stdint.h>

/* So old may the last run be before the ledger is doubted, seconds. */
#define LEDGER_TRUST_SECONDS (7 * INT64_C(86400))

/* What earlier runs did within 24 hours, confirmed. */
typedef struct {
    int64_t invitations; /* resends too */
    int64_t reactivations;
    int64_t removals;          /* people, disabled ones included */
    int64_t disabled_removals; /* of these, people whom the directory said are disabled */
} RailsToday;

/* A rail that people have agreed to pass, up to what they have seen. */
typedef struct {
    RailKind kind;
    char *subject; /* NULL: the whole plan */
    int64_t found; /* lifted while no more than this is found */
} RailLift;

typedef struct {
    const SyncSettings *settings;
    const GPtrArray *directories; /* Directory * */
    const GArray *mapped;         /* MappedGroup; NULL: their sizes are not judged */
    const Organization *organization;
    const Ledger *ledger;
    RailsToday today;
    bool shrunk; /* rails_shrinks said so: nobody's absence was counted */
    bool blind; /* a directory was not read, or a rule is held: not all that the configuration would
                   take is seen */
    int64_t grace_starts; /* people whose grace this read would begin */
    int64_t last_run;     /* before this read; 0: never */
    int64_t now;
    const GPtrArray *lifts; /* RailLift *; NULL: none */
} RailsInput;

/* Judges PLAN, whose changes are sorted and numbered and have no request yet. */
void rails_check(const RailsInput *input, Plan *plan);

/* How many removals go through without asking: the smaller of percent and count, never below the
 * floor. */
int64_t rails_removal_limit(const Limits *limits, int64_t linked_active_members);

/*
 * Whether a directory has shrunk by more than its max_shrink since the last complete read: then
 * this read counts nobody missing.
 */
bool rails_shrinks(const SyncSettings *settings, const GPtrArray *directories,
                   const Ledger *ledger);

/* Whether a file may have lost its end, and people with it: then this read begins nobody's grace.
 */
bool rails_doubt_end(const GPtrArray *directories);

/*
 * What LEDGER learns from a judged plan: the sizes of directories that are believed, whether the
 * configuration is accepted and the ledger itself to be trusted again. Rails that were lifted take
 * effect here.
 */
void rails_remember(const RailsInput *input, const Plan *plan, Ledger *ledger);

/*
 * Takes RAILS (RailLift *) out of PLAN's held and deferred changes without judging anew; the
 * verdict of those rails is VERDICT_APPROVED then. Requests are the caller's business.
 */
void rails_lift(Plan *plan, const GPtrArray *lifts);

RailLift *rail_lift_new(RailKind kind, const char *subject, int64_t found);
void rail_lift_free(RailLift *lift);

#endif
