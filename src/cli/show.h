/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

/*
 * show - prints a plan and the outcome of a run the way the options and the terminal ask for.
 */

#include "cli/command.h"
#include "model/plan.h"
#include "report/report.h"
#include "sync/apply.h"

#include <glib.h>
#include <stdbool.h>

/* The format called NAME; NULL: text. SYNC_ERROR_USAGE. */
bool show_format(const char *name, ReportFormat *ret_format, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Prints PLAN on standard output. */
bool show_plan(const Plan *plan, ReportFormat format, const GlobalOptions *global, bool all,
               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Prints what became of each request that did not simply work, and the totals of confirmed changes.
 */
void show_result(const Plan *plan, const ApplyResult *result);

/* "12 invite, 3 add-to-group" of confirmed changes; "nothing" without any. New string. */
char *result_summary(const Plan *plan, const ApplyResult *result);

/* Refuses arguments that a command does not take. SYNC_ERROR_USAGE. */
bool show_no_arguments(int argc, char **argv, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
