/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_FILE_H
#define SOURCE_LDIF_FILE_H

/* ldif_file - the bytes of an LDIF file, looked through for what must not reach libldap's parser,
 * and its entries one by one. */

#include "source/entry.h"
#include "source/ldif_frame.h"
#include "source/ldif_held.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *bytes; /* UTF-8, followed by a NUL */
    size_t length;
    SourceKind kind; /* of the server that wrote it, as far as anybody can tell */
    Held *held;      /* what it holds; NULL: all there is */
    LdifFrame frame; /* what stands around the entries */
    char *digest;    /* "sha256:..." of the file, whatever its encoding; NULL: it was not loaded */
} LdifFile;

/*
 * Reads the file at PATH as a whole and looks through it. On success FILE is filled and must be
 * cleared. SYNC_ERROR_UNREACHABLE when it cannot be read or is larger than 1 GiB, else
 * SYNC_ERROR_INCOMPLETE with the line.
 */
bool ldif_file_load(const char *path, LdifFile *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ldif_file_clear(LdifFile *file);

/* Looks through FILE's bytes; ldif_file_load does it. Sets FILE->kind, FILE->frame, FILE->held. */
bool ldif_file_check(LdifFile *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a walk over the entries of a file brings. */
typedef struct {
    /* NULL: all attributes; else the lower-case types that are put into entries */
    GHashTable *wanted;
    /* An entry; borrowed for the call. Returning false, with ERROR set, ends the walk. */
    bool (*take)(void *context, const Entry *entry, GError **error);
    void *context;
    unsigned entries; /* set: how many there were */
} LdifWalk;

/* Parses FILE and calls WALK->take for each entry in turn. SYNC_ERROR_INCOMPLETE with the line. */
bool ldif_file_walk(const LdifFile *file, LdifWalk *walk, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
