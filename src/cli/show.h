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

/* The options that every view takes. */
typedef struct {
    char *format;
    gboolean all;
    gboolean summary;
    gboolean pseudonyms;
} ShowFlags;

/* Their rows in a table of options; FLAGS points to ShowFlags. */
#define SHOW_FLAG_ENTRIES(flags)                                                                   \
    {"format", 0, 0, G_OPTION_ARG_STRING, &(flags)->format, "text, markdown, csv, html or json",   \
     "FORMAT"},                                                                                    \
        {"all", 0, 0, G_OPTION_ARG_NONE, &(flags)->all, "leave no row out", NULL},                 \
        {"summary", 0, 0, G_OPTION_ARG_NONE, &(flags)->summary, "the totals only", NULL},          \
    {                                                                                              \
        "pseudonyms", 0, 0, G_OPTION_ARG_NONE, &(flags)->pseudonyms,                               \
            "replace what tells who somebody is", NULL                                             \
    }

/* The format that FLAGS ask for; NULL is text. SYNC_ERROR_USAGE. */
bool show_flags_check(const ShowFlags *flags, ReportFormat *ret_format, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void show_flags_clear(ShowFlags *flags);

/* Prints VIEW, or, for REPORT_JSON, DOCUMENT, on standard output; the other may be NULL. */
bool show_view(const View *view, const json_t *document, ReportFormat format,
               const GlobalOptions *global, const ShowFlags *flags, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Prints VIEW on standard output; as data it is a document of the format NAME. */
bool show_view_itself(const View *view, const char *name, ReportFormat format,
                      const GlobalOptions *global, const ShowFlags *flags, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Prints PLAN on standard output; FLAGS may be NULL. */
bool show_plan(const Plan *plan, ReportFormat format, const GlobalOptions *global,
               const ShowFlags *flags, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Prints what became of each request that did not simply work, whom it was about in Toggl's words,
 * the totals of confirmed changes, and what is still different. */
void show_report(const Plan *plan, const RunReport *report);

/*
 * Prints the command that lets pass what PLAN's rails withhold, a line for each rail that can be
 * approved: of the plan in the file PATH, or, when that is NULL, of RUN; when that is 0, too, it
 * says how to save the plan first.
 */
void show_approve(const Plan *plan, const char *path, int64_t run);

/* Refuses arguments that a command does not take. SYNC_ERROR_USAGE. */
bool show_no_arguments(int argc, char **argv, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
