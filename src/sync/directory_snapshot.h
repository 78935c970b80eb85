/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_DIRECTORY_SNAPSHOT_H
#define SYNC_DIRECTORY_SNAPSHOT_H

/*
 * directory_snapshot - one directory as a file that plans the same without it.
 *
 * The directory is read, and whoever the ledger knows and the read did not bring is looked for
 * everywhere, as a run would do. What was asked and answered is the file (source/recording.h).
 * Before it is given away, it is read as a source is and must have the same digest: filters that
 * only the server understands are told here and not when the file is needed.
 */

#include "base/clock.h"
#include "model/directory.h"
#include "model/ledger.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>

/*
 * *RET_TEXT is the file, a new string, *RET_DIRECTORY what was read. SETTINGS and LEDGER are only
 * looked at. Errors: those of reading a source; SYNC_ERROR_CONFIG when the file could not stand in
 * for the directory.
 */
bool directory_snapshot(const SourceSettings *settings, const Ledger *ledger, Clock *clock,
                        char **ret_text, Directory **ret_directory, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
