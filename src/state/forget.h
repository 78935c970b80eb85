/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_FORGET_H
#define STATE_FORGET_H

/*
 * forget - takes one person out of everything that the state holds, in one transaction: rows of the
 * ledger go, texts of the journal, the history, decisions, intervals and facts are rewritten.
 *
 * The state does not know who the person is: whoever calls says what becomes of a text.
 */

#include "state/decisions.h"
#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { STATE_TEXT, STATE_JSON, STATE_PLAN } StateTextKind;

typedef struct StateRewriter StateRewriter;
struct StateRewriter {
    /* TEXT without the person, a new string; NULL: it stays as it is. */
    char *(*text)(StateRewriter *rewriter, StateTextKind kind, const char *text);
    /* Another number for an id of Toggl that is the person's; any other stays. */
    int64_t (*id)(StateRewriter *rewriter, int64_t id);
};

/*
 * Rewrites everything with REWRITER, writes LEDGER, whose rows of the person are marked as removed,
 * and DECISIONS with their lines of the audit file. *RET_ROWS: how many rows became others. The log
 * ahead is emptied, so that no old page is left; what a reader keeps back is left, and goes later.
 * Without DECISIONS, and when nobody stands anywhere, nothing is written.
 */
bool state_forget(State *state, StateRewriter *rewriter, const GPtrArray *decisions, Ledger *ledger,
                  int64_t *ret_rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
