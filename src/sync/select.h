/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SELECT_H
#define SYNC_SELECT_H

/*
 * select - leaves in a plan only what is asked for: kinds of change, one person, one group.
 *
 * Pure. What a selected change cannot do without, a group or workspace to be created, stays with
 * it. What is left out is no difference for whoever verifies a run.
 */

#include "model/plan.h"
#include "sync/settings.h"
#include "sync/subject.h"

#include <glib.h>
#include <stdbool.h>

/* Keeps the kinds that LIFECYCLE names, and links, which are no more than memory. */
void plan_select_kinds(Plan *plan, const Lifecycle *lifecycle);

/* Whom and what WHO means: a person, see sync/who, or a Toggl group by name. */
typedef struct {
    GHashTable *people;  /* "source\nanchor": a set */
    GHashTable *members; /* ids of organization-users as text: a set */
    char *group;         /* NULL: none of that name */
} Selection;

/*
 * Resolves WHO. Error, SYNC_ERROR_USAGE: nobody and nothing is called so, neither in the
 * directories nor in ORGANIZATION nor among PLAN's changes. The caller's.
 */
bool selection_resolve(const char *who, const Subjects *subjects, const GPtrArray *directories,
                       const Organization *organization, const Plan *plan,
                       Selection **ret_selection, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void selection_free(Selection *selection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selection, selection_free)

/* Keeps what SELECTION means; PLAN is partial then. */
void plan_select(Plan *plan, const Selection *selection);

/* selection_resolve for a saved plan: people are known from LEDGER and the plan itself. */
bool selection_resolve_saved(const char *who, const Ledger *ledger, const Plan *plan,
                             Selection **ret_selection, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What plan_select would keep: a set of Change *. New. */
GHashTable *selection_kept(const Plan *plan, const Selection *selection);

#endif
