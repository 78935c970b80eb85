/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_GRANT_H
#define MODEL_GRANT_H

/*
 * grant - how a ledger keeps its grants, of which a large organization has a million. Only
 * model/ledger.c includes it; everybody else uses ledger.h.
 *
 * Grants stand in blocks, which are freed as a whole. They are indexed kind by kind, and only those
 * kinds that somebody looks up: a plan of a quiet day looks up a few of one kind.
 */

#include "model/ledger.h"

/* One empty index for each kind. */
GrantIndex *grant_indexes_new(void);
void grant_indexes_free(GrantIndex *indexes);

#endif
