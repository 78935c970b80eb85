/* SPDX-License-Identifier: Apache-2.0 */
#include "source/survey.h"

#include <string.h>

#include "entries.h"
#include "testing.h"

static Survey *survey_of(const char *filter, SourceKind kind, const char *const *entries)
{
    Survey *survey = survey_new(filter, kind);
    for (; *entries != NULL; entries++) {
        g_autoptr(Entry) entry = entry_of(*entries);
        survey_take(survey, entry);
    }
    return survey;
}

static const char *const company[] = {
    "dc=x | objectClass=top | objectClass=domain",
    "uid=a,ou=p,dc=x | objectClass=Person | objectClass=account | uid=a | cn=A | uidNumber=1"
    " | mail=a@x.org | userPrincipalName=a@x",
    "uid=b,ou=p,dc=x | objectClass=person | objectClass=account | uid=b | cn=A | uidNumber=2"
    " | uidNumber=3 | mail=nowhere | userPrincipalName=b@x",
    "cn=g,ou=g,dc=x | objectClass=groupOfNames | cn=g | member=uid=a",
    NULL,
};

static char *joined(GPtrArray *list)
{
    g_autoptr(GPtrArray) names = list;
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **) names->pdata);
}

static void test_classes(void **state)
{
    (void) state;
    g_autoptr(Survey) survey = survey_of(NULL, SOURCE_KIND_OPENLDAP, company);
    g_autofree char *classes = survey_classes(survey);
    assert_string_equal(classes, "account (2), Person (2), domain (1), groupOfNames (1)");
    assert_int_equal(survey_entries(survey), 4);
    assert_int_equal(survey_people(survey), 0);
    assert_int_equal(survey_class(survey, "PERSON"), 2);
    assert_int_equal(survey_class(survey, "user"), 0);
    g_autofree char *bases = joined(survey_bases(survey));
    assert_string_equal(bases, "dc=x");
    g_autofree char *anchors = joined(survey_anchors(survey));
    assert_string_equal(anchors, "");
    assert_null(survey_addresses(survey));
    assert_null(survey_address(survey));
}

static void test_nothing(void **state)
{
    (void) state;
    static const char *const nothing[] = {NULL};
    static const char *const strange[] = {"not a name | objectClass=person", NULL};
    static const char *const bare[] = {"dc=x | o=x", NULL};
    static const char *const hostile[] = {"dc=x | objectClass=%1b[31mx%0a", NULL};
    static const struct {
        const char *const *entries;
        const char *classes;
    } cases[] = {{nothing, NULL},
                 {strange, NULL},
                 {bare, "entries without an object class"},
                 {hostile, "\\u{001B}[31mx\\u{000A} (1)"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Survey) survey =
            survey_of("(objectClass=*", SOURCE_KIND_OPENLDAP, cases[i].entries);
        g_autofree char *classes = survey_classes(survey);
        assert_true(g_strcmp0(classes, cases[i].classes) == 0);
        assert_int_equal(survey_people(survey), 0);
    }
}

static void test_people(void **state)
{
    (void) state;
    g_autoptr(Survey) survey = survey_of("(objectClass=person)", SOURCE_KIND_OPENLDAP, company);
    assert_int_equal(survey_people(survey), 2);
    g_autofree char *bases = joined(survey_bases(survey));
    assert_string_equal(bases, "ou=p,dc=x");
    /* cn is that of both, uidNumber twice that of one */
    g_autofree char *anchors = joined(survey_anchors(survey));
    assert_string_equal(anchors, "uid userPrincipalName mail");
    guint misses = 0;
    const char *miss = NULL;
    assert_string_equal(survey_nearest_anchor(survey, &misses, &miss), "uidNumber");
    assert_int_equal(misses, 1);
    assert_string_equal(miss, "uid=b,ou=p,dc=x");
    g_autofree char *addresses = survey_addresses(survey);
    assert_string_equal(addresses, "mail (1), userPrincipalName (2)");
    assert_string_equal(survey_address(survey), "mail");
}

/* Whatever it says can be asked of a server. */
static void test_attributes(void **state)
{
    (void) state;
    g_autoptr(Survey) survey = survey_new("(&(objectClass=person)(l=Paris))", SOURCE_KIND_OPENLDAP);
    g_auto(GStrv) names = survey_attributes(survey);
    static const char *const some[] = {"objectclass", "l", "entryuuid", "mail", "uid"};
    for (size_t i = 0; i < G_N_ELEMENTS(some); i++)
        assert_true(g_strv_contains((const char *const *) names, some[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
