/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_RETENTION_H
#define STATE_RETENTION_H

/*
 * retention - takes out of the state what was kept long enough, a little at a time.
 *
 *     while (more)
 *         state_prune(state, &settings, now, &more, &error);
 *
 * Kept whatever its age: a run that did not end or is not settled, the newest run with a plan,
 * approvals that still last and their plans, what is there now, and the whole ledger.
 */

#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How long what is remembered is kept, in days; 0: for ever. */
typedef struct {
    int64_t history_days;   /* runs with their requests; decisions */
    int64_t intervals_days; /* who had what, after it ended */
    int64_t plans_days;     /* plans of runs and what would undo them; approved and saved plans */
} RetentionSettings;

/*
 * Takes one portion of what is too old at NOW away, in one short transaction. *RET_MORE: call
 * again. What is deleted is overwritten in the file.
 */
bool state_prune(State *state, const RetentionSettings *settings, int64_t now, bool *ret_more,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
