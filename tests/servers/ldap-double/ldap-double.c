/* SPDX-License-Identifier: Apache-2.0 */

/*
 * ldap-double - stands in for the LDAP servers that cannot be had, and does what none should.
 *
 *     ldap-double WORD...       see script.h; prints PORT=N, serves until its standard input ends
 *
 * It listens on 127.0.0.1, serves one connection after the other, takes every bind, evaluates no
 * filter, and gives every attribute it has.
 */

#include "data.h"
#include "script.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ldap.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TRICKLE_MS 100

typedef struct {
    Script *script;
    int fd;
    Fault fault;     /* of the answer under way */
    unsigned change; /* of the groups */
    unsigned roots;  /* how often the root DSE was read on this connection */
    unsigned reads;  /* and people's entries, by their DN */
    bool over;       /* the connection is to be ended */
} Server;

/* Waits until there is something to read from FD; false when our own time is over. */
static bool wait_for(int fd, int milliseconds)
{
    struct pollfd waits[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    for (;;) {
        int count = poll(waits, fd < 0 ? 1 : 2, milliseconds);
        if (count == 0)
            return true;
        if (count < 0 && errno == EINTR)
            continue;
        char byte = 0;
        if (waits[0].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0)
            exit(0);
        return true;
    }
}

static void write_all(Server *server, const char *bytes, size_t length)
{
    while (length > 0 && !server->over) {
        size_t slice = server->fault.kind == FAULT_TRICKLE ? 1 : length;
        ssize_t sent = send(server->fd, bytes, slice, MSG_NOSIGNAL);
        if (sent < 0) {
            server->over = true;
            return;
        }
        bytes += sent;
        length -= (size_t) sent;
        if (server->fault.kind == FAULT_TRICKLE)
            (void) wait_for(-1, TRICKLE_MS);
    }
}

/* Sends BYTES, and frees them. */
static void put(Server *server, struct berval *bytes)
{
    bool half = server->fault.kind == FAULT_TRUNCATED;
    write_all(server, bytes->bv_val, half ? bytes->bv_len / 2 : bytes->bv_len);
    server->over = server->over || half;
    ber_bvfree(bytes);
}

/* What happens instead of an answer; false when one is to be given after all. */
static bool misbehave(Server *server)
{
    static const char garbage[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    static const char huge[] = "\x30\x84\x7f\xff\xff\xff\x02\x01\x01";
    FaultKind kind = server->fault.kind;
    if (kind == FAULT_GARBAGE) {
        write_all(server, garbage, strlen(garbage));
    } else if (kind == FAULT_HUGE) {
        write_all(server, huge, sizeof huge - 1);
    } else if (kind == FAULT_HANG) {
        (void) wait_for(server->fd, -1); /* until the other side gives up */
    } else if (kind == FAULT_RESET) {
        struct linger rude = {.l_onoff = 1, .l_linger = 0};
        (void) setsockopt(server->fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
    } else if (kind != FAULT_CLOSE) {
        return false;
    }
    server->over = true;
    return true;
}

static void close_answer(Server *server, const Request *request, const char *cookie)
{
    FaultKind kind = server->fault.kind;
    Closing closing = {.id = request->id + (kind == FAULT_WRONG_ID ? 1000 : 0),
                       .operation = request->operation == LDAP_REQ_SEARCH ? LDAP_RES_SEARCH_RESULT
                                    : request->operation == LDAP_REQ_BIND ? LDAP_RES_BIND
                                                                          : LDAP_RES_EXTENDED,
                       .cookie = cookie};
    if (kind == FAULT_CODE || kind == FAULT_CODE_PAGED) {
        closing.code = server->fault.code;
        closing.cookie = kind == FAULT_CODE_PAGED ? "" : NULL;
    }
    if (kind == FAULT_NO_CONTROL)
        closing.cookie = NULL;
    if (kind == FAULT_END || kind == FAULT_NO_ENTRIES)
        closing.cookie = "";
    if (kind == FAULT_SAME_COOKIE && request->cookie != NULL && request->cookie[0] != '\0')
        closing.cookie = request->cookie;
    if (kind == FAULT_NEGATIVE)
        closing.estimate = -1;
    if (request->operation == LDAP_REQ_EXTENDED && closing.code == LDAP_SUCCESS)
        closing.value = kind == FAULT_NOTHING ? "" : "dn:cn=reader,dc=example,dc=org";
    closing.broken = kind == FAULT_BAD_CONTROL;
    if (kind == FAULT_REFERRAL)
        closing.referral = "ldap://127.0.0.1:9/";
    put(server, wire_closing(&closing));
}

static struct berval *entry(const Server *server, const Request *request, bool groups,
                            unsigned index, bool variant)
{
    Slice slice = {.change = server->change};
    return groups ? data_group(server->script, request->id, index, &slice)
                  : data_person(server->script, request->id, index, variant);
}

/* One page: people, or groups where the base says so. The cookie is the index of the next entry. */
static void give_page(Server *server, const Request *request, bool groups)
{
    Script *script = server->script;
    unsigned all = groups ? script->groups : script->people;
    unsigned size = request->page_size > 0 ? (unsigned) request->page_size : all;
    if (script->page > 0)
        size = MIN(size, script->page);
    unsigned from = request->cookie != NULL ? (unsigned) strtoul(request->cookie, NULL, 10) : 0;
    unsigned to = MIN(all, from + size);
    server->fault = script_next(script, PLACE_PAGE, size > 0 ? from / size + 1 : 1);
    if (server->fault.kind == FAULT_NONE && to == all)
        server->fault = script_next(script, PLACE_LAST, 0);
    if (misbehave(server))
        return;
    FaultKind kind = server->fault.kind;
    if (kind == FAULT_REFERENCE)
        put(server, wire_reference(request->id, "ldap://127.0.0.1:9/ou=elsewhere"));
    for (unsigned i = from; i < to && kind != FAULT_NO_ENTRIES && !server->over; i++) {
        put(server, entry(server, request, groups, i, false));
        if (kind == FAULT_TWICE || kind == FAULT_CONFLICT)
            put(server, entry(server, request, groups, i, kind == FAULT_CONFLICT));
    }
    g_autofree char *cookie = to < all ? g_strdup_printf("%u", to) : g_strdup("");
    if (!server->over)
        close_answer(server, request, request->paged ? cookie : NULL);
    if (kind == FAULT_LATE)
        put(server, entry(server, request, groups, 0, true));
}

/* The number in DN behind PREFIX, if it is that of an entry; else -1. */
static long index_of(const char *dn, const char *prefix, unsigned all)
{
    if (g_ascii_strncasecmp(dn, prefix, strlen(prefix)) != 0)
        return -1;
    unsigned long index = strtoul(dn + strlen(prefix), NULL, 10);
    return index < all ? (long) index : -1;
}

static void give_group(Server *server, const Request *request, unsigned index)
{
    static const char asked[] = "member;range=";
    Slice slice = {0};
    for (char **name = request->attributes; *name != NULL; name++) {
        if (g_ascii_strncasecmp(*name, asked, strlen(asked)) == 0) {
            slice.asked = true;
            slice.from = (unsigned) strtoul(*name + strlen(asked), NULL, 10);
        }
    }
    if (slice.asked) {
        unsigned range = server->script->range;
        server->fault = script_next(server->script, PLACE_RANGE, slice.from / MAX(range, 1));
        if (misbehave(server))
            return;
        if (server->fault.kind == FAULT_CHANGED)
            server->change++;
        slice.fault = server->fault;
    }
    slice.change = server->change;
    if (server->fault.kind != FAULT_NO_ENTRIES)
        put(server, data_group(server->script, request->id, index, &slice));
    if (server->fault.kind == FAULT_DELETED)
        server->script->groups = 0;
    close_answer(server, request, NULL);
}

/* The one entry at the base, or none. */
static void give_entry(Server *server, const Request *request)
{
    const Script *script = server->script;
    long group = index_of(request->base, "cn=g", script->groups);
    long person = index_of(request->base, "uid=p", script->people);
    if (group >= 0) {
        give_group(server, request, (unsigned) group);
        return;
    }
    bool root = request->base[0] == '\0';
    if (root)
        server->fault = script_next(server->script, PLACE_ROOT, ++server->roots);
    else if (person >= 0)
        server->fault = script_next(server->script, PLACE_ENTRY, ++server->reads);
    else
        server->fault = (Fault){.kind = FAULT_CODE, .code = LDAP_NO_SUCH_OBJECT};
    if (misbehave(server))
        return;
    FaultKind kind = server->fault.kind;
    if (root && kind != FAULT_NOTHING)
        put(server, data_root(script, request->id, kind == FAULT_BARE));
    else if (person >= 0 && kind == FAULT_BARE)
        put(server, data_bare(request->id, request->base));
    else if (person >= 0 && kind != FAULT_NOTHING && kind != FAULT_CODE)
        put(server, data_person(script, request->id, (unsigned) person, false));
    close_answer(server, request, NULL);
}

static void answer(Server *server, const Request *request)
{
    server->fault = (Fault){.kind = FAULT_NONE};
    switch (request->operation) {
    case LDAP_REQ_BIND:
        server->fault = script_next(server->script, PLACE_BIND, 0);
        if (!misbehave(server))
            close_answer(server, request, NULL);
        break;
    case LDAP_REQ_SEARCH:
        if (request->scope == LDAP_SCOPE_BASE)
            give_entry(server, request);
        else
            give_page(server, request, g_ascii_strncasecmp(request->base, "ou=groups", 9) == 0);
        break;
    case LDAP_REQ_EXTENDED:
        server->fault = script_next(server->script, PLACE_WHOAMI, 0);
        if (!misbehave(server))
            close_answer(server, request, NULL);
        break;
    case LDAP_REQ_UNBIND:
        server->over = true;
        break;
    default: /* an abandon has no answer */
        break;
    }
}

static void serve(Script *script, int fd)
{
    static ber_len_t most = 1U << 20;
    Server server = {.script = script, .fd = fd};
    Sockbuf *socket = ber_sockbuf_alloc();
    ber_sockbuf_add_io(socket, &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER, &fd);
    ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &most);
    while (!server.over && wait_for(fd, -1)) {
        Request request = {0};
        if (!wire_receive(socket, &request))
            server.over = true;
        else
            answer(&server, &request);
        request_clear(&request);
    }
    ber_sockbuf_free(socket); /* which closes it */
}

int main(int argc, char **argv)
{
    const char *word = NULL;
    (void) argc;
    Script *script = script_parse(argv + 1, &word);
    if (script == NULL) {
        fprintf(stderr, "ldap-double: '%s' is not understood\n", word);
        return 64;
    }
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (const struct sockaddr *) &address, length) != 0 ||
        listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *) &address, &length) != 0) {
        perror("ldap-double");
        return 1;
    }
    printf("PORT=%u\n", ntohs(address.sin_port));
    if (fflush(stdout) != 0)
        return 1;
    for (;;) {
        (void) wait_for(listener, -1);
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        static const int at_once = 1; /* messages are small: none waits for the next one */
        if (fd < 0)
            continue;
        (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
        serve(script, fd);
    }
}
