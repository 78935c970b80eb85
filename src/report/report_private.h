/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_REPORT_PRIVATE_H
#define REPORT_REPORT_PRIVATE_H

/* report_private - the writers that the table of report.c names. Errors of OUT are found by the
 * caller. */

#include "report/report.h"

void report_view_text(const View *view, const ReportOptions *options, FILE *out);
void report_view_markdown(const View *view, const ReportOptions *options, FILE *out);
void report_view_csv(const View *view, const ReportOptions *options, FILE *out);
void report_view_html(const View *view, const ReportOptions *options, FILE *out);

/* Whether SECTION shows its rows under OPTIONS, or only says how many there are. */
bool report_shows_rows(const ViewSection *section, const ReportOptions *options);

/* What shows the rows that are left out, in words. */
const char *report_more(const ReportOptions *options);

#endif
