/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_REPLY_H
#define FAKE_TOGGL_REPLY_H

/*
 * reply - what goes back: a status, a body, headers.
 *
 *     reply_message(reply, 400, "User %" PRId64 " not exists in the organization", id);
 *
 * Errors are one quoted JSON string, as recorded from the real thing; 401 and 405 have no body and
 * no content type. The last call wins, headers add up.
 */

#include <glib.h>
#include <inttypes.h>
#include <jansson.h>

typedef enum {
    DELIVER_WELL,
    DELIVER_RESET,     /* the connection is reset instead */
    DELIVER_HANG,      /* nothing is sent, the connection stays */
    DELIVER_SLOWLY,    /* after some seconds */
    DELIVER_TRUNCATED, /* half of the body, then the connection is closed */
    DELIVER_HUGE       /* a JSON string of so many bytes */
} Delivery;

typedef struct {
    Delivery delivery;
    int64_t amount; /* milliseconds or bytes, for deliveries that need a number */
    unsigned status;
    char *body;
    size_t size;
    const char *type;  /* static; NULL: no content type */
    json_t *json;      /* the body before it became text; NULL: it was none */
    GPtrArray *names;  /* char *: of the headers */
    GPtrArray *values; /* char * */
} Reply;

Reply *reply_new(void);
void reply_free(Reply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reply, reply_free)

void reply_header(Reply *reply, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Takes BODY over. */
void reply_json(Reply *reply, unsigned status, json_t *body);
void reply_message(Reply *reply, unsigned status, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* BODY as it is, of content type TYPE. */
void reply_text(Reply *reply, unsigned status, const char *type, const char *body);
void reply_empty(Reply *reply, unsigned status);
/* The two ways in which writes say that all is well. */
void reply_ok_json(Reply *reply);
void reply_ok_text(Reply *reply);

/* 2026-01-30T09:08:04Z; a new string. */
char *timestamp(int64_t seconds);

#endif
