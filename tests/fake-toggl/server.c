/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY_MAXIMUM = 16 * 1024 * 1024 };

struct Server {
    Service *service; /* borrowed */
    struct MHD_Daemon *daemon;
    int signals;
    int epoll;
    uint16_t port;
    GPtrArray *waiting; /* Exchange *, borrowed: suspended connections */
};

/* One request on one connection. */
typedef struct {
    Server *server;
    struct MHD_Connection *connection;
    GByteArray *body;
    Reply *reply;   /* NULL: not answered yet */
    int64_t due_us; /* when a slow one goes on; 0: never */
    bool suspended;
} Exchange;

static enum MHD_Result keep_value(void *data, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    (void) kind;
    GHashTable *query = data;
    g_hash_table_insert(query, g_strdup(key), g_strdup(value != NULL ? value : ""));
    return MHD_YES;
}

static void exchange_answer(Exchange *exchange, const char *method, const char *path)
{
    struct MHD_Connection *connection = exchange->connection;
    g_autoptr(GHashTable) query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    (void) MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, keep_value, query);
    Request request = {.method = method,
                       .path = path,
                       .query = query,
                       .authorization = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                                    MHD_HTTP_HEADER_AUTHORIZATION),
                       .content_type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                                   MHD_HTTP_HEADER_CONTENT_TYPE),
                       .body = (const char *) exchange->body->data,
                       .size = exchange->body->len};
    if (request.body == NULL) {
        request.body = "";
    }
    exchange->reply = reply_new();
    service_answer(exchange->server->service, &request, exchange->reply);
}

/* Half of the body, and then the line is cut. */
static ssize_t read_half(void *data, uint64_t position, char *buffer, size_t maximum)
{
    const Exchange *exchange = data;
    const Reply *reply = exchange->reply;
    size_t half = reply->size / 2;
    if (position >= half) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t size = MIN(maximum, half - (size_t) position);
    memcpy(buffer, reply->body + position, size);
    return (ssize_t) size;
}

/* A JSON string of the wanted size. */
static ssize_t read_huge(void *data, uint64_t position, char *buffer, size_t maximum)
{
    const Exchange *exchange = data;
    uint64_t total = (uint64_t) exchange->reply->amount;
    size_t size = (size_t) MIN((uint64_t) maximum, total - position);
    memset(buffer, 'x', size);
    if (position == 0 && size > 0) {
        buffer[0] = '"';
    }
    if (position + size == total && size > 0) {
        buffer[size - 1] = '"';
    }
    return (ssize_t) size;
}

