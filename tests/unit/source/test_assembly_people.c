/* SPDX-License-Identifier: Apache-2.0 */

/* Whose address, login name and entry it is when two say that it is theirs, and who is left out. */

#include "assembly_world.h"

#include <string.h>

#define LOCKED "|pwdAccountLockedTime=000001010000Z"
#define A "uid=a,ou=people,dc=org|entryUUID=a|uid=a"
#define B "uid=b,ou=people,dc=org|entryUUID=b|uid=b"
#define C "uid=c,ou=people,dc=org|entryUUID=c|uid=c"

static const Person *person_of(const Directory *directory, const char *anchor)
{
    const Person *person = directory_person(directory, anchor);
    assert_non_null(person);
    return person;
}

static void assert_frozen(const Directory *directory, const char *anchor, const char *why)
{
    const char *frozen = person_of(directory, anchor)->frozen;
    if (g_strcmp0(frozen, why) != 0)
        fail_msg("%s: %s", anchor, frozen != NULL ? frozen : "not frozen");
}

/* One address in two entries: nobody can tell whose it is. Whoever is disabled gives it free. */
static void test_one_mail(void **state)
{
    static const char of_a[] = "its mail 'X@x.org' is also that of 'uid=a,ou=people,dc=org'";
    static const char of_b[] = "its mail 'x@X.org' is also that of 'uid=b,ou=people,dc=org'";
    static const char of_c[] = "its mail 'x@x.org' is also that of 'uid=a,ou=people,dc=org'";
    static const struct {
        const char *people[4];
        const char *a;
        const char *b;
        const char *c;
    } cases[] = {
        {{A "|mail=x@X.org", B "|mail=X@x.org", C "|mail=c@x.org"}, of_b, of_a, NULL},
        {{A "|mail=x@X.org", B "|mail=X@x.org", C "|mail=x@x.org"}, of_b, of_a, of_c},
        {{A "|mail=x@X.org" LOCKED, B "|mail=X@x.org", C "|mail=c@x.org"}, NULL, NULL, NULL},
        {{A "|mail=x@X.org", B "|mail=X@x.org" LOCKED, C "|mail=c@x.org"}, NULL, NULL, NULL},
        {{A "|mail=x@X.org" LOCKED, B "|mail=X@x.org" LOCKED, C "|mail=x@x.org"}, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Directory) directory =
            assemble_well(*state, SOURCE_KIND_OPENLDAP, cases[i].people, NULL);
        assert_int_equal(directory->people->len, 3);
        assert_frozen(directory, "a", cases[i].a);
        assert_frozen(directory, "b", cases[i].b);
        assert_frozen(directory, "c", cases[i].c);
    }
}

/* A further address that somebody else has is nobody's further address. */
static void test_one_alias(void **state)
{
    static const struct {
        const char *people[3];
        const char *left[2]; /* further addresses of a and b */
        const char *warning; /* the first; NULL: none */
    } cases[] = {
        {{A "|mail=a@x.org|mail=z@x.org", B "|mail=b@x.org|mail=y@x.org"},
         {"z@x.org", "y@x.org"},
         NULL},
        {{A "|mail=a@x.org|mail=b@x.org|mail=z@x.org", B "|mail=b@x.org"},
         {"z@x.org", ""},
         "'b@x.org' is a further address of 'uid=a,ou=people,dc=org' and somebody else's too, "
         "ignoring it"},
        {{A "|mail=a@x.org|mail=z@x.org", B "|mail=b@x.org|mail=z@x.org"},
         {"", ""},
         "'z@x.org' is a further address of 'uid=a,ou=people,dc=org' and somebody else's too, "
         "ignoring it"},
        {{A "|mail=a@x.org|mail=z@x.org", B "|mail=b@x.org|mail=z@x.org" LOCKED},
         {"z@x.org", "z@x.org"},
         NULL},
        {{A "|mail=a@x.org|mail=b@x.org", B "|mail=b@x.org" LOCKED}, {"b@x.org", ""}, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Directory) directory =
            assemble_well(*state, SOURCE_KIND_OPENLDAP, cases[i].people, NULL);
        for (guint k = 0; k < 2; k++) {
            const Person *person = g_ptr_array_index(directory->people, k);
            assert_null(person->frozen);
            g_autoptr(GString) others = g_string_new(NULL);
            for (guint m = 0; person->other_mails != NULL && m < person->other_mails->len; m++)
                g_string_append(others, g_ptr_array_index(person->other_mails, m));
            assert_string_equal(others->str, cases[i].left[k]);
        }
        if (cases[i].warning == NULL)
            assert_int_equal(directory->warnings->len, 0);
        else
            assert_string_equal(g_ptr_array_index(directory->warnings, 0), cases[i].warning);
    }
}

