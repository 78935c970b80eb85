/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DIGEST_H
#define SYNC_DIGEST_H

/*
 * digest - one number for each thing that a plan was computed from: equal exactly when the thing
 * is.
 *
 * Each is "sha256:" and 64 hexadecimal digits over a normal form that leaves out what cannot
 * matter: server, pages and order of a directory, rates of members, row numbers of the ledger. New
 * strings, the caller's.
 */

#include "model/directory.h"
#include "model/ledger.h"
#include "model/organization.h"

#include <glib.h>

char *digest_directories(const GPtrArray *directories);
char *digest_organization(const Organization *organization);
/* Of a ledger whose grants are sorted. */
char *digest_ledger(const Ledger *ledger);

#endif
