/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/text.h"

#include <limits.h>
#include <string.h>

#define SEED 5U

typedef struct {
    const char *bytes;
    gssize length;
    const char *safe;
} SafeCase;

static const SafeCase safe_cases[] = {
    {"", -1, ""},
    {"plain", -1, "plain"},
    {"Zoë 山田 😀", -1, "Zoë 山田 😀"},
    {"a\nb\r\tc", -1, "a\\u{000A}b\\u{000D}\\u{0009}c"},
    {"\x1b[31mred", -1, "\\u{001B}[31mred"},
    {"a\0b", 3, "a\\u{0000}b"},
    {"a\0b", -1, "a"},
    {"\x7f\xc2\x85", -1, "\\u{007F}\\u{0085}"},
    {"\xe2\x80\xae"
     "evil\xe2\x81\xa6",
     -1, "\\u{202E}evil\\u{2066}"},
    {"\xe2\x80\xa8\xef\xbb\xbf\xd8\x9c", -1, "\\u{2028}\\u{FEFF}\\u{061C}"},
    {"a\xff"
     "b",
     -1, "a\\x{FF}b"},
    {"\xc3", -1, "\\x{C3}"},
    {"\xc3\xa9", 1, "\\x{C3}"},
    {"\xc0\xaf", -1, "\\x{C0}\\x{AF}"},
    {"\xed\xa0\x80", -1, "\\x{ED}\\x{A0}\\x{80}"},
    {"\xe5\xb1\0", 3, "\\x{E5}\\x{B1}\\u{0000}"},
};

static void test_safe(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(safe_cases); i++) {
        const SafeCase *row = &safe_cases[i];
        g_autofree char *safe = text_safe(row->bytes, row->length);
        assert_string_equal(safe, row->safe);
        size_t length = row->length < 0 ? strlen(row->bytes) : (size_t) row->length;
        bool same = strlen(safe) == length && memcmp(safe, row->bytes, length) == 0;
        assert_int_equal(text_is_safe(row->bytes, length), same);
    }
}

static void test_long_text_is_cut(void **state)
{
    (void) state;
    g_autofree char *fits = g_strnfill(255, 'x');
    g_autofree char *safe = text_safe(fits, -1);
    assert_string_equal(safe, fits);
    g_autofree char *longer = g_strnfill(256, 'x');
    g_autofree char *cut = text_safe(longer, -1);
    g_autofree char *expected = g_strconcat(fits, "…", NULL);
    assert_string_equal(cut, expected);
    assert_true(text_is_safe(longer, 256));
}

/* Whatever goes in, what comes out is safe, and showing it again changes nothing. */
static void test_random_bytes(void **state)
{
    (void) state;
    GRand *random = g_rand_new_with_seed(SEED);
    for (int round = 0; round < 2000; round++) {
        char bytes[24];
        size_t length = (size_t) g_rand_int_range(random, 0, sizeof bytes);
        for (size_t i = 0; i < length; i++)
            bytes[i] = (char) g_rand_int_range(random, 0, 256);
        g_autofree char *safe = text_safe(bytes, (gssize) length);
        assert_true(g_utf8_validate(safe, -1, NULL));
        assert_true(text_is_safe(safe, strlen(safe)));
        g_autofree char *again = text_safe(safe, -1);
        if (g_utf8_strlen(safe, -1) <= 255)
            assert_string_equal(safe, again);
    }
    g_rand_free(random);
}

/* A byte is judged the same wherever it stands. */
static void test_every_byte_everywhere(void **state)
{
    (void) state;
    for (size_t length = 1; length <= 25; length++) {
        for (size_t at = 0; at < length; at++) {
            for (int c = 0; c < 256; c++) {
                char bytes[26] = "Zoe van der Berg-Smith ~ x";
                bytes[at] = (char) c;
                g_autofree char *shown = text_safe(bytes, (gssize) length);
                bool same = strlen(shown) == length && memcmp(shown, bytes, length) == 0;
                if (text_is_safe(bytes, length) != same)
                    fail_msg("byte %d at %zu of %zu", c, at, length);
            }
        }
    }
}

