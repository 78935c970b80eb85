/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_INSPECT_H
#define SOURCE_INSPECT_H

/*
 * inspect - looks at one entry the way a read would, and writes down what decided.
 *
 * The same parser, filters, rules and exclusions as a read uses; nothing is judged a second way.
 */

#include "model/inspection.h"
#include "source/entry.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Whom somebody asks for: an address, a login name, a DN or an anchor. */
typedef struct {
    const char *word;
    char *dn_key; /* NULL: the word is no DN */
} Sought;

/* Clear it with sought_clear. */
void sought_init(Sought *sought, const char *word);
void sought_clear(Sought *sought);

/* Whether ENTRY is the one that is SOUGHT. */
bool inspect_is_sought(const SourceSettings *settings, SourceKind kind, const Entry *entry,
                       const Sought *sought);

/*
 * Every step of every people search of SETTINGS over ENTRY, at NOW. What a server of KIND at SERVER
 * holds. The caller's.
 */
Inspection *inspect_entry(const SourceSettings *settings, SourceKind kind, const char *server,
                          const Entry *entry, int64_t now);

/* ENTRY with the attributes of WITH ("attribute=value", NULL-terminated; may be NULL) in place of
 * its own; an empty value takes an attribute away. The caller's. */
Entry *inspect_what_if(const Entry *entry, char **with);

/* What an inspection in its course finds; the sources fill it entry by entry. */
typedef struct {
    const SourceSettings *settings;
    SourceKind kind;
    const char *server;
    int64_t now;
    Sought sought;
    char **with;
    GPtrArray *inspections; /* Inspection * */
    Entry *overlay;         /* NULL: none yet */
} Inspector;

void inspector_init(Inspector *inspector, const SourceSettings *settings, const char *word,
                    char **with, int64_t now);

/* Looks at ENTRY if it is the one that is sought. */
void inspector_take(Inspector *inspector, const Entry *entry);

/* Frees what INSPECTOR owns, after handing its findings to the caller if GOOD. */
bool inspector_end(Inspector *inspector, bool good, GPtrArray **ret_inspections,
                   Entry **ret_overlay);

#endif
