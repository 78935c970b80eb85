/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_NAMING_H
#define SOURCE_LDIF_NAMING_H

/*
 * ldif_naming - what the name of an entry says of it.
 *
 * The values in an entry's RDN are values of its attributes (RFC 4512 2.3.1), and servers see to
 * that. Who writes a file by hand leaves them out: "dn: cn=team,..." without a cn.
 */

#include "source/entry.h"

#include <stdbool.h>

/* Adds to ENTRY the values of its RDN whose types it lacks and IS_WANTED, called with CONTEXT,
 * takes. A name that is none is told by whoever reads the entry. */
void ldif_naming_add(Entry *entry, bool (*is_wanted)(const void *context, const char *type),
                     const void *context);

#endif
