/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_APPROVALS_H
#define SYNC_APPROVALS_H

/*
 * approvals - the approvals that are kept in the state and beside a plan, with their signatures
 * proved.
 *
 * When the configuration names allowed signers, an approval without a good signature is no
 * approval; without them a record in the state is one, and a file beside a plan never is: whoever
 * can write it could write anything.
 */

#include "state/approvals.h"
#include "sync/approval.h"
#include "sync/settings.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Adds to APPROVALS (Approval *) what STATE holds and what has not expired at NOW. What cannot be
 * believed is named in NOTES (char *) and left out. STATE may be NULL: there is none.
 */
bool approvals_load(State *state, const ApprovalSettings *settings, int64_t now,
                    GPtrArray *approvals, GPtrArray *notes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * What stands beside the plan at PATH, as PATH.NAME.sig: SavedApproval *, without a look at their
 * signatures, for approvals_take. The caller's.
 */
GPtrArray *approvals_beside(const char *path, GPtrArray *notes);

/* Adds to APPROVALS what of SAVED, which approvals_beside found, may be believed. */
void approvals_take(const GPtrArray *saved, const ApprovalSettings *settings, GPtrArray *approvals,
                    GPtrArray *notes);

/* The file beside PLAN for APPROVAL's author. New string. */
char *approval_file(const char *plan, const char *by);

#endif
