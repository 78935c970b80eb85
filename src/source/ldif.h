/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_H
#define SOURCE_LDIF_H

/*
 * ldif - a directory that stands in a file (RFC 2849), as ldapsearch and slapcat write it.
 *
 * The file is read whole, its bases, scopes and filters are applied by our own evaluator, and the
 * same assembly as for a server makes the directory of it. Values that name a file or URL (attr:<
 * ...) and include lines are refused before libldap's parser could follow them.
 */

#include "source/source.h"

/* SETTINGS (kind "ldif", borrowed) and CLOCK must outlive it. SYNC_ERROR_CONFIG for a filter that
 * only a server could judge. */
Source *source_ldif_new(const SourceSettings *settings, Clock *clock, GError **error);

#endif
