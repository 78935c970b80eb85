/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "source/session_private.h"

#include <stddef.h>

static const struct {
    int code;
    const char *name;
} code_names[] = {
    {LDAP_SUCCESS, "success"},
    {LDAP_OPERATIONS_ERROR, "operationsError"},
    {LDAP_PROTOCOL_ERROR, "protocolError"},
    {LDAP_TIMELIMIT_EXCEEDED, "timeLimitExceeded"},
    {LDAP_SIZELIMIT_EXCEEDED, "sizeLimitExceeded"},
    {LDAP_AUTH_METHOD_NOT_SUPPORTED, "authMethodNotSupported"},
    {LDAP_STRONG_AUTH_REQUIRED, "strongerAuthRequired"},
    {LDAP_REFERRAL, "referral"},
    {LDAP_ADMINLIMIT_EXCEEDED, "adminLimitExceeded"},
    {LDAP_UNAVAILABLE_CRITICAL_EXTENSION, "unavailableCriticalExtension"},
    {LDAP_CONFIDENTIALITY_REQUIRED, "confidentialityRequired"},
    {LDAP_INAPPROPRIATE_MATCHING, "inappropriateMatching"},
    {LDAP_INVALID_SYNTAX, "invalidAttributeSyntax"},
    {LDAP_NO_SUCH_OBJECT, "noSuchObject"},
    {LDAP_INVALID_DN_SYNTAX, "invalidDNSyntax"},
    {LDAP_INAPPROPRIATE_AUTH, "inappropriateAuthentication"},
    {LDAP_INVALID_CREDENTIALS, "invalidCredentials"},
    {LDAP_INSUFFICIENT_ACCESS, "insufficientAccessRights"},
    {LDAP_BUSY, "busy"},
    {LDAP_UNAVAILABLE, "unavailable"},
    {LDAP_UNWILLING_TO_PERFORM, "unwillingToPerform"},
    {LDAP_OTHER, "other"},
};

const char *session_code_name(int code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(code_names); i++) {
        if (code_names[i].code == code)
            return code_names[i].name;
    }
    return "result code";
}

/* The server's own words, in parentheses, or nothing. */
static char *said(const SessionResult *result)
{
    if (result->diagnostic == NULL)
        return g_strdup("");
    return g_strdup_printf(": the server says '%s'", result->diagnostic);
}

static const char *bind_hint(int code)
{
    switch (code) {
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
        return "the server wants an encrypted connection: use ldaps:// or start_tls = true";
    case LDAP_AUTH_METHOD_NOT_SUPPORTED:
        return "the server does not offer this bind.method";
    case LDAP_INSUFFICIENT_ACCESS:
        return "the account may not bind: check its rights";
    case LDAP_UNWILLING_TO_PERFORM:
        return "the account may be locked, or its password expired; or the server wants TLS first";
    default:
        return "check bind.dn and bind.password";
    }
}

void session_bind_error(const Session *session, const SessionResult *result, GError **error)
{
    g_autofree char *words = said(result);
    if (result->code == LDAP_BUSY || result->code == LDAP_UNAVAILABLE) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "it is not ready: %s (%d)%s",
                    session_code_name(result->code), result->code, words);
        return;
    }
    const SourceSettings *settings = session->settings;
    bool external = settings->bind == BIND_EXTERNAL;
    g_autofree char *who = external ? g_strdup("by EXTERNAL")
                           : settings->bind == BIND_GSSAPI
                               ? g_strdup("by GSSAPI")
                               : g_strdup_printf("as '%s'", settings->bind_dn);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                "server '%s' refused the bind %s: %s (%d)%s\nhint: %s", session->uri, who,
                session_code_name(result->code), result->code, words,
                external ? "the server must allow EXTERNAL and know the local user or the owner of "
                           "the certificate, see authz-regexp in slapd.conf(5)"
                         : bind_hint(result->code));
}

typedef enum { VENDOR_OPENLDAP, VENDOR_389, VENDOR_AD, VENDOR_OTHER, VENDORS } Vendor;

static Vendor vendor_of(const Session *session)
{
    const Attribute *version = entry_attribute(session->root, "vendorVersion");
    if (entry_has(session->root, "structuralObjectClass", "OpenLDAProotDSE"))
        return VENDOR_OPENLDAP;
    if (version != NULL && g_str_has_prefix(attribute_value(version, 0)->bytes, "389-Directory"))
        return VENDOR_389;
    if (entry_has(session->root, "supportedCapabilities", "1.2.840.113556.1.4.800"))
        return VENDOR_AD;
    return VENDOR_OTHER;
}

#define OPENLDAP_LIMITS "let the account read everything: olcLimits (or limits) with "
#define OPENLDAP_SIZE                                                                              \
    OPENLDAP_LIMITS "'size=unlimited size.prtotal=unlimited size.unchecked=unlimited'"
