/* SPDX-License-Identifier: Apache-2.0 */
#include "config/address.h"

#include <arpa/inet.h>
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

static bool is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    return g_ascii_strcasecmp(host, "localhost") == 0;
}

Address address_parse(const char *url)
{
    Address address = {.kind = ADDRESS_NONE};
    /* the host of a local socket is a path, which no general parser takes */
    if (g_ascii_strncasecmp(url, "ldapi://", strlen("ldapi://")) == 0)
        return (Address){.kind = ADDRESS_LDAPI, .loopback = true, .plain = true};
    g_autofree char *scheme = NULL;
    g_autofree char *login = NULL;
    g_autofree char *host = NULL;
    g_autofree char *path = NULL;
    g_autofree char *query = NULL;
    g_autofree char *fragment = NULL;
    int port = 0;
    if (!g_uri_split(url, G_URI_FLAGS_NONE, &scheme, &login, &host, &port, &path, &query, &fragment,
                     NULL) ||
        scheme == NULL || host == NULL || *host == '\0')
        return address;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_ascii_strcasecmp(scheme, kinds[i].scheme) == 0)
            address.kind = kinds[i].kind;
    address.loopback = is_loopback(host);
    address.login = login != NULL;
    address.plain = query == NULL && fragment == NULL;
    return address;
}
