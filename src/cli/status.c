/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/show.h"
#include "config/config.h"
#include "model/ledger.h"
#include "state/state.h"
#include "toggl/toggl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS_SHOWN 10
#define DAYS_UNKNOWN 7 /* so long a call of which nobody knows is shown */
#define SECONDS_A_DAY INT64_C(86400)

typedef struct {
    const Config *config;
    State *state;
    Ledger *ledger;
    GPtrArray *runs;
    GPtrArray *unknown; /* JournalEntry *: single calls of which nobody knows what they did */
    GPtrArray *facts;   /* TogglFact *; NULL: not asked for */
    int64_t now;
} Status;

static int64_t days_left(const Status *status, const Link *link)
{
    int64_t gone = (status->now - link->missing_since) / SECONDS_A_DAY;
    return MAX(0, status->config->sync->lifecycle.grace_days - gone);
}

static bool is_missing(const Link *link)
{
    return !link->row.removed && link->missing_since != 0 && link->deactivated_at == 0;
}

static const RunRecord *unfinished(const Status *status)
{
    for (guint i = 0; i < status->runs->len; i++) {
        const RunRecord *run = g_ptr_array_index(status->runs, i);
        if (run->ended == 0)
            return run;
    }
    return NULL;
}

static bool needs_attention(const Status *status)
{
    const RunRecord *last = status->runs->len > 0 ? g_ptr_array_index(status->runs, 0) : NULL;
    bool failed = last != NULL && last->status != EXIT_STATUS_DONE;
    bool missing = false;
    for (guint i = 0; i < status->ledger->links->len; i++)
        missing = missing || is_missing(g_ptr_array_index(status->ledger->links, i));
    return failed || missing || unfinished(status) != NULL || status->unknown->len > 0;
}

static void print_calls(const Status *status)
{
    for (guint i = 0; i < status->unknown->len; i++) {
        const JournalEntry *entry = g_ptr_array_index(status->unknown, i);
        g_autofree char *sent = clock_format(entry->sent);
        printf("Unknown: %s, sent %s: nobody knows whether it was carried out; look before it is "
               "sent again\n",
               entry->operation, sent);
    }
}

static void print_facts(const Status *status)
{
    if (status->facts == NULL)
        return;
    printf("What Toggl's documentation leaves open:\n");
    for (guint i = 0; i < status->facts->len; i++) {
        const TogglFact *fact = g_ptr_array_index(status->facts, i);
        printf("  %-12s %s (%s)\n", fact->name, fact->value,
               fact->origin == FACT_LEARNED ? "learned from answers" : "assumed");
    }
}

static void print_text(const Status *status)
{
    if (status->state == NULL) {
        printf("No run yet: there is no state at %s\n", status->config->state);
        return;
    }
    printf("Linked people: %u, grants: %u\n", status->ledger->links->len,
           status->ledger->grants->len);
    printf("Last runs:\n");
    for (guint i = 0; i < status->runs->len; i++) {
        const RunRecord *run = g_ptr_array_index(status->runs, i);
        g_autofree char *started = clock_format(run->started);
        if (run->ended == 0)
            printf("  %" G_GINT64_FORMAT "  %s  %s  not ended%s\n", run->id, started, run->command,
                   strcmp(run->command, "api") == 0 ? "" : ": the next sync settles it");
        else
            printf("  %" G_GINT64_FORMAT "  %s  %s  status %d: %s\n", run->id, started,
                   run->command, run->status, run->summary != NULL ? run->summary : "");
    }
    print_calls(status);
    print_facts(status);
    for (guint i = 0; i < status->ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(status->ledger->links, i);
        if (!is_missing(link))
            continue;
        g_autofree char *since = clock_format(link->missing_since);
        printf("Missing: %s since %s, %" G_GINT64_FORMAT " complete reads, %" G_GINT64_FORMAT
               " days left\n",
               link->mail_key != NULL ? link->mail_key : link->anchor, since, link->reads_missed,
               days_left(status, link));
    }
}

