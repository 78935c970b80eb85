/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_LOOKUP_H
#define SOURCE_LOOKUP_H

/*
 * lookup - people whom a read did not bring, looked for by their anchors among all entries there
 * are.
 *
 *     g_auto(Lookup) lookup = lookup_begin(settings, anchors, recording);
 *     lookup.kind = kind, lookup.now = now;
 *     for each entry, wherever it stands: lookup_take(&lookup, entry, &error)
 *     *ret_located = lookup_end(&lookup);
 */

#include "model/located.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const SourceSettings *settings;
    SourceKind kind;      /* of the server that answers, or wrote the file */
    int64_t now;          /* that expiry is judged by */
    Recording *recording; /* NULL: none */
    GPtrArray *located;   /* Located *, in the order of the anchors */
    GHashTable *wanted;   /* anchor -> Located *, both borrowed */
} Lookup;

/* Nobody is found yet. SETTINGS, ANCHORS (char *) and RECORDING (may be NULL), which is told whom
 * we look for, are borrowed. */
Lookup lookup_begin(const SourceSettings *settings, const GPtrArray *anchors, Recording *recording);
void lookup_clear(Lookup *lookup);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lookup, lookup_clear)

/*
 * For whoever walks entries, with the Lookup: looks whether ENTRY is one of them, by the anchor of
 * any of the searches. Of an entry that comes more than once the first counts. SYNC_ERROR_CONFIG
 * when a search says wrongly who is disabled.
 */
bool lookup_take(void *lookup, const Entry *entry, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was found, in the order of the anchors (Located *); the caller's. */
GPtrArray *lookup_end(Lookup *lookup);

#endif
