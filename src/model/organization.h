/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_ORGANIZATION_H
#define MODEL_ORGANIZATION_H

/*
 * organization - what Toggl has: members, organization groups, workspaces, assignments.
 *
 * Filled by toggl_read or from a snapshot; only the fields that a sync needs, no rates, no costs,
 * no hours. Call organization_index() once it is full; the look-ups work after that.
 *
 * Invariants after organization_index
 *  - members are sorted by organization-user id, groups and workspaces by id, each id once;
 *  - a member's groups and assignments are sorted by id and unique; they are the only truth about
 * memberships.
 */

#include "model/ids.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A member in a workspace. */
typedef struct {
    int64_t workspace_id;
    WorkspaceUserId id; /* 0: not known */
    Role role;       /* ROLE_NONE: a role this program has no word for; such an assignment is never
                        changed */
    int64_t role_id; /* Toggl's number; 0: not given */
    bool inactive;
    bool indirect; /* known to come through a group only (is_direct was read and is false) */
} Assignment;

/* What a plan looks at of everybody stands first, close together. */
typedef struct {
    OrganizationUserId id;
    UserId user_id; /* 0: an invited member whose account is not known yet */
    char *mail;     /* as Toggl spells it */
    char *mail_key; /* NULL: Toggl holds something that is no address; such a member is never
                       matched by mail */
    char *name;     /* may be "" */
    guint index;    /* in the organization's members; set by organization_index */
    bool joined;
    bool inactive;
    bool admin; /* organization admin */
    bool owner;
    GArray *groups;      /* int64_t */
    GArray *assignments; /* Assignment */
    bool can_edit_email;
    int64_t role_id;       /* organization role; 0: not given */
    int64_t invitation_id; /* 0: none */
    int64_t invited_at;    /* 0: Toggl does not say */
} Member;

typedef struct {
    int64_t id;
    char *name;
    GArray *workspaces; /* int64_t, attached workspaces */
} OrganizationGroup;

typedef struct {
    int64_t id;
    char *name;
} Workspace;

/* A row of Toggl's role list: numbers are published nowhere, so they are found by entity and code.
 */
typedef struct {
    int64_t id;
    char *entity; /* "organization", "workspace", ... */
    char *code;
    char *type;
    int64_t organization_id; /* 0: a role that every organization has */
} RoleDefinition;

typedef struct OrganizationIndex OrganizationIndex;

typedef struct {
    int64_t id;
    char *name;
    UserId owner; /* 0: not known */
    UserId self;  /* whose token this is; 0: a snapshot without it */
    bool self_is_admin;
    int64_t seats; /* of the subscription; 0: not told */
    bool suspended;
    bool groups_read;         /* the group list was asked for */
    bool direct_read;         /* which assignments are indirect was asked for */
    bool workspaces_complete; /* workspaces holds all there are, not only those seen on members */
    GPtrArray *members;       /* Member * */
    GPtrArray *groups;        /* OrganizationGroup * */
    GPtrArray *workspaces;    /* Workspace * */
    GPtrArray *roles;         /* RoleDefinition * */
    OrganizationIndex *index; /* made by organization_index; private */
} Organization;

Organization *organization_new(int64_t id);
void organization_free(Organization *organization);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Organization, organization_free)

/* New rows, owned by ORGANIZATION. Strings are copied. */
Member *organization_add_member(Organization *organization, OrganizationUserId id);
OrganizationGroup *organization_add_group(Organization *organization, int64_t id, const char *name);
Workspace *organization_add_workspace(Organization *organization, int64_t id, const char *name);

/* Sets mail and its key (NULL when it is no address). */
void member_set_mail(Member *member, const char *mail);

/*
 * Sorts everything and builds the look-ups. False when an id occurs twice; *RET_ID is that id. May
 * be called again after changes.
 */
bool organization_index(Organization *organization, int64_t *ret_id) G_GNUC_WARN_UNUSED_RESULT;

/* Look-ups; NULL when there is none. Owned by ORGANIZATION. */
Member *organization_member(const Organization *organization, OrganizationUserId id);
Member *organization_member_by_user(const Organization *organization, UserId id);
Member *organization_member_by_mail(const Organization *organization, const char *mail_key);
OrganizationGroup *organization_group(const Organization *organization, int64_t id);
OrganizationGroup *organization_group_by_name(const Organization *organization, const char *name);
Workspace *organization_workspace(const Organization *organization, int64_t id);
Workspace *organization_workspace_by_name(const Organization *organization, const char *name);

/* Active members and open invitations: what a subscription's seats are needed for. */
int64_t organization_seats(const Organization *organization);

bool member_in_group(const Member *member, int64_t group_id);
Assignment *member_assignment(const Member *member, int64_t workspace_id);
bool group_in_workspace(const OrganizationGroup *group, int64_t workspace_id);

/* Keeps an array of int64_t sorted and unique. False when it was there already / was not there. */
bool id_array_add(GArray *ids, int64_t id);
bool id_array_remove(GArray *ids, int64_t id);
bool id_array_has(const GArray *ids, int64_t id);

#endif
