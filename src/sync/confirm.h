/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_CONFIRM_H
#define SYNC_CONFIRM_H

/*
 * confirm - a change of a plan is known to have been carried out: the ledger learns it, and it is
 * noted for the journal.
 */

#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "state/state.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    Plan *plan; /* names in it get their numbers as they become known */
    Ledger *ledger;
    GHashTable *changes; /* ids of the changes that are confirmed: a set of GUINT_TO_POINTER */
    GArray *news;        /* ConfirmedChange: those that the journal does not have yet */
} Confirmed;

void confirmed_init(Confirmed *confirmed, Plan *plan, Ledger *ledger);
void confirmed_clear(Confirmed *confirmed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Confirmed, confirmed_clear)

/* CHANGE was carried out; CREATED_ID is the number of what it made, or 0. Once is enough. */
void confirm_change(Confirmed *confirmed, const Change *change, const Organization *organization,
                    int64_t created_id, int64_t now);

/* Who was invited may have numbers by now: what the invitation carried becomes a grant. */
void confirm_invited(const Confirmed *confirmed, const Organization *organization, int64_t now);

/* What a plan that undoes a run has done is left alone until `person release`: the people of its
 * confirmed changes are held from NOW on, for ever, so that no sync undoes the undo. */
void confirm_hold(const Confirmed *confirmed, int64_t now);

bool is_confirmed(const Confirmed *confirmed, unsigned change);

/* The change ID of PLAN. */
const Change *plan_change(const Plan *plan, unsigned id);

#endif
