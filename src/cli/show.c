/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show.h"

#include "base/error.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool show_format(const char *name, ReportFormat *ret_format, GError **error)
{
    if (name == NULL || strcmp(name, "text") == 0) {
        *ret_format = REPORT_TEXT;
        return true;
    }
    if (strcmp(name, "json") == 0) {
        *ret_format = REPORT_JSON;
        return true;
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "--format takes text or json, not '%s'", name);
    return false;
}

static int terminal_width(void)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 0;
}

bool show_plan(const Plan *plan, ReportFormat format, const GlobalOptions *global, bool all,
               GError **error)
{
    ReportOptions options = {
        .color = command_color(global),
        .width = terminal_width(),
        .all = all,
        .is_terminal = isatty(STDOUT_FILENO),
    };
    return report_write(plan, format, &options, stdout, error);
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
        g_autofree char *mail = failure->mail != NULL ? text_safe(failure->mail, -1) : NULL;
        printf("  %s%s\n", mail != NULL ? mail : "",
               failure->message != NULL ? failure->message : "refused without a reason");
    }
}

char *result_summary(const Plan *plan, const ApplyResult *result)
{
    GString *summary = g_string_new(NULL);
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        int64_t count = apply_count(result, plan, (ChangeKind) kind);
        if (count > 0)
            g_string_append_printf(summary, "%s%" G_GINT64_FORMAT " %s",
                                   summary->len > 0 ? ", " : "", count,
                                   change_kind_name((ChangeKind) kind));
    }
    if (summary->len == 0)
        g_string_append(summary, "nothing");
    return g_string_free(summary, FALSE);
}

void show_result(const Plan *plan, const ApplyResult *result)
{
    for (guint i = 0; i < result->results->len; i++) {
        const RequestResult *one = g_ptr_array_index(result->results, i);
        if (one->outcome.kind != OUTCOME_DONE)
            show_failure(plan, one);
    }
    g_autofree char *summary = result_summary(plan, result);
    printf("Done: %s. Requests: %u done, %u failed, %u without a clear answer, %u not sent.\n",
           summary, result->done, result->failed, result->unknown, result->unsent);
}

bool show_no_arguments(int argc, char **argv, GError **error)
{
    if (argc <= 1)
        return true;
    g_autofree char *safe = text_safe(argv[1], -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "%s takes no argument '%s'", argv[0], safe);
    return false;
}
