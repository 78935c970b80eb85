/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_WORLD_H
#define FAKE_TOGGL_WORLD_H

/*
 * world - what this Toggl knows: organizations with their members, groups and workspaces.
 *
 *     World *world = world_new();
 *     Organization *organization = organization_new(world, 0, "Example Org");
 *     Member *member = member_new(world, organization, 0, 0, "ada@example.com");
 *     member_set_groups(world, member, groups);
 *     world_free(world);
 *
 * Invariants
 *  - a number that is a user id, an organization-user id or a workspace-user id is never any of
 *    the other two;
 *  - a member has access to a workspace directly, through a group, or both: never neither;
 *  - a person who is in several organizations has one user id and a membership in each.
 */

#include <glib.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

typedef enum {
    ID_ORGANIZATION,
    ID_USER,
    ID_ORGANIZATION_USER,
    ID_WORKSPACE_USER,
    ID_GROUP,
    ID_WORKSPACE,
    ID_INVITATION,
    ID_KINDS
} IdKind;

enum { INVITATION_LASTS = 30 * 24 * 60 * 60 }; /* seconds */

typedef struct Organization Organization;
typedef struct Member Member;
typedef struct Group Group;

typedef struct {
    int64_t id;
    char *name;
    int64_t at;
    json_t *settings; /* what the creator sent beside the name */
} Workspace;

typedef struct {
    Workspace *workspace;
    int64_t workspace_user_id;
    const char *role; /* of roles.h, static */
    bool direct;      /* false: through groups only */
    bool inactive;
} Access;

struct Member {
    Organization *organization;
    int64_t user_id;
    int64_t organization_user_id;
    char *email;
    char *email_key; /* lower case: what addresses are compared by */
    char *name;
    char *sort_key;
    bool joined;
    bool inactive;
    bool admin;
    bool two_factor;
    bool elsewhere;        /* is said to be in organizations that are not here */
    int64_t invitation_id; /* 0: not invited */
    char *invitation_code;
    int64_t invited_at;
    int64_t mails;       /* invitations that would have been mailed */
    GPtrArray *accesses; /* Access *, owned */
    GPtrArray *groups;   /* Group *, borrowed */
};

struct Group {
    int64_t id;
    char *name;
    int64_t at;
    int64_t made_at;       /* by a request; 0: was there from the start */
    GHashTable *members;   /* a set of Member *, borrowed */
    GPtrArray *workspaces; /* Workspace *, borrowed */
};

struct Organization {
    int64_t id;
    char *name;
    char *plan; /* Free, Starter, Premium, Enterprise */
    int64_t owner_user_id;
    int64_t paying_user_id; /* 0: nobody */
    int64_t seats;          /* 0: as many as one likes */
    int64_t max_workspaces;
    int64_t invitation_limit; /* pending at one time; 0: as many as one likes */
    int64_t at;
    json_t *segmentation; /* NULL: never answered */
    GPtrArray *members;   /* Member *, owned, in the order they came */
    GPtrArray *by_name;   /* the same, borrowed, sorted; NULL: to be made */
    GPtrArray *groups;    /* Group *, owned */
    GPtrArray *workspaces;
    GHashTable *by_user_id; /* int64_t * -> Member *, borrowed */
    GHashTable *by_organization_user_id;
    GHashTable *by_email;
};

typedef struct {
    GPtrArray *organizations; /* Organization *, owned */
    int64_t next[ID_KINDS];
    GHashTable *used[ID_KINDS]; /* sets of int64_t; the three ids of people share one */
    int64_t caller;             /* the user id that the token acts as */
    bool merge_lists;           /* PUT of a user adds to its lists instead of replacing them */
} World;

World *world_new(void);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* A number of KIND that nothing has yet. */
int64_t world_new_id(World *world, IdKind kind);
/* Marks ID as taken; false when it was. */
bool world_claim_id(World *world, IdKind kind, int64_t id);
/* As in the JSON: organization_user_id. */
const char *id_kind_name(IdKind kind);

/* All of these give NULL for "there is none"; the result is borrowed. */
Organization *world_organization(const World *world, int64_t id);
Member *world_member_by_email(const World *world, const char *email);
Member *world_member_by_code(const World *world, const char *code);
Member *world_member_by_invitation(const World *world, int64_t invitation_id);
/* In how many organizations USER_ID is. */
size_t world_memberships(const World *world, int64_t user_id);

/* ID 0: a new one. */
Organization *organization_new(World *world, int64_t id, const char *name);
void organization_delete(World *world, Organization *organization);
Member *organization_member(const Organization *organization, int64_t user_id);
Member *organization_member_by_membership(const Organization *organization,
                                          int64_t organization_user_id);
Member *organization_member_by_email(const Organization *organization, const char *email);
Group *organization_group(const Organization *organization, int64_t id);
Group *organization_group_by_name(const Organization *organization, const char *name);
Workspace *organization_workspace(const Organization *organization, int64_t id);
Workspace *organization_workspace_by_name(const Organization *organization, const char *name);
/* Sorted by name, then by organization-user id; borrowed, good until the next change. */
GPtrArray *organization_by_name(Organization *organization);
/* Who occupies a seat: everybody, invited people too, who is not deactivated. */
int64_t organization_seats_taken(const Organization *organization);

/* USER_ID and ORGANIZATION_USER_ID 0: new ones (the account's own, if the address has one). */
Member *member_new(World *world, Organization *organization, int64_t user_id,
                   int64_t organization_user_id, const char *email);
void member_delete(Member *member);
void member_free(void *member); /* for the organization's list; all others delete */
void member_set_name(Member *member, const char *name);
void member_set_email(Member *member, const char *email);
bool member_is_owner(const Member *member);
bool member_is_paying(const Member *member);
bool member_can_edit_email(const World *world, const Member *member);
/* Makes the member a pending one with a fresh invitation. */
void member_invite(World *world, Member *member);
void member_accept(Member *member);
Access *member_access(const Member *member, const Workspace *workspace);
/* Direct access; ROLE NULL: as it is, or user. */
Access *member_assign(World *world, Member *member, Workspace *workspace, const char *role);
/* Access through a group; ID 0: a new workspace-user id. */
Access *access_new(World *world, Member *member, Workspace *workspace, int64_t id);
/* Drops what no group gives any more. */
void member_shed(Member *member);
/* Adds what GROUP gives. */
void member_gain(World *world, Member *member, const Group *group);
/* Takes direct access away; what a group gives stays. */
void member_unassign(Member *member, const Workspace *workspace);
void member_add_group(World *world, Member *member, Group *group);
void member_remove_group(World *world, Member *member, Group *group);

Group *group_new(World *world, Organization *organization, int64_t id, const char *name);
void group_delete(World *world, Organization *organization, Group *group);
void group_set_name(Group *group, const char *name);
bool group_has_workspace(const Group *group, const Workspace *workspace);
void group_add_workspace(World *world, Group *group, Workspace *workspace);
void group_remove_workspace(World *world, Group *group, const Workspace *workspace);
/* Its members sorted by user id: a new array of borrowed members. */
GPtrArray *group_members(const Group *group);

Workspace *workspace_new(World *world, Organization *organization, int64_t id, const char *name);

#endif