/* Of several attributes each further address stands once, and never the person's own. */
static void test_further_addresses(void **state)
{
    const World *world = *state;
    static const char *const people[] = {A "|mail=b@x.org|mail=a@x.org|alias=c@x.org|alias=A@x.org"
                                           "|alias=b@X.org|alias=B@x.org",
                                         NULL};
    world->people->mail = g_strsplit("mail alias", " ", -1);
    g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, NULL);
    const Person *person = person_of(directory, "a");
    assert_string_equal(person->mail_key, "a@x.org");
    assert_int_equal(person->other_mails->len, 2);
    assert_string_equal(g_ptr_array_index(person->other_mails, 0), "b@x.org");
    assert_string_equal(g_ptr_array_index(person->other_mails, 1), "c@x.org");
}

/* Somebody who may write to their own entry does not keep us busy for ever. */
static void test_a_crowd_of_addresses(void **state)
{
    const World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Directory) directory = NULL;
    g_autoptr(Entry) entry = entry_of(A);
    for (unsigned i = 0; i < 400000; i++) {
        g_autofree char *mail = g_strdup_printf("%u@x.org", i);
        entry_add_value(entry, "mail", mail, strlen(mail));
    }
    g_autoptr(Assembly) assembly = assembly_new(world->settings, SOURCE_KIND_OPENLDAP);
    assert_success(assembly_add_person(assembly, world->people, entry, &error), error);
    assert_success(assembly_finish(assembly, &directory, &error), error);
    assert_int_equal(person_of(directory, "a")->other_mails->len, 399999);
}

/* A login name that a group names, and two people have. */
static void test_one_uid(void **state)
{
#define IS_OF(dn)                                                                                  \
    "groups name members by the login 'x', which is also that of 'uid=" dn ",ou=people,dc=org'"
    static const struct {
        const char *people[3];
        const char *member; /* of the group */
        const char *a;
        const char *b;
        const char *members;
    } cases[] = {
        {{A "|uid=x|mail=a@x.org", B "|uid=x|mail=b@x.org"}, "X", IS_OF("b"), IS_OF("a"), "g:"},
        {{A "|uid=x|mail=a@x.org", B "|uid=x|mail=b@x.org"}, "q", NULL, NULL, "g:"},
        {{A "|uid=x|mail=a@x.org" LOCKED, B "|uid=x|mail=b@x.org"}, "x", NULL, NULL, "g: b"},
        {{A "|uid=x|mail=a@x.org", B "|uid=x|mail=b@x.org" LOCKED}, "x", NULL, NULL, "g: a"},
        {{A "|uid=x|uid=X|mail=a@x.org", B "|mail=b@x.org"}, "x", NULL, NULL, "g: a"},
        {{A "|mail=a@x.org", B "|mail=b@x.org"}, "b", NULL, NULL, "g: b"},
    };
#undef IS_OF
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *group =
            g_strdup_printf("cn=g,ou=groups,dc=org|cn=g|entryUUID=g|memberUid=%s", cases[i].member);
        const char *const groups[] = {group, NULL};
        g_autoptr(Directory) directory =
            assemble_well(*state, SOURCE_KIND_OPENLDAP, cases[i].people, groups);
        assert_frozen(directory, "a", cases[i].a);
        assert_frozen(directory, "b", cases[i].b);
        assert_members(directory, cases[i].members);
    }
}

