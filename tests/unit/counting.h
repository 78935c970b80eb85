/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_COUNTING_H
#define TESTS_UNIT_COUNTING_H

/* counting - how much there is of something in a plan. */

#include "model/plan.h"

#include <stdint.h>

/* How many changes of PLAN are of KIND. */
static inline int64_t count_changes(const Plan *plan, ChangeKind kind)
{
    int64_t count = 0;
    for (guint i = 0; i < plan->changes->len; i++)
        count += ((const Change *) g_ptr_array_index(plan->changes, i))->kind == kind;
    return count;
}

/* How many changes the requests of PLAN carry out: those that no rail withholds. */
static inline int64_t count_pending(const Plan *plan)
{
    int64_t count = 0;
    for (guint i = 0; i < plan->requests->len; i++)
        count += ((const Request *) g_ptr_array_index(plan->requests, i))->changes->len;
    return count;
}

#endif
