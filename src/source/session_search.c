/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/text.h"
#include "source/range.h"
#include "source/session_private.h"
#include "source/session_readahead.h"

#include <string.h>

#define SLICE (200 * INT64_C(1000))            /* how late a stop of the run may be noticed */
#define LOOK_EVERY 32                          /* entries */
#define RESPITE (500 * INT64_C(1000))          /* the watchdog comes after libldap's own time-out */
#define DOMAIN_SCOPE "1.2.840.113556.1.4.1339" /* AD: do not refer to other parts of the forest */

void session_result_clear(SessionResult *result)
{
    g_clear_pointer(&result->diagnostic, g_free);
    g_clear_pointer(&result->referral, g_free);
}

void session_broken(Session *session, SyncError code, const char *what, bool too_late,
                    GError **error)
{
    if (clock_stop_requested()) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INTERRUPTED, "interrupted while waiting for %s",
                    what);
        return;
    }
    if (g_get_monotonic_time() >= session->deadline) {
        g_set_error(error, SYNC_ERROR, (int) code, "%s did not end within read_timeout", what);
        return;
    }
    session->may_pass = true;
    if (too_late || watchdog_fired(session->watchdog)) {
        g_set_error(error, SYNC_ERROR, (int) code, "%s was not answered within %d seconds", what,
                    (int) session->patience);
        return;
    }
    int number = LDAP_SERVER_DOWN;
    (void) ldap_get_option(session->ldap, LDAP_OPT_RESULT_CODE, &number);
    /* it may be a limit, though the server does not say so */
    const char *hint = code == SYNC_ERROR_INCOMPLETE ? session_close_hint(session) : NULL;
    g_set_error(error, SYNC_ERROR, (int) code, "the connection broke during %s: %s%s%s", what,
                ldap_err2string(number), hint != NULL ? "\nhint: " : "", hint != NULL ? hint : "");
}

bool session_wait(Session *session, int message_id, SyncError code, const char *what,
                  LDAPMessage **ret_message, GError **error)
{
    int64_t end =
        MIN(g_get_monotonic_time() + session->patience * G_USEC_PER_SEC, session->deadline);
    watchdog_set(session->watchdog, end + RESPITE);
    for (;;) {
        int64_t left = end - g_get_monotonic_time();
        if (left <= 0 || clock_stop_requested()) {
            session_broken(session, code, what, true, error);
            return false;
        }
        int64_t slice = MIN(left, SLICE);
        struct timeval wait = {.tv_sec = 0, .tv_usec = slice};
        LDAPMessage *message = NULL;
        int type = ldap_result(session->ldap, message_id, LDAP_MSG_ALL, &wait, &message);
        if (type > 0) {
            watchdog_set(session->watchdog, 0);
            *ret_message = message;
            return true;
        }
        if (type < 0) {
            session_broken(session, code, what, false, error);
            return false;
        }
    }
}

bool session_parse_result(Session *session, LDAPMessage *message, SessionResult *ret_result,
                          LDAPControl ***ret_controls, GError **error)
{
    int code = LDAP_OTHER;
    char *diagnostic = NULL;
    char **referrals = NULL;
    int parsed = ldap_parse_result(session->ldap, message, &code, NULL, &diagnostic, &referrals,
                                   ret_controls, 0);
    if (parsed != LDAP_SUCCESS) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the server closed an operation with what is no LDAP: %s",
                    ldap_err2string(parsed));
        return false;
    }
    *ret_result = (SessionResult){.code = code};
    if (diagnostic != NULL && diagnostic[0] != '\0')
        ret_result->diagnostic = text_safe(diagnostic, -1);
    if (referrals != NULL && referrals[0] != NULL)
        ret_result->referral = text_safe(referrals[0], -1);
    ldap_memfree(diagnostic);
    ldap_memvfree((void **) referrals);
    return true;
}

/* A search in its course. */
typedef struct {
    Session *session;
    const SessionSearch *search;
    SessionTake take;
    void *context;
    bool paged;
    struct berval cookie; /* of the page to ask for next; libldap's memory */
    char *first;  /* DN of the first entry of the last page that had one; libldap's memory */
    size_t count; /* entries given to take */
    SessionResult result; /* of the last page */
    LDAPMessage *ahead;   /* the next page, where all of it has come already */
    char *what;           /* is searched; for messages */
    Entry *entry;         /* one after the other */
    GString *description; /* of an attribute */
} Walk;

static Walk walk_begin(Session *session, const SessionSearch *search, SessionTake take,
                       void *context)
{
    g_autofree char *base = text_safe(search->base, -1);
    return (Walk){.session = session,
                  .search = search,
                  .take = take,
                  .context = context,
                  .what = search->base[0] != '\0' ? g_strdup_printf("the search below '%s'", base)
                                                  : g_strdup("the search for the root DSE"),
                  .entry = entry_new(""),
                  .description = g_string_new(NULL)};
}

