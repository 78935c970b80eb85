/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SERVERS_EXPORT_H
#define TESTS_SERVERS_EXPORT_H

/* export - what the tools of a server put into a file, compared with what the server says. */

#include "model/directory.h"
#include "reading.h"

/* What ARGUMENTS, a command ended by NULL, prints; fails the test when it does not succeed. */
char *export_output(const char *const *arguments);

/* What plans are bound to of DIRECTORY. */
char *export_digest(Directory *directory);

/* The digest of TEXT, read as a file with SETTINGS, which are for the server. */
char *export_digest_of_text(SourceSettings *settings, const char *text);

#endif
