/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session.h"

#include "base/clock.h"
#include "base/text.h"
#include "source/session_conf.h"
#include "source/session_private.h"
#include "source/session_readahead.h"

#include <string.h>

#define KEEPALIVE_IDLE 60
#define KEEPALIVE_PROBES 4
#define KEEPALIVE_INTERVAL 15

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
    (void) session_readahead_add(socket); /* without it everything is read, too, but slower */
    return 0;
}

static void on_disconnect(LDAP *ldap, Sockbuf *socket, struct ldap_conncb *callbacks)
{
    (void) ldap;
    (void) socket;
    Session *session = callbacks->lc_arg;
    watchdog_watch(session->watchdog, -1);
}

bool session_set_option(LDAP *ldap, int option, const void *value, const char *what, GError **error)
{
    if (ldap_set_option(ldap, option, value) == LDAP_OPT_SUCCESS)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "libldap does not take the option %s",
                what);
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
    return session_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version, "PROTOCOL_VERSION",
                              error) &&
           session_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF, "REFERRALS", error) &&
           session_set_option(ldap, LDAP_OPT_DEREF, &deref, "DEREF", error) &&
           session_set_option(ldap, LDAP_OPT_RESTART, LDAP_OPT_ON, "RESTART", error) &&
           session_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &timeout, "NETWORK_TIMEOUT", error) &&
           session_set_option(ldap, LDAP_OPT_TIMEOUT, &timeout, "TIMEOUT", error) &&
           session_set_option(ldap, LDAP_OPT_X_KEEPALIVE_IDLE, &idle, "KEEPALIVE_IDLE", error) &&
           session_set_option(ldap, LDAP_OPT_X_KEEPALIVE_PROBES, &probes, "KEEPALIVE_PROBES",
                              error) &&
           session_set_option(ldap, LDAP_OPT_X_KEEPALIVE_INTERVAL, &interval, "KEEPALIVE_INTERVAL",
                              error) &&
           session_set_option(ldap, LDAP_OPT_TCP_USER_TIMEOUT, &user_timeout, "TCP_USER_TIMEOUT",
                              error) &&
           session_set_option(ldap, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON, "SASL_NOCANON", error) &&
           session_set_option(ldap, LDAP_OPT_CONNECT_CB, &session->callbacks, "CONNECT_CB", error);
}

/* A handle for the server, not yet connected. */
static LDAP *make_handle(Session *session, GError **error)
{
    g_autoptr(LDAP) ldap = NULL;
    int code = ldap_initialize(&ldap, session->uri);
    if (code != LDAP_SUCCESS) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "it is no URI of an LDAP server: %s",
                    ldap_err2string(code));
        return NULL;
    }
    if (!configure(session, ldap, error) ||
        (session_uses_tls(session) && !session_configure_tls(session, ldap, error)))
        return NULL;
    return g_steal_pointer(&ldap);
}

/* Connects, with TLS where it is wanted; a result code of libldap or of the server. */
static int connect_handle(const Session *session, LDAP *ldap)
{
    int code = ldap_connect(ldap);
    if (code != LDAP_SUCCESS || !session->settings->start_tls || !session_uses_tls(session) ||
        g_ascii_strncasecmp(session->uri, "ldaps:", 6) == 0)
        return code;
    return ldap_start_tls_s(ldap, NULL, NULL);
}

/* What keeps a connection from being made is not to be seen from here. */
#define REACH_HINT                                                                                 \
    "\nhint: does the server run, are its name and port right, and does a firewall let this "      \
    "machine through?"

/* Says why the connection could not be made. */
static void connect_error(Session *session, LDAP *ldap, int code, GError **error)
{
    if (clock_stop_requested())
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERRUPTED, "interrupted while connecting");
    else if (code == LDAP_TIMEOUT || watchdog_fired(session->watchdog))
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                    session->connected ? "it accepted the connection, but said nothing for %d "
                                         "seconds"
                                       : "it did not answer within %d seconds" REACH_HINT,
                    (int) session->settings->connect_timeout);
    else if (session->connected)
        session_tls_error(session, ldap, code, error);
    else {
        g_autofree char *reason = session_unreachable_reason(session);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "%s" REACH_HINT, reason);
    }
}

static bool keep_root(void *context, const Entry *entry, GError **error)
{
    (void) error;
    Session *session = context;
    entry_free(session->root);
    session->root = entry_copy(entry);
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
    if (session_uses_tls(session))
        session->ca_file = session_conf_ca_file(session->settings->ca_file);
    session->ldap = make_handle(session, error);
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
    if (!session_check_tls(session, error) || !session_bind(session, error) ||
        !session_prove_alive(session, error) || !session_check_identity(session, error))
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
    g_free(session->identity);
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
    const char *hint = error_hints(error);
    g_string_append_printf(reasons, "%s'%s': %.*s", reasons->len > 0 ? "; " : "", safe,
                           (int) (hint - error->message), error->message);
    if (strstr(hints->str, hint) == NULL)
        g_string_append(hints, hint);
}

/* Moves the URI that is AVOID to the end of URIS. */
static void move_to_end(char **uris, const char *avoid)
{
    for (; *uris != NULL && uris[1] != NULL; uris++) {
        if (strcmp(*uris, avoid) != 0)
            continue;
        char *swapped = uris[0];
        uris[0] = uris[1];
        uris[1] = swapped;
    }
}

bool session_open(const SourceSettings *settings, const char *avoid, int64_t deadline,
                  Session **ret_session, GError **error)
{
    g_auto(GStrv) uris = NULL;
    if (!session_servers(settings, &uris, error))
        return false;
    if (avoid != NULL)
        move_to_end(uris, avoid);
    g_autoptr(GString) reasons = g_string_new(NULL);
    g_autoptr(GString) hints = g_string_new(NULL);
    for (char **uri = uris; *uri != NULL; uri++) {
        g_autoptr(Session) session = session_new(settings, *uri, deadline);
        g_autoptr(GError) problem = NULL;
        if (try_server(session, &problem)) {
            *ret_session = g_steal_pointer(&session);
            return true;
        }
        g_assert(problem != NULL); /* whoever fails says why */
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

const char *session_identity(const Session *session)
{
    return session->identity;
}

const Entry *session_root(const Session *session)
{
    return session->root;
}

bool session_failure_may_pass(const Session *session)
{
    return session->may_pass;
}

void session_may_pass(Session *session)
{
    session->may_pass = true;
}

bool session_failed_at_base(const Session *session)
{
    return session->failure_code == LDAP_NO_SUCH_OBJECT ||
           session->failure_code == LDAP_INSUFFICIENT_ACCESS;
}

unsigned session_searches(const Session *session)
{
    return session->searches;
}

unsigned session_pages(const Session *session)
{
    return session->pages;
}
