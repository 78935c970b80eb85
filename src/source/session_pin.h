/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SESSION_PIN_H
#define SOURCE_SESSION_PIN_H

/*
 * session_pin - the pin of a server's public key, "sha256//" and the base64 of the SHA-256 of its
 * SubjectPublicKeyInfo (as in RFC 7469, and as curl writes it).
 *
 * A pin comes on top of the certificate's verification and takes nothing away from it.
 */

#include <glib.h>
#include <stdbool.h>

bool session_pin_is_valid(const char *pin);

/* PIN, which is valid, as ldap.conf(5) writes it for TLS_PEERKEY_HASH. New string. */
char *session_pin_for_libldap(const char *pin);

#endif
