/* SPDX-License-Identifier: Apache-2.0 */
#include "source/anchor.h"

#include "base/text.h"
#include "source/filter.h"

#include <stdbool.h>
#include <string.h>

#define GUID_LENGTH 16
#define GUID_TEXT_LENGTH 36
#define LONGEST_ANCHOR 255

/* Where the bytes of a GUID stand, in the order of its text (MS-DTYP 2.3.4.2): three fields are
 * little-endian, the rest is as it stands. */
static const unsigned char guid_order[GUID_LENGTH] = {3, 2, 1,  0,  5,  4,  7,  6,
                                                      8, 9, 10, 11, 12, 13, 14, 15};

static char *guid_text(const char *bytes)
{
    GString *text = g_string_sized_new(37);
    for (unsigned i = 0; i < GUID_LENGTH; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            g_string_append_c(text, '-');
        g_string_append_printf(text, "%02x", (unsigned char) bytes[guid_order[i]]);
    }
    return g_string_free(text, FALSE);
}

/* The same as text: Samba's ldbsearch writes it so. */
static bool is_guid_text(const Value *value)
{
    return value->length == GUID_TEXT_LENGTH && g_uuid_string_is_valid(value->bytes);
}

/* Whether the values of ATTRIBUTE are 16 bytes that are printed as a GUID. */
static bool is_guid(const char *attribute)
{
    static const char *const guids[] = {"objectGUID", "mS-DS-ConsistencyGuid",
                                        "GUID", /* eDirectory's */
                                        NULL};
    return attribute_name_is_one_of(attribute, guids);
}

static char *anchor_value(const Entry *entry, const char *name)
{
    static const char *const uuids[] = {"entryUUID", "nsUniqueId", "ipaUniqueID", NULL};
    const Attribute *attribute = entry_attribute(entry, name);
    if (attribute_count(attribute) != 1)
        return NULL;
    const Value *value = attribute_value(attribute, 0);
    if (is_guid(name))
        return value->length == GUID_LENGTH ? guid_text(value->bytes)
               : is_guid_text(value)        ? g_ascii_strdown(value->bytes, -1)
                                            : NULL;
    if (value->length == 0 || value->length > LONGEST_ANCHOR ||
        !text_is_safe(value->bytes, value->length))
        return NULL;
    return attribute_name_is_one_of(name, uuids) ? g_ascii_strdown(value->bytes, -1)
                                                 : g_strdup(value->bytes);
}

char *anchor_of(const Entry *entry, const char *attribute, SourceKind kind)
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

/* Appends the bytes of the GUID TEXT, escaped; false, and nothing, when it is none. */
static bool append_guid(GString *filter, const char *text)
{
    int digits[GUID_LENGTH * 2];
    size_t count = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '-')
            continue;
        if (!g_ascii_isxdigit(*c) || count == G_N_ELEMENTS(digits))
            return false;
        digits[count++] = g_ascii_xdigit_value(*c);
    }
    if (count != G_N_ELEMENTS(digits))
        return false;
    for (size_t i = 0; i < GUID_LENGTH; i++) {
        size_t from = guid_order[i];
        g_string_append_printf(filter, "\\%x%x", (unsigned) digits[2 * from],
                               (unsigned) digits[2 * from + 1]);
    }
    return true;
}

void anchor_append_assertion(GString *filter, const char *attribute, const char *anchor)
{
    g_autoptr(GString) value = g_string_new(NULL);
    if (!is_guid(attribute))
        filter_append_value(value, anchor, strlen(anchor));
    else if (!append_guid(value, anchor))
        return;
    g_string_append_printf(filter, "(%s=%s)", attribute, value->str);
}
