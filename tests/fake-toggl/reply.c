/* SPDX-License-Identifier: Apache-2.0 */
#include "reply.h"

#include <string.h>

#define JSON_TYPE "application/json; charset=utf-8"

Reply *reply_new(void)
{
    Reply *reply = g_new0(Reply, 1);
    reply->status = 200;
    reply->names = g_ptr_array_new_with_free_func(g_free);
    reply->values = g_ptr_array_new_with_free_func(g_free);
    return reply;
}

void reply_free(Reply *reply)
{
    if (reply == NULL) {
        return;
    }
    g_free(reply->body);
    json_decref(reply->json);
    g_ptr_array_unref(reply->names);
    g_ptr_array_unref(reply->values);
    g_free(reply);
}

void reply_header(Reply *reply, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(reply->names, g_strdup(name));
    g_ptr_array_add(reply->values, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static void reply_set(Reply *reply, unsigned status, const char *type, char *body, json_t *json)
{
    g_free(reply->body);
    json_decref(reply->json);
    reply->status = status;
    reply->type = type;
    reply->body = body;
    reply->size = body != NULL ? strlen(body) : 0;
    reply->json = json;
}

void reply_json(Reply *reply, unsigned status, json_t *body)
{
    g_assert(body != NULL); /* or something that is not UTF-8 got into the state */
    reply_set(reply, status, JSON_TYPE, json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY), body);
}

void reply_message(Reply *reply, unsigned status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *valid = g_utf8_make_valid(message, -1);
    reply_json(reply, status, json_string(valid));
}

void reply_text(Reply *reply, unsigned status, const char *type, const char *body)
{
    reply_set(reply, status, type, g_strdup(body), NULL);
}

void reply_empty(Reply *reply, unsigned status)
{
    reply_set(reply, status, NULL, NULL, NULL);
}

void reply_ok_json(Reply *reply)
{
    reply_json(reply, 200, json_string("OK"));
}

void reply_ok_text(Reply *reply)
{
    reply_text(reply, 200, "text/plain; charset=utf-8", "OK");
}

char *timestamp(int64_t seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    return time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
}
