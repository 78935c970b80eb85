/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SNAPSHOT_GRANTS_H
#define SYNC_SNAPSHOT_GRANTS_H

/*
 * snapshot_grants - how a snapshot holds grants: one row for all that differ in their target only,
 * which are most of what one member was given.
 *
 *     GrantRow row = grant_row_new();
 *     for (guint at = 0; grant_row_take(ledger->grants, &at, &row);)
 *         ...
 *     grant_row_clear(&row);
 */

#include "model/ledger.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    Grant common;    /* all but the target */
    GArray *targets; /* int64_t */
} GrantRow;

GrantRow grant_row_new(void);
void grant_row_clear(GrantRow *row);

/* Fills ROW with the grants from *AT on, which moves behind them. Removed ones are passed over.
 * False: there are no more. */
bool grant_row_take(const GPtrArray *grants, guint *at, GrantRow *row);

/* Whether all targets of ROW are ids; those of organization roles, of which there is one, are not.
 */
bool grant_row_is_good(const GrantRow *row);

/* Adds to LEDGER what ROW, which is good, stands for. */
void grant_row_give(const GrantRow *row, Ledger *ledger);

#endif
