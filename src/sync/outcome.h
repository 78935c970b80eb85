/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_OUTCOME_H
#define SYNC_OUTCOME_H

/*
 * outcome - what an answer says of each change in a request. Pure.
 */

#include "model/change.h"
#include "model/request.h"

#include <stdbool.h>

/* Whether OUTCOME says that CHANGE was carried out, or was so already. */
bool outcome_confirms(const Outcome *outcome, const Change *change);

#endif
