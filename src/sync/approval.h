/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_APPROVAL_H
#define SYNC_APPROVAL_H

/*
 * approval - one person's word that the rails of one plan may be passed, and what several words
 * together allow.
 *
 *     g_autofree char *record = approval_text(approval);      what is signed and kept
 *     g_autoptr(GPtrArray) agreements = approvals_agree(approvals, needed, organization, now);
 *
 * Pure. An approval names the changes it is about by their digest, the configuration they were
 * planned under, and for each rail the number that was seen: a rail is lifted only while no more
 * than that is found. Whoever reads records has verified their signatures before, see
 * base/signature.
 */

#include "model/plan.h"
#include "sync/rails.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long an approval lasts when nobody says so, and how old a plan may get without one. */
#define APPROVAL_SECONDS (24 * INT64_C(3600))

typedef struct {
    int64_t organization_id;
    char *changes;       /* digests of the plan */
    char *configuration; /* NULL: the plan has none */
    GPtrArray *lifts;    /* RailLift *; empty: it only lengthens the plan's life */
    int64_t created;
    int64_t expires;
    char *by;
    char *reference; /* a ticket; NULL: none */
    char *key;       /* the public key that signed it; NULL: nobody did. Not part of the record */
} Approval;

Approval *approval_new(void);
void approval_free(Approval *approval);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Approval, approval_free)

/* The record as canonical JSON with a newline at its end. New string. */
char *approval_text(const Approval *approval);

/* The reverse. Error: SYNC_ERROR_STALE. */
bool approval_read(const char *text, size_t length, Approval **ret_approval, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whether NAME can be that of an approver: it becomes part of a file's name and of a command line.
 * Error: SYNC_ERROR_USAGE.
 */
bool approval_check_name(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the approvals of one plan allow together. */
typedef struct {
    char *changes;
    char *configuration; /* NULL: none */
    GPtrArray *lifts;    /* RailLift * that enough people have agreed to */
    int64_t until;       /* so long the plan lives by their word; 0: not enough of them */
    guint people;        /* how many different ones there are */
} Agreement;

/*
 * One Agreement * for each plan that APPROVALS (Approval *) of ORGANIZATION are about, those that
 * have expired at NOW left out. NEEDED different people make a rail pass; one key under two names,
 * or one name with two keys, is one person. The caller's.
 */
GPtrArray *approvals_agree(const GPtrArray *approvals, int64_t needed, int64_t organization,
                           int64_t now);

/* The agreement about PLAN's changes, or NULL. Borrowed. */
const Agreement *agreement_about(const GPtrArray *agreements, const Plan *plan);

/*
 * Adds to LIFTS (RailLift *) those rails of PLAN that NAME means. Error, SYNC_ERROR_USAGE: there is
 * no such rail, nobody can approve it, or the plan does not break it.
 */
bool approval_add_rail(const Plan *plan, const char *name, GPtrArray *lifts, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether lifting the rails of KIND, and no others, lets anything pass that PLAN withholds: what
 * several rails keep back passes only when all of them are lifted. */
bool approval_frees(const Plan *plan, RailKind kind);

/* The kinds of rail that withhold something of PLAN and can be approved, each once, in its order;
 * RET_KINDS has room for RAIL_KINDS. Returns how many. */
guint approval_kinds(const Plan *plan, RailKind *ret_kinds);

/*
 * "--exceed removals --exceed invitations": what lets everything pass that PLAN withholds and that
 * can be approved; "" when there is nothing. New string.
 */
char *approval_options(const Plan *plan);

#endif
