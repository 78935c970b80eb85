/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_conf.h"
#include "testing.h"

static void test_finds_values(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *key;
        const char *value; /* NULL: none */
    } cases[] = {
        {"TLS_CACERT /etc/ca.pem\n", "TLS_CACERT", "/etc/ca.pem"},
        {"  tls_cacert\t/a b.pem  \n", "TLS_CACERT", "/a b.pem"},
        {"URI ldap://a ldap://b", "URI", "ldap://a ldap://b"},
        {"URI ldap://a\nURI ldap://b\n", "URI", "ldap://b"},
        {"#URI ldap://a\n", "URI", NULL},
        {"# URI ldap://a\n", "URI", NULL},
        {"URI\n", "URI", NULL},
        {"URIS ldap://a\n", "URI", NULL},
        {"TLS_CACERTDIR /etc\n", "TLS_CACERT", NULL},
        {"", "URI", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *value = session_conf_find(cases[i].text, cases[i].key);
        if (cases[i].value == NULL)
            assert_null(value);
        else
            assert_string_equal(value, cases[i].value);
    }
}

static void test_configured_file_wins(void **state)
{
    (void) state;
    g_autofree char *file = session_conf_ca_file("/own.pem");
    assert_string_equal(file, "/own.pem");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_values),
        cmocka_unit_test(test_configured_file_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
