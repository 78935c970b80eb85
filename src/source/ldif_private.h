/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LDIF_PRIVATE_H
#define SOURCE_LDIF_PRIVATE_H

/* ldif_private - what the files of the LDIF source share. Only they may include it. */

#include "base/text.h"
#include "source/ldif.h"
#include "source/ldif_file.h"

typedef struct {
    Source source;
    const SourceSettings *settings;
    Clock *clock;
} LdifSource;

/* Whose export FILE is: what it was told when it was made, else what the configuration says of the
 * server, else what its anchors tell. */
SourceKind source_ldif_kind(const LdifSource *self, const LdifFile *file);

/* Adds NAMES, which are freed, to the lower-case types WANTED. */
void source_ldif_want(GHashTable *wanted, char **names);

/* Says in ERROR which file it is about; always false. */
static inline bool source_ldif_in_file(const LdifSource *self, GError **error)
{
    g_autofree char *safe = text_safe(self->settings->file, -1);
    g_prefix_error(error, "file '%s': ", safe);
    return false;
}

/* The methods of Source that have a file of their own. */
bool source_ldif_locate(Source *source, const GPtrArray *anchors, GPtrArray **ret_located,
                        GError **error);
bool source_ldif_inspect(Source *source, const char *word, char **with, GPtrArray **ret_inspections,
                         Entry **ret_overlay, GError **error);
bool source_ldif_survey(Source *source, const char *base, const char *filter, Survey **ret_survey,
                        GError **error);
bool source_ldif_contexts(Source *source, GPtrArray **ret_bases, SourceKind *ret_kind,
                          GError **error);

#endif
