/* SPDX-License-Identifier: Apache-2.0 */
#include "data.h"

#include "wire.h"

#include <ldap.h>
#include <string.h>

#define SUFFIX "dc=example,dc=org"
#define GUID_LENGTH 16

static bool is_ad(const Script *script)
{
    return strcmp(script->kind, "active-directory") == 0;
}

/* The anchor of entry INDEX of a SORT. */
static void add_anchor(BerElement *ber, const Script *script, unsigned sort, unsigned index)
{
    if (is_ad(script)) {
        unsigned char guid[GUID_LENGTH] = {0};
        guid[0] = (unsigned char) sort;
        memcpy(guid + GUID_LENGTH - sizeof index, &index, sizeof index);
        struct berval value = {.bv_len = GUID_LENGTH, .bv_val = (char *) guid};
        wire_entry_add(ber, "objectGUID", &value, 1);
        return;
    }
    bool is_389 = strcmp(script->kind, "389ds") == 0;
    g_autofree char *text = is_389 ? g_strdup_printf("%08x-00000000-00000000-%08x", sort, index)
                                   : g_strdup_printf("%08x-0000-4000-8000-%012x", sort, index);
    wire_entry_text(ber, is_389 ? "nsUniqueId" : "entryUUID", text);
}

struct berval *data_person(const Script *script, int id, unsigned index, bool variant)
{
    g_autofree char *dn = g_strdup_printf("uid=p%04u,ou=people," SUFFIX, index);
    g_autofree char *uid = g_strdup_printf("p%04u", index);
    g_autofree char *mail = g_strdup_printf("p%04u@%s", index, variant ? "other" : "example.org");
    BerElement *ber = wire_entry_begin(id, dn);
    add_anchor(ber, script, 1, index);
    wire_entry_text(ber, "objectClass", is_ad(script) ? "user" : "inetOrgPerson");
    wire_entry_text(ber, is_ad(script) ? "sAMAccountName" : "uid", uid);
    wire_entry_text(ber, "cn", uid);
    wire_entry_text(ber, "mail", mail);
    if (is_ad(script))
        wire_entry_text(ber, "userAccountControl", "512");
    return wire_entry_end(ber);
}

struct berval *data_bare(int id, const char *dn)
{
    BerElement *ber = wire_entry_begin(id, dn);
    wire_entry_text(ber, "objectClass", "inetOrgPerson");
    return wire_entry_end(ber);
}

static void add_members(BerElement *ber, const char *name, unsigned from, unsigned to)
{
    g_autoptr(GArray) values = g_array_new(false, true, sizeof(struct berval));
    for (unsigned i = from; i < to; i++) {
        char *dn = g_strdup_printf("uid=p%04u,ou=people," SUFFIX, i);
        struct berval value = {.bv_len = strlen(dn), .bv_val = dn};
        g_array_append_val(values, value);
    }
    wire_entry_add(ber, name, (const struct berval *) (void *) values->data, values->len);
    for (guint i = 0; i < values->len; i++)
        g_free(g_array_index(values, struct berval, i).bv_val);
}

/* A slice of the members, as Active Directory (MS-ADTS 3.1.1.3.1.3.3) cuts them. */
static void add_slice(BerElement *ber, const Script *script, const Slice *slice)
{
    FaultKind fault = slice->fault.kind;
    unsigned from = slice->from;
    if (fault == FAULT_NOTHING || from >= script->people)
        return;
    if (fault == FAULT_GAP)
        from++;
    if (fault == FAULT_OVERLAP && from > 0)
        from--;
    unsigned to = MIN(from + script->range, script->people);
    bool last = to == script->people && fault != FAULT_ENDLESS;
    g_autofree char *end = last ? g_strdup("*") : g_strdup_printf("%u", to - 1);
    g_autofree char *name = g_strdup_printf("member;range=%u-%s", from, end);
    if (!slice->asked)
        wire_entry_add(ber, "member", NULL, 0);
    add_members(ber, name, from, fault == FAULT_SHORT ? to - 1 : to);
}

struct berval *data_group(const Script *script, int id, unsigned index, const Slice *slice)
{
    g_autofree char *dn = g_strdup_printf("cn=g%u,ou=groups," SUFFIX, index);
    g_autofree char *name = g_strdup_printf("g%u", index);
    g_autofree char *change = g_strdup_printf("%u", 1000 + slice->change);
    BerElement *ber = wire_entry_begin(id, dn);
    add_anchor(ber, script, 2, index);
    wire_entry_text(ber, "objectClass", is_ad(script) ? "group" : "groupOfNames");
    wire_entry_text(ber, "cn", name);
    wire_entry_text(ber, "uSNChanged", change);
    if (script->range == 0 || (script->people <= script->range && !slice->asked))
        add_members(ber, "member", 0, script->people);
    else
        add_slice(ber, script, slice);
    return wire_entry_end(ber);
}

struct berval *data_root(const Script *script, int id, bool bare)
{
    BerElement *ber = wire_entry_begin(id, "");
    wire_entry_text(ber, "objectClass", "top");
    wire_entry_text(ber, "namingContexts", SUFFIX);
    if (!bare)
        wire_entry_text(ber, "supportedControl", LDAP_CONTROL_PAGEDRESULTS);
    if (!is_ad(script))
        wire_entry_text(ber, "supportedExtension", LDAP_EXOP_WHO_AM_I);
    if (is_ad(script))
        wire_entry_text(ber, "supportedCapabilities", "1.2.840.113556.1.4.800");
    else if (strcmp(script->kind, "389ds") == 0)
        wire_entry_text(ber, "vendorVersion", "389-Directory/2.3.1 double");
    else
        wire_entry_text(ber, "structuralObjectClass", "OpenLDAProotDSE");
    return wire_entry_end(ber);
}
