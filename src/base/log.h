/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * log - what the program says while it works, on standard error.
 *
 * Call log_open() once. One model of an event serves all formats: a level, a sentence for people,
 * fields for programs. Rooms below sync say nothing above debug: they return errors. Messages are
 * one line; every line is made safe and redacted here, whatever the caller put into it.
 */

#include <glib.h>
#include <stdbool.h>

typedef enum { LOG_FORMAT_TEXT, LOG_FORMAT_JSON, LOG_FORMAT_JOURNAL } LogFormat;
typedef enum {
    LOG_LEVEL_ERROR,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG,
    LOG_LEVEL_TRACE, /* every exchange with Toggl; asked for on the command line only */
} LogLevel;

typedef struct {
    LogFormat format;
    LogLevel level;
} LogSettings;

/* From now on messages up to SETTINGS->level go to standard error in SETTINGS->format. Copies what
 * it needs. */
void log_open(const LogSettings *settings);

/*
 * Says one thing. The text may hold several lines: those after the first are hints, indented.
 */
void log_message(LogLevel level, const char *format, ...) G_GNUC_PRINTF(2, 3);

/*
 * What a program wants to know apart from the sentence: a word of a-z and _, and a value. In JSON
 * it is a key, in the journal TOGGL_ and the word in capitals; the text of a terminal leaves it
 * out.
 */
typedef struct {
    const char *name;  /* NULL: the end of a list */
    const char *value; /* NULL: not known, left out */
} LogField;

/* log_message with FIELDS. */
void log_event(LogLevel level, const LogField *fields, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* From now on every message has the field NAME, static, until VALUE is NULL. Copies VALUE. */
void log_set_field(const char *name, const char *value);

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_trace(...) log_message(LOG_LEVEL_TRACE, __VA_ARGS__)

/* Whether messages of LEVEL are written: for those that are costly to make. */
bool log_says(LogLevel level);

/* As the configuration spells the formats and the levels that it may ask for, in their order; ended
 * by NULL. */
extern const char *const log_format_words[];
extern const char *const log_level_words[];

/* Called before each line is written, so that a progress line can get out of the way. NULL: nobody.
 */
void log_set_before_line(void (*before)(void));

#endif
