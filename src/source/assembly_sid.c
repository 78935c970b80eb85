/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "source/assembly_private.h"

#include <string.h>

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
