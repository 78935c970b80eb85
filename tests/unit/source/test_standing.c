/* SPDX-License-Identifier: Apache-2.0 */
#include "source/standing.h"

#include "base/error.h"
#include "entries.h"

#include "testing.h"

#define NOW 1795500000 /* 2026-11-24T06:00:00Z */
#define FROZEN ((PersonStanding) 99)

static const struct {
    SourceKind kind;
    const char *disabled;
    const char *entry;
    PersonStanding standing;
    const char *reason; /* or the message of the error */
} standings[] = {
    {SOURCE_KIND_OPENLDAP, NULL, "uid=a", PERSON_ENABLED, NULL},
    {SOURCE_KIND_OPENLDAP, NULL, "uid=a|pwdAccountLockedTime=000001010000Z", PERSON_DISABLED,
     "pwdAccountLockedTime is 000001010000Z"},
    {SOURCE_KIND_OPENLDAP, NULL, "uid=a|pwdAccountLockedTime=20261101120000Z", PERSON_ENABLED,
     NULL},
    {SOURCE_KIND_OPENLDAP, NULL, "uid=a|pwdEndTime=20261124060000Z", PERSON_EXPIRED,
     "pwdEndTime is 2026-11-24T06:00:00Z"},
    {SOURCE_KIND_OPENLDAP, NULL, "uid=a|pwdEndTime=20261124060001Z", PERSON_ENABLED, NULL},
    {SOURCE_KIND_OPENLDAP, NULL, "uid=a|pwdEndTime=soon", FROZEN,
     "whether the entry is disabled cannot be told: its pwdEndTime is no single date of the "
     "form generalized-time: 'soon'"},
    {SOURCE_KIND_OPENLDAP, NULL, "uid=a|pwdAccountLockedTime=000001010000Z|pwdEndTime=soon",
     PERSON_DISABLED, "pwdAccountLockedTime is 000001010000Z"},
    {SOURCE_KIND_OPENLDAP, "none", "uid=a|pwdAccountLockedTime=000001010000Z", PERSON_ENABLED,
     NULL},
    {SOURCE_KIND_OPENLDAP, "account-lock", "uid=a|nsAccountLock=tRue", PERSON_DISABLED,
     "nsAccountLock is TRUE"},
    {SOURCE_KIND_389DS, NULL, "uid=a|nsAccountLock=false", PERSON_ENABLED, NULL},
    {SOURCE_KIND_389DS, NULL, "uid=a|nsAccountLock=maybe", FROZEN,
     "whether the entry is disabled cannot be told: its nsAccountLock is neither TRUE nor "
     "FALSE"},
    {SOURCE_KIND_FREEIPA, NULL, "uid=a|krbPrincipalExpiration=20200101000000Z", PERSON_EXPIRED,
     "krbPrincipalExpiration is 2020-01-01T00:00:00Z"},
    {SOURCE_KIND_FREEIPA, NULL,
     "uid=a, cn=Deleted Users,cn=accounts,cn=provisioning,dc=example|nsAccountLock=maybe",
     PERSON_DISABLED, "it stands below 'cn=deleted users,cn=accounts,cn=provisioning'"},
    {SOURCE_KIND_389DS, NULL, "uid=a,cn=deleted users,cn=accounts,cn=provisioning,dc=example",
     PERSON_ENABLED, NULL},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "cn=a|userAccountControl=512", PERSON_ENABLED, NULL},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "cn=a|userAccountControl=546", PERSON_DISABLED,
     "userAccountControl is 546"},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "cn=a|userAccountControl=512|lockoutTime=1",
     PERSON_ENABLED, NULL},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "cn=a", FROZEN,
     "whether the entry is disabled cannot be told: its userAccountControl is not there"},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "cn=a|userAccountControl=x", FROZEN,
     "whether the entry is disabled cannot be told: its userAccountControl is no number"},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "cn=a|userAccountControl=512|userAccountControl=514",
     FROZEN, "whether the entry is disabled cannot be told: its userAccountControl is no number"},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "cn=a|userAccountControl=512|accountExpires=0",
     PERSON_ENABLED, NULL},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL,
     "cn=a|userAccountControl=512|accountExpires=9223372036854775807", PERSON_ENABLED, NULL},
    {SOURCE_KIND_ACTIVE_DIRECTORY, NULL,
     "cn=a|userAccountControl=512|accountExpires=116444736000000000", PERSON_EXPIRED,
     "accountExpires is 1970-01-01T00:00:00Z"},
    {SOURCE_KIND_OPENLDAP, "(loginDisabled=TRUE)", "uid=a|loginDisabled=true", PERSON_DISABLED,
     "it matches '(loginDisabled=TRUE)'"},
    {SOURCE_KIND_OPENLDAP, "(loginDisabled=TRUE)", "uid=a|pwdAccountLockedTime=000001010000Z",
     PERSON_ENABLED, NULL},
    {SOURCE_KIND_OPENLDAP, "(uidNumber>=5)", "uid=a|uidNumber=many", FROZEN,
     "whether the entry is disabled cannot be told by '(uidNumber>=5)'"},
};

