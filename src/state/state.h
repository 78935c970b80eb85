/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

/*
 * state - the SQLite file that holds the ledger, the journal of requests, the history of runs,
 * intervals, quota and facts.
 *
 *     state_open(path, STATE_WRITE, organization, &state, &error)      takes the lock
 *     state_load(state, &ledger, &error)
 *     state_begin(state, &new_run, now, &run, &error)
 *     state_record(state, run, NULL, &first, ...)       send the first
 *     state_record(state, run, &first_done, &second, ...)       send the second, and so on
 *     state_end_run(state, run, now, status, summary, ledger, &error)
 *
 * WAL, synchronous FULL, foreign keys on. The lock is flock() on "PATH.lock", never on the database
 * itself. The schema is versioned by PRAGMA user_version and copied to PATH.before-N before a
 * migration. Invariant: what a function that returned true wrote survives a power cut.
 *
 * A run is one of three: unfinished (it died), left (it ended, nobody looked afterwards), settled.
 * care.h has what is done to the file itself.
 */

#include "base/process.h"
#include "model/ledger.h"
#include "model/request.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { STATE_READ, STATE_WRITE } StateMode;

typedef struct State State;

/*
 * The user that works with the state at PATH: this one, unless it is root. Root works as the owner
 * of the file, or, while there is none, of the nearest folder above it that is there.
 */
ProcessUser state_user(const char *path);

/*
 * Opens the state at PATH. A process that is root becomes state_user(PATH) first, for good and
 * whatever comes of it, so that no file of the state, and no report beside it, is ever root's.
 * STATE_WRITE creates it (0600, folder must exist) and takes the lock: SYNC_ERROR_LOCKED names the
 * holder's pid and command. STATE_READ never creates nor changes anything and takes no lock; a file
 * that does not exist gives *RET_STATE == NULL and true. A state of another ORGANIZATION or
 * machine, damaged or too new: SYNC_ERROR_STATE.
 */
