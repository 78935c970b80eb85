/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SERVERS_SERVER_H
#define TESTS_SERVERS_SERVER_H

/* server - a throw-away slapd for a test, in a folder of its own. */

#include <glib.h>
#include <sys/types.h>

typedef struct {
    char *folder;
    char *ldap; /* URIs */
    char *ldaps;
    char *ldapi;
    char *authority; /* the file with the authority that signed its certificate */
    char *stranger;  /* and with one that did not */
    pid_t pid;
} Server;

/* Starts a server that holds LDIF. OPTIONS are pairs of name and value for the script, ended by
 * NULL. Fails the test when it does not start. */
Server *server_start(const char *ldif, const char *const *options);

/* Ends it and removes its folder; done at the end of the program too. NULL is fine. */
void server_stop(Server *server);

/* The base, the account "cn=reader" (password "reader"), ou=people and ou=groups. */
GString *server_ldif(void);

/* FORMAT printed to the end of LDIF, as one entry. */
void server_add(GString *ldif, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