static void test_standings(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(standings); i++) {
        g_autoptr(GError) error = NULL;
        PeopleSearch *search = people_search_new();
        search->disabled = g_strdup(standings[i].disabled);
        g_autoptr(StandingRule) rule = standing_rule_new(search, standings[i].kind, &error);
        assert_success(rule != NULL, error);
        g_autoptr(Entry) entry = entry_of(standings[i].entry);
        PersonStanding standing = FROZEN;
        g_autofree char *reason = NULL;
        bool good = standing_judge(rule, entry, NOW, &standing, &reason, &error);
        assert_int_equal(good, standings[i].standing != FROZEN);
        if (standing != standings[i].standing)
            fail_msg("'%s' is %d", standings[i].entry, (int) standing);
        const char *said = good ? reason : error->message;
        if (g_strcmp0(said, standings[i].reason) != 0)
            fail_msg("'%s' is said to be '%s'", standings[i].entry, said);
        people_search_free(search);
    }
}

/* The search's own date counts beside the rule's. */
static void test_expires(void **state)
{
    (void) state;
    static const struct {
        const char *entry;
        PersonStanding standing;
        const char *reason; /* or the message of the error */
    } cases[] = {
        {"uid=a", PERSON_ENABLED, NULL},
        {"uid=a|contractEnd=2026-11-23", PERSON_EXPIRED, "contractEnd is 2026-11-23, the last day"},
        {"uid=a|contractEnd=2026-11-24T06:00:00Z", PERSON_EXPIRED,
         "contractEnd is 2026-11-24T06:00:00Z"},
        {"uid=a|contractEnd=2026-11-24", PERSON_ENABLED, NULL},
        {"uid=a|contractEnd=2026-11-24|contractEnd=2027-11-24", FROZEN,
         "whether the entry is disabled cannot be told: its contractEnd is no single date of the "
         "form iso-date: '2026-11-24'"},
        {"uid=a|contractEnd=24.11.2026", FROZEN,
         "whether the entry is disabled cannot be told: its contractEnd is no single date of the "
         "form iso-date: '24.11.2026'"},
        {"uid=a|contractEnd=2027-01-01|pwdEndTime=20200101000000Z", PERSON_EXPIRED,
         "pwdEndTime is 2020-01-01T00:00:00Z"},
        {"uid=a|contractEnd=2020-01-01|pwdAccountLockedTime=000001010000Z", PERSON_DISABLED,
         "pwdAccountLockedTime is 000001010000Z"},
        {"uid=a|contractEnd=never|pwdAccountLockedTime=000001010000Z", PERSON_DISABLED,
         "pwdAccountLockedTime is 000001010000Z"},
    };
    PeopleSearch *search = people_search_new();
    search->expires_attribute = g_strdup("contractEnd");
    search->expires_format = EXPIRY_ISO_DATE;
    g_autoptr(StandingRule) rule = standing_rule_new(search, SOURCE_KIND_OPENLDAP, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Entry) entry = entry_of(cases[i].entry);
        PersonStanding standing = FROZEN;
        g_autofree char *reason = NULL;
        g_autoptr(GError) error = NULL;
        bool good = standing_judge(rule, entry, NOW, &standing, &reason, &error);
        if (standing != cases[i].standing)
            fail_msg("'%s' is %d", cases[i].entry, (int) standing);
        const char *said = good ? reason : error->message;
        if (g_strcmp0(said, cases[i].reason) != 0)
            fail_msg("'%s' is said to be '%s'", cases[i].entry, said);
    }
    people_search_free(search);
}

static void test_rules(void **state)
{
    (void) state;
    PeopleSearch *search = people_search_new();
    g_autoptr(GError) error = NULL;
    search->disabled = g_strdup("Ppolicy");
    assert_null(standing_rule_new(search, SOURCE_KIND_389DS, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
    assert_error(error, "'Ppolicy' is no way to find disabled entries\n"
                        "hint: write 'none', 'ppolicy', 'account-lock', 'account-control', or a "
                        "filter that they match, such as '(loginDisabled=TRUE)'");
    search->disabled[0] = '(';
    assert_null(standing_rule_new(search, SOURCE_KIND_389DS, &error));
    assert_error(error, "'(policy' is no filter: byte 1: an attribute and '=' are expected");
    people_search_free(search);
    g_autoptr(StandingRule) rule = standing_rule_new(NULL, SOURCE_KIND_389DS, &error);
    assert_success(rule != NULL, error);
}

static void test_hidden(void **state)
{
    (void) state;
    static const struct {
        const char *filter;
        const char *found;
    } cases[] = {
        {"(objectClass=person)", NULL},
        {"(&(a=b)(!(nsaccountlock=TRUE)))", "nsaccountlock"},
        {"(&(accountExpires>=5)(pwdEndTime=*))", "accountExpires"},
        {"(end>=5)", "end"},
        {"(&(a=b)(gone=yes))", "(gone=yes)"},
        {"(nsAccountLock", NULL},
    };
    PeopleSearch *search = people_search_new();
    search->expires_attribute = g_strdup("END");
    search->disabled = g_strdup("(gone=yes)");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = standing_hidden_by(cases[i].filter, search);
        assert_int_equal(g_strcmp0(found, cases[i].found), 0);
    }
    people_search_free(search);
    assert_null(standing_hidden_by("(end>=5)", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standings),
        cmocka_unit_test(test_expires),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
