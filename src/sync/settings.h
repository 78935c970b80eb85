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

typedef struct {
    int64_t removals_percent;
    int64_t removals_count;
    int64_t removals_floor;
    int64_t invitations; /* over 24 hours */
} Limits;

typedef struct {
    GPtrArray *rules;   /* Rule * */
    GPtrArray *sources; /* char *: names, in order of precedence */
    Lifecycle lifecycle;
    Limits limits;
    char
        *digest; /* of the effective deciding settings and the version of the rules; "sha256:..." */
} SyncSettings;

/* The defaults of every key. */
SyncSettings *sync_settings_new(void);
void sync_settings_free(SyncSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SyncSettings, sync_settings_free)

#endif
