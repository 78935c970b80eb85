/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_LEFT_ALONE_H
#define REPORT_LEFT_ALONE_H

/*
 * left_alone - whom a plan leaves alone until somebody mends or decides something: who is frozen,
 * out of scope, or waits for a decision. A run without changes ends well with them in it, so they
 * are told when they are news, and no more. Whom a person's word in LEDGER holds is nobody's news.
 *
 *     g_autofree char *digest = left_alone_digest(plan, ledger);
 *     if (g_strcmp0(digest, the one of the last run) != 0) say left_alone_text(plan, ledger)
 */

#include "model/ledger.h"
#include "model/plan.h"

/* Who they are and why, in a few characters; NULL: nobody. New string. */
char *left_alone_digest(const Plan *plan, const Ledger *ledger);

/*
 * "2 people are frozen, and nothing changes for them: ann@example.org, bob@example.org", a line for
 * each reason to be left alone, a few names in each, safe to print, with a hint; NULL: nobody. New
 * string.
 */
char *left_alone_text(const Plan *plan, const Ledger *ledger);

#endif
