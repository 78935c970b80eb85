/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

/*
 * state - the SQLite file that holds the ledger, the journal of requests, the history of runs,
 * intervals, quota and facts.
 *
 *     g_autoptr(State) state = state_open(path, STATE_WRITE, organization, &error);   takes the
 * lock state_load(state, &ledger, &error); run = state_begin_run(...);  state_record_intent(...);
 * send;  state_record_outcome(...);  state_end_run(...)
 *
 * WAL, synchronous FULL, foreign keys on. The lock is flock() on "PATH.lock", never on the database
 * itself. The schema is versioned by PRAGMA user_version and copied to PATH.before-N before a
 * migration. Invariant: what a function that returned true wrote survives a power cut.
 */

#include "model/ledger.h"
#include "model/request.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { STATE_READ, STATE_WRITE } StateMode;

typedef struct State State;

/*
 * Opens the state at PATH. STATE_WRITE creates it (0600, folder must exist) and takes the lock:
 * SYNC_ERROR_LOCKED names the holder's pid and command. STATE_READ never creates nor changes
 * anything and takes no lock; a file that does not exist gives *RET_STATE == NULL and true. A state
 * of another ORGANIZATION or machine, damaged or too new: SYNC_ERROR_STATE.
 */
bool state_open(const char *path, StateMode mode, int64_t organization, State **ret_state,
                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void state_close(State *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(State, state_close)

/* The whole ledger, as it was at one moment; the caller's. For STATE == NULL use ledger_new(). */
bool state_load(State *state, Ledger **ret_ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the dirty and removed rows and last_run, accepted_configuration, in one transaction; rows
 * are clean then. */
bool state_save(State *state, Ledger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A run as history shows it. */
typedef struct {
    int64_t id;
    char *command; /* "sync", "apply" */
    int64_t started;
    int64_t ended;     /* 0: unfinished */
    int status;        /* exit status; -1: unfinished */
    char *plan_digest; /* digests.changes */
    char *plan;        /* the plan document, JSON */
    char *summary;     /* one line of counts of confirmed outcomes */
    int64_t requests_done;
    int64_t requests_failed;
} RunRecord;
void run_record_free(RunRecord *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunRecord, run_record_free)

bool state_begin_run(State *state, const char *command, int64_t now, const char *plan_digest,
                     const char *plan, int64_t *ret_run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The run is over; what is still unknown of it counts as settled, since the next run reads anew.
 * Saves LEDGER (may be NULL) in the same transaction. */
bool state_end_run(State *state, int64_t run, int64_t now, int status, const char *summary,
                   Ledger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Journals that request REQUEST_ID of RUN is about to be sent; durable when it returns. ESSENCE:
 * what it asks, as JSON, without secrets.
 */
bool state_record_intent(State *state, int64_t run, unsigned request_id, const char *operation,
                         const char *essence, int64_t now, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Journals its outcome together with what the ledger learned from it (may be NULL), in one
 * transaction. */
bool state_record_outcome(State *state, int64_t run, unsigned request_id, const Outcome *outcome,
                          Ledger *ledger, int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A request that is about to be sent, for state_record_outcome_and_intent. */
typedef struct {
    unsigned id;
    const char *operation;
    const char *essence; /* JSON, without secrets */
} NextRequest;

/* state_record_outcome, and state_record_intent of NEXT, in one transaction: one wait for the disk
 * between two requests. */
bool state_record_outcome_and_intent(State *state, int64_t run, unsigned request_id,
                                     const Outcome *outcome, Ledger *ledger,
                                     const NextRequest *next, int64_t now, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* One journaled request. */
typedef struct {
    unsigned request_id;
    char *operation;
    char *essence;
    OutcomeKind
        outcome;  /* OUTCOME_UNKNOWN: intent without outcome, or an outcome that was unknown */
    bool settled; /* an unknown one that a later read decided */
    int status;
    char *message;
    int64_t sent;
} JournalEntry;
void journal_entry_free(JournalEntry *entry);

/* The newest run without an end, with its plan; *RET_RUN is NULL when there is none. */
bool state_unfinished_run(State *state, RunRecord **ret_run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The journal of RUN in order (JournalEntry *), the caller's. */
bool state_journal(State *state, int64_t run, GPtrArray **ret_entries, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The last LIMIT runs, newest first (RunRecord *, without their plans), the caller's. */
bool state_runs(State *state, int64_t limit, GPtrArray **ret_runs, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* How many confirmed changes of one kind there were since SINCE ("invite", "reactivate",
 * "removal"); see state_count_change. */
bool state_count_since(State *state, const char *kind, int64_t since, int64_t *ret_count,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool state_count_change(State *state, int64_t run, const char *kind, int64_t amount, int64_t now,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Facts: small values by key. *RET_VALUE is NULL when there is none; setting NULL takes one away.
 * In STATE_READ mode set does nothing. */
bool state_get_fact(State *state, const char *key, char **ret_value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
bool state_set_fact(State *state, const char *key, const char *value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
