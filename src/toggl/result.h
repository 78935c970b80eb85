/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_RESULT_H
#define TOGGL_RESULT_H

/*
 * result - what the body of a successful answer says of a write: who was invited, which patches
 * failed, which id something new has. Pure.
 */

#include "model/request.h"

#include <jansson.h>

/* Whether success of REQUEST has a body that says more than that. */
bool result_is_told(const Request *request);

/*
 * Fills OUTCOME from BODY (NULL where nothing is told): kind, failures, invited people, created id.
 * False when BODY does not say what it should; the outcome is unknown then.
 */
bool result_take(const Request *request, const json_t *body, Outcome *outcome, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
