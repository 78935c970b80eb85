/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_EXPLAIN_H
#define SYNC_EXPLAIN_H

/*
 * explain - everything that was decided about one person, and by what.
 *
 *     planner_plan(&input, &plan, &error);
 *     g_autoptr(Explanation) explanation = explain_person(&input, plan, "zoe@example.org");
 *
 * It asks the functions that made the plan, on the same input: who belongs to whom is
 * subjects_build's, what a rule gives is desired_build's, run with that rule alone.
 */

#include "model/plan.h"
#include "sync/planner.h"
#include "sync/subject.h"
#include "sync/who.h"

#include <glib.h>
#include <stdbool.h>

/* What one rule says of the person. */
typedef struct {
    const Rule *rule; /* of the settings */
    bool reaches;     /* it gives the person something */
    GPtrArray *gives; /* char *: "group 'Developers': member of cn=…" */
    char *held;       /* why the rule gives nobody anything; NULL: it does */
} RuleFinding;

/* What somebody decided about the person; see person(1). */
typedef struct {
    int64_t at;
    char *what; /* "hold until 2026-12-24T00:00:00Z" */
    char *by;
    char *why; /* reason and ticket; NULL: none was given */
} ExplainedDecision;

typedef struct {
    const PlanInput *input;
    const Plan *plan;
    Subjects *subjects;
    const Subject *subject; /* NULL: no directory and no ledger knows the person */
    const Member *member;   /* NULL: Toggl does not have the person */
    GPtrArray *paths;       /* char *: "member of cn=a,… through cn=b,…", one for each group */
    GPtrArray *rules;       /* RuleFinding *, in the order of the file */
    GPtrArray *grants;      /* const Grant *, of the member */
    GPtrArray *decisions;   /* ExplainedDecision *, oldest first; empty until they are added */
    GArray *found;          /* WhoFound: everybody who is called so; empty: no more than one */
} Explanation;

/*
 * What INPUT and PLAN, which must outlive it, say of WHO: an address, login name, DN, anchor, or
 * Toggl's id of a member. Never fails; whom nobody knows has neither subject nor member.
 */
Explanation *explain_person(const PlanInput *input, const Plan *plan, const char *who);
/* Whether WHO, whom EXPLANATION is about, means one person alone. Error: SYNC_ERROR_USAGE. */
bool explanation_is_of_one(const Explanation *explanation, const char *who, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void explanation_free(Explanation *explanation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Explanation, explanation_free)

/* Adds those of DECISIONS (Decision *, see state/decisions) that are about the person who is
 * explained. */
void explanation_add_decisions(Explanation *explanation, const GPtrArray *decisions);

/* Whether a change or notice about PERSON is about the one who is explained. */
bool explains(const Explanation *explanation, const ChangePerson *person);

/* Whether the plan says anything about the person, or anybody knows them. */
bool explanation_is_empty(const Explanation *explanation);

#endif
