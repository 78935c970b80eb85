/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/cells.h"
#include "base/error.h"
#include "base/json.h"

#include <string.h>

static void test_parse(void **state)
{
    (void) state;
    static const char *const good[] = {
        "{}", "[1, 2]", "7", "\"x\"", "null", " true ", "9223372036854775807"};
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(json_t) value = NULL;
        g_autoptr(GError) error = NULL;
        assert_success(json_parse(good[i], strlen(good[i]), "doc", &value, &error), error);
        assert_non_null(value);
    }
}

static void test_parse_refuses(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "doc: line 1, column 0: unexpected token near end of file"},
        {"{\"a\": 1, \"a\": 2}", "doc: line 1, column 12: duplicate object key near '\"a\"'"},
        {"9223372036854775808",
         "doc: line 1, column 19: too big integer near '9223372036854775808'"},
        {"[1,]", "doc: line 1, column 4: unexpected token near ']'"},
        {"{}\n{}", "doc: line 2, column 1: end of file expected near '{'"},
        {"\x1b", "doc: line 1, column 1: invalid token near '\\u{001B}'"},
        {"\"\\u0000\"",
         "doc: line 1, column 8: \\u0000 is not allowed without JSON_ALLOW_NUL near '\"\\u0000\"'"},
        {"{\"a\": {\"b\": 1, \"b\": 1}}",
         "doc: line 1, column 18: duplicate object key near '\"b\"'"},
        {"{\"a\": 1, \"\\u0061\": 2}",
         "doc: line 1, column 17: duplicate object key near '\"\\u0061\"'"},
        {"-9223372036854775809",
         "doc: line 1, column 20: too big negative integer near '-9223372036854775809'"},
        {"1e999", "doc: line 1, column 5: real number overflow near '1e999'"},
        {"NaN", "doc: line 1, column 3: invalid token near 'NaN'"},
        {"01", "doc: line 1, column 1: invalid token near '0'"},
        {"\"\xff\"", "doc: line 1, column 1: unable to decode byte 0xff near '\"'"},
        {"\"\xc0\x80\"", "doc: line 1, column 1: unable to decode byte 0xc0 near '\"'"},
        {"\"\xed\xa0\x80\"", "doc: line 1, column 1: unable to decode byte 0xed near '\"'"},
        {"\"\xe2\x82", "doc: line 1, column 1: unable to decode byte 0xe2 near '\"'"},
        {"\"\\ud800\"", "doc: line 1, column 8: invalid Unicode '\\uD800' near '\"\\ud800\"'"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        json_t *value = NULL;
        GError *error = NULL;
        assert_false(json_parse(cases[i].text, strlen(cases[i].text), "doc", &value, &error));
        assert_null(value);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        assert_error(error, cases[i].message);
    }
}

/* Lists in lists, in a list with a brace and a bracket in a string before them. */
static char *nest(unsigned depth, char open, char close)
{
    GString *text = g_string_new("[\"{[\\\"[\\\\\", ");
    for (unsigned i = 1; i < depth; i++)
        g_string_append_printf(text, open == '{' ? "{\"a\": " : "%c", open);
    g_string_append_c(text, '1');
    for (unsigned i = 1; i < depth; i++)
        g_string_append_c(text, close);
    g_string_append(text, ", [], {}]");
    return g_string_free(text, FALSE);
}

static void test_depth(void **state)
{
    (void) state;
    static const char pairs[] = "[]{}";
    for (size_t i = 0; i < strlen(pairs); i += 2) {
        g_autofree char *deep = nest(JSON_DEPTH_LIMIT, pairs[i], pairs[i + 1]);
        g_autofree char *deeper = nest(JSON_DEPTH_LIMIT + 1, pairs[i], pairs[i + 1]);
        g_autoptr(json_t) value = NULL;
        g_autoptr(json_t) none = NULL;
        GError *error = NULL;
        assert_success(json_parse(deep, strlen(deep), "doc", &value, &error), error);
        assert_false(json_parse(deeper, strlen(deeper), "doc", &none, &error));
        assert_null(none);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        assert_error(error, i == 0 ? "doc: byte 43: nested deeper than 32"
                                   : "doc: byte 198: nested deeper than 32");
    }
}

