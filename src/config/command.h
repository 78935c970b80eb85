/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_COMMAND_H
#define CONFIG_COMMAND_H

/*
 * command - runs a program for the secret that it prints.
 *
 * No shell, no input, the environment of ours; it has ten seconds, then it and what it started are
 * killed. What it says on standard error becomes part of the message when it fails.
 */

#include "base/process.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether LINE can be split into words of which the first is an absolute path. Runs nothing. */
bool command_check(const char *line, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where a program runs, and, if we are root, as whom. */
typedef struct {
    const char *folder;
    ProcessUser user;
} CommandPlace;

/*
 * Runs LINE at PLACE and fills BYTES with what it printed, at most ROOM. On failure BYTES may hold
 * part of it and *RET_LENGTH is untouched. Error: SYNC_ERROR_CONFIG.
 */
bool command_run(const char *line, const CommandPlace *place, char *bytes, size_t room,
                 size_t *ret_length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
