/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session.h"

#include "base/clock.h"
#include "base/text.h"
#include "source/session_certificate.h"
#include "source/session_conf.h"
#include "source/session_private.h"

#include <string.h>

#define KEEPALIVE_IDLE 60
#define KEEPALIVE_PROBES 4
#define KEEPALIVE_INTERVAL 15

/* GnuTLS takes no notice of LDAP_OPT_X_TLS_PROTOCOL_MIN, but of this. */
#define GNUTLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

static int on_connect(LDAP *ldap, Sockbuf *socket, LDAPURLDesc *server, struct sockaddr *address,
                      struct ldap_conncb *callbacks)
{
    (void) ldap;
    (void) server;
    (void) address;
    Session *session = callbacks->lc_arg;
    ber_socket_t fd = -1;
    if (ber_sockbuf_ctrl(socket, LBER_SB_OPT_GET_FD, &fd) == 1) {
        session->connected = true;
        watchdog_watch(session->watchdog, fd);
    }
    return 0;
}

static void on_disconnect(LDAP *ldap, Sockbuf *socket, struct ldap_conncb *callbacks)
{
    (void) ldap;
    (void) socket;
    Session *session = callbacks->lc_arg;
    watchdog_watch(session->watchdog, -1);
}

static bool set_option(LDAP *ldap, int option, const void *value, const char *what, GError **error)
{
    if (ldap_set_option(ldap, option, value) == LDAP_OPT_SUCCESS)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "libldap does not take the option %s",
                what);
    return false;
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

/* What TLS needs; NEWCTX comes last, because without it none of the others has any effect. */
static bool configure_tls(const Session *session, LDAP *ldap, int require, GError **error)
{
    static const int minimum = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    static const int client = 0;
    if (session->ca_file == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                    "no file of certificate authorities was found\nhint: name one as ca_file");
        return false;
    }
    if (!set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &require, "TLS_REQUIRE_CERT", error) ||
        !set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, session->ca_file, "TLS_CACERTFILE", error) ||
        !set_option(ldap, LDAP_OPT_X_TLS_PROTOCOL_MIN, &minimum, "TLS_PROTOCOL_MIN", error))
        return false;
    if (is_gnutls(ldap) &&
        !set_option(ldap, LDAP_OPT_X_TLS_CIPHER_SUITE, GNUTLS_PRIORITY, "TLS_CIPHER_SUITE", error))
        return false;
    if (ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client) == LDAP_OPT_SUCCESS)
        return true;
    g_autofree char *safe = text_safe(session->ca_file, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG,
                "the certificate authorities in '%s' cannot be used\n"
                "hint: ca_file must be a readable file of certificates in PEM form",
                safe);
    return false;
}

static bool configure(const Session *session, LDAP *ldap, GError **error)
{
    static const int version = LDAP_VERSION3;
    static const int deref = LDAP_DEREF_NEVER;
    static const int idle = KEEPALIVE_IDLE;
    static const int probes = KEEPALIVE_PROBES;
    static const int interval = KEEPALIVE_INTERVAL;
    const unsigned user_timeout = (unsigned) session->settings->page_timeout * 1000;
    const struct timeval timeout = {.tv_sec = session->settings->connect_timeout};
    return set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version, "PROTOCOL_VERSION", error) &&
           set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF, "REFERRALS", error) &&
           set_option(ldap, LDAP_OPT_DEREF, &deref, "DEREF", error) &&
           set_option(ldap, LDAP_OPT_RESTART, LDAP_OPT_ON, "RESTART", error) &&
           set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &timeout, "NETWORK_TIMEOUT", error) &&
           set_option(ldap, LDAP_OPT_TIMEOUT, &timeout, "TIMEOUT", error) &&
           set_option(ldap, LDAP_OPT_X_KEEPALIVE_IDLE, &idle, "KEEPALIVE_IDLE", error) &&
           set_option(ldap, LDAP_OPT_X_KEEPALIVE_PROBES, &probes, "KEEPALIVE_PROBES", error) &&
           set_option(ldap, LDAP_OPT_X_KEEPALIVE_INTERVAL, &interval, "KEEPALIVE_INTERVAL",
                      error) &&
           set_option(ldap, LDAP_OPT_TCP_USER_TIMEOUT, &user_timeout, "TCP_USER_TIMEOUT", error) &&
           set_option(ldap, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON, "SASL_NOCANON", error) &&
           set_option(ldap, LDAP_OPT_CONNECT_CB, &session->callbacks, "CONNECT_CB", error);
}

