/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PLANNER_H
#define SYNC_PLANNER_H

/*
 * planner - from two complete reads to a plan: subjects, desired, what is remembered of the read,
 * diff, rails, batch, forecast, digests.
 *
 *     PlanInput input = { ... };
 *     g_autoptr(Plan) plan = planner_plan(&input, &error);
 *
 * Everything it decides depends on its input alone; the ledger is changed in memory as
 * remember_read says, and whoever wants to keep that saves it.
 */

#include "model/plan.h"
#include "sync/approval.h"
#include "sync/lists.h"
#include "sync/rails.h"
#include "sync/settings.h"
#include "sync/subject.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const SyncSettings *settings;
    const GPtrArray *directories; /* Directory *, complete, in the order of settings->sources */
    const Organization *organization;
    Ledger *ledger;
    LocatedLinks *located; /* may be NULL */
    int64_t now;
    bool offline;
    bool counts_as_read; /* false: a second look within the same run, which counts nobody missing
                            again */
    bool remember_intervals; /* also open and close intervals in the ledger */
    RailsToday today;
    const GPtrArray *agreements; /* Agreement *: what people have approved; NULL: nothing */
    const char *only;            /* a person or a Toggl group; NULL: everybody */
    PutLists lists;              /* what a PUT of a member may carry */
    int64_t reads;               /* calls that reading the organization has cost */
    int64_t requests_per_hour;
    int64_t reserve;
    int64_t requests_left;     /* of this hour, reserve included; -1: all of them */
    int64_t resets_at;         /* when the next hour begins; 0: an hour from now */
    int64_t seconds_a_request; /* pace, for the forecast */
} PlanInput;

/*
 * Makes the plan. Stop rails are errors: nobody in any directory (SYNC_ERROR_REFUSED), a directory
 * that is not complete (SYNC_ERROR_INCOMPLETE). On success *RET_PLAN is the caller's.
 */
bool planner_plan(const PlanInput *input, Plan **ret_plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Judges PLAN, a part of an earlier one without rails, by what is true now. FRESH is the plan of
 * this moment, made with INPUT. LIFTS (RailLift *, may be NULL) take effect in the ledger.
 */
void planner_judge(const PlanInput *input, const Plan *fresh, const GPtrArray *lifts, Plan *plan);

/* Makes the requests for what PLAN does not withhold, with complete lists as they are now, and its
 * forecast and digest. */
void planner_finish(const PlanInput *input, Plan *plan);

/* Whether a rail holds, or defers, anything: the plan's own exit status is 3, or 75, then; else 0.
 */
int planner_rail_status(const Plan *plan);

#endif
