/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DIFF_PRIVATE_H
#define SYNC_DIFF_PRIVATE_H

/*
 * diff_private - what the files of diff share: one of them for each kind of person or thing, and
 * the differ, which knows what each subject wants and collects changes and notices.
 *
 *   diff_joiner.c      people whom Toggl does not have
 *   diff_membership.c  groups of members, and what of it is ours to take
 *   diff_assignment.c  workspaces of members, with their roles
 *   diff_leaver.c      people who left, are missing, are wanted by no rule; members without entry
 *   diff_target.c      groups and workspaces themselves
 */

#include "sync/diff.h"
#include "sync/protection.h"

typedef struct {
    const DiffInput *in;
    Plan *plan;
    GArray *grants; /* const Grant *, of members only, sorted by member */
} Differ;

/* A new change in the plan about SUBJECT, which may be NULL. Owned by the plan. */
Change *differ_add(Differ *differ, ChangeKind kind, const Subject *subject);

/* The same about SUBJECT in TARGET. */
Change *differ_add_membership(Differ *differ, ChangeKind kind, const Subject *subject,
                              const DesiredTarget *target);

/* Says why SUBJECT is left alone. */
void differ_notice(Differ *differ, NoticeKind kind, const Subject *subject, const char *reason);

const DesiredTarget *differ_target(const Differ *differ, const Want *want);

/* The wants of subject INDEX: the first, NULL when there is none, and how many. */
const Want *differ_wants(const Differ *differ, guint index, guint *ret_count);

bool differ_wants_target(const Differ *differ, guint index, TargetKind kind, int64_t id);

bool differ_is_protected(const Differ *differ, const Member *member, const char **ret_reason);

/* A link of SUBJECT, that of the primary source first, or NULL. */
const Link *subject_link(const Subject *subject);

/* Fills differ->grants; the caller frees it. */
void differ_collect_grants(Differ *differ);

/* Toggl has no member for SUBJECT, whose COUNT wants begin at WANTS. */
void diff_joiner(Differ *differ, const Subject *subject, const Want *wants, guint count);

/* A membership that both sides want becomes ours, unless the configuration says otherwise. */
void diff_adopt(Differ *differ, const Subject *subject, const Want *want);

/* One wanted group or workspace of a member. */
void diff_group(Differ *differ, const Subject *subject, const Want *want);
void diff_workspace(Differ *differ, const Subject *subject, const Want *want);

/* What we gave or adopted, and no rule wants any more. */
void diff_grants(Differ *differ, const Subject *subject);

/* Positively disabled, gone, wanted by no rule any more. */
void diff_left(Differ *differ, const Subject *subject);
void diff_missing(Differ *differ, const Subject *subject);
void diff_unwanted(Differ *differ, const Subject *subject);

/* Members whom no directory knows. */
void diff_unmanaged(Differ *differ);

/* Groups and workspaces to make; groups that we made and that nobody names any more. */
void diff_targets(Differ *differ);
void diff_unused_groups(Differ *differ);

#endif
