/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/pseudonym.h"
#include "cli/show.h"
#include "report/access_view.h"
#include "state/state.h"
#include "sync/access.h"

#include <string.h>

#define LAST_SECOND "T23:59:59Z"

typedef struct {
    ShowFlags show;
    Inputs inputs;
    char *at;
} ReviewOptions;

/* A moment, or a day, which is its last second in UTC. */
static bool parse_moment(const char *word, int64_t now, int64_t *ret, GError **error)
{
    g_autofree char *day = g_strconcat(word, LAST_SECOND, NULL);
    int64_t at = 0;
    if (!clock_parse(word, &at) && !clock_parse(day, &at)) {
        g_autofree char *safe = text_safe(word, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "--at takes a day like 2026-11-23 or a moment like 2026-11-23T18:00:00Z, not "
                    "'%s'",
                    safe);
        return false;
    }
    /* today, as far as it has come */
    bool today = at > now && strchr(word, 'T') == NULL && at - now < INT64_C(86400);
    if (at > now && !today) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "--at %s is in the future", word);
        return false;
    }
    *ret = MIN(at, now);
    return true;
}

static bool show(const GlobalOptions *global, const ReviewOptions *options, const Context *context,
                 const Ledger *ledger, View *view, GError **error)
{
    ReportFormat format = REPORT_TEXT;
    if (!show_flags_check(&options->show, &format, error))
        return false;
    if (options->show.pseudonyms) {
        g_autoptr(Pseudonyms) pseudonyms = pseudonym_new(context, ledger, NULL);
        pseudonyms_view(pseudonyms, view);
    }
    return show_view_itself(view, "toggl-ldap-sync access review", format, global, &options->show,
                            error);
}

static bool review_today(const GlobalOptions *global, const ReviewOptions *options, GError **error)
{
    g_autoptr(Context) context = NULL;
    g_autoptr(GPtrArray) past = NULL;
    PlanInput input = {0};
    ReadTimes times = {0};
    if (!context_open_view(global, &options->inputs, &context, error) ||
        !context_read(context, error) || !context_plan_input(context, false, &input, error) ||
        (context->state != NULL &&
         !state_access_at(context->state, input.now, &times, &past, error)))
        return false;
    g_autoptr(GPtrArray) rows = access_today(&input, past);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, context->organization->id);
    const char *name = context->organization->name;
    g_autoptr(View) view = access_view(rows, name != NULL && *name != '\0' ? name : number,
                                       &(AccessTimes){.made = input.now, .first = times.first});
    return show(global, options, context, context->ledger, view, error);
}

static bool nothing_then(const char *word, const ReadTimes *times, GError **error)
{
    g_autofree char *first = clock_format(times->first);
    g_autofree char *safe = text_safe(word, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "nothing is known of %s: %s%s\nhint: without --at the review is of this moment",
                safe,
                times->first != 0 ? "the first complete read was at " : "there was no read yet",
                times->first != 0 ? first : "");
    return false;
}

static bool review_past(const GlobalOptions *global, const ReviewOptions *options, GError **error)
{
    Clock *clock = clock_real();
    int64_t now = clock->now(clock);
    int64_t at = 0;
    g_autoptr(Config) config = NULL;
    g_autoptr(State) state = NULL;
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GPtrArray) intervals = NULL;
    ReadTimes times = {0};
    const char *path = command_config_path(global);
    if (options->inputs.ldif != NULL || options->inputs.snapshot != NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "--at looks into the state, and --ldif and --snapshot are of this moment");
        return false;
    }
    if (!parse_moment(options->at, now, &at, error) ||
        !config_load(path, CONFIG_WITHOUT_SECRETS, &config, error) ||
        !state_open(config->state, STATE_READ, config->toggl->organization, &state, error) ||
        (state != NULL && (!state_load_to_look(state, &ledger, error) ||
                           !state_access_at(state, at, &times, &intervals, error))))
        return false;
    if (times.before == 0)
        return nothing_then(options->at, &times, error);
    g_autoptr(GPtrArray) rows = access_at(intervals);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, config->toggl->organization);
    g_autoptr(View) view = access_view(rows, number,
                                       &(AccessTimes){.at = at,
                                                      .made = now,
                                                      .first = times.first,
                                                      .before = times.before,
                                                      .after = times.after});
    return show(global, options, NULL, ledger, view, error);
}

int access_review_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    ReviewOptions options = {0};
    GOptionEntry entries[] = {
        {"at", 0, 0, G_OPTION_ARG_STRING, &options.at, "as it was then, from the reads of sync",
         "DATE"},
        INPUT_ENTRIES(&options.inputs),
        SHOW_FLAG_ENTRIES(&options.show),
        G_OPTION_ENTRY_NULL,
    };
    ReportFormat format = REPORT_TEXT;
    bool helped = false;
    bool done = false;
    if (command_parse("access-review", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            done = true;
        else if (show_no_arguments(argc, argv, error) &&
                 show_flags_check(&options.show, &format, error))
            done = options.at != NULL ? review_past(global, &options, error)
                                      : review_today(global, &options, error);
    }
    show_flags_clear(&options.show);
    inputs_clear(&options.inputs);
    g_free(options.at);
    return done ? EXIT_STATUS_DONE : -1;
}
