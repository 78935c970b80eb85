/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_REFUSAL_H
#define TOGGL_REFUSAL_H

/*
 * refusal - what a final no says: of whom, and whether it was so already. Pure.
 */

#include "model/request.h"
#include "toggl/classify.h"

/*
 * Fills OUTCOME (its kind is OUTCOME_REFUSED, its message what Toggl said, or NULL) with the items
 * of REQUEST that the message names, and whether it protects who pays. One that says that
 * everything was so already is OUTCOME_DONE.
 */
void refusal_take(const Request *request, MessageKind kind, Outcome *outcome);

#endif
