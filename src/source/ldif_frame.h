/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_FRAME_H
#define SOURCE_LDIF_FRAME_H

/*
 * ldif_frame - what stands around the entries of an LDIF file, and tells whether it is all of them.
 *
 * slapcat, db2ldif, ldapsearch and ldifde write an empty line behind every entry, the last one too.
 * ldapsearch writes more: with less than -LLL, how the search began and ended; with -E pr, the
 * cookie of each page, which is empty on the last one; and search references, in -LLL as comments.
 *
 * People who write a file by hand need not end it so (RFC 2849): they only separate entries.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool open;           /* no empty line ends the last record */
    bool entry;          /* the last record is an entry: it begins with its DN */
    bool searching;      /* a search began, and nothing says that it ended */
    bool more;           /* the last page had a cookie */
    bool by_server;      /* there are attributes that only servers write; the caller's to set */
    unsigned references; /* search references */
    char *reference;     /* the URL of the first one, safe to print; NULL: there is none */
} LdifFrame;

/* Looks at the next line of the file, without its line feed. */
void ldif_frame_look(LdifFrame *frame, const char *line, size_t length);

/* SYNC_ERROR_INCOMPLETE: what is wrong at LINE of the file. Always false. */
bool ldif_fail(unsigned long line, const char *why, GError **error);

/* Whether the file, of which LINE is the last line, may be all: SYNC_ERROR_INCOMPLETE. What its
 * references mean depends on who wrote it. */
bool ldif_frame_end(const LdifFrame *frame, unsigned long line, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void ldif_frame_clear(LdifFrame *frame);

#endif
