/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_STAYS_H
#define SYNC_STAYS_H

/*
 * stays - what Toggl said that it took away, and a later read shows still there.
 *
 * Whoever gets something and does not have it is wanted again by the next plan. What is taken from
 * somebody is forgotten in the ledger, though, and would be theirs by hand from then on: so it is
 * looked for, and remembered again.
 */

#include "model/change.h"
#include "model/ledger.h"
#include "model/organization.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether what CHANGE took away is certainly still there in ORGANIZATION. False for changes that
 * take nothing, and where a group may give what is seen. Pure. */
bool change_stays(const Change *change, const Organization *organization);

/* Remembers again what LEDGER has forgotten because of CHANGE, which stays. Whom we deactivated was
 * deactivated NOW: nobody is deleted sooner than we are sure. */
void stays_remember(Ledger *ledger, const Change *change, const Organization *organization,
                    int64_t now);

#endif
