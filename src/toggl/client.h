/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_CLIENT_H
#define TOGGL_CLIENT_H

/*
 * client - makes one call: stop, quota, pace, send, learn from the headers, one line in the log.
 *
 *     g_auto(Reply) reply = {0};
 *     client_read(toggl, &(Call){.endpoint = endpoint_find("get_me"), .path = "/me"}, &reply,
 *                 &error);
 *
 * client_read repeats what may be repeated and accepts nothing but 200, or 204 where that is an
 * answer; client_write sends once and hands back whatever was answered.
 */

#include "net/http.h"
#include "toggl/endpoint.h"
#include "toggl/pacing.h"
#include "toggl/quota.h"
#include "toggl/toggl.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct Toggl {
    const TogglSettings *settings;
    Clock *clock;
    TogglCache *cache;
    Http *http;
    char *base_url; /* without a slash at the end */
    char *identity; /* a short hash of token, server and organization: whose answers are cached */
    GRand *chance;
    Pacing pacing;
    QuotaBucket quotas[BUCKETS];
    int64_t ahead; /* by how many seconds our clock is, by the last answer; 0: not known */
    int64_t calls;
    int64_t spent;      /* of them, those that name the organization */
    GHashTable *people; /* int64_t user id -> what substitute knows of them */
    GHashTable *codes;  /* int64_t organization-user id -> Secret *: invitations without an id */
};

typedef struct {
    const Endpoint *endpoint;
    const char *path;  /* with its query, below the base URL */
    const char *shown; /* the same for the log, when there is a secret in it; NULL: there is none */
    const char *body;  /* JSON, or NULL */
} Call;

typedef struct {
    HttpResponse http;
    char *text;          /* of an answer that is no 2xx, safe to print; NULL: none */
    char *request_id;    /* safe to print; NULL: none */
    QuotaNews news;      /* what its headers, or else its text, said of the quota */
    int64_t retry_after; /* seconds; -1: not told */
} Reply;

void reply_clear(Reply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reply, reply_clear)

/* A read. On success the status is 200, or 204 where the endpoint may have no answer. */
bool client_read(Toggl *toggl, const Call *call, Reply *ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * A write, sent at most once. True when an answer came, whatever its status. On failure *RET_SENT
 * says whether Toggl may have acted on it.
 */
bool client_write(Toggl *toggl, const Call *call, Reply *ret, bool *ret_sent, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The body of REPLY as JSON, whatever it is: a new reference. Errors (SYNC_ERROR_INCOMPLETE) do not
 * quote it: it may hold invitation codes. WHAT names it. */
bool reply_parse(const Reply *reply, const char *what, json_t **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether REPLY says that a quota is used up, or to slow down: nothing was done. */
bool reply_is_throttle(const Reply *reply);

/* Facts: NULL and nothing where there is no cache. KEY is prefixed with "toggl.". client_recall
 * returns a new string. */
char *client_recall(const Toggl *toggl, const char *key);
void client_remember(const Toggl *toggl, const char *key, const char *value);

#endif