static struct MHD_Response *response_of(Exchange *exchange)
{
    enum { BLOCK = 64 * 1024 };
    Reply *reply = exchange->reply;
    if (reply->delivery == DELIVER_TRUNCATED && reply->size > 0) {
        return MHD_create_response_from_callback(reply->size, BLOCK, read_half, exchange, NULL);
    }
    if (reply->delivery == DELIVER_HUGE) {
        return MHD_create_response_from_callback((uint64_t) reply->amount, BLOCK, read_huge,
                                                 exchange, NULL);
    }
    return MHD_create_response_from_buffer(reply->size, reply->body, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result exchange_send(Exchange *exchange)
{
    const Reply *reply = exchange->reply;
    struct MHD_Response *response = response_of(exchange);
    if (response == NULL) {
        return MHD_NO;
    }
    if (reply->type != NULL) {
        (void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    }
    for (guint i = 0; i < reply->names->len; i++) {
        /* fails only for names and values that we do not use */
        (void) MHD_add_response_header(response, reply->names->pdata[i], reply->values->pdata[i]);
    }
    enum MHD_Result result = MHD_queue_response(exchange->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* Makes the close that follows a reset instead of an orderly end. */
static enum MHD_Result exchange_reset(const Exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (info != NULL) {
        (void) setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    return MHD_NO;
}

static enum MHD_Result exchange_deliver(Exchange *exchange)
{
    const Reply *reply = exchange->reply;
    bool waits = reply->delivery == DELIVER_HANG ||
                 (reply->delivery == DELIVER_SLOWLY && exchange->due_us == 0);
    if (reply->delivery == DELIVER_RESET) {
        return exchange_reset(exchange);
    }
    if (!waits) {
        return exchange_send(exchange);
    }
    exchange->due_us = reply->delivery == DELIVER_HANG
                           ? G_MAXINT64
                           : g_get_monotonic_time() + reply->amount * 1000;
    exchange->suspended = true;
    g_ptr_array_add(exchange->server->waiting, exchange);
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    (void) version;
    Exchange *exchange = *state;
    if (exchange == NULL) {
        exchange = g_new0(Exchange, 1);
        exchange->server = data;
        exchange->connection = connection;
        exchange->body = g_byte_array_new();
        *state = exchange;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        if (exchange->body->len + *upload_size > BODY_MAXIMUM) {
            return MHD_NO;
        }
        g_byte_array_append(exchange->body, (const guint8 *) upload, (guint) *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (exchange->reply == NULL) {
        exchange_answer(exchange, method, path);
    }
    return exchange_deliver(exchange);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void) data;
    (void) connection;
    (void) code;
    Exchange *exchange = *state;
    if (exchange != NULL) {
        g_ptr_array_remove(exchange->server->waiting, exchange);
        g_byte_array_unref(exchange->body);
        reply_free(exchange->reply);
        g_free(exchange);
        *state = NULL;
    }
}

Server *server_new(Service *service, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    (void) sigprocmask(SIG_BLOCK, &set, NULL); /* cannot fail with these arguments */
    (void) signal(SIGPIPE, SIG_IGN);
    Server *server = g_new0(Server, 1);
    server->service = service;
    server->signals = signalfd(-1, &set, SFD_CLOEXEC);
    server->waiting = g_ptr_array_new();
    server->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL,
                                      on_request, server, MHD_OPTION_SOCK_ADDR, &address,
                                      MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                                      MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
    if (server->daemon == NULL) {
        server_free(server);
        return NULL;
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    server->epoll = info != NULL ? info->epoll_fd : -1;
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info != NULL ? info->port : port;
    return server;
}

void server_free(Server *server)
{
    if (server == NULL) {
        return;
    }
    for (guint i = 0; i < server->waiting->len; i++) {
        const Exchange *exchange = server->waiting->pdata[i];
        if (exchange->suspended) {
            MHD_resume_connection(exchange->connection);
        }
    }
    if (server->daemon != NULL) {
        MHD_stop_daemon(server->daemon);
    }
    g_ptr_array_unref(server->waiting);
    (void) close(server->signals); /* nothing was written to it */
    g_free(server);
}

uint16_t server_port(const Server *server)
{
    return server->port;
}

/* Lets go on what has waited long enough. */
static void resume_due(const Server *server)
{
    int64_t now = g_get_monotonic_time();
    for (guint i = server->waiting->len; i > 0; i--) {
        Exchange *exchange = server->waiting->pdata[i - 1];
        if (exchange->due_us <= now) {
            g_ptr_array_remove_index(server->waiting, i - 1);
            exchange->suspended = false;
            MHD_resume_connection(exchange->connection);
        }
    }
}

/* How many milliseconds there is nothing to do, at most until END. */
static int64_t idle_time(const Server *server, int64_t end)
{
    for (guint i = 0; i < server->waiting->len; i++) {
        const Exchange *exchange = server->waiting->pdata[i];
        end = MIN(end, exchange->due_us);
    }
    int64_t idle = (end - g_get_monotonic_time()) / 1000 + 1;
    MHD_UNSIGNED_LONG_LONG own = 0;
    if (MHD_get_timeout(server->daemon, &own) == MHD_YES) {
        idle = MIN(idle, (int64_t) MIN(own, 60000ULL));
    }
    return CLAMP(idle, 0, 60000);
}

static bool at_end_of_file(int fd)
{
    char buffer[256];
    ssize_t size = read(fd, buffer, sizeof buffer);
    return size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN);
}

void server_run(Server *server, int stop_fd, int64_t max_seconds)
{
    int64_t end = g_get_monotonic_time() + max_seconds * G_USEC_PER_SEC;
    for (;;) {
        resume_due(server);
        MHD_run(server->daemon);
        struct pollfd fds[] = {{.fd = server->epoll, .events = POLLIN},
                               {.fd = server->signals, .events = POLLIN},
                               {.fd = stop_fd, .events = POLLIN}}; /* -1 is ignored by poll */
        if (poll(fds, G_N_ELEMENTS(fds), (int) idle_time(server, end)) < 0 && errno != EINTR) {
            return;
        }
        bool stopped = fds[1].revents != 0 || (fds[2].revents != 0 && at_end_of_file(stop_fd));
        if (stopped || g_get_monotonic_time() >= end) {
            return;
        }
    }
}