static void test_distance(void **state)
{
    (void) state;
    static const struct {
        const char *a;
        const char *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"abc", "abc", 0},
        {"abc", "ABC", 0},
        {"abc", "abd", 1},
        {"abc", "ab", 1},
        {"abc", "acb", 1},
        {"ca", "abc", 3},
        {"kitten", "sitting", 3},
        {"Zoë", "zoe", 1},
        {"développeurs", "developpeurs", 1},
        {"abcdef", "badcfe", 3},
        {"\xff", "a", 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_int_equal(text_distance(cases[i].a, cases[i].b), cases[i].distance);
        assert_int_equal(text_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}

static void assert_near(const char *wanted, const char *const *names, const char *expected)
{
    g_autoptr(GPtrArray) candidates = g_ptr_array_new();
    for (; *names != NULL; names++)
        g_ptr_array_add(candidates, (gpointer) (guintptr) *names);
    g_autofree char *near = text_near_misses(wanted, candidates);
    if (expected == NULL)
        assert_null(near);
    else
        assert_string_equal(near, expected);
}

static void test_near_misses(void **state)
{
    (void) state;
    static const char *const none[] = {NULL};
    static const char *const teams[] = {"Sales",     "Developer", "Developers ", "developers",
                                        "Devlopers", "Marketing", NULL};
    static const char *const mails[] = {"bob@example.org", "anna.a@example.org", "ann@example.org",
                                        NULL};
    static const char *const hostile[] = {"Team\n", NULL};
    static const char *const tiny[] = {"xy", "ac", NULL};
    assert_near("Developers", none, NULL);
    assert_near("Finance", teams, NULL);
    assert_near("Developers", teams, "'developers', 'Developer' or 'Developers '");
    assert_near("Sale", teams, "'Sales'");
    assert_near("an@example.org", mails, "'ann@example.org'");
    assert_near("Teams", hostile, "'Team\\u{000A}'");
    assert_near("ab", tiny, "'ac'"); /* nothing in common is not near */
}

static void test_did_you_mean(void **state)
{
    (void) state;
    static const struct {
        const char *wanted;
        const char *rest;
        const char *hint; /* NULL: none */
    } cases[] = {
        {"xapply", "--help lists them", "did you mean 'apply'? --help lists them"},
        {"xapply", NULL, "did you mean 'apply'?"},
        {"undo", "--help lists them", "--help lists them"},
        {"undo", NULL, NULL},
    };
    g_autoptr(GPtrArray) candidates = g_ptr_array_new();
    g_ptr_array_add(candidates, (gpointer) (guintptr) "apply");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *hint = text_did_you_mean(cases[i].wanted, candidates, cases[i].rest);
        assert_int_equal(g_strcmp0(hint, cases[i].hint), 0);
    }
}

static void test_near_misses_among_huge_names(void **state)
{
    (void) state;
    g_autofree char *huge = g_strnfill(4 * 1024 * 1024, 'x');
    const char *const names[] = {huge, "Team", NULL};
    assert_near("Teem", names, "'Team'");
}

/* By bytes: capitals come before small letters in no language. */
static void test_sort(void **state)
{
    (void) state;
    static const char *const sorted[] = {"", "B", "a", "a ", "b", "\xc3\xa4"};
    static const unsigned order[] = {4, 2, 5, 0, 3, 1};
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        g_ptr_array_add(texts, (gpointer) (guintptr) sorted[order[i]]);
    text_sort(texts);
    for (size_t i = 0; i < G_N_ELEMENTS(sorted); i++)
        assert_string_equal(g_ptr_array_index(texts, i), sorted[i]);
}

static void test_lower(void **state)
{
    (void) state;
    for (int c = CHAR_MIN; c <= CHAR_MAX; c++)
        assert_int_equal(text_lower((char) c), g_ascii_tolower((char) c));
}

static void test_shell_word(void **state)
{
    (void) state;
    static const char *const cases[][2] = {
        {"/etc/toggl-ldap-sync/acme.conf", "/etc/toggl-ldap-sync/acme.conf"},
        {"acme inc.conf", "'acme inc.conf'"},
        {"a;b", "'a;b'"},
        {"it's", "'it'\\''s'"},
        {"", "''"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *word = text_shell_word(cases[i][0]);
        assert_string_equal(word, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_everywhere),
        cmocka_unit_test(test_lower),
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_safe),
        cmocka_unit_test(test_long_text_is_cut),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_shell_word),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_near_misses),
        cmocka_unit_test(test_did_you_mean),
        cmocka_unit_test(test_near_misses_among_huge_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
