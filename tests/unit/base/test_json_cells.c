/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/cells.h"
#include "base/json.h"

#include <string.h>

/* ---- what is plain, and what is not ---- */

static void test_plain(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *cells; /* NULL: Jansson must be asked */
        const char *rest;
    } cases[] = {
        {"null", "null", ""},
        {"true,", "true", ","},
        {" \t\r\nfalse ]", "false", " ]"},
        {"0", "0", ""},
        {"7]", "7", "]"},
        {"999999999999999999", "999999999999999999", ""},
        {"\"\"", "\"\"", ""},
        {"\"a b\",\"c\"", "\"a b\"", ",\"c\""},
        {"\"Zo\xc3\xab\"", "\"Zo\xc3\xab\"", ""},
        {"\"\x7f\"", "\"\x7f\"", ""},
        {"[]", "[]", ""},
        {"[ ]x", "[]", "x"},
        {"[1,[2,[]],\"x\" , null ] ,", "[1,[2,[]],\"x\",null]", " ,"},
        {"[[[]],[[1]]]", "[[[]],[[1]]]", ""},
        {"", NULL, NULL},
        {"  ", NULL, NULL},
        {"nul", NULL, NULL},
        {"nullx", NULL, NULL},
        {"TRUE", NULL, NULL},
        {"1000000000000000000", NULL, NULL},
        {"01", NULL, NULL},
        {"-1", NULL, NULL},
        {"1.5", NULL, NULL},
        {"1e5", NULL, NULL},
        {"1E5", NULL, NULL},
        {"\"a", NULL, NULL},
        {"\"", NULL, NULL},
        {"\"a\\n\"", NULL, NULL},
        {"\"a\nb\"", NULL, NULL},
        {"\"\xc3\"", NULL, NULL},
        {"{}", NULL, NULL},
        {"[", NULL, NULL},
        {"[1", NULL, NULL},
        {"[1,", NULL, NULL},
        {"[1,]", NULL, NULL},
        {"[,]", NULL, NULL},
        {"[1 2]", NULL, NULL},
        {"[{}]", NULL, NULL},
        {"]", NULL, NULL},
    };
    g_autoptr(JsonCells) cells = json_cells_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t length = strlen(cases[i].text);
        g_autofree char *copy = g_memdup2(cases[i].text, length);
        size_t at = 0;
        assert_int_equal(json_cells_scan(cells, copy, length, &at), cases[i].cells != NULL);
        if (cases[i].cells == NULL) {
            assert_int_equal(at, 0);
            continue;
        }
        g_autoptr(GString) text = g_string_new(NULL);
        cell_append(text, json_cells_first(cells));
        assert_string_equal(text->str, cases[i].cells);
        assert_string_equal(cases[i].text + at, cases[i].rest);
    }
}

static void test_depth(void **state)
{
    (void) state;
    g_autoptr(JsonCells) cells = json_cells_new();
    for (unsigned depth = JSON_DEPTH_LIMIT; depth <= JSON_DEPTH_LIMIT + 1; depth++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (unsigned i = 0; i < 2 * depth; i++)
            g_string_append_c(text, i < depth ? '[' : ']');
        size_t at = 0;
        assert_int_equal(json_cells_scan(cells, text->str, text->len, &at),
                         depth <= JSON_DEPTH_LIMIT);
    }
}

/* What stands behind one value is nobody's; the cells are used again and again. */
static void test_one_after_another(void **state)
{
    (void) state;
    static const char text[] = "[1,\"a\"] [2] \"b\"";
    static const char *const seen[] = {"[1,\"a\"]", "[2]", "\"b\""};
    g_autoptr(JsonCells) cells = json_cells_new();
    size_t at = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(seen); i++) {
        g_autoptr(GString) found = g_string_new(NULL);
        assert_true(json_cells_scan(cells, text, strlen(text), &at));
        cell_append(found, json_cells_first(cells));
        assert_string_equal(found->str, seen[i]);
    }
    assert_int_equal(at, strlen(text));
}

/* ---- as Jansson has it ---- */

static void append_spaces(GRand *chance, GString *text)
{
    static const char *const spaces[] = {"", "", "", " ", "\n", "\t ", "\r\n"};
    g_string_append(text, spaces[g_rand_int_range(chance, 0, G_N_ELEMENTS(spaces))]);
}

static void append_random(GRand *chance, GString *text, unsigned depth)
{
    static const char *const values[] = {
        "null",
        "true",
        "false",
        "0",
        "12",
        "-3",
        "1.5",
        "1e3",
        "\"\"",
        "\"x\"",
        "\"\xc3\xa9\"",
        "\"\\u00e9\"",
        "\"\\\"\"",
        "{}",
        "{\"a\":1}",
        "01",
        "nulL",
        "9223372036854775807",
        "\"\xff\"",
        "\"a\tb\"",
        "123456789012345678",
        "18446744073709551616",
    };
    append_spaces(chance, text);
    if (depth > 0 && g_rand_int_range(chance, 0, 3) == 0) {
        g_string_append_c(text, '[');
        for (int i = g_rand_int_range(chance, 0, 4); i > 0; i--) {
            append_random(chance, text, depth - 1);
            g_string_append_c(text, i > 1 ? ',' : ' ');
        }
        g_string_append_c(text, ']');
    } else {
        int most = g_rand_boolean(chance) ? 5 : (int) G_N_ELEMENTS(values);
        g_string_append(text, values[g_rand_int_range(chance, 0, most)]);
    }
    append_spaces(chance, text);
}

/* Somebody's hand slipped. */
static void damage(GRand *chance, GString *text)
{
    static const char bytes[] = "[],\"\\ 0x\xc3\n-.e{}:";
    gsize at = (gsize) g_rand_int_range(chance, 0, (int) text->len);
    text->str[at] = bytes[g_rand_int_range(chance, 0, (int) strlen(bytes))];
}

/* What Jansson reads of TEXT as cells, and where that ends; NULL: nothing. New string. */
static char *as_jansson(const GString *text, size_t *ret_at)
{
    json_error_t problem;
    g_autoptr(json_t) value =
        json_loadb(text->str, text->len,
                   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &problem);
    if (value == NULL)
        return NULL;
    g_autoptr(JsonCells) cells = json_cells_new();
    json_cells_set(cells, value);
    *ret_at = (size_t) problem.position;
    GString *found = g_string_new(NULL);
    cell_append(found, json_cells_first(cells));
    return g_string_free(found, false);
}

static void test_is_what_jansson_reads(void **state)
{
    (void) state;
    unsigned scanned = 0;
    g_autoptr(JsonCells) cells = json_cells_new();
    for (guint32 seed = 1; seed <= 30000; seed++) {
        GRand *chance = g_rand_new_with_seed(seed);
        g_autoptr(GString) text = g_string_new(NULL);
        append_random(chance, text, 3);
        if (g_rand_int_range(chance, 0, 3) == 0)
            damage(chance, text);
        g_rand_free(chance);
        size_t at = 0;
        if (!json_cells_scan(cells, text->str, text->len, &at))
            continue;
        scanned++;
        size_t end = 0;
        g_autofree char *wanted = as_jansson(text, &end);
        g_autoptr(GString) found = g_string_new(NULL);
        cell_append(found, json_cells_first(cells));
        if (wanted == NULL || strcmp(found->str, wanted) != 0 || at != end)
            fail_msg("seed %u: '%s' is '%s', not '%s'", seed, text->str, found->str,
                     wanted != NULL ? wanted : "nothing");
    }
    assert_in_range(scanned, 10000, 29000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_one_after_another),
        cmocka_unit_test(test_is_what_jansson_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
