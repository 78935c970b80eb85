/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_REPORT_PRIVATE_H
#define REPORT_REPORT_PRIVATE_H

/* report_private - the writers that the table of report.c names. Errors of OUT are found by the
 * caller. */

#include "report/report.h"

void report_text(const Plan *plan, const ReportOptions *options, FILE *out);
void report_json(const Plan *plan, const ReportOptions *options, FILE *out);

#endif
