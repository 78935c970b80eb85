/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PLAN_DIFF_H
#define SYNC_PLAN_DIFF_H

/*
 * plan_diff - what one plan does that another does not: who changes because of the configuration
 * alone, when both were made of the same directories, organization, ledger and clock.
 *
 * Changes are the same when they do the same to the same person or object; why does not count.
 * People who are left alone are the same when it is for the same kind of reason.
 *
 * Pure.
 */

#include "model/plan.h"

#include <glib.h>

typedef struct {
    GPtrArray *changes; /* const Change *, in the order of their plan */
    GPtrArray *notices; /* const Notice * */
} PlanSide;

typedef struct {
    PlanSide only_old; /* borrowed from the old plan */
    PlanSide only_new; /* borrowed from the new plan */
    guint people;      /* how many people these are about */
} PlanDiff;

/* Compares; the plans must outlive the result, which is the caller's. */
PlanDiff *plan_diff_new(const Plan *old_plan, const Plan *new_plan);
void plan_diff_free(PlanDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanDiff, plan_diff_free)

bool plan_diff_is_empty(const PlanDiff *diff);

#endif
