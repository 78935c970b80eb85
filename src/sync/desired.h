/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DESIRED_H
#define SYNC_DESIRED_H

/*
 * desired - the organization as the directories and the rules want it: who shall have which group
 * and workspace, with which role, and through which directory group.
 *
 * Rules add up; the highest role wins. A rule whose directory group is missing, or empty without
 * allow_empty, or whose Toggl object neither exists nor may be created, is held: it gives nothing
 * new, and what it names is shielded, so that nobody loses anything by it. A directory group that a
 * pattern or filter found before and that is gone is a missing one. A group that was renamed is the
 * one that it was.
 *
 * Only enabled entries give anything. What a directory that could not be read would say is unknown.
 *
 * Pure: borrows everything it is given, the ledger, the settings and the directories for as long as
 * it lives.
 */

#include "model/plan.h"
#include "sync/group_sizes.h"
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
    bool shielded;   /* a held rule names it: nobody is taken out, no role is lowered */
    bool uncertain;  /* a directory that could not be read may want people in it whom we do not know
                        yet */
    int64_t wanted;  /* how many subjects want it */
} DesiredTarget;

/* One subject wants one target. */
typedef struct {
    const Rule *rule;
    uint32_t subject; /* index into subjects */
    uint32_t target;  /* index into targets */
    uint32_t group;   /* the mapped group; G_MAXUINT32: the rule is about people, not groups */
    uint32_t via;     /* the group that holds the person directly, or, without group, the person */
    uint32_t directory;
    bool indirect; /* a workspace that the Toggl group gives: nobody is assigned to it */
    Role role : 8;
} Want;
/* There are as many as memberships; what one costs is felt. */
_Static_assert(sizeof(Want) <= 32, "a want is small");

/* A Toggl group that shall give access to a workspace. */
typedef struct {
    uint32_t group; /* indices into targets */
    uint32_t workspace;
    const Rule *rule;
    bool shielded; /* its rule is held: what there is stays, nothing is added */
} Attachment;

/* A directory group that a rule met, for the ledger. */
typedef struct {
    char *name; /* of the binding */
    char *anchor;
    const char *source;
} MetGroup;

typedef struct {
    GPtrArray *targets; /* DesiredTarget * */
    GArray *wants;      /* Want, sorted by subject, then target; each pair once */
    GArray *first;      /* uint32_t: first want of each subject, and one past the last at the end */
    GArray *attachments;    /* Attachment, each pair once */
    GPtrArray *rails;       /* Rail *: held rules */
    GPtrArray *warnings;    /* char *: what a person should know of the rules */
    bool any_rule_held;     /* whom a rule wants is not known */
    bool uncertain;         /* a directory could not be read */
    uint8_t *matched;       /* for each subject: a rule wants them, whatever it gives */
    GHashTable *groups;     /* id -> DesiredTarget *, for desired_target */
    GHashTable *workspaces; /* likewise */
    GPtrArray *met;         /* MetGroup * */
    GArray *mapped;         /* MappedGroup: the directory groups that rules found; may repeat */
    GHashTable *kept;       /* Binding * of missing directory groups: not to be forgotten */
} Desired;

Desired *desired_build(const SyncSettings *settings, const GPtrArray *directories,
                       const Subjects *subjects, const Organization *organization,
                       const Ledger *ledger);
void desired_free(Desired *desired);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desired, desired_free)

/* Why, in words: "member of cn=a,… through cn=b,…", "everyone in the directory". New string. */
char *want_reason(const Want *want, const GPtrArray *directories);

/* What subject INDEX wants of this object of Toggl, or NULL: nothing. Owned by DESIRED. */
const Want *desired_want(const Desired *desired, guint index, TargetKind kind, int64_t id);

/* The target that means this object of Toggl, or NULL: nobody mapped it. */
const DesiredTarget *desired_target(const Desired *desired, TargetKind kind, int64_t id);

#endif
