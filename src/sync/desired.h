/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DESIRED_H
#define SYNC_DESIRED_H

/*
 * desired - the organization as the directories and the rules want it: who shall have which group
 * and workspace, with which role, and through which directory group.
 *
 * Rules add up; the highest role wins. A rule whose directory group is missing, or empty without
 * allow_empty, or whose Toggl object neither exists nor may be created, is held: it gives nothing
 * new, and what it names is shielded, so that nobody loses anything by it.
 *
 * Pure: borrows everything it is given.
 */

#include "model/plan.h"
#include "sync/subject.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { TARGET_GROUP, TARGET_WORKSPACE } TargetKind;

/* A group or workspace that a rule names. */
typedef struct {
    TargetKind kind;
    int64_t id;      /* 0: Toggl has none yet */
    char *name;      /* Toggl's name where it exists, the rule's otherwise */
    char *rule_name; /* the rule's; what the binding remembers */
    bool create;     /* it does not exist and shall */
    bool shielded;   /* a held rule names it: nobody is taken out */
    int64_t wanted;  /* how many subjects want it */
    char *source;    /* of the directory group that made the name (group_match); NULL otherwise */
    char *group_anchor;
} DesiredTarget;

/* One subject wants one target. */
typedef struct {
    uint32_t subject; /* index into subjects */
    uint32_t target;  /* index into targets */
    Role role;
    uint32_t directory; /* of the group; G_MAXUINT32: the rule is for everyone */
    uint32_t group;     /* the mapped group */
    uint32_t via;       /* the group that holds the person directly */
} Want;

typedef struct {
    GPtrArray *targets; /* DesiredTarget * */
    GArray *wants;      /* Want, sorted by subject, then target; each pair once */
    GArray *first;      /* uint32_t: first want of each subject, and one past the last at the end */
    GPtrArray *rails;   /* Rail *: held rules */
    bool any_rule_held;
    GHashTable *groups;     /* id -> DesiredTarget *, for desired_target */
    GHashTable *workspaces; /* likewise */
} Desired;

Desired *desired_build(const SyncSettings *settings, const GPtrArray *directories,
                       const Subjects *subjects, const Organization *organization,
                       const Ledger *ledger);
void desired_free(Desired *desired);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desired, desired_free)

/* Why, in words: "member of cn=a,… through cn=b,…", "everyone in the directory". New string. */
char *want_reason(const Want *want, const GPtrArray *directories);

/* The target that means this object of Toggl, or NULL: nobody mapped it. */
const DesiredTarget *desired_target(const Desired *desired, TargetKind kind, int64_t id);

#endif
