/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_BULLETIN_H
#define REPORT_BULLETIN_H

/*
 * bulletin - what there is to tell about one run, whatever became of it: the one place from which
 * metrics, notifications and pings take their numbers.
 *
 *     Bulletin *bulletin = bulletin_new("sync", organization, started);
 *     bulletin_take_plan(bulletin, plan);          once there is one
 *     bulletin_take_organization(...);             once it was read
 *     bulletin->done[kind], requests, status, ...  when the run is over
 *     unsigned news = bulletin_news(bulletin);
 *
 * Invariant: what is counted as done was confirmed, by Toggl's answer or by a later read.
 */

#include "model/organization.h"
#include "model/plan.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What somebody may want to be told of; the words of notify.on. */
typedef enum {
    NEWS_FAILURE,   /* the run was cut short */
    NEWS_HELD,      /* a rail holds something: a person must decide */
    NEWS_CHANGES,   /* Toggl was changed */
    NEWS_MISSING,   /* the grace of somebody began */
    NEWS_PARTIAL,   /* some requests failed */
    NEWS_PROTECTED, /* somebody left whom nobody may remove */
    NEWS_RECOVERED, /* the first success after a failure */
    NEWS_KINDS
} NewsKind;

/* "failure", "held", ...; the reverse is false for any other word. */
const char *news_name(NewsKind kind);
bool news_parse(const char *name, NewsKind *ret_kind);

/* People or changes under one name: of a source, a rail. */
typedef struct {
    char *name;
    int64_t count;
} BulletinCount;

typedef struct {
    char *command;
    int64_t organization_id;
    char *organization_name; /* NULL: it was not read */
    char *host;              /* the machine's name; NULL: not known */
    char *config;            /* its configuration, absolute; NULL: the default */
    int64_t run;             /* its number in the history; 0: it has none */
    int64_t started;         /* seconds since 1970 */
    int64_t ended;
    int status;    /* exit status */
    char *problem; /* what cut it short, safe to print; NULL: nothing */

    bool planned;      /* what follows is known */
    bool report_only;  /* lifecycle.mode = "report" */
    GPtrArray *people; /* BulletinCount *: people of each source */
    int64_t planned_changes[CHANGE_KINDS];
    int64_t notices[NOTICE_KINDS]; /* people left alone, by why */
    int64_t began_missing;         /* of those that are missing: whose grace began with this read */
    GPtrArray *held;               /* BulletinCount *: changes that each rail holds */
    GPtrArray *deferred;           /* likewise */
    GPtrArray *explanations;     /* char *: what each rail that holds or defers says; with names */
    GPtrArray *protected_people; /* char *: who */
    GPtrArray *missing_people;   /* char *: whose grace began, and how long it lasts */

    bool counted; /* members are known */
    int64_t members_active;
    int64_t members_invited;
    int64_t members_deactivated;
    int64_t groups;

    int64_t done[CHANGE_KINDS]; /* confirmed changes */
    int64_t requests_done;
    int64_t requests_failed;
    int64_t requests_unknown;
    int64_t requests_unsent;
    int64_t calls;           /* to Toggl, reads included */
    int64_t quota_total;     /* calls an hour; 0: not known */
    int64_t quota_remaining; /* -1: not known */

    bool failed_before;   /* the last run that could tell was a failure */
    int64_t last_success; /* this run's end when it is one, else as it was; 0: never */
    int64_t stale_after;  /* seconds after which a last success is old */
} Bulletin;

Bulletin *bulletin_new(const char *command, int64_t organization_id, int64_t started);
void bulletin_free(Bulletin *bulletin);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bulletin, bulletin_free)

/* Counts what PLAN says, in place of what another one said. */
void bulletin_take_plan(Bulletin *bulletin, const Plan *plan);

/* Counts the members as ORGANIZATION, the last that was read, has them. */
void bulletin_take_organization(Bulletin *bulletin, const Organization *organization);

/* Whether the run did its work: it planned, and nothing but a rail or the quota stopped it. */
bool bulletin_is_success(const Bulletin *bulletin);

/* What is new, as bits of NewsKind: 1 << NEWS_HELD and so on. */
unsigned bulletin_news(const Bulletin *bulletin);

/* "2 invitations, 1 deactivated" of what was done; "nothing changed" when nothing was. New string.
 */
char *bulletin_summary(const Bulletin *bulletin);

#endif
