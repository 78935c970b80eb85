/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_OUTCOME_H
#define SYNC_OUTCOME_H

/*
 * outcome - what an answer says of each change in a request, and what is left to ask for when a
 * refusal was about some of the people only. Pure.
 */

#include "model/change.h"
#include "model/plan.h"
#include "model/request.h"

#include <stdbool.h>

/* Whether OUTCOME says that CHANGE was carried out, or was so already. */
bool outcome_confirms(const Outcome *outcome, const Change *change);

/* Whether one of OUTCOME's failures is about CHANGE. */
bool outcome_names(const Outcome *outcome, const Change *change);

/*
 * A REQUEST that was refused whole, for something about one person in it, is asked again without
 * that person: those whom OUTCOME names are left out; when an invitation was refused for an address
 * that it does not name, the halves are asked one after the other. Adds the new requests to PLAN
 * (numbered on from there) and to RET in the order in which they should go; nothing when all of
 * REQUEST was refused for good. Nothing of REQUEST has been carried out.
 */
void outcome_remainder(const Request *request, const Outcome *outcome, Plan *plan, GPtrArray *ret);

#endif
