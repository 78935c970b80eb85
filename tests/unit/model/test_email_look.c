/* SPDX-License-Identifier: Apache-2.0 */
#include "model/email.h"

#include "testing.h"

#include <string.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
