/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

/*
 * sha256 - SHA-256 (FIPS 180-4) of bytes, at once or piece by piece, and HMAC with it (RFC 2104).
 *
 *     g_autoptr(Sha256) sum = sha256_new();
 *     sha256_add(sum, bytes, length);
 *     g_autofree char *digest = sha256_end_digest(sum);
 *
 * libcrypto computes it: with the instructions that the processor has for it, and by the module
 * that a machine in FIPS mode trusts. libcurl brings it along where it speaks TLS by OpenSSL. A
 * libcrypto that cannot compute SHA-256 ends the program, as missing memory does.
 *
 * A hex text is 64 digits in lower case; a digest is "sha256:" and those, as plans and the state
 * hold them. All are new strings, the caller's, for g_free.
 */

#include <glib.h>

#define SHA256_LENGTH 32

typedef struct Sha256 Sha256;

Sha256 *sha256_new(void);
void sha256_free(Sha256 *sum);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sha256, sha256_free)

void sha256_add(Sha256 *sum, const void *bytes, gsize length);

/* The sum of all that was added. Each ends SUM, which can only be freed then. */
void sha256_end(Sha256 *sum, guint8 ret[SHA256_LENGTH]);
char *sha256_end_hex(Sha256 *sum);
char *sha256_end_digest(Sha256 *sum);

/* Of LENGTH bytes at once. */
char *sha256_hex(const void *bytes, gsize length);
char *sha256_digest(const void *bytes, gsize length);

/* HMAC-SHA-256 of TEXT under KEY, which has at most G_MAXINT bytes. */
char *sha256_hmac_hex(const void *key, gsize key_length, const char *text);

#endif
