/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_APPLY_H
#define SYNC_APPLY_H

/*
 * apply - carries out a plan, one request at a time, and writes down each before it leaves and
 * after it came back.
 *
 * A request that failed takes down only those that need its answer. An outcome that nobody knows is
 * never sent again: settle looks at fresh reads and decides. What is known to have happened is in
 * the ledger in the same transaction as the outcome, which is the transaction that announces the
 * next request: one wait for the disk each.
 */

#include "base/clock.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "state/state.h"
#include "sync/confirm.h"
#include "sync/target.h"

#include <glib.h>
#include <stdbool.h>

/* So many requests in a row without a clear answer end the run: Toggl is not well. */
#define APPLY_UNKNOWN_IN_A_ROW 5U

typedef struct {
    Plan *plan; /* placeholders of its requests are filled in as answers come */
    const Organization *organization;
    Ledger *ledger;
    Target *target;
    State *state; /* no journal, no writes */
    int64_t run;
    Clock *clock;
    void (*progress)(void *context, unsigned done, unsigned total); /* may be NULL */
    void *context;
} ApplyInput;

/* What became of one request. */
typedef struct {
    unsigned request;
    Outcome outcome;
} RequestResult;

typedef struct {
    GPtrArray *results; /* RequestResult *, in order; those never reached are missing */
    unsigned done;      /* requests that Toggl carried out in full */
    unsigned failed;    /* refused, or in part */
    unsigned unknown;   /* nobody knows yet */
    unsigned unsent;
    Confirmed confirmed;
    GError *cause; /* why the run was cut short; NULL: it was not */
} ApplyResult;

/*
 * Runs the plan. False only when the journal cannot be written (SYNC_ERROR_STATE): nothing more was
 * sent then. Everything else is in *RET_RESULT, the caller's.
 */
bool apply_plan(const ApplyInput *input, ApplyResult **ret_result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Carries out what needs no request, links and adoptions, and saves the ledger. apply_plan does
 * this first; by itself it serves a second look after a run. False: SYNC_ERROR_STATE.
 */
bool apply_facts(const ApplyInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Remembers who is who, and nothing else: what a run does that sends nothing. Nothing becomes ours
 * by it. Saves the ledger. False: SYNC_ERROR_STATE.
 */
bool apply_links(const ApplyInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void apply_result_free(ApplyResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ApplyResult, apply_result_free)

/* How many confirmed changes of KIND the result holds. */
int64_t apply_count(const ApplyResult *result, const Plan *plan, ChangeKind kind);

#endif
