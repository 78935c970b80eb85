/* SPDX-License-Identifier: Apache-2.0 */
#include "net/host.h"

#include "testing.h"

static void test_loopback(void **state)
{
    (void) state;
    static const struct {
        const char *host;
        bool loopback;
    } cases[] = {
        {"localhost", true},
        {"LocalHost", true},
        {"127.0.0.1", true},
        {"127.255.0.9", true},
        {"::1", true},
        {"[::1]", true},
        {"[0:0:0:0:0:0:0:1]", true},
        {"", false},
        {"[]", false},
        {"[", false},
        {"126.255.255.255", false},
        {"128.0.0.1", false},
        {"127.1", false},
        {"127.0.0.1.example.org", false},
        {"127.0.0.1 ", false},
        {"localhost.example.org", false},
        {"localhost.", false},
        {"::2", false},
        {"[::]", false},
        {"[127.0.0.1]", false},
        {"[::1", false},
        {"::ffff:127.0.0.1", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (host_is_loopback(cases[i].host) != cases[i].loopback)
            fail_msg("'%s'", cases[i].host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
