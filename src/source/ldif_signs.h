/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_SIGNS_H
#define SOURCE_LDIF_SIGNS_H

/* ldif_signs - which server an LDIF file comes from, if any, as the types of its attributes tell.
 */

#include "source/source.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    SourceKind kind;      /* whose anchors there are; AUTO: nobody's */
    bool operational;     /* attributes that only servers write: a program made the file */
    bool account_name;    /* sAMAccountName */
    bool account_control; /* userAccountControl */
} LdifSigns;

/* Looks at the attribute type (without a NUL) of one line of the file. */
void ldif_signs_look(LdifSigns *signs, const char *type, size_t length);

/* What kind of server it was, OpenLDAP and whoever keeps to the RFCs when nothing else is known. */
SourceKind ldif_signs_kind(const LdifSigns *signs);

#endif
