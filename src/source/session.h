/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SESSION_H
#define SOURCE_SESSION_H

/*
 * session - one authenticated connection to one LDAP server; hides libldap.
 *
 *     g_autoptr(Session) session = NULL;
 *     if (!session_open(settings, NULL, deadline, &session, &error)) ...
 *     SessionSearch search = {.base = "ou=people,dc=example,dc=org", .scope = SCOPE_SUBTREE,
 *                             .filter = "(objectClass=person)", .attributes = attributes};
 *     if (!session_search(session, &search, take, &people, &error)) ...
 *
 * Invariants
 *  - certificates are verified, and TLS is as new as asked for, or there is no session;
 *  - nothing but our settings and the machine's ldap.conf has a say: no ./ldaprc, no environment;
 *  - no referral is ever followed; one that comes is an error that names where it points;
 *  - no call blocks for longer than its deadline, whatever the server does;
 *  - a search succeeds only when every page of it did.
 *
 * Deadlines are moments of g_get_monotonic_time(). After any other failure than that of
 * session_failed_at_base the session is to be freed.
 */

#include "source/entry.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Session Session;

/* Takes one entry, borrowed for the call; returning false (with ERROR set) ends the search. */
typedef bool (*SessionTake)(void *context, const Entry *entry, GError **error);

typedef struct {
    const char *base;
    SearchScope scope;
    const char *filter;
    char **attributes; /* those to ask for, ended by NULL */
    bool plain; /* entries that refer elsewhere are entries like any other (ManageDsaIT, RFC 3296)
                   where the server knows how */
} SessionSearch;

/*
 * Whether SETTINGS describe a connection that we are willing to make: a password that is not empty
 * and travels only encrypted or not at all, EXTERNAL only where it can work. Error:
 * SYNC_ERROR_CONFIG.
 */
bool session_settings_check(const SourceSettings *settings, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * Connects to the first of the servers that lets us in, and reads its root DSE. DEADLINE is that of
 * everything that will be done in the session. SETTINGS must outlive it. AVOID (may be NULL) is the
 * URI of one that failed before, and that is tried when no other lets us in.
 *
 * Errors: SYNC_ERROR_UNREACHABLE with every server's reason, SYNC_ERROR_DENIED when one refused us,
 * SYNC_ERROR_INTERRUPTED.
 */
bool session_open(const SourceSettings *settings, const char *avoid, int64_t deadline,
                  Session **ret_session, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* Who answered; owned by SESSION. session_tls is "TLS1.3" and the like, or NULL without. */
const char *session_uri(const Session *session);
const char *session_tls(const Session *session);

/* Who the server takes us for ("dn:cn=reader,..."), safe to print; NULL: it does not tell. */
const char *session_identity(const Session *session);

/* Whether the failure that ended the session may be gone when all of it is done again. */
bool session_failure_may_pass(const Session *session);

/* Notes that the caller has found such a failure in what the server said. */
void session_may_pass(Session *session);

/* Whether the search that failed last did so because its base is not there, or is not for our eyes.
 * The session can be used further. */
bool session_failed_at_base(const Session *session);

/* What the server says of itself; owned by SESSION. */
const Entry *session_root(const Session *session);

/* How many searches were closed with success, and in how many pages they came. */
unsigned session_searches(const Session *session);
unsigned session_pages(const Session *session);

/*
 * Gives every entry that SEARCH finds to TAKE, page by page. Errors: SYNC_ERROR_INCOMPLETE for
 * whatever keeps it from being all of them, SYNC_ERROR_DENIED, SYNC_ERROR_INTERRUPTED, and TAKE's.
 */
bool session_search(Session *session, const SessionSearch *search, SessionTake take, void *context,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Gives the one entry at BASE to TAKE if it matches FILTER. *RET_FOUND says whether it is there;
 * an entry that does not exist is no error. Errors as of session_search.
 */
bool session_read(Session *session, const char *base, const char *filter, char **attributes,
                  SessionTake take, void *context, bool *ret_found, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * The names and numbers of all attribute types that the server knows, in lower case: a new set of
 * char *. Errors as of session_search.
 */
bool session_schema(Session *session, GHashTable **ret_names, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Reads the root DSE again: a server that is gone has not finished anything. */
bool session_prove_alive(Session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
