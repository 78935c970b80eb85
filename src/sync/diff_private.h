/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DIFF_PRIVATE_H
#define SYNC_DIFF_PRIVATE_H

/*
 * diff_private - what the files of diff share: one of them for each kind of person or thing, and
 * the differ, which knows what each subject wants and collects changes and notices.
 *
 *   diff_joiner.c      people whom Toggl does not have
 *   diff_present.c     members whom the directories want: links, returners, open invitations
 *   diff_identity.c    their addresses and names
 *   diff_membership.c  their groups, and what of it is ours to take
 *   diff_assignment.c  their workspaces, with their roles
 *   diff_leaver.c      people who left, are missing, or are wanted by no rule
 *   diff_stranger.c    members whom no directory knows
 *   diff_admin.c       the last administrator of anything stays
 *   diff_target.c      groups and workspaces themselves
 */

#include "base/clock.h"
#include "sync/diff.h"
#include "sync/name.h"
#include "sync/protection.h"

/* Where the grants of one member stand in the ledger. */
typedef struct {
    guint first;
    guint count;
} MemberGrants;

typedef struct {
    const DiffInput *in;
    Plan *plan;
    GArray *grants; /* MemberGrants, one for each member of the organization */
    Protections *protections;
    GHashTable *strangers; /* folded name -> Member *: members whom no directory knows */
    GHashTable *twins;     /* Member *: strangers who may be somebody about to be invited */
} Differ;

/* Whether lifecycle.kinds lets changes of KIND be planned. */
bool differ_allows(const Differ *differ, ChangeKind kind);

/* A new change in the plan about SUBJECT, which may be NULL. Owned by the plan. */
Change *differ_add(Differ *differ, ChangeKind kind, const Subject *subject);

/* The same about SUBJECT in TARGET. */
Change *differ_add_membership(Differ *differ, ChangeKind kind, const Subject *subject,
                              const DesiredTarget *target);

/* The same in the group or workspace of Toggl with this id. */
Change *differ_add_in(Differ *differ, ChangeKind kind, const Subject *subject, TargetKind target,
                      int64_t id);

/* CHANGE ends an assignment of MEMBER: says which one, as Toggl numbers it. */
void differ_name_assignment(Change *change, const Member *member);

/* Says why SUBJECT is left alone. */
void differ_notice(Differ *differ, NoticeKind kind, const Subject *subject, const char *reason);

const DesiredTarget *differ_target(const Differ *differ, const Want *want);

/* The index of a subject that is made for a member whom no entry and no link knows. */
#define STRANGER G_MAXUINT

/* The wants of subject INDEX: the first, NULL when there is none, and how many. */
const Want *differ_wants(const Differ *differ, guint index, guint *ret_count);

bool differ_wants_target(const Differ *differ, guint index, TargetKind kind, int64_t id);

bool differ_is_protected(const Differ *differ, const Member *member, const char **ret_reason);

/* The names of a group or workspace of Toggl; "" when it has none. */
const char *differ_group_name(const Differ *differ, int64_t id);
const char *differ_workspace_name(const Differ *differ, int64_t id);

/* Adds a group or workspace, KIND in words, to LIST: by its NAME, or by its number while nobody
 * asked for the names. */
void differ_append_place(GString *list, const char *kind, const char *name, int64_t id);

/* What the ledger knows of a person, from all of their links. Times are the latest; 0: never. */
typedef struct {
    bool linked;     /* there is a link at all */
    bool was_member; /* one of them names a member, there or not */
    int64_t since;   /* the first of them */
    int64_t invited_at;
    int64_t resends;
    int64_t deactivated_at; /* the member that they have now */
    int64_t removed_at;
    int64_t released_at;
} History;

History subject_history(const Subject *subject);

/* Fills differ->grants; the caller frees it. */
void differ_find_grants(Differ *differ);

/* The grant of this group or workspace to MEMBER, or NULL. */
const Grant *differ_grant(const Differ *differ, const Member *member, GrantKind kind,
                          int64_t target);

/* Toggl has no member for SUBJECT, whose COUNT wants begin at WANTS. */
void diff_joiner(Differ *differ, const Subject *subject, const Want *wants, guint count);

/* Adds the invitation itself. */
void diff_invite(Differ *differ, const Subject *subject, const Want *wants, guint count);

/* A member whose entry is there and enabled. */
void diff_present(Differ *differ, const Subject *subject);

/* The address and the name of a member. True: an open invitation is withdrawn, and another sent. */
bool diff_identity(Differ *differ, const Subject *subject, const Want *wants, guint count);

/* A membership that both sides want becomes ours, unless the configuration says otherwise. */
void diff_adopt(Differ *differ, const Subject *subject, const Want *want);

/* One wanted group or workspace of a member. */
void diff_group(Differ *differ, const Subject *subject, const Want *want);
void diff_workspace(Differ *differ, const Subject *subject, const Want *want);

/* What we gave or adopted, and no rule wants any more, BECAUSE of what became of SUBJECT; NULL: of
 * the rules. */
void diff_grants(Differ *differ, const Subject *subject, const char *because);

/* Mapped groups hold whom the directories say, and nobody else: memberships = "exact". OURS_TOO:
 * what we gave goes the same way, since diff_grants is not asked about SUBJECT. */
void diff_exact(Differ *differ, const Subject *subject, bool ours_too);

/* Positively disabled, gone, wanted by no rule any more. */
void diff_left(Differ *differ, const Subject *subject);
void diff_missing(Differ *differ, const Subject *subject);
void diff_unwanted(Differ *differ, const Subject *subject);

/* SUBJECT leaves as lifecycle.leavers says. */
void diff_leave(Differ *differ, const Subject *subject, const char *standing, const char *reason);

/* Finds the members whom no directory knows, for diff_joiner; then says what becomes of them. */
void diff_find_strangers(Differ *differ);
void diff_strangers(Differ *differ);

/* Takes back whatever would leave the organization or a workspace without an administrator. */
void diff_keep_admins(Differ *differ);

/* Groups and workspaces to make, and groups to attach to workspaces; groups that we made and that
 * nobody names any more. */
void diff_targets(Differ *differ);
void diff_unused_groups(Differ *differ);

#endif
