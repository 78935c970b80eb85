/* SPDX-License-Identifier: Apache-2.0 */

/* Where a server holds people, as far as its root DSE tells, and what stands there. */

#include "base/error.h"
#include "source/ldap_private.h"
#include "source/survey.h"

#define ENTRIES_SURVEYED 20000

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

/* More would take long, and tell nothing else. */
static bool survey_one(void *context, const Entry *entry, GError **error)
{
    Survey *survey = context;
    survey_take(survey, entry);
    if (survey_entries(survey) < ENTRIES_SURVEYED)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "that is enough");
    return false;
}

static bool survey_below(Session *session, const char *base, Survey *survey, GError **error)
{
    g_auto(GStrv) attributes = survey_attributes(survey);
    SessionSearch search = {.base = base,
                            .scope = SCOPE_SUBTREE,
                            .filter = "(objectClass=*)",
                            .attributes = attributes};
    return session_search(session, &search, survey_one, survey, error) ||
           survey_entries(survey) >= ENTRIES_SURVEYED;
}

bool source_ldap_survey(Source *source, const char *base, const char *filter, Survey **ret_survey,
                        GError **error)
{
    const LdapSource *self = (const LdapSource *) source;
    g_autoptr(Session) session = NULL;
    g_autoptr(GPtrArray) bases = NULL;
    g_autoptr(GError) problem = NULL;
    if (!source_ldap_open(self, &session, error) ||
        (base == NULL && !source_ldap_bases(session, &bases, error)))
        return false;
    g_autoptr(Survey) survey = survey_new(filter, source_ldap_kind(self, session));
    bool good = base == NULL || survey_below(session, base, survey, &problem);
    for (guint i = 0; bases != NULL && good && i < bases->len; i++)
        good = survey_entries(survey) >= ENTRIES_SURVEYED ||
               survey_below(session, g_ptr_array_index(bases, i), survey, &problem);
    if (!good) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    *ret_survey = g_steal_pointer(&survey);
    return true;
}
