/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_RAILS_PRIVATE_H
#define SYNC_RAILS_PRIVATE_H

/*
 * What the rails share. rails.c holds the table and judges in order; rails_trust.c is about what
 * the plan was computed from, rails_removals.c and rails_additions.c about what it does.
 */

#include "sync/rails.h"

typedef struct {
    const RailsInput *in;
    const Limits *limits;
    Plan *plan;
    GHashTable *withheld; /* ids of changes that some rail keeps: a set */
} Judge;

/* Which changes a rail is about. */
typedef bool (*ChangeTest)(const Change *change);

/* A new rail, VERDICT_OK, with its numbers. Owned by the plan. */
Rail *judge_rail(Judge *judge, RailKind kind, const char *subject, int64_t limit, int64_t found);

/*
 * RAIL is broken, for the reason EXPLANATION (taken): sets its verdict by its class. False when
 * people have agreed to pass it; then nothing is to be withheld.
 */
bool judge_breaks(Judge *judge, Rail *rail, char *explanation);

/* RAIL keeps CHANGE back. */
void judge_withhold(Judge *judge, Rail *rail, const Change *change);

/* RAIL keeps back every change that TEST names. */
void judge_withhold_all(Judge *judge, Rail *rail, ChangeTest test);

/* How many changes TEST names; GOING: only of those that no rail keeps back so far. */
int64_t judge_count(const Judge *judge, ChangeTest test, bool going);

/* Whether no rail keeps CHANGE back so far. */
bool judge_goes(const Judge *judge, const Change *change);

const Change *judge_change(const Judge *judge, guint index);

/* Somebody loses their place: deactivated, deleted, withdrawn. */
bool change_removes_person(const Change *change);

/* Takes access away from anybody, but for people whom the directory says are disabled. */
bool change_takes_access(const Change *change);

/* Takes access away, changes a role or an address: what is held while the plan's basis is doubted.
 */
bool change_needs_trust(const Change *change);

/* In order. */
void judge_trust(Judge *judge);
void judge_groups(Judge *judge);
void judge_removals(Judge *judge);
void judge_additions(Judge *judge);

/* What LEDGER learns of the sizes of mapped groups. */
void remember_groups(const RailsInput *input, const Plan *plan, Ledger *ledger);

#endif
