/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "toggl/arguments.h"
#include "toggl/mask.h"
#include "toggl/operations.h"
#include "toggl/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* after jansson.h */
#include "base/autoptr.h"

typedef struct {
    const Endpoint *endpoint;
    json_t *arguments; /* owned */
    json_t *body;      /* owned; NULL: made of the arguments */
    bool all_pages;
    bool yes;
} Job;

static void job_clear(Job *job)
{
    json_decref(job->arguments);
    json_decref(job->body);
    *job = (Job){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

/* What FILE holds; "-" is standard input. SYNC_ERROR_USAGE. */
static char *read_file(const char *file, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = NULL;
    gsize length = 0;
    const char *path = strcmp(file, "-") == 0 ? "/dev/stdin" : file;
    bool read = g_file_get_contents(path, &text, &length, &problem);
    if (read && strlen(text) == length)
        return g_steal_pointer(&text);
    g_autofree char *safe = text_safe(file, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "the file '%s' %s%s", safe,
                read ? "holds a NUL byte" : "cannot be read: ", read ? "" : file_cause(problem));
    return NULL;
}

/* "--body JSON" or "--body @FILE". */
static bool read_body(const char *text, json_t **ret, GError **error)
{
    g_autofree char *bytes = *text == '@' ? read_file(text + 1, error) : g_strdup(text);
    g_autoptr(GError) problem = NULL;
    if (bytes == NULL)
        return false;
    if (json_parse(bytes, strlen(bytes), "--body", ret, &problem))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "%s", problem->message);
    return false;
}

/* WORD, or, when it says "key=@FILE" of a secret, the same with what stands in the file. NULL with
 * SYNC_ERROR_USAGE. */
static char *expand_word(const Endpoint *endpoint, const char *word, GError **error)
{
    const char *value = strstr(word, "=@");
    g_autofree char *key = value == NULL ? NULL : g_strndup(word, (size_t) (value - word));
    const EndpointField *field = key == NULL ? NULL : endpoint_field(endpoint, key);
    if (field == NULL || field->type != FIELD_SECRET)
        return g_strdup(word);
    g_autofree char *text = read_file(value + 2, error);
    if (text == NULL)
        return NULL;
    return g_strconcat(key, "=", g_strchomp(text), NULL);
}

static bool read_words(Job *job, int argc, char **argv, GError **error)
{
    for (int i = 2; i < argc; i++) {
        g_autofree char *word = expand_word(job->endpoint, argv[i], error);
        if (word == NULL || !arguments_add_word(job->endpoint, job->arguments, word, error))
            return false;
    }
    return true;
}

/* The organization is that of the configuration: quota, lock and journal are too. */
static bool check_job(Job *job, const Config *config, GError **error)
{
    const Endpoint *endpoint = job->endpoint;
    int64_t configured = config->toggl->organization;
    int64_t given = json_int_or(job->arguments, "organization_id", configured);
    if (given != configured) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "organization %" G_GINT64_FORMAT
                    " is not that of the configuration, %" G_GINT64_FORMAT
                    "\nhint: name its own configuration with --config",
                    given, configured);
        return false;
    }
    if (endpoint_field(endpoint, "organization_id") != NULL)
        (void) json_object_set_new(job->arguments, "organization_id", json_integer(configured));
    if (job->all_pages && !endpoint->paged) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "%s has no pages", endpoint->name);
        return false;
    }
    if (!arguments_check(endpoint, job->arguments, job->body, error))
        return false;
    if (endpoint_is_write(endpoint) && config->sync->lifecycle.mode != MODE_APPLY) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "lifecycle.mode is \"report\": %s would write, and nothing is sent",
                    endpoint->name);
        return false;
    }
    return true;
}

/* Whoever asks for what cannot be taken back says so twice. */
static bool person_agrees(const Job *job, GError **error)
{
    if (job->endpoint->asks == NULL || job->yes)
        return true;
    if (!isatty(STDIN_FILENO)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                    "%s: %s, and there is no terminal to ask on\nhint: --yes does not ask",
                    job->endpoint->name, job->endpoint->asks);
        return false;
    }
    printf("%s: %s.\nType 'yes' to go on: ", job->endpoint->name, job->endpoint->asks);
    (void) fflush(stdout);
    char answer[16] = "";
    if (fgets(answer, sizeof answer, stdin) != NULL && strcmp(g_strstrip(answer), "yes") == 0)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_REFUSED, "not sent: the answer was not 'yes'");
    return false;
}

/* Prints VALUE (NULL: nothing was answered) without its secrets. */
static void print_answer(json_t *value)
{
    if (value == NULL) {
        printf("null\n");
        return;
    }
    mask_secrets(value);
    g_autofree char *text = json_text(value, JSON_INDENT(2) | JSON_ENCODE_ANY);
    printf("%s\n", text);
}

static bool run_read(const Job *job, Context *context, GError **error)
{
    g_auto(Page) page = {0};
    bool read =
        job->all_pages
            ? pages_collect(context->toggl, job->endpoint, job->arguments, &page.rows, error)
            : operation_read(context->toggl, job->endpoint, job->arguments, &page, error);
    if (read)
        print_answer(page.rows);
    return read;
}

