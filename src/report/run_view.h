/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_RUN_VIEW_H
#define REPORT_RUN_VIEW_H

/*
 * run_view - what a run did, beside the plan that it carried out.
 *
 *     PastRun run = {.id = 12, .command = "sync", ..., .plan = plan, .outcomes = outcomes};
 *     g_autoptr(View) view = run_view(&run);
 *
 * The plan is the one that the run was begun with; outcomes are those of the journal, so what is
 * shown is what was confirmed, and nothing else.
 */

#include "model/plan.h"
#include "report/view.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* One journaled request. Strings are borrowed. */
typedef struct {
    unsigned request;
    OutcomeKind kind;
    bool settled;         /* an unknown outcome that a later read decided */
    int status;           /* HTTP; 0: no answer */
    const char *message;  /* NULL: none */
    const char *failures; /* what of it was refused, [{"id", "mail", "message"}]; NULL: nothing */
} RequestOutcome;

typedef struct {
    int64_t id;
    const char *command;
    int64_t started;
    int64_t ended; /* 0: not ended */
    int status;
    const char *summary; /* NULL: none */
    bool pruned;         /* its plan is kept no longer */
    const Plan *plan;
    const RequestOutcome *outcomes;
    guint count;             /* of outcomes */
    const GArray *confirmed; /* unsigned: ids of changes that Toggl or a later read confirmed */
} PastRun;

/* The caller's; RUN may go before it. */
View *run_view(const PastRun *run);

/* The same as data: the run, the outcome of each change and request, the plan document. */
json_t *run_document(const PastRun *run);

/* The runs themselves, newest first: only their heads count. */
View *runs_view(const PastRun *runs, guint count);
json_t *runs_document(const PastRun *runs, guint count);

#endif
