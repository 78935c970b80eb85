/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_SERVER_H
#define FAKE_TOGGL_SERVER_H

/*
 * server - HTTP on the loopback address, in one thread.
 *
 *     Server *server = server_new(service, 0);
 *     printf("%u\n", server_port(server));
 *     server_run(server, stdin_or_minus_1, 3600);
 *     server_free(server);
 */

#include "router.h"

typedef struct Server Server;

/* PORT 0: any that is free. SERVICE is borrowed. NULL when the port cannot be had. */
Server *server_new(Service *service, uint16_t port);
void server_free(Server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_free)
uint16_t server_port(const Server *server);

/* Serves until SIGTERM or SIGINT, the end of the file STOP_FD (-1: none), or MAX_SECONDS. */
void server_run(Server *server, int stop_fd, int64_t max_seconds);

#endif
