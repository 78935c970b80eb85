/* SPDX-License-Identifier: Apache-2.0 */
#include "source/kind.h"

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
                "entryUUID displayName cn mail uid pwdAccountLockedTime pwdEndTime objectClass");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_389DS),
                "nsUniqueId displayName cn mail uid nsAccountLock krbPrincipalExpiration "
                "objectClass");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_ACTIVE_DIRECTORY),
                "objectGUID displayName cn mail proxyAddresses sAMAccountName userAccountControl "
                "accountExpires objectClass primaryGroupID servicePrincipalName "
                "msExchRecipientTypeDetails");
    assert_list(kind_group_attributes(settings, groups, SOURCE_KIND_OPENLDAP),
                "objectClass entryUUID cn member uniqueMember memberUid memberURL");
    people->anchor = g_strdup("uid");
    people->name = g_strdup("gecos");
    people->mail = g_strsplit("mail,MAIL,mailAlternate", ",", -1);
    people->disabled = g_strdup("none");
    people->operational = g_strsplit("memberOf,entryDN", ",", -1);
    people->exclude_presets = false;
    settings->attributes = g_strsplit("departmentNumber,CN", ",", -1);
    groups->name = g_strdup("description");
    groups->member = g_strdup("memberUid");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_OPENLDAP),
                "uid gecos mail mailAlternate memberOf entryDN departmentNumber CN");
    assert_list(kind_group_attributes(settings, groups, SOURCE_KIND_OPENLDAP),
                "objectClass entryUUID description memberUid");
    g_free(people->disabled);
    people->disabled = g_strdup("(&(loginDisabled=TRUE)(!(employeeType=x)))");
    people->expires_attribute = g_strdup("contractEnd");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_OPENLDAP),
                "uid gecos mail mailAlternate loginDisabled employeeType contractEnd memberOf "
                "entryDN departmentNumber CN");
    people_search_free(people);
    group_search_free(groups);
}

/* Groups that entries name themselves are asked for where there are groups. */
static void test_own_groups(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = source_settings_new();
    PeopleSearch *people = people_search_new();
    people->exclude_presets = false;
    GroupSearch *groups = group_search_new();
    groups->schema = GROUP_SCHEMA_MEMBER_OF;
    g_ptr_array_add(settings->groups, groups);
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_OPENLDAP),
                "entryUUID displayName cn mail uid pwdAccountLockedTime pwdEndTime memberOf");
    assert_list(kind_people_attributes(settings, people, SOURCE_KIND_ACTIVE_DIRECTORY),
                "objectGUID displayName cn mail proxyAddresses sAMAccountName userAccountControl "
                "accountExpires memberOf primaryGroupID objectSid");
    assert_list(kind_group_attributes(settings, groups, SOURCE_KIND_OPENLDAP),
                "objectClass entryUUID cn memberOf");
    groups->member = g_strdup("isMemberOf");
    assert_list(kind_group_attributes(settings, groups, SOURCE_KIND_OPENLDAP),
                "objectClass entryUUID cn isMemberOf");
    people_search_free(people);
}

static void test_members(void **state)
{
    (void) state;
    static const struct {
        GroupSchema schema;
        const char *member;
        SourceKind kind;
        const char *first;
        const char *second;
    } cases[] = {
        {GROUP_SCHEMA_AUTO, NULL, SOURCE_KIND_OPENLDAP, "member", "uniqueMember"},
        {GROUP_SCHEMA_AUTO, NULL, SOURCE_KIND_ACTIVE_DIRECTORY, "member", NULL},
        {GROUP_SCHEMA_AUTO, "employee", SOURCE_KIND_OPENLDAP, "employee", NULL},
        {GROUP_SCHEMA_NAMES, NULL, SOURCE_KIND_OPENLDAP, "member", NULL},
        {GROUP_SCHEMA_UNIQUE_NAMES, NULL, SOURCE_KIND_OPENLDAP, "uniqueMember", NULL},
        {GROUP_SCHEMA_POSIX, NULL, SOURCE_KIND_FREEIPA, "memberUid", NULL},
        {GROUP_SCHEMA_URLS, NULL, SOURCE_KIND_389DS, "memberURL", NULL},
        {GROUP_SCHEMA_URLS, "memberQuery", SOURCE_KIND_389DS, "memberQuery", NULL},
        {GROUP_SCHEMA_MEMBER_OF, "isMemberOf", SOURCE_KIND_389DS, NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char member[32] = "";
        GroupSearch search = {.schema = cases[i].schema};
        if (cases[i].member != NULL) {
            (void) g_strlcpy(member, cases[i].member, sizeof member);
            search.member = member;
        }
        KindMembers members = kind_members(&search, cases[i].kind);
        assert_int_equal(g_strcmp0(members.names[0], cases[i].first), 0);
        if (cases[i].first != NULL)
            assert_int_equal(g_strcmp0(members.names[1], cases[i].second), 0);
    }
}

static void test_ignored(void **state)
{
    (void) state;
    static const char staged[] =
        "uid=a,cn=staged users,cn=accounts,cn=provisioning,dc=example,dc=org";
    assert_true(kind_ignores(SOURCE_KIND_FREEIPA, staged));
    assert_true(kind_ignores(SOURCE_KIND_FREEIPA, "uid=a,cn=users,cn=compat,dc=example,dc=org"));
    assert_false(kind_ignores(SOURCE_KIND_FREEIPA, "uid=a,cn=users,cn=accounts,dc=example"));
    assert_false(kind_ignores(SOURCE_KIND_FREEIPA, "uid=a,cn=incompat,dc=example"));
    assert_false(kind_ignores(SOURCE_KIND_OPENLDAP, staged));
}

/* Every kind's own filters can be judged offline, as presets must be. */
static void test_exclusions(void **state)
{
    (void) state;
    for (SourceKind kind = SOURCE_KIND_OPENLDAP; kind <= SOURCE_KIND_ACTIVE_DIRECTORY; kind++) {
        const KindExclusion *exclusion = kind_row(kind)->exclusions;
        unsigned count = 0;
        for (; exclusion->filter != NULL; exclusion++, count++) {
            g_autoptr(GError) error = NULL;
            assert_success(source_filter_check(exclusion->filter, true, &error), error);
            assert_non_null(exclusion->what);
        }
        assert_int_not_equal(count, 0);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),       cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_filters),    cmocka_unit_test(test_own_groups),
        cmocka_unit_test(test_members),    cmocka_unit_test(test_ignored),
        cmocka_unit_test(test_exclusions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
