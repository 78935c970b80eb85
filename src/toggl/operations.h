/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_OPERATIONS_H
#define TOGGL_OPERATIONS_H

/*
 * operations - every operation of the API's organizations, and those that serve them, one function
 * each, under the API's names; and the two doors that all of them go through.
 *
 *     g_auto(Page) page = {0};
 *     get_organization_users(toggl, &(UsersQuery){.page = 1, .per_page = 200}, &page, &error);
 *
 * Reads give JSON of the shape that was promised, an object or a list, as a new reference in *RET;
 * anything else (null, HTML, an object where a list belongs) is SYNC_ERROR_INCOMPLETE. What the
 * program relies on is then read by decode, strictly.
 *
 * Writes are sent once. What became of one is in its Answer, cleared by the caller:
 *   OUTCOME_DONE      Toggl said yes; `body` is its answer, NULL where there is none to speak of
 *   OUTCOME_REFUSED   Toggl said no, finally; ERROR says why
 *   OUTCOME_UNKNOWN   nobody knows; ERROR is the cause; only reading tells
 *   OUTCOME_NOT_SENT  it did not leave, or was turned away at the door; ERROR is the cause
 *
 * The organization is always that of the settings.
 */

#include "model/ids.h"
#include "model/request.h"
#include "toggl/client.h"

/* ---- the two doors ---- */

