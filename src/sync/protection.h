/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PROTECTION_H
#define SYNC_PROTECTION_H

/*
 * protection - members who never lose anything, whatever a directory says: the owner, the token's
 * own user, the paying user once known, and whom the configuration protects. An address that it
 * protects is bound to the account that had it when it was first seen.
 *
 *     g_autoptr(Protections) protections = protections_new(settings, organization, ledger);
 *     const char *reason = protections_reason(protections, member);
 *
 * Pure; borrows what it is given.
 */

#include "model/ledger.h"
#include "model/organization.h"
#include "sync/settings.h"

#include <glib.h>

/* The reason of protections in the ledger that the configuration asked for. */
#define PROTECTED_BY_CONFIGURATION "protected by lifecycle.protect"

typedef struct Protections Protections;

Protections *protections_new(const SyncSettings *settings, const Organization *organization,
                             const Ledger *ledger);
void protections_free(Protections *protections);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Protections, protections_free)

/* Words that go after "is", borrowed; NULL when MEMBER is not protected. */
const char *protections_reason(const Protections *protections, const Member *member);

/* Binds addresses that the configuration protects to the accounts that have them now. */
void protections_remember(const SyncSettings *settings, const Organization *organization,
                          Ledger *ledger);

#endif
