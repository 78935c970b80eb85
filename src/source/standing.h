/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_STANDING_H
#define SOURCE_STANDING_H

/*
 * standing - whether an entry says that its person may not log in any more.
 *
 *     g_autoptr(StandingRule) rule = standing_rule_new(search, kind, &error);
 *     for each entry: standing_judge(rule, entry, now, &standing, &reason, &error)
 *
 * It is judged here and never by the server's filter: who is disabled must be seen to be disabled,
 * or they could not be told from people who are missing.
 */

#include "model/directory.h"
#include "source/entry.h"
#include "source/kind.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How the entries of one search are judged. */
typedef struct StandingRule StandingRule;

/*
 * The rule of SEARCH (NULL: the kind's own) on a server of KIND. SEARCH is borrowed. NULL with
 * SYNC_ERROR_CONFIG when it names a rule that does not exist, or a filter that we cannot judge.
 */
StandingRule *standing_rule_new(const PeopleSearch *search, SourceKind kind, GError **error);
void standing_rule_free(StandingRule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StandingRule, standing_rule_free)

/*
 * What ENTRY says at NOW (seconds since 1970). *RET_REASON is a new string, NULL when enabled. A
 * value that nobody can understand, or one that must be there and is not, is
 * SYNC_ERROR_INCOMPLETE.
 */
bool standing_judge(const StandingRule *rule, const Entry *entry, int64_t now,
                    PersonStanding *ret_standing, char **ret_reason, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The rule as the configuration would say it: its word, or its filter. Borrowed from RULE. */
const char *standing_rule_text(const StandingRule *rule);

/* Calls EACH with every attribute that RULE looks at. */
void standing_attributes(const StandingRule *rule, void (*each)(void *context, const char *name),
                         void *context);

/*
 * An attribute that FILTER looks at and that some rule judges by, or that SEARCH calls its expiry:
 * such a filter may hide people who are disabled, who then are missing instead. NULL for none.
 * New string.
 */
char *standing_hidden_by(const char *filter, const PeopleSearch *search);

#endif
