/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TELL_H
#define CLI_TELL_H

/*
 * tell - runs a command that may change Toggl, and tells what came of it, whatever that is: the
 * metrics are written, notifications sent, the dead man's switch pinged.
 *
 *     return tell_run(global, "sync", sync_once, NULL, error);
 */

#include "cli/command.h"
#include "cli/context.h"
#include "sync/run.h"

#include <glib.h>
#include <stdbool.h>

/* What the command does, once the context is open. As a command: false with ERROR, or a status. */
typedef bool (*TellBody)(Context *context, const GlobalOptions *global, void *data, int *ret_status,
                         GError **error);

/*
 * Opens a context that may write, runs BODY in it, tells. Returns the exit status, or -1 with
 * ERROR. A notification that fails is a warning; metrics that cannot be written make a good run end
 * with the status of SYNC_ERROR_OUTPUT.
 */
int tell_run(const GlobalOptions *global, const char *command, TellBody body, void *data,
             GError **error);

/* PLAN is what is wanted now: what it holds and whom it leaves alone is told, if anybody is told.
 */
void tell_plan(Context *context, const Plan *plan);

/* Adds what became of PLAN to what there is to tell, if anybody is told. */
void tell_report(Context *context, const Plan *plan, const RunReport *report);

#endif
