/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

/*
 * run - carries a plan out and looks again: journal, apply, second read, settle, verify, close the
 * run. What apply and sync share once the decision to go on has been taken.
 */

#include "cli/session.h"

#include <glib.h>
#include <stdbool.h>

/*
 * An unfinished run of before (killed, power cut) is settled by what the organization shows now:
 * the ledger learns what was carried out. Call after session_read and before session_plan.
 */
bool run_recover(Session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Carries PLAN out as COMMAND. *RET_STATUS: 0, or 1 when requests failed, or the status of what cut
 * the run short, or the rails' 3 or 75. The error, when one is set, is about the state or the
 * second read.
 */
bool run_plan(Session *session, const char *command, Plan *plan, int *ret_status, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
