/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "model/completeness.h"

#include <string.h>

static void test_clear(void **state)
{
    (void) state;
    Completeness completeness = {
        .source = g_strdup("ad"),
        .complete = true,
        .required = true,
        .problem = g_strdup("none"),
        .server = g_strdup("ldaps://ldap"),
        .kind = g_strdup("openldap"),
        .software = g_strdup("OpenLDAP"),
        .tls = g_strdup("TLS1.3"),
        .digest = g_strdup("sha256:0"),
        .pages = 3,
        .people = 5,
    };
    completeness_clear(&completeness);
    static const Completeness zero;
    assert_null(completeness.source);
    assert_null(completeness.digest);
    assert_false(completeness.complete);
    assert_int_equal(completeness.pages, zero.pages);
    assert_int_equal(completeness.people, zero.people);
    completeness_clear(&completeness); /* a second time is fine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clear)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