static bool uses_tls(const Session *session)
{
    return g_ascii_strncasecmp(session->uri, "ldaps:", 6) == 0 ||
           (session->settings->start_tls && g_ascii_strncasecmp(session->uri, "ldap:", 5) == 0);
}

/* A handle for the server, not yet connected. */
static LDAP *make_handle(Session *session, int require, GError **error)
{
    g_autoptr(LDAP) ldap = NULL;
    int code = ldap_initialize(&ldap, session->uri);
    if (code != LDAP_SUCCESS) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "it is no URI of an LDAP server: %s",
                    ldap_err2string(code));
        return NULL;
    }
    if (!configure(session, ldap, error) ||
        (uses_tls(session) && !configure_tls(session, ldap, require, error)))
        return NULL;
    return g_steal_pointer(&ldap);
}

/* Connects, with TLS where it is wanted; a result code of libldap or of the server. */
static int connect_handle(const Session *session, LDAP *ldap)
{
    int code = ldap_connect(ldap);
    if (code != LDAP_SUCCESS || !session->settings->start_tls || !uses_tls(session) ||
        g_ascii_strncasecmp(session->uri, "ldaps:", 6) == 0)
        return code;
    return ldap_start_tls_s(ldap, NULL, NULL);
}

/* What libldap or the server has to add, safe to print; NULL: nothing that would help. */
static char *diagnostic(LDAP *ldap)
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

/*
 * What the server shows when nobody objects, or NULL when it still cannot do TLS with us. Nothing
 * is sent over such a connection: it only tells a certificate that is not trusted from other
 * trouble. A certificate that cannot be read is given as one that says nothing.
 */
static Certificate *look_at_certificate(Session *session)
{
    g_autoptr(LDAP) ldap = make_handle(session, LDAP_OPT_X_TLS_NEVER, NULL);
    if (ldap == NULL || connect_handle(session, ldap) != LDAP_SUCCESS)
        return NULL;
    struct berval der = {0};
    Certificate *certificate = NULL;
    if (ldap_get_option(ldap, LDAP_OPT_X_TLS_PEERCERT, &der) != LDAP_OPT_SUCCESS ||
        !certificate_parse(der.bv_val, der.bv_len, &certificate)) {
        certificate = g_new0(Certificate, 1);
        certificate->not_after = G_MAXINT64;
        certificate->names = g_ptr_array_new_with_free_func(g_free);
    }
    ber_memfree(der.bv_val);
    return certificate;
}

/* TLS could not be made of a connection that stands. */
static void tls_error(Session *session, LDAP *ldap, int code, GError **error)
{
    g_autofree char *words = diagnostic(ldap);
    g_autofree char *host = text_safe(session->host, -1);
    g_autofree char *file = text_safe(session->ca_file, -1);
    const char *colon = words != NULL ? ": " : "";
    const char *text = words != NULL ? words : "";
    if (code > 0) { /* an answer of the server to StartTLS */
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "it refused StartTLS: %s (%d)%s%s",
                    session_code_name(code), code, colon, text);
        return;
    }
    g_autoptr(Certificate) certificate = look_at_certificate(session);
    if (certificate == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "no TLS connection of at least version 1.2 could be made with '%s'%s%s", host,
                    colon, text);
        return;
    }
    Clock *clock = clock_real();
    g_autofree char *objection =
        certificate_objection(certificate, session->host, clock->now(clock));
    if (objection != NULL)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "its certificate %s", objection);
    else
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "the certificate of '%s' is not trusted: no certificate authority in '%s' "
                    "has signed it%s%s\n"
                    "hint: name the file with your certificate authority as ca_file",
                    host, file, colon, text);
}

