/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include "testing.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Those that run: what a test that fails leaves behind is ended with the program. */
static GPtrArray *running;

static char *path_of(const char *script)
{
    const char *root = g_getenv("SOURCE_ROOT");
    assert_non_null(root);
    return g_build_filename(root, "tests", "servers", script, NULL);
}

const char *server_get(const Server *server, const char *name)
{
    const char *value = g_hash_table_lookup(server->variables, name);
    if (value == NULL)
        fail_msg("the script does not say %s", name);
    return value;
}

static void read_variables(Server *server, const char *output)
{
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *equals = strchr(*line, '=');
        if (equals != NULL)
            g_hash_table_replace(server->variables, g_strndup(*line, (gsize) (equals - *line)),
                                 g_strdup(equals + 1));
    }
    server->ldap = server_get(server, "LDAP");
    server->ldaps = server_get(server, "LDAPS");
    server->ldapi = g_hash_table_lookup(server->variables, "LDAPI");
    server->authority = server_get(server, "AUTHORITY");
    server->stranger = server_get(server, "STRANGER");
    server->pid = (pid_t) g_ascii_strtoll(server_get(server, "PID"), NULL, 10);
}

/* Runs the script of SERVER with VERB, which is to say what became of it. */
static void run_script(Server *server, const char *verb, const char *file,
                       const char *const *options)
{
    g_auto(GStrv) environment = g_get_environ();
    for (; options != NULL && *options != NULL; options += 2)
        environment = g_environ_setenv(environment, options[0], options[1], true);
    g_autofree char *guardian = g_strdup_printf("%d", (int) getpid());
    environment = g_environ_setenv(environment, "GUARDIAN", guardian, true);
    g_autofree char *program = path_of(server->script);
    g_autofree char *word = g_strdup(verb);
    g_autofree char *copy = g_strdup(file);
    char *arguments[] = {program, word, server->folder, copy, NULL};
    g_autofree char *output = NULL;
    g_autofree char *problems = NULL;
    g_autoptr(GError) error = NULL;
    int status = -1;
    assert_success(g_spawn_sync(NULL, arguments, environment, G_SPAWN_DEFAULT, NULL, NULL, &output,
                                &problems, &status, &error),
                   error);
    if (status != 0)
        fail_msg("%s does not %s: %s", server->script, verb, problems);
    read_variables(server, output);
}

static void stop_all(void)
{
    while (running->len > 0)
        server_stop(g_ptr_array_index(running, 0));
    g_ptr_array_unref(running);
}

Server *server_start_as(const char *script, const char *ldif, const char *const *options)
{
    Server *server = g_new0(Server, 1);
    server->script = script;
    server->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    server->folder = g_dir_make_tmp("server-XXXXXX", NULL);
    assert_non_null(server->folder);
    /* servers that give up their rights must still be able to get there */
    assert_int_equal(g_chmod(server->folder, 0755), 0);
    if (running == NULL) {
        running = g_ptr_array_new();
        atexit(stop_all);
    }
    g_ptr_array_add(running, server);
    g_autofree char *file = g_build_filename(server->folder, "data.ldif", NULL);
    assert_true(g_file_set_contents(file, ldif, -1, NULL));
    run_script(server, "start", file, options);
    return server;
}

Server *server_start(const char *ldif, const char *const *options)
{
    return server_start_as("slapd", ldif, options);
}

void server_restart(Server *server, const char *const *options)
{
    run_script(server, "restart", NULL, options);
}

void server_stop(Server *server)
{
    if (server == NULL)
        return;
    g_ptr_array_remove(running, server);
    g_autofree char *program = path_of(server->script);
    char stop[] = "stop";
    char *arguments[] = {program, stop, server->folder, NULL};
    char *empty[] = {g_strdup("rm"), g_strdup("-rf"), g_strdup("--"), g_strdup(server->folder),
                     NULL};
    (void) g_spawn_sync(NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, NULL);
    (void) g_spawn_sync(NULL, empty, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    for (char **word = empty; *word != NULL; word++)
        g_free(*word);
    g_free(server->folder);
    g_hash_table_unref(server->variables);
    g_free(server);
}

void server_add(GString *ldif, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(ldif, format, arguments);
    va_end(arguments);
    g_string_append_c(ldif, '\n');
}

GString *server_ldif(void)
{
    GString *ldif = g_string_new(NULL);
    server_add(ldif, "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\n"
                     "dc: example\no: Example\n");
    server_add(ldif, "dn: cn=reader,dc=example,dc=org\nobjectClass: organizationalRole\n"
                     "objectClass: simpleSecurityObject\ncn: reader\nuserPassword: reader\n");
    server_add(ldif, "dn: ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\n"
                     "ou: people\n");
    server_add(ldif, "dn: ou=groups,dc=example,dc=org\nobjectClass: organizationalUnit\n"
                     "ou: groups\n");
    return ldif;
}
