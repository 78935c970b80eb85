/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

/*
 * file - a file that somebody named on a command line.
 *
 *     if (!file_read("the plan", path, SYNC_ERROR_USAGE, &text, NULL, error))
 *         return false;
 */

#include "base/error.h"

#include <glib.h>
#include <stdbool.h>

/*
 * All of the file PATH, with a NUL behind it. Error CODE: "WHAT 'PATH' cannot be read: No such file
 * or directory". *RET_TEXT is the caller's; RET_LENGTH may be NULL.
 */
bool file_read(const char *what, const char *path, SyncError code, char **ret_text,
               gsize *ret_length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Why PROBLEM, an error of GLib about a file, came up: its text without the name of the file, which
 * GLib repeats, or makes up. Owned by PROBLEM. */
const char *file_cause(const GError *problem);

#endif
