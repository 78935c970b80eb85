/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PROTECTION_H
#define SYNC_PROTECTION_H

/*
 * protection - members who never lose anything, whatever a directory says.
 *
 * Pure.
 */

#include "model/ledger.h"
#include "model/organization.h"
#include "sync/settings.h"

#include <stdbool.h>

/*
 * Whether MEMBER must never be removed, demoted or deactivated: owner, token's owner, protected by
 * the configuration or by Toggl. *RET_REASON, which may be NULL, is set to words that go after
 * "is", or to NULL; borrowed.
 */
bool member_is_protected(const SyncSettings *settings, const Organization *organization,
                         const Ledger *ledger, const Member *member, const char **ret_reason);

#endif
