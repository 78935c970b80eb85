/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_naming.h"

#include <string.h>

#include <ldap.h>

/* Whether the first type of the RDN of ENTRY is all there is to it, and is there: mostly it is. */
static bool is_there(const Entry *entry)
{
    char type[64];
    const char *begin = entry->dn + strspn(entry->dn, " ");
    size_t length = strcspn(begin, "=+,; ");
    size_t rdn = strcspn(begin, ",;");
    if (begin[length] != '=' || length == 0 || length >= sizeof type ||
        memchr(begin, '+', rdn) != NULL)
        return false;
    memcpy(type, begin, length);
    type[length] = '\0';
    return entry_attribute(entry, type) != NULL;
}

void ldif_naming_add(Entry *entry, bool (*is_wanted)(const void *context, const char *type),
                     const void *context)
{
    LDAPDN dn = NULL;
    if (is_there(entry) || *entry->dn == '\0' ||
        ldap_str2dn(entry->dn, &dn, LDAP_DN_FORMAT_LDAP) != LDAP_SUCCESS || dn == NULL)
        return;
    for (unsigned i = 0; dn[0] != NULL && dn[0][i] != NULL; i++) {
        const LDAPAVA *ava = dn[0][i];
        /* a value in BER ("#04...") is for whoever knows the syntax */
        if ((ava->la_flags & LDAP_AVA_BINARY) == 0 && is_wanted(context, ava->la_attr.bv_val) &&
            entry_attribute(entry, ava->la_attr.bv_val) == NULL)
            entry_add_value(entry, ava->la_attr.bv_val, ava->la_value.bv_val, ava->la_value.bv_len);
    }
    ldap_dnfree(dn);
}
