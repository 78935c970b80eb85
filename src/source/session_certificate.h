/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SESSION_CERTIFICATE_H
#define SOURCE_SESSION_CERTIFICATE_H

/*
 * session_certificate - what a server's certificate says of itself, to tell an administrator what
 * is wrong with it.
 *
 * The TLS library decides whether to trust; here only words are found for its "no". Nothing that is
 * read here is believed.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int64_t not_before; /* seconds since 1970 */
    int64_t not_after;
    GPtrArray *names; /* char *, host names and addresses that it is for */
} Certificate;

/* Reads LENGTH bytes of DER. False when they are no certificate; *RET is then left alone. */
bool certificate_parse(const char *der, size_t length, Certificate **ret) G_GNUC_WARN_UNUSED_RESULT;
void certificate_free(Certificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_free)

/* Whether one of the names is HOST, or "*." and the rest of it behind the first label. */
bool certificate_is_for(const Certificate *certificate, const char *host);

/*
 * Why nobody should trust CERTIFICATE as that of HOST at NOW: too early, too late, another name; or
 * NULL when it says nothing against it. A phrase that goes on "its certificate". New string.
 */
char *certificate_objection(const Certificate *certificate, const char *host, int64_t now);

#endif
