/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_HOST_H
#define NET_HOST_H

/* host - what the name of a host tells before anybody connects to it. Pure. */

#include <stdbool.h>

/*
 * Whether what is sent to HOST stays on this machine: localhost, 127.0.0.0/8 (RFC 1122 3.2.1.3) and
 * ::1 (RFC 4291 2.5.3), in whatever way they are written, with the brackets of a URL or without.
 * Only the address itself counts: "127.0.0.1.example.org" is a name like any other.
 */
bool host_is_loopback(const char *host);

#endif
