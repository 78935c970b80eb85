/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SERVERS_SERVER_H
#define TESTS_SERVERS_SERVER_H

/* server - a throw-away directory server for a test, in a folder of its own. */

#include <glib.h>
#include <sys/types.h>

typedef struct {
    const char *script; /* which of the scripts beside this file runs it */
    char *folder;
    GHashTable *variables; /* what the script said: name -> value, owned */
    const char *ldap;      /* URIs; these and those below are owned by variables */
    const char *ldaps;
    const char *ldapi;     /* NULL: it has none */
    const char *authority; /* the file with the authority that signed its certificate */
    const char *stranger;  /* and with one that did not */
    pid_t pid;
} Server;

/* Starts a server of SCRIPT ("slapd", "389ds", "samba") that holds LDIF. OPTIONS are pairs of name
 * and value for the script, ended by NULL. Fails the test when it does not start. */
Server *server_start_as(const char *script, const char *ldif, const char *const *options);

/* The same with "slapd". */
Server *server_start(const char *ldif, const char *const *options);

/* Starts it again, stopped, killed or running, with other OPTIONS and the same data and ports. */
void server_restart(Server *server, const char *const *options);

/* Ends it and removes its folder; done at the end of the program too. NULL is fine. */
void server_stop(Server *server);

/* The value of a variable that the script said; fails the test when it did not. */
const char *server_get(const Server *server, const char *name);

/* The base, the account "cn=reader" (password "reader"), ou=people and ou=groups. */
GString *server_ldif(void);

/* FORMAT printed to the end of LDIF, as one entry. */
void server_add(GString *ldif, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
