/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/config_text.h"
#include "cli/context.h"
#include "cli/pseudonym.h"
#include "cli/show.h"
#include "config/redacted.h"
#include "model/dn.h"
#include "report/bundle.h"
#include "report/report.h"
#include "report/wording.h"
#include "sync/document.h"
#include "sync/planner.h"
#include "sync/snapshot.h"

#include <stdio.h>
#include <string.h>

#define RUNS_TOLD 20
#define RUNS_TOLD_IN_FULL 5

static const char read_me[] =
    "A support bundle of toggl-ldap-sync " PROJECT_VERSION ".\n\n"
    "People are under pseudonyms, the same in all files of this bundle and in no other; groups,\n"
    "workspaces, servers and where entries stand keep their names. There is no secret in it.\n\n"
    "configuration.conf  the configuration, without secrets and comments\n"
    "replay.conf         the same, with the directories taken from the files here\n"
    "people-*.ldif       what the directories hold, as it was understood\n"
    "snapshot.json       what Toggl has, and what the program remembers\n"
    "plan.json           what would be done now; plan.txt shows it\n"
    "log.txt             what the last runs did\n"
    "problem.txt         what could not be had, if anything\n\n"
    "To make the plan again, without network:\n\n    toggl-ldap-sync --config replay.conf plan";

typedef struct {
    Context *context;
    Pseudonyms *pseudonyms;
    Bundle *bundle;
    GPtrArray *files; /* char *: of the directories */
    GPtrArray *bases; /* char *: of their people and groups, two each; NULL: no groups */
} Collector;

static char *replace(void *context, const char *text)
{
    return pseudonyms_text(context, text);
}

