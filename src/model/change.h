/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

/*
 * change - one difference between what the directories want and what Toggl has, in the user's
 * words.
 *
 * A change says whom and what it touches, what it requires to be true before (on both sides), what
 * is true after, and why. How it is carried out is the business of a Request.
 */

#include "model/ids.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    CHANGE_LINK,
    CHANGE_ADOPT,
    CHANGE_INVITE,
    CHANGE_RESEND_INVITATION,
    CHANGE_WITHDRAW_INVITATION,
    CHANGE_REACTIVATE,
    CHANGE_DEACTIVATE,
    CHANGE_DELETE_MEMBER,
    CHANGE_RENAME_MEMBER,
    CHANGE_CHANGE_ADDRESS,
    CHANGE_CREATE_GROUP,
    CHANGE_DELETE_GROUP,
    CHANGE_ADD_TO_GROUP,
    CHANGE_REMOVE_FROM_GROUP,
    CHANGE_ADD_GROUP_TO_WORKSPACE,
    CHANGE_REMOVE_GROUP_FROM_WORKSPACE,
    CHANGE_ASSIGN,
    CHANGE_UNASSIGN,
    CHANGE_SET_WORKSPACE_ROLE,
    CHANGE_SET_ORGANIZATION_ROLE,
    CHANGE_CREATE_WORKSPACE,
    CHANGE_KINDS
} ChangeKind;

/* What a change does to somebody's access; rails and order go by it. */
typedef enum { EFFECT_NONE, EFFECT_GIVES, EFFECT_TAKES, EFFECT_ALTERS } ChangeEffect;

/* "add-to-group" and so on; the reverse is false for any other word. */
const char *change_kind_name(ChangeKind kind);
bool change_kind_parse(const char *name, ChangeKind *ret_kind);
ChangeEffect change_kind_effect(ChangeKind kind);

/* A group or workspace: its id, or, while Toggl has none for it, only its name. */
typedef struct {
    int64_t id; /* 0: to be created by a change of this plan, found by name */
    char *name;
} TargetRef;

typedef struct {
    char *source; /* NULL: a member that no directory knows */
    char *anchor;
    char *mail; /* as it is shown and sent */
    char *name; /* for the report; may be NULL */
    UserId user_id;
    OrganizationUserId organization_user_id;
    int64_t invitation_id;
    WorkspaceUserId workspace_user_id; /* in the workspace of an unassign; 0: not known */
} ChangePerson;

/*
 * Values on one side of a change. Which of them count depends on the kind: `fields` says so, and
 * only those are written into the plan.
 */
enum {
    STATE_WANTED = 1 << 0, /* does the directory side want it */
    STATE_MEMBER = 1 << 1, /* is there a membership, assignment, attachment, object */
    STATE_ROLE = 1 << 2,
    STATE_ACTIVE = 1 << 3, /* not deactivated */
    STATE_JOINED = 1 << 4,
    STATE_ADMIN = 1 << 5,
    STATE_NAME = 1 << 6,
    STATE_MAIL = 1 << 7,
    STATE_STANDING = 1 << 8, /* "enabled", "disabled", "expired", "missing", "out-of-scope" */
};

typedef struct {
    unsigned fields;
    bool wanted;
    bool member;
    bool active;
    bool joined;
    bool admin;
    Role role;
    char *name;
    char *mail;
    const char *standing; /* static */
} ChangeState;

/* What an invitation carries besides the address. */
typedef struct {
    TargetRef workspace;
    Role role;       /* NONE: Toggl's default, an ordinary user */
    int64_t role_id; /* 0: send the word */
    bool inactive;   /* of somebody who is deactivated in this one; never in an invitation */
} InvitationWorkspace;

typedef struct {
    unsigned id; /* from 1, in the plan's order */
    ChangeKind kind;
    unsigned phase;
    ChangePerson person; /* all NULL and 0 where the change is about no person */
    TargetRef group;     /* name NULL: none */
    TargetRef workspace; /* name NULL: none */
    ChangeState before;
    ChangeState after;
    /* For invite, what it carries. For what a PUT of the member carries out, what they have and the
     * PUT must repeat when it says anything of them; NULL: it is to say nothing. NULL otherwise. */
    GPtrArray *workspaces; /* InvitationWorkspace * */
    GPtrArray *groups;     /* TargetRef * */
    char *reason;
    bool disabled_person; /* the person is positively disabled or expired: some rails let this pass
                           */
} Change;

Change *change_new(ChangeKind kind);
void change_free(Change *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Change, change_free)

TargetRef *target_ref_new(int64_t id, const char *name);
void target_ref_free(TargetRef *ref);
void target_ref_set(TargetRef *ref, int64_t id, const char *name);
InvitationWorkspace *invitation_workspace_new(int64_t id, const char *name, Role role);
void invitation_workspace_free(InvitationWorkspace *workspace);

/* Order of the plan: phase, kind, anchor or mail, target, by bytes. For g_ptr_array_sort. */
gint change_compare(gconstpointer a, gconstpointer b);

/* The phase in which KIND stands; DISABLED only matters for CHANGE_DEACTIVATE. */
unsigned change_kind_phase(ChangeKind kind, bool disabled);

#endif
