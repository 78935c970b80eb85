/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

/*
 * http - one HTTP request at a time over one connection that is kept.
 *
 *     g_autoptr(Http) http = http_new(&settings);
 *     g_auto(HttpResponse) response = {0};
 *     HttpRequest request = {.method = "GET", .url = url};
 *     if (!http_perform(http, &request, &response, &trouble, &error))
 *         ...
 *
 * Any status is a success here: what it means is the caller's business. Redirects are not followed,
 * since a token must not travel to another host. Certificates are always verified.
 *
 * Invariants
 *  - the caller's credentials go to the host of the URL, over TLS 1.2 or later, or to loopback;
 *  - a request with `once` leaves at most once, whatever happens to the connection;
 *  - no more than the limit of a body is ever held, however it was compressed.
 */

#include "base/secret.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_BODY_LIMIT ((size_t) 64 * 1024 * 1024)

typedef struct {
    const Secret *user;   /* borrowed; NULL: no credentials */
    const char *password; /* sent beside USER; for an API token a fixed word */
    const char *proxy;    /* NULL or "": the usual environment */
    const char *ca_file;  /* NULL or "": the system's */
    int64_t connect_timeout_ms;
    int64_t timeout_ms; /* of a whole request */
    size_t body_limit;  /* bytes, uncompressed; 0: HTTP_BODY_LIMIT */
} HttpSettings;

typedef struct {
    const char *method; /* upper case */
    const char *url;
    const char *body;           /* JSON; NULL: none */
    bool anonymous;             /* without the credentials of the settings */
    const char *const *headers; /* further ones, "Name: value", ended by NULL; NULL: none */
    bool once;          /* never repeated behind the caller's back, not even on a dead connection */
    bool interruptible; /* a requested stop ends it; else only its timeout does */
} HttpRequest;

typedef struct {
    int status;
    GByteArray *body;    /* with a NUL behind its end that does not count; never NULL */
    GHashTable *headers; /* lower-case name -> value, the last one of a name; never NULL */
    int64_t microseconds;
} HttpResponse;

/* What is known when no answer came. */
typedef struct {
    bool sent;       /* some of the request may have reached the server */
    bool may_repeat; /* the same request may work a moment later */
} HttpTrouble;

typedef struct Http Http;

/* Starts libcurl, once; http_new does it by itself. */
void http_start(void);

/* SETTINGS are copied, but for `user`, which must outlive the result. */
Http *http_new(const HttpSettings *settings);
void http_free(Http *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Http, http_free)

/*
 * Sends REQUEST and waits for the whole answer. On success *RET is the caller's
 * (http_response_clear). On failure *RET_TROUBLE is filled and ERROR is SYNC_ERROR_UNREACHABLE
 * (connection, TLS, time, redirect), _INCOMPLETE (cut short, too long), _INTERRUPTED or _CONFIG
 * (a URL that http_url_check would refuse, a file of certificates that cannot be read).
 */
bool http_perform(Http *http, const HttpRequest *request, HttpResponse *ret,
                  HttpTrouble *ret_trouble, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Frees what RESPONSE owns and zeroes it. */
void http_response_clear(HttpResponse *response);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HttpResponse, http_response_clear)

/* The value of the header NAME, in whatever case, or NULL. Owned by RESPONSE. */
const char *http_response_header(const HttpResponse *response, const char *name);

/*
 * Whether URL is one that credentials may be sent to: https, or http to a loopback host, with
 * neither user nor query in it. Error: SYNC_ERROR_CONFIG. *RET_LOOPBACK (may be NULL) says whether
 * the host is loopback.
 */
bool http_url_check(const char *url, bool *ret_loopback, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7) as seconds since 1970. False for anything else,
 * other zones included.
 */
bool http_date_parse(const char *text, int64_t *ret_time) G_GNUC_WARN_UNUSED_RESULT;

#endif
