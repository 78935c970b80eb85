/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_DECISIONS_H
#define STATE_DECISIONS_H

/*
 * decisions - what a person decided about one person, or about all: when, who, why, under which
 * ticket. The ledger holds what follows from it; this is the record.
 */

#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t at;
    char *by;
    char *what; /* "hold", "release", "link", "unlink", "forget" */
    char *who;  /* as it was asked for; NULL: everybody */
    char *source;
    char *anchor;
    char *member; /* of link: the member's address */
    int64_t until;
    char *reason;
    char *reference; /* a ticket; NULL: none */
    int64_t link;    /* the person's row in the ledger; 0: it is looked up when it is written */
} Decision;
void decision_free(Decision *decision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Decision, decision_free)

/* Writes DECISIONS (Decision *) and LEDGER in one transaction, and a line of the audit file for
 * each. */
bool state_decide(State *state, const GPtrArray *decisions, Ledger *ledger, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* All of them, oldest first (Decision *), the caller's. */
bool state_decisions(State *state, GPtrArray **ret_decisions, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