/* It is said before a byte is looked at. */
static void test_length(void **state)
{
    (void) state;
    json_t *none = NULL;
    GError *error = NULL;
    assert_false(json_parse("{}", JSON_LENGTH_LIMIT + 1, "doc", &none, &error));
    assert_error(error, "doc: 1073741825 bytes are more than 1073741824");
    assert_null(none);
}

static json_t *load(const char *text)
{
    json_t *value = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(json_parse(text, strlen(text), "doc", &value, &error), error);
    return value;
}

static void test_strict_fields(void **state)
{
    (void) state;
    g_autoptr(json_t) object = load(
        "{\"i\": 7, \"s\": \"x\", \"l\": [1], \"n\": null, \"r\": 1.5, \"t\": true, \"o\": {}}");
    int64_t number = -1;
    const char *text = NULL;
    json_t *list = NULL;
    GError *error = NULL;
    assert_success(json_get_int(object, "i", 7, &number, &error), error);
    assert_int_equal(number, 7);
    assert_success(json_get_string(object, "s", &text, &error), error);
    assert_string_equal(text, "x");
    assert_success(json_get_array(object, "l", &list, &error), error);
    assert_int_equal(json_array_size(list), 1);
    static const struct {
        const char *key;
        const char *message;
    } ints[] = {
        {"s", "field 's' is a string instead of an integer"},
        {"n", "field 'n' is null instead of an integer"},
        {"r", "field 'r' is a real instead of an integer"},
        {"t", "field 't' is true instead of an integer"},
        {"o", "field 'o' is an object instead of an integer"},
        {"x", "field 'x' is missing"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(ints); i++) {
        assert_false(json_get_int(object, ints[i].key, 0, &number, &error));
        assert_error(error, ints[i].message);
    }
    assert_false(json_get_int(object, "i", 8, &number, &error));
    assert_error(error, "field 'i' is 7, below 8");
    assert_int_equal(number, 7);
    assert_false(json_get_string(object, "i", &text, &error));
    assert_error(error, "field 'i' is an integer instead of a string");
    assert_false(json_get_array(object, "o", &list, &error));
    assert_error(error, "field 'o' is an object instead of a list");
    assert_false(json_get_array(NULL, "o", &list, NULL));
}

static void test_lenient_fields(void **state)
{
    (void) state;
    g_autoptr(json_t) object =
        load("{\"i\": 7, \"s\": \"x\", \"t\": true, \"f\": false, \"n\": null}");
    assert_int_equal(json_int_or(object, "i", 1), 7);
    assert_int_equal(json_int_or(object, "s", 1), 1);
    assert_int_equal(json_int_or(object, "x", 1), 1);
    assert_int_equal(json_int_or(NULL, "i", 1), 1);
    assert_true(json_bool_or(object, "t", false));
    assert_false(json_bool_or(object, "f", true));
    assert_true(json_bool_or(object, "n", true));
    assert_string_equal(json_string_or(object, "s", "y"), "x");
    assert_string_equal(json_string_or(object, "i", "y"), "y");
    assert_null(json_string_or(object, "n", NULL));
}

/* ---- json_walk ---- */

typedef struct {
    GString *seen;
    const char *stop; /* at this key */
} Walk;

static bool note(Walk *walk, const char *what, const char *key, const char *text, GError **error)
{
    g_string_append_printf(walk->seen, "%s %s=%s;", what, key, text);
    if (g_strcmp0(key, walk->stop) != 0)
        return true;
    g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_INTERNAL, "enough");
    return false;
}

static bool on_field(void *context, const char *key, json_t *value, GError **error)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    bool good = note(context, "field", key, text, error);
    free(text);
    return good;
}

static bool on_element(void *context, const char *key, const JsonCell *value, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    cell_append(text, value);
    return note(context, "element", key, text->str, error);
}

static const JsonWalker walker = {.field = on_field, .element = on_element};

static bool walk_bytes(const char *text, size_t length, const char *stop, GString *seen,
                       GError **error)
{
    Walk walk = {.seen = seen, .stop = stop};
    /* an exact copy, so that a sanitizer sees a read beyond it */
    g_autofree char *copy = g_memdup2(text, length);
    return json_walk(copy, length, "doc", &walker, &walk, error);
}

