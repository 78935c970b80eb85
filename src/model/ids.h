/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_IDS_H
#define MODEL_IDS_H

/*
 * ids - Toggl's three numbers for one person, as three types that the compiler keeps apart.
 *
 *   UserId              the account, everywhere the same: spent in groups and assignments
 *   OrganizationUserId  the membership in one organization: spent in the path of a user PUT and in
 * deletions WorkspaceUserId     the membership in one workspace: spent in removals from a workspace
 *
 * Zero means "not known": Toggl may leave the user id of an invited member out.
 * Ids of groups, workspaces, roles and invitations are plain int64_t; they meet no lookalike.
 */

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t value;
} UserId;

typedef struct {
    int64_t value;
} OrganizationUserId;

typedef struct {
    int64_t value;
} WorkspaceUserId;

static inline bool user_id_equal(UserId a, UserId b)
{
    return a.value == b.value;
}

static inline bool organization_user_id_equal(OrganizationUserId a, OrganizationUserId b)
{
    return a.value == b.value;
}

/*
 * Roles in a workspace, lowest first, so that the highest of several is the greatest value.
 * ROLE_NONE is "no opinion": never sent, never compared.
 */
typedef enum { ROLE_NONE, ROLE_USER, ROLE_PROJECT_LEAD, ROLE_TEAM_LEAD, ROLE_ADMIN } Role;

/* "user", "projectlead", "teamlead", "admin" as Toggl spells them, NULL for ROLE_NONE. */
const char *role_name(Role role);

/* The reverse; false for any other word. */
bool role_parse(const char *name, Role *ret_role);

#endif
