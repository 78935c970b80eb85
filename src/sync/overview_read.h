/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_OVERVIEW_READ_H
#define SYNC_OVERVIEW_READ_H

/*
 * overview_read - an overview from the state and the settings. Nothing is asked of anybody, nothing
 * is written.
 */

#include "state/state.h"
#include "sync/overview.h"
#include "sync/settings.h"
#include "toggl/toggl.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    State *state; /* NULL: there is none */
    const char *state_path;
    const SyncSettings *settings;
    const TogglSettings *toggl; /* a token is not needed */
    Clock *clock;
    int64_t stale_after; /* seconds */
    bool with_facts;     /* what was learned of Toggl, too */
} OverviewInput;

/* The caller's, judged. *RET_LEDGER (may be NULL) gets the ledger it was made from, for pseudonyms;
 * the caller's. */
bool overview_read(const OverviewInput *input, Overview **ret_overview, Ledger **ret_ledger,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
