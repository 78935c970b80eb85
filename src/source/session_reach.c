/* SPDX-License-Identifier: Apache-2.0 */

/* Why no connection came about: libldap knows, but forgets it before it returns. */

#include "source/session_private.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 2000 /* milliseconds; whoever did not answer libldap will not answer us */

/* Tries to connect once more; 0 when that works, else errno. */
static int try_address(int family, const struct sockaddr *address, socklen_t length)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    int trouble = connect(fd, address, length) == 0 ? 0 : errno;
    if (trouble == EINPROGRESS) {
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        socklen_t size = sizeof trouble;
        if (poll(&wait, 1, PATIENCE) != 1)
            trouble = ETIMEDOUT;
        else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &size) != 0)
            trouble = errno;
    }
    (void) close(fd); /* nothing was written to it */
    return trouble;
}

static int try_path(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path));
    return try_address(AF_UNIX, (const struct sockaddr *) &address, sizeof address);
}

static const char *try_host(const char *host, int port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    g_autofree char *service = g_strdup_printf("%d", port);
    int code = getaddrinfo(host, service, &hints, &list);
    if (code != 0)
        return gai_strerror(code);
    int trouble = 0;
    for (const struct addrinfo *at = list; at != NULL; at = at->ai_next)
        trouble = try_address(at->ai_family, at->ai_addr, at->ai_addrlen);
    freeaddrinfo(list);
    return trouble != 0 ? g_strerror(trouble) : NULL;
}

char *session_unreachable_reason(const Session *session)
{
    const char *reason = NULL;
    LDAPURLDesc *parts = NULL;
    if (ldap_url_parse(session->uri, &parts) == LDAP_URL_SUCCESS) {
        const char *host = parts->lud_host != NULL ? parts->lud_host : "";
        if (strcmp(parts->lud_scheme, "ldapi") != 0) {
            reason = try_host(host, parts->lud_port);
        } else {
            int trouble = try_path(host);
            reason = trouble != 0 ? g_strerror(trouble) : NULL;
        }
        ldap_free_urldesc(parts);
    }
    return g_strdup(reason != NULL ? reason : "no connection could be made");
}