static void walk_clear(Walk *walk)
{
    ber_memfree(walk->cookie.bv_val);
    ldap_memfree(walk->first);
    session_result_clear(&walk->result);
    ldap_msgfree(walk->ahead);
    g_free(walk->what);
    entry_free(walk->entry);
    (void) g_string_free(walk->description, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static int ldap_scope(SearchScope scope)
{
    switch (scope) {
    case SCOPE_BASE:
        return LDAP_SCOPE_BASE;
    case SCOPE_ONE:
        return LDAP_SCOPE_ONELEVEL;
    case SCOPE_SUBTREE:
        break;
    }
    return LDAP_SCOPE_SUBTREE;
}

/* The controls of a request, NULL where they are not used; for controls_clear. */
typedef struct {
    LDAPControl *page;
    LDAPControl *scope;
    LDAPControl *plain;
} Controls;

static void controls_clear(Controls *controls)
{
    ldap_control_free(controls->page);
    ldap_control_free(controls->scope);
    ldap_control_free(controls->plain);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Controls, controls_clear)

static bool offers(const Session *session, const char *control)
{
    return entry_has(session->root, "supportedControl", control);
}

/* Makes what the next request carries; a result code of libldap. */
static int make_controls(Walk *walk, Controls *controls)
{
    const Session *session = walk->session;
    int code = LDAP_SUCCESS;
    if (!walk->paged)
        return code;
    code = ldap_create_page_control(session->ldap, (ber_int_t) session->settings->page_size,
                                    walk->cookie.bv_len > 0 ? &walk->cookie : NULL, 1,
                                    &controls->page);
    if (code == LDAP_SUCCESS && offers(session, DOMAIN_SCOPE))
        code = ldap_control_create(DOMAIN_SCOPE, 0, NULL, 0, &controls->scope);
    if (code == LDAP_SUCCESS && walk->search->plain && offers(session, LDAP_CONTROL_MANAGEDSAIT))
        code = ldap_control_create(LDAP_CONTROL_MANAGEDSAIT, 1, NULL, 0, &controls->plain);
    return code;
}

/* Asks for the next page, or for all where the walk is not paged. */
static bool send_request(Walk *walk, int *ret_id, GError **error)
{
    Session *session = walk->session;
    const SessionSearch *search = walk->search;
    g_auto(Controls) controls = {0};
    int code = make_controls(walk, &controls);
    LDAPControl *list[4] = {0};
    size_t count = 0;
    if (controls.page != NULL)
        list[count++] = controls.page;
    if (controls.scope != NULL)
        list[count++] = controls.scope;
    if (controls.plain != NULL)
        list[count++] = controls.plain;
    if (code == LDAP_SUCCESS)
        code = ldap_search_ext(session->ldap, search->base, ldap_scope(search->scope),
                               search->filter, search->attributes, 0, count > 0 ? list : NULL, NULL,
                               NULL, LDAP_NO_LIMIT, ret_id);
    if (code == LDAP_SUCCESS)
        return true;
    g_autofree char *base = text_safe(search->base, -1);
    if (code == LDAP_SERVER_DOWN) {
        g_autofree char *what = g_strdup_printf("the search below '%s'", base);
        session_broken(session, SYNC_ERROR_INCOMPLETE, what, false, error);
        return false;
    }
    g_set_error(error, SYNC_ERROR,
                code == LDAP_FILTER_ERROR ? SYNC_ERROR_CONFIG : SYNC_ERROR_INCOMPLETE,
                "the search below '%s' could not be sent: %s", base, ldap_err2string(code));
    return false;
}

/* A reference stands for entries that somebody else holds: without them it is not all. */
static void reference_error(Walk *walk, LDAPMessage *reference, GError **error)
{
    char **urls = NULL;
    g_auto(SessionResult) result = {.code = LDAP_REFERRAL};
    if (ldap_parse_reference(walk->session->ldap, reference, &urls, NULL, 0) == LDAP_SUCCESS &&
        urls != NULL && urls[0] != NULL)
        result.referral = text_safe(urls[0], -1);
    ldap_memvfree((void **) urls);
    session_search_error(walk->session, walk->search->base, &result, walk->count, error);
}

/*
 * Takes the cookie of the next page out of the response controls. A cookie that comes back
 * unchanged, on a page that brought nothing or what the last one did (AGAIN), would go on for ever.
 * (389-DS gives every page of a search the same cookie; OpenLDAP never does.)
 */
static bool next_cookie(Walk *walk, LDAPControl **controls, size_t entries, bool again,
                        GError **error)
{
    Session *session = walk->session;
    g_autofree char *base = text_safe(walk->search->base, -1);
    LDAPControl *control = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
    ber_int_t estimate = 0;
    struct berval cookie = {0};
    if (control == NULL || ldap_parse_pageresponse_control(session->ldap, control, &estimate,
                                                           &cookie) != LDAP_SUCCESS) {
        session->may_pass = true;
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the search below '%s' was closed without saying whether it was all, after "
                    "%zu entries",
                    base, walk->count + entries);
        return false;
    }
    bool same = cookie.bv_len > 0 && cookie.bv_len == walk->cookie.bv_len &&
                memcmp(cookie.bv_val, walk->cookie.bv_val, cookie.bv_len) == 0;
    ber_memfree(walk->cookie.bv_val);
    walk->cookie = cookie;
    if (!same || (entries > 0 && !again &&
                  !entry_has(session->root, "structuralObjectClass", "OpenLDAProotDSE")))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the search below '%s' goes round in a circle: the server gave the same page "
                "cookie twice, after %zu entries",
                base, walk->count + entries);
    return false;
}

