/* SPDX-License-Identifier: Apache-2.0 */
#include "model/bases.h"

#include <string.h>

#include "testing.h"

static void test_list(void **state)
{
    (void) state;
    static const struct {
        const char *keys[5];
        const char *bases;
    } cases[] = {
        {{NULL}, ""},
        {{""}, ""},
        {{"dc=org"}, "dc=org"},
        /* the base itself need not be there, and may come last */
        {{"uid=a,ou=people,dc=x,dc=org", "uid=b,ou=people,dc=x,dc=org"}, "ou=people,dc=x,dc=org"},
        {{"uid=a,ou=people,dc=x,dc=org", "cn=b,ou=groups,dc=x,dc=org", "dc=x,dc=org"},
         "dc=x,dc=org"},
        /* two trees, in order */
        {{"uid=a,o=x", "uid=b,dc=org", "uid=c,o=x"}, "o=x;uid=b,dc=org"},
        {{"uid=a,dc=x,dc=com", "uid=b,dc=y,dc=com"}, "dc=com"},
        /* an escaped comma ends no RDN */
        {{"cn=a\\2cdc=org,o=x", "cn=b,o=x"}, "o=x"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Bases) bases = bases_new();
        for (size_t k = 0; cases[i].keys[k] != NULL; k++)
            bases_take(bases, cases[i].keys[k]);
        g_autoptr(GPtrArray) list = bases_list(bases);
        g_ptr_array_add(list, NULL);
        g_autofree char *joined = g_strjoinv(";", (char **) list->pdata);
        assert_string_equal(joined, cases[i].bases);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
