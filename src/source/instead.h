/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_INSTEAD_H
#define SOURCE_INSTEAD_H

/*
 * instead - what a directory holds in place of what its configuration looks for.
 *
 * A search that finds nothing is no error of the directory's: it may hold nothing. Mostly it is the
 * search that is wrong, and whoever wrote it wants to know what is there. The directory is looked
 * at once more for that, and only then.
 */

#include "source/source.h"

#include <stdbool.h>

/*
 * Looks at DIRECTORY, which SOURCE has read by SETTINGS from a server of KIND, and says in it what
 * stands there instead of people, of groups, and of addresses, when there are none. What cannot be
 * looked at is not said.
 */
void instead_tell(Source *source, const SourceSettings *settings, SourceKind kind,
                  Directory *directory);

/* Adds to ERROR by which attributes those whom SEARCH finds could be known, as hints. */
void instead_of_anchor(Source *source, const PeopleSearch *search, SourceKind kind, GError **error);

/* Adds to ERROR where the entries stand that FILTER was to find below a base that is not there. */
void instead_of_base(Source *source, const char *filter, GError **error);

#endif
