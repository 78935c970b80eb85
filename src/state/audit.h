/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_AUDIT_H
#define STATE_AUDIT_H

/*
 * audit - a file that is only ever added to: who approved, applied, undid, held, linked and forgot
 * what. JSON lines; people are the numbers of their rows in the ledger (link.id), so that somebody
 * can be forgotten without a line being rewritten.
 *
 *     audit_open(path, by, organization, &audit, &error)   before anything is done
 *     state_set_audit(state, audit)                        from now on the state writes
 *     state_decide(state, ...), state_begin(state, ...)    a line each, then what it says
 *
 * No line, no act: a line is on the disk before what it says is committed, and before the request
 * it speaks of is sent. What fails after its line has the same line once more, with "failed".
 *
 * Several processes may write to one file: each line is one write at its end.
 */

#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Audit Audit;

/*
 * Opens the file at PATH, or makes it (0600). BY is who acts unless a line says otherwise.
 * SYNC_ERROR_OUTPUT when it is no plain file of ours, or cannot be written.
 */
bool audit_open(const char *path, const char *by, int64_t organization, Audit **ret_audit,
                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void audit_free(Audit *audit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Audit, audit_free)

/* One line. What is NULL or 0 is left out. */
typedef struct {
    const char *act;       /* "approve", "apply", "hold", ...; never NULL */
    int64_t at;            /* never 0 */
    const char *by;        /* NULL: who opened the file */
    int64_t person;        /* link.id in the ledger */
    int64_t member;        /* organization-user id of somebody whom the ledger does not know */
    int64_t group;         /* of a change */
    int64_t workspace;     /* likewise */
    const char *kind;      /* likewise: "deactivate" */
    int64_t run;           /* in the history */
    int64_t undoes;        /* the run that is undone */
    int64_t requests;      /* how many will be sent */
    const char *plan;      /* digests.changes */
    const char *operation; /* of api */
    const char *rails;     /* that are lifted, separated by spaces */
    int64_t until;         /* of a hold or an approval */
    const char *reference; /* a ticket */
    bool ends;             /* the run is over, and STATUS is its exit status */
    int status;
} AuditLine;

/* Writes LINE, and waits until it is on the disk. AUDIT may be NULL: nobody keeps one. */
bool audit_write(Audit *audit, const AuditLine *line, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was written since the last call is so, or else did not come to pass: a line says that, too.
 */
void audit_settle(Audit *audit, bool done);

/* STATE writes to AUDIT from now on, and owns it. */
void state_set_audit(State *state, Audit *audit);

#endif
