/* SPDX-License-Identifier: Apache-2.0 */
#include "config/address.h"

#include "net/host.h"

#include <string.h>

static const struct {
    const char *scheme;
    AddressKind kind;
} kinds[] = {
    {"ldap", ADDRESS_LDAP},
    {"ldaps", ADDRESS_LDAPS},
    {"http", ADDRESS_HTTP},
    {"https", ADDRESS_HTTPS},
};

Address address_parse(const char *url)
{
    Address address = {.kind = ADDRESS_NONE, .login = strchr(url, '@') != NULL};
    /* the host of a local socket is a path, which no general parser takes */
    if (g_ascii_strncasecmp(url, "ldapi://", strlen("ldapi://")) == 0)
        return (Address){.kind = ADDRESS_LDAPI, .loopback = true, .plain = true};
    g_autofree char *scheme = NULL;
    g_autofree char *host = NULL;
    g_autofree char *path = NULL;
    g_autofree char *query = NULL;
    g_autofree char *fragment = NULL;
    int port = 0;
    if (!g_uri_split(url, G_URI_FLAGS_NONE, &scheme, NULL, &host, &port, &path, &query, &fragment,
                     NULL) ||
        scheme == NULL || host == NULL || *host == '\0')
        return address;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_ascii_strcasecmp(scheme, kinds[i].scheme) == 0)
            address.kind = kinds[i].kind;
    address.loopback = host_is_loopback(host);
    address.plain = query == NULL && fragment == NULL;
    return address;
}
