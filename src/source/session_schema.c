/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "source/session_private.h"

#include <ldap_schema.h>

static void add_name(GHashTable *names, const char *name)
{
    (void) g_hash_table_add(names, g_ascii_strdown(name, -1)); /* it may have been there */
}

static bool take_types(void *context, const Entry *entry, GError **error)
{
    (void) error;
    GHashTable *names = context;
    const Attribute *types = entry_attribute(entry, "attributeTypes");
    for (guint i = 0; i < attribute_count(types); i++) {
        int code = 0;
        const char *where = NULL;
        LDAPAttributeType *type = ldap_str2attributetype(attribute_value(types, i)->bytes, &code,
                                                         &where, LDAP_SCHEMA_ALLOW_ALL);
        if (type == NULL)
            continue; /* a definition that is no use to us is no use to a filter either */
        if (type->at_oid != NULL)
            add_name(names, type->at_oid);
        for (char **name = type->at_names; name != NULL && *name != NULL; name++)
            add_name(names, *name);
        ldap_attributetype_free(type);
    }
    return true;
}

bool session_schema(Session *session, GHashTable **ret_names, GError **error)
{
    static char types[] = "attributeTypes";
    char *attributes[] = {types, NULL};
    const Attribute *where = entry_attribute(session->root, "subschemaSubentry");
    if (where == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the server does not say where its schema is");
        return false;
    }
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *base = attribute_value(where, 0)->bytes;
    bool found = false;
    if (!session_read(session, base, "(objectClass=subschema)", attributes, take_types, names,
                      &found, error))
        return false;
    if (!found || g_hash_table_size(names) == 0) {
        g_autofree char *safe = text_safe(base, -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the server does not show its schema at '%s'", safe);
        return false;
    }
    *ret_names = g_steal_pointer(&names);
    return true;
}
