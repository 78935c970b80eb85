/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_OVERVIEW_H
#define SYNC_OVERVIEW_H

/*
 * overview - whether all is well, and what somebody must look at: the last runs, who is missing,
 * what is held or frozen, the quota, what was altered by hand.
 *
 *     g_autoptr(Overview) overview = overview_new();
 *     ... fill it, or overview_read() of sync/overview_read.h ...
 *     overview_judge(overview);
 *     if (overview->concerns->len > 0) ...
 *
 * overview_judge is pure. What stands here is of the last run's read: looking asks nobody.
 */

#include "model/ledger.h"
#include "model/plan.h"
#include "sync/settings.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A run of the history; strings are its own. */
typedef struct {
    int64_t id;
    char *command;
    int64_t started;
    int64_t ended; /* 0: not ended */
    int status;
    char *summary; /* NULL: none */
    bool settled;
} OverviewRun;

/* Somebody whose grace runs, or who is held. */
typedef struct {
    char *source;
    char *anchor;
    char *mail;        /* NULL: not known */
    bool unwanted;     /* in the directory, but no rule wants them */
    int64_t since;     /* of grace; 0: held */
    int64_t reads;     /* complete reads since then */
    int64_t days_left; /* of grace */
    int64_t reads_left;
    bool held;     /* by a person's word or a rail: no day brings anything nearer */
    int64_t until; /* of a hold */
    char *reason;  /* likewise; NULL: none was given */
} OverviewPerson;

/* A single call of which nobody knows what it did. */
typedef struct {
    char *operation;
    int64_t sent;
} OverviewCall;

/* One of the buckets of calls; -1: not known. */
typedef struct {
    int64_t total;
    int64_t remaining;
    int64_t reserve;
    int64_t resets_at; /* 0: no window is open */
} OverviewQuota;

/* What was learned of Toggl, or is taken for true. */
typedef struct {
    char *name;
    char *value;
    bool learned;
} OverviewFact;

/* An approval that waits for its plan to be carried out. */
typedef struct {
    char *by;
    int64_t expires;
    bool is_void; /* the configuration is another one since: it lets nothing pass */
    bool lifts;   /* a rail, so that the next sync carries out what it held */
    int64_t more; /* how many other people must approve the same before anything passes */
} OverviewApproval;

/* What was altered by hand; strings are its own. */
typedef struct {
    const char *what;  /* "given", "taken", "role" */
    const char *where; /* "member", "group", "workspace", "organization role" */
    char *mail;        /* NULL: not known */
    int64_t user_id;   /* 0: not known */
    int64_t target;
    char *target_name; /* NULL: none */
    Role role;         /* ROLE_NONE: none */
    Role before;
    int64_t seen;
} OverviewAlteration;

/* Why somebody must look. */
typedef struct {
    const char *kind; /* "stale", "failed", ...: one word for programs; static */
    bool critical;    /* the work is not done; else something waits for a person */
    char *text;       /* what is so */
    char *next;       /* what happens next, and what to do */
} Concern;

typedef struct {
    int64_t now;
    int64_t organization_id;
    char *state_path;
    char *configuration; /* digest of the settings of today; NULL: not known */
    bool has_state;      /* false: no run yet */
    bool report_only;    /* lifecycle.mode = "report" */
    Leavers leavers;
    bool takes_nothing;  /* lifecycle.kinds leaves out what leavers lose */
    int64_t stale_after; /* seconds */

    char *last_command; /* how the last run ended, whatever became of it; NULL: no run did */
    int64_t last_ended;
    int last_status;
    char *last_problem;  /* NULL: none */
    char *clock_problem; /* the state knows of later times, so that no run begins; NULL: none */
    int64_t last_success;
    int64_t unconverged; /* runs in a row that did not converge */
    bool quarantined;

    GPtrArray *runs;      /* OverviewRun *, newest first */
    GPtrArray *unsettled; /* OverviewRun *: whose requests are not all known; oldest first */
    GPtrArray *missing;   /* OverviewPerson *: grace runs */
    GPtrArray *holds;     /* OverviewPerson *: person hold */
    int64_t held_until;   /* person hold --all; 0: not held */
    char *held_reason;    /* NULL: none */
    GPtrArray *calls;     /* OverviewCall * */
    GPtrArray *approvals; /* OverviewApproval * */
    GPtrArray *altered;   /* OverviewAlteration *, latest first */
    int64_t altered_since;
    GPtrArray *facts; /* OverviewFact *; empty: not asked for */
    OverviewQuota organization_quota;
    OverviewQuota me_quota;
    int64_t links;
    int64_t grants;

    Plan *plan;       /* of the last run that has one; NULL: none */
    int64_t plan_run; /* which run that is */

    GPtrArray *concerns; /* Concern *, the most important first */
} Overview;

Overview *overview_new(void);
void overview_free(Overview *overview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Overview, overview_free)

/* Whether the last success is too old, or there never was one. */
bool overview_is_stale(const Overview *overview);

/*
 * Whether a plan or an approval made under CONFIGURATION can be carried out no more, since the
 * settings of today are others: an upgrade that changes a default does that, too. What has no
 * configuration, as a plan that undoes a run, is never void.
 */
bool overview_is_void(const Overview *overview, const char *configuration);

/* Whether NOTICE is about somebody whom a person's word holds, who is in holds. */
bool overview_is_on_hold(const Overview *overview, const Notice *notice);

/* How many people the last plan leaves alone for this reason, and nobody's word besides. */
guint overview_notices(const Overview *overview, NoticeKind kind);

/* Fills concerns from everything else. */
void overview_judge(Overview *overview);

/* "3 days", "1 hour", "40 seconds": SECONDS in the largest unit that is whole. New string. */
char *overview_age(int64_t seconds);

/* What a run that ended with STATUS leaves to do, in words. Static. */
const char *overview_advice(int status);

#endif
