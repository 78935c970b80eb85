/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "source/inspect.h"

#include <string.h>

#define NOW 1795521600

static SourceSettings *settings_with(const char *filter, SearchScope scope)
{
    SourceSettings *settings = source_settings_new();
    settings->name = g_strdup("staff");
    PeopleSearch *search = people_search_new();
    search->base = g_strdup("ou=people,dc=x");
    search->scope = scope;
    search->filter = g_strdup(filter);
    g_ptr_array_add(settings->people, search);
    return settings;
}

static Entry *ann(void)
{
    static const char *const values[][2] = {
        {"objectClass", "inetOrgPerson"},
        {"entryUUID", "a-1"},
        {"uid", "ann"},
        {"mail", "ann@example.org"},
        {"displayName", "Ann A."},
        {"l", "Paris"},
        {"l", "Lyon"},
    };
    Entry *entry = entry_new("uid=ann,ou=people,dc=x");
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
        entry_add_value(entry, values[i][0], values[i][1], strlen(values[i][1]));
    return entry;
}

/* "yes filter (a=b) [a: b]" and so on, one a line. */
static char *lines_of(const Inspection *inspection)
{
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < inspection->steps->len; i++) {
        const InspectionStep *step = g_ptr_array_index(inspection->steps, i);
        g_string_append_printf(lines, "%s|%s|%s\n", inspection_verdict_name(step->verdict),
                               step->what, step->detail != NULL ? step->detail : "");
    }
    return g_string_free(lines, FALSE);
}

static void test_filters(void **state)
{
    (void) state;
    static const struct {
        const char *filter;
        SearchScope scope;
        bool taken;
        const char *lines;
    } cases[] = {
        {"(objectClass=person)", SCOPE_SUBTREE, true,
         "yes|at or below the base 'ou=people,dc=x'|\n"
         "yes|filter (objectClass=person)|objectClass: inetOrgPerson\n"},
        {"(&(objectClass=person)(l=Rome)(!(uid=bob)))", SCOPE_ONE, false,
         "yes|one level below the base 'ou=people,dc=x'|\n"
         "yes|filter (objectClass=person)|objectClass: inetOrgPerson\n"
         "no|filter (l=Rome)|l: Paris, Lyon\n"
         "yes|filter (!(uid=bob))|uid: ann\n"},
        {"(& (uid=ann) (&(mail=*)(|(title=x)(l=Lyon))))", SCOPE_SUBTREE, true,
         "yes|at or below the base 'ou=people,dc=x'|\n"
         "yes|filter (uid=ann)|uid: ann\n"
         "yes|filter (mail=*)|mail: ann@example.org\n"
         "yes|filter (|(title=x)(l=Lyon))|title: none; l: Paris, Lyon\n"},
        {"(uid:1.2.3:=x)", SCOPE_SUBTREE, false,
         "yes|at or below the base 'ou=people,dc=x'|\n"
         "only the server can tell|filter (uid:1.2.3:=x)|uid: ann\n"},
        {"(uid=ann)", SCOPE_BASE, false,
         "no|only the base 'ou=people,dc=x'|\nyes|filter (uid=ann)|uid: ann\n"},
    };
    static const char rest[] = "no|disabled by the rule 'ppolicy'|pwdAccountLockedTime: none; "
                               "pwdEndTime: none\n"
                               "|address ann@example.org|\n|name Ann A.|\n"
                               "no|excluded|\nno|frozen for a value of its own|\n";
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SourceSettings) settings = settings_with(cases[i].filter, cases[i].scope);
        g_autoptr(Entry) entry = ann();
        g_autoptr(Inspection) inspection =
            inspect_entry(settings, SOURCE_KIND_OPENLDAP, "a file", entry, NOW);
        g_autofree char *lines = lines_of(inspection);
        g_autofree char *wanted = g_strconcat(cases[i].lines, rest, NULL);
        assert_string_equal(lines, wanted);
        assert_int_equal(inspection->taken, cases[i].taken);
        assert_string_equal(inspection->anchor, "a-1");
        assert_string_equal(inspection->server, "a file");
    }
}

