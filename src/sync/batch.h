/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_BATCH_H
#define SYNC_BATCH_H

/*
 * batch - from changes to the fewest requests, in sending order.
 *
 *     rails_check(&rails, plan);
 *     plan_batch(plan);
 *     plan->forecast.minimum = plan_minimum_requests(plan);
 *
 * Pure and deterministic. The quota counts calls, so what one call can carry goes in one call:
 *  - all memberships and attachments of a group: one PATCH (100 patches of 100 values each);
 *    those of a group that this plan makes: its POST;
 *  - invitations to the same workspaces, roles and groups: one POST (100 addresses);
 *  - deletions, and withdrawn invitations: one PATCH each (100 people);
 *  - those who leave a workspace: one PATCH of it (100 people), where Toggl has told how it numbers
 *    them there;
 *  - what a PUT of one person can set: one PUT; a deactivation always stands alone;
 *  - an assignment goes alone, unless a PUT of the person carries the complete list anyway;
 *  - what such a PUT can carry rides on it where changes bring lists for it: see lists.
 *
 * What changes must bring: ids of the organization-user for a PUT and a deletion, of the user for
 * groups and assignments, of the invitation for a resend; ids of groups and workspaces, or a change
 * of the same plan that creates them.
 */

#include "model/plan.h"

#include <stdint.h>

/*
 * Replaces PLAN's requests by those for its changes (sorted, numbered from 1) that are neither held
 * nor deferred. A change that counts on another that is withheld (a group to be created, a person
 * to be reactivated, an invitation to be withdrawn before the next) is withheld with it, under the
 * same rail.
 */
void plan_batch(Plan *plan);

/*
 * How many requests any batching needs at least for what PLAN does not withhold. Counted from the
 * changes alone, in another way than plan_batch goes; so it proves the batcher.
 */
int64_t plan_minimum_requests(const Plan *plan);

#endif
