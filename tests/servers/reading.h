/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SERVERS_READING_H
#define TESTS_SERVERS_READING_H

/* reading - what tests of the LDAP source do with a server: read all of it, or fail to. */

#include "base/error.h"
#include "model/directory.h"
#include "server.h"
#include "source/source.h"

#include <glib.h>

#define READING_BASE "dc=example,dc=org"
#define READING_ACCOUNT "cn=reader," READING_BASE

/* Settings for ou=people and ou=groups below BASE, at the servers of URIS (parted by spaces), bound
 * as ACCOUNT with PASSWORD. */
SourceSettings *reading_settings(const char *uris, const char *base, const char *account,
                                 const char *password);

/* The same for server_ldif(). */
SourceSettings *reading_settings_of(const char *uris);

/* FILE holds the authorities to trust. */
void reading_trust(SourceSettings *settings, const char *file);

/* What a read brings; fails the test when it brings nothing. */
Directory *reading_all(const SourceSettings *settings);

/* The error of a read that must fail, with CODE. The caller's. */
GError *reading_failure(const SourceSettings *settings, SyncError code);

/* Reading fails with CODE and exactly this message. */
void reading_fails(const SourceSettings *settings, SyncError code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Reading fails with CODE and a message of this pattern, in which '*' stands for anything. */
void reading_fails_like(const SourceSettings *settings, SyncError code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
