/* SPDX-License-Identifier: Apache-2.0 */
#include "source/anchor.h"

#include "source/filter.h"

#include <string.h>

#include "testing.h"

#define SEED 4530U
#define ROUNDS 2000

static void assert_asked(const Entry *entry, const char *attribute, const char *anchor,
                         FilterVerdict verdict)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Filter) filter = NULL;
    g_autoptr(GError) error = NULL;
    anchor_append_assertion(text, attribute, anchor);
    assert_success(filter_parse(text->str, &filter, &error), error);
    assert_int_equal(filter_evaluate(filter, entry), verdict);
}

/* Whatever its bytes are, an entry is found by the anchor that it has. */
static void test_what_is_asked_for_is_found(void **state)
{
    (void) state;
    static const char *const attributes[] = {"objectGUID", "mS-DS-ConsistencyGuid", "entryUUID",
                                             "employeeNumber"};
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    for (int round = 0; round < ROUNDS; round++) {
        const char *attribute = attributes[g_rand_int_range(random, 0, G_N_ELEMENTS(attributes))];
        bool is_guid = strstr(attribute, "GUID") != NULL || strstr(attribute, "Guid") != NULL;
        char bytes[16];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char) g_rand_int_range(random, is_guid ? 0 : '!', is_guid ? 256 : 0x7f);
        g_autoptr(Entry) entry = entry_new("cn=a,dc=org");
        entry_add_value(entry, attribute, bytes, sizeof bytes);
        g_autofree char *anchor = anchor_of(entry, attribute, SOURCE_KIND_OPENLDAP);
        assert_non_null(anchor);
        assert_asked(entry, attribute, anchor, FILTER_TRUE);
        g_autoptr(Entry) other = entry_new("cn=b,dc=org");
        bytes[0] = (char) (bytes[0] == '1' ? '2' : '1');
        entry_add_value(other, attribute, bytes, sizeof bytes);
        assert_asked(other, attribute, anchor, FILTER_FALSE);
    }
}

static void test_anchors(void **state)
{
    (void) state;
    static const struct {
        SourceKind kind;
        const char *configured;
        const char *attribute;
        const char *value;
        const char *anchor; /* NULL: none */
        const char *asked;
    } cases[] = {
        {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "objectGUID", "0123456789abcdef",
         "33323130-3534-3736-3839-616263646566",
         "(objectGUID=\\30\\31\\32\\33\\34\\35\\36\\37\\38\\39\\61\\62\\63\\64\\65\\66)"},
        {SOURCE_KIND_OPENLDAP, "GUID", "GUID", "0123456789abcdef",
         "33323130-3534-3736-3839-616263646566",
         "(GUID=\\30\\31\\32\\33\\34\\35\\36\\37\\38\\39\\61\\62\\63\\64\\65\\66)"},
        {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "objectGUID", "33323130-3534-3736-3839-61626364656F",
         "33323130-3534-3736-3839-61626364656f", NULL},
        {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "objectGUID", "0123456789abcde", NULL, NULL},
        {SOURCE_KIND_OPENLDAP, NULL, "entryUUID", "AbC", "abc", "(entryUUID=abc)"},
        {SOURCE_KIND_OPENLDAP, "employeeNumber", "employeeNumber", "A*1", "A*1",
         "(employeeNumber=A\\2a1)"},
        {SOURCE_KIND_OPENLDAP, "employeeNumber", "entryUUID", "abc", NULL, NULL},
        {SOURCE_KIND_OPENLDAP, NULL, "entryUUID", "a\nb", NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Entry) entry = entry_new("cn=a,dc=org");
        entry_add_value(entry, cases[i].attribute, cases[i].value, strlen(cases[i].value));
        g_autofree char *anchor = anchor_of(entry, cases[i].configured, cases[i].kind);
        assert_int_equal(g_strcmp0(anchor, cases[i].anchor), 0);
        g_autoptr(GString) asked = g_string_new(NULL);
        if (anchor != NULL)
            anchor_append_assertion(asked, cases[i].attribute, anchor);
        if (cases[i].asked != NULL)
            assert_string_equal(asked->str, cases[i].asked);
    }
    g_autoptr(GString) nothing = g_string_new(NULL);
    anchor_append_assertion(nothing, "objectGUID", "zoe@example.org");
    anchor_append_assertion(nothing, "objectGUID", "33323130-3534-3736-3839-6162636465");
    anchor_append_assertion(nothing, "objectGUID", "33323130-3534-3736-3839-61626364656600");
    assert_string_equal(nothing->str, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked_for_is_found),
        cmocka_unit_test(test_anchors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
