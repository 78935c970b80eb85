/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

/*
 * words - what may stand where the cursor is on a command line, read off the table of commands and
 * the options of each.
 *
 *     g_autoptr(Cursor) cursor = cursor_find(words, count);
 *     for (guint i = 0; i < cursor->choices->len; i++) ...
 *     for (guint i = 0; i < cursor->kinds->len; i++) ...      and then, whatever such a kind has
 *
 * Pure: nothing is looked up but the table.
 */

#include "cli/command.h"

#include <glib.h>

/* A word that may stand there. */
typedef struct {
    char *word;
    const char *about; /* static; NULL: nothing is to be said */
} Choice;

typedef struct {
    GPtrArray *choices;    /* Choice *, all that begin with what is typed already */
    GPtrArray *kinds;      /* char *: "FILE", "WHO", "RUN": values that the table cannot know */
    char *word;            /* at the cursor */
    char *before;          /* of it what is no part of the value: "--only=" */
    const char *typed;     /* the rest of it */
    const char *config;    /* --config; NULL: none */
    const char *operation; /* of api; NULL: none yet */
} Cursor;

/* WORDS are those behind the name of the program, the last one is at the cursor, and may be empty;
 * they must outlive the cursor. New. */
Cursor *cursor_find(char **words, guint count);
void cursor_free(Cursor *cursor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cursor, cursor_free)

#endif
