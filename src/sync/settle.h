/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SETTLE_H
#define SYNC_SETTLE_H

/*
 * settle - decides by reading what nobody answered: requests of this run, and of runs that died or
 * were cut short.
 *
 * What can be sent again without harm is decided by one read. A POST is not: that it is not there
 * is believed only after three reads over the settling time, since Toggl shows what is new with a
 * delay. Nothing is ever sent here.
 */

#include "base/clock.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "state/state.h"
#include "sync/apply.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How often the organization is read before a POST is believed not to have happened. */
#define SETTLE_READS 3U

/* The organization, and how to read it again. */
typedef struct Reader Reader;
struct Reader {
    const Organization *organization; /* as read last */
    /* Reads anew into ORGANIZATION; the one before is gone, also when this fails. */
    bool (*again)(Reader *reader, GError **error);
    Clock *clock;
    int64_t settle_seconds; /* from the first read to the last */
    bool thorough;          /* the next read shall take nothing from memory */
};

/*
 * After apply: decides the requests of RESULT that have no clear answer by READER's organization,
 * which was read after the last of them, and learns the numbers of those who were invited. The
 * journal and the ledger are written. On failure (of a read, or of the state) what was not decided
 * stays unknown.
 */
bool settle_result(const ApplyInput *input, ApplyResult *result, Reader *reader, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * At the beginning of a run: every run of before that was not settled is settled by READER's
 * organization, and LEDGER learns what was carried out. NOTES (char *) says in words what was
 * found. To be called before anything is planned.
 */
bool settle_runs(State *state, Ledger *ledger, Reader *reader, GPtrArray *notes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
