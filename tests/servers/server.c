/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include "testing.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Those that run: what a test that fails leaves behind is ended with the program. */
static GPtrArray *running;

static char *script(void)
{
    const char *root = g_getenv("SOURCE_ROOT");
    assert_non_null(root);
    return g_build_filename(root, "tests", "servers", "slapd", NULL);
}

static char *variable(char *const *lines, const char *name)
{
    g_autofree char *prefix = g_strdup_printf("%s=", name);
    for (; *lines != NULL; lines++) {
        if (g_str_has_prefix(*lines, prefix))
            return g_strdup(*lines + strlen(prefix));
    }
    fail_msg("the script does not say %s", name);
    return NULL;
}

static void read_variables(Server *server, const char *output)
{
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    server->ldap = variable(lines, "LDAP");
    server->ldaps = variable(lines, "LDAPS");
    server->ldapi = variable(lines, "LDAPI");
    server->authority = variable(lines, "AUTHORITY");
    server->stranger = variable(lines, "STRANGER");
    g_autofree char *pid = variable(lines, "PID");
    server->pid = (pid_t) g_ascii_strtoll(pid, NULL, 10);
}

static void stop_all(void)
{
    while (running->len > 0)
        server_stop(g_ptr_array_index(running, 0));
    g_ptr_array_unref(running);
}

Server *server_start(const char *ldif, const char *const *options)
{
    Server *server = g_new0(Server, 1);
    server->folder = g_dir_make_tmp("slapd-XXXXXX", NULL);
    assert_non_null(server->folder);
    g_autofree char *file = g_build_filename(server->folder, "data.ldif", NULL);
    assert_true(g_file_set_contents(file, ldif, -1, NULL));

    g_auto(GStrv) environment = g_get_environ();
    for (; options != NULL && *options != NULL; options += 2)
        environment = g_environ_setenv(environment, options[0], options[1], true);
    g_autofree char *guardian = g_strdup_printf("%d", (int) getpid());
    environment = g_environ_setenv(environment, "GUARDIAN", guardian, true);
    g_autofree char *program = script();
    char start[] = "start";
    char *arguments[] = {program, start, server->folder, file, NULL};
    g_autofree char *output = NULL;
    g_autofree char *problems = NULL;
    g_autoptr(GError) error = NULL;
    int status = -1;
    assert_success(g_spawn_sync(NULL, arguments, environment, G_SPAWN_DEFAULT, NULL, NULL, &output,
                                &problems, &status, &error),
                   error);
    if (status != 0)
        fail_msg("slapd does not start: %s", problems);
    read_variables(server, output);
    if (running == NULL) {
        running = g_ptr_array_new();
        atexit(stop_all);
    }
    g_ptr_array_add(running, server);
    return server;
}

void server_stop(Server *server)
{
    if (server == NULL)
        return;
    g_ptr_array_remove(running, server);
    g_autofree char *program = script();
    char stop[] = "stop";
    char *arguments[] = {program, stop, server->folder, NULL};
    char *empty[] = {g_strdup("rm"), g_strdup("-rf"), g_strdup("--"), g_strdup(server->folder),
                     NULL};
    (void) g_spawn_sync(NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, NULL);
    (void) g_spawn_sync(NULL, empty, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    for (char **word = empty; *word != NULL; word++)
        g_free(*word);
    g_free(server->folder);
    g_free(server->ldap);
    g_free(server->ldaps);
    g_free(server->ldapi);
    g_free(server->authority);
    g_free(server->stranger);
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
