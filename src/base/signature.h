/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SIGNATURE_H
#define BASE_SIGNATURE_H

/*
 * signature - signs a text with somebody's SSH key, and proves whose key signed it.
 *
 * OpenSSH does the work, `ssh-keygen -Y sign` and `-Y verify` (ssh-keygen(1), "ALLOWED SIGNERS"),
 * so that every kind of key works that it knows, those in an agent or on a token included, and
 * anybody can check what we wrote without us. Signatures are for one purpose only, the namespace
 * SIGNATURE_NAMESPACE: one made for something else, a commit say, is none here.
 */

#include <glib.h>
#include <stdbool.h>

#define SIGNATURE_NAMESPACE "toggl-ldap-sync"

/* The first line of a signature. */
#define SIGNATURE_BEGIN "-----BEGIN SSH SIGNATURE-----"

/*
 * Signs TEXT with the private key in the file KEY, or with the agent's when KEY is a public one;
 * ssh-keygen may ask for a passphrase on the terminal. *RET_SIGNATURE is armored text, the
 * caller's. Error: SYNC_ERROR_DENIED.
 */
bool signature_make(const char *key, const char *text, char **ret_signature, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Proves that SIGNATURE of TEXT was made now-valid by IDENTITY, as the file ALLOWED_SIGNERS names
 * keys and people. Error: SYNC_ERROR_DENIED when it was not, SYNC_ERROR_CONFIG when there is no
 * ssh-keygen to say so.
 */
bool signature_verify(const char *allowed_signers, const char *identity, const char *text,
                      const char *signature, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The public key inside an armored signature, as base64; NULL when it is no signature. New string.
 */
char *signature_key(const char *signature);

#endif
