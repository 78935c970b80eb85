/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_TROUBLE_H
#define TOGGL_TROUBLE_H

/*
 * trouble - the error that an answer without success stands for, in words for a person: what was
 * asked, what Toggl said, what that means, what to do.
 *
 *   401                       SYNC_ERROR_DENIED: the token
 *   403                       SYNC_ERROR_DENIED: the token when /me says so, else rights
 *   402 of the quota, 429     SYNC_ERROR_QUOTA
 *   402 of the plan, other 4xx  SYNC_ERROR_API, with a hint for each known message
 *   410                       SYNC_ERROR_API: the operation is gone
 *   408, 5xx                  SYNC_ERROR_UNREACHABLE
 */

#include "toggl/client.h"

void trouble_set_error(const Toggl *toggl, const Endpoint *endpoint, const Reply *reply,
                       GError **error);

/*
 * Warns of a clock that is more than a day off, by what Toggl's last answer said: graces, limits of
 * a day and dates in the directory come too early, or never.
 */
void trouble_warn_of_clock(const Toggl *toggl);

/* The reserve of BUCKET is reached, or its hour used up: PROBLEM, numbers, and when to go on. */
void trouble_set_quota(const Toggl *toggl, Bucket bucket, const char *problem, GError **error);

#endif