/* Whether PAGE begins with the same entry as the last one did; notes with which. */
static bool begins_again(Walk *walk, LDAPMessage *page)
{
    LDAPMessage *entry = ldap_first_entry(walk->session->ldap, page);
    char *dn = entry != NULL ? ldap_get_dn(walk->session->ldap, entry) : NULL;
    if (dn == NULL)
        return false;
    bool again = walk->first != NULL && strcmp(dn, walk->first) == 0;
    ldap_memfree(walk->first);
    walk->first = dn;
    return again;
}

/* Whether this page is one that counts: closed with success, nothing referred elsewhere. */
static bool accept_page(Walk *walk, LDAPMessage *page, GError **error)
{
    Session *session = walk->session;
    size_t entries = 0;
    LDAPMessage *closing = NULL;
    for (LDAPMessage *message = ldap_first_message(session->ldap, page); message != NULL;
         message = ldap_next_message(session->ldap, message)) {
        int type = ldap_msgtype(message);
        if (type == LDAP_RES_SEARCH_REFERENCE) {
            reference_error(walk, message, error);
            return false;
        }
        if (type == LDAP_RES_SEARCH_ENTRY)
            entries++;
        else
            closing = message;
    }
    LDAPControl **controls = NULL;
    session_result_clear(&walk->result);
    if (!session_parse_result(session, closing, &walk->result, &controls, error))
        return false;
    bool accepted = false;
    if (walk->result.code != LDAP_SUCCESS || walk->result.referral != NULL) {
        if (walk->paged || walk->result.code != LDAP_NO_SUCH_OBJECT || entries > 0)
            session_search_error(session, walk->search->base, &walk->result, walk->count + entries,
                                 error);
        else
            accepted = true;
    } else {
        bool again = begins_again(walk, page);
        accepted = !walk->paged || next_cookie(walk, controls, entries, again, error);
    }
    ldap_controls_free(controls);
    if (accepted && walk->paged)
        session->pages++;
    return accepted;
}

static bool is_range(const char *description)
{
    Range range = {0};
    RangeKind kind = range_parse(description, &range);
    g_free(range.name);
    return kind != RANGE_NONE;
}

/* Takes the values of one attribute; false when they are a part without any, of nothing. */
static bool take_attribute(Walk *walk, const struct berval *name, const struct berval *values)
{
    g_string_truncate(walk->description, 0);
    g_string_append_len(walk->description, name->bv_val, (gssize) name->bv_len);
    const char *description = walk->description->str;
    size_t count = 0;
    for (; values != NULL && values[count].bv_val != NULL; count++)
        entry_add_value(walk->entry, description, values[count].bv_val, values[count].bv_len);
    return count > 0 || !is_range(description);
}

/* Makes walk->entry the one of MESSAGE; false when that is none. */
static bool decode(Walk *walk, LDAPMessage *message)
{
    LDAP *ldap = walk->session->ldap;
    BerElement *ber = NULL;
    struct berval dn = {0};
    if (ldap_get_dn_ber(ldap, message, &ber, &dn) != LDAP_SUCCESS)
        return false;
    entry_reset(walk->entry, dn.bv_val, dn.bv_len);
    int code = LDAP_SUCCESS;
    while (code == LDAP_SUCCESS) {
        struct berval name = {0};
        struct berval *values = NULL;
        code = ldap_get_attribute_ber(ldap, message, ber, &name, &values);
        if (code != LDAP_SUCCESS || name.bv_val == NULL)
            break;
        if (!take_attribute(walk, &name, values))
            code = LDAP_DECODING_ERROR;
        ber_memfree(values);
    }
    ber_free(ber, 0);
    return code == LDAP_SUCCESS && strlen(walk->entry->dn) == dn.bv_len;
}

