/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_PLAN_DIFF_VIEW_H
#define REPORT_PLAN_DIFF_VIEW_H

/* plan_diff_view - what a changed configuration changes for whom. */

#include "report/view.h"
#include "sync/plan_diff.h"

/* OLD_NAME and NEW_NAME: the files. NEW_PLAN: the plan of the second. The caller's. */
View *plan_diff_view(const PlanDiff *diff, const Plan *new_plan, const char *old_name,
                     const char *new_name);

#endif
