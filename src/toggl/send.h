/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_SEND_H
#define TOGGL_SEND_H

/*
 * send - one request of a plan, and the typed outcome of its answer.
 */

#include "toggl/toggl.h"

/* As toggl_send, for a request that is resolved, and as it is: nothing is sent in parts. */
void send_once(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error);

#endif