/*
 * Takes in what has come of the next page, the answer to ID, without waiting for more. The kernel
 * keeps only a part of a page, and a server cannot go on while nobody fetches what it has of it;
 * and what libldap has put together now does not keep us from asking for yet another page later.
 */
static bool take_in(Walk *walk, int id, GError **error)
{
    Session *session = walk->session;
    Sockbuf *socket = NULL;
    if (walk->ahead != NULL ||
        ldap_get_option(session->ldap, LDAP_OPT_SOCKBUF, &socket) != LDAP_OPT_SUCCESS)
        return true;
    int64_t now = g_get_monotonic_time();
    int type = now < session->deadline && !clock_stop_requested() ? 0 : -1;
    session_readahead_pull(socket);
    /* of a message that has begun the rest is waited for */
    watchdog_set(session->watchdog, now + session->patience * G_USEC_PER_SEC + RESPITE);
    struct timeval at_once = {0};
    while (type == 0 && ber_sockbuf_ctrl(socket, LBER_SB_OPT_DATA_READY, NULL) == 1)
        type = ldap_result(session->ldap, id, LDAP_MSG_ALL, &at_once, &walk->ahead);
    watchdog_set(session->watchdog, 0);
    if (type >= 0)
        return true;
    session_broken(session, SYNC_ERROR_INCOMPLETE, walk->what, false, error);
    g_prefix_error(error, "after %zu entries: ", walk->count);
    return false;
}

/* Takes the entries of PAGE. The server meanwhile works on the next one, which is the answer to ID;
 * -1: there is none. */
static bool take_page(Walk *walk, LDAPMessage *page, int id, GError **error)
{
    LDAP *ldap = walk->session->ldap;
    for (LDAPMessage *message = ldap_first_entry(ldap, page); message != NULL;
         message = ldap_next_entry(ldap, message)) {
        if (!decode(walk, message)) {
            g_autofree char *base = text_safe(walk->search->base, -1);
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                        "entry %zu of the search below '%s' is no LDAP", walk->count + 1, base);
            return false;
        }
        walk->count++;
        if (!walk->take(walk->context, walk->entry, error))
            return false;
        if (id >= 0 && walk->count % LOOK_EVERY == 0 && !take_in(walk, id, error))
            return false;
    }
    return true;
}

/* The page that is the answer to ID. */
static bool next_page(Walk *walk, int id, LDAPMessage **ret_page, GError **error)
{
    *ret_page = g_steal_pointer(&walk->ahead);
    if (*ret_page != NULL ||
        session_wait(walk->session, id, SYNC_ERROR_INCOMPLETE, walk->what, ret_page, error))
        return true;
    if (walk->count > 0)
        g_prefix_error(error, "after %zu entries: ", walk->count);
    return false;
}

/* From the first page to the last. The next one is on its way while one is being looked at. */
static bool run_walk(Walk *walk, GError **error)
{
    Session *session = walk->session;
    int id = -1;
    if (!send_request(walk, &id, error))
        return false;
    for (bool more = true; more;) {
        g_autoptr(LDAPMessage) page = NULL;
        if (!next_page(walk, id, &page, error) || !accept_page(walk, page, error))
            return false;
        more = walk->cookie.bv_len > 0;
        if (more && !send_request(walk, &id, error))
            return false;
        if (!take_page(walk, page, more ? id : -1, error)) {
            if (more)
                (void) ldap_abandon_ext(session->ldap, id, NULL, NULL); /* it is over anyhow */
            return false;
        }
    }
    if (walk->paged)
        session->searches++;
    return true;
}

bool session_search(Session *session, const SessionSearch *search, SessionTake take, void *context,
                    GError **error)
{
    if (!entry_has(session->root, "supportedControl", LDAP_CONTROL_PAGEDRESULTS)) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the server does not offer paged results, so nobody can tell whether it "
                    "answers with everything\n"
                    "hint: let the account read supportedControl of the root DSE");
        return false;
    }
    g_auto(Walk) walk = walk_begin(session, search, take, context);
    walk.paged = true;
    return run_walk(&walk, error);
}

bool session_read(Session *session, const char *base, const char *filter, char **attributes,
                  SessionTake take, void *context, bool *ret_found, GError **error)
{
    SessionSearch search = {
        .base = base, .scope = SCOPE_BASE, .filter = filter, .attributes = attributes};
    g_auto(Walk) walk = walk_begin(session, &search, take, context);
    if (!run_walk(&walk, error))
        return false;
    *ret_found = walk.count > 0;
    return true;
}
