/* SPDX-License-Identifier: Apache-2.0 */
#include "model/email.h"

#include "testing.h"

#include <string.h>

#define SEED 1021U
#define KEYS 400U

static char *look_of(const char *address)
{
    g_autofree char *key = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(email_key(address, strlen(address), &key, &error), error);
    return email_look(key);
}

static void test_alike(void **state)
{
    (void) state;
    static const struct {
        const char *one;
        const char *other;
        bool alike;
    } cases[] = {
        {"zoe@example.org", "ZOE@example.org", true},
        {"zoe@example.org", "zo\xc3\xab@example.org", true},
        {"ZO\xc3\x8b@example.org", "zoe@example.org", true},
        {"stra\xc3\x9f"
         "e@example.org",
         "strasse@example.org", true},
        {"\xef\xac\x81ona@example.org", "fiona@example.org", true},
        {"\xc5\xbfteve@example.org", "steve@example.org", true},
        {"\xc4\xb1"
         "da@example.org",
         "ida@example.org", true},
        {"\xd0\xb0nn\xd0\xb0@example.org", "anna@example.org", true},
        {"b0b@example.org", "bob@example.org", true},
        {"wi11@example.org", "will@example.org", true},
        {"x@b\xc3\xbc"
         "cher.example",
         "x@bucher.example", true},
        {"x@xn--bcher-kva.example",
         "x@b\xc3\xbc"
         "cher.example",
         true},
        {"x@ex\xd0\xb0mple.org", "x@example.org", true},
        {"zoe@example.org", "zoes@example.org", false},
        {"a.b@example.org", "ab@example.org", false},
        {"zoe@example.org", "zoe@example.com", false},
        {"a2@example.org", "a3@example.org", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *one = look_of(cases[i].one);
        g_autofree char *other = look_of(cases[i].other);
        if ((strcmp(one, other) == 0) != cases[i].alike)
            fail_msg("'%s' looks like '%s', '%s' like '%s'", cases[i].one, one, cases[i].other,
                     other);
    }
}

/* The hash and the equality are those of the look. */
static void test_hash(void **state)
{
    (void) state;
    static const char *const parts[] = {"o", "0", "l",        "1",         "A", "x", "xn--",
                                        "-", ".", "\xc3\xa9", "e\xcc\x81", "e", "9"};
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < KEYS; i++) {
        GString *key = g_string_new(NULL);
        for (gint32 left = g_rand_int_range(random, 0, 3); left > 0; left--)
            g_string_append(key, parts[g_rand_int_range(random, 0, G_N_ELEMENTS(parts))]);
        g_string_append(key, g_rand_boolean(random) ? "@x.org" : "@xn--bcher-kva.example");
        g_ptr_array_add(keys, g_string_free(key, FALSE));
    }
    unsigned equal = 0;
    for (unsigned i = 0; i < KEYS; i++) {
        const char *a = g_ptr_array_index(keys, i);
        g_autofree char *look = email_look(a);
        for (unsigned k = 0; k < i; k++) {
            const char *b = g_ptr_array_index(keys, k);
            g_autofree char *other = email_look(b);
            bool same = strcmp(look, other) == 0;
            if (email_look_equal(a, b) != same || email_look_equal(b, a) != same)
                fail_msg("'%s' and '%s'", a, b);
            assert_true(!same || email_look_hash(a) == email_look_hash(b));
            equal += same && strcmp(a, b) != 0;
        }
    }
    assert_true(equal > KEYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
