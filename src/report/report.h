/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

/*
 * report - shows what there is to a person or a program, in the format that was asked for.
 *
 *     report_write(plan, REPORT_HTML, &options, stdout, &error);          a plan, from it alone
 *     report_write_view(view, REPORT_TEXT, &options, stdout, &error);     whatever fills a View
 *
 * A table of writers, one file a format: adding a format is one file and one row.
 */

#include "model/plan.h"
#include "report/view.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

typedef enum {
    REPORT_TEXT,
    REPORT_MARKDOWN,
    REPORT_CSV,
    REPORT_HTML,
    REPORT_JSON, /* the last: it is no view, but the data itself */
    REPORT_FORMATS
} ReportFormat;

/* "text", "markdown", ...; the reverse is false for any other word. */
const char *report_format_name(ReportFormat format);
bool report_format_parse(const char *name, ReportFormat *ret_format);

typedef struct {
    bool color;
    int width;    /* columns of the terminal; 0: not known */
    int height;   /* its lines; 0: not known */
    bool all;     /* leave no row out */
    bool summary; /* the totals only */
    bool is_terminal;
    const char *more; /* what shows the rows that are left out; NULL: "--all shows them" */
} ReportOptions;

/* Writes PLAN to OUT. Error: SYNC_ERROR_OUTPUT. */
bool report_write(const Plan *plan, ReportFormat format, const ReportOptions *options, FILE *out,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes VIEW to OUT; FORMAT is any but REPORT_JSON. Error: SYNC_ERROR_OUTPUT. */
bool report_write_view(const View *view, ReportFormat format, const ReportOptions *options,
                       FILE *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes DOCUMENT to OUT as canonical JSON: keys sorted, one value a line. Error:
 * SYNC_ERROR_OUTPUT. */
bool report_write_json(const json_t *document, FILE *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What report_write, or report_write_view, writes, as a string; for files. New string. */
char *report_text_of(const Plan *plan, ReportFormat format, const ReportOptions *options);
char *report_view_text_of(const View *view, ReportFormat format, const ReportOptions *options);

#endif
