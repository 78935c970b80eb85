/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

/*
 * show - prints a plan and the outcome of a run the way the options and the terminal ask for.
 */

#include "cli/command.h"
#include "model/plan.h"
#include "report/report.h"
#include "sync/run.h"

#include <glib.h>
#include <stdbool.h>

/* The format called NAME; NULL: text. SYNC_ERROR_USAGE. */
bool show_format(const char *name, ReportFormat *ret_format, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Prints PLAN on standard output. */
bool show_plan(const Plan *plan, ReportFormat format, const GlobalOptions *global, bool all,
               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Prints what became of each request that did not simply work, whom it was about in Toggl's words,
 * the totals of confirmed changes, and what is still different. */
void show_report(const Plan *plan, const RunReport *report);

/* Refuses arguments that a command does not take. SYNC_ERROR_USAGE. */
bool show_no_arguments(int argc, char **argv, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
