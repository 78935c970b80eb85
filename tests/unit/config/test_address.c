/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "config/address.h"

static void test_parse(void **state)
{
    (void) state;
    static const struct {
        const char *url;
        AddressKind kind;
        bool loopback;
        bool login;
        bool plain;
    } cases[] = {
        {"https://api.track.toggl.com/api/v9", ADDRESS_HTTPS, false, false, true},
        {"HTTPS://api.track.toggl.com", ADDRESS_HTTPS, false, false, true},
        {"http://127.0.0.1:8765/api/v9", ADDRESS_HTTP, true, false, true},
        {"http://127.255.0.1", ADDRESS_HTTP, true, false, true},
        {"http://[::1]:80/", ADDRESS_HTTP, true, false, true},
        {"http://LocalHost/", ADDRESS_HTTP, true, false, true},
        {"http://localhost.example.org/", ADDRESS_HTTP, false, false, true},
        {"http://127.0.0.1.example.org/", ADDRESS_HTTP, false, false, true},
        {"http://127.0.0.1@example.org/", ADDRESS_HTTP, false, true, true},
        {"http://128.0.0.1/", ADDRESS_HTTP, false, false, true},
        {"http://[::2]/", ADDRESS_HTTP, false, false, true},
        {"http://2130706433/", ADDRESS_HTTP, false, false, true},
        {"https://a:b@c/", ADDRESS_HTTPS, false, true, true},
        {"https://a/b@c/", ADDRESS_HTTPS, false, true, true},
        {"https://a:b/c@d/", ADDRESS_NONE, false, true, false},
        {"https://c/?a=b", ADDRESS_HTTPS, false, false, false},
        {"https://c/#a", ADDRESS_HTTPS, false, false, false},
        {"ldap://ldap.example.org:389", ADDRESS_LDAP, false, false, true},
        {"ldaps://ldap.example.org", ADDRESS_LDAPS, false, false, true},
        {"ldapi://", ADDRESS_LDAPI, true, false, true},
        {"ldapi://%2Frun%2Fslapd%2Fldapi", ADDRESS_LDAPI, true, false, true},
        {"ldap://", ADDRESS_NONE, false, false, false},
        {"ldap:///", ADDRESS_NONE, false, false, false},
        {"ldap.example.org", ADDRESS_NONE, false, false, false},
        {"https:api", ADDRESS_NONE, false, false, false},
        {"//api", ADDRESS_NONE, false, false, true},
        {"", ADDRESS_NONE, false, false, false},
        {"https://host:port/", ADDRESS_NONE, false, false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Address address = address_parse(cases[i].url);
        if (address.kind != cases[i].kind)
            fail_msg("'%s' is of kind %d", cases[i].url, address.kind);
        if (address.kind == ADDRESS_NONE && !cases[i].login && !address.login)
            continue;
        if (address.loopback != cases[i].loopback || address.login != cases[i].login ||
            address.plain != cases[i].plain)
            fail_msg("'%s': loopback %d, login %d, plain %d", cases[i].url, address.loopback,
                     address.login, address.plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
