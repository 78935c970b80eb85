/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

/*
 * report - shows a plan to a person or a program, from the plan alone.
 *
 * A table of writers, one file a format: adding a format is one file and one row.
 */

#include "model/plan.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

typedef enum { REPORT_TEXT, REPORT_JSON, REPORT_FORMATS } ReportFormat;

typedef struct {
    bool color;
    int width; /* columns of the terminal; 0: not known */
    bool all;  /* leave no row out */
    bool is_terminal;
} ReportOptions;

/* Writes PLAN to OUT. Error: SYNC_ERROR_OUTPUT. */
bool report_write(const Plan *plan, ReportFormat format, const ReportOptions *options, FILE *out,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
