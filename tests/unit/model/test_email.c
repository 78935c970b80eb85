/* SPDX-License-Identifier: Apache-2.0 */
#include "model/email.h"

#include "base/error.h"

#include <string.h>

#include "testing.h"

#define QUOTING "it holds a character that needs quoting"
#define CONTROL "it holds control characters, direction marks or broken UTF-8"
#define ONE_AT "it does not hold exactly one '@'"
#define LOCAL "what stands before the '@' is impossible"
#define DOMAIN "the domain is impossible"
#define INVISIBLE "it holds an invisible character or a space"

typedef struct {
    const char *address;
    const char *key; /* NULL: refused */
    const char *why;
} Case;

static const Case cases[] = {
    /* plain */
    {"zoe@example.org", "zoe@example.org", NULL},
    {"Zoe@Example.ORG", "zoe@example.org", NULL},
    {"first.last@example.org", "first.last@example.org", NULL},
    {"a@b.co", "a@b.co", NULL},
    {"user+tag@example.org", "user+tag@example.org", NULL},
    {"o'hara@example.org", "o'hara@example.org", NULL},
    {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org", NULL},
    {"x@sub.sub.example.org", "x@sub.sub.example.org", NULL},
    {"x@ex-ample.org", "x@ex-ample.org", NULL},
    {"x@123.org", "x@123.org", NULL},
    {"1@example.org", "1@example.org", NULL},
    {"-@example.org", "-@example.org", NULL},
    /* letters beyond ASCII: composed, and not folded before the '@' */
    {"zo\xc3\xab@example.org", "zo\xc3\xab@example.org", NULL},
    {"zoe\xcc\x88@example.org", "zo\xc3\xab@example.org", NULL},
    {"ZO\xc3\x8b@example.org", "zo\xc3\x8b@example.org", NULL},
    {"stra\xc3\x9f"
     "e@example.org",
     "stra\xc3\x9f"
     "e@example.org",
     NULL},
    {"strasse@example.org", "strasse@example.org", NULL},
    {"\xef\xac\x81ona@example.org", "\xef\xac\x81ona@example.org", NULL},
    {"\xc5\xbfteve@example.org", "\xc5\xbfteve@example.org", NULL},
    {"\xc4\xb0@example.org", "\xc4\xb0@example.org", NULL},
    {"\xc4\xb1@example.org", "\xc4\xb1@example.org", NULL},
    {"\xe2\x84\xaa@example.org", "k@example.org", NULL}, /* Kelvin is K by NFC */
    {"\xe5\xb1\xb1\xe7\x94\xb0@example.jp", "\xe5\xb1\xb1\xe7\x94\xb0@example.jp", NULL},
    {"\xe0\xa4\xb9\xe0\xa4\xbf@example.org", "\xe0\xa4\xb9\xe0\xa4\xbf@example.org", NULL},
    /* domains as A-labels */
    {"x@b\xc3\xbc"
     "cher.example",
     "x@xn--bcher-kva.example", NULL},
    {"x@B\xc3\x9c"
     "CHER.example",
     "x@xn--bcher-kva.example", NULL},
    {"x@bu\xcc\x88"
     "cher.example",
     "x@xn--bcher-kva.example", NULL},
    {"x@xn--bcher-kva.example", "x@xn--bcher-kva.example", NULL},
    {"x@XN--BCHER-KVA.example", "x@xn--bcher-kva.example", NULL},
    {"x@stra\xc3\x9f"
     "e.example",
     "x@xn--strae-oqa.example", NULL},
    {"x@strasse.example", "x@strasse.example", NULL},
    {"x@\xe3\x83\x89\xe3\x83\xa1\xe3\x82\xa4\xe3\x83\xb3.example", "x@xn--eckwd4c7c.example", NULL},
    /* refused: as a whole */
    {"", NULL, "it is empty"},
    {"zoe", NULL, ONE_AT},
    {"a@b@example.org", NULL, ONE_AT},
    {"zoe\xef\xbc\xa0"
     "example.org",
     NULL, ONE_AT}, /* a full-width '@' is none */
    {"zoe @example.org", NULL, "it holds a space"},
    {" zoe@example.org", NULL, "it holds a space"},
    {"zoe@example.org ", NULL, "it holds a space"},
    {"zoe\t@example.org", NULL, CONTROL},
    {"zoe\n@example.org", NULL, CONTROL},
    {"zoe\x1b[31m@example.org", NULL, CONTROL},
    {"zoe\x7f@example.org", NULL, CONTROL},
    {"zo\xc2\x85@example.org", NULL, CONTROL},
    {"zoe\xe2\x80\xae@example.org", NULL, CONTROL},
    {"zoe\xe2\x81\xa6@example.org", NULL, CONTROL},
    {"zoe\xff@example.org", NULL, CONTROL},
    {"zoe\xc3@example.org", NULL, CONTROL},
    {"zoe\xe2\x80\x8b@example.org", NULL, INVISIBLE},
    {"zoe\xe2\x80\x8d@example.org", NULL, INVISIBLE},
    {"zoe\xc2\xad@example.org", NULL, INVISIBLE},
    {"zoe\xc2\xa0@example.org", NULL, INVISIBLE},
    {"zoe@exa\xe2\x80\x8bmple.org", NULL, INVISIBLE},
    {"zoe\xee\x80\x80@example.org", NULL, INVISIBLE},
    /* refused: characters */
    {"\"zoe\"@example.org", NULL, QUOTING},
    {"Zoe <zoe@example.org>", NULL, "it holds a space"},
    {"<zoe@example.org>", NULL, QUOTING},
    {"zoe,@example.org", NULL, QUOTING},
    {"zoe;x@example.org", NULL, QUOTING},
    {"zoe\\@example.org", NULL, QUOTING},
    {"mailto:zoe@example.org", NULL, QUOTING},
    {"zoe(x)@example.org", NULL, QUOTING},
    {"zoe@[192.0.2.1]", NULL, QUOTING},
    {"zo\xcd\xbe@example.org", NULL, QUOTING}, /* the Greek question mark is ';' by NFC */
    /* refused: the parts */
    {"@example.org", NULL, LOCAL},
    {".zoe@example.org", NULL, LOCAL},
    {"zoe.@example.org", NULL, LOCAL},
    {"z..oe@example.org", NULL, LOCAL},
    {"zoe@", NULL, DOMAIN},
    {"zoe@localhost", NULL, DOMAIN},
    {"zoe@.org", NULL, DOMAIN},
    {"zoe@example.", NULL, DOMAIN},
    {"zoe@example..org", NULL, DOMAIN},
    {"zoe@-example.org", NULL, DOMAIN},
    {"zoe@example-.org", NULL, DOMAIN},
    {"zoe@example.org-", NULL, DOMAIN},
    {"zoe@ex_ample.org", NULL, DOMAIN},
    {"zoe@192.0.2.1", NULL, DOMAIN},
    {"zoe@xn--\xc3\xbc.org", NULL, DOMAIN},
    {"zoe@xn--a.org", NULL, DOMAIN},
    {"zoe@example\xef\xbc\xa0"
     "evil.org",
     NULL, DOMAIN},
};

static void test_table(void **state)
{
    (void) state;
    assert_true(G_N_ELEMENTS(cases) >= 60);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *key = NULL;
        bool good = email_key(cases[i].address, strlen(cases[i].address), &key, &error);
        if (good != (cases[i].key != NULL))
            fail_msg("case %zu: '%s' gave '%s'", i, cases[i].address, good ? key : error->message);
        if (!good) {
            assert_null(key);
            assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
            if (!g_str_has_suffix(error->message, cases[i].why))
                fail_msg("case %zu: '%s' gave '%s'", i, cases[i].address, error->message);
            continue;
        }
        assert_string_equal(key, cases[i].key);
        g_autofree char *again = NULL;
        assert_success(email_key(key, strlen(key), &again, &error), error);
        assert_string_equal(again, key);
    }
}

