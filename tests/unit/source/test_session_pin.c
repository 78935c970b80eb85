/* SPDX-License-Identifier: Apache-2.0 */
#include "source/session_pin.h"

#include "testing.h"

#define GOOD "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

static void test_which_are_valid(void **state)
{
    (void) state;
    static const struct {
        const char *pin;
        bool valid;
    } cases[] = {
        {GOOD, true},
        {"", false},
        {"sha256//", false},
        {"sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false},  /* libldap's way */
        {"sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", false},  /* no padding */
        {"sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", false}, /* bits left over */
        {"sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false},
        {"sha256// 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false},
        {"sha256//2jmj7l5rSw0yVb/vlWAYkK/YBwk=", false}, /* a SHA-1 */
        {GOOD ";" GOOD, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (session_pin_is_valid(cases[i].pin) != cases[i].valid)
            fail_msg("'%s'", cases[i].pin);
    }
}

static void test_for_libldap(void **state)
{
    (void) state;
    g_autofree char *pin = session_pin_for_libldap(GOOD);
    assert_string_equal(pin, "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_which_are_valid),
                                       cmocka_unit_test(test_for_libldap)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