/* Says why the connection could not be made. */
static void connect_error(Session *session, LDAP *ldap, int code, GError **error)
{
    if (clock_stop_requested())
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERRUPTED, "interrupted while connecting");
    else if (code == LDAP_TIMEOUT || watchdog_fired(session->watchdog))
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    session->connected ? "it accepted the connection, but said nothing for %d "
                                         "seconds"
                                       : "it did not answer within %d seconds",
                    (int) session->settings->connect_timeout);
    else if (session->connected)
        tls_error(session, ldap, code, error);
    else {
        g_autofree char *reason = session_unreachable_reason(session);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "%s", reason);
    }
}

/* Notes the version of TLS and refuses what is too old: the one check that every library obeys. */
static bool check_tls(Session *session, GError **error)
{
    if (!uses_tls(session))
        return true;
    char *version = NULL;
    if (ldap_get_option(session->ldap, LDAP_OPT_X_TLS_VERSION, &version) != LDAP_OPT_SUCCESS ||
        version == NULL || (strstr(version, "1.2") == NULL && strstr(version, "1.3") == NULL)) {
        g_autofree char *safe = text_safe(version != NULL ? version : "none", -1);
        ldap_memfree(version);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    "the connection is protected by '%s'; at least TLS 1.2 is needed", safe);
        return false;
    }
    session->tls = g_strdup(strstr(version, "1.3") != NULL ? "TLS1.3" : "TLS1.2");
    ldap_memfree(version);
    return true;
}

static bool bind_session(Session *session, GError **error)
{
    const SourceSettings *settings = session->settings;
    if (settings->bind == BIND_ANONYMOUS)
        return true;
    size_t length = 0;
    g_autofree char *copy = g_strdup(""); /* EXTERNAL: we are who we are */
    if (settings->bind == BIND_SIMPLE) {
        const char *bytes = secret_expose(settings->password, &length);
        g_free(copy);
        copy = g_memdup2(bytes, length);
    }
    struct berval credentials = {.bv_len = length, .bv_val = copy};
    int id = -1;
    int code = settings->bind == BIND_SIMPLE
                   ? ldap_sasl_bind(session->ldap, settings->bind_dn, LDAP_SASL_SIMPLE,
                                    &credentials, NULL, NULL, &id)
                   : ldap_sasl_bind(session->ldap, NULL, "EXTERNAL", &credentials, NULL, NULL, &id);
    explicit_bzero(copy, length);
    if (code != LDAP_SUCCESS) {
        session_broken(session, SYNC_ERROR_UNREACHABLE, "the bind", false, error);
        return false;
    }
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

static bool keep_root(void *context, const Entry *entry, GError **error)
{
    (void) error;
    Session *session = context;
    Entry *copy = entry_new(entry->dn);
    for (guint i = 0; i < entry->attributes->len; i++) {
        const Attribute *attribute = g_ptr_array_index(entry->attributes, i);
        for (guint k = 0; k < attribute_count(attribute); k++) {
            const Value *value = attribute_value(attribute, k);
            entry_add_value(copy, attribute->name, value->bytes, value->length);
        }
    }
    entry_free(session->root);
    session->root = copy;
    return true;
}

bool session_prove_alive(Session *session, GError **error)
{
    static char all[] = "*";
    static char operational[] = "+";
    static char structural[] = "structuralObjectClass";
    char *attributes[] = {all, operational, structural, NULL};
    bool found = false;
    if (!session_read(session, "", "(objectClass=*)", attributes, keep_root, session, &found,
                      error))
        return false;
    if (found)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the server does not show its root DSE\n"
                "hint: let the account, and everybody, read the entry with the empty name");
    return false;
}

