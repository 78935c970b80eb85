/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/past_run.h"
#include "cli/pseudonym.h"
#include "cli/show.h"
#include "config/config.h"
#include "state/state.h"
#include "sync/document.h"

#include <string.h>

#define RUNS_LISTED 1000

static bool open_state(const GlobalOptions *global, State **ret_state, GError **error)
{
    g_autoptr(Config) config = NULL;
    const char *path = command_config_path(global);
    return config_load(path, CONFIG_WITHOUT_SECRETS, &config, error) &&
           state_open(config->state, STATE_READ, config->toggl->organization, ret_state, error);
}

static bool no_such_run(const char *word, GError **error)
{
    g_autofree char *safe = text_safe(word, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "there is no run '%s'\nhint: 'toggl-ldap-sync history' lists them", safe);
    return false;
}

static bool put_under_pseudonyms(State *state, LoadedRun *run, View *view, json_t *document,
                                 GError **error)
{
    g_autoptr(Ledger) ledger = NULL;
    if (!state_load_to_look(state, &ledger, error))
        return false;
    g_autoptr(Pseudonyms) pseudonyms = pseudonym_new(NULL, ledger, run->plan);
    if (view != NULL)
        pseudonyms_view(pseudonyms, view);
    if (document == NULL)
        return true;
    /* ids stand in the requests of a plan in ways that only a plan knows */
    pseudonyms_plan(pseudonyms, run->plan);
    (void) json_object_set_new(document, "plan", plan_document(run->plan));
    pseudonyms_json(pseudonyms, json_object_get(document, "requests"));
    pseudonyms_json(pseudonyms, json_object_get(document, "changes"));
    return true;
}

static bool show_run(const GlobalOptions *global, const char *word, const ShowFlags *flags,
                     ReportFormat format, GError **error)
{
    g_autoptr(State) state = NULL;
    gint64 id = 0;
    if (!g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, &id, NULL))
        return no_such_run(word, error);
    if (!open_state(global, &state, error))
        return false;
    g_autoptr(LoadedRun) run = NULL;
    if (state != NULL && !past_run_load(state, id, &run, error))
        return false;
    if (run == NULL)
        return no_such_run(word, error);
    g_autoptr(View) view = format != REPORT_JSON ? run_view(&run->report) : NULL;
    g_autoptr(json_t) document = format == REPORT_JSON ? run_document(&run->report) : NULL;
    if (flags->pseudonyms && !put_under_pseudonyms(state, run, view, document, error))
        return false;
    return show_view(view, document, format, global, flags, error);
}

static bool show_runs(const GlobalOptions *global, const ShowFlags *flags, ReportFormat format,
                      GError **error)
{
    g_autoptr(State) state = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    if (!open_state(global, &state, error) ||
        (state != NULL && !state_runs(state, RUNS_LISTED, &runs, error)))
        return false;
    guint count = runs != NULL ? runs->len : 0;
    g_autofree PastRun *heads = g_new0(PastRun, count + 1);
    for (guint i = 0; i < count; i++)
        past_run_head(g_ptr_array_index(runs, i), &heads[i]);
    g_autoptr(View) view = format != REPORT_JSON ? runs_view(heads, count) : NULL;
    g_autoptr(json_t) document = format == REPORT_JSON ? runs_document(heads, count) : NULL;
    return show_view(view, document, format, global, flags, error);
}

int history_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    ShowFlags flags = {0};
    GOptionEntry entries[] = {SHOW_FLAG_ENTRIES(&flags), G_OPTION_ENTRY_NULL};
    ReportFormat format = REPORT_TEXT;
    bool helped = false;
    bool done = false;
    if (command_parse("history", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            done = true;
        else if ((argc <= 2 || show_no_arguments(argc - 1, argv + 1, error)) &&
                 show_flags_check(&flags, &format, error))
            done = argc == 2 ? show_run(global, argv[1], &flags, format, error)
                             : show_runs(global, &flags, format, error);
    }
    show_flags_clear(&flags);
    return done ? EXIT_STATUS_DONE : -1;
}
