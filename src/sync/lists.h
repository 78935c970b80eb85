/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LISTS_H
#define SYNC_LISTS_H

/*
 * lists - the groups and workspaces that a PUT of a member repeats, so that it takes nothing away.
 *
 * Whether such a list replaces what was there or is added to it is not published. One that holds
 * everything is right either way: the direct assignments of the member, those that no rule names
 * included, and, which the batcher adds, what the plan gives. What comes through a group alone is
 * not in it: it would be made direct.
 *
 * A role in a workspace is set by such a list only; so is an assignment, once Toggl offers no
 * operation for it. Where lists are known to replace what was there, everything else that the plan
 * has for a member rides on a PUT that is sent anyway.
 */

#include "model/organization.h"
#include "model/plan.h"

#include <stdbool.h>

typedef struct {
    bool replace;          /* lists are known to replace what was there */
    bool assignments_gone; /* Toggl offers them no more, or is not to be asked */
} PutLists;

/*
 * Gives the changes of PLAN that a PUT of a member carries out the lists that it must repeat, as
 * they are in ORGANIZATION; takes the earlier ones away. Invitations stay as they are.
 */
void lists_attach(Plan *plan, const Organization *organization, const PutLists *how);

#endif
