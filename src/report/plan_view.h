/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_PLAN_VIEW_H
#define REPORT_PLAN_VIEW_H

/*
 * plan_view - a plan as something to show: from the plan alone, in the order in which it would be
 * carried out.
 */

#include "model/plan.h"
#include "report/view.h"

#include <glib.h>
#include <stdbool.h>

/* What became of a change, in words. */
typedef struct {
    char *text;
    bool failed; /* it was not done, and was to be */
} PlanOutcome;

/* Id of a change (GUINT_TO_POINTER) -> PlanOutcome *; of a change that is not in it nothing was
 * sent. */
typedef GHashTable PlanOutcomes;

/* The whole of PLAN. The caller's; PLAN may go before it. */
View *plan_view(const Plan *plan);

/* Adds the whole of PLAN to VIEW, which has its title already; with OUTCOMES (may be NULL) beside
 * the changes. */
void plan_view_add(View *view, const Plan *plan, PlanOutcomes *outcomes);

/* Of PLAN only what IS_ABOUT says yes to: changes, people left alone, and the rails that keep such
 * changes back. */
typedef bool (*PlanIsAbout)(const void *context, const ChangePerson *person);
void plan_view_add_about(View *view, const Plan *plan, PlanIsAbout is_about, const void *context);

#endif
