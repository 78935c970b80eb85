/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SESSION_CONF_H
#define SOURCE_SESSION_CONF_H

/*
 * session_conf - the machine's own LDAP defaults, read by us.
 *
 * libldap would also read ./ldaprc, ~/.ldaprc and the environment, any of which can turn the
 * verification of certificates off. So it is told to read nothing, and what an administrator wrote
 * into ldap.conf for the whole machine is taken from there by us: URI, BASE and TLS_CACERT.
 */

#include <glib.h>

/* The value of KEY in the text of an ldap.conf, or NULL. The last line wins, as in libldap. New
 * string. */
char *session_conf_find(const char *text, const char *key);

/* The value of KEY in the machine's ldap.conf, or NULL. New string. */
char *session_conf_value(const char *key);

/*
 * The file of certificate authorities to trust: CONFIGURED, else ldap.conf's TLS_CACERT, else the
 * system's bundle where one of the usual places holds it, else NULL. New string.
 */
char *session_conf_ca_file(const char *configured);

/*
 * Tells libldap to read no file and no variable, and, unless the program has its own mind about
 * SIGPIPE, has it ignored: libldap writes to connections that may be broken. To be called before
 * anything else of libldap.
 */
void session_conf_isolate(void);

#endif