static void test_message_is_safe(void **state)
{
    (void) state;
    g_autoptr(GError) error = NULL;
    char *key = NULL;
    static const char bytes[] = "a@x\0evil.org";
    assert_false(email_key(bytes, sizeof bytes - 1, &key, &error));
    assert_error(error, "'a@x\\u{0000}evil.org' is no mail address: " CONTROL);
    assert_false(email_key("\x1b]0;\x07", 4, &key, &error));
    assert_error(error, "'\\u{001B}]0;' is no mail address: " CONTROL);
    assert_null(key);
}

static void test_lengths(void **state)
{
    (void) state;
    g_autoptr(GError) error = NULL;
    g_autofree char *label = g_strnfill(63, 'd');
    g_autofree char *local = g_strnfill(62, 'a');
    g_autofree char *good = g_strdup_printf("%s@%s.%s.%s", local, label, label, label);
    g_autofree char *key = NULL;
    assert_int_equal(strlen(good), 254);
    assert_success(email_key(good, strlen(good), &key, &error), error);
    assert_string_equal(key, good);
    g_autofree char *longer = g_strconcat("a", good, NULL);
    assert_false(email_key(longer, strlen(longer), &key, &error));
    assert_true(g_str_has_suffix(error->message, "it is longer than 254 bytes"));
    g_clear_error(&error);
    g_autofree char *wide = g_strdup_printf("x@d%s.org", label);
    assert_false(email_key(wide, strlen(wide), &key, &error));
    assert_true(g_str_has_suffix(error->message, DOMAIN));
}

/* What is plain takes a short way to its key: with a letter beyond ASCII in it, it takes the long
 * one, and nothing else changes. */