static char *file_of(const char *source)
{
    g_autofree char *name = g_strdup(source);
    g_strcanon(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", '-');
    return g_strdup_printf("people-%.50s.ldif", name);
}

static char *base_of(const GPtrArray *rows, const char *(*key_of)(gconstpointer row))
{
    const char *base = NULL;
    for (guint i = 0; i < rows->len; i++)
        base = dn_key_common(base, key_of(g_ptr_array_index(rows, i)));
    return g_strdup(base);
}

static const char *key_of_person(gconstpointer row)
{
    return ((const Person *) row)->dn_key;
}

static const char *key_of_group(gconstpointer row)
{
    return ((const DirectoryGroup *) row)->dn_key;
}

static void add_directories(Collector *collector)
{
    for (guint i = 0; i < collector->context->directories->len; i++) {
        Directory *directory = g_ptr_array_index(collector->context->directories, i);
        char *file = file_of(directory->source);
        pseudonyms_directory(collector->pseudonyms, directory);
        g_autofree char *ldif = bundle_directory(directory);
        bundle_add(collector->bundle, file, ldif);
        g_ptr_array_add(collector->files, file);
        g_ptr_array_add(collector->bases, base_of(directory->people, key_of_person));
        g_ptr_array_add(collector->bases, base_of(directory->groups, key_of_group));
    }
}

/* ---- the configuration ---- */

/* With the files in place of the directories. *RET_DIGEST: what such a configuration decides;
 * NULL: it cannot be loaded. */
static bool add_replay(Collector *collector, char **ret_digest, GError **error)
{
    const Context *context = collector->context;
    guint count = collector->files->len;
    g_autofree RedactDirectory *directories = g_new0(RedactDirectory, count + 1);
    for (guint i = 0; i < count; i++) {
        const char *people = g_ptr_array_index(collector->bases, (size_t) i * 2);
        directories[i] = (RedactDirectory){
            .source = ((const Directory *) g_ptr_array_index(context->directories, i))->source,
            .file = g_ptr_array_index(collector->files, i),
            .people_base = people != NULL ? people : "",
            .groups_base = g_ptr_array_index(collector->bases, (size_t) i * 2 + 1),
        };
    }
    Redaction redaction = {.replace = replace,
                           .context = collector->pseudonyms,
                           .directories = directories,
                           .count = count};
    g_autofree char *text = NULL;
    g_autoptr(Config) config = NULL;
    if (!config_redacted(context->config->path, &redaction, &text, error))
        return false;
    bundle_add(collector->bundle, "replay.conf", text);
    if (config_text_load(text, &config, NULL))
        *ret_digest = g_strdup(config->sync->digest);
    return true;
}

static bool add_configuration(Collector *collector, GError **error)
{
    Redaction redaction = {.replace = replace, .context = collector->pseudonyms};
    g_autofree char *text = NULL;
    if (!config_redacted(collector->context->config->path, &redaction, &text, error))
        return false;
    bundle_add(collector->bundle, "configuration.conf", text);
    return true;
}

/* ---- what both sides hold, and the plan ---- */

static bool add_snapshot(Collector *collector, GError **error)
{
    Context *context = collector->context;
    g_autoptr(Ledger) ledger = NULL;
    g_autofree char *digest = NULL;
    if (!add_replay(collector, &digest, error) || !context_fresh_ledger(context, &ledger, error))
        return false;
    /* what was accepted is accepted for the replay too */
    if (digest != NULL &&
        g_strcmp0(ledger->accepted_configuration, context->config->sync->digest) == 0) {
        g_free(ledger->accepted_configuration);
        ledger->accepted_configuration = g_steal_pointer(&digest);
    }
    pseudonyms_ledger(collector->pseudonyms, ledger);
    pseudonyms_organization(collector->pseudonyms, context->organization);
    g_autofree char *text =
        snapshot_text(context->organization, ledger, context->clock->now(context->clock));
    bundle_add(collector->bundle, "snapshot.json", text);
    return true;
}

static void add_plan(Collector *collector, Plan *plan)
{
    pseudonyms_plan(collector->pseudonyms, plan);
    g_autofree char *document = plan_document_text(plan);
    g_autofree char *text = report_text_of(plan, REPORT_TEXT, &(ReportOptions){.all = true});
    bundle_add(collector->bundle, "plan.json", document);
    bundle_add(collector->bundle, "plan.txt", text);
}

/* ---- the log ---- */

static bool tell_run(Collector *collector, const RunRecord *run, bool in_full, GString *log,
                     GError **error)
{
    g_autofree char *started = clock_format(run->started);
    g_autofree char *ended = run->ended != 0 ? clock_format(run->ended) : NULL;
    g_string_append_printf(log, "run %" G_GINT64_FORMAT ": %s, begun %s, ended %s, status %d: %s\n",
                           run->id, run->command, started, ended != NULL ? ended : "not yet",
                           run->status, run->summary != NULL ? run->summary : "");
    g_autoptr(GPtrArray) journal = NULL;
    if (!in_full)
        return true;
    if (!state_journal(collector->context->state, run->id, &journal, error))
        return false;
    for (guint i = 0; i < journal->len; i++) {
        const JournalEntry *entry = g_ptr_array_index(journal, i);
        g_autofree char *sent = clock_format(entry->sent);
        g_autofree char *outcome = outcome_text(entry->outcome, entry->settled, entry->message);
        g_string_append_printf(log, "  request %u: %s, sent %s, HTTP %d: %s\n", entry->request_id,
                               entry->operation, sent, entry->status, outcome);
    }
    return true;
}

/* Whom the told runs were about: a message may name somebody whom nothing else knows any more. */
static bool learn_runs(Collector *collector, GError **error)
{
    g_autoptr(GPtrArray) runs = NULL;
    State *state = collector->context->state;
    if (state == NULL)
        return true;
    if (!state_runs(state, RUNS_TOLD, &runs, error))
        return false;
    for (guint i = 0; i < runs->len; i++) {
        g_autoptr(RunRecord) run = NULL;
        g_autoptr(Plan) plan = NULL;
        if (!state_run(state, ((const RunRecord *) g_ptr_array_index(runs, i))->id, &run, error))
            return false;
        /* a plan that nobody can read tells of nobody */
        if (run != NULL && run->plan != NULL &&
            plan_document_read(run->plan, strlen(run->plan), &plan, NULL))
            pseudonyms_learn_plan(collector->pseudonyms, plan);
    }
    return true;
}

static bool add_log(Collector *collector, GError **error)
{
    g_autoptr(GPtrArray) runs = NULL;
    g_autoptr(GString) log = g_string_new(NULL);
    if (collector->context->state == NULL) {
        bundle_add(collector->bundle, "log.txt", "there is no state: no run is remembered\n");
        return true;
    }
    if (!state_runs(collector->context->state, RUNS_TOLD, &runs, error))
        return false;
    for (guint i = 0; i < runs->len; i++) {
        if (!tell_run(collector, g_ptr_array_index(runs, i), i < RUNS_TOLD_IN_FULL, log, error))
            return false;
    }
    g_autofree char *text = pseudonyms_text(collector->pseudonyms, log->str);
    bundle_add(collector->bundle, "log.txt", text);
    return true;
}

/* ---- all of it ---- */

static void add_read_me(const Collector *collector)
{
    g_autoptr(GString) text = g_string_new(read_me);
    for (guint i = 0; i < collector->files->len; i++)
        g_string_append_printf(
            text, " --ldif %s=%s",
            ((const Directory *) g_ptr_array_index(collector->context->directories, i))->source,
            (const char *) g_ptr_array_index(collector->files, i));
    g_string_append(text, " --snapshot snapshot.json\n");
    bundle_add(collector->bundle, "README.txt", text->str);
}

/*
 * As much as can be had. *RET_PROBLEM: why both sides, or the plan, are missing; it is in the
 * bundle too, since that is what somebody will ask about.
 */
static bool collect(Collector *collector, GError **ret_problem, GError **error)
{
    Context *context = collector->context;
    g_autoptr(Plan) plan = NULL;
    g_autoptr(GError) problem = NULL;
    bool read = context_read(context, &problem);
    bool planned = read && context_plan(context, true, &plan, &problem);
    collector->pseudonyms = pseudonym_new(context, context->ledger, plan);
    if (!learn_runs(collector, error))
        return false;
    if (read) {
        add_directories(collector);
        if (!add_snapshot(collector, error))
            return false;
    }
    if (planned)
        add_plan(collector, plan);
    if (!add_configuration(collector, error) || !add_log(collector, error))
        return false;
    add_read_me(collector);
    if (problem != NULL) {
        g_autofree char *text = pseudonyms_text(collector->pseudonyms, problem->message);
        bundle_add(collector->bundle, "problem.txt", text);
    }
    *ret_problem = g_steal_pointer(&problem);
    return true;
}

static void collector_clear(Collector *collector)
{
    g_clear_pointer(&collector->pseudonyms, pseudonyms_free);
    g_clear_pointer(&collector->bundle, bundle_free);
    g_clear_pointer(&collector->files, g_ptr_array_unref);
    g_clear_pointer(&collector->bases, g_ptr_array_unref);
    g_clear_pointer(&collector->context, context_free);
}

static bool support_bundle(const GlobalOptions *global, const Inputs *inputs, const char *path,
                           GError **error)
{
    Collector collector = {0};
    g_autoptr(GError) problem = NULL;
    bool written = context_open_view(global, inputs, &collector.context, error);
    if (written) {
        Clock *clock = collector.context->clock;
        collector.bundle = bundle_new(clock->now(clock));
        collector.files = g_ptr_array_new_with_free_func(g_free);
        collector.bases = g_ptr_array_new_with_free_func(g_free);
        written = collect(&collector, &problem, error);
    }
    if (written) {
        g_autoptr(GBytes) bytes = bundle_end(collector.bundle);
        written = write_output_bytes(path, bytes, error);
    }
    collector_clear(&collector);
    if (!written)
        return false;
    if (problem != NULL) {
        g_propagate_prefixed_error(error, g_steal_pointer(&problem),
                                   "'%s' is written, but not everything is in it: ", path);
        return false;
    }
    if (!global->quiet)
        printf("%s: people are under pseudonyms, and no secret is in it. Look into it before it "
               "leaves your hands: tar -xOf %s | less\n",
               path, path);
    return true;
}

int support_bundle_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    Inputs inputs = {0};
    GOptionEntry entries[] = {INPUT_ENTRIES(&inputs), G_OPTION_ENTRY_NULL};
    bool helped = false;
    bool done = false;
    if (command_parse("support-bundle", entries, global, &argc, &argv, &helped, error)) {
        if (helped)
            done = true;
        else if (argc < 2)
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "support-bundle needs FILE, where to write it");
        else if (argc == 2 || show_no_arguments(argc - 1, argv + 1, error))
            done = support_bundle(global, &inputs, argv[1], error);
    }
    inputs_clear(&inputs);
    return done ? EXIT_STATUS_DONE : -1;
}
