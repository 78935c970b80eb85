/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_OUTCOME_H
#define SYNC_OUTCOME_H

/*
 * outcome - what an answer says of each change in a request. Pure.
 */

#include "model/change.h"
#include "model/request.h"

#include <stdbool.h>

/*
 * Whether OUTCOME, of a request of OPERATION, says that CHANGE was carried out, or was so already.
 * A failure names people by the numbers of the operation: organization-user ids where members are
 * deleted, workspace-user ids where they leave a workspace, user ids in a group; invited people by
 * their address. One that names nobody is about everything in the request.
 */
bool outcome_confirms(const Outcome *outcome, Operation operation, const Change *change);

#endif
