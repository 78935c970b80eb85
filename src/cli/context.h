/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CONTEXT_H
#define CLI_CONTEXT_H

/*
 * context - what the commands share: the configuration, the state, both sides, in the order of one
 * run.
 *
 *     g_autoptr(Context) context = NULL;
 *     if (!context_open(&global, CONTEXT_WRITE, &context, error) || !context_read(context, error))
 *         return -1;
 *     context_plan(context, true, &plan, error);
 */

#include "base/clock.h"
#include "cli/command.h"
#include "cli/inputs.h"
#include "config/config.h"
#include "model/ledger.h"
#include "model/organization.h"
#include "model/plan.h"
#include "report/bulletin.h"
#include "state/state.h"
#include "sync/planner.h"
#include "sync/subject.h"
#include "toggl/toggl.h"

#include <glib.h>
#include <stdbool.h>

typedef enum {
    CONTEXT_READ,  /* plan and the views: nothing is written anywhere */
    CONTEXT_WRITE, /* sync, apply: takes the lock */
} ContextMode;

typedef struct {
    Config *config;
    Clock *clock;
    State *state; /* NULL: there is none */
    Ledger *ledger;
    Toggl *toggl; /* NULL: a snapshot stands in */
    GPtrArray *directories;
    Organization *organization;
    LocatedLinks *located;
    const char *snapshot;  /* the file that stands in for Toggl; NULL: none */
    const char *only;      /* --only; NULL: everybody */
    GPtrArray *agreements; /* Agreement *; NULL: none were looked for */
    int64_t reads;         /* calls that the last read of the organization has cost */
    bool offline;          /* a file stands in for a directory or for Toggl */
    bool detached;         /* files stand in for both: the state is not looked at */
    bool saves;            /* the state is ours to write */
    bool needs_lists;      /* a role may be set that the rules do not name: see context_read_for */
    Bulletin *bulletin;    /* what there will be to tell; NULL: nobody is told */
    struct ContextCache *cache;
} Context;

/* Loads the configuration, opens the log and the state. */
bool context_open(const GlobalOptions *global, ContextMode mode, Context **ret_context,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* context_open for a command that only looks, with the files of INPUTS, which must live as long, in
 * place of what they stand in for: the secrets for that are not needed. */
bool context_open_view(const GlobalOptions *global, const Inputs *inputs, Context **ret_context,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The two halves of context_open, for whoever has to tell that the second failed. */
bool context_new(const GlobalOptions *global, ContextMode mode, Context **ret_context,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool context_open_state(Context *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void context_free(Context *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Context, context_free)

/* Reads the directories, then the organization. All of it, or an error. */
bool context_read(Context *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first half of context_read. */
bool context_read_directories(Context *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Connects to Toggl without reading anything. */
bool context_connect(Context *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the organization anew, in place of what was read. */
bool context_read_organization(Context *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* PLAN, made elsewhere, is to be carried out: what is read from now on is enough for it, and what
 * was read already is read again when it was not. */
bool context_read_for(Context *context, const Plan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the configuration makes necessary to read. Free with context_needs_clear. */
void context_needs(const Context *context, TogglNeeds *ret_needs);
void context_needs_clear(TogglNeeds *needs);

/* What context_plan gives to the planner, for whoever asks further; borrows from CONTEXT. */
bool context_plan_input(Context *context, bool counts, PlanInput *ret_input, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Plans. COUNTS: this read counts for grace and intervals; false for a second look in the same run.
 */
bool context_plan(Context *context, bool counts, Plan **ret_plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The ledger as it is where CONTEXT had it from, without what was planned meanwhile. The caller's.
 */
bool context_fresh_ledger(Context *context, Ledger **ret_ledger, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Looks up who has approved what, in the state and in BESIDE (what approvals_beside found; NULL:
 * nothing); warns of what does not count. */
bool context_approvals(Context *context, const GPtrArray *beside, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Writes TEXT to PATH whole or not at all. SYNC_ERROR_OUTPUT. */
bool write_output(const char *path, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool write_output_bytes(const char *path, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