bool state_open(const char *path, StateMode mode, int64_t organization, State **ret_state,
                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void state_close(State *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(State, state_close)

/* The whole ledger, as it was at one moment; the caller's. For STATE == NULL use ledger_new(). */
bool state_load(State *state, Ledger **ret_ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The same for who remembers nothing: of the intervals only those that say since when somebody is a
 * member. All others are as many as memberships, and state_access_at gives them to who asks.
 */
bool state_load_to_look(State *state, Ledger **ret_ledger, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Writes the dirty and removed rows and last_run, accepted_configuration, in one transaction; rows
 * are clean then. */
bool state_save(State *state, Ledger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A run as history shows it. */
typedef struct {
    int64_t id;
    char *command; /* "sync", "apply", "api" */
    int64_t started;
    int64_t ended;     /* 0: unfinished */
    int status;        /* exit status; -1: unfinished */
    char *plan_digest; /* digests.changes */
    char *plan;        /* the plan document, JSON */
    char *inverse;     /* what would undo it, JSON; NULL: nothing was written down */
    int64_t undoes;    /* the run that this one undoes; 0: none */
    bool settled;      /* a read after it has shown what became of every request */
    char *summary;     /* one line of counts of confirmed outcomes */
    int64_t requests_done;
    int64_t requests_failed;
} RunRecord;
void run_record_free(RunRecord *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunRecord, run_record_free)

/* A run that begins; all but the command may be NULL or 0. */
typedef struct {
    const char *command;
    const char *plan_digest;
    const char *plan;
    const char *inverse;
    int64_t undoes;
    int64_t requests;      /* how many it is about to send; without any nothing is done */
    const char *operation; /* of "api" */
} NewRun;

/* Journals that a run begins at NOW. It is unsettled until state_end_run or state_settle_run. */
bool state_begin(State *state, const NewRun *run, int64_t now, int64_t *ret_run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* state_begin of a run with a command and a plan. */
bool state_begin_run(State *state, const char *command, int64_t now, const char *plan_digest,
                     const char *plan, int64_t *ret_run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The run is over, and what became of its requests is known; those of a plan without an outcome
 * count as settled. Saves LEDGER (may be NULL) in the same transaction. */
bool state_end_run(State *state, int64_t run, int64_t now, int status, const char *summary,
                   Ledger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The run is over, but Toggl was not read after it: as state_end_run, and a later run settles. */
bool state_leave_run(State *state, int64_t run, int64_t now, int status, const char *summary,
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

/* A change that is known to have been carried out. */
typedef struct {
    unsigned change;       /* its id in the plan */
    const char *counts_as; /* static: "invite", "reactivate", "removal", "disabled-removal"; NULL:
                              no limit counts it */
    /* for the audit file */
    const char *kind;        /* static: "deactivate"; NULL: it asked nothing of Toggl */
    const LedgerRow *person; /* the row of the ledger's link; NULL: there is none */
    int64_t member;          /* organization-user id; 0: not known */
    int64_t group;           /* 0: none */
    int64_t workspace;       /* 0: none */
} ConfirmedChange;

/* A request that came back. */
typedef struct {
    unsigned id;
    const Outcome *outcome;
    const GArray *confirmed; /* ConfirmedChange; NULL: none */
} DoneRequest;

/* A request that is about to be sent. */
typedef struct {
    unsigned id;
    const char *operation;
    const char *essence; /* JSON, without secrets */
    const char *changes; /* ids of the changes it carries out, JSON; NULL: of no plan */
} NextRequest;

/*
 * What became of one request and that the next is about to be sent, in one transaction: one wait
 * for the disk between two requests. DONE, NEXT and LEDGER may be NULL.
 */
bool state_record(State *state, int64_t run, const DoneRequest *done, const NextRequest *next,
                  Ledger *ledger, int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a later read showed of requests (DoneRequest) of RUN, in one transaction with LEDGER; they
 * are settled. */
bool state_settle(State *state, int64_t run, const GArray *requests, Ledger *ledger, int64_t now,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One journaled request. */
typedef struct {
    unsigned request_id;
    char *operation;
    char *essence;
    char *changes; /* JSON; NULL: of no plan */
    OutcomeKind
        outcome;  /* OUTCOME_UNKNOWN: intent without outcome, or an outcome that was unknown */
    bool settled; /* an unknown one that a later read decided */
    int status;
    char *message;
    int64_t created_id;
    char *failures; /* what of it was refused: JSON, [{"id", "mail", "message"}]; NULL: nothing */
    int64_t sent;
} JournalEntry;
void journal_entry_free(JournalEntry *entry);

/* Runs whose plan was not settled, oldest first (RunRecord *, with their plans), the caller's. */
bool state_unsettled_runs(State *state, GPtrArray **ret_runs, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The run ID with its plan and inverse; *RET_RUN is NULL when there is none. */
bool state_run(State *state, int64_t id, RunRecord **ret_run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The journal of RUN in order (JournalEntry *), the caller's. */
bool state_journal(State *state, int64_t run, GPtrArray **ret_entries, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Ids (unsigned, ascending) of the changes of RUN's plan that are confirmed, the caller's. */
bool state_confirmed(State *state, int64_t run, GArray **ret_changes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/*
 * Requests of `api` since SINCE of which nobody knows whether they were carried out (JournalEntry
 * *, newest first), the caller's. They belong to no plan, so no read ever settles them.
 */
bool state_unknown_calls(State *state, int64_t since, GPtrArray **ret_entries, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The newest run that has a plan, with it, whatever became of it; *RET_RUN is NULL when there is
 * none. */
bool state_last_planned(State *state, RunRecord **ret_run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The last LIMIT runs, newest first (RunRecord *, without their plans), the caller's. */
bool state_runs(State *state, int64_t limit, GPtrArray **ret_runs, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Complete reads of both sides around a moment; 0: there is none. */
typedef struct {
    int64_t first;  /* of all that are remembered */
    int64_t before; /* the last one up to the moment */
    int64_t after;  /* the first one after it */
} ReadTimes;

/*
 * Who had what at the moment AT: the intervals (Interval *, the caller's) that the last read up to
 * then had seen, by member, kind and target. `since` is when the access began, whatever roles and
 * paths it had meanwhile.
 */
bool state_access_at(State *state, int64_t at, ReadTimes *ret_times, GPtrArray **ret_intervals,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The intervals (Interval *, the caller's) that lasted at SINCE or began later, by member, kind,
 * target and time. *RET_FIRST: the first complete read that is remembered; 0: there is none.
 */
bool state_access_since(State *state, int64_t since, int64_t *ret_first, GPtrArray **ret_intervals,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many confirmed changes counted as KIND ("invite", "reactivate", "removal",
 * "disabled-removal") since SINCE. */
bool state_count_since(State *state, const char *kind, int64_t since, int64_t *ret_count,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Facts: small values by key. *RET_VALUE is NULL when there is none; noting NULL takes one away.
 * In STATE_READ mode nothing is noted. A noted fact is there at once for state_get_fact, and
 * reaches the disk with the next thing that is written, or when the state is closed.
 */
bool state_get_fact(State *state, const char *key, char **ret_value, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void state_note_fact(State *state, const char *key, const char *value);

#endif
