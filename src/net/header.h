/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_HEADER_H
#define NET_HEADER_H

/*
 * header - the headers of an answer, line by line, into a table. Pure.
 */

#include <glib.h>
#include <stddef.h>

/*
 * Takes one line of LENGTH bytes into HEADERS (lower-case name -> value without space around it).
 * The first line of an answer empties the table: what came with an interim answer, or a proxy's, is
 * not the server's. Lines that are no header, too long, or too many, are passed over.
 */
void header_take(GHashTable *headers, const char *line, size_t length);

#endif
