/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_BISECT_H
#define TOGGL_BISECT_H

/*
 * bisect - sends a batch in parts when Toggl refuses it for the sake of one of its items, so that
 * one bad address does not hold back ninety-nine good ones.
 *
 * An item that the refusal names is left out, and the rest goes again; where it names none, the
 * batch is halved, and the halves are sent. A refusal that is about no item (seats, limits, a
 * group that is not there) ends it at once, as does one of unknown meaning that both halves of the
 * batch get. At most BISECT_CALLS calls are made for a batch; what is left then has failed.
 *
 * A change of a member that is refused for the sake of the name or the address, which belong to the
 * account, goes again without them.
 *
 * Nothing is ever sent twice: a part goes again only after Toggl said no to all of it, and after an
 * unknown outcome nothing more is sent.
 */

#include "toggl/toggl.h"

#define BISECT_CALLS 32

/* As toggl_send, for a request that is resolved. */
void bisect_send(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error);

#endif
