/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SESSION_WATCHDOG_H
#define SOURCE_SESSION_WATCHDOG_H

/*
 * session_watchdog - ends a connection from outside when its deadline passes.
 *
 * libldap's own timeouts do not reach into a TLS handshake, nor into the middle of a message that a
 * server sends byte by byte. Shutting the descriptor down from another thread ends both at once.
 *
 *     Watchdog *watchdog = watchdog_new();
 *     watchdog_set(watchdog, g_get_monotonic_time() + 15 * G_USEC_PER_SEC);
 *     watchdog_watch(watchdog, fd);
 *     ... may block ...
 *     watchdog_set(watchdog, 0);
 *     watchdog_free(watchdog);
 *
 * Deadlines are in the microseconds of g_get_monotonic_time(): what a socket waits for is real
 * time, whatever clock the rest of the program was given.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Watchdog Watchdog;

/* Starts the thread; no deadline is set. */
Watchdog *watchdog_new(void);

/* Ends the thread. The descriptor is left as it is. NULL is fine. */
void watchdog_free(Watchdog *watchdog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watchdog, watchdog_free)

/* From now on FD is the one to shut down; at once if the deadline passed before. -1: none. */
void watchdog_watch(Watchdog *watchdog, int fd);

/* Moves the deadline; 0 takes it away. A stop of the whole run counts as a deadline that passed. */
void watchdog_set(Watchdog *watchdog, int64_t deadline);

/* Whether a deadline passed before it was moved. Such a connection is of no more use. */
bool watchdog_fired(Watchdog *watchdog);

#endif
