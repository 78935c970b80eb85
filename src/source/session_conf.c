/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_conf.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>

/* Debian's place, then that of Fedora and RHEL. */
static const char *const conf_files[] = {"/etc/ldap/ldap.conf", "/etc/openldap/ldap.conf"};

static const char *const ca_bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora, RHEL */
    "/etc/ssl/ca-bundle.pem",             /* SUSE */
    "/etc/ssl/cert.pem",                  /* Alpine */
};

char *session_conf_find(const char *text, const char *key)
{
    char *found = NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        char *word = g_strstrip(*line);
        size_t length = strcspn(word, " \t");
        /* a line without a value says nothing; a comment begins with '#', which no key does */
        if (word[length] == '\0' || length != strlen(key) ||
            g_ascii_strncasecmp(word, key, length) != 0)
            continue;
        g_free(found);
        found = g_strdup(g_strchug(word + length));
    }
    return found;
}

char *session_conf_value(const char *key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(conf_files); i++) {
        g_autofree char *text = NULL;
        if (g_file_get_contents(conf_files[i], &text, NULL, NULL))
            return session_conf_find(text, key);
    }
    return NULL;
}

char *session_conf_ca_file(const char *configured)
{
    if (configured != NULL && configured[0] != '\0')
        return g_strdup(configured);
    char *value = session_conf_value("TLS_CACERT");
    if (value != NULL)
        return value;
    for (size_t i = 0; i < G_N_ELEMENTS(ca_bundles); i++) {
        if (g_file_test(ca_bundles[i], G_FILE_TEST_EXISTS))
            return g_strdup(ca_bundles[i]);
    }
    return NULL;
}

void session_conf_isolate(void)
{
    (void) g_setenv("LDAPNOINIT", "1", true); /* fails only for a name that is no name */
    struct sigaction pipe = {0};
    if (sigaction(SIGPIPE, NULL, &pipe) == 0 && pipe.sa_handler == SIG_DFL) {
        pipe.sa_handler = SIG_IGN;
        (void) sigaction(SIGPIPE, &pipe, NULL); /* fails only for a signal that is none */
    }
}
