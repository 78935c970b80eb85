/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_CALL_H
#define FAKE_TOGGL_CALL_H

/*
 * call - one request after the router understood it, and the handlers that answer it.
 *
 * A handler is called only when the credentials, the rights, the organization and the JSON are
 * good. It checks everything before it changes anything, so that a refused request left no trace.
 */

#include "reply.h"
#include "world.h"

typedef enum {
    ASSIGNMENTS_OBJECT, /* the body is one object */
    ASSIGNMENTS_LIST,   /* the body is a list of them */
    ASSIGNMENTS_OFF     /* withdrawn: 404 */
} Assignments;

typedef struct {
    Assignments assignments;
    int64_t fresh_seconds; /* so long a new group is answered 404 to those who ask for it */
    int64_t per_page_cap;
} Manners;

typedef struct {
    World *world;
    const Manners *manners;
    Organization *organization; /* NULL: the path names none */
    Member *caller;             /* in that organization */
    int64_t user_id;            /* of the caller; 0: nobody in particular */
    int64_t id;                 /* the second id of the path; 0: it is not a number */
    const char *text;           /* the same as it was sent */
    GHashTable *query;          /* char * -> char * */
    const json_t *body;         /* NULL: none was sent */
} Call;

typedef void Handler(const Call *call, Reply *reply);

#define FORBIDDEN "User does not have access to this resource"
#define NOT_FOUND "Resource can not be found"
#define BAD_JSON "Invalid JSON input"

/* organization.c */
Handler post_organization, get_organization, put_organization, get_organization_owner,
    get_organization_segmentation, put_organization_segmentation, get_organizations_plans,
    get_organizations_plans_0, get_organizations_payments_records, get_organization_roles;
json_t *organization_json(const Organization *organization, const Member *caller);
bool organization_has_premium(const Organization *organization);

/* users.c, user_put.c */
Handler get_organization_users, put_organization_users, patch_organization_users,
    delete_organization_users_leave;
/* The role that ITEM of a list of workspaces names by role_id, role or admin; NULL: none. */
bool workspace_role_read(const Organization *organization, const json_t *item, const char **ret,
                         Reply *reply);

/* groups.c */
Handler get_organization_groups, post_organization_group, put_organization_group,
    patch_organization_group, delete_organization_group, get_organization_workspaces_groups;

/* invitations.c */
Handler post_organization_invitation, resend_organization_invitation,
    post_organization_accept_invitation, post_organization_reject_invitation;
/* Refuses, with the published message, more people than there are seats for. */
bool seats_for(const Organization *organization, int64_t more, Reply *reply);

/* workspaces.c */
Handler post_organization_workspaces, get_organization_workspaces_statistics,
    put_organization_workspaces_assignments, get_organization_workspace_users,
    patch_organization_workspace_users;
json_t *workspace_json(const Organization *organization, const Workspace *workspace,
                       const Member *caller);

/* me.c; get_me_quota is answered by the router, which knows the buckets */
Handler get_me, get_me_organizations, get_me_workspaces;

/* paging.c: the page that was asked for. */
typedef struct {
    int64_t page;
    int64_t per_page;
    bool descending;
} Paging;
bool paging_read(const Call *call, Paging *ret, Reply *reply);
/* The rows of that page; says so in the headers. New array of borrowed rows. */
GPtrArray *paging_cut(const Paging *paging, const GPtrArray *rows, bool headers, Reply *reply);

#endif
