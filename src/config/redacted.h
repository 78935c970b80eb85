/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_REDACTED_H
#define CONFIG_REDACTED_H

/*
 * redacted - a configuration for somebody else's eyes: without secrets, comments and the places
 * where secrets are, and with every text changed as the caller says.
 */

#include <glib.h>
#include <stdbool.h>

/* What stands in place of TEXT. New string. */
typedef char *(*RedactText)(void *context, const char *text);

/* A directory whose people are in a file from now on. */
typedef struct {
    const char *source; /* its name in the configuration */
    const char *file;
    const char *people_base;
    const char *groups_base; /* NULL: no groups */
} RedactDirectory;

typedef struct {
    RedactText replace;
    void *context;
    /* NULL: the directories as they are configured; else what stands for each of them */
    const RedactDirectory *directories;
    guint count;
} Redaction;

/*
 * The file at PATH, and what it includes, as one text without comments. Whoever is excluded in a
 * directory that is a file now is told by an address that begins with "excluded-". On success
 * *RET_TEXT is the caller's. Errors as of config_load, of its syntax only.
 */
bool config_redacted(const char *path, const Redaction *redaction, char **ret_text, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