/* One page and what its headers say; -1: nothing. Lists without pages leave them at -1. */
typedef struct {
    json_t *rows; /* owned */
    int64_t page;
    int64_t page_size;
    int64_t pages;
    int64_t records;
} Page;
void page_clear(Page *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

typedef struct {
    Outcome outcome;
    json_t *body; /* owned; NULL: none */
} Answer;
void answer_clear(Answer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

/*
 * Calls the read ENDPOINT with ARGUMENTS (an object of its fields; the organization is added).
 * RET_PAGE->rows is the answer; NULL where an answer may be missing and is (204).
 */
bool operation_read(Toggl *toggl, const Endpoint *endpoint, const json_t *arguments, Page *ret_page,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sends the write ENDPOINT with ARGUMENTS. BODY, when not NULL, goes in place of their body. */
void operation_write(Toggl *toggl, const Endpoint *endpoint, const json_t *arguments,
                     const json_t *body, Answer *ret, GError **error);

/*
 * Sends REQUEST once with BODY (NULL: none), which is what toggl_request_body made of it or another
 * form of the same. As client_write.
 */
bool send_request(Toggl *toggl, const Request *request, const json_t *body, Reply *ret,
                  bool *ret_sent, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What REPLY, an answer to a write, says of its outcome: kind, status, message, request id. ERROR
 * is set for everything but success. True for success, whose kind the caller may still change.
 */
bool answer_judge(const Toggl *toggl, const Endpoint *endpoint, const Reply *reply,
                  Outcome *ret_outcome, GError **error);

/* ---- organization ---- */

bool get_organization(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void put_organization(Toggl *toggl, const char *name, Answer *ret, GError **error);
/* ret->body: id, name, workspace_id, workspace_name. Repeating it makes another organization. */
void post_organization(Toggl *toggl, const char *name, const char *workspace_name, Answer *ret,
                       GError **error);
bool get_organization_owner(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_organization_roles(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* *RET is NULL when nothing was answered there. */
bool get_organization_segmentation(Toggl *toggl, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* SEGMENTATION: the fields of what get_organization_segmentation gives. */
void put_organization_segmentation(Toggl *toggl, const json_t *segmentation, Answer *ret,
                                   GError **error);

/* ---- organization users ---- */

/* Yes, no, or nothing said. */
typedef enum { CHOICE_ANY, CHOICE_NO, CHOICE_YES } Choice;

enum { USERS_ACTIVE = 1 << 0, USERS_INACTIVE = 1 << 1, USERS_INVITED = 1 << 2 };

typedef struct {
    const char *filter; /* part of a name or an address; NULL: any */
    unsigned statuses;  /* USERS_*; 0: all */
    Choice only_admins;
    const GArray *groups;     /* int64_t; NULL: any */
    const GArray *workspaces; /* int64_t; NULL: any */
    int64_t page;             /* from 1; 0: not said */
    int64_t per_page;         /* 0: not said */
    Choice descending;        /* by name; CHOICE_ANY: not said */
} UsersQuery;

bool get_organization_users(Toggl *toggl, const UsersQuery *query, Page *ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The rows of older versions name the id `organization_user_id` and the name `fullname`. */
bool get_organization_users_detailed(Toggl *toggl, const UsersQuery *query, Page *ret,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One workspace of a member, as a list of them says it. */
typedef struct {
    int64_t id;
    int64_t role_id; /* 0: by `role` */
    Role role;       /* ROLE_NONE: not said */
    Choice inactive;
} UserWorkspace;

/* What is NULL, 0 or CHOICE_ANY is not sent, and stays. */
typedef struct {
    const char *name;
    const char *mail;
    Choice inactive;
    Choice admin;             /* never together with role_id */
    int64_t role_id;          /* of the organization */
    const GArray *groups;     /* int64_t: the complete list */
    const GArray *workspaces; /* UserWorkspace: the complete list */
} UserPut;
void put_organization_users(Toggl *toggl, OrganizationUserId user, const UserPut *put, Answer *ret,
                            GError **error);

/* Deletes members, for good. USERS: values of OrganizationUserId as int64_t. */
void patch_organization_users(Toggl *toggl, const GArray *users, Answer *ret, GError **error);

/* The token's owner leaves; with the last member the organization goes. */
void delete_organization_users_leave(Toggl *toggl, Answer *ret, GError **error);

/* ---- groups ---- */

typedef struct {
    const char *name;  /* part of a name; NULL: any */
    int64_t workspace; /* 0: any */
} GroupsQuery;

/* QUERY may be NULL: all. Lists of groups have no pages. */
bool get_organization_groups(Toggl *toggl, const GroupsQuery *query, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
bool get_organization_workspaces_groups(Toggl *toggl, int64_t workspace, json_t **ret,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* USERS (values of UserId) and WORKSPACES are int64_t; NULL is an empty list: it is always sent. */
void post_organization_group(Toggl *toggl, const char *name, const GArray *users,
                             const GArray *workspaces, Answer *ret, GError **error);
/* As post_organization_group: whether lists that are left out stay is not known, so none is. */
void put_organization_group(Toggl *toggl, int64_t group, const char *name, const GArray *users,
                            const GArray *workspaces, Answer *ret, GError **error);
/* PATCHES: GroupPatch *, at most 100 of 100 values. DONE may hold failures: see ret->body. */
void patch_organization_group(Toggl *toggl, int64_t group, const GPtrArray *patches, Answer *ret,
                              GError **error);
void delete_organization_group(Toggl *toggl, int64_t group, Answer *ret, GError **error);

/* ---- invitations ---- */

typedef struct {
    const GPtrArray *mails;   /* const char *, at least one */
    const GArray *workspaces; /* UserWorkspace, at least one */
    const GArray *groups;     /* int64_t; NULL: none */
    Choice skip_email;        /* what it does is not published: CHOICE_ANY */
} Invitation;
void post_organization_invitation(Toggl *toggl, const Invitation *invitation, Answer *ret,
                                  GError **error);
void resend_organization_invitation(Toggl *toggl, int64_t invitation, Answer *ret, GError **error);
/* By the code in the link, without the token: for whoever was invited. */
void post_organization_accept_invitation(Toggl *toggl, const Secret *code, Answer *ret,
                                         GError **error);
void post_organization_reject_invitation(Toggl *toggl, const Secret *code, Answer *ret,
                                         GError **error);

/* ---- workspaces ---- */

/* SETTINGS (may be NULL): the other fields of the body, as an object. ADMINS: values of UserId. */
void post_organization_workspaces(Toggl *toggl, const char *name, const GArray *admins,
                                  const json_t *settings, Answer *ret, GError **error);
bool get_organization_workspaces_statistics(Toggl *toggl, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* In or out of WORKSPACE: USER, or when that is 0, GROUP. */
void put_organization_workspaces_assignments(Toggl *toggl, int64_t workspace, bool add, UserId user,
                                             int64_t group, Answer *ret, GError **error);

typedef struct {
    const char *name;   /* part of a name; NULL: any */
    const char *search; /* part of a name or an address; NULL: any */
    int64_t page;       /* from 1; 0: not said */
    int64_t per_page;   /* 0: not said */
    Choice active;
    Choice custom_rates;
} WorkspaceUsersQuery;
bool get_organization_workspace_users(Toggl *toggl, int64_t workspace,
                                      const WorkspaceUsersQuery *query, Page *ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* USERS: values of WorkspaceUserId as int64_t. */
void patch_organization_workspace_users(Toggl *toggl, int64_t workspace, const GArray *users,
                                        Answer *ret, GError **error);

/* ---- billing ---- */

bool get_organizations_plans(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_organizations_plans_0(Toggl *toggl, int64_t plan, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    Choice is_unified;
    const char *next; /* older versions; all may be NULL */
    const char *prev;
    const char *cursor; /* newer versions */
    const char *last_invoice;
} PaymentsQuery;
bool get_organizations_payments_records(Toggl *toggl, const PaymentsQuery *query, json_t **ret,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- the token ---- */

bool get_me(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_me_organizations(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_me_workspaces(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool get_me_quota(Toggl *toggl, json_t **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
