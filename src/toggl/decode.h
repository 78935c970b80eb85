/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_DECODE_H
#define TOGGL_DECODE_H

/*
 * decode - from Toggl's JSON to the model: strict where a decision rests on it, deaf to the rest.
 *
 * Ids are positive 64-bit numbers or the row is refused; a list that is null inside of a row is an
 * empty one, as Toggl's language writes them. Rates, costs and hours are never looked at. Errors
 * are SYNC_ERROR_INCOMPLETE and name the field. Pure.
 */

#include "model/organization.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* An organization with more is not read. */
#define DECODE_WORKSPACES 5000U

/* What get_organization says of itself and of the caller, into ORGANIZATION, whose id it must have.
 */
bool decode_organization(const json_t *object, Organization *organization, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* One row of users: a new member of ORGANIZATION, and the workspaces it names. */
bool decode_member(const json_t *row, Organization *organization, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * The whole list of groups. Who is in one is told by its users, by user id; members without one,
 * and members of a group that has no list of users, keep what their own row said. Members must be
 * there and ORGANIZATION indexed.
 */
bool decode_groups(const json_t *rows, Organization *organization, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

bool decode_roles(const json_t *rows, Organization *organization, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * One row of the users of WORKSPACE: the assignment of that member is direct, or comes through a
 * group only. Somebody who is not among the members is passed over.
 */
bool decode_workspace_user(const json_t *row, int64_t workspace, Organization *organization,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The rows of get_me_workspaces that are of this organization. */
bool decode_workspaces(const json_t *rows, Organization *organization, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
