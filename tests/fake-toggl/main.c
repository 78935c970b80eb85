/* SPDX-License-Identifier: Apache-2.0 */

/*
 * fake-toggl - a Toggl to rehearse with. README.md tells how.
 */

#include "server.h"
#include "world_json.h"

#include <stdlib.h>
#include <unistd.h>

enum { QUOTA_DEFAULT = 600, ME_QUOTA_DEFAULT = 30, PER_PAGE_CAP = 200, SECONDS_DEFAULT = 3600 };

typedef struct {
    int port;
    char *state;
    char *save;
    char *script;
    char *token;
    char *log;
    char *assignments;
    int64_t quota;
    int64_t me_quota; /* -1: as the quota wants it */
    int64_t burst;
    int64_t fresh;
    int64_t per_page;
    int64_t max_seconds;
    gboolean merge;
    gboolean stop_with_stdin;
    gboolean routes;
} Options;

static void options_clear(Options *options)
{
    g_free(options->state);
    g_free(options->save);
    g_free(options->script);
    g_free(options->token);
    g_free(options->log);
    g_free(options->assignments);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static bool options_read(Options *o, int *argc, char ***argv)
{
    const GOptionEntry entries[] = {
        {"port", 0, 0, G_OPTION_ARG_INT, &o->port, "listen here; 0: any free port", "N"},
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &o->state, "begin with this state", "FILE"},
        {"save", 0, 0, G_OPTION_ARG_FILENAME, &o->save, "write the state here at the end", "FILE"},
        {"script", 0, 0, G_OPTION_ARG_FILENAME, &o->script, "fail as this file says", "FILE"},
        {"token", 0, 0, G_OPTION_ARG_STRING, &o->token, "the API token (fake-token)", "TOKEN"},
        {"log", 0, 0, G_OPTION_ARG_FILENAME, &o->log, "one JSON line for each request", "FILE"},
        {"quota", 0, 0, G_OPTION_ARG_INT64, &o->quota, "calls per hour (600); 0: no limit", "N"},
        {"me-quota", 0, 0, G_OPTION_ARG_INT64, &o->me_quota,
         "the same for calls that name no organization (30)", "N"},
        {"burst", 0, 0, G_OPTION_ARG_INT64, &o->burst, "calls at once before 429; 0: no limit",
         "N"},
        {"per-page-cap", 0, 0, G_OPTION_ARG_INT64, &o->per_page, "rows per page at most (200)",
         "N"},
        {"fresh-seconds", 0, 0, G_OPTION_ARG_INT64, &o->fresh,
         "so long a new group is answered 404 (0)", "N"},
        {"assignments", 0, 0, G_OPTION_ARG_STRING, &o->assignments,
         "their body: object (default), list, or off", "FORM"},
        {"merge-lists", 0, 0, G_OPTION_ARG_NONE, &o->merge,
         "PUT of a user adds to its lists instead of replacing them", NULL},
        {"max-seconds", 0, 0, G_OPTION_ARG_INT64, &o->max_seconds, "stop after so long (3600)",
         "N"},
        {"routes", 0, 0, G_OPTION_ARG_NONE, &o->routes, "print the table of operations, and end",
         NULL},
        {"stop-with-stdin", 0, 0, G_OPTION_ARG_NONE, &o->stop_with_stdin,
         "stop when standard input ends", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- a Toggl to rehearse with");
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        fprintf(stderr, "fake-toggl: %s\n", error->message);
        return false;
    }
    bool form = o->assignments == NULL || g_str_equal(o->assignments, "object") ||
                g_str_equal(o->assignments, "list") || g_str_equal(o->assignments, "off");
    if (*argc > 1 || o->port < 0 || o->port > 65535 || o->per_page < 1 || !form) {
        fprintf(stderr, "fake-toggl: wrong arguments\nhint: fake-toggl --help\n");
        return false;
    }
    return true;
}

static json_t *file_read(const char *path)
{
    json_error_t error;
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        fprintf(stderr, "fake-toggl: %s:%d: %s\n", path, error.line, error.text);
    }
    return json;
}

static bool load_world(Service *service, const Options *options)
{
    g_autoptr(json_t) state = NULL;
    g_autofree char *why = NULL;
    if (options->state != NULL) {
        state = file_read(options->state);
        if (state == NULL) {
            return false;
        }
    }
    service->world = world_from_json(state, &why);
    if (service->world == NULL) {
        fprintf(stderr, "fake-toggl: %s: %s\n", options->state, why);
        return false;
    }
    service->world->merge_lists = options->merge;
    return true;
}

static bool load_script(Service *service, const Options *options)
{
    g_autofree char *why = NULL;
    service->script = script_new();
    if (options->script == NULL) {
        return true;
    }
    g_autoptr(json_t) rules = file_read(options->script);
    if (rules == NULL) {
        return false;
    }
    if (!script_load(service->script, rules, &why)) {
        fprintf(stderr, "fake-toggl: %s: %s\n", options->script, why);
        return false;
    }
    return true;
}

static void service_clear(Service *service)
{
    world_free(service->world);
    quota_free(service->quota);
    script_free(service->script);
    if (service->log != NULL) {
        (void) fclose(service->log); /* every line was flushed */
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Service, service_clear)

static bool service_fill(Service *service, const Options *options)
{
    int64_t me = options->me_quota >= 0 ? options->me_quota
                 : options->quota == 0  ? 0
                                        : ME_QUOTA_DEFAULT;
    service->quota = quota_new(options->quota, me, options->burst);
    service->token = options->token != NULL ? options->token : "fake-token";
    service->save_path = options->save;
    service->manners.fresh_seconds = options->fresh;
    service->manners.per_page_cap = options->per_page;
    service->manners.assignments = g_strcmp0(options->assignments, "list") == 0 ? ASSIGNMENTS_LIST
                                   : g_strcmp0(options->assignments, "off") == 0
                                       ? ASSIGNMENTS_OFF
                                       : ASSIGNMENTS_OBJECT;
    if (options->log != NULL) {
        service->log = fopen(options->log, "ae");
        if (service->log == NULL) {
            fprintf(stderr, "fake-toggl: %s: cannot be written\n", options->log);
            return false;
        }
    }
    return load_world(service, options) && load_script(service, options);
}

int main(int argc, char **argv)
{
    g_auto(Options) options = {.quota = QUOTA_DEFAULT,
                               .me_quota = -1,
                               .per_page = PER_PAGE_CAP,
                               .max_seconds = SECONDS_DEFAULT};
    g_auto(Service) service = {0};
    if (!options_read(&options, &argc, &argv) || !service_fill(&service, &options)) {
        return EXIT_FAILURE;
    }
    if (options.routes) {
        g_autoptr(json_t) routes = routes_json();
        g_autofree char *text = json_dumps(routes, JSON_INDENT(2));
        printf("%s\n", text);
        return EXIT_SUCCESS;
    }
    g_autoptr(Server) server = server_new(&service, (uint16_t) options.port);
    if (server == NULL) {
        fprintf(stderr, "fake-toggl: port %d cannot be had\n", options.port);
        return EXIT_FAILURE;
    }
    printf("listening on http://127.0.0.1:%u" API_PREFIX "\n", (unsigned) server_port(server));
    fflush(stdout);
    server_run(server, options.stop_with_stdin ? STDIN_FILENO : -1, options.max_seconds);
    g_autofree char *why = NULL;
    if (service.save_path != NULL && !service_save(&service, &why)) {
        fprintf(stderr, "fake-toggl: %s: %s\n", service.save_path, why);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
