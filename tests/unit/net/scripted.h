/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_NET_SCRIPTED_H
#define TESTS_UNIT_NET_SCRIPTED_H

/*
 * scripted - an HTTP server on loopback that says its lines in order, whatever it is asked, and
 * keeps what it was asked. For one test program; a thread, which ends with scripted_stop.
 *
 *     Scripted *server = scripted_new();
 *     scripted_reply(server, 200, "X-Page: 1\r\n", "[]");
 *     scripted_start(server);
 *     ... server->url ...
 *     assert_string_equal(scripted_request(server, 0), "GET /x");
 *     scripted_stop(server);
 */

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    GByteArray *bytes;
    int delay_ms; /* before the first byte */
    bool hang_up; /* close the connection afterwards */
    bool reset;   /* with a reset instead of an orderly end */
} ScriptedLine;

typedef struct {
    GPtrArray *lines;    /* ScriptedLine * */
    GPtrArray *requests; /* char *: the whole of each request */
    int listener;
    int wake[2];
    char *url;
    GThread *thread;
    guint next;
    guint connections;
} Scripted;

static inline void scripted_line_free(void *data)
{
    ScriptedLine *line = data;
    g_byte_array_unref(line->bytes);
    g_free(line);
}

static inline Scripted *scripted_new(void)
{
    Scripted *server = g_new0(Scripted, 1);
    server->lines = g_ptr_array_new_with_free_func(scripted_line_free);
    server->requests = g_ptr_array_new_with_free_func(g_free);
    return server;
}

/* The next thing to say, byte by byte. The result can be made to wait, hang up or reset. */
static inline ScriptedLine *scripted_bytes(Scripted *server, const void *bytes, size_t length)
{
    ScriptedLine *line = g_new0(ScriptedLine, 1);
    line->bytes = g_byte_array_new();
    g_byte_array_append(line->bytes, bytes, (guint) length);
    g_ptr_array_add(server->lines, line);
    return line;
}

/* The next answer: STATUS, HEADERS (each with its line end; "" for none), BODY. */
static inline ScriptedLine *scripted_reply(Scripted *server, int status, const char *headers,
                                           const char *body)
{
    g_autofree char *text =
        g_strdup_printf("HTTP/1.1 %d Scripted\r\n%sContent-Length: %zu\r\n\r\n%s", status, headers,
                        strlen(body), body);
    return scripted_bytes(server, text, strlen(text));
}

/* Reads one request off FD; NULL when the client has gone. */
static inline char *scripted_read(int fd)
{
    GString *text = g_string_new(NULL);
    for (;;) {
        const char *end = strstr(text->str, "\r\n\r\n");
        const char *length = strcasestr(text->str, "\r\nContent-Length:");
        size_t body =
            length == NULL || length > end ? 0 : (size_t) g_ascii_strtoull(length + 17, NULL, 10);
        if (end != NULL && text->len >= (size_t) (end - text->str) + 4 + body)
            return g_string_free(text, FALSE);
        char bytes[4096];
        ssize_t count = recv(fd, bytes, sizeof bytes, 0);
        if (count <= 0)
            break;
        g_string_append_len(text, bytes, count);
    }
    g_string_free(text, TRUE);
    return NULL;
}

static inline void scripted_say(int fd, const ScriptedLine *line)
{
    if (line->delay_ms > 0)
        g_usleep((gulong) line->delay_ms * 1000);
    for (guint sent = 0; sent < line->bytes->len;) {
        ssize_t count = send(fd, line->bytes->data + sent, line->bytes->len - sent, MSG_NOSIGNAL);
        if (count <= 0)
            return;
        sent += (guint) count;
    }
}

/* One request on FD. False when the connection is to be closed. */
static inline bool scripted_serve(Scripted *server, int fd)
{
    char *request = scripted_read(fd);
    if (request == NULL)
        return false;
    g_ptr_array_add(server->requests, request);
    if (server->next >= server->lines->len)
        return false;
    const ScriptedLine *line = g_ptr_array_index(server->lines, server->next++);
    scripted_say(fd, line);
    if (line->reset) {
        struct linger linger = {.l_onoff = 1, .l_linger = 0};
        (void) setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }
    return !line->hang_up && !line->reset;
}

static inline void *scripted_run(void *data)
{
    Scripted *server = data;
    struct pollfd fds[32] = {{.fd = server->wake[0], .events = POLLIN},
                             {.fd = server->listener, .events = POLLIN}};
    nfds_t count = 2;
    for (;;) {
        if (poll(fds, count, 30000) <= 0 || fds[0].revents != 0)
            break;
        for (nfds_t i = 2; i < count; i++) {
            if (fds[i].revents == 0 || scripted_serve(server, fds[i].fd))
                continue;
            close(fds[i].fd);
            fds[i] = fds[--count];
            break;
        }
        if ((fds[1].revents & POLLIN) != 0 && count < 32) {
            fds[count] =
                (struct pollfd){.fd = accept(server->listener, NULL, NULL), .events = POLLIN};
            server->connections++;
            count++;
        }
        for (nfds_t i = 0; i < count; i++)
            fds[i].revents = 0;
    }
    for (nfds_t i = 2; i < count; i++)
        close(fds[i].fd);
    return NULL;
}

static inline void scripted_start(Scripted *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->listener, (struct sockaddr *) (void *) &address, length) != 0 ||
        listen(server->listener, 8) != 0 ||
        getsockname(server->listener, (struct sockaddr *) (void *) &address, &length) != 0 ||
        pipe(server->wake) != 0)
        g_error("the scripted server cannot listen");
    server->url = g_strdup_printf("http://127.0.0.1:%u", ntohs(address.sin_port));
    server->thread = g_thread_new("scripted", scripted_run, server);
}

/* Ends the thread; afterwards what was asked can be looked at without a race. */
static inline void scripted_join(Scripted *server)
{
    if (server->thread == NULL)
        return;
    (void) write(server->wake[1], "", 1);
    g_thread_join(server->thread);
    server->thread = NULL;
}

static inline void scripted_stop(Scripted *server)
{
    scripted_join(server);
    close(server->listener);
    close(server->wake[0]);
    close(server->wake[1]);
    g_ptr_array_unref(server->lines);
    g_ptr_array_unref(server->requests);
    g_free(server->url);
    g_free(server);
}

/* Method and path of request INDEX ("GET /me"), until the next call. */
static inline const char *scripted_request(const Scripted *server, guint index)
{
    static char first[1024];
    const char *text = index < server->requests->len ? g_ptr_array_index(server->requests, index)
                                                     : "(no request) HTTP/";
    const char *end = strstr(text, " HTTP/");
    (void) snprintf(first, sizeof first, "%.*s", (int) (end - text), text);
    return first;
}

/* The body of request INDEX, "" when it has none. */
static inline const char *scripted_body(const Scripted *server, guint index)
{
    const char *text = g_ptr_array_index(server->requests, index);
    return strstr(text, "\r\n\r\n") + 4;
}

#endif
