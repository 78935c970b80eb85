/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

/*
 * run - lets sync/run work on what the commands share, and says what came of it. What apply and
 * sync have in common once the decision to go on has been taken.
 */

#include "cli/context.h"
#include "sync/run.h"

#include <glib.h>
#include <stdbool.h>

/*
 * Runs of before that died or were cut short are settled by what the organization shows now: the
 * ledger learns what was carried out. Call after context_read and before context_plan.
 */
bool run_recover(Context *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Carries PLAN out as COMMAND. *RET_STATUS: 0, or 1 when requests failed, or the status of what cut
 * the run short, or the rails' 3 or 75. The error, when one is set, is about the state or the
 * second read.
 */
bool run_order(Context *context, const RunOrder *order, int *ret_status, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* run_order with RAILS as the status of the rails, and all that came of it, the caller's. */
bool run_order_report(Context *context, const RunOrder *order, int rails, RunReport **ret_report,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether what REPORT's run left was read again, or nothing was sent: only then may more be
 * planned. */
bool run_is_seen(const RunReport *report);

/* Whether REPORT's plan was carried out to its end: nothing failed, nothing was cut short. */
bool run_is_finished(const RunReport *report);

/* run_order of a plan that was made just now. */
bool run_plan(Context *context, const char *command, Plan *plan, int *ret_status, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
