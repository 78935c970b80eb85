/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/secret.h"

#include <string.h>

static void test_expose(void **state)
{
    (void) state;
    char bytes[] = "hunter2hunter2";
    g_autoptr(Secret) secret = secret_new(bytes, 7);
    bytes[0] = 'X';
    size_t length = 0;
    assert_string_equal(secret_expose(secret, &length), "hunter2");
    assert_int_equal(length, 7);
    assert_string_equal(secret_expose(secret, NULL), "hunter2");
    secret_free(NULL);
}

static void assert_redacted(const char *text, const char *expected)
{
    g_autofree char *redacted = secret_redact(text);
    assert_string_equal(redacted, expected);
}

static void test_nothing_to_hide(void **state)
{
    (void) state;
    assert_redacted("plain text", "plain text");
    Secret *gone = secret_new("forgotten", 9);
    secret_free(gone);
    assert_redacted("forgotten", "forgotten");
}

static void test_redact(void **state)
{
    (void) state;
    g_autoptr(Secret) secret = secret_new("p&ss wörd", strlen("p&ss wörd"));
    assert_non_null(secret);
    g_autoptr(Secret) small = secret_new("short", 5);
    assert_non_null(small);
    g_autoptr(Secret) empty = secret_new("", 0);
    assert_non_null(empty);
    assert_redacted("p&ss wörd", "***");
    assert_redacted("a p&ss wörd and p&ss wörd", "a *** and ***");
    assert_redacted("url?x=p%26ss%20w%C3%B6rd&y", "url?x=***&y");
    assert_redacted("cCZzcyB3w7ZyZA==", "***");
    assert_redacted("a short word", "a short word");
}

/* As the second half of "user:secret", whatever the length of the user's name. */
static void test_redact_within_base64(void **state)
{
    (void) state;
    static const char token[] = "0123456789abcdef0123456789abcdef";
    g_autoptr(Secret) secret = secret_new(token, strlen(token));
    assert_non_null(secret);
    static const char *const frames[] = {"%s:api_token", "u:%s", "me:%s", "you:%s", "%s"};
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_auto(GStrv) around = g_strsplit(frames[i], "%s", 2);
        g_autofree char *plain = g_strconcat(around[0], token, around[1], NULL);
        g_autofree char *encoded = g_base64_encode((const guchar *) plain, strlen(plain));
        g_autofree char *redacted = secret_redact(encoded);
        /* what is left are whole groups of its neighbours, and not a byte of it */
        g_auto(GStrv) left = g_strsplit(redacted, "***", -1);
        assert_int_equal(g_strv_length(left), 2);
        for (int side = 0; side < 2; side++) {
            gsize length = 0;
            g_autofree guchar *bytes = g_base64_decode(left[side], &length);
            g_autofree char *text = g_strndup((const char *) bytes, length);
            assert_true(side == 0 ? g_str_has_prefix(around[0], text)
                                  : g_str_has_suffix(around[1], text));
        }
    }
}

static void test_one_secret_that_begins_with_another(void **state)
{
    (void) state;
    g_autoptr(Secret) short_one = secret_new("secret", 6);
    assert_non_null(short_one);
    g_autoptr(Secret) long_one = secret_new("secret-and-more", 15);
    assert_non_null(long_one);
    assert_redacted("secret-and-more, secret", "***, ***");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expose),
        cmocka_unit_test(test_nothing_to_hide),
        cmocka_unit_test(test_redact),
        cmocka_unit_test(test_redact_within_base64),
        cmocka_unit_test(test_one_secret_that_begins_with_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
