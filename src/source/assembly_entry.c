/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "source/assembly_private.h"

#include <string.h>

#define GUID_LENGTH 16
#define GUID_TEXT_LENGTH 36
#define LONGEST_ANCHOR 255

/* MS-DTYP 2.3.4.2: three fields little-endian, the rest as it stands. */
static char *guid_text(const char *bytes)
{
    static const unsigned order[GUID_LENGTH] = {3, 2, 1,  0,  5,  4,  7,  6,
                                                8, 9, 10, 11, 12, 13, 14, 15};
    GString *text = g_string_sized_new(37);
    for (unsigned i = 0; i < GUID_LENGTH; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            g_string_append_c(text, '-');
        g_string_append_printf(text, "%02x", (unsigned char) bytes[order[i]]);
    }
    return g_string_free(text, FALSE);
}

/* The same as text: Samba's ldbsearch writes it so. */
static bool is_guid_text(const Value *value)
{
    return value->length == GUID_TEXT_LENGTH && g_uuid_string_is_valid(value->bytes);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (g_ascii_strcasecmp(name, *names) == 0)
            return true;
    }
    return false;
}

bool assembly_is_guid(const char *attribute)
{
    static const char *const guids[] = {"objectGUID", "mS-DS-ConsistencyGuid", NULL};
    return is_one_of(attribute, guids);
}

static char *anchor_value(const Entry *entry, const char *name)
{
    static const char *const uuids[] = {"entryUUID", "nsUniqueId", "ipaUniqueID", NULL};
    const Attribute *attribute = entry_attribute(entry, name);
    if (attribute_count(attribute) != 1)
        return NULL;
    const Value *value = attribute_value(attribute, 0);
    if (assembly_is_guid(name))
        return value->length == GUID_LENGTH ? guid_text(value->bytes)
               : is_guid_text(value)        ? g_ascii_strdown(value->bytes, -1)
                                            : NULL;
    if (value->length == 0 || value->length > LONGEST_ANCHOR ||
        !text_is_safe(value->bytes, value->length))
        return NULL;
    return is_one_of(name, uuids) ? g_ascii_strdown(value->bytes, -1) : g_strdup(value->bytes);
}

char *assembly_sid(const Entry *entry)
{
    const Attribute *attribute = entry_attribute(entry, "objectSid");
    if (attribute_count(attribute) != 1)
        return NULL;
    const Value *value = attribute_value(attribute, 0);
    const unsigned char *bytes = (const unsigned char *) value->bytes;
    if (g_str_has_prefix(value->bytes, "S-1-") && text_is_safe(value->bytes, value->length))
        return g_ascii_strdown(value->bytes, -1);
    /* MS-DTYP 2.4.2.2: revision, count, six bytes of authority, then the numbers, little-endian */
    if (value->length < 12 || bytes[0] != 1 || value->length != 8 + 4 * (size_t) bytes[1])
        return NULL;
    uint64_t authority = 0;
    for (unsigned i = 2; i < 8; i++)
        authority = authority << 8 | bytes[i];
    GString *text = g_string_new("s-1");
    g_string_append_printf(text, "-%" G_GUINT64_FORMAT, authority);
    for (size_t at = 8; at < value->length; at += 4)
        g_string_append_printf(text, "-%" G_GUINT32_FORMAT,
                               (uint32_t) bytes[at] | (uint32_t) bytes[at + 1] << 8 |
                                   (uint32_t) bytes[at + 2] << 16 | (uint32_t) bytes[at + 3] << 24);
    return g_string_free(text, FALSE);
}

char *assembly_anchor(const Entry *entry, const char *attribute, SourceKind kind)
{
    if (attribute != NULL)
        return anchor_value(entry, attribute);
    for (const char *const *name = kind_row(kind)->anchors; *name != NULL; name++) {
        char *anchor = anchor_value(entry, *name);
        if (anchor != NULL)
            return anchor;
    }
    return NULL;
}
