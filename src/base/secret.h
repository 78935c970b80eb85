/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/*
 * secret - a password or token that nothing can print by accident.
 *
 * A Secret is opaque, so no log, JSON or error function can be handed its bytes; it is wiped when
 * freed. Code that must spend it asks for the bytes with secret_expose(), a name that is easy to
 * search for.
 *
 * Whatever is registered here is also known to secret_redact(), which the log uses on every line it
 * writes.
 */

#include <glib.h>
#include <stddef.h>

typedef struct Secret Secret;

/* A new Secret that holds a copy of LENGTH bytes. The caller wipes its own copy. */
Secret *secret_new(const char *bytes, size_t length);

/* The bytes, NUL-terminated, and with RET_LENGTH (may be NULL) how many. Owned by SECRET; never
 * keep or print them. */
const char *secret_expose(const Secret *secret, size_t *ret_length);

/* Wipes and frees. NULL is fine. */
void secret_free(Secret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_free)

/*
 * TEXT with every occurrence of a living secret (as it is, in base64, or URL-encoded) replaced by
 * "***". New string, owned by the caller. Secrets shorter than six bytes are left alone: they would
 * blot out ordinary words.
 */
char *secret_redact(const char *text);

#endif
