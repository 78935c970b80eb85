/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_HANDSHAKE_H
#define NET_HANDSHAKE_H

/*
 * handshake - finds words for a TLS connection that did not come about.
 *
 *     HandshakeSettings settings = {.host = "ldap.example.org", .port = 636, .open = open_socket};
 *     g_auto(HandshakeReport) report = {0};
 *     handshake_look(&settings, &report);
 *
 * The library that speaks LDAP says only that it did not work. libcurl's TLS library tells why, and
 * what the server showed. It is asked twice: once without looking at the certificate, to learn what
 * it says of itself, and once with everything that is asked of it. Nothing is sent over either
 * connection, and nothing that is read here is believed.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *host;
    uint16_t port;
    const char *ca_file;
    const char *crl_file;    /* NULL: none */
    const char *client_cert; /* NULL: none */
    const char *client_key;
    const char *pin; /* "sha256//..."; NULL: none */
    bool tls13;      /* 1.3 at least, instead of 1.2 */
    int64_t timeout_ms;
    /* A connected socket on which TLS may begin, or -1. It is closed by handshake_look. */
    int (*open)(void *context);
    void *context;
} HandshakeSettings;

typedef struct {
    bool spoken;    /* TLS of some version came about when the certificate was not looked at */
    bool untrusted; /* and when it was, the certificate was the problem */
    char
        *problem; /* why it did not come about then; NULL: it did; safe to print, as all of these */
    char *subject; /* of the server's certificate; NULL: not known */
    char *issuer;
    char *names; /* "DNS:ldap.example.org, IP Address:10.0.0.1" */
    char *from;
    char *to;
} HandshakeReport;

void handshake_report_clear(HandshakeReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HandshakeReport, handshake_report_clear)

/* Fills *RET, which the caller clears. Takes at most twice the time-out. Sources: libcurl's
 * CURLOPT_CONNECT_ONLY, CURLOPT_CERTINFO. */
void handshake_look(const HandshakeSettings *settings, HandshakeReport *ret);

#endif
