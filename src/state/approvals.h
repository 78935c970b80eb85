/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_APPROVALS_H
#define STATE_APPROVALS_H

/*
 * approvals - who has approved which plan, the plans themselves, and which of them were carried
 * out.
 *
 * A plan is known by digests.changes; what was carried out, by the digest of the document that was.
 * The state does not look into records and signatures; sync/approvals does.
 */

#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    char *changes;   /* digests.changes of the plan */
    char *by;        /* whose word it is */
    char *record;    /* what they said, JSON */
    char *signature; /* of the record; NULL: not signed */
    int64_t expires;
    char *rails;     /* that it lifts, separated by spaces; NULL: none. For the audit file alone */
    char *reference; /* a ticket; NULL: none. Likewise */
} SavedApproval;
void saved_approval_free(SavedApproval *approval);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SavedApproval, saved_approval_free)

/* Keeps APPROVAL, in place of an earlier word of the same person about the same plan, and PLAN, the
 * document it is about. */
bool state_save_approval(State *state, const SavedApproval *approval, const char *plan, int64_t now,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Those that have not expired at NOW, and were not used up, oldest first (SavedApproval *), the
 * caller's. */
bool state_approvals(State *state, int64_t now, GPtrArray **ret_approvals, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The plans that these are about (char *, documents), oldest first, the caller's. */
bool state_approved_plans(State *state, int64_t now, GPtrArray **ret_plans, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* A plan that was carried out to its end. */
typedef struct {
    const char *name;     /* what was carried out: its document, or that with rails lifted */
    const char *document; /* the digest of the document it was made from */
    const char *changes;  /* its changes: approvals of them are used up; NULL: there were none */
    int64_t run;          /* which run did it; 0: it needed none */
} CarriedOut;

/* Writes that DONE was carried out at NOW. */
bool state_carried_out(State *state, const CarriedOut *done, int64_t now, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same for approvals of the plan with CHANGES alone: it was carried out, and not as a saved
 * one. */
bool state_use_up_approvals(State *state, const char *changes, int64_t now, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* When that was; *RET_WHEN is 0 when it was not. */
bool state_when_carried_out(State *state, const char *document, int64_t *ret_when, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
