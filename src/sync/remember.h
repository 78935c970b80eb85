/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_REMEMBER_H
#define SYNC_REMEMBER_H

/*
 * remember - what the ledger learns: from a complete read, from the outcome of a request, from a
 * second look.
 *
 * Changes the ledger in memory only; state writes it. plan uses the same functions on a ledger that
 * nobody saves, so that it shows what a sync would do at this moment.
 */

#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "sync/desired.h"
#include "sync/subject.h"

#include <glib.h>
#include <stdint.h>

/*
 * A complete read of both sides at NOW: who is missing or unwanted since when and for how many
 * reads, who came back, which addresses and names belong to an anchor. Returns for how many people
 * a grace begins; without MAY_START it does not, and they are counted all the same.
 */
int64_t remember_read(Ledger *ledger, const Subjects *subjects, const Desired *desired, int64_t now,
                      bool may_start);

/* What a read of the organization shows of those whom the ledger knows: who joined, who is active
 * again, which account an address that is protected belongs to. */
void remember_members(Ledger *ledger, const SyncSettings *settings,
                      const Organization *organization);

/* Which object of Toggl each name in a rule means, and which grants somebody else took back
 * meanwhile. */
void remember_bindings(Ledger *ledger, const Desired *desired, const Organization *organization);

/* CHANGE was carried out, as read or as Toggl confirmed. MEMBER: the person as Toggl has them now;
 * may be NULL. */
void remember_change(Ledger *ledger, const Change *change, const Member *member, int64_t created_id,
                     int64_t now);

/* Who has what as of this complete read: opens and closes intervals. */
void remember_intervals(Ledger *ledger, const GPtrArray *directories, const Subjects *subjects,
                        const Desired *desired, const Organization *organization, int64_t now);

#endif
