/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/text.h"

#include <glib.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static LogSettings current = {.format = LOG_FORMAT_TEXT, .level = LOG_LEVEL_WARNING};
static void (*before_line)(void);

/* What every message says besides itself. */
static struct {
    const char *name;
    char *value; /* safe; NULL: taken back */
} standing[4];

const char *const log_format_words[] = {
    [LOG_FORMAT_TEXT] = "text",
    [LOG_FORMAT_JSON] = "json",
    [LOG_FORMAT_JOURNAL] = "journal",
    NULL,
};

const char *const log_level_words[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
    NULL,
};

static const char *level_name(LogLevel level)
{
    return level == LOG_LEVEL_TRACE ? "trace" : log_level_words[level];
}

/* syslog(3) priorities: the journal and the "<N>" prefix use the same numbers. */
static const char *const priorities[] = {
    [LOG_LEVEL_ERROR] = "3", [LOG_LEVEL_WARNING] = "4", [LOG_LEVEL_INFO] = "6",
    [LOG_LEVEL_DEBUG] = "7", [LOG_LEVEL_TRACE] = "7",
};

void log_open(const LogSettings *settings)
{
    current = *settings;
}

void log_set_before_line(void (*before)(void))
{
    before_line = before;
}

/* Safe, one line each; the lines after the first keep their place under the first. */
static char *safe_lines(const char *message)
{
    g_autofree char *redacted = secret_redact(message);
    g_auto(GStrv) lines = g_strsplit(redacted, "\n", -1);
    GString *safe = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++) {
        if (line != lines)
            g_string_append(safe, "\n  ");
        for (const char *at = *line; *at != '\0';) {
            /* text_safe() cuts at 255 characters, which is meant for one value, not for a message
             */
            const char *end = at;
            for (int n = 0; n < 200 && *end != '\0'; n++)
                end = g_utf8_find_next_char(end, NULL);
            g_autofree char *part = text_safe(at, end - at);
            g_string_append(safe, part);
            at = end;
        }
    }
    return g_string_free(safe, FALSE);
}

typedef struct {
    LogLevel level;
    const char *message;    /* safe */
    const LogField *fields; /* those of the call */
} Event;

/* Calls ADD for each field that has a value: those of every message, then those of EVENT. */
static void each_field(const Event *event, void (*add)(void *, const char *, const char *),
                       void *to)
{
    for (size_t i = 0; i < G_N_ELEMENTS(standing); i++) {
        if (standing[i].value != NULL)
            add(to, standing[i].name, standing[i].value);
    }
    for (const LogField *field = event->fields; field != NULL && field->name != NULL; field++) {
        g_autofree char *redacted = field->value != NULL ? secret_redact(field->value) : NULL;
        g_autofree char *safe = redacted != NULL ? text_safe(redacted, -1) : NULL;
        if (safe != NULL)
            add(to, field->name, safe);
    }
}

static void add_to_json(void *line, const char *name, const char *value)
{
    (void) json_object_set_new(line, name, json_string(value));
}

static void write_json(const Event *event)
{
    g_autofree char *time = clock_format(clock_real()->now(clock_real()));
    json_t *line = json_object();
    each_field(event, add_to_json, line);
    (void) json_object_set_new(line, "time", json_string(time));
    (void) json_object_set_new(line, "level", json_string(level_name(event->level)));
    (void) json_object_set_new(line, "message", json_string(event->message));
    char *text = json_dumps(line, JSON_COMPACT | JSON_SORT_KEYS);
    (void) fprintf(stderr, "%s\n", text);
    free(text);
    json_decref(line);
}

static void add_to_journal(void *fields, const char *name, const char *value)
{
    g_autofree char *key = g_ascii_strup(name, -1);
    GLogField field = {.key = g_strconcat("TOGGL_", key, NULL), .length = -1};
    field.value = g_strdup(value);
    g_array_append_val((GArray *) fields, field);
}

static void write_journal(const Event *event)
{
    const GLogField own[] = {
        {"MESSAGE", event->message, -1},
        {"PRIORITY", priorities[event->level], -1},
        {"SYSLOG_IDENTIFIER", "toggl-ldap-sync", -1},
    };
    g_autoptr(GArray) fields = g_array_new(false, false, sizeof(GLogField));
    g_array_append_vals(fields, own, G_N_ELEMENTS(own));
    each_field(event, add_to_journal, fields);
    if (g_log_writer_journald(G_LOG_LEVEL_MESSAGE, (const GLogField *) (void *) fields->data,
                              fields->len, NULL) != G_LOG_WRITER_HANDLED)
        (void) fprintf(stderr, "<%s>%s\n", priorities[event->level], event->message);
    for (guint i = G_N_ELEMENTS(own); i < fields->len; i++) {
        GLogField *field = &g_array_index(fields, GLogField, i);
        g_free((char *) (guintptr) field->key);
        g_free((char *) (guintptr) field->value);
    }
}

bool log_says(LogLevel level)
{
    return level <= current.level;
}

void log_set_field(const char *name, const char *value)
{
    size_t at = 0;
    while (at < G_N_ELEMENTS(standing) && standing[at].name != NULL &&
           strcmp(standing[at].name, name) != 0)
        at++;
    g_assert(at < G_N_ELEMENTS(standing));
    g_free(standing[at].value);
    g_autofree char *redacted = value != NULL ? secret_redact(value) : NULL;
    standing[at].value = redacted != NULL ? text_safe(redacted, -1) : NULL;
    standing[at].name = name;
}

static void say(LogLevel level, const LogField *fields, const char *message)
{
    g_autofree char *safe = safe_lines(message);
    const Event event = {.level = level, .message = safe, .fields = fields};
    if (before_line != NULL)
        before_line();
    switch (current.format) {
    case LOG_FORMAT_TEXT:
        (void) fprintf(stderr, "%s: %s\n", level_name(level), safe);
        break;
    case LOG_FORMAT_JSON:
        write_json(&event);
        break;
    case LOG_FORMAT_JOURNAL:
        write_journal(&event);
        break;
    }
}

void log_message(LogLevel level, const char *format, ...)
{
    if (level > current.level)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    say(level, NULL, message);
}

void log_event(LogLevel level, const LogField *fields, const char *format, ...)
{
    if (level > current.level)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    say(level, fields, message);
}
