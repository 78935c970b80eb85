/* SPDX-License-Identifier: Apache-2.0 */
#include "source/kind.h"

#include "base/error.h"

#include "testing.h"

static void assert_list(char **list, const char *expected)
{
    g_autofree char *joined = g_strjoinv(" ", list);
    assert_string_equal(joined, expected);
    g_strfreev(list);
}

static void test_rows(void **state)
{
    (void) state;
    static const struct {
        SourceKind kind;
        const char *name;
        const char *anchor;
        DisabledRule disabled;
    } cases[] = {
        {SOURCE_KIND_OPENLDAP, "openldap", "entryUUID", DISABLED_PPOLICY},
        {SOURCE_KIND_389DS, "389ds", "nsUniqueId", DISABLED_ACCOUNT_LOCK},
        {SOURCE_KIND_FREEIPA, "freeipa", "ipaUniqueID", DISABLED_ACCOUNT_LOCK},
        {SOURCE_KIND_ACTIVE_DIRECTORY, "active-directory", "objectGUID", DISABLED_ACCOUNT_CONTROL},
        {SOURCE_KIND_AUTO, "openldap", "entryUUID", DISABLED_PPOLICY},
        {SOURCE_KIND_LDIF, "openldap", "entryUUID", DISABLED_PPOLICY},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Kind *row = kind_row(cases[i].kind);
        assert_string_equal(row->name, cases[i].name);
        assert_string_equal(row->anchors[0], cases[i].anchor);
        assert_int_equal(row->disabled, cases[i].disabled);
        assert_true(source_filter_check(row->people_filter, true, NULL));
        assert_true(source_filter_check(row->group_filter, true, NULL));
    }
}

static void test_attributes(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = source_settings_new();
    PeopleSearch *people = people_search_new();
    GroupSearch *groups = group_search_new();
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_OPENLDAP),
                "entryUUID displayName cn mail uid pwdAccountLockedTime");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_389DS),
                "nsUniqueId displayName cn mail uid nsAccountLock");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_ACTIVE_DIRECTORY),
                "objectGUID displayName cn mail proxyAddresses sAMAccountName userAccountControl "
                "accountExpires");
    assert_list(kind_group_attributes(settings, groups, SOURCE_KIND_OPENLDAP),
                "objectClass entryUUID cn member uniqueMember memberUid");
    people->anchor = g_strdup("uid");
    people->name = g_strdup("gecos");
    people->mail = g_strsplit("mail,MAIL,mailAlternate", ",", -1);
    people->disabled = g_strdup("none");
    settings->attributes = g_strsplit("departmentNumber,CN", ",", -1);
    groups->name = g_strdup("description");
    groups->member = g_strdup("memberUid");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_OPENLDAP),
                "uid gecos mail mailAlternate entryUUID departmentNumber CN");
    assert_list(kind_group_attributes(settings, groups, SOURCE_KIND_OPENLDAP),
                "objectClass entryUUID description memberUid");
    people_search_free(people);
    group_search_free(groups);
}

static void test_filters(void **state)
{
    (void) state;
    PeopleSearch *people = people_search_new();
    GroupSearch *groups = group_search_new();
    assert_string_equal(kind_people_filter(people, SOURCE_KIND_FREEIPA),
                        "(objectClass=inetOrgPerson)");
    assert_string_equal(kind_group_filter(groups, SOURCE_KIND_FREEIPA),
                        "(objectClass=ipaUserGroup)");
    people->filter = g_strdup("(a=1)");
    groups->filter = g_strdup("(b=2)");
    assert_string_equal(kind_people_filter(people, SOURCE_KIND_FREEIPA), "(a=1)");
    assert_string_equal(kind_group_filter(groups, SOURCE_KIND_FREEIPA), "(b=2)");
    people_search_free(people);
    group_search_free(groups);
}

static void test_disabled_rule(void **state)
{
    (void) state;
    PeopleSearch *people = people_search_new();
    DisabledRule rule = DISABLED_ACCOUNT_CONTROL;
    g_autoptr(GError) error = NULL;
    assert_success(kind_disabled_rule(NULL, SOURCE_KIND_389DS, &rule, &error), error);
    assert_int_equal(rule, DISABLED_ACCOUNT_LOCK);
    people->disabled = g_strdup("ppolicy");
    assert_success(kind_disabled_rule(people, SOURCE_KIND_389DS, &rule, &error), error);
    assert_int_equal(rule, DISABLED_PPOLICY);
    people->disabled[0] = 'P';
    assert_false(kind_disabled_rule(people, SOURCE_KIND_389DS, &rule, &error));
    assert_int_equal(rule, DISABLED_PPOLICY);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
    assert_error(error, "'Ppolicy' is no way to find disabled entries\n"
                        "hint: write 'ppolicy' or 'none'");
    people_search_free(people);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_disabled_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
