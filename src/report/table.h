/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

/*
 * table - rows and sentences on a terminal or in a pipe, within the width there is.
 *
 *     g_autoptr(ReportTable) table = report_table_new(options, columns, 100);
 *     if (report_table_row(table))
 *         report_table_cell(table, 0, mail);
 *     report_table_print(table, out);
 *
 * On a terminal of known width the last two columns wrap between words; in a pipe every row is one
 * line. A table ends after as many rows as it was made for, and says how many it left out. A column
 * that is empty in every row is not shown.
 *
 * Every cell and sentence is made safe to show here, whatever the caller put into it. The locale
 * must be one of UTF-8 (LC_CTYPE), or what is not ASCII is shown escaped.
 */

#include "report/report.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct ReportTable ReportTable;

/* A table with COLUMNS, ended by NULL, which must outlive it, and at MOST so many rows. The
 * caller's. */
ReportTable *report_table_new(const ReportOptions *options, const char *const *columns, guint most);
void report_table_free(ReportTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportTable, report_table_free)

/* Begins a row. False when the table is full: the row is counted, and its cells must not be set. */
bool report_table_row(ReportTable *table);

/* Sets a cell of the row begun last. VALUE is copied; NULL is empty. */
void report_table_cell(ReportTable *table, size_t column, const char *value);

/* Colours the row begun last; NULL, or options without colour: not. */
void report_table_color(ReportTable *table, const char *color);

/* Prints what there is; nothing when there are no rows. The stream's error is the caller's to look
 * at. */
void report_table_print(ReportTable *table, FILE *out);

/*
 * Prints SENTENCE as a paragraph: the first line INDENT columns in, the following ones
 * INDENT + 2; broken between words where the terminal is narrower, in a pipe never.
 */
void report_sentence(const ReportOptions *options, FILE *out, unsigned indent,
                     const char *sentence);

#endif
