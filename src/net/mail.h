/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_MAIL_H
#define NET_MAIL_H

/*
 * mail - one plain-text message to some people, by SMTP or through the machine's sendmail.
 *
 *     const Mail mail = {.subject = "3 removals are held", .text = text, .time = now};
 *     if (!mail_send(&settings, &mail, &error))
 *         ...
 *
 * By SMTP the connection is encrypted and the server's certificate verified, except on loopback,
 * where a server without STARTTLS is taken as it is.
 */

#include "base/secret.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *smtp;       /* smtp://HOST[:PORT] with STARTTLS, or smtps://; NULL: SENDMAIL */
    const char *sendmail;   /* an absolute path; used when SMTP is NULL */
    const char *user;       /* NULL: no login */
    const Secret *password; /* borrowed; NULL: none */
    const char *ca_file;    /* NULL: the system's */
    const char *from;       /* an address */
    const char *const *to;  /* addresses, ended by NULL */
    int64_t timeout_ms;     /* of the whole delivery */
} MailSettings;

typedef struct {
    const char *subject; /* one line of UTF-8 */
    const char *text;    /* lines of UTF-8 */
    int64_t time;        /* seconds since 1970 */
    const char *id;      /* what makes the Message-ID unique: letters, digits and dashes */
} Mail;

/*
 * MAIL as RFC 5322 and RFC 2045 write it, lines ended by CRLF; ASCII whatever was in it. Says that
 * a program made it (RFC 3834). New string. Pure.
 */
char *mail_compose(const MailSettings *settings, const Mail *mail);

/* Hands MAIL over. Error: SYNC_ERROR_UNREACHABLE, which says what the server or sendmail said. */
bool mail_send(const MailSettings *settings, const Mail *mail, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether URL is smtp:// or smtps:// with a host and nothing before it, nor behind it but a port.
 */
bool mail_url_is_good(const char *url);

#endif
