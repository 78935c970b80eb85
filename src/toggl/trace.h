/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_TRACE_H
#define TOGGL_TRACE_H

/*
 * trace - every exchange with Toggl on the log, for --trace: what was asked, what came.
 *
 * Never the header Authorization; of headers only those that are known to be harmless; invitation
 * codes, links and tokens as "***"; a body that is no JSON not at all.
 */

#include "toggl/client.h"

void trace_request(const Call *call);
void trace_reply(const Reply *reply);

#endif
