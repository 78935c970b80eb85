/* SPDX-License-Identifier: Apache-2.0 */
#include "source/entry.h"

#include <string.h>

#define BINARY ";binary"
#define PIECE 512 /* bytes: more than most entries have */

static void attribute_free(gpointer data)
{
    Attribute *attribute = data;
    g_array_unref(attribute->values);
    g_free(attribute);
}

Entry *entry_new(const char *dn)
{
    Entry *entry = g_new0(Entry, 1);
    entry->attributes = g_ptr_array_new_with_free_func(attribute_free);
    entry->spare = g_ptr_array_new_with_free_func(attribute_free);
    entry->texts = g_string_chunk_new(PIECE);
    entry->dn = g_string_chunk_insert(entry->texts, dn);
    return entry;
}

void entry_reset(Entry *entry, const char *dn, size_t length)
{
    for (guint i = entry->attributes->len; i > 0; i--) {
        Attribute *attribute = g_ptr_array_steal_index_fast(entry->attributes, i - 1);
        g_array_set_size(attribute->values, 0);
        g_ptr_array_add(entry->spare, attribute);
    }
    g_string_chunk_clear(entry->texts);
    entry->dn = g_string_chunk_insert_len(entry->texts, dn, (gssize) length);
}

void entry_free(Entry *entry)
{
    if (entry == NULL)
        return;
    g_ptr_array_unref(entry->attributes);
    g_ptr_array_unref(entry->spare);
    g_string_chunk_free(entry->texts);
    g_free(entry);
}

/* NAME without the option ";binary", wherever it stands. New string, or NULL when NAME has none. */
static char *without_binary(const char *name)
{
    if (strchr(name, ';') == NULL)
        return NULL;
    size_t length = strlen(BINARY);
    for (const char *option = strchr(name, ';'); option != NULL; option = strchr(option + 1, ';')) {
        char after = g_ascii_strncasecmp(option, BINARY, length) == 0 ? option[length] : 'x';
        if (after == '\0' || after == ';') {
            g_autofree char *before = g_strndup(name, (size_t) (option - name));
            return g_strconcat(before, option + length, NULL);
        }
    }
    return NULL;
}

/* What most names differ in. */
static bool begins_alike(const char *a, const char *b)
{
    return ((*a ^ *b) & ~0x20) == 0; /* the bit that tells small from large letters */
}

static Attribute *find(const Entry *entry, const char *name)
{
    /* from the end: values of one attribute come one after the other */
    for (guint i = entry->attributes->len; i > 0; i--) {
        Attribute *attribute = g_ptr_array_index(entry->attributes, i - 1);
        if (begins_alike(attribute->name, name) && g_ascii_strcasecmp(attribute->name, name) == 0)
            return attribute;
    }
    return NULL;
}

/* One that stands spare, or a new one. */
static Attribute *add_attribute(Entry *entry, const char *name)
{
    Attribute *attribute = NULL;
    if (entry->spare->len > 0) {
        attribute = g_ptr_array_steal_index_fast(entry->spare, entry->spare->len - 1);
    } else {
        attribute = g_new(Attribute, 1);
        attribute->values = g_array_new(false, false, sizeof(Value));
    }
    attribute->name = g_string_chunk_insert(entry->texts, name);
    g_ptr_array_add(entry->attributes, attribute);
    return attribute;
}

void entry_add_value(Entry *entry, const char *name, const char *bytes, size_t length)
{
    g_autofree char *plain = without_binary(name);
    if (plain != NULL)
        name = plain;
    Attribute *attribute = find(entry, name);
    if (attribute == NULL)
        attribute = add_attribute(entry, name);
    Value value = {.length = length};
    value.bytes = g_string_chunk_insert_len(entry->texts, length > 0 ? bytes : "", (gssize) length);
    g_array_append_val(attribute->values, value);
}

void entry_add_attribute(Entry *entry, const Attribute *attribute)
{
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *value = attribute_value(attribute, i);
        entry_add_value(entry, attribute->name, value->bytes, value->length);
    }
}

Entry *entry_copy(const Entry *entry)
{
    Entry *copy = entry_new(entry->dn);
    for (guint i = 0; i < entry->attributes->len; i++)
        entry_add_attribute(copy, g_ptr_array_index(entry->attributes, i));
    return copy;
}

const Attribute *entry_attribute(const Entry *entry, const char *name)
{
    return find(entry, name);
}

bool attribute_is(const Attribute *attribute, const char *name)
{
    if (!begins_alike(attribute->name, name))
        return false;
    size_t length = strlen(name);
    if (g_ascii_strncasecmp(attribute->name, name, length) != 0)
        return false;
    return attribute->name[length] == '\0' || attribute->name[length] == ';';
}

bool attribute_name_is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (g_ascii_strcasecmp(name, *names) == 0)
            return true;
    }
    return false;
}

bool attribute_name_is_valid(const char *name)
{
    return g_ascii_isalnum(*name) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;") ==
               strlen(name);
}

const Value *attribute_value(const Attribute *attribute, guint index)
{
    return &g_array_index(attribute->values, Value, index);
}

guint attribute_count(const Attribute *attribute)
{
    return attribute != NULL ? attribute->values->len : 0;
}

size_t value_dn_length(const Value *value)
{
    const char *bytes = value->bytes;
    size_t length = value->length;
    if (length < 3 || bytes[length - 1] != 'B' || bytes[length - 2] != '\'')
        return length;
    size_t at = length - 2;
    while (at > 0 && (bytes[at - 1] == '0' || bytes[at - 1] == '1'))
        at--;
    return at > 1 && bytes[at - 1] == '\'' && bytes[at - 2] == '#' ? at - 2 : length;
}

bool entry_has(const Entry *entry, const char *name, const char *text)
{
    const Attribute *attribute = entry_attribute(entry, name);
    size_t length = strlen(text);
    for (guint i = 0; i < attribute_count(attribute); i++) {
        const Value *value = attribute_value(attribute, i);
        if (value->length == length && g_ascii_strncasecmp(value->bytes, text, length) == 0)
            return true;
    }
    return false;
}
