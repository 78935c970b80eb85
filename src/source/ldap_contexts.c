/* SPDX-License-Identifier: Apache-2.0 */

/* Where a server holds people, as far as its root DSE tells. */

#include "base/error.h"
#include "source/ldap_private.h"

/* Naming contexts in which a server keeps itself and not people. */
static bool is_own(const char *context)
{
    static const char *const own[] = {"cn=config",      "cn=schema", "cn=monitor",  "cn=changelog",
                                      "o=netscaperoot", "o=ipaca",   "cn=accesslog"};
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
        if (g_ascii_strcasecmp(context, own[i]) == 0)
            return true;
    }
    return false;
}

/* A context that nobody has filled yet has no entry of its own. */
static bool is_there(Session *session, const char *context, bool *ret_found, GError **error)
{
    static char none[] = "1.1";
    char *attributes[] = {none, NULL};
    return session_read(session, context, "(objectClass=*)", attributes, source_ldap_take_nothing,
                        NULL, ret_found, error);
}

bool source_ldap_bases(Session *session, GPtrArray **ret_bases, GError **error)
{
    /* Active Directory has contexts for its schema, for the DNS and so on; one is the domain's */
    const Entry *root = session_root(session);
    const Attribute *contexts = entry_attribute(root, "defaultNamingContext");
    if (contexts == NULL)
        contexts = entry_attribute(root, "namingContexts");
    g_autoptr(GPtrArray) bases = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < attribute_count(contexts); i++) {
        const char *context = attribute_value(contexts, i)->bytes;
        bool found = *context != '\0' && !is_own(context);
        if (found && !is_there(session, context, &found, error))
            return false;
        if (found)
            g_ptr_array_add(bases, g_strdup(context));
    }
    if (bases->len == 0) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the server does not say which naming contexts it holds\n"
                    "hint: may this account read its root DSE, and the entries it names?");
        return false;
    }
    *ret_bases = g_steal_pointer(&bases);
    return true;
}

bool source_ldap_contexts(Source *source, GPtrArray **ret_bases, SourceKind *ret_kind,
                          GError **error)
{
    const LdapSource *self = (const LdapSource *) source;
    g_autoptr(Session) session = NULL;
    if (!source_ldap_open(self, &session, error) || !source_ldap_bases(session, ret_bases, error))
        return false;
    *ret_kind = source_ldap_kind(self, session);
    return true;
}
