/* SPDX-License-Identifier: Apache-2.0 */
#include "source/ldif_naming.h"

#include <string.h>

#include "entries.h"
#include "testing.h"

static bool all_but_ou(const void *context, const char *type)
{
    (void) context;
    return g_ascii_strcasecmp(type, "ou") != 0;
}

static void test_add(void **state)
{
    (void) state;
    static const struct {
        const char *entry;
        const char *attributes; /* afterwards */
    } cases[] = {
        {"cn=team,dc=x | member=a", "member=a cn=team"},
        {"cn=team,dc=x | CN=other", "CN=other"},
        {" uid=a , dc=x | sn=A", "sn=A uid=a"},
        {"cn=A B+uid=ab,dc=x | cn=A B", "cn=A B uid=ab"},
        {"cn=a\\2cb\\+c,dc=x", "cn=a,b+c"},
        {"cn=Zo\\c3\\ab,dc=x", "cn=Zo\xc3\xab"},
        {"cn=\"a,b\",dc=x", "cn=a,b"},
        {"ou=people,dc=x", ""},
        {"cn=#0401,dc=x", ""},
        {"nonsense", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Entry) entry = entry_of(cases[i].entry);
        ldif_naming_add(entry, all_but_ou, NULL);
        g_autoptr(GString) found = g_string_new(NULL);
        for (guint k = 0; k < entry->attributes->len; k++) {
            const Attribute *attribute = g_ptr_array_index(entry->attributes, k);
            assert_int_equal(attribute_count(attribute), 1);
            g_string_append_printf(found, "%s%s=%s", k > 0 ? " " : "", attribute->name,
                                   attribute_value(attribute, 0)->bytes);
        }
        if (strcmp(found->str, cases[i].attributes) != 0)
            fail_msg("'%s' has '%s'", cases[i].entry, found->str);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
