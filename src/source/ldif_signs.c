/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_signs.h"

#include <glib.h>
#include <string.h>

static bool is(const char *type, size_t length, const char *name)
{
    return strlen(name) == length && g_ascii_strncasecmp(type, name, length) == 0;
}

/* Anchors that only one kind of server has. */
static void look_for_kind(LdifSigns *signs, const char *type, size_t length)
{
    static const struct {
        const char *anchor;
        SourceKind kind;
    } anchors[] = {
        {"objectGUID", SOURCE_KIND_ACTIVE_DIRECTORY},
        {"ipaUniqueID", SOURCE_KIND_FREEIPA},
        {"nsUniqueId", SOURCE_KIND_389DS},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(anchors); i++) {
        /* FreeIPA's server is 389 Directory Server, whose anchors its entries have as well */
        if (is(type, length, anchors[i].anchor) &&
            !(anchors[i].kind == SOURCE_KIND_389DS && signs->kind != SOURCE_KIND_AUTO))
            signs->kind = anchors[i].kind;
    }
}

/* RFC 4512 3.4 and RFC 4530; OpenLDAP's entryCSN; Active Directory's whenCreated and uSNCreated. */
static void look_for_server(LdifSigns *signs, const char *type, size_t length)
{
    static const char *const types[] = {
        "entryUUID",
        "objectGUID",
        "nsUniqueId",
        "ipaUniqueID",
        "structuralObjectClass",
        "creatorsName",
        "modifiersName",
        "createTimestamp",
        "modifyTimestamp",
        "subschemaSubentry",
        "entryCSN",
        "entryDN",
        "whenCreated",
        "uSNCreated",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(types) && !signs->operational; i++)
        signs->operational = is(type, length, types[i]);
}

void ldif_signs_look(LdifSigns *signs, const char *type, size_t length)
{
    look_for_kind(signs, type, length);
    look_for_server(signs, type, length);
    signs->account_name = signs->account_name || is(type, length, "sAMAccountName");
    signs->account_control = signs->account_control || is(type, length, "userAccountControl");
}

SourceKind ldif_signs_kind(const LdifSigns *signs)
{
    if (signs->kind != SOURCE_KIND_AUTO)
        return signs->kind;
    /* an export of a few attributes: who is disabled stands in userAccountControl all the same */
    return signs->account_name && signs->account_control ? SOURCE_KIND_ACTIVE_DIRECTORY
                                                         : SOURCE_KIND_OPENLDAP;
}
