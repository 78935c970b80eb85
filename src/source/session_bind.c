/* SPDX-License-Identifier: Apache-2.0 */

/* Who we are to the server. */

#include "base/text.h"
#include "source/session_private.h"

#include <sasl/sasl.h>
#include <string.h>

#define NO_KDC "Cannot contact any KDC"

static bool finish_bind(Session *session, int id, GError **error)
{
    g_autoptr(LDAPMessage) message = NULL;
    g_auto(SessionResult) result = {0};
    if (!session_wait(session, id, SYNC_ERROR_UNREACHABLE, "the bind", &message, error) ||
        !session_parse_result(session, message, &result, NULL, error))
        return false;
    if (result.code == LDAP_SUCCESS)
        return true;
    session_bind_error(session, &result, error);
    return false;
}

/* Sends a bind that is one request and one answer. */
static bool bind_once(Session *session, const char *dn, const char *mechanism,
                      struct berval *credentials, GError **error)
{
    int id = -1;
    int code = ldap_sasl_bind(session->ldap, dn, mechanism, credentials, NULL, NULL, &id);
    if (code == LDAP_SUCCESS)
        return finish_bind(session, id, error);
    session_broken(session, SYNC_ERROR_UNREACHABLE, "the bind", false, error);
    return false;
}

static bool bind_simple(Session *session, GError **error)
{
    size_t length = 0;
    const char *bytes = secret_expose(session->settings->password, &length);
    g_autofree char *copy = g_memdup2(bytes, length);
    struct berval credentials = {.bv_len = length, .bv_val = copy};
    bool bound =
        bind_once(session, session->settings->bind_dn, LDAP_SASL_SIMPLE, &credentials, error);
    explicit_bzero(copy, length);
    return bound;
}

/* The other layer has told who we are: a local user, or the owner of a certificate. */
static bool bind_external(Session *session, GError **error)
{
    char nothing[] = "";
    struct berval credentials = {.bv_len = 0, .bv_val = nothing};
    return bind_once(session, NULL, "EXTERNAL", &credentials, error);
}

/* SASL asks for what a person might type; the ticket says all there is to say. */
static int answer_nothing(LDAP *ldap, unsigned flags, void *defaults, void *questions)
{
    (void) ldap;
    (void) flags;
    (void) defaults;
    for (sasl_interact_t *question = questions; question->id != SASL_CB_LIST_END; question++) {
        question->result = "";
        question->len = 0;
    }
    return LDAP_SUCCESS;
}

/*
 * Kerberos protects the connection itself where TLS does not. Inside of TLS a second layer is what
 * Active Directory refuses; there the ticket is bound to the certificate instead.
 */
static bool configure_sasl(Session *session, GError **error)
{
    static const int binding = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT;
    if (!session_uses_tls(session))
        return session_set_option(session->ldap, LDAP_OPT_X_SASL_SECPROPS,
                                  "noanonymous,noplain,minssf=56", "SASL_SECPROPS", error);
    return session_set_option(session->ldap, LDAP_OPT_X_SASL_SECPROPS,
                              "noanonymous,noplain,maxssf=0", "SASL_SECPROPS", error) &&
           session_set_option(session->ldap, LDAP_OPT_X_SASL_CBINDING, &binding, "SASL_CBINDING",
                              error);
}

/* The Kerberos library learns from the environment where keys are, and where to keep tickets. */
static void set_keytab(const char *keytab)
{
    if (keytab == NULL)
        return;
    g_autofree char *keys = g_strconcat("FILE:", keytab, NULL);
    g_autofree char *tickets = g_strconcat("MEMORY:", keytab, NULL);
    (void) g_setenv("KRB5_CLIENT_KTNAME", keys, true); /* fails only for a name that is none */
    (void) g_setenv("KRB5CCNAME", tickets, true);
}

