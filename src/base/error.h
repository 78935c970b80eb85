/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * error - the one error domain, and what each kind of error means to the caller and to the shell.
 *
 * Every function that can fail returns bool and takes a GError ** last. On failure its outputs are
 * untouched. The message is lower case, without a full stop, with user data in single quotes; what
 * to do about it follows on a line of its own that begins with "hint: ". Each caller adds where it
 * happened:
 *
 *     if (!source->read(source, &directory, error)) {
 *         g_prefix_error(error, "reading directory '%s': ", source->name);
 *         return false;
 *     }
 *
 * Invariants
 *  - a code is a kind of trouble that a person or a caller acts on differently;
 *  - each code has exactly one exit status, in the table of error.c, which the manual prints too;
 *  - no message holds a secret or a whole answer of a server.
 */

#include <glib.h>
#include <stdbool.h>

#define SYNC_ERROR (sync_error_quark())

typedef enum {
    SYNC_ERROR_USAGE,       /* the command line is wrong */
    SYNC_ERROR_CONFIG,      /* the configuration is wrong */
    SYNC_ERROR_UNREACHABLE, /* a directory or Toggl cannot be reached */
    SYNC_ERROR_INCOMPLETE,  /* a directory or Toggl answered, but not with everything */
    SYNC_ERROR_DENIED,      /* bind refused, token refused, rights missing */
    SYNC_ERROR_API,         /* Toggl refused a request, or answered what nobody can understand */
    SYNC_ERROR_QUOTA,       /* the hourly quota's reserve is reached, or Toggl throttles */
    SYNC_ERROR_LOCKED,      /* another run holds the lock */
    SYNC_ERROR_INTERRUPTED, /* a signal or the deadline ended the run */
    SYNC_ERROR_REFUSED,     /* a rail or the person at the prompt said no */
    SYNC_ERROR_STALE,   /* the saved plan no longer fits, is damaged, too old or already applied */
    SYNC_ERROR_PARTIAL, /* applied in part */
    SYNC_ERROR_STATE,  /* the state cannot be opened, is damaged, belongs to another organization or
                          machine */
    SYNC_ERROR_OUTPUT, /* an output file could not be written */
    SYNC_ERROR_INTERNAL, /* a mistake of ours */
    SYNC_ERROR_CODES     /* how many there are; not a code */
} SyncError;

/* Exit statuses that no error carries: they say how a run that worked ended. */
enum {
    EXIT_STATUS_DONE = 0,
    EXIT_STATUS_CHANGES = 2, /* there are changes; status: needs attention */
};

GQuark sync_error_quark(void);

/* The exit status that ERROR stands for: the table's for our domain, that of SYNC_ERROR_INTERNAL
 * for any other. */
int error_exit_status(const GError *error);

/* The exit status that CODE stands for. */
int error_code_exit_status(SyncError code);

/* Whether the same call may work later without anybody changing anything. */
bool error_is_transient(const GError *error);

/* The hints of ERROR, each with the line break before it; "" when it has none. Owned by ERROR. */
const char *error_hints(const GError *error);

/* One row of the list of exit statuses, as the manual and --help print it. */
typedef struct {
    int status;
    const char *meaning;
    const char *brief; /* the same in a few words, of a run that has ended */
} ExitStatus;

/* The list of exit statuses, ascending, ended by a row whose meaning is NULL. Owned by the module.
 */
const ExitStatus *error_exit_statuses(void);

/* What STATUS means, as the list has it; "" for one that is not in it. Static. */
const char *error_status_meaning(int status);

/* The same in a few words, for a headline; "not a status of this program" of any other. Static. */
const char *error_status_brief(int status);

/*
 * The status of a run from what happened in it: a run that was cut short ends with its cause, else
 * the first of 3, 1, 74, 75, 2, 0 that occurred. Returns whichever of A and B wins.
 */
int exit_status_worse(int a, int b);

#endif
