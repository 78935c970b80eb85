/* SPDX-License-Identifier: Apache-2.0 */

/* Which servers to try, and in which order. */

#include "base/text.h"
#include "source/session_conf.h"
#include "source/session_private.h"

#include <stdlib.h>
#include <string.h>

#define LDAP_PORT_TEXT "389"

static char **split_words(const char *text)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word != '\0')
            g_ptr_array_add(list, g_strdup(*word));
    }
    g_ptr_array_add(list, NULL);
    return (char **) g_ptr_array_steal(list, NULL);
}

char **session_named_servers(const SourceSettings *settings)
{
    if (settings->uris != NULL && settings->uris[0] != NULL)
        return g_strdupv(settings->uris);
    g_autofree char *value = settings->domain == NULL ? session_conf_value("URI") : NULL;
    return split_words(value != NULL ? value : "");
}

/* "host:port host:port" by priority and weight, RFC 2782; NULL: the DNS knows of none. */
static char *look_up(const char *domain)
{
    char *found = NULL;
    if (ldap_domain2hostlist(domain, &found) != LDAP_SUCCESS)
        return NULL;
    char *list = g_strdup(found);
    ldap_memfree(found);
    return list;
}

/*
 * The DNS is not to be trusted: whoever can forge it could name a host of his own, with a
 * certificate that is right for that host. So only hosts of the domain itself are believed.
 */
static bool is_within(const char *host, const char *domain)
{
    size_t length = strlen(host);
    size_t tail = strlen(domain);
    if (length < tail || g_ascii_strcasecmp(host + length - tail, domain) != 0)
        return false;
    return length == tail || host[length - tail - 1] == '.';
}

/*
 * SRV records name ports of plain LDAP. What is done there is protected: by StartTLS or by
 * Kerberos; else the same host's port for ldaps is meant.
 */
static char *make_uri(const SourceSettings *settings, const char *host, const char *port)
{
    if (settings->start_tls || settings->bind == BIND_GSSAPI)
        return g_strdup_printf("ldap://%s:%s", host, port);
    return g_strdup_printf("ldaps://%s:%s", host, strcmp(port, LDAP_PORT_TEXT) == 0 ? "636" : port);
}

bool session_servers(const SourceSettings *settings, char ***ret_uris, GError **error)
{
    if (settings->domain == NULL || (settings->uris != NULL && settings->uris[0] != NULL)) {
        *ret_uris = session_named_servers(settings);
        return true;
    }
    /* domain controllers of Active Directory; _ldap._tcp alone may name other servers, too */
    g_autofree char *controllers = g_strconcat("dc._msdcs.", settings->domain, NULL);
    g_autofree char *found = look_up(controllers);
    if (found == NULL)
        found = look_up(settings->domain);
    g_auto(GStrv) hosts = split_words(found != NULL ? found : "");
    g_autoptr(GPtrArray) uris = g_ptr_array_new();
    for (char **host = hosts; *host != NULL; host++) {
        char *colon = strrchr(*host, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        if (colon > *host && colon[-1] == '.') /* the root of the DNS */
            colon[-1] = '\0';
        if (is_within(*host, settings->domain))
            g_ptr_array_add(uris, make_uri(settings, *host, colon + 1));
    }
    if (uris->len == 0) {
        g_autofree char *safe = text_safe(settings->domain, -1);
        g_set_error(
            error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
            hosts[0] == NULL
                ? "the DNS names no directory server for the domain '%s'\n"
                  "hint: check domain and its SRV records _ldap._tcp, or name servers as uris"
                : "all directory servers that the DNS names for the domain '%s' are outside "
                  "of it\n"
                  "hint: name them as uris",
            safe);
        return false;
    }
    g_ptr_array_add(uris, NULL);
    *ret_uris = (char **) g_ptr_array_steal(uris, NULL);
    return true;
}
