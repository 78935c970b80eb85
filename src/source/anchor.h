/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_ANCHOR_H
#define SOURCE_ANCHOR_H

/*
 * anchor - what never changes about an entry, in printable form, and how a server is asked for it.
 *
 * Invariant
 *  - a server's entry with the anchor A matches what anchor_append_assertion makes of A.
 */

#include "source/entry.h"
#include "source/kind.h"

#include <glib.h>

/*
 * The anchor of ENTRY; ATTRIBUTE is the configured one or NULL for the kind's. New string; NULL
 * when there is none that can be used.
 */
char *anchor_of(const Entry *entry, const char *attribute, SourceKind kind);

/*
 * Appends "(ATTRIBUTE=ANCHOR)", escaped (RFC 4515), to FILTER. Nothing, when ATTRIBUTE holds GUIDs
 * and ANCHOR is none.
 */
void anchor_append_assertion(GString *filter, const char *attribute, const char *anchor);

#endif
