/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LATEST_H
#define SYNC_LATEST_H

/*
 * latest - how the last run ended, whatever became of it. A run that could not read has no row in
 * the history; this is where it leaves its word.
 *
 * Facts of the state: they reach the disk with what is written next, or when the state is closed.
 */

#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    char *command;
    int64_t ended;
    int status;    /* exit status */
    char *problem; /* what cut it short, safe to print; NULL: nothing */
} LatestRun;
void latest_run_free(LatestRun *latest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LatestRun, latest_run_free)

/* Notes that a run ended so. */
void latest_remember(State *state, const LatestRun *latest);

/* *RET_LATEST is NULL when no run has left its word, or nobody can understand it. */
bool latest_recall(State *state, LatestRun **ret_latest, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* When a run last did its work; 0: never. */
void latest_remember_success(State *state, int64_t when);
bool latest_recall_success(State *state, int64_t *ret_when, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
