/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SERVERS_LDAP_DOUBLE_DATA_H
#define TESTS_SERVERS_LDAP_DOUBLE_DATA_H

/*
 * data - the entries that the double holds: people uid=p0000 to ..., groups cn=g0 to ..., below
 * dc=example,dc=org; what they look like depends on the kind of server.
 */

#include "script.h"

#include <lber.h>

/* Entry INDEX, as a message with number ID. VARIANT changes its data. */
struct berval *data_person(const Script *script, int id, unsigned index, bool variant);

/* The slice of members that is asked for. */
typedef struct {
    bool asked; /* "member;range=FROM-*" was asked for, not "member" */
    unsigned from;
    Fault fault;
    unsigned change; /* of the entry, for uSNChanged */
} Slice;
struct berval *data_group(const Script *script, int id, unsigned index, const Slice *slice);

/* An entry of which nothing but its class can be seen. */
struct berval *data_bare(int id, const char *dn);

/* BARE: without the controls. */
struct berval *data_root(const Script *script, int id, bool bare);

#endif
