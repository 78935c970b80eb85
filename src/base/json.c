/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define LOAD_FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)

/* Whether an odd number of backslashes stands before AT, the first of them behind START. */
static bool is_escaped(const char *start, const char *at)
{
    const char *first = at;
    while (first > start + 1 && first[-1] == '\\')
        first--;
    return (at - first) % 2 == 1;
}

/* The byte behind the string that begins at AT. */
static size_t string_end(const char *bytes, size_t length, size_t at)
{
    const char *start = bytes + at;
    const char *end = bytes + length;
    const char *quote = start;
    do {
        quote++;
        quote = quote < end ? memchr(quote, '"', (size_t) (end - quote)) : NULL;
    } while (quote != NULL && is_escaped(start, quote));
    return quote != NULL ? (size_t) (quote - bytes) + 1 : length;
}

/* Before anything is built of it: whether the document is of a size that a program can take. */
static bool check_size(const char *bytes, size_t length, const char *what, GError **error)
{
    unsigned depth = 0;
    if (length > JSON_LENGTH_LIMIT) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: %zu bytes are more than %zu",
                    what, length, JSON_LENGTH_LIMIT);
        return false;
    }
    for (size_t at = 0; at < length;) {
        char c = bytes[at];
        if (c == '"') {
            at = string_end(bytes, length, at);
            continue;
        }
        at++;
        if (c == '}' || c == ']')
            depth -= depth > 0;
        else if ((c == '{' || c == '[') && ++depth > JSON_DEPTH_LIMIT) {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                        "%s: byte %zu: nested deeper than %u", what, at - 1, JSON_DEPTH_LIMIT);
            return false;
        }
    }
    return true;
}

bool json_parse(const char *bytes, size_t length, const char *what, json_t **ret, GError **error)
{
    if (!check_size(bytes, length, what, error))
        return false;
    json_error_t problem;
    json_t *value = json_loadb(bytes, length, LOAD_FLAGS, &problem);
    if (value == NULL) {
        g_autofree char *text = text_safe(problem.text, -1); /* it may quote the document */
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: line %d, column %d: %s", what,
                    problem.line, problem.column, text);
        return false;
    }
    *ret = value;
    return true;
}

static const char *type_name(const json_t *value)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object",   [JSON_ARRAY] = "a list", [JSON_STRING] = "a string",
        [JSON_INTEGER] = "an integer", [JSON_REAL] = "a real",  [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",        [JSON_NULL] = "null",
    };
    return names[json_typeof(value)];
}

static bool wrong_type(const char *key, const json_t *value, const char *wanted, GError **error)
{
    if (value == NULL)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "field '%s' is missing", key);
    else
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "field '%s' is %s instead of %s", key,
                    type_name(value), wanted);
    return false;
}

bool json_get_int(const json_t *object, const char *key, int64_t minimum, int64_t *ret,
                  GError **error)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value))
        return wrong_type(key, value, "an integer", error);
    int64_t number = json_integer_value(value);
    if (number < minimum) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "field '%s' is %" G_GINT64_FORMAT ", below %" G_GINT64_FORMAT, key, number,
                    minimum);
        return false;
    }
    *ret = number;
    return true;
}

bool json_get_string(const json_t *object, const char *key, const char **ret, GError **error)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return wrong_type(key, value, "a string", error);
    *ret = json_string_value(value);
    return true;
}

bool json_get_array(const json_t *object, const char *key, json_t **ret, GError **error)
{
    json_t *value = json_object_get(object, key);
    if (!json_is_array(value))
        return wrong_type(key, value, "a list", error);
    *ret = value;
    return true;
}

