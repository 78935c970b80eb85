/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_CLIENT_H
#define TOGGL_CLIENT_H

/*
 * client - makes one call: stop, quota, pace, send, learn from the headers, one line in the log.
 *
 *     g_auto(Reply) reply = {0};
 *     client_read(toggl, &(Call){.operation = "get_me", .method = "GET", .path = "/me"}, &reply,
 *                 &error);
 *
 * client_read repeats what may be repeated and accepts nothing but 200; client_write sends once and
 * hands back whatever was answered.
 */

#include "net/http.h"
#include "toggl/pacing.h"
#include "toggl/quota.h"
#include "toggl/toggl.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { BUCKET_ORGANIZATION, BUCKET_ME, BUCKETS } Bucket;

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
    int64_t calls;
};

typedef struct {
    const char *operation; /* its name, for messages */
    const char *method;
    const char *path; /* with its query, below the base URL */
    const char *body; /* JSON, or NULL */
    Bucket bucket;
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

/* A read. On success the status is 200. */
bool client_read(Toggl *toggl, const Call *call, Reply *ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * A write, sent at most once. True when an answer came, whatever its status. On failure *RET_SENT
 * says whether Toggl may have acted on it.
 */
bool client_write(Toggl *toggl, const Call *call, Reply *ret, bool *ret_sent, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The error that REPLY, an answer without success, stands for. OPERATION is a name. */
void client_set_error(const Toggl *toggl, const Call *call, const Reply *reply, GError **error);

/* Whether REPLY says that a quota is used up, or to slow down: nothing was done. */
bool reply_is_throttle(const Reply *reply);

/* Facts: NULL and nothing where there is no cache. KEY is prefixed with "toggl.". client_recall
 * returns a new string. */
char *client_recall(const Toggl *toggl, const char *key);
void client_remember(const Toggl *toggl, const char *key, const char *value);

#endif