static void gssapi_error(const Session *session, int code, GError **error)
{
    g_autofree char *words = session_diagnostic(session->ldap);
    g_autofree char *uri = text_safe(session->uri, -1);
    const char *text = words != NULL ? words : ldap_err2string(code);
    if (strstr(text, NO_KDC) != NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "Kerberos has no ticket for it: %s\n"
                    "hint: the realm's KDC must be up and reachable on port 88 (TCP or UDP): see "
                    "/etc/krb5.conf, or the DNS where that names none",
                    text);
        return;
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                "server '%s' could not be bound to by GSSAPI: %s\n"
                "hint: bind.keytab must hold the key of the account, /etc/krb5.conf its realm, the "
                "URI the name that the server has in Kerberos; SASL needs its module for GSSAPI",
                uri, text);
}

static bool bind_gssapi(Session *session, GError **error)
{
    set_keytab(session->settings->keytab);
    if (!configure_sasl(session, error))
        return false;
    const char *mechanism = NULL;
    g_autoptr(LDAPMessage) answer = NULL;
    for (;;) {
        int id = -1;
        int code =
            ldap_sasl_interactive_bind(session->ldap, NULL, "GSSAPI", NULL, NULL, LDAP_SASL_QUIET,
                                       answer_nothing, NULL, answer, &mechanism, &id);
        if (code == LDAP_SUCCESS)
            return true;
        if (code != LDAP_SASL_BIND_IN_PROGRESS && answer != NULL && code > 0) {
            g_auto(SessionResult) result = {0};
            if (session_parse_result(session, answer, &result, NULL, error))
                session_bind_error(session, &result, error);
            return false;
        }
        if (code == LDAP_SERVER_DOWN) {
            session_broken(session, SYNC_ERROR_UNREACHABLE, "the bind", false, error);
            return false;
        }
        if (code != LDAP_SASL_BIND_IN_PROGRESS) {
            gssapi_error(session, code, error);
            return false;
        }
        g_clear_pointer(&answer, ldap_message_free);
        if (!session_wait(session, id, SYNC_ERROR_UNREACHABLE, "the bind", &answer, error))
            return false;
    }
}

bool session_bind(Session *session, GError **error)
{
    switch (session->settings->bind) {
    case BIND_SIMPLE:
        return bind_simple(session, error);
    case BIND_EXTERNAL:
        return bind_external(session, error);
    case BIND_GSSAPI:
        return bind_gssapi(session, error);
    case BIND_ANONYMOUS:
        break;
    }
    return true;
}

/* "Who am I?", RFC 4532. Some servers take a bind that they cannot place for nobody's. */
bool session_check_identity(Session *session, GError **error)
{
    if (session->settings->bind == BIND_ANONYMOUS ||
        !entry_has(session->root, "supportedExtension", LDAP_EXOP_WHO_AM_I))
        return true;
    int id = -1;
    g_autoptr(LDAPMessage) message = NULL;
    g_auto(SessionResult) result = {0};
    if (ldap_whoami(session->ldap, NULL, NULL, &id) != LDAP_SUCCESS) {
        session_broken(session, SYNC_ERROR_UNREACHABLE, "asking who we are", false, error);
        return false;
    }
    if (!session_wait(session, id, SYNC_ERROR_UNREACHABLE, "asking who we are", &message, error) ||
        !session_parse_result(session, message, &result, NULL, error))
        return false;
    if (result.code != LDAP_SUCCESS)
        return true; /* we are somebody who may not ask that */
    struct berval *identity = NULL;
    if (ldap_parse_whoami(session->ldap, message, &identity) != LDAP_SUCCESS)
        identity = NULL;
    bool somebody = identity != NULL && identity->bv_len > 0;
    if (somebody)
        session->identity = text_safe(identity->bv_val, (gssize) identity->bv_len);
    ber_bvfree(identity);
    if (somebody)
        return true;
    g_autofree char *uri = text_safe(session->uri, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_DENIED,
                "server '%s' accepted the bind, but takes us for nobody\n"
                "hint: the server must map what it was told to an account",
                uri);
    return false;
}