/* All of it with the server that session->uri names. */
static bool try_server(Session *session, GError **error)
{
    if (clock_stop_requested()) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERRUPTED, "interrupted before connecting");
        return false;
    }
    session->callbacks =
        (struct ldap_conncb){.lc_add = on_connect, .lc_del = on_disconnect, .lc_arg = session};
    session->watchdog = watchdog_new();
    if (uses_tls(session))
        session->ca_file = session_conf_ca_file(session->settings->ca_file);
    session->ldap = make_handle(session, LDAP_OPT_X_TLS_DEMAND, error);
    if (session->ldap == NULL)
        return false;
    int64_t end = g_get_monotonic_time() + session->settings->connect_timeout * G_USEC_PER_SEC;
    watchdog_set(session->watchdog, MIN(end, session->deadline));
    int code = connect_handle(session, session->ldap);
    if (code != LDAP_SUCCESS) {
        connect_error(session, session->ldap, code, error);
        return false;
    }
    watchdog_set(session->watchdog, 0);
    session->patience = session->settings->connect_timeout;
    if (!check_tls(session, error) || !bind_session(session, error) ||
        !session_prove_alive(session, error))
        return false;
    session->patience = session->settings->page_timeout;
    return true;
}

void session_free(Session *session)
{
    if (session == NULL)
        return;
    if (session->ldap != NULL)
        ldap_session_unbind(session->ldap);
    watchdog_free(session->watchdog);
    entry_free(session->root);
    g_free(session->uri);
    g_free(session->host);
    g_free(session->tls);
    g_free(session->ca_file);
    g_free(session);
}

static Session *session_new(const SourceSettings *settings, const char *uri, int64_t deadline)
{
    Session *session = g_new0(Session, 1);
    session->settings = settings;
    session->uri = g_strdup(uri);
    session->deadline = deadline;
    session->root = entry_new("");
    LDAPURLDesc *parts = NULL;
    if (ldap_url_parse(uri, &parts) == LDAP_URL_SUCCESS) {
        session->host = g_strdup(parts->lud_host);
        ldap_free_urldesc(parts);
    }
    if (session->host == NULL)
        session->host = g_strdup("");
    return session;
}

/* Adds why URI cannot be used to REASONS, and what to do about it to HINTS, each only once. */
static void note_reason(GString *reasons, GString *hints, const char *uri, const GError *error)
{
    g_autofree char *safe = text_safe(uri, -1);
    const char *hint = strstr(error->message, "\nhint: ");
    size_t length = hint != NULL ? (size_t) (hint - error->message) : strlen(error->message);
    g_string_append_printf(reasons, "%s'%s': %.*s", reasons->len > 0 ? "; " : "", safe,
                           (int) length, error->message);
    if (hint != NULL && strstr(hints->str, hint) == NULL)
        g_string_append(hints, hint);
}

bool session_open(const SourceSettings *settings, int64_t deadline, Session **ret_session,
                  GError **error)
{
    g_auto(GStrv) uris = session_uris(settings);
    g_autoptr(GString) reasons = g_string_new(NULL);
    g_autoptr(GString) hints = g_string_new(NULL);
    for (char **uri = uris; *uri != NULL; uri++) {
        g_autoptr(Session) session = session_new(settings, *uri, deadline);
        g_autoptr(GError) problem = NULL;
        if (try_server(session, &problem)) {
            *ret_session = g_steal_pointer(&session);
            return true;
        }
        /* the next server may be up, but it would not see another configuration or password */
        if (!g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_UNREACHABLE) &&
            !g_error_matches(problem, SYNC_ERROR, SYNC_ERROR_INCOMPLETE)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        note_reason(reasons, hints, *uri, problem);
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "no directory server can be used: %s%s",
                reasons->len > 0 ? reasons->str : "none is named",
                reasons->len > 0 ? hints->str : "\nhint: name one as uris");
    return false;
}

const char *session_uri(const Session *session)
{
    return session->uri;
}

const char *session_tls(const Session *session)
{
    return session->tls;
}

const Entry *session_root(const Session *session)
{
    return session->root;
}

bool session_failure_may_pass(const Session *session)
{
    return session->may_pass;
}

unsigned session_searches(const Session *session)
{
    return session->searches;
}

unsigned session_pages(const Session *session)
{
    return session->pages;
}