/* One entry that two searches find must be the same both times, in all that is kept of it. */
static void test_found_twice(void **state)
{
    World *world = *state;
    world->settings->attributes = g_strsplit("title dept", " ", -1);
#define FULL "|cn=N|mail=a@x.org|mail=z@x.org|title=t|title=u|dept=d"
    static const char *const same[] = {
        (A FULL),
        (A "|dept=d|title=u|title=t|mail=z@x.org|mail=a@x.org|cn=N"),
        ("UID=A,OU=People, DC=org|entryUUID=A|uid=a" FULL),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        const char *const people[] = {A FULL, same[i], NULL};
        g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, NULL);
        assert_int_equal(directory->people->len, 1);
        assert_int_equal(directory->completeness.duplicates, 1);
        assert_null(person_of(directory, "a")->frozen);
    }
    static const char *const other[] = {
        A "|cn=M|mail=a@x.org|mail=z@x.org|title=t|title=u|dept=d",
        A "|cn=N|mail=a@x.org|mail=y@x.org|title=t|title=u|dept=d",
        A "|cn=N|mail=a@x.org|title=t|title=u|dept=d",
        A "|cn=N|mail=a@x.org|mail=y@x.org|mail=z@x.org|title=t|title=u|dept=d",
        A "|cn=N|mail=a@x.org|mail=z@x.org|title=t|title=v|dept=d",
        A "|cn=N|mail=a@x.org|mail=z@x.org|title=t|dept=d",
        A "|cn=N|mail=a@x.org|mail=z@x.org|title=t|title=u|title=d",
        A "|cn=N|mail=a@x.org|mail=z@x.org",
        A FULL LOCKED,
        "uid=other,ou=people,dc=org|entryUUID=a|uid=a" FULL,
        "uid=a,ou=people,dc=org|entryUUID=a|uid=q" FULL,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
        const char *const people[] = {A FULL, other[i], NULL};
        g_autoptr(GError) error = NULL;
        Directory *directory = NULL;
        if (assemble(world, SOURCE_KIND_OPENLDAP, people, NULL, &directory, &error))
            fail_msg("'%s' is taken for the same", other[i]);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        assert_true(g_str_has_suffix(error->message, "with other data: the directory changed while "
                                                     "it was read, or its anchor is not unique"));
    }
#undef FULL
}

static void test_groups_found_twice(void **state)
{
#define G "cn=g,ou=groups,dc=org|entryUUID=g|cn=g"
    static const struct {
        const char *groups[3];
        bool same;
    } cases[] = {
        {{G "|member=uid=a,dc=org|memberURL=ldap:///dc=org",
          G "|memberURL=ldap:///dc=org|member=UID=A, dc=org"},
         true},
        {{G "|member=uid=a,dc=org", G "|member=uid=b,dc=org"}, false},
        {{G "|member=uid=a,dc=org", G}, false},
        {{G "|memberURL=ldap:///dc=org", G "|memberURL=ldap:///dc=com"}, false},
        {{G "|memberURL=ldap:///dc=org", G}, false},
        {{G "|member=nonsense=", G "|member=nonsense="}, true},
        {{G "|member=a\\=", G}, false},
        {{G, "cn=h,ou=groups,dc=org|entryUUID=g|cn=g"}, false},
        {{G, "cn=g,ou=groups,dc=org|entryUUID=g|cn=h"}, false},
    };
#undef G
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Directory) directory = NULL;
        bool same =
            assemble(*state, SOURCE_KIND_OPENLDAP, NULL, cases[i].groups, &directory, &error);
        if (same != cases[i].same)
            fail_msg("case %zu: %s", i, same ? "taken for the same" : error->message);
        if (same)
            assert_int_equal(directory->completeness.duplicates, 1);
    }
}

/* What no name can be is counted as a member that cannot be found. */
static void test_broken_members(void **state)
{
    static const char *const groups[] = {"cn=g,ou=groups,dc=org|entryUUID=g|cn=g|memberUid=%1b[31m|"
                                         "memberUid=|member=no=\\|member=uid=a%00,dc=org",
                                         NULL};
    g_autoptr(Directory) directory = assemble_well(*state, SOURCE_KIND_OPENLDAP, NULL, groups);
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, 0);
    assert_int_equal(group->dangling, 4);
    assert_int_equal(directory->completeness.dangling, 4);
}