static void test_ways_agree(void **state)
{
    (void) state;
    static const char letters[] = "aaabbBxN1--.._@<\" nxn";
    g_autoptr(GRand) random = g_rand_new_with_seed(5321);
    unsigned good = 0;
    for (unsigned i = 0; i < 50000; i++) {
        char text[32];
        size_t at = (size_t) g_rand_int_range(random, 1, 6);
        size_t length = at + (size_t) g_rand_int_range(random, 1, 12);
        for (size_t k = 0; k < length; k++)
            text[k] = letters[g_rand_int_range(random, 0, sizeof letters - 1)];
        text[at] = '@';
        strcpy(text + length, g_rand_boolean(random) ? ".b" : "");
        if (text[0] == '@')
            continue;
        g_autofree char *other = g_strdup_printf("%c\xc3\xa9%s", text[0], text + 1);
        g_autofree char *key = NULL;
        g_autofree char *other_key = NULL;
        bool found = email_key(text, strlen(text), &key, NULL);
        bool other_found = email_key(other, strlen(other), &other_key, NULL);
        if (found != other_found)
            fail_msg("'%s' is %s address, '%s' is %s", text, found ? "an" : "no", other,
                     other_found ? "one" : "none");
        if (!found)
            continue;
        g_autofree char *expected = g_strdup_printf("%c\xc3\xa9%s", key[0], key + 1);
        assert_string_equal(other_key, expected);
        good++;
    }
    assert_true(good > 1000);
}

/* Whatever is an address has a key whose key it is, that is NFC and has one '@'. */
static void test_keys_settle(void **state)
{
    (void) state;
    static const char *const parts[] = {
        "a",
        "Z",
        "@",
        ".",
        "-",
        "example",
        "org",
        "xn--",
        "\xc3\xbc",
        "\xcc\x88",
        "\xc3\x9f",
        "\xcf\x82",
        "\xe2\x84\xaa",
        "\xcd\xbe",
        "_",
        "1",
        "\xef\xbc\xa1",
        "\xe3\x80\x82",
        "\xe1\xba\x9e",
        "\xcc\xb8",
        "=",
        "\xe0\xa4\xb9",
        "\xcd\x85",
        "\xc7\x85",
    };
    g_autoptr(GRand) random = g_rand_new_with_seed(20261123);
    unsigned keys = 0;
    for (unsigned i = 0; i < 50000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        gint32 before = g_rand_int_range(random, 1, 5);
        gint32 after = g_rand_int_range(random, 1, 6);
        for (gint32 k = 0; k < before; k++)
            g_string_append(text, parts[g_rand_int_range(random, 0, G_N_ELEMENTS(parts))]);
        g_string_append_c(text, '@');
        for (gint32 k = 0; k < after; k++)
            g_string_append(text, parts[g_rand_int_range(random, 0, G_N_ELEMENTS(parts))]);
        g_string_append(text, ".example");
        g_autoptr(GError) error = NULL;
        g_autofree char *key = NULL;
        g_autofree char *again = NULL;
        if (!email_key(text->str, text->len, &key, NULL))
            continue;
        keys++;
        if (!email_key(key, strlen(key), &again, &error) || strcmp(again, key) != 0)
            fail_msg("'%s' has the key '%s', which has '%s'", text->str, key,
                     again != NULL ? again : error->message);
        g_autofree char *normal = g_utf8_normalize(key, -1, G_NORMALIZE_NFC);
        assert_string_equal(normal, key);
        assert_ptr_equal(strchr(key, '@'), strrchr(key, '@'));
    }
    assert_true(keys > 5000);
}

static void test_other_domain(void **state)
{
    (void) state;
    static const struct {
        const char *key;
        const char *from;
        const char *to;
        const char *result;
    } table[] = {
        {"zoe@old.example", "old.example", "new.example", "zoe@new.example"},
        {"zoe@old.example", "OLD.example", "NEW.example", "zoe@new.example"},
        {"zoe@xn--bcher-kva.example",
         "b\xc3\xbc"
         "cher.example",
         "new.example", "zoe@new.example"},
        {"zoe@old.example", "old.example",
         "b\xc3\xbc"
         "cher.example",
         "zoe@xn--bcher-kva.example"},
        {"zoe@older.example", "old.example", "new.example", NULL},
        {"zoe@sub.old.example", "old.example", "new.example", NULL},
        {"zoe@old.example", "old.example", "not a domain", NULL},
        {"zoe@old.example", "", "new.example", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *result = email_key_with_domain(table[i].key, table[i].from, table[i].to);
        if (g_strcmp0(result, table[i].result) != 0)
            fail_msg("case %zu gave '%s'", i, result != NULL ? result : "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),       cmocka_unit_test(test_message_is_safe),
        cmocka_unit_test(test_lengths),     cmocka_unit_test(test_ways_agree),
        cmocka_unit_test(test_keys_settle), cmocka_unit_test(test_other_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
