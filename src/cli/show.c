/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show.h"

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "report/wording.h"
#include "sync/approval.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool show_flags_check(const ShowFlags *flags, ReportFormat *ret_format, GError **error)
{
    ReportFormat format = REPORT_TEXT;
    if (flags->format != NULL && !report_format_parse(flags->format, &format)) {
        g_autofree char *safe = text_safe(flags->format, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "--format takes text, markdown, csv, html or json, not '%s'", safe);
        return false;
    }
    if (flags->summary && (format == REPORT_JSON || flags->all)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "--summary does not go with %s",
                    flags->all ? "--all" : "--format json, which always is whole");
        return false;
    }
    *ret_format = format;
    return true;
}

void show_flags_clear(ShowFlags *flags)
{
    g_clear_pointer(&flags->format, g_free);
}

/* What the terminal and FLAGS (may be NULL) ask of a report on standard output. */
static ReportOptions show_options(const GlobalOptions *global, const ShowFlags *flags)
{
    ReportOptions options = {
        .color = command_color(global),
        .all = flags != NULL && flags->all,
        .summary = flags != NULL && flags->summary,
        .is_terminal = isatty(STDOUT_FILENO),
        /* a command without these options: others show the same plan */
        .more = flags == NULL ? "'plan --all' and 'history RUN --all' show them" : NULL,
    };
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        options.width = size.ws_col;
        options.height = size.ws_row;
    }
    return options;
}

bool show_plan(const Plan *plan, ReportFormat format, const GlobalOptions *global,
               const ShowFlags *flags, GError **error)
{
    ReportOptions options = show_options(global, flags);
    return report_write(plan, format, &options, stdout, error);
}

bool show_view(const View *view, const json_t *document, ReportFormat format,
               const GlobalOptions *global, const ShowFlags *flags, GError **error)
{
    ReportOptions options = show_options(global, flags);
    return format == REPORT_JSON ? report_write_json(document, stdout, error)
                                 : report_write_view(view, format, &options, stdout, error);
}

bool show_view_itself(const View *view, const char *name, ReportFormat format,
                      const GlobalOptions *global, const ShowFlags *flags, GError **error)
{
    g_autoptr(json_t) document = format == REPORT_JSON ? view_document(view, name) : NULL;
    return show_view(view, document, format, global, flags, error);
}

/* Whom FAILURE is about, in words; NULL when the answer did not say. New string. */
static char *who_failed(const Plan *plan, const Request *request, const OutcomeFailure *failure)
{
    if (failure->mail != NULL)
        return text_safe(failure->mail, -1);
    for (guint i = 0; failure->id != 0 && i < request->changes->len; i++) {
        const Change *change = plan_change(plan, g_array_index(request->changes, unsigned, i));
        bool same = change->person.organization_user_id.value == failure->id ||
                    change->person.user_id.value == failure->id;
        if (same && change->person.mail != NULL)
            return text_safe(change->person.mail, -1);
    }
    return NULL;
}

static void show_failure(const Plan *plan, const RequestResult *result)
{
    const Request *request = g_ptr_array_index(plan->requests, result->request - 1);
    const Outcome *outcome = &result->outcome;
    printf("request %u (%s): %s%s%s\n", request->id, operation_name(request->operation),
           outcome_kind_name(outcome->kind), outcome->message != NULL ? ": " : "",
           outcome->message != NULL ? outcome->message : "");
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        g_autofree char *who = who_failed(plan, request, failure);
        printf("  %s%s%s\n", who != NULL ? who : "", who != NULL ? ": " : "",
               failure->message != NULL ? failure->message : "refused without a reason");
    }
}

static void show_unconverged(const RunReport *report)
{
    if (report->unconverged->len == 0)
        return;
    log_warning("%u change%s that Toggl said it carried out %s not to be seen, and nothing is sent "
                "a second time; the next run takes them up",
                report->unconverged->len, report->unconverged->len == 1 ? "" : "s",
                report->unconverged->len == 1 ? "is" : "are");
    for (guint i = 0; i < report->unconverged->len; i++)
        printf("not to be seen: %s\n", (const char *) g_ptr_array_index(report->unconverged, i));
    if (report->unconverged_runs >= RUN_QUARANTINE)
        log_error("this is run %" G_GINT64_FORMAT
                  " in a row that did not converge: the next ones are quarantined, and hold "
                  "everything but removals of disabled people until a plan is approved\n"
                  "hint: what changes it back, another tool or somebody in the web page?",
                  report->unconverged_runs);
}

void show_report(const Plan *plan, const RunReport *report)
{
    const ApplyResult *result = report->result;
    for (guint i = 0; i < result->results->len; i++) {
        const RequestResult *one = g_ptr_array_index(result->results, i);
        if (one->outcome.kind != OUTCOME_DONE)
            show_failure(plan, one);
    }
    g_autofree char *counts = run_summary(plan, result);
    g_autofree char *summary = summary_text(counts);
    /* cron mails whatever is printed, and every hour that nothing changed is no news */
    if (plan->changes->len > 0 || isatty(STDOUT_FILENO))
        printf("Done: %s. Requests: %u done, %u failed, %u without a clear answer, %u not sent.\n",
               summary, result->done, result->failed, result->unknown, result->unsent);
    show_unconverged(report);
    if (report->follow_ups > 0)
        log_info("%" G_GINT64_FORMAT " more change%s possible now; the next run takes %s up",
                 report->follow_ups, report->follow_ups == 1 ? " is" : "s are",
                 report->follow_ups == 1 ? "it" : "them");
    if (report->unverified != NULL)
        log_warning("the result could not be verified, and the next run does that: %s",
                    report->unverified->message);
    if (result->cause != NULL)
        log_error("the run was cut short: %s", result->cause->message);
}

static void print_approve(const char *what, const char *options)
{
    g_autofree char *program = program_text(command_config());
    printf("  %s approve %s %s\n", program, what, options);
}

void show_approve(const Plan *plan, const char *path, int64_t run)
{
    g_autofree char *all = approval_options(plan);
    if (*all == '\0')
        return;
    g_autofree char *what = path != NULL ? text_shell_word(path)
                            : run != 0   ? g_strdup_printf("%" G_GINT64_FORMAT, run)
                                         : g_strdup("PLAN");
    if (path == NULL && run == 0)
        printf("To let exactly this pass, save it with plan --out PLAN, and then:\n");
    else
        printf("To let exactly this pass:\n");
    RailKind kinds[RAIL_KINDS];
    guint count = approval_kinds(plan, kinds);
    guint shown = 0;
    for (guint i = 0; i < count; i++) {
        if (!approval_frees(plan, kinds[i]))
            continue;
        shown++;
        g_autofree char *one = g_strconcat("--exceed ", rail_name(kinds[i]), NULL);
        print_approve(what, one);
    }
    if (count > 1 || shown == 0)
        print_approve(what, all);
}

bool show_no_arguments(int argc, char **argv, GError **error)
{
    if (argc <= 1)
        return true;
    g_autofree char *safe = text_safe(argv[1], -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "%s takes no argument '%s'", argv[0], safe);
    return false;
}
