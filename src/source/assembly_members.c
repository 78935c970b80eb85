/* SPDX-License-Identifier: Apache-2.0 */

/* Members that no entry lists: those that have to be searched for. */

#include "base/error.h"
#include "base/text.h"
#include "source/assembly_private.h"

#include <ldap.h>
#include <string.h>

#define IN_CHAIN "memberOf:1.2.840.113556.1.4.1941:="

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LDAPURLDesc, ldap_free_urldesc)

static void member_search_free(gpointer data)
{
    MemberSearch *search = data;
    g_free(search->group);
    g_free(search->base);
    g_free(search->filter);
    g_free(search);
}

static bool bad_url(const RawGroup *raw, const char *url, const char *why, GError **error)
{
    g_autofree char *dn = text_safe(raw->group->dn, -1);
    g_autofree char *safe = text_safe(url, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "group '%s' finds its members by '%s', %s\n"
                "hint: leave the group out by groups.filter if nobody needs it",
                dn, safe, why);
    return false;
}

static bool scope_of(const LDAPURLDesc *url, SearchScope *ret_scope)
{
    switch (url->lud_scope) {
    case LDAP_SCOPE_BASE:
        *ret_scope = SCOPE_BASE;
        return true;
    case LDAP_SCOPE_ONELEVEL:
        *ret_scope = SCOPE_ONE;
        return true;
    case LDAP_SCOPE_SUBTREE:
        *ret_scope = SCOPE_SUBTREE;
        return true;
    default:
        return false;
    }
}

/*
 * ( 2.16.840.1.113730.3.1.198 NAME 'memberURL' SUP labeledURI ): a URL of RFC 4516. Which
 * attributes it names has no influence on whom it finds. Credentials never go to a host that a
 * directory names.
 */
static bool add_url(const Assembly *assembly, const RawGroup *raw, const char *url,
                    GPtrArray *searches, GError **error)
{
    g_autoptr(LDAPURLDesc) parts = NULL;
    if (ldap_url_parse(url, &parts) != LDAP_URL_SUCCESS)
        return bad_url(raw, url, "which is no LDAP URL", error);
    SearchScope scope = SCOPE_BASE;
    if (parts->lud_host != NULL && *parts->lud_host != '\0')
        return bad_url(raw, url, "which is another server's business", error);
    if (parts->lud_crit_exts > 0 || !scope_of(parts, &scope))
        return bad_url(raw, url, "which asks for what we do not understand", error);
    if (parts->lud_dn == NULL || *parts->lud_dn == '\0')
        return bad_url(raw, url, "which does not say where to search", error);
    const char *filter = parts->lud_filter != NULL ? parts->lud_filter : "(objectClass=*)";
    g_autoptr(GError) problem = NULL;
    bool offline = assembly->settings->kind == SOURCE_KIND_LDIF;
    if (!source_filter_check(filter, offline, &problem)) {
        g_autofree char *why = g_strdup_printf("and that is no filter: %s", problem->message);
        return bad_url(raw, url, why, error);
    }
    MemberSearch *search = g_new0(MemberSearch, 1);
    search->group = g_strdup(raw->group->dn_key);
    search->base = g_strdup(parts->lud_dn);
    search->scope = scope;
    search->filter = g_strdup(filter);
    g_ptr_array_add(searches, search);
    return true;
}

/* The people of RAW, and of all groups in it, as Active Directory itself expands them. */
static void add_chain(const Assembly *assembly, const RawGroup *raw, GPtrArray *searches)
{
    const GPtrArray *people = assembly->settings->people;
    for (guint i = 0; i < people->len; i++) {
        const PeopleSearch *where = g_ptr_array_index(people, i);
        g_autoptr(GString) filter = g_string_new("(&");
        g_string_append(filter, kind_people_filter(where, assembly->kind));
        g_string_append(filter, "(" IN_CHAIN);
        filter_append_value(filter, raw->group->dn_key, strlen(raw->group->dn_key));
        g_string_append(filter, "))");
        MemberSearch *search = g_new0(MemberSearch, 1);
        search->group = g_strdup(raw->group->dn_key);
        search->base = g_strdup(where->base);
        search->scope = where->scope;
        search->filter = g_strdup(filter->str);
        g_ptr_array_add(searches, search);
    }
}

bool assembly_member_searches(const Assembly *assembly, GPtrArray **ret_searches, GError **error)
{
    g_autoptr(GPtrArray) searches = g_ptr_array_new_with_free_func(member_search_free);
    for (guint i = 0; i < assembly->raw_groups->len; i++) {
        const RawGroup *raw = g_ptr_array_index(assembly->raw_groups, i);
        for (guint k = 0; raw->urls != NULL && k < raw->urls->len; k++) {
            if (!add_url(assembly, raw, g_ptr_array_index(raw->urls, k), searches, error))
                return false;
        }
        if (raw->nested == NESTED_IN_CHAIN)
            add_chain(assembly, raw, searches);
    }
    *ret_searches = g_steal_pointer(&searches);
    return true;
}

void assembly_add_found(Assembly *assembly, const MemberSearch *search, const char *key)
{
    const Node *found = assembly_find_node(assembly, assembly->dn_nodes, search->group);
    if (found == NULL || found->group == NULL)
        return;
    RawGroup *raw = g_hash_table_lookup(assembly->groups, found->group->anchor);
    uint32_t node = assembly_node(assembly, assembly->dn_nodes, key, false);
    g_array_index(assembly->nodes, Node, node).exists = true;
    g_array_append_val(raw->members, node);
}