int64_t json_int_or(const json_t *object, const char *key, int64_t fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool json_bool_or(const json_t *object, const char *key, bool fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_boolean(value) ? json_is_true(value) : fallback;
}

const char *json_string_or(const json_t *object, const char *key, const char *fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? json_string_value(value) : fallback;
}

typedef struct {
    const char *bytes;
    size_t length;
    size_t at;
    const char *what;
    GHashTable *keys; /* of the top level, seen so far: a set */
    JsonCells *cells; /* of the element that was read last */
} Cursor;

static char peek(Cursor *cursor)
{
    while (cursor->at < cursor->length && strchr(" \t\r\n", cursor->bytes[cursor->at]) != NULL &&
           cursor->bytes[cursor->at] != '\0')
        cursor->at++;
    return cursor->at < cursor->length ? cursor->bytes[cursor->at] : '\0';
}

static bool expect(Cursor *cursor, char wanted, GError **error)
{
    if (peek(cursor) == wanted) {
        cursor->at++;
        return true;
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: byte %zu: '%c' expected",
                cursor->what, cursor->at, wanted);
    return false;
}

static json_t *take_value(Cursor *cursor, GError **error)
{
    json_error_t problem;
    (void) peek(cursor);
    json_t *value = json_loadb(cursor->bytes + cursor->at, cursor->length - cursor->at,
                               LOAD_FLAGS | JSON_DISABLE_EOF_CHECK, &problem);
    if (value != NULL) {
        cursor->at += (size_t) problem.position;
        return value;
    }
    g_autofree char *text = text_safe(problem.text, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: byte %zu: %s", cursor->what,
                cursor->at + (size_t) problem.position, text);
    return NULL;
}

/* Reads an element into the cells. */
static bool take_cells(Cursor *cursor, GError **error)
{
    if (json_cells_scan(cursor->cells, cursor->bytes, cursor->length, &cursor->at))
        return true;
    g_autoptr(json_t) value = take_value(cursor, error);
    if (value != NULL)
        json_cells_set(cursor->cells, value);
    return value != NULL;
}

static bool walk_array(Cursor *cursor, const char *key, const JsonWalker *walker, void *context,
                       GError **error)
{
    cursor->at++; /* the bracket the caller saw */
    if (peek(cursor) == ']') {
        cursor->at++;
        return true;
    }
    for (;;) {
        if (!take_cells(cursor, error) ||
            !walker->element(context, key, json_cells_first(cursor->cells), error))
            return false;
        if (peek(cursor) == ']') {
            cursor->at++;
            return true;
        }
        if (!expect(cursor, ',', error))
            return false;
    }
}

static bool walk_member(Cursor *cursor, const JsonWalker *walker, void *context, GError **error)
{
    if (peek(cursor) != '"')
        return expect(cursor, '"', error);
    g_autoptr(json_t) key = take_value(cursor, error);
    if (key == NULL)
        return false;
    if (!g_hash_table_add(cursor->keys, g_strdup(json_string_value(key)))) {
        g_autofree char *safe = text_safe(json_string_value(key), -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "%s: byte %zu: duplicate key '%s'",
                    cursor->what, cursor->at, safe);
        return false;
    }
    if (!expect(cursor, ':', error))
        return false;
    if (peek(cursor) == '[')
        return walk_array(cursor, json_string_value(key), walker, context, error);
    g_autoptr(json_t) value = take_value(cursor, error);
    return value != NULL && walker->field(context, json_string_value(key), value, error);
}

bool json_walk(const char *bytes, size_t length, const char *what, const JsonWalker *walker,
               void *context, GError **error)
{
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(JsonCells) cells = json_cells_new();
    Cursor cursor = {.bytes = bytes, .length = length, .what = what, .keys = keys, .cells = cells};
    if (!check_size(bytes, length, what, error) || !expect(&cursor, '{', error))
        return false;
    bool more = peek(&cursor) != '}';
    while (more) {
        if (!walk_member(&cursor, walker, context, error))
            return false;
        more = peek(&cursor) != '}';
        if (more && !expect(&cursor, ',', error))
            return false;
    }
    cursor.at++;
    (void) peek(&cursor);
    if (cursor.at == cursor.length)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "%s: byte %zu: something follows the document", what, cursor.at);
    return false;
}

char *json_text(const json_t *document, size_t flags)
{
    char *dumped = json_dumps(document, flags);
    g_return_val_if_fail(dumped != NULL, NULL);
    GString *text = g_string_sized_new(strlen(dumped) + 1);
    const char *start = dumped;
    const char *end = dumped;
    while (*end != '\0') {
        const char *here = end;
        /* below there are line breaks between values only; Jansson escapes those in strings */
        if ((unsigned char) *end++ < 0x7f)
            continue;
        gunichar c = g_utf8_get_char(here);
        end = here + g_utf8_skip[(unsigned char) *here];
        if (text_character_is_safe(c))
            continue;
        g_string_append_len(text, start, here - start);
        g_string_append_printf(text, "\\u%04x", c);
        start = end;
    }
    g_string_append_len(text, start, end - start);
    free(dumped);
    return g_string_free(text, FALSE);
}
