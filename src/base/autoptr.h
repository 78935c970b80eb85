/* SPDX-License-Identifier: Apache-2.0 */

/*
 * autoptr - teaches g_autoptr() about the types of the libraries we use, in one place.
 *
 * Include it after the library's own header, in a block of its own: only the libraries that were
 * included before are taught. It may be included again after more of them; hence no guard around
 * the whole.
 */

#include <glib.h>

#if defined(JANSSON_H) && !defined(BASE_AUTOPTR_JANSSON)
#define BASE_AUTOPTR_JANSSON
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)
#endif

#if defined(_LDAP_H) && !defined(BASE_AUTOPTR_LDAP)
#define BASE_AUTOPTR_LDAP
static inline void ldap_session_unbind(LDAP *session)
{
    /* fails only for a handle that is NULL, which autoptr never passes */
    (void) ldap_unbind_ext_s(session, NULL, NULL);
}
static inline void ldap_message_free(LDAPMessage *message)
{
    /* returns the type of the message that was freed */
    (void) ldap_msgfree(message);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LDAP, ldap_session_unbind)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LDAPMessage, ldap_message_free)
#endif

#if defined(CURLINC_CURL_H) && !defined(BASE_AUTOPTR_CURL)
#define BASE_AUTOPTR_CURL
typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)
#endif

#if defined(SQLITE3_H) && !defined(BASE_AUTOPTR_SQLITE)
#define BASE_AUTOPTR_SQLITE
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)
#endif
