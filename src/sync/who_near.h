/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_WHO_NEAR_H
#define SYNC_WHO_NEAR_H

/*
 * who_near - whom a word on a command line may have meant that means nobody.
 *
 *     g_autofree char *hint = who_near("Anna Berger", ledger, directories, organization, NULL,
 * rest);
 *
 * Pure. It only proposes: a name is no identity, and no command takes one for WHO.
 */

#include "model/ledger.h"
#include "model/organization.h"

#include <glib.h>

/*
 * "did you mean 'anna.berger@example.org' (Anna Berger)?" and then REST, of the people and members
 * in whose name, address or login name each word of TEXT begins a word, accents aside; where there
 * is none, of the addresses, login names and OTHERS (char *; may be NULL) that are nearly so; REST
 * alone when nothing is near. LEDGER, DIRECTORIES (Directory *) and ORGANIZATION may be NULL. New
 * string, safe to print.
 */
char *who_near(const char *text, const Ledger *ledger, const GPtrArray *directories,
               const Organization *organization, const GPtrArray *others, const char *rest);

#endif
