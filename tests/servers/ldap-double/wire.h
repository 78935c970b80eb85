/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SERVERS_LDAP_DOUBLE_WIRE_H
#define TESTS_SERVERS_LDAP_DOUBLE_WIRE_H

/* wire - requests that come in and messages that go out, over liblber. RFC 4511. */

#include <glib.h>
#include <lber.h>
#include <stdbool.h>

typedef struct {
    int id;
    ber_tag_t operation; /* 0x60 bind, 0x63 search, 0x42 unbind, 0x77 extended, ... */
    char *base;          /* of a search */
    int scope;
    char **attributes; /* that it asks for */
    bool paged;
    int page_size;
    char *cookie; /* "" on the first page */
} Request;

void request_clear(Request *request);

/* Waits for the next request; false when there is none any more, or what comes is none. */
bool wire_receive(Sockbuf *socket, Request *ret);

/* An entry that is being made, or another message; NULL-safe nowhere. */
BerElement *wire_entry_begin(int id, const char *dn);
void wire_entry_add(BerElement *ber, const char *name, const struct berval *values, size_t count);
void wire_entry_text(BerElement *ber, const char *name, const char *value);
struct berval *wire_entry_end(BerElement *ber);

struct berval *wire_reference(int id, const char *uri);

/* How an answer is closed. */
typedef struct {
    int id;
    ber_tag_t operation; /* 0x61 bind, 0x65 search, 0x78 extended */
    int code;
    const char *referral;
    const char *cookie; /* NULL: no paging control */
    int estimate;
    bool broken;       /* the paging control holds no BER */
    const char *value; /* of an extended response; NULL: none */
} Closing;
struct berval *wire_closing(const Closing *closing);

#endif
