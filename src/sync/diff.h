/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DIFF_H
#define SYNC_DIFF_H

/*
 * diff - what has to change, one difference at a time, each with its reason; and who is left alone,
 * and why.
 *
 * What a missing fact means is decided here, once for each field:
 *  - no entry: grace, then a leaver; never at once;
 *  - an entry in a directory that could not be read: nothing at all;
 *  - an entry without a name: the name is not ours;
 *  - a rule without a role: no opinion about members who have one, an ordinary user for new ones;
 *  - a membership without a grant: somebody's by hand, kept;
 *  - a member without an entry or link: unmanaged.
 *
 * Pure: the clock is an input; nothing it is given changes but PLAN, which gains changes and
 * notices.
 */

#include "model/plan.h"
#include "sync/desired.h"
#include "sync/settings.h"
#include "sync/subject.h"

#include <glib.h>

typedef struct {
    const SyncSettings *settings;
    const GPtrArray *directories; /* Directory * */
    const Organization *organization;
    const Ledger *ledger; /* its grants are sorted */
    const Subjects *subjects;
    const Desired *desired;
    int64_t now;
} DiffInput;

/* Adds changes (unsorted, without ids) and notices to PLAN. */
void diff(const DiffInput *input, Plan *plan);

#endif
