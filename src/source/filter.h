/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_FILTER_H
#define SOURCE_FILTER_H

/*
 * filter - reads a search filter (RFC 4515) and judges entries by it, as a server would.
 *
 *     g_autoptr(Filter) filter = NULL;
 *     if (filter_parse("(&(objectClass=person)(!(l=Paris)))", &filter, &error))
 *         if (filter_evaluate(filter, entry) == FILTER_TRUE) ...
 *
 * Three-valued (X.511): what cannot be judged is undefined, and "not undefined" is undefined too.
 * An attribute that the entry lacks is taken for one that the schema knows: equality with it is
 * false, and the negation of that true.
 *
 * Values are compared as caseIgnoreMatch does, letters folded and runs of spaces made one, except
 * for well-known attributes of other syntaxes: DNs by their keys, integers as numbers, telephone
 * numbers without spaces and hyphens, memberUid and its like exactly. objectClass knows that an
 * inetOrgPerson is a person. Approximate match is equality. Of the extensible matches only Active
 * Directory's bit rules (and, or) are understood.
 */

#include "source/entry.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Filter Filter;

typedef enum { FILTER_FALSE, FILTER_UNDEFINED, FILTER_TRUE } FilterVerdict;

/*
 * Parses TEXT. On success *RET is the caller's. SYNC_ERROR_CONFIG names the byte where TEXT stops
 * being a filter. Extensible matches of any kind are read; those that cannot be judged are always
 * undefined.
 */
bool filter_parse(const char *text, Filter **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void filter_free(Filter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filter, filter_free)

/* SYNC_ERROR_CONFIG when a part of FILTER is an extensible match that only a server can judge. */
bool filter_is_judgeable(const Filter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;

FilterVerdict filter_evaluate(const Filter *filter, const Entry *entry);

/*
 * Appends the LENGTH bytes at VALUE to a filter that is being made, as an assertion value: whatever
 * could end it or mean something in it is escaped (RFC 4515 section 3).
 */
void filter_append_value(GString *to, const char *value, size_t length);

/* Calls EACH with every attribute type that FILTER looks at, without options. */
void filter_attributes(const Filter *filter, void (*each)(void *context, const char *name),
                       void *context);

#endif
