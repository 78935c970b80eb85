/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tell.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "report/deliver.h"
#include "report/metrics.h"
#include "state/retention.h"
#include "sync/latest.h"

#include <errno.h>
#include <sys/stat.h>

#define PORTIONS_A_RUN 200 /* of old records; what is left goes with the next runs */
#define FACT_FAILED "run.failed"

/* The state's facts, as deliver wants to see them. */
typedef struct {
    NewsMemory memory;
    State *state;
} Memory;

static char *fact(State *state, const char *key)
{
    char *value = NULL;
    g_autoptr(GError) error = NULL;
    if (state != NULL && !state_get_fact(state, key, &value, &error))
        log_debug("the fact '%s' cannot be read, going on without it: %s", key, error->message);
    return value;
}

static char *memory_get(NewsMemory *memory, const char *key)
{
    return fact(((Memory *) (void *) memory)->state, key);
}

static void memory_set(NewsMemory *memory, const char *key, const char *value)
{
    State *state = ((Memory *) (void *) memory)->state;
    if (state != NULL)
        state_note_fact(state, key, value);
}

/* When a run last did its work, as the state knows it; without one, as the old metrics say. */
static int64_t last_success(const Context *context)
{
    int64_t known = 0;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    if (context->state != NULL && !latest_recall_success(context->state, &known, &error))
        log_debug("when a run last succeeded cannot be read, going on without it: %s",
                  error->message);
    if (known != 0)
        return known;
    const char *path = context->config->report.metrics;
    if (path != NULL && g_file_get_contents(path, &text, NULL, NULL))
        return metrics_last_success(text);
    return 0;
}

/* What is known only at the end, and what the next run shall know of it. */
static void close_bulletin(Context *context, int status, const GError *error)
{
    Bulletin *bulletin = context->bulletin;
    g_autofree char *failed = fact(context->state, FACT_FAILED);
    bulletin->ended = context->clock->now(context->clock);
    bulletin->status = status;
    if (error != NULL) {
        g_free(bulletin->problem);
        bulletin->problem = secret_redact(error->message);
    }
    bulletin->failed_before = failed != NULL;
    bulletin->stale_after = context->config->report.stale_after_hours * SECONDS_AN_HOUR;
    bulletin->last_success = last_success(context);
    if (context->organization != NULL)
        bulletin_take_organization(bulletin, context->organization);
    if (context->toggl != NULL) {
        const TogglQuota quota = toggl_quota(context->toggl);
        bulletin->calls = toggl_calls(context->toggl);
        bulletin->quota_total = MAX(quota.total, 0);
        bulletin->quota_remaining = quota.remaining;
    }
    if (bulletin_is_success(bulletin))
        bulletin->last_success = bulletin->ended;
    if (context->state == NULL)
        return;
    latest_remember_success(context->state, bulletin->last_success);
    latest_remember(context->state, &(LatestRun){.command = bulletin->command,
                                                 .ended = bulletin->ended,
                                                 .status = status,
                                                 .problem = bulletin->problem});
    const unsigned news = bulletin_news(bulletin);
    if ((news & (1U << NEWS_FAILURE | 1U << NEWS_PARTIAL)) != 0)
        state_note_fact(context->state, FACT_FAILED, "1");
    else if (bulletin_is_success(bulletin))
        state_note_fact(context->state, FACT_FAILED, NULL);
}

/* For everybody to read: node_exporter is somebody else. */
static bool write_metrics(const Context *context, GError **error)
{
    const char *path = context->config->report.metrics;
    if (path == NULL)
        return true;
    g_autofree char *text = metrics_text(context->bulletin);
    g_autoptr(GError) problem = NULL;
    if (g_file_set_contents_full(path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644,
                                 &problem) &&
        chmod(path, 0644) == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_OUTPUT,
                "the metrics '%s' cannot be written: %s\nhint: may the service write into the "
                "folder of report.metrics?",
                path, problem != NULL ? file_cause(problem) : g_strerror(errno));
    return false;
}

static void warn_of(GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++)
        log_warning("%s", (const char *) g_ptr_array_index(problems, i));
    g_ptr_array_set_size(problems, 0);
}

void tell_plan(Context *context, const Plan *plan)
{
    if (context->bulletin != NULL)
        bulletin_take_plan(context->bulletin, plan);
}

void tell_report(Context *context, const Plan *plan, const RunReport *report)
{
    Bulletin *bulletin = context->bulletin;
    const ApplyResult *result = report->result;
    if (bulletin == NULL)
        return;
    if (!bulletin->planned)
        bulletin_take_plan(bulletin, plan);
    for (ChangeKind kind = 0; kind < CHANGE_KINDS; kind++)
        bulletin->done[kind] += apply_count(result, plan, kind);
    bulletin->run = report->run;
    bulletin->requests_done += result->done;
    bulletin->requests_failed += result->failed;
    bulletin->requests_unknown += result->unknown;
    bulletin->requests_unsent += result->unsent;
    if (bulletin->problem == NULL && result->cause != NULL)
        bulletin->problem = secret_redact(result->cause->message);
}

/* What was kept long enough goes; a record too many is no reason to fail. */
static void prune(Context *context)
{
    const int64_t now = context->clock->now(context->clock);
    bool more = true;
    g_autoptr(GError) error = NULL;
    for (int portion = 0; more && portion < PORTIONS_A_RUN && !clock_stop_requested(); portion++) {
        if (!state_prune(context->state, &context->config->retention, now, &more, &error)) {
            log_warning("what is kept long enough could not be taken out of the state, and the "
                        "next run tries again: %s",
                        error->message);
            return;
        }
    }
}

static void tell(Context *context, int *status, const GError *error)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) unwritten = NULL;
    Memory memory = {.memory = {.get = memory_get, .set = memory_set}, .state = context->state};
    close_bulletin(context, *status, error);
    if (!write_metrics(context, &unwritten)) {
        log_error("%s", unwritten->message);
        *status = exit_status_worse(*status, error_exit_status(unwritten));
    }
    deliver_bulletin(context->config->notify, context->bulletin, &memory.memory, problems);
    warn_of(problems);
}

/* Where the run is, so that whoever reads of it elsewhere knows where to type. */
static void name_place(Context *context)
{
    Bulletin *bulletin = context->bulletin;
    const char *config = command_config();
    bulletin->host = text_safe(g_get_host_name(), -1);
    bulletin->config = config != NULL ? g_canonicalize_filename(config, NULL) : NULL;
    bulletin->report_only = context->config->sync->lifecycle.mode == MODE_REPORT;
}

int tell_run(const GlobalOptions *global, const char *command, TellBody body, void *data,
             GError **error)
{
    g_autoptr(Context) context = NULL;
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) trouble = NULL;
    if (!context_new(global, CONTEXT_WRITE, &context, error))
        return -1;
    context->bulletin = bulletin_new(command, context->config->toggl->organization,
                                     context->clock->now(context->clock));
    name_place(context);
    deliver_start(context->config->notify, problems);
    warn_of(problems);
    int status = EXIT_STATUS_DONE;
    if (!context_open_state(context, &trouble) || !body(context, global, data, &status, &trouble)) {
        status = error_exit_status(trouble);
        tell(context, &status, trouble);
        g_propagate_error(error, g_steal_pointer(&trouble));
        return -1;
    }
    prune(context);
    tell(context, &status, NULL);
    return status;
}