static void test_exclusions(void **state)
{
    World *world = *state;
    world->people->exclude_mail = g_strsplit("^svc- @test\\.org$", " ", -1);
    world->people->exclude_dn = g_strsplit("ou=robots", " ", -1);
    static const struct {
        const char *entry;
        const char *excluded;
    } cases[] = {
        {A "|mail=a@x.org", NULL},
        {A "|mail=SVC-a@x.org", "excluded by its mail address: '^svc-'"},
        {A "|mail=a@TEST.org", "excluded by its mail address: '@test\\.org$'"},
        {"uid=a,OU=Robots,dc=org|entryUUID=a|mail=a@x.org", "excluded by its DN: 'ou=robots'"},
        {"uid=a,ou=robots,dc=org|entryUUID=a", "excluded by its DN: 'ou=robots'"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const people[] = {cases[i].entry, NULL};
        g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, NULL);
        const char *excluded = person_of(directory, "a")->excluded;
        if (g_strcmp0(excluded, cases[i].excluded) != 0)
            fail_msg("%s: %s", cases[i].entry, excluded);
    }
    /* of two searches that find somebody either may exclude */
    const char *const twice[] = {A "|mail=svc-a@x.org", A "|mail=svc-a@x.org", NULL};
    g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, twice, NULL);
    assert_non_null(person_of(directory, "a")->excluded);
}

static void test_bad_exclusions(void **state)
{
    World *world = *state;
    static const char *const people[] = {A "|mail=a@x.org", NULL};
    Directory *directory = NULL;
    g_autoptr(GError) group = NULL;
    world->people->exclude_group = g_strsplit("nonsense", " ", -1);
    assert_false(assemble(world, SOURCE_KIND_OPENLDAP, people, NULL, &directory, &group));
    assert_true(g_str_has_prefix(group->message, "exclude.group: "));
    g_clear_pointer(&world->people->exclude_group, g_strfreev);
    world->people->exclude_mail = g_strsplit("(", " ", -1);
    g_autoptr(GError) mail = NULL;
    assert_false(assemble(world, SOURCE_KIND_OPENLDAP, people, NULL, &directory, &mail));
    assert_true(g_error_matches(mail, SYNC_ERROR, SYNC_ERROR_CONFIG));
    assert_true(g_str_has_prefix(mail->message, "'(' is no pattern: "));
}

/* What cannot be read of somebody freezes him, and never makes him one who left. */
static void test_frozen(void **state)
{
    World *world = *state;
    world->settings->attributes = g_strsplit("title", " ", -1);
    g_autofree char *long_name = g_strnfill(256, 'n');
    g_autofree char *right_name = g_strnfill(255, 'n');
    g_autofree char *named = g_strdup_printf(A "|mail=a@x.org|cn=%s", long_name);
    g_autofree char *unnamed = g_strdup_printf(A "|mail=a@x.org|cn=%s", right_name);
    const struct {
        SourceKind kind;
        const char *entry;
        const char *frozen; /* a beginning; NULL: it is not */
    } cases[] = {
        {SOURCE_KIND_OPENLDAP, named, "its cn is longer than 255 characters: 'nnn"},
        {SOURCE_KIND_OPENLDAP, unnamed, NULL},
        {SOURCE_KIND_OPENLDAP, A "|mail=a@x.org|title=%00",
         "its title holds control characters, direction marks or broken UTF-8: '"},
        {SOURCE_KIND_OPENLDAP, "uid=a\\0d,dc=org|entryUUID=a|mail=a@x.org", NULL},
        {SOURCE_KIND_OPENLDAP, "uid=a\x1b,dc=org|entryUUID=a|mail=a@x.org",
         "its DN holds control characters, direction marks or broken UTF-8"},
        {SOURCE_KIND_389DS, "uid=a,dc=org|nsUniqueId=a|mail=a@x.org|nsAccountLock=maybe",
         "whether the entry is disabled cannot be told: its nsAccountLock is neither TRUE nor "
         "FALSE"},
        {SOURCE_KIND_OPENLDAP, A, "it has no mail address"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const people[] = {cases[i].entry, NULL};
        g_autoptr(Directory) directory = assemble_well(world, cases[i].kind, people, NULL);
        const Person *person = person_of(directory, "a");
        assert_int_equal(person->standing, PERSON_ENABLED);
        if ((person->frozen == NULL) != (cases[i].frozen == NULL) ||
            (person->frozen != NULL && !g_str_has_prefix(person->frozen, cases[i].frozen)))
            fail_msg("%s: %s", cases[i].entry, person->frozen);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_further_addresses),
        TEST(test_a_crowd_of_addresses),
        TEST(test_one_mail),
        TEST(test_one_alias),
        TEST(test_one_uid),
        TEST(test_found_twice),
        TEST(test_groups_found_twice),
        TEST(test_broken_members),
        TEST(test_exclusions),
        TEST(test_bad_exclusions),
        TEST(test_frozen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
