/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SETTINGS_H
#define SYNC_SETTINGS_H

/*
 * settings - what the administrator decided: the rules, the lifecycle, the limits. Filled by
 * config, only read here.
 */

#include "model/change.h"
#include "model/ids.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    RULE_GROUP,       /* a group by DN */
    RULE_GROUP_NAME,  /* a group by name */
    RULE_GROUP_MATCH, /* every group whose name matches a pattern; names below may refer back to it:
                         \1 */
    RULE_EVERYONE,
} RuleKind;

/* A workspace that a rule gives: by name or by id, with a role or without an opinion. */
typedef struct {
    int64_t id; /* 0: by name */
    char *name; /* NULL: by id */
    Role role;
} RuleWorkspace;

typedef struct {
    char *label; /* "mapping.[2]", for messages */
    RuleKind kind;
    char *value;     /* DN, name or pattern; NULL for everyone */
    GRegex *pattern; /* RULE_GROUP_MATCH, compiled and anchored as written; NULL otherwise */
    char *from;      /* the only source it looks at; NULL: all */
    bool allow_empty;
    char *toggl_group;      /* NULL: no group */
    int64_t toggl_group_id; /* 0: by name */
    GPtrArray *workspaces;  /* RuleWorkspace * */
} Rule;

Rule *rule_new(RuleKind kind);
void rule_free(Rule *rule);
RuleWorkspace *rule_workspace_new(void);
void rule_workspace_free(RuleWorkspace *workspace);

typedef enum { MODE_APPLY, MODE_REPORT } LifecycleMode;
typedef enum { ADOPTION_MATCHING, ADOPTION_NONE } Adoption;
typedef enum { LEAVERS_DEACTIVATE, LEAVERS_REMOVE_GROUPS, LEAVERS_REPORT } Leavers;
typedef enum { DISABLED_LEAVER_NOW, DISABLED_GRACE } Disabled;
typedef enum { RETURNERS_REACTIVATE, RETURNERS_REPORT } Returners;
typedef enum { BY_HAND_RESPECT, BY_HAND_REACTIVATE } ByHand;
typedef enum { UNMANAGED_IGNORE, UNMANAGED_REPORT, UNMANAGED_LEAVER } Unmanaged;

typedef struct {
    LifecycleMode mode;
    uint32_t kinds; /* 1 << ChangeKind of those that are planned; 0: all of them */
    Adoption adoption;
    Leavers leavers;
    Disabled disabled;
    int64_t grace_days;
    int64_t grace_reads;
    Returners returners;
    ByHand by_hand;
    Unmanaged unmanaged;
    GPtrArray *protect; /* char *: addresses as written */
    bool create_groups;
    bool delete_groups;
    bool create_workspaces;
} Lifecycle;

/*
 * How much may happen before a person has to look. 0 means none, but for canary and seats, where it
 * means no limit.
 */
typedef struct {
    int64_t removals_percent; /* of linked active members, a run */
    int64_t removals_count;   /* people, a run */
    int64_t removals_floor;   /* so many always; also for each group */
    int64_t removals_per_day; /* people, within 24 hours */
    int64_t group_removals_percent;
    int64_t invitations;     /* within 24 hours */
    int64_t reactivations;   /* within 24 hours */
    int64_t new_admins;      /* a run */
    int64_t address_changes; /* a run */
    int64_t canary;          /* people who get something, a run */
    int64_t seats;
} Limits;

/* Who may lift a rail. */
typedef struct {
    int64_t needed;        /* so many different people */
    char *allowed_signers; /* for ssh-keygen -Y verify; NULL: an approval is a record, no proof */
} ApprovalSettings;

typedef struct {
    GPtrArray *rules;   /* Rule * */
    GPtrArray *sources; /* char *: names, in order of precedence */
    GArray *max_shrink; /* int64_t, percent, one for each of sources */
    Lifecycle lifecycle;
    Limits limits;
    ApprovalSettings approval;
    char
        *digest; /* of the effective deciding settings and the version of the rules; "sha256:..." */
} SyncSettings;

/* By how many percent a directory may shrink from one complete read to the next. */
#define DEFAULT_MAX_SHRINK INT64_C(20)

/* The defaults of every key. */
SyncSettings *sync_settings_new(void);
void sync_settings_free(SyncSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SyncSettings, sync_settings_free)

#endif