/* What the journal says of the job: path and body, without secrets. New string. */
static char *essence_of(const Job *job)
{
    g_autofree char *path = arguments_path(job->endpoint, job->arguments, true);
    g_autoptr(json_t) own = arguments_body(job->endpoint, job->arguments);
    g_autoptr(json_t) body = json_deep_copy(job->body != NULL ? job->body : own);
    if (body != NULL)
        mask_secrets(body);
    g_autoptr(json_t) essence = json_pack("{ss sO*}", "path", path, "body", body);
    char *dumped = json_dumps(essence, JSON_COMPACT | JSON_SORT_KEYS);
    char *text = g_strdup(dumped);
    free(dumped);
    return text;
}

static void explain_unknown(GError **problem)
{
    g_autoptr(GError) cause = g_steal_pointer(problem);
    g_set_error(problem, cause->domain, cause->code,
                "%s\nhint: nobody knows whether it was carried out: look before it is sent again; "
                "'toggl-ldap-sync status' lists it",
                cause->message);
}

/* One write: intent, send, outcome, each in the journal. */
static bool run_write(const Job *job, Context *context, GError **error)
{
    Clock *clock = context->clock;
    State *state = context->state;
    int64_t run = 0;
    g_autofree char *essence = essence_of(job);
    if (!state_begin(state,
                     &(NewRun){.command = "api", .requests = 1, .operation = job->endpoint->name},
                     clock->now(clock), &run, error) ||
        !state_record_intent(state, run, 1, job->endpoint->name, essence, clock->now(clock), error))
        return false;
    g_auto(Answer) answer = {0};
    g_autoptr(GError) problem = NULL;
    operation_write(context->toggl, job->endpoint, job->arguments, job->body, &answer, &problem);
    int status = problem == NULL ? EXIT_STATUS_DONE : error_exit_status(problem);
    g_autofree char *summary =
        g_strdup_printf("%s %s", outcome_kind_name(answer.outcome.kind), job->endpoint->name);
    if (!state_record_outcome(state, run, 1, &answer.outcome, NULL, clock->now(clock), error) ||
        !state_end_run(state, run, clock->now(clock), status, summary, NULL, error))
        return false;
    if (problem == NULL) {
        print_answer(answer.body);
        return true;
    }
    if (answer.outcome.kind == OUTCOME_UNKNOWN)
        explain_unknown(&problem);
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

static bool run_job(const GlobalOptions *global, Job *job, GError **error)
{
    bool write = endpoint_is_write(job->endpoint);
    g_autoptr(Context) context = NULL;
    if (!context_open(global, write ? CONTEXT_WRITE : CONTEXT_READ, &context, error) ||
        !check_job(job, context->config, error) || !person_agrees(job, error) ||
        !context_connect(context, error))
        return false;
    return write ? run_write(job, context, error) : run_read(job, context, error);
}

/* The operation among ARGV, wherever it stands; NULL: there is none. */
static const Endpoint *find_operation(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const Endpoint *endpoint = endpoint_find(argv[i]);
        if (endpoint != NULL)
            return endpoint;
    }
    return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

static bool unknown_operation(const char *name, GError **error)
{
    size_t count = 0;
    const Endpoint *table = endpoint_table(&count);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (size_t i = 0; i < count; i++)
        g_ptr_array_add(names, (gpointer) (guintptr) table[i].name);
    g_autofree char *near = text_near_misses(name, names);
    g_autofree char *safe = text_safe(name, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "there is no operation '%s'%s%s\n"
                "hint: 'toggl-ldap-sync api' lists them",
                safe, near == NULL ? "" : "; there is ", near == NULL ? "" : near);
    return false;
}

static bool run_operation(const GlobalOptions *global, Job *job, const char *body, int argc,
                          char **argv, GError **error)
{
    job->endpoint = endpoint_find(argv[1]);
    if (job->endpoint == NULL)
        return unknown_operation(argv[1], error);
    job->arguments = json_object();
    return (body == NULL || read_body(body, &job->body, error)) &&
           read_words(job, argc, argv, error) && run_job(global, job, error);
}

int api_command(GlobalOptions *global, int argc, char **argv, GError **error)
{
    g_auto(Job) job = {0};
    g_autofree char *body = NULL;
    gboolean all_pages = FALSE;
    gboolean yes = FALSE;
    gboolean table = FALSE;
    GOptionEntry entries[] = {
        {"body", 0, 0, G_OPTION_ARG_STRING, &body, "the whole body, in place of its fields",
         "JSON|@FILE"},
        {"all-pages", 0, 0, G_OPTION_ARG_NONE, &all_pages, "every page of a list, as one list",
         NULL},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, "do not ask", NULL},
        {"table", 0, 0, G_OPTION_ARG_NONE, &table,
         "print the table of operations as JSON, for other programs", NULL},
        G_OPTION_ENTRY_NULL,
    };
    const Endpoint *endpoint = find_operation(argc, argv);
    bool helped = false;
    if (endpoint != NULL && asks_for_help(argc, argv)) {
        api_print_help(endpoint);
        return EXIT_STATUS_DONE;
    }
    if (!command_parse("api", entries, global, &argc, &argv, &helped, error))
        return -1;
    job.all_pages = all_pages;
    job.yes = yes;
    if (table)
        api_print_table();
    else if (!helped && argc < 2)
        api_print_list();
    else if (!helped && !run_operation(global, &job, body, argc, argv, error))
        return -1;
    return EXIT_STATUS_DONE;
}
