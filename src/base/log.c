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

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug", [LOG_LEVEL_TRACE] = "trace",
};
static const char *const format_names[] = {
    [LOG_FORMAT_TEXT] = "text",
    [LOG_FORMAT_JSON] = "json",
    [LOG_FORMAT_JOURNAL] = "journal",
};
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

bool log_level_parse(const char *name, LogLevel *ret_level)
{
    for (size_t i = 0; i <= LOG_LEVEL_DEBUG; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *ret_level = (LogLevel) i;
            return true;
        }
    }
    return false;
}

bool log_format_parse(const char *name, LogFormat *ret_format)
{
    for (size_t i = 0; i < G_N_ELEMENTS(format_names); i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *ret_format = (LogFormat) i;
            return true;
        }
    }
    return false;
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

static void write_json(LogLevel level, const char *message)
{
    g_autofree char *time = clock_format(clock_real()->now(clock_real()));
    json_t *line =
        json_pack("{ss ss ss}", "time", time, "level", level_names[level], "message", message);
    char *text = json_dumps(line, JSON_COMPACT | JSON_SORT_KEYS);
    (void) fprintf(stderr, "%s\n", text);
    free(text);
    json_decref(line);
}

static void write_journal(LogLevel level, const char *message)
{
    GLogField fields[] = {
        {"MESSAGE", message, -1},
        {"PRIORITY", priorities[level], -1},
        {"SYSLOG_IDENTIFIER", "toggl-ldap-sync", -1},
    };
    if (g_log_writer_journald(G_LOG_LEVEL_MESSAGE, fields, G_N_ELEMENTS(fields), NULL) !=
        G_LOG_WRITER_HANDLED)
        (void) fprintf(stderr, "<%s>%s\n", priorities[level], message);
}

bool log_says(LogLevel level)
{
    return level <= current.level;
}

void log_message(LogLevel level, const char *format, ...)
{
    if (level > current.level)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *safe = safe_lines(message);
    if (before_line != NULL)
        before_line();
    switch (current.format) {
    case LOG_FORMAT_TEXT:
        (void) fprintf(stderr, "%s: %s\n", level_names[level], safe);
        break;
    case LOG_FORMAT_JSON:
        write_json(level, safe);
        break;
    case LOG_FORMAT_JOURNAL:
        write_journal(level, safe);
        break;
    }
}
