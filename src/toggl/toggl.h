/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_TOGGL_H
#define TOGGL_TOGGL_H

/*
 * toggl - the one connection to an organization: reads it whole, sends one request at a time.
 *
 *     g_autoptr(Toggl) toggl = toggl_new(&settings, clock, &cache, &error);
 *     toggl_read(toggl, &needs, &organization, &error);
 *     toggl_send(toggl, request, &outcome);
 *
 * Reads are retried with full jitter; a write is sent once, and when its fate is not known it says
 * so. Pace, quota and reserve are kept here; a call that would break the reserve is not made
 * (SYNC_ERROR_QUOTA).
 */

#include "base/clock.h"
#include "base/secret.h"
#include "model/organization.h"
#include "model/request.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* What PUT of a user does with the lists it carries, which the public record leaves open. */
typedef enum {
    USER_LISTS_OFF,     /* nobody knows: no list ever rides along */
    USER_LISTS_REPLACE, /* they replace what was there */
    USER_LISTS_MERGE,   /* they add to it */
} UserLists;

/* The body of assignments, which the public record leaves open. */
typedef enum {
    ASSIGNMENTS_AUTO, /* not known yet: an object, and when that is no good a list of one */
    ASSIGNMENTS_OBJECT,
    ASSIGNMENTS_LIST,
    ASSIGNMENTS_GONE, /* Toggl does not offer them any more, or is not to be asked */
} Assignments;

/* What the administrator says of it: toggl.assume. */
typedef struct {
    UserLists user_lists;
    Assignments assignments;
} TogglAssume;

typedef struct {
    int64_t organization;
    Secret *token;             /* owned */
    char *base_url;            /* https, or http to loopback; without a slash at the end */
    int64_t requests_per_hour; /* what the plan allows, until headers say otherwise */
    int64_t reserve_percent;   /* 10; -1: reserve_count is meant */
    int64_t reserve_count;     /* never below 3 */
    int64_t min_interval_ms;
    int64_t timeout_seconds;
    int64_t settle_seconds; /* between the reads that settle an unknown outcome */
    char *proxy;            /* NULL: the usual environment */
    char *ca_file;          /* NULL: the system's */
    TogglAssume assume;
} TogglSettings;

TogglSettings *toggl_settings_new(void);
void toggl_settings_free(TogglSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TogglSettings, toggl_settings_free)

/*
 * Facts that outlive a run: cached answers, quota buckets, learned behaviour. The owner of the
 * state fills this in; a NULL cache, or NULL members, mean that nothing is remembered.
 */
typedef struct TogglCache TogglCache;
struct TogglCache {
    char *(*get)(TogglCache *cache, const char *key); /* new string, or NULL */
    void (*set)(TogglCache *cache, const char *key, const char *value);
};

/* What the configuration makes necessary to read; each costs calls. */
typedef struct {
    bool groups;           /* a rule or setting names organization groups */
    bool roles;            /* a role must be resolved to its number */
    bool direct;           /* whether an assignment is direct, or comes through a group */
    GPtrArray *workspaces; /* const char *: names that must be known; NULL: none. More is asked only
                              when one is missing */
} TogglNeeds;

typedef struct Toggl Toggl;

/* SETTINGS, CLOCK, CACHE are borrowed and must outlive it. NULL with SYNC_ERROR_CONFIG for an
 * impossible URL. */
Toggl *toggl_new(const TogglSettings *settings, Clock *clock, TogglCache *cache, GError **error);
void toggl_free(Toggl *toggl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Toggl, toggl_free)

/*
 * The whole organization, consistent, or an error: SYNC_ERROR_UNREACHABLE, _INCOMPLETE (moved while
 * it was read, short, not understood), _DENIED, _QUOTA, _INTERRUPTED. On success *RET is indexed
 * and the caller's.
 */
bool toggl_read(Toggl *toggl, const TogglNeeds *needs, Organization **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The next toggl_read asks anew what it would else believe of an hour ago: which workspaces there
 * are. */
void toggl_forget(Toggl *toggl);

/*
 * Sends REQUEST, which must be resolved, once, and fills *RET_OUTCOME (cleared by the caller with
 * outcome_clear). The outcome is the result; OUTCOME_NOT_SENT and OUTCOME_UNKNOWN also set ERROR
 * (which may be NULL) to the cause.
 */
void toggl_send(Toggl *toggl, const Request *request, Outcome *ret_outcome, GError **error);

/* Method ("PATCH"), path ("/organizations/1/groups/7") and body of REQUEST; placeholders as
 * {"from_request": N}. */
const char *toggl_request_method(const Request *request);
char *toggl_request_path(const Request *request, int64_t organization);
json_t *toggl_request_body(const Request *request); /* new reference, NULL: no body */

/* The reverse of toggl_request_path and _body for a saved plan: fills a request from its operation,
 * path and body. */
bool toggl_request_decode(Request *request, const char *path, const json_t *body, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The bucket of the organization. -1: not known. */
typedef struct {
    int64_t total;
    int64_t remaining;
    int64_t resets_at; /* seconds since 1970; 0: not known */
    int64_t reserve;
} TogglQuota;
TogglQuota toggl_quota(const Toggl *toggl);

/*
 * Both buckets as the last run left them, out of what CACHE remembers: that of the organization,
 * and the one of the token's own user. One whose hour is over is full again. Asks nothing; settings
 * without a token will do.
 */
void toggl_known_quotas(const TogglSettings *settings, Clock *clock, TogglCache *cache,
                        TogglQuota *ret_organization, TogglQuota *ret_me);

/* How many calls this Toggl has made so far, retries included. */
int64_t toggl_calls(const Toggl *toggl);

/* The form of assignments that works, from what is configured and what was learned. */
Assignments toggl_assignments(const Toggl *toggl);

/* One thing that the public record leaves open, and what is taken for true. */
typedef enum { FACT_ASSUMED, FACT_LEARNED } TogglFactOrigin;
typedef struct {
    char *name;  /* "assignments" */
    char *value; /* "list" */
    TogglFactOrigin origin;
} TogglFact;
void toggl_fact_free(TogglFact *fact);

/*
 * All of them (TogglFact *), always in the same order, for `status --verbose`. New array, owned by
 * the caller; empty when the settings hold an impossible URL. Nothing is asked of Toggl.
 */
GPtrArray *toggl_facts(const TogglSettings *settings, Clock *clock, TogglCache *cache);

/*
 * Proves the token for `check --online`: who it is, rights in this organization, quota, plan and
 * seats, as findings (char *) added to FINDINGS.
 */
bool toggl_check(Toggl *toggl, const TogglNeeds *needs, GPtrArray *findings, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
