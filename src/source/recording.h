/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_RECORDING_H
#define SOURCE_RECORDING_H

/*
 * recording - what a source was asked and what it said, as an LDIF file that can stand in for it.
 *
 *     g_autoptr(Recording) recording = recording_new();
 *     source->recording = recording;
 *     source_read(...), source->locate(...)
 *     g_autofree char *text = recording_text(recording);
 *
 * The file begins with comments: the form, who was asked, what the root DSE said, and each search
 * with its filter and attributes. Then come the entries, each once, in the order of their DNs, with
 * all that any search brought of them; a comment with their number ends it. What an entry was not
 * asked for is not in the file: who reads it (ldif_held.h) must not ask for more.
 */

#include "source/entry.h"
#include "source/kind.h"
#include "source/source.h"

#include <glib.h>

/* The first line. */
#define RECORDING_FORM "# toggl-ldap-sync directory snapshot, version 1"

Recording *recording_new(void);
void recording_free(Recording *recording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recording, recording_free)

/* Forgets everything: a read begins anew. */
void recording_clear(Recording *recording);

/* Adds a line "# WHAT: VALUE" to the head; VALUE is made safe. */
void recording_say(Recording *recording, const char *what, const char *value);

/* What ROOT, a root DSE, says, a line for each value. */
void recording_say_root(Recording *recording, const Entry *root);

/* A search that the entries to come answer; ATTRIBUTES end with NULL. */
void recording_say_search(Recording *recording, const char *base, SearchScope scope,
                          const char *filter, char **attributes);

/* An entry. Of one that came before, what is new is added. Copies. */
void recording_add(Recording *recording, const Entry *entry);

/* The file. New string. */
char *recording_text(const Recording *recording);

#endif