#define OTHER_LIMITS                                                                               \
    "raise the server's limits on size, time and entries looked through for this account"

/*
 * Which setting of the server keeps it from telling all: slapd-config(5); Red Hat Directory
 * Server's configuration reference; MS-ADTS 3.1.1.3.4.6, LDAP policies.
 */
static const struct {
    int code;
    const char *hints[VENDORS];
} limits[] = {
    {LDAP_TIMELIMIT_EXCEEDED,
     {OPENLDAP_LIMITS "'time=unlimited'", "raise nsTimeLimit on the account's entry (-1: no limit)",
      "raise MaxQueryDuration in the LDAP policy of the domain", OTHER_LIMITS}},
    {LDAP_SIZELIMIT_EXCEEDED,
     {OPENLDAP_SIZE, "raise nsSizeLimit and nsPagedSizeLimit on the account's entry (-1: no limit)",
      "raise MaxPageSize in the LDAP policy of the domain", OTHER_LIMITS}},
    {LDAP_ADMINLIMIT_EXCEEDED,
     {OPENLDAP_SIZE,
      "raise nsLookThroughLimit and nsPagedLookThroughLimit on the account's entry (-1: no limit)",
      "raise MaxResultSetSize or MaxTempTableSize in the LDAP policy of the domain", OTHER_LIMITS}},
    {LDAP_UNAVAILABLE_CRITICAL_EXTENSION,
     {"the server takes no paged results for this search: let the account have them, olcLimits (or "
      "limits) without 'size.prtotal=disabled'",
      "the server takes no paged results for this search",
      "raise MaxResultSetSize in the LDAP policy of the domain",
      "the server takes no paged results for this search"}},
    {LDAP_BUSY,
     {"the server is busy: see olcConnMaxPending and olcThreads",
      "the server is busy: see nsslapd-threadnumber and nsslapd-maxdescriptors",
      "the server is busy: see MaxPoolThreads in the LDAP policy of the domain",
      "the server is busy"}},
    {LDAP_UNAVAILABLE,
     {"the database is not available: see olcReadOnly, olcHidden and its overlays",
      "the database is not available: see nsslapd-state of its mapping tree, and imports under way",
      "the domain controller is not ready: see dcdiag", "the server is not ready"}},
    {LDAP_UNWILLING_TO_PERFORM,
     {OPENLDAP_SIZE,
      "the account may be locked or its password expired, or the server refuses searches without "
      "an index: see nsslapd-require-index",
      "see what the policy of the domain asks of the account", OTHER_LIMITS}},
};

/*
 * When the time limit of a paged search is over, two threads of 389 Directory Server may see it
 * first: the one at work on the page, which answers with code 3, or the one that looks after the
 * connections, which closes this one without an answer (389ds/389-ds-base issue 6096).
 */
const char *session_close_hint(const Session *session)
{
    if (vendor_of(session) != VENDOR_389)
        return NULL;
    return "this server may close the connection when the time limit of a search is over: if its "
           "access log says that it did, and names a timeout or limit, raise nsTimeLimit on the "
           "account's entry (-1: no limit)";
}

static const char *search_hint(const Session *session, int code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        if (limits[i].code == code)
            return limits[i].hints[vendor_of(session)];
    }
    switch (code) {
    case LDAP_NO_SUCH_OBJECT:
        return "check the base, and whether the account may see it";
    case LDAP_INVALID_DN_SYNTAX:
        return "the base is no distinguished name";
    case LDAP_OPERATIONS_ERROR:
        return "the server may want a bind before it answers";
    default:
        return NULL;
    }
}

void session_search_error(Session *session, const char *base, const SessionResult *result,
                          size_t count, GError **error)
{
    g_autofree char *safe_base = text_safe(base, -1);
    g_autofree char *words = said(result);
    int code = result->code;
    session->failure_code = code;
    session->may_pass = code == LDAP_BUSY || code == LDAP_UNAVAILABLE;
    if (code == LDAP_REFERRAL || result->referral != NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the search below '%s' was referred to '%s' after %zu entries\n"
                    "hint: referrals are never followed; add that server as a directory of its "
                    "own, or choose a base that does not hold it",
                    safe_base, result->referral != NULL ? result->referral : "nowhere", count);
        return;
    }
    bool denied = code == LDAP_INSUFFICIENT_ACCESS || code == LDAP_STRONG_AUTH_REQUIRED ||
                  code == LDAP_CONFIDENTIALITY_REQUIRED || code == LDAP_INAPPROPRIATE_AUTH;
    const char *hint = denied ? bind_hint(code) : search_hint(session, code);
    g_set_error(error, SYNC_ERROR, denied ? SYNC_ERROR_DENIED : SYNC_ERROR_INCOMPLETE,
                "the search below '%s' ended with %s (%d) after %zu entries%s%s%s", safe_base,
                session_code_name(code), code, count, words, hint != NULL ? "\nhint: " : "",
                hint != NULL ? hint : "");
}
