/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DESIRED_PRIVATE_H
#define SYNC_DESIRED_PRIVATE_H

/*
 * desired_private - what the files of desired share.
 *
 *   desired_target.c   the objects of Toggl that rules name
 *   desired_gift.c     what a rule gives
 *   desired_rule.c     whom a rule names
 *   desired_settle.c   what each subject wants, of all that rules give
 *   desired_met.c      directory groups by their anchors: renamed ones, vanished ones
 */

#include "sync/desired.h"

/* A gift to the members of one directory group, or to people of one directory. */
typedef struct {
    const Rule *rule;
    GArray *targets; /* of the gift; NULL: it is held */
    GArray *roles;
    uint32_t directory;
    uint32_t group; /* G_MAXUINT32: the rule is about people */
} Giving;

/* One subject has a part in one giving: there are more of them than memberships. */
typedef struct {
    uint32_t subject;
    uint32_t giving;
    uint32_t via; /* as in Want */
} Award;

typedef struct {
    const SyncSettings *settings;
    const GPtrArray *directories;
    const Subjects *subjects;
    const Organization *organization;
    const Ledger *ledger;
    Desired *desired;
    GHashTable *by_name;     /* "g:NAME" or "w:NAME" -> index + 1 */
    GHashTable *attachments; /* group << 32 | workspace (g_int64) -> index + 1 */
    GHashTable *met;         /* names in desired->met */
    GHashTable *near;        /* DesiredTarget * that Toggl lacks -> names like its own, or NULL */
    uint8_t **enabled;       /* [directory][person's place]: who may be given anything */
    GHashTable **lost_names; /* [directory]: see group_lost_names; NULL: nobody has asked yet */
    GArray *givings;         /* Giving */
    GArray *awards;          /* Award, as they come */
} Builder;

/* What one rule gives to the members of one directory group, or to people. */
typedef struct {
    const Rule *rule;
    GArray *targets;     /* uint32_t */
    GArray *roles;       /* Role, one for each target */
    GArray *attachments; /* uint32_t, indices into desired->attachments */
    bool held;           /* Toggl lacks something of it */
} Gift;

/* What names stand for in a gift: as they match now, and as they matched before a rename. */
typedef struct {
    const GMatchInfo *match;  /* NULL: names hold no references */
    const GMatchInfo *before; /* NULL: the group was not renamed */
} GiftNames;

/* The index of the target NAME, or of the one with ID when NAME is NULL; FALLBACK, which may be
 * NULL, is the name under which it may be bound. */
uint32_t desired_find_target(Builder *builder, TargetKind kind, const char *name,
                             const char *fallback, int64_t id);
DesiredTarget *desired_target_at(const Builder *builder, uint32_t index);

/* Why a rule cannot give TARGET, which is neither there nor may be made. New string. */
char *desired_no_such_target(const Builder *builder, const Rule *rule, DesiredTarget *target);

/* Holds RULE, once for each EXPLANATION, which is taken. UNKNOWN: whom it wants is not known. */
void desired_hold(Builder *builder, const Rule *rule, char *explanation, bool unknown);

Gift gift_of(Builder *builder, const Rule *rule, const GiftNames *names);
void gift_clear(Gift *gift);

/* Nobody loses what GIFT gives. */
void gift_shield(Builder *builder, const Gift *gift);

/* People of a directory that was not read may have it. */
void gift_doubt(Builder *builder, const Gift *gift);

/* The attachments of GIFT are wanted. */
void gift_attach(Builder *builder, const Gift *gift);

/* Begins to give GIFT to members of GROUP (G_MAXUINT32: to people) of DIRECTORY; its index. */
uint32_t gift_begin(Builder *builder, const Gift *gift, uint32_t directory, uint32_t group);

/* Gives all of it to SUBJECT, who is in it by VIA. */
void gift_give(Builder *builder, uint32_t giving, uint32_t subject, uint32_t via);

/* Frees what gift_begin and gift_give made. */
void gifts_clear(Builder *builder);

/* Makes the wants of what was given: one for each subject and target. */
void desired_settle(Builder *builder);

void desired_apply_rule(Builder *builder, const Rule *rule);

bool rule_looks_at(const Rule *rule, const Directory *directory);

/* Notes that RULE met GROUP of DIRECTORY. */
void desired_meet(Builder *builder, const Rule *rule, const Directory *directory,
                  const DirectoryGroup *group);

/* The group that RULE, which names one, meant before, wherever it is called what now; NULL: not
 * known, or gone. */
const DirectoryGroup *desired_renamed_group(const Builder *builder, const Rule *rule,
                                            guint *ret_directory);

/* The name that GROUP had when RULE's pattern last met it, when it was another and nobody has that
 * now; else NULL. New string. */
char *desired_name_before(const Builder *builder, const Rule *rule, const Directory *directory,
                          const DirectoryGroup *group);

/* Holds RULE, a pattern or filter, for each group that it met before and does not meet now. */
void desired_hold_vanished(Builder *builder, const Rule *rule);

/* Whether a directory that RULE looks at could not be read. */
bool desired_is_blind(const Builder *builder, const Rule *rule);

#endif
