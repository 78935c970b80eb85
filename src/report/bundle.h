/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_BUNDLE_H
#define REPORT_BUNDLE_H

/*
 * bundle - several files in one, as tar knows it (POSIX.1-1988 ustar), and a directory as one of
 * them.
 *
 *     g_autoptr(Bundle) bundle = bundle_new(now);
 *     bundle_add(bundle, "plan.json", text);
 *     bytes = bundle_end(bundle);
 *
 * The same files and the same time give the same bytes.
 */

#include "model/directory.h"

#include <glib.h>
#include <stdint.h>

typedef struct Bundle Bundle;

/* NOW: when the files in it were made. */
Bundle *bundle_new(int64_t now);
void bundle_free(Bundle *bundle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

/* Adds TEXT as the file NAME, which is one of ours: ASCII, at most 99 bytes. */
void bundle_add(Bundle *bundle, const char *name, const char *text);

/* The end, and all bytes; owned by BUNDLE, to which nothing can be added any more. */
GBytes *bundle_end(Bundle *bundle);

/*
 * DIRECTORY as LDIF (RFC 2849) that reads as the same people and groups: inetOrgPerson and
 * groupOfNames, with entryUUID for the anchor and pwdAccountLockedTime for whoever is disabled or
 * expired. Excluded people get an address that begins with "excluded-", those whose entry cannot be
 * trusted none. New string.
 */
char *bundle_directory(const Directory *directory);

#endif
