/* SPDX-License-Identifier: Apache-2.0 */
#include "net/host.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

bool host_is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    size_t length = strlen(host);
    if (g_ascii_strcasecmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    bool bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';
    g_autofree char *bare = bracketed ? g_strndup(host + 1, length - 2) : g_strdup(host);
    return inet_pton(AF_INET6, bare, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}
