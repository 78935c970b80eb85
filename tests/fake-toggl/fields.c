/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include <string.h>

static bool list_holds(const json_t *list, json_type type)
{
    if (!json_is_array(list)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_typeof(json_array_get(list, i)) != type) {
            return false;
        }
    }
    return true;
}

static bool value_is(const json_t *value, FieldType type)
{
    switch (type) {
    case FIELD_STRING:
        return json_is_string(value);
    case FIELD_BOOLEAN:
        return json_is_boolean(value);
    case FIELD_INTEGER:
        return json_is_integer(value);
    case FIELD_NUMBER:
        return json_is_number(value);
    case FIELD_IDS:
        return list_holds(value, JSON_INTEGER);
    case FIELD_STRINGS:
        return list_holds(value, JSON_STRING);
    case FIELD_OBJECTS:
        return list_holds(value, JSON_OBJECT);
    case FIELD_OBJECT:
        return json_is_object(value);
    case FIELD_ANY:
        return true;
    default:
        return false;
    }
}

bool fields_match(const json_t *body, const Field *fields)
{
    if (!json_is_object(body)) {
        return false;
    }
    size_t known = 0;
    for (; fields->name != NULL; fields++) {
        const json_t *value = json_object_get(body, fields->name);
        if (value != NULL && !value_is(value, fields->type)) {
            return false;
        }
        known += value != NULL ? 1 : 0;
    }
    return known == json_object_size(body);
}

bool text_present(const char *text)
{
    while (text != NULL && *text != '\0') {
        if (!g_unichar_isspace(g_utf8_get_char(text))) {
            return true;
        }
        text = g_utf8_find_next_char(text, NULL);
    }
    return false;
}

size_t text_length(const char *text)
{
    return (size_t) g_utf8_strlen(text, -1);
}

bool text_to_id(const char *text, int64_t *ret)
{
    uint64_t value = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT64, &value, NULL)) {
        return false;
    }
    *ret = (int64_t) value;
    return true;
}

bool text_is_email(const char *text)
{
    const char *at = strchr(text, '@');
    if (at == NULL || at == text || strchr(at + 1, '@') != NULL) {
        return false;
    }
    for (const char *byte = text; *byte != '\0'; byte++) {
        if ((unsigned char) *byte <= ' ' || *byte == '\x7f' || strchr("<>,;:\"\\()[]", *byte)) {
            return false;
        }
    }
    const char *dot = strchr(at + 1, '.');
    return dot != NULL && dot != at + 1 && !g_str_has_suffix(text, ".") && strstr(at, "..") == NULL;
}

GArray *ids_of(const json_t *list)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (size_t i = 0; i < json_array_size(list); i++) {
        int64_t id = json_integer_value(json_array_get(list, i));
        g_array_append_val(ids, id);
    }
    return ids;
}

bool ids_unique(const GArray *ids)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < ids->len; i++) {
        if (!g_hash_table_add(seen, &g_array_index(ids, int64_t, i))) {
            return false;
        }
    }
    return true;
}
