/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SESSION_PRIVATE_H
#define SOURCE_SESSION_PRIVATE_H

/* session_private - what the files of session share. Only they may include it. */

#include "base/error.h"
#include "source/session.h"
#include "source/session_watchdog.h"

#include <ldap.h>

#include "base/autoptr.h"

struct Session {
    const SourceSettings *settings;
    LDAP *ldap;
    struct ldap_conncb callbacks;
    Watchdog *watchdog;
    char *uri;
    char *host;
    char *tls;
    char *identity;
    char *ca_file; /* NULL: no TLS on this connection */
    int64_t deadline;
    int64_t patience; /* seconds for one answer */
    bool connected;   /* TCP stands, whatever became of TLS */
    bool may_pass;
    int failure_code; /* that closed the search that failed last; 0: none did */
    Entry *root;      /* the root DSE; empty until it was read */
    unsigned searches;
    unsigned pages;
};

/* Sets one option of LDAP, which WHAT names; a library that does not take it is our mistake. */
bool session_set_option(LDAP *ldap, int option, const void *value, const char *what, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * The servers to try, in order: the configured ones, those that the DNS names for the domain, or
 * those of the machine's ldap.conf; may be empty. *RET_URIS is for g_strfreev. Error:
 * SYNC_ERROR_UNREACHABLE when the DNS does not answer with any.
 */
bool session_servers(const SourceSettings *settings, char ***ret_uris, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The names that are configured, or those of ldap.conf: what can be told without the DNS. */
char **session_named_servers(const SourceSettings *settings);

bool session_uses_tls(const Session *session);

/* Gives LDAP, which is not connected yet, what TLS needs. SYNC_ERROR_CONFIG for files that cannot
 * be used. */
bool session_configure_tls(const Session *session, LDAP *ldap, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Notes the version of TLS and refuses what is too old: the one check that every library obeys. */
bool session_check_tls(Session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* CODE (of libldap, or the server's answer to StartTLS) came instead of a TLS connection. */
void session_tls_error(const Session *session, LDAP *ldap, int code, GError **error);

/* What libldap or the server has to add, safe to print; NULL: nothing that would help. */
char *session_diagnostic(LDAP *ldap);

/* Binds as the settings say. SYNC_ERROR_DENIED when that is refused. */
bool session_bind(Session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks the server who we are now: nobody, in spite of a bind, is an error (SYNC_ERROR_DENIED). */
bool session_check_identity(Session *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Why the server cannot be connected to, in words, found out by trying again. New string. */
char *session_unreachable_reason(const Session *session);

/* How the server closed an operation. */
typedef struct {
    int code;
    char *diagnostic; /* the server's words, safe to print; NULL: none */
    char *referral;   /* safe to print; NULL: none */
} SessionResult;
void session_result_clear(SessionResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SessionResult, session_result_clear)

/*
 * Waits for all of the answer to MESSAGE_ID, as long as session->patience allows. CODE is that of
 * the error when the connection breaks or the time is over; WHAT names the operation in it.
 */
bool session_wait(Session *session, int message_id, SyncError code, const char *what,
                  LDAPMessage **ret_message, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets ERROR for WHAT, during which the connection broke or (TOO_LATE) its time ran out. */
void session_broken(Session *session, SyncError code, const char *what, bool too_late,
                    GError **error);

/* The closing message of an answer; CONTROLS (may be NULL) gets the caller's to free. */
bool session_parse_result(Session *session, LDAPMessage *message, SessionResult *ret_result,
                          LDAPControl ***ret_controls, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "sizeLimitExceeded" and so on; static. */
const char *session_code_name(int code);

/* What to do when the server closed the connection during a search; static, NULL: nothing that
 * would help. */
const char *session_close_hint(const Session *session);

/* Sets ERROR for a bind that was closed with RESULT. */
void session_bind_error(const Session *session, const SessionResult *result, GError **error);

/* Sets ERROR for a search below BASE that was closed with RESULT after COUNT entries. */
void session_search_error(Session *session, const char *base, const SessionResult *result,
                          size_t count, GError **error);

#endif