static void print_json(const Status *status)
{
    g_autoptr(json_t) runs = json_array();
    for (guint i = 0; i < status->runs->len; i++) {
        const RunRecord *run = g_ptr_array_index(status->runs, i);
        g_autofree char *started = clock_format(run->started);
        (void) json_array_append_new(
            runs, json_pack("{sI ss ss sb si ss}", "id", (json_int_t) run->id, "command",
                            run->command, "started", started, "finished", run->ended != 0, "status",
                            run->status, "summary", run->summary != NULL ? run->summary : ""));
    }
    g_autoptr(json_t) missing = json_array();
    for (guint i = 0; i < status->ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(status->ledger->links, i);
        if (!is_missing(link))
            continue;
        g_autofree char *since = clock_format(link->missing_since);
        (void) json_array_append_new(
            missing, json_pack("{ss ss ss? ss sI sI}", "source", link->source, "anchor",
                               link->anchor, "mail", link->mail_key, "since", since, "reads",
                               (json_int_t) link->reads_missed, "days_left",
                               (json_int_t) days_left(status, link)));
    }
    g_autoptr(json_t) unknown = json_array();
    for (guint i = 0; i < status->unknown->len; i++) {
        const JournalEntry *entry = g_ptr_array_index(status->unknown, i);
        g_autofree char *sent = clock_format(entry->sent);
        (void) json_array_append_new(
            unknown, json_pack("{ss ss}", "operation", entry->operation, "sent", sent));
    }
    g_autoptr(json_t) document = json_pack(
        "{sb sI sI sO sO sO}", "attention", needs_attention(status), "links",
        (json_int_t) status->ledger->links->len, "grants", (json_int_t) status->ledger->grants->len,
        "runs", runs, "missing", missing, "unknown_calls", unknown);
    char *text = json_dumps(document, JSON_INDENT(2) | JSON_SORT_KEYS);
    printf("%s\n", text);
    free(text);
}

/* What was learned of Toggl, out of the state; nothing is asked, and nothing is kept. */
typedef struct {
    TogglCache cache;
    State *state;
} StateCache;

static char *cache_get(TogglCache *cache, const char *key)
{
    char *value = NULL;
    /* a fact that cannot be read is not known */
    if (!state_get_fact(((StateCache *) (void *) cache)->state, key, &value, NULL))
        return NULL;
    return value;
}

static GPtrArray *read_facts(const Config *config, State *state)
{
    StateCache cache = {.cache = {.get = cache_get}, .state = state};
    return toggl_facts(config->toggl, clock_real(), state == NULL ? NULL : &cache.cache);
}

static int show(const GlobalOptions *global, ReportFormat format, GError **error)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(State) state = NULL;
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    g_autoptr(GPtrArray) unknown = NULL;
    g_autoptr(GPtrArray) facts = NULL;
    int64_t now = clock_real()->now(clock_real());
    const char *path = global->config != NULL ? global->config : CONFIG_DEFAULT_PATH;
    if (!config_load(path, CONFIG_WITHOUT_SECRETS, &config, error) ||
        !state_open(config->state, STATE_READ, config->toggl->organization, &state, error))
        return -1;
    if (state == NULL) {
        ledger = ledger_new();
        runs = g_ptr_array_new();
        unknown = g_ptr_array_new();
    } else if (!state_load(state, &ledger, error) || !state_runs(state, RUNS_SHOWN, &runs, error) ||
               !state_unknown_calls(state, now - DAYS_UNKNOWN * SECONDS_A_DAY, &unknown, error)) {
        return -1;
    }
    if (global->verbose)
        facts = read_facts(config, state);
    Status status = {
        .config = config,
        .state = state,
        .ledger = ledger,
        .runs = runs,
        .unknown = unknown,
        .facts = facts,
        .now = now,
    };
    if (format == REPORT_JSON)
        print_json(&status);
    else
        print_text(&status);
    return needs_attention(&status) ? EXIT_STATUS_CHANGES : EXIT_STATUS_DONE;
}

int status_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    g_autofree char *name = NULL;
    GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &name, "text or json", "FORMAT"},
        G_OPTION_ENTRY_NULL,
    };
    ReportFormat format = REPORT_TEXT;
    bool helped = false;
    int status = -1;
    if (command_parse("status", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            status = EXIT_STATUS_DONE;
        else if (show_no_arguments(argc, argv, error) && show_format(name, &format, error))
            status = show(global, format, error);
    }
    return status;
}
