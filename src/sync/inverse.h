/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_INVERSE_H
#define SYNC_INVERSE_H

/*
 * inverse - what would undo a plan, written down before it is carried out, and the plan that does
 * it, made when somebody asks.
 *
 *     text = inverse_text(plan, organization);                  kept with the run
 *     inverse_begin(plan, run);                                 later, on what is true then
 *     inverse_changes(&input, plan, impossible, &error);
 *     inverse_order(plan);
 *
 * Only what a run is known to have done is undone, and only where it still stands. What a person
 * had is taken from before the run: Toggl forgets it with the membership. Pure.
 */

#include "model/organization.h"
#include "model/plan.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The inverse of PLAN, which is about to be carried out in ORGANIZATION, as JSON. New string. */
char *inverse_text(const Plan *plan, const Organization *organization);

typedef struct {
    const Plan *plan;        /* that was carried out */
    const char *inverse;     /* what was written down then */
    const GArray *confirmed; /* unsigned: ids of its changes that are known to have happened */
    const Organization *organization; /* as it is now */
} InverseInput;

/*
 * Adds to RET the changes that undo what is confirmed and still stands, unordered and unnumbered,
 * and to IMPOSSIBLE (char *, safe to print) what cannot be undone, or not wholly. Error:
 * SYNC_ERROR_STATE, what was written down makes no sense.
 */
bool inverse_changes(const InverseInput *input, Plan *ret, GPtrArray *impossible, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Empties PLAN of changes and all that follows from them: it is to undo RUN. What it was made from
 * stays. */
void inverse_begin(Plan *plan, int64_t run);

/* Puts the changes of PLAN in the plan's order, and numbers them. */
void inverse_order(Plan *plan);

#endif
