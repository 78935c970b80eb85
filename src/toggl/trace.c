/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/trace.h"

#include "base/json.h"
#include "base/log.h"
#include "toggl/mask.h"

#include <stdlib.h>
#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define LONGEST_BODY 8192

static const char *const harmless_headers[] = {
    "content-type",
    "date",
    "retry-after",
    "x-page",
    "x-page-size",
    "x-pages",
    "x-records",
    "x-sort-order",
    "x-toggl-quota-remaining",
    "x-toggl-quota-resets-in",
    "x-toggl-request-id",
};

static void trace_body(const char *sign, const char *body, size_t length)
{
    g_autoptr(json_t) value = NULL;
    if (length == 0)
        return;
    if (!json_parse(body, length, "body", &value, NULL)) {
        log_trace("toggl: %s %zu bytes that are no JSON", sign, length);
        return;
    }
    mask_secrets(value);
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    size_t shown = strlen(text);
    if (shown > LONGEST_BODY) {
        const char *end = g_utf8_find_prev_char(text, text + LONGEST_BODY);
        log_trace("toggl: %s %.*s... (%zu bytes in all)", sign, (int) (end - text), text, shown);
    } else {
        log_trace("toggl: %s %s", sign, text);
    }
    free(text);
}

void trace_request(const Call *call)
{
    if (!log_says(LOG_LEVEL_TRACE))
        return;
    log_trace("toggl: > %s %s", call->endpoint->method,
              call->shown != NULL ? call->shown : call->path);
    if (call->body != NULL)
        trace_body(">", call->body, strlen(call->body));
}

void trace_reply(const Reply *reply)
{
    if (!log_says(LOG_LEVEL_TRACE))
        return;
    log_trace("toggl: < %d", reply->http.status);
    for (size_t i = 0; i < G_N_ELEMENTS(harmless_headers); i++) {
        const char *value = http_response_header(&reply->http, harmless_headers[i]);
        if (value != NULL)
            log_trace("toggl: < %s: %s", harmless_headers[i], value);
    }
    trace_body("<", (const char *) reply->http.body->data, reply->http.body->len);
}