/* The disabled rule says why, or what it saw, or that it cannot tell. */
static void test_standing(void **state)
{
    (void) state;
    static const struct {
        SourceKind kind;
        const char *disabled;
        const char *attribute;
        const char *value;
        const char *line;
    } cases[] = {
        {SOURCE_KIND_OPENLDAP, NULL, "pwdAccountLockedTime", "20260101000000Z",
         "no|disabled by the rule 'ppolicy'|pwdAccountLockedTime: 20260101000000Z; "
         "pwdEndTime: none\n"},
        {SOURCE_KIND_OPENLDAP, NULL, "pwdAccountLockedTime", "000001010000Z",
         "yes|disabled by the rule 'ppolicy'|pwdAccountLockedTime is 000001010000Z\n"},
        {SOURCE_KIND_OPENLDAP, NULL, "pwdEndTime", "20200101000000Z",
         "yes|expired by the rule 'ppolicy'|pwdEndTime is 2020-01-01T00:00:00Z\n"},
        {SOURCE_KIND_ACTIVE_DIRECTORY, NULL, "userAccountControl", "x",
         "only the server can tell|disabled by the rule 'account-control'|whether the entry is "
         "disabled cannot be told: its userAccountControl is no number\n"},
        {SOURCE_KIND_389DS, NULL, "nsAccountLock", "TRUE",
         "yes|disabled by the rule 'account-lock'|nsAccountLock is TRUE\n"},
        {SOURCE_KIND_OPENLDAP, "(l=Rome)", "l", "Rome",
         "yes|disabled by the rule '(l=Rome)'|it matches '(l=Rome)'\n"},
        {SOURCE_KIND_OPENLDAP, "(l=Oslo)", "title", "x",
         "no|disabled by the rule '(l=Oslo)'|l: Paris, Lyon\n"},
        {SOURCE_KIND_OPENLDAP, "none", "title", "x", "no|disabled by the rule 'none'|\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(SourceSettings) settings = settings_with("(uid=ann)", SCOPE_SUBTREE);
        PeopleSearch *search = g_ptr_array_index(settings->people, 0);
        search->disabled = g_strdup(cases[i].disabled);
        g_autoptr(Entry) entry = ann();
        entry_add_value(entry, cases[i].attribute, cases[i].value, strlen(cases[i].value));
        g_autoptr(Inspection) inspection =
            inspect_entry(settings, cases[i].kind, "a file", entry, NOW);
        g_autofree char *lines = lines_of(inspection);
        if (strstr(lines, cases[i].line) == NULL)
            fail_msg("case %zu: %s", i, lines);
    }
}

static void test_sought(void **state)
{
    (void) state;
    static const struct {
        const char *word;
        bool found;
    } cases[] = {
        {"ann", true},
        {"ANN", true},
        {"ann@example.org", true},
        {"Ann@Example.ORG", true},
        {"A-1", true},
        {"UID=ann, OU=people,DC=x", true},
        {"uid=ann,dc=x", false},
        {"bob", false},
        {"", false},
        {"Ann A.", false},
    };
    g_autoptr(SourceSettings) settings = settings_with("(uid=*)", SCOPE_SUBTREE);
    g_autoptr(Entry) entry = ann();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Sought sought;
        sought_init(&sought, cases[i].word);
        if (inspect_is_sought(settings, SOURCE_KIND_OPENLDAP, entry, &sought) != cases[i].found)
            fail_msg("'%s'", cases[i].word);
        sought_clear(&sought);
    }
}

static void test_what_if(void **state)
{
    (void) state;
    g_autoptr(Entry) entry = ann();
    char with[][24] = {"l=Rome", "mail=", "title=Dr=x"};
    char *all[] = {with[0], with[1], with[2], NULL};
    g_autoptr(Entry) changed = inspect_what_if(entry, all);
    assert_int_equal(attribute_count(entry_attribute(changed, "l")), 1);
    assert_true(entry_has(changed, "l", "Rome"));
    assert_null(entry_attribute(changed, "mail"));
    assert_true(entry_has(changed, "title", "Dr=x"));
    assert_true(entry_has(changed, "uid", "ann"));
    assert_int_equal(attribute_count(entry_attribute(entry, "l")), 2);
    g_autoptr(Entry) same = inspect_what_if(entry, NULL);
    assert_int_equal(same->attributes->len, entry->attributes->len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_standing),
        cmocka_unit_test(test_sought),
        cmocka_unit_test(test_what_if),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
