/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_READ_H
#define TOGGL_READ_H

/*
 * read - what reading the organization and checking the token have in common.
 */

#include "model/organization.h"
#include "toggl/client.h"

#include <glib.h>
#include <stdbool.h>

/* A list of workspaces in which a name is missing is asked for again after so many seconds, sooner
 * than other answers about the token. */
#define READ_CACHE_MISS_SECONDS INT64_C(3600)

/* Who the token is; from the cache when that is young enough. SYNC_ERROR_DENIED for a bad token. */
bool read_self(Toggl *toggl, UserId *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* get_organization into ORGANIZATION; SYNC_ERROR_DENIED when the token is no admin of it. *RET_PLAN
 * (may be NULL) is a new string: the name of the pricing plan, safe to print, or NULL. */
bool read_standing(Toggl *toggl, Organization *organization, char **ret_plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The token's workspaces into ORGANIZATION, unless it has all names in WANTED already (const char
 * *; NULL: none is wanted). */
bool read_workspaces(Toggl *toggl, const GPtrArray *wanted, Organization *organization,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The cached workspaces are not what is there any more: one was made. */
void read_forget_workspaces(const Toggl *toggl);

#endif
