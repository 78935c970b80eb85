/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_MESSAGE_H
#define REPORT_MESSAGE_H

/*
 * message - a bulletin in the words of a mail, the JSON of a webhook, the body of a ping. Pure.
 *
 * A mail goes to administrators and names people; what goes to a webhook or a ping holds numbers
 * only.
 */

#include "report/bulletin.h"

#include <glib.h>
#include <stdint.h>

/* "toggl-ldap-sync, Example: 3 changes are held". NEWS as bulletin_news has it. New string. */
char *message_subject(const Bulletin *bulletin, unsigned news);

/* The text of a mail: what happened, what it means, what to do next. New string. */
char *message_text(const Bulletin *bulletin, unsigned news);

/*
 * The body of a webhook: JSON, one object, keys sorted. Its "text" is a sentence, which chat
 * programs show. New string.
 */
char *message_json(const Bulletin *bulletin, unsigned news);

/* One line for a ping. New string. */
char *message_line(const Bulletin *bulletin);

/*
 * "sha256=..." of TIME, a dot and BODY under KEY: HMAC-SHA256 (RFC 2104), in hexadecimal. Whoever
 * gets BODY checks it with the TIME that came with it, and refuses what is old. New string.
 */
char *message_signature(const char *key, size_t key_length, int64_t time, const char *body);

#endif
