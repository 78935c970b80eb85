/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_EMAIL_H
#define MODEL_EMAIL_H

/*
 * email - turns the address that a directory or Toggl gives into a match key.
 *
 * Two people are the same person by mail when, and only when, their keys are equal bytes. The key
 * is never shown and never sent: show and send the address as it was spelled.
 *
 * The key is NFC, with ASCII letters of the local part lowered (RFC 5321 2.4 leaves the rest to the
 * host, and folding more would merge different mailboxes) and the domain as lower-case A-labels
 * (IDNA 2008, RFC 5890).
 *
 * Invariants
 *  - a key is never NULL or empty, is valid UTF-8 in NFC, and holds exactly one '@' outside quotes;
 *  - the key of a key is that key.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Makes the match key of the LENGTH bytes at ADDRESS. Refuses what is no address that Toggl could
 * send mail to: empty, NUL, control, space, bidirectional marks, broken UTF-8, "<>,;\"" and the
 * like, more than 254 bytes, not exactly one '@', an empty or impossible domain.
 *
 * On success *RET_KEY is a new string, owned by the caller. On failure *RET_KEY is left alone and
 * ERROR (SYNC_ERROR_INCOMPLETE) says which part is wrong, safely printable.
 */
bool email_key(const char *address, size_t length, char **ret_key, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * KEY with its domain replaced when it is FROM_DOMAIN (compared as keys are). New string, or NULL
 * when KEY has another domain.
 */
char *email_key_with_domain(const char *key, const char *from_domain, const char *to_domain);

/*
 * What KEY looks like to somebody who reads quickly: two keys that look alike have the same bytes
 * here, such as those of "zoë@" and "zoe@", "straße@" and "strasse@", Cyrillic and Latin "a@",
 * "b0b@" and "bob@". Only good for warnings: it makes one of addresses that are two. New string.
 */
char *email_look(const char *key);

/* The hash of email_look(KEY), and whether email_look(A) and email_look(B) are the same; of what is
 * shown as it is written neither has to be made for that. */
unsigned email_look_hash(const char *key);
bool email_look_equal(const char *a, const char *b);

#endif
