/* SPDX-License-Identifier: Apache-2.0 */

/* TLS: what is asked of it, whether that is what came about, and why it did not. */

#include "base/text.h"
#include "net/handshake.h"
#include "source/session_pin.h"
#include "source/session_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LDAPS_PORT 636

/* GnuTLS takes no notice of LDAP_OPT_X_TLS_PROTOCOL_MIN, but of these. */
static const char *const gnutls_priorities[] = {
    [TLS_MINIMUM_1_2] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
    [TLS_MINIMUM_1_3] = "NORMAL:-VERS-ALL:+VERS-TLS1.3",
};
static const int minimum_options[] = {
    [TLS_MINIMUM_1_2] = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2,
    [TLS_MINIMUM_1_3] = LDAP_OPT_X_TLS_PROTOCOL_TLS1_3,
};
static const char *const minimum_words[] = {
    [TLS_MINIMUM_1_2] = "1.2",
    [TLS_MINIMUM_1_3] = "1.3",
};

bool session_uses_tls(const Session *session)
{
    return g_ascii_strncasecmp(session->uri, "ldaps:", 6) == 0 ||
           (session->settings->start_tls && g_ascii_strncasecmp(session->uri, "ldap:", 5) == 0);
}

static bool is_gnutls(LDAP *ldap)
{
    char *package = NULL;
    if (ldap_get_option(ldap, LDAP_OPT_X_TLS_PACKAGE, &package) != LDAP_OPT_SUCCESS)
        return false;
    bool is = package != NULL && strcmp(package, "GnuTLS") == 0;
    ldap_memfree(package);
    return is;
}

/* Whether FILE, where one is named, can be read; libldap would only say that something is wrong. */
static bool check_file(const char *file, const char *what, GError **error)
{
    if (file == NULL || access(file, R_OK) == 0)
        return true;
    g_autofree char *safe = text_safe(file, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "%s '%s' cannot be read: %s", what, safe,
                g_strerror(errno));
    return false;
}

static bool configure_client(const SourceSettings *settings, LDAP *ldap, GError **error)
{
    if (settings->client_cert == NULL)
        return true;
    return check_file(settings->client_cert, "client_cert", error) &&
           check_file(settings->client_key, "client_key", error) &&
           session_set_option(ldap, LDAP_OPT_X_TLS_CERTFILE, settings->client_cert, "TLS_CERTFILE",
                              error) &&
           session_set_option(ldap, LDAP_OPT_X_TLS_KEYFILE, settings->client_key, "TLS_KEYFILE",
                              error);
}

/* Only with GnuTLS does libldap look at a file of revoked certificates. */
static bool configure_revocation(const SourceSettings *settings, LDAP *ldap, GError **error)
{
    if (settings->crl_file == NULL)
        return true;
    if (!is_gnutls(ldap)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "this machine's LDAP library takes no crl_file: it was not built with GnuTLS\n"
                    "hint: leave crl_file out, and pin the server's key with pin instead");
        return false;
    }
    return check_file(settings->crl_file, "crl_file", error) &&
           session_set_option(ldap, LDAP_OPT_X_TLS_CRLFILE, settings->crl_file, "TLS_CRLFILE",
                              error);
}

static bool configure_pin(const SourceSettings *settings, LDAP *ldap, GError **error)
{
    if (settings->pin == NULL)
        return true;
    g_autofree char *pin = session_pin_for_libldap(settings->pin);
    return session_set_option(ldap, LDAP_OPT_X_TLS_PEERKEY_HASH, pin, "TLS_PEERKEY_HASH", error);
}

