/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_H
#define SOURCE_LDIF_H

/*
 * ldif - a source that is a file of entries (RFC 2849), as slapcat, db2ldif, ldapsearch, ldbsearch
 * and ldifde (also in UTF-16) write it.
 *
 * The file is taken for the whole directory: bases, scopes and filters of the searches are applied
 * to its entries here. It must be plain content: changes other than "add", values that stand in
 * other files ("attr:< file:///...") and included files are refused before anything is parsed.
 * Which server wrote it, and so what things are called, is seen by the anchors in it.
 *
 * What ldapsearch says of its search, when it stands in the file, is heeded: a search that did not
 * end, or not with success, or at another server, makes the file incomplete (ldif_frame.h).
 */

#include "source/source.h"

/*
 * The source that SETTINGS describe (borrowed, must outlive it); SETTINGS->file is read by each
 * read and locate. SYNC_ERROR_CONFIG when a filter cannot be judged without a server. Errors of
 * read: SYNC_ERROR_UNREACHABLE when the file cannot be read, SYNC_ERROR_INCOMPLETE when it is cut
 * off, is no LDIF, or holds nothing where a search begins.
 */
Source *source_ldif_new(const SourceSettings *settings, Clock *clock, GError **error);

#endif
