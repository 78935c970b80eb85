/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_REQUEST_H
#define MODEL_REQUEST_H

/*
 * request - one HTTP call that carries out one or more changes, as typed data; and its outcome.
 *
 * Which fields count depends on the operation; toggl/encode turns them into method, path and JSON.
 * An id that Toggl has not given yet is a placeholder: the number of the request whose answer
 * brings it.
 */

#include "model/ids.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The writes a sync sends. Names are those of the API's operations. */
typedef enum {
    OPERATION_POST_INVITATION,        /* post_organization_invitation */
    OPERATION_RESEND_INVITATION,      /* resend_organization_invitation */
    OPERATION_PUT_USER,               /* put_organization_users */
    OPERATION_DELETE_USERS,           /* patch_organization_users: its only use is deleting */
    OPERATION_POST_GROUP,             /* post_organization_group */
    OPERATION_PATCH_GROUP,            /* patch_organization_group */
    OPERATION_DELETE_GROUP,           /* delete_organization_group */
    OPERATION_POST_WORKSPACE,         /* post_organization_workspaces */
    OPERATION_ASSIGNMENT,             /* put_organization_workspaces_assignments */
    OPERATION_DELETE_WORKSPACE_USERS, /* patch_organization_workspace_users: its only use is
                                         deleting */
    OPERATIONS
} Operation;

const char *operation_name(Operation operation); /* the API's operation id */
bool operation_parse(const char *name, Operation *ret_operation);

/* An id, or the request that will tell it. */
typedef struct {
    int64_t id;            /* 0 while from_request counts */
    unsigned from_request; /* 0: none */
} IdRef;

typedef struct {
    IdRef workspace;
    Role role;       /* NONE: not sent */
    int64_t role_id; /* 0: send the word */
    bool inactive;   /* false: not sent */
} RequestWorkspace;

typedef enum { PATCH_ADD, PATCH_REMOVE } PatchOp;
typedef enum { PATCH_USERS, PATCH_WORKSPACES } PatchPath;

/* One element of a group PATCH: at most 100 values, and at most 100 elements in a request. */
typedef struct {
    PatchOp op;
    PatchPath path;
    GArray *values; /* IdRef: user ids or workspace ids */
} GroupPatch;

/* What a PUT of a user sets; only fields named in `fields` are sent. */
enum {
    PUT_USER_INACTIVE = 1 << 0,
    PUT_USER_NAME = 1 << 1,
    PUT_USER_MAIL = 1 << 2,
    PUT_USER_ADMIN = 1 << 3,
    PUT_USER_ROLE_ID = 1 << 4,
    PUT_USER_WORKSPACES = 1 << 5, /* always the complete list */
    PUT_USER_GROUPS = 1 << 6,     /* always the complete list */
};

typedef struct {
    unsigned id; /* from 1, in sending order */
    Operation operation;
    unsigned phase;
    IdRef group;
    IdRef workspace;
    OrganizationUserId organization_user_id;
    UserId user_id;
    int64_t invitation_id;
    char *name; /* of a group or workspace to create, or the new name of a member */
    char *mail;
    unsigned fields; /* PUT_USER_* */
    bool inactive;
    bool admin;
    int64_t role_id;
    bool assign;      /* OPERATION_ASSIGNMENT: add, or remove */
    bool by_group;    /* OPERATION_ASSIGNMENT: of the group, or of user_id */
    GPtrArray *mails; /* char *, invited addresses */
    GArray
        *workspaces; /* RequestWorkspace, of an invitation or a PUT of a user; ids of a new group */
    GArray *groups;  /* IdRef, of an invitation or a PUT of a user */
    GArray
        *users; /* int64_t: organization-user ids, workspace-user ids, or a new group's user ids */
    GPtrArray *patches; /* GroupPatch * */
    GArray *changes;    /* unsigned, ids of the changes it carries out */
    GArray *after;      /* unsigned, ids of requests that must have succeeded before */
} Request;

Request *request_new(Operation operation);
void request_free(Request *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)
GroupPatch *group_patch_new(PatchOp op, PatchPath path);
void group_patch_free(GroupPatch *patch);

/* Replaces every placeholder for request FROM by ID. */
void request_resolve(Request *request, unsigned from, int64_t id);

/* Whether a placeholder is left. */
bool request_is_resolved(const Request *request);

typedef enum {
    OUTCOME_DONE,     /* Toggl said yes to all of it, or that it was so already */
    OUTCOME_PARTIAL,  /* to some of it: see failures */
    OUTCOME_REFUSED,  /* to nothing of it; final */
    OUTCOME_UNKNOWN,  /* it may have happened: only reading tells */
    OUTCOME_NOT_SENT, /* it did not leave: quota, stop, a request it needs failed */
} OutcomeKind;

const char *outcome_kind_name(OutcomeKind kind);
bool outcome_kind_parse(const char *name, OutcomeKind *ret_kind);

/* One thing in a request that Toggl refused: whichever key fits is set. */
typedef struct {
    int64_t id;    /* the value in a patch or deletion; 0: not about an id */
    char *mail;    /* the address in an invitation; NULL: not about one */
    char *message; /* Toggl's words, safe to print */
    bool account;  /* of a PUT of a user: their name and address alone */
} OutcomeFailure;

/* What an invitation's answer told of one address. */
typedef struct {
    char *mail;
    int64_t invitation_id;
    UserId user_id; /* 0: not told */
} InvitedPerson;

typedef struct {
    OutcomeKind kind;
    int status;          /* HTTP; 0: no answer */
    char *message;       /* Toggl's words or ours, safe to print; NULL: none */
    char *request_id;    /* X-Toggl-Request-Id; NULL: none */
    int64_t created_id;  /* of a group or workspace made; 0: none */
    bool paying_user;    /* refused because somebody pays: see failures[0].id */
    GPtrArray *failures; /* OutcomeFailure * */
    GPtrArray *invited;  /* InvitedPerson * */
} Outcome;

/* Frees what OUTCOME owns and zeroes it. */
void outcome_clear(Outcome *outcome);
void outcome_add_failure(Outcome *outcome, int64_t id, const char *mail, const char *message);
void outcome_add_invited(Outcome *outcome, const char *mail, int64_t invitation_id, UserId user_id);

#endif
