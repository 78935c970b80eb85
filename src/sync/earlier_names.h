/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_EARLIER_NAMES_H
#define SYNC_EARLIER_NAMES_H

/*
 * earlier_names - members that a group still names as they were called before.
 *
 * A server without referential integrity keeps the old DN of somebody who moved, or the old login
 * of somebody who was renamed, in its groups. The ledger remembers what people were called: such a
 * name counts as theirs, with a warning, in that group and in all that it is in.
 *
 * A name that two people had, or that somebody has now, is nobody's earlier name.
 */

#include "model/directory.h"
#include "model/ledger.h"

#include <stdbool.h>

/* Puts such people into DIRECTORY's groups. Done twice, nothing is found the second time. */
void earlier_names_apply(Directory *directory, const Ledger *ledger);

/* Notes in LEDGER what everybody whom it knows is called in DIRECTORY. Whether that was news. */
bool earlier_names_remember(const Directory *directory, Ledger *ledger);

#endif