static bool configure_trust(const Session *session, LDAP *ldap, GError **error)
{
    static const int demand = LDAP_OPT_X_TLS_DEMAND;
    TlsMinimum minimum = session->settings->tls_minimum;
    return session_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand, "TLS_REQUIRE_CERT",
                              error) &&
           session_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_SAN, &demand, "TLS_REQUIRE_SAN",
                              error) &&
           session_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, session->ca_file, "TLS_CACERTFILE",
                              error) &&
           session_set_option(ldap, LDAP_OPT_X_TLS_PROTOCOL_MIN, &minimum_options[minimum],
                              "TLS_PROTOCOL_MIN", error) &&
           (!is_gnutls(ldap) ||
            session_set_option(ldap, LDAP_OPT_X_TLS_CIPHER_SUITE, gnutls_priorities[minimum],
                               "TLS_CIPHER_SUITE", error));
}

bool session_configure_tls(const Session *session, LDAP *ldap, GError **error)
{
    static const int client = 0;
    const SourceSettings *settings = session->settings;
    if (session->ca_file == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "no file of certificate authorities was found\nhint: name one as ca_file");
        return false;
    }
    if (!configure_trust(session, ldap, error) || !configure_client(settings, ldap, error) ||
        !configure_revocation(settings, ldap, error) || !configure_pin(settings, ldap, error))
        return false;
    /* without this, which comes last, none of the others has any effect */
    if (ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client) == LDAP_OPT_SUCCESS)
        return true;
    g_autofree char *safe = text_safe(session->ca_file, -1);
    bool more = settings->client_cert != NULL || settings->crl_file != NULL;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "the certificate authorities in '%s'%s cannot be used\n"
                "hint: ca_file must be a readable file of certificates in PEM form%s",
                safe, more ? ", or client_cert, client_key or crl_file," : "",
                more ? ", and so the others" : "");
    return false;
}

bool session_check_tls(Session *session, GError **error)
{
    if (!session_uses_tls(session))
        return true;
    char *version = NULL;
    (void) ldap_get_option(session->ldap, LDAP_OPT_X_TLS_VERSION, &version); /* NULL: none */
    bool is_1_3 = version != NULL && strstr(version, "1.3") != NULL;
    bool is_1_2 = version != NULL && strstr(version, "1.2") != NULL;
    TlsMinimum minimum = session->settings->tls_minimum;
    bool enough = is_1_3 || (is_1_2 && minimum == TLS_MINIMUM_1_2);
    if (enough) {
        session->tls = g_strdup(is_1_3 ? "TLS1.3" : "TLS1.2");
    } else {
        g_autofree char *safe = text_safe(version != NULL ? version : "none", -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "the connection is protected by '%s'; at least TLS %s is needed", safe,
                    minimum_words[minimum]);
    }
    ldap_memfree(version);
    return enough;
}

char *session_diagnostic(LDAP *ldap)
{
    char *text = NULL;
    if (ldap_get_option(ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) != LDAP_OPT_SUCCESS)
        return NULL;
    char *safe = NULL;
    if (text != NULL && text[0] != '\0' && strstr(text, "(unknown error code)") == NULL)
        safe = text_safe(text, -1);
    ldap_memfree(text);
    return safe;
}

/* How to reach the server again for a look at its certificate. */
typedef struct {
    const SourceSettings *settings;
    const char *uri; /* ldap://, whatever the port says */
    LDAP *ldap;      /* the connection that was made last: to free it is to end it */
} Approach;

/* Without the good-bye of an unbind, which would come in clear, in the middle of TLS. */
static void approach_leave(Approach *way)
{
    if (way->ldap != NULL)
        (void) ldap_destroy(way->ldap); /* what could fail does not matter any more */
    way->ldap = NULL;
}