static void test_walk(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *seen;
    } cases[] = {
        {"{}", ""},
        {" { } \n", ""},
        {"{\"a\":[]}", ""},
        {"{\"a\":1,\"b\":[1,[2],{\"c\":3}],\"d\":\"e\"}",
         "field a=1;element b=1;element b=[2];element b=?;field d=\"e\";"},
        {"{ \"a\" : [ 1 , 2 ] , \"b\" : -1.5 }", "element a=1;element a=2;field b=-1.5;"},
        {"{\"a\":12,\"b\":true,\"c\":null,\"d\":{\"x\":[1]}}",
         "field a=12;field b=true;field c=null;field d={\"x\":[1]};"},
        {"{\"k\\u00e9\\\"\":[12345678901,\"]\"]}",
         "element k\xc3\xa9\"=12345678901;element k\xc3\xa9\"=\"]\";"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) seen = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        assert_success(walk_bytes(cases[i].text, strlen(cases[i].text), NULL, seen, &error), error);
        assert_string_equal(seen->str, cases[i].seen);
    }
}

static void test_walk_refuses(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "doc: byte 0: '{' expected"},
        {"[]", "doc: byte 0: '{' expected"},
        {"{", "doc: byte 1: '\"' expected"},
        {"{1:2}", "doc: byte 1: '\"' expected"},
        {"{\"a\" 1}", "doc: byte 5: ':' expected"},
        {"{\"a\":1,}", "doc: byte 7: '\"' expected"},
        {"{\"a\":1 \"b\":2}", "doc: byte 7: ',' expected"},
        {"{\"a\":[1 2]}", "doc: byte 8: ',' expected"},
        {"{\"a\":[1,]}", "doc: byte 9: unexpected token near ']'"},
        {"{\"a\":[1,2}", "doc: byte 9: ',' expected"},
        {"{\"a\":1,\"a\":2}", "doc: byte 10: duplicate key 'a'"},
        {"{\"a\":[],\"a\":[]}", "doc: byte 11: duplicate key 'a'"},
        {"{\"a\":1}x", "doc: byte 7: something follows the document"},
        {"{\"a\":{\"b\":1,\"b\":2}}", "doc: byte 15: duplicate object key near '\"b\"'"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) seen = g_string_new(NULL);
        GError *error = NULL;
        assert_false(walk_bytes(cases[i].text, strlen(cases[i].text), NULL, seen, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        assert_error(error, cases[i].message);
    }
    g_autofree char *nested = nest(JSON_DEPTH_LIMIT, '[', ']');
    g_autofree char *deep = g_strdup_printf("{\"a\": %s}", nested);
    g_autoptr(GString) seen = g_string_new(NULL);
    GError *error = NULL;
    assert_false(walk_bytes(deep, strlen(deep), NULL, seen, &error));
    assert_error(error, "doc: byte 48: nested deeper than 32");
    assert_false(walk_bytes("{}\0", 3, NULL, seen, &error));
    assert_error(error, "doc: byte 2: something follows the document");
}

static void test_walk_can_be_ended(void **state)
{
    (void) state;
    static const char text[] = "{\"a\":1,\"b\":[1,2],\"c\":3}";
    static const char *const seen_at[] = {"field a=1;", "field a=1;element b=1;"};
    static const char *const stops[] = {"a", "b"};
    for (size_t i = 0; i < G_N_ELEMENTS(stops); i++) {
        g_autoptr(GString) seen = g_string_new(NULL);
        GError *error = NULL;
        assert_false(walk_bytes(text, strlen(text), stops[i], seen, &error));
        assert_string_equal(seen->str, seen_at[i]);
        assert_error(error, "enough");
    }
}

/* A document that was cut anywhere is no document. */
static void test_walk_finds_every_cut(void **state)
{
    (void) state;
    static const char text[] = "{\"a\": [1, {\"b\": \"c\"}], \"d\": -12, \"e\": {\"f\": [true]}}";
    for (size_t length = 0; length < strlen(text); length++) {
        g_autoptr(GString) seen = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        assert_false(walk_bytes(text, length, NULL, seen, &error));
        assert_non_null(error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_strict_fields),
        cmocka_unit_test(test_lenient_fields),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_walk_refuses),
        cmocka_unit_test(test_walk_can_be_ended),
        cmocka_unit_test(test_walk_finds_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
