/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FORGET_H
#define CLI_FORGET_H

/*
 * forget - `person forget`: one person less in all that is kept. Refused while anybody could still
 * be lost by it: who is wanted, frozen, held or a member.
 */

#include "cli/context.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    Context *context; /* that may write */
    const char *who;
    char **files; /* saved plans to be rewritten, too; NULL: none */
    const char *by;
    const char *reference; /* NULL: none */
    int64_t now;
} ForgetOrder;

/*
 * Reads both sides, then forgets. SAID gets what was done, and what cannot be reached.
 * SYNC_ERROR_USAGE: nobody is known by that name; SYNC_ERROR_REFUSED: not this person, or not yet.
 * It can be called again when it was cut short.
 */
bool forget_person(const ForgetOrder *order, GString *said, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
