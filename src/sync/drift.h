/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DRIFT_H
#define SYNC_DRIFT_H

/*
 * drift - what has become of a saved plan: each of its changes still holds, is done already, or is
 * stale because something it counts on has moved; which field, from what to what.
 *
 *     g_autoptr(GPtrArray) drifts = drift_check(saved, fresh, organization);
 *     drift_count(drifts, DRIFT_STALE) ...
 *     plan_narrow(saved, drifts, organization);
 *
 * Pure. FRESH is the plan of this moment, made from a full read of both sides by the same
 * configuration: what it wants in the same way holds. A plan that undoes a run is compared with the
 * organization alone.
 */

#include "model/organization.h"
#include "model/plan.h"

#include <glib.h>
#include <stdbool.h>

typedef enum { DRIFT_DONE, DRIFT_STALE } DriftKind;

typedef struct {
    unsigned change; /* of the saved plan */
    DriftKind kind;
    bool withheld; /* the plan does not carry it out anyway */
    char *field;   /* what moved: "member", "role", "wanted", ...; NULL when done */
    char *then;    /* its value in the plan */
    char *now;
    char *why; /* what the plan of this moment says of the person; NULL: nothing */
} Drift;

/* A Drift * for each change of SAVED that does not simply hold, in order. The caller's. */
GPtrArray *drift_check(const Plan *saved, const Plan *fresh, const Organization *organization);

/* How many of those that the plan would carry out. */
guint drift_count(const GPtrArray *drifts, DriftKind kind);

/* "change 3 (add-to-group ann@example.org, group 'Developers'): 'member' was false, and is true
 * now". New string, safe to print. */
char *drift_text(const Plan *saved, const Drift *drift);

/* Adds to DRIFTS, which drift_check made of PLAN, every change that is not in KEPT (Change *: a
 * set), so that plan_narrow takes it out, and counts none of them. */
void drift_leave_out(GPtrArray *drifts, const Plan *plan, GHashTable *kept);

/*
 * Takes the changes in DRIFTS out of PLAN, which is partial then; the others get new numbers, and
 * the ids of what was created meanwhile. Withheld changes stay withheld; requests are gone.
 */
void plan_narrow(Plan *plan, const GPtrArray *drifts, const Organization *organization);

#endif
