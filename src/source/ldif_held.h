/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_HELD_H
#define SOURCE_LDIF_HELD_H

/*
 * ldif_held - what a file that recording.h made holds, and so what may be asked of it.
 *
 * Any other LDIF file is taken for the whole of a directory. Such a file is not: it has the answers
 * to certain questions, and for all others "it is not there" would be wrong.
 */

#include "source/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    SourceKind kind;
    GPtrArray *searches;
    GHashTable *sentinels;  /* DN keys of entries that were there */
    GHashTable *looked_for; /* anchors that were looked for everywhere */
    guint64 entries;
} Held;

/*
 * Reads the head and the end of the LENGTH bytes at BYTES. *RET is NULL when they are no recording.
 * SYNC_ERROR_INCOMPLETE when they are one that is cut off, or of a form that we do not know.
 */
bool held_parse(const char *bytes, size_t length, Held **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void held_free(Held *held);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Held, held_free)

/*
 * Whether the file holds everything that a search would bring: SYNC_ERROR_INCOMPLETE when none of
 * the recorded ones covers its place, its filter, or one of ATTRIBUTES (ended by NULL). HELD may be
 * NULL: a plain file holds all there is.
 */
bool held_covers(const Held *held, const char *base, SearchScope scope, const char *filter,
                 char **attributes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
