/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_AUTOPTR_H
#define BASE_AUTOPTR_H

/*
 * autoptr - teaches g_autoptr() about the types of the libraries we use, in one place.
 *
 * Include it after the library's own header: only the libraries that were included before are
 * taught.
 */

#include <glib.h>

#ifdef JANSSON_H
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)
#endif

#ifdef _LDAP_H
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

#ifdef CURLINC_CURL_H
typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)
#endif

#ifdef SQLITE3_H
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)
#endif

#endif
