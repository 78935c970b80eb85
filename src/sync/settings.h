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
    RULE_GROUP,        /* a group by DN */
    RULE_GROUP_NAME,   /* a group by name */
    RULE_GROUP_ANCHOR, /* a group by its anchor */
    RULE_GROUP_FILTER, /* every group that a search filter covers */
    RULE_GROUP_MATCH,  /* every group whose name matches a pattern; names below may refer back to
                          it: \1 */
    RULE_PEOPLE_MATCH, /* everybody with a value of an attribute that matches a pattern */
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
    char *value;     /* DN, name, anchor, filter or pattern; NULL for everyone */
    char *attribute; /* RULE_PEOPLE_MATCH, as written; NULL otherwise */
    GRegex *pattern; /* RULE_GROUP_MATCH and RULE_PEOPLE_MATCH, compiled and anchored as written */
    char *from;      /* the only source it looks at; NULL: all */
    bool allow_empty;
    bool via_group;    /* the Toggl group is attached to the workspaces, and nobody is assigned */
    char *toggl_group; /* NULL: no group */
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
typedef enum { MEMBERSHIPS_OURS, MEMBERSHIPS_EXACT } Memberships;
typedef enum { ADDRESSES_REPORT, ADDRESSES_CHANGE } Addresses;
typedef enum { NAMES_KEEP, NAMES_FOLLOW } Names;
typedef enum { UNMANAGED_IGNORE, UNMANAGED_REPORT, UNMANAGED_LEAVER } Unmanaged;

/* Somebody whom no directory has to know: left alone on both sides while the time lasts. */
typedef struct {
    char *mail;     /* as written */
    char *mail_key; /* never NULL */
    char *owner;    /* who answers for them */
    char *until;    /* the last day, as written: 2027-06-30 */
    int64_t end;    /* the first second after it, UTC */
} External;

/* Copies all strings. */
External *external_new(const char *mail, const char *mail_key, const char *owner, const char *until,
                       int64_t end);
void external_free(External *external);

typedef struct {
    LifecycleMode mode;
    uint32_t kinds; /* 1 << ChangeKind of those that are planned; 0: all of them */
    Adoption adoption;
    Memberships memberships;
    Leavers leavers;
    Disabled disabled;
    Disabled expired;
    int64_t grace_days;
    int64_t grace_reads;
    int64_t delete_after_days; /* from our own deactivation; 0: never */
    Returners returners;
    ByHand by_hand;
    Addresses addresses;
    GPtrArray *same_domains; /* GStrv (char **): domains in which a local part is one mailbox */
    Names names;
    Unmanaged unmanaged;
    int64_t resend_max;
    int64_t resend_after_days;
    GPtrArray *protect;   /* char *: addresses as written */
    GPtrArray *externals; /* External * */
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
    GPtrArray *rules;          /* Rule * */
    GPtrArray *sources;        /* char *: names, in order of precedence */
    GArray *max_shrink;        /* int64_t, percent, one for each of sources */
    GPtrArray *excluded_mails; /* GRegex *: such addresses are left alone in Toggl, too */
    GPtrArray *excluded_dns;   /* GRegex *: the same for people whose entry stood there */
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

/* How many percent of the source with this index, and of each of its groups, may be gone. */
int64_t sync_settings_max_shrink(const SyncSettings *settings, guint source);

#endif
