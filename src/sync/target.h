/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_TARGET_H
#define SYNC_TARGET_H

/*
 * target - what a plan is run against: Toggl, nothing at all, or a model in a test.
 *
 * The engine runs the same code whatever stands behind this seam.
 */

#include "model/request.h"
#include "toggl/toggl.h"

#include <glib.h>

typedef struct Target Target;
struct Target {
    /*
     * Carries out REQUEST, which is resolved, and fills *RET_OUTCOME (zeroed by the caller, who
     * clears it). For OUTCOME_NOT_SENT and OUTCOME_UNKNOWN the cause is in ERROR too.
     */
    void (*perform)(Target *target, const Request *request, Outcome *ret_outcome, GError **error);

    /* Frees the target; NULL where there is nothing to free. */
    void (*free)(Target *target);
};

/* Sends to Toggl. TOGGL is borrowed and must outlive it. */
Target *target_toggl_new(Toggl *toggl);

/* Sends nothing, ever: every request is OUTCOME_NOT_SENT. For lifecycle.mode = "report". */
Target *target_nowhere_new(void);

void target_free(Target *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Target, target_free)

#endif
