/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

/*
 * plan - everything that would happen, why, what it costs, and what was left alone.
 *
 * Made by sync, printed by report, judged by rails, carried out by apply. The report is made from
 * it and from nothing else.
 */

#include "model/change.h"
#include "model/completeness.h"
#include "model/request.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    RAIL_SOURCE_INCOMPLETE,
    RAIL_ZERO_PEOPLE,
    RAIL_OTHER_ORGANIZATION,
    RAIL_OTHER_MACHINE,
    RAIL_MAPPED_GROUP, /* missing, or empty without allow_empty */
    RAIL_MAX_SHRINK,
    RAIL_CONFIGURATION, /* digest not accepted */
    RAIL_LOST_LEDGER,   /* lost, or last run long ago */
    RAIL_REMOVALS,
    RAIL_REMOVALS_PER_DAY,
    RAIL_GROUP_REMOVALS,
    RAIL_INVITATIONS,
    RAIL_REACTIVATIONS,
    RAIL_CANARY,
    RAIL_SEATS,
    RAIL_NEW_ADMINS,
    RAIL_ADDRESS_CHANGES,
    RAIL_QUARANTINE,
    RAIL_HOLD, /* person hold --all */
    RAIL_KINDS
} RailKind;

typedef enum { RAIL_CLASS_STOP, RAIL_CLASS_HOLD, RAIL_CLASS_DEFER } RailClass;
typedef enum { VERDICT_OK, VERDICT_STOP, VERDICT_HOLD, VERDICT_DEFER, VERDICT_APPROVED } Verdict;

const char *rail_name(RailKind kind); /* "removals", "max-shrink", ... */
bool rail_parse(const char *name, RailKind *ret_kind);
RailClass rail_class(RailKind kind);
bool rail_is_approvable(RailKind kind);
const char *verdict_name(Verdict verdict);

/* One rail as it judged this plan. Several rows of one kind differ by subject. */
typedef struct {
    RailKind kind;
    char *subject; /* the rule, group or source it is about; NULL: the whole plan */
    int64_t limit;
    int64_t found;
    Verdict verdict;
    char *explanation;   /* the rule and the numbers in a sentence; NULL when ok */
    GPtrArray *examples; /* char *, up to ten names */
} Rail;

/* A change that does not go now. */
typedef struct {
    unsigned change;
    RailKind rail;
    char *subject; /* of the rail; NULL: none */
} Withheld;

/* A person who is left alone, and why. */
typedef enum {
    NOTICE_FROZEN,
    NOTICE_HELD,
    NOTICE_WAITING,
    NOTICE_MISSING,
    NOTICE_UNMANAGED,
    NOTICE_OUT_OF_SCOPE,
    NOTICE_BY_HAND,
    NOTICE_PROTECTED,
    NOTICE_KEPT,      /* has by hand what no rule gives; said once, when the member is linked */
    NOTICE_DIFFERENT, /* an address or name differs, and is left as it is */
    NOTICE_EXCLUDED,  /* the configuration says that nothing is done: nobody has to do anything */
    NOTICE_KINDS
} NoticeKind;

typedef struct {
    NoticeKind kind;
    ChangePerson person;
    char *reason;
    int64_t days_left;  /* NOTICE_MISSING: until the grace ends; -1: does not apply */
    int64_t reads_left; /* likewise */
    int64_t since;      /* NOTICE_MISSING: when a read first missed them; 0: does not apply */
} Notice;

/* A mapped group before and after. */
typedef struct {
    TargetRef group;
    int64_t now;
    int64_t then;
} GroupTotal;

typedef struct {
    int64_t reads;                  /* calls that reading costs */
    int64_t requests;               /* calls that the plan costs */
    int64_t minimum;                /* a lower bound, computed from the changes alone */
    int64_t windows;                /* hourly windows of the quota that these calls need */
    int64_t finish;                 /* when the last one would be sent, seconds since 1970 */
    int64_t operations[OPERATIONS]; /* of requests: how many of each kind */
    int64_t seats_now;              /* active members and open invitations */
    int64_t seats_then;             /* when what goes now is done */
    int64_t subscription;           /* seats that are paid for; 0: not told */
} Forecast;

typedef struct {
    char *changes;
    char *configuration;
    char *directory;
    char *ledger;
    char *organization;
    char *document; /* of a plan that was read; NULL: it is written with the rest */
} PlanDigests;

/* A directory group that a rule is about: indices into the directories, and into its groups. */
typedef struct {
    uint32_t directory;
    uint32_t group;
} MappedGroup;

typedef struct {
    int64_t created;
    int64_t organization_id;
    char *organization_name;
    int64_t grace_starts; /* people whose grace begins with this read; not in the document */
    bool partial;         /* on purpose not all that is wanted: a saved plan, --only */
    bool offline;         /* made with --ldif or --snapshot: never appliable */
    int64_t undoes; /* the run that it undoes: what the directories want is not asked; 0: none */
    PlanDigests digests;
    GPtrArray *completeness; /* Completeness * */
    GPtrArray *changes;      /* Change *, in order */
    GPtrArray *requests;     /* Request *, in order */
    GPtrArray *rails;        /* Rail * */
    GPtrArray *deferred;     /* Withheld * */
    GPtrArray *held;         /* Withheld * */
    GPtrArray *notices;      /* Notice *, by kind, then person */
    GPtrArray *groups;       /* GroupTotal * */
    GPtrArray *warnings;     /* char * */
    GArray *mapped;          /* MappedGroup, those of this moment; NULL: not known */
    Forecast forecast;
} Plan;

Plan *plan_new(void);
void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

Rail *plan_add_rail(Plan *plan, RailKind kind, const char *subject);
void plan_add_notice(Plan *plan, NoticeKind kind, const ChangePerson *person, const char *reason);
void plan_withhold(GPtrArray *list, unsigned change, RailKind rail, const char *subject);

/* Whether CHANGE is in held or deferred. Linear in both lists. */
bool plan_withholds(const Plan *plan, unsigned change);

/* How many changes LIST (held or deferred) names; one that several rails name counts once. */
guint plan_withheld_count(const GPtrArray *list);

/* How many rows of LIST (held or deferred) name a rail of KIND. */
guint plan_withheld_by(const GPtrArray *list, RailKind kind);

/* Whether any rail holds: it may have no change to hold, but a rule, or a grace that does not
 * begin. */
bool plan_rail_holds(const Plan *plan);

/* The ids of all that is in held or deferred: a set of GUINT_TO_POINTER. New. */
GHashTable *plan_withheld_set(const Plan *plan);

/* Copies every field, strings included; TO must be zeroed. change_person_clear frees them. */
void change_person_copy(ChangePerson *to, const ChangePerson *from);
void change_person_clear(ChangePerson *person);

#endif
