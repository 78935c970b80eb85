/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_RUN_H
#define SYNC_RUN_H

/*
 * run - carries a plan out from the first line in the journal to the last: room and clock, apply,
 * the read after it, what nobody answered, and whether the organization is as it was wanted.
 *
 *     Run run = { .state = state, .ledger = ledger, .target = target, .reader = { ... }, ... };
 *     run_settle(&run, notes, &error);                before planning
 *     run_carry_out(&run, &order, &report, &error);   after it
 *
 * Reading and planning are seams, so that the same code runs against Toggl and against a model.
 */

#include "model/plan.h"
#include "state/state.h"
#include "sync/apply.h"
#include "sync/settle.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* After so many runs that did not converge a sync is quarantined. */
#define RUN_QUARANTINE 3

/* The fact that counts them. */
#define UNCONVERGED_FACT "sync.unconverged"

typedef struct Run Run;
struct Run {
    Reader reader; /* first, so that its function finds the rest */
    State *state;
    Ledger *ledger;
    Target *target;
    /* What is wanted of READER's organization now, without counting anybody missing once more. */
    bool (*plan)(Run *run, Plan **ret, GError **error);
    void (*progress)(void *context, unsigned done, unsigned total); /* may be NULL */
    void *context;
};

/* What is to be carried out, and how it is called in the history. */
typedef struct {
    const char *command;
    Plan *plan;
    bool foreign; /* the plan is not of this moment: what else is wanted now is no news */
} RunOrder;

typedef struct {
    int64_t run;
    ApplyResult *result;
    int status;               /* exit status, without that of the rails */
    bool verified;            /* the organization was read again */
    GError *unverified;       /* why it was not, when it should have been; NULL otherwise */
    GPtrArray *unconverged;   /* char *: changes that were carried out and are wanted again */
    int64_t follow_ups;       /* changes that came up meanwhile, for the next run */
    int64_t unconverged_runs; /* in a row, this one included */
} RunReport;
void run_report_free(RunReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunReport, run_report_free)

/* Settles what runs of before left open; NOTES (char *) says what was found. */
bool run_settle(Run *run, GPtrArray *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Carries ORDER out. False with SYNC_ERROR_STATE when the journal cannot be written: before the
 * first request (clock, room, rights), or in the middle, when the next run settles. Everything else
 * is in *RET_REPORT, the caller's; the run has ended then.
 */
bool run_carry_out(Run *run, const RunOrder *order, int rails_status, RunReport **ret_report,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many runs in a row did not converge. */
bool run_unconverged(State *state, int64_t *ret_runs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many hours of a quota of AN_HOUR calls, reserve taken off, UNSENT requests take, when the run
 * of each hour reads for READS calls first. Pure. */
int64_t run_hours_left(int64_t unsent, int64_t an_hour, int64_t reads);

/* "12 invite, 3 add-to-group" of confirmed changes; "nothing" without any. New string. */
char *run_summary(const Plan *plan, const ApplyResult *result);

#endif