/* A new connection on which TLS may begin: the server has agreed to StartTLS where it is used. */
static int approach(void *context)
{
    Approach *way = context;
    const struct timeval timeout = {.tv_sec = way->settings->connect_timeout};
    approach_leave(way);
    if (ldap_initialize(&way->ldap, way->uri) != LDAP_SUCCESS)
        return -1;
    LDAP *ldap = way->ldap;
    if (!session_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &timeout, "NETWORK_TIMEOUT", NULL) ||
        !session_set_option(ldap, LDAP_OPT_TIMEOUT, &timeout, "TIMEOUT", NULL) ||
        ldap_connect(ldap) != LDAP_SUCCESS)
        return -1;
    if (way->settings->start_tls) {
        static const int version = LDAP_VERSION3;
        if (!session_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version, "VERSION", NULL) ||
            ldap_extended_operation_s(ldap, LDAP_EXOP_START_TLS, NULL, NULL, NULL, NULL, NULL) !=
                LDAP_SUCCESS)
            return -1;
    }
    int fd = -1;
    if (ldap_get_option(ldap, LDAP_OPT_DESC, &fd) != LDAP_OPT_SUCCESS || fd < 0)
        return -1;
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static void look(const Session *session, HandshakeReport *report)
{
    LDAPURLDesc *parts = NULL;
    if (ldap_url_parse(session->uri, &parts) != LDAP_URL_SUCCESS)
        return;
    int port = parts->lud_port > 0 ? parts->lud_port : LDAPS_PORT;
    ldap_free_urldesc(parts);
    bool six = strchr(session->host, ':') != NULL;
    g_autofree char *uri =
        g_strdup_printf("ldap://%s%s%s:%d", six ? "[" : "", session->host, six ? "]" : "", port);
    const SourceSettings *settings = session->settings;
    Approach way = {.settings = settings, .uri = uri};
    HandshakeSettings handshake = {.host = session->host,
                                   .port = (uint16_t) port,
                                   .ca_file = session->ca_file,
                                   .crl_file = settings->crl_file,
                                   .client_cert = settings->client_cert,
                                   .client_key = settings->client_key,
                                   .pin = settings->pin,
                                   .tls13 = settings->tls_minimum == TLS_MINIMUM_1_3,
                                   .timeout_ms = settings->connect_timeout * 1000,
                                   .open = approach,
                                   .context = &way};
    handshake_look(&handshake, report);
    approach_leave(&way);
}

/* "subject 'CN = x', for 'DNS:x', issued by 'CN = y', valid from ... to ..." */
static char *describe(const HandshakeReport *report)
{
    GString *text = g_string_new(NULL);
    if (report->subject != NULL)
        g_string_append_printf(text, "; its subject is '%s'", report->subject);
    if (report->names != NULL)
        g_string_append_printf(text, ", its names are '%s'", report->names);
    else if (report->subject != NULL)
        g_string_append(text, ", it names no host");
    if (report->issuer != NULL)
        g_string_append_printf(text, ", its issuer is '%s'", report->issuer);
    if (report->from != NULL && report->to != NULL)
        g_string_append_printf(text, ", it is valid from %s to %s", report->from, report->to);
    return g_string_free(text, FALSE);
}

void session_tls_error(const Session *session, LDAP *ldap, int code, GError **error)
{
    g_autofree char *words = session_diagnostic(ldap);
    g_autofree char *host = text_safe(session->host, -1);
    g_autofree char *file = text_safe(session->ca_file, -1);
    const char *colon = words != NULL ? ": " : "";
    const char *text = words != NULL ? words : "";
    if (code > 0) { /* an answer of the server to StartTLS */
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "it refused StartTLS: %s (%d)%s%s",
                    session_code_name(code), code, colon, text);
        return;
    }
    g_auto(HandshakeReport) report = {0};
    look(session, &report);
    const char *problem = report.problem != NULL ? report.problem
                          : words != NULL        ? words
                                                 : "the LDAP library does not say why";
    g_autofree char *certificate = describe(&report);
    if (!report.untrusted && report.problem != NULL)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "no TLS connection of at least version %s could be made with '%s': %s%s",
                    minimum_words[session->settings->tls_minimum], host, problem, certificate);
    else
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "the TLS connection with '%s' is not trusted: %s%s; the certificate "
                    "authorities are those in '%s'\n"
                    "hint: ca_file must hold the authority that issued the certificate, and the "
                    "URI must name the server as its certificate does",
                    host, problem, certificate, file);
}
