/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SURVEY_H
#define SOURCE_SURVEY_H

/*
 * survey - what a directory holds, for somebody who does not know it yet, or whose searches did not
 * find what they were meant to find.
 *
 *     g_autoptr(Survey) survey = survey_new("(objectClass=person)", kind);
 *     for each entry: survey_take(survey, entry);
 *     g_autofree char *classes = survey_classes(survey);
 *
 * It counts and decides nothing: what it says goes into hints, and into the starter configuration
 * that a person reads before it does anything.
 */

#include "source/entry.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Survey Survey;

/*
 * People are the entries that match FILTER (copied; NULL: nobody is). KIND is that of the server
 * the entries come from.
 */
Survey *survey_new(const char *filter, SourceKind kind);

/* What SOURCE holds below BASE, see its survey, for hints and proposals: NULL when it cannot be
 * looked at. New. */
Survey *survey_look(Source *source, const char *base, const char *filter);

void survey_free(Survey *survey);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Survey, survey_free)

/* Takes in one entry. Copies what it needs. */
void survey_take(Survey *survey, const Entry *entry);

/* The attributes that it looks at, in lower case. New list, for g_strfreev. */
char **survey_attributes(const Survey *survey);

guint survey_entries(const Survey *survey);
guint survey_people(const Survey *survey);

/* How many entries say that they are of the object class NAME. */
guint survey_class(const Survey *survey, const char *name);

/* "person (12), posixAccount (12), organizationalUnit (2)": the object classes but for top, the
 * most frequent first; safe to print. New string; NULL: there is no entry. */
char *survey_classes(const Survey *survey);

/* Below which entries people stand, or, without any, all entries. New array of char *, keys. */
GPtrArray *survey_bases(const Survey *survey);

/*
 * By which attributes people could be known again: each of them has exactly one value, and
 * everybody another one. The best first: ids that a server gives, then those that an organization
 * gives, then names. New array of const char *, not owned by it.
 */
GPtrArray *survey_anchors(const Survey *survey);

/*
 * The attribute by which most people could be known, when none tells all of them apart; *RET_MISSES
 * do not have it once, or share it, the first of whom is *RET_MISS, a DN. Borrowed, safe to print.
 * NULL: there is none.
 */
const char *survey_nearest_anchor(const Survey *survey, guint *ret_misses, const char **ret_miss);

/* The first attribute in which people have addresses, mail before all others; borrowed; NULL: none
 * does. */
const char *survey_address(const Survey *survey);

/* Whether any person has the attribute NAME, one of those that tell who may not log in any more. */
bool survey_shows(const Survey *survey, const char *name);

/* "mail (12), userPrincipalName (3)": which attributes of people hold addresses; new string; NULL:
 * none does. */
char *survey_addresses(const Survey *survey);

#endif
