/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_SUBSTITUTE_H
#define TOGGL_SUBSTITUTE_H

/*
 * substitute - does what an assignment would, by other operations, once Toggl does not offer
 * assignments any more (or is not to be asked for them).
 *
 *   a group into or out of a workspace   a PATCH of the group
 *   a person out of a workspace          a PATCH of the users of the workspace, by the number that
 *                                        it has for them: read there, where rows of members lack it
 *   a person into a workspace            a PUT of the member with the complete list of workspaces
 *
 * Whether that list replaces what was there or is added to it is not published; a complete one is
 * right either way. It holds what is direct: where that was not read it is read first.
 */

#include "model/organization.h"
#include "toggl/client.h"

/* Keeps what ORGANIZATION says of its members, for later lists. DIRECT: which of their assignments
 * are direct is known. */
void substitute_learn(Toggl *toggl, const Organization *organization, bool direct);

/* As toggl_send, for an assignment. */
void substitute_send(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error);

/* A member as substitute_learn keeps them; for the table of them in Toggl. */
void substitute_person_free(void *person);

#endif
