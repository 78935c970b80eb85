/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/pseudonym.h"
#include "cli/show.h"
#include "config/config.h"
#include "report/overview_view.h"
#include "state/state.h"
#include "sync/overview_read.h"

/* after jansson.h */
#include "base/autoptr.h"

static bool read_overview(const Config *config, bool with_facts, Overview **ret_overview,
                          Ledger **ret_ledger, GError **error)
{
    g_autoptr(State) state = NULL;
    if (!state_open(config->state, STATE_READ, config->toggl->organization, &state, error))
        return false;
    const OverviewInput input = {
        .state = state,
        .state_path = config->state,
        .settings = config->sync,
        .toggl = config->toggl,
        .clock = clock_real(),
        .stale_after = config->report.stale_after_hours * SECONDS_AN_HOUR,
        .with_facts = with_facts,
    };
    return overview_read(&input, ret_overview, ret_ledger, error);
}

static int show(const GlobalOptions *global, const ShowFlags *flags, ReportFormat format,
                GError **error)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Overview) overview = NULL;
    g_autoptr(Ledger) ledger = NULL;
    const char *path = command_config_path(global);
    if (!config_load(path, CONFIG_WITHOUT_SECRETS, &config, error) ||
        !read_overview(config, global->verbose, &overview, &ledger, error))
        return -1;
    g_autoptr(View) view = format != REPORT_JSON ? overview_view(overview) : NULL;
    g_autoptr(json_t) document = format == REPORT_JSON ? overview_document(overview) : NULL;
    if (flags->pseudonyms) {
        g_autoptr(Pseudonyms) pseudonyms = pseudonym_new(NULL, ledger, overview->plan);
        if (view != NULL)
            pseudonyms_view(pseudonyms, view);
        if (document != NULL)
            pseudonyms_json(pseudonyms, document);
    }
    if (!show_view(view, document, format, global, flags, error))
        return -1;
    return overview->concerns->len > 0 ? EXIT_STATUS_CHANGES : EXIT_STATUS_DONE;
}

int status_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    ShowFlags flags = {0};
    GOptionEntry entries[] = {SHOW_FLAG_ENTRIES(&flags), G_OPTION_ENTRY_NULL};
    ReportFormat format = REPORT_TEXT;
    bool helped = false;
    int status = -1;
    if (command_parse("status", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (show_no_arguments(argc, argv, error) && show_flags_check(&flags, &format, error))
            status = show(global, &flags, format, error);
    }
    show_flags_clear(&flags);
    return status;
}
