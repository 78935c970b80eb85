/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_CARE_H
#define STATE_CARE_H

/*
 * care - what is done to the file of the state as a whole: copies, checks, taking over; and whether
 * a run may begin with it.
 *
 *     state_backup(path, organization, "/backup/state.db", &error);
 *     state_check(path, organization, findings, &error);
 *     state_claim(path, organization, now, findings, &error);
 *
 *     state_check_clock(state, now, &error), state_check_room(state, bytes, &error)   before a run
 */

#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How far the clock may stand before the newest time in the state. */
#define STATE_CLOCK_SLACK INT64_C(300)

/*
 * Writes a copy of the state at PATH to FILE (0600; whole or not at all, on the disk when this
 * returns), as it is at one moment; a run may be under way. A FILE that is there is replaced
 * when it is a copy, too, or empty; nothing else is, least of all the state itself.
 * Errors: SYNC_ERROR_STATE for the state, SYNC_ERROR_OUTPUT for the copy.
 */
bool state_backup(const char *path, int64_t organization, const char *file, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Reads all of the state at PATH: SQLite's own check, references, and every row as the program
 * reads it. What is good to know goes into FINDINGS (char *). False with SYNC_ERROR_STATE for a
 * state that is damaged or not ours.
 */
bool state_check(const char *path, int64_t organization, GPtrArray *findings, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Takes over a state that was made on another machine, or is older than the last run here, or has
 * times that are still to come at NOW: its ledger is in doubt then (NOTE_DOUBT). FINDINGS
 * (char *) gets what was taken over. Takes the lock. Never a state of another organization.
 */
bool state_claim(const char *path, int64_t organization, int64_t now, GPtrArray *findings,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Refuses a clock that stands before what is in the state. SYNC_ERROR_STATE. */
bool state_check_clock(State *state, int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Refuses a disk without room for BYTES more. SYNC_ERROR_STATE. */
bool state_check_room(const State *state, int64_t bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
