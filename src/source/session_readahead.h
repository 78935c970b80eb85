/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SESSION_READAHEAD_H
#define SOURCE_SESSION_READAHEAD_H

/*
 * session_readahead - reads what a connection has in large pieces.
 *
 * libldap reads the head and the rest of each message by themselves, and asks in between whether
 * there is more: three system calls for every entry. The layer that liblber brings for this
 * (ber_sockbuf_io_readahead) cannot be taken away while it holds bytes, as it does when a
 * connection breaks in the middle of an answer; this one can.
 *
 * It lies right above the descriptor, below TLS and SASL: nothing that came before TLS began is
 * ever taken for something that came through it.
 */

#include <lber.h>
#include <stdbool.h>

/*
 * Takes in, without waiting, what has come and there is room for. A server cannot go on with a page
 * while nobody fetches what it has of it: the kernel keeps only a part of a page. Does nothing
 * where SOCKET has no such layer, or the connection has ended, which whoever reads next gets to
 * know.
 */
void session_readahead_pull(Sockbuf *socket);

/* Puts the layer into SOCKET, which has a descriptor or is about to get one; false when it cannot
 * be, and nothing has changed then. */
bool session_readahead_add(Sockbuf *socket);

#endif
