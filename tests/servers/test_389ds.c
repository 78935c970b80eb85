/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The LDAP source against 389 Directory Server, which here also stands in for FreeIPA: it has the
 * schema, the tree and the root DSE of one.
 */

#include "export.h"
#include "reading.h"
#include "testing.h"

#include <string.h>

#define ACCOUNTS "cn=accounts," READING_BASE
#define PROVISIONING "cn=accounts,cn=provisioning," READING_BASE
#define PASSWORD "reader.389"
#define PEOPLE 30U

static Server *server;

static void add_container(GString *ldif, const char *dn, const char *name)
{
    server_add(ldif, "dn: %s\nobjectClass: nsContainer\ncn: %s\n", dn, name);
}

static void add_user(GString *ldif, unsigned index, const char *below, const char *more)
{
    server_add(
        ldif,
        "dn: uid=u%u,%s\nobjectClass: inetOrgPerson\nobjectClass: ipaObject\nuid: u%u\n"
        "cn: U %u\nsn: U\nmail: u%u@example.org\nipaUniqueID: 00000000-0000-11ee-8000-%012u\n"
        "%s",
        index, below, index, index, index, index, more);
}

/* The tree of FreeIPA, and ou=people and ou=groups beside it. */
static GString *tree(void)
{
    GString *ldif = g_string_new(NULL);
    server_add(ldif, "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\n"
                     "dc: example\no: Example\n");
    server_add(ldif, "dn: " READING_ACCOUNT "\nobjectClass: organizationalRole\n"
                     "objectClass: simpleSecurityObject\ncn: reader\nuserPassword: " PASSWORD "\n");
    add_container(ldif, ACCOUNTS, "accounts");
    add_container(ldif, "cn=users," ACCOUNTS, "users");
    add_container(ldif, "cn=groups," ACCOUNTS, "groups");
    add_container(ldif, "cn=provisioning," READING_BASE, "provisioning");
    add_container(ldif, PROVISIONING, "accounts");
    add_container(ldif, "cn=deleted users," PROVISIONING, "deleted users");
    add_container(ldif, "cn=staged users," PROVISIONING, "staged users");
    for (unsigned i = 0; i < PEOPLE; i++)
        add_user(ldif, i, "cn=users," ACCOUNTS, i == 3 ? "nsAccountLock: TRUE\n" : "");
    add_user(ldif, 100, "cn=deleted users," PROVISIONING, "");
    server_add(ldif, "dn: uid=u101,cn=staged users," PROVISIONING "\nobjectClass: inetOrgPerson\n"
                     "objectClass: ipaObject\nuid: u101\ncn: U 101\nsn: U\nmail: u101@example.org\n"
                     "ipaUniqueID: autogenerate\n");
    server_add(ldif, "dn: cn=ops,cn=groups," ACCOUNTS "\nobjectClass: ipaUserGroup\n"
                     "objectClass: ipaObject\ncn: ops\nipaUniqueID: 10000000-0000-11ee-8000-1\n"
                     "member: uid=u1,cn=users," ACCOUNTS "\n");
    server_add(ldif,
               "dn: cn=all,cn=groups," ACCOUNTS "\nobjectClass: ipaUserGroup\n"
               "objectClass: ipaObject\ncn: all\nipaUniqueID: 10000000-0000-11ee-8000-2\n"
               "member: cn=ops,cn=groups," ACCOUNTS "\nmember: uid=u2,cn=users," ACCOUNTS "\n");
    return ldif;
}

static int start(void **state)
{
    (void) state;
    static const char *const options[] = {"LAYOUT", "freeipa", NULL};
    GString *ldif = tree();
    server = server_start_as("389ds", ldif->str, options);
    g_string_free(ldif, true);
    return 0;
}

static int stop(void **state)
{
    (void) state;
    server_stop(server);
    return 0;
}

static SourceSettings *settings_for(const char *uri, SourceKind kind)
{
    SourceSettings *settings = reading_settings(uri, ACCOUNTS, READING_ACCOUNT, PASSWORD);
    settings->kind = kind;
    reading_trust(settings, server->authority);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->base);
    people->base = g_strdup("cn=users," ACCOUNTS);
    GroupSearch *groups = g_ptr_array_index(settings->groups, 0);
    g_free(groups->base);
    groups->base = g_strdup("cn=groups," ACCOUNTS);
    return settings;
}

static void check_all(const SourceSettings *settings, const char *kind, const char *tls)
{
    g_autoptr(Directory) directory = reading_all(settings);
    const Completeness *proof = &directory->completeness;
    assert_string_equal(proof->kind, kind);
    assert_non_null(strstr(proof->software, "389-Directory"));
    assert_int_equal(proof->people, PEOPLE);
    assert_int_equal(proof->groups, 2);
    assert_string_equal(proof->tls, tls);
    unsigned disabled = 0;
    for (guint i = 0; i < directory->people->len; i++)
        disabled +=
            ((Person *) g_ptr_array_index(directory->people, i))->standing == PERSON_DISABLED;
    assert_int_equal(disabled, 1);
    const DirectoryGroup *all =
        directory_group_by_dn(directory, "cn=all,cn=groups,cn=accounts,dc=example,dc=org");
    assert_non_null(all);
    assert_int_equal(all->members->len, 2);
}

static void test_freeipa(void **state)
{
    (void) state;
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        g_autoptr(SourceSettings) settings =
            settings_for(start_tls ? server->ldap : server->ldaps, SOURCE_KIND_AUTO);
        settings->start_tls = start_tls;
        check_all(settings, "freeipa", "TLS1.3");
        g_autoptr(Directory) directory = reading_all(settings);
        assert_non_null(directory_person(directory, "00000000-0000-11ee-8000-000000000001"));
    }
}

static void test_389ds(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps, SOURCE_KIND_389DS);
    check_all(settings, "389ds", "TLS1.3");
}

/* From the suffix on, whoever is not there yet, or not any more, is not read as one who is. */
static void test_from_the_suffix(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps, SOURCE_KIND_AUTO);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->base);
    people->base = g_strdup(READING_BASE);
    g_autoptr(Directory) directory = reading_all(settings);
    const Person *preserved = directory_person(directory, "00000000-0000-11ee-8000-000000000100");
    assert_non_null(preserved);
    assert_int_equal(preserved->standing, PERSON_DISABLED);
    assert_null(directory_person(directory, "autogenerate"));
    assert_int_equal(directory->completeness.people, PEOPLE + 1);
}

/* The compat tree repeats everybody: nobody searches there by mistake. */
static void test_compat(void **state)
{
    (void) state;
    for (int groups = 0; groups <= 1; groups++) {
        g_autoptr(SourceSettings) settings = settings_for(server->ldaps, SOURCE_KIND_AUTO);
        PeopleSearch *people = g_ptr_array_index(settings->people, 0);
        GroupSearch *group = g_ptr_array_index(settings->groups, 0);
        char **base = groups ? &group->base : &people->base;
        g_free(*base);
        *base = g_strdup("cn=users,cn=Compat," READING_BASE);
        reading_fails(settings, SYNC_ERROR_CONFIG,
                      "server '%s': the base 'cn=users,cn=Compat," READING_BASE
                      "' holds no people or groups of its own on a server of kind 'freeipa'\n"
                      "hint: search below cn=accounts",
                      server->ldaps);
    }
}

/* A password that is too old, or an account that is locked, is told apart from a wrong one. */
static void test_wrong_password(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings =
        reading_settings(server->ldaps, ACCOUNTS, READING_ACCOUNT, "guessed");
    reading_trust(settings, server->authority);
    reading_fails(settings, SYNC_ERROR_DENIED,
                  "server '%s' refused the bind as '" READING_ACCOUNT
                  "': invalidCredentials (49)\nhint: check bind.dn and bind.password",
                  server->ldaps);
}

/* FreeIPA keeps whom it deleted, and whom it does not know yet, in trees of their own. */
static void test_locate(void **state)
{
    (void) state;
    static const struct {
        const char *anchor;
        LocatedKind kind;
    } cases[] = {
        {"00000000-0000-11ee-8000-000000000001", LOCATED_ENABLED},
        {"00000000-0000-11ee-8000-000000000003", LOCATED_DISABLED},
        {"00000000-0000-11ee-8000-000000000100", LOCATED_DISABLED},
        {"00000000-0000-11ee-8000-000000000999", LOCATED_NOWHERE},
    };
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps, SOURCE_KIND_AUTO);
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, clock_real(), &error);
    g_autoptr(GPtrArray) anchors = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_ptr_array_add(anchors, g_strdup(cases[i].anchor));
    g_autoptr(GPtrArray) located = NULL;
    assert_success(source->locate(source, anchors, &located, &error), error);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Located *one = g_ptr_array_index(located, i);
        if (one->kind != cases[i].kind)
            fail_msg("'%s' is located as %d", cases[i].anchor, (int) one->kind);
    }
}

/* What ldapsearch writes tells the same as the server, also of who is locked. */
static void test_exports(void **state)
{
    (void) state;
    g_setenv("LDAPTLS_CACERT", server->authority, true);
    static const SourceKind kinds[] = {SOURCE_KIND_FREEIPA, SOURCE_KIND_389DS};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(SourceSettings) settings = settings_for(server->ldaps, kinds[i]);
        g_autoptr(Directory) directory = reading_all(settings);
        g_autofree char *expected = export_digest(directory);
        g_autofree char *command = g_strdup_printf(
            "ldapsearch -LLL -x -H %s -D %s -w %s -b %s -E pr=9/noprompt (objectClass=*) * +",
            server->ldaps, READING_ACCOUNT, PASSWORD, READING_BASE);
        g_auto(GStrv) arguments = g_strsplit(command, " ", -1);
        g_autofree char *text = export_output((const char *const *) arguments);
        settings->file_kind = kinds[i];
        g_autofree char *digest = export_digest_of_text(settings, text);
        assert_string_equal(digest, expected);
    }
    g_unsetenv("LDAPTLS_CACERT");
}

static void test_check(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps, SOURCE_KIND_AUTO);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    people->filter = g_strdup("(&(objectClass=inetOrgPerson)(!(userAccountControl=514)))");
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, clock_real(), &error);
    assert_success(source != NULL, error);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    assert_success(source->check(source, findings, &error), error);
    g_autofree char *first = g_strdup_printf(
        "'%s' answers: freeipa, TLS1.3, to 'dn: " READING_ACCOUNT "'", server->ldaps);
    assert_string_equal(g_ptr_array_index(findings, 0), first);
    bool found = false;
    for (guint i = 0; i < findings->len; i++)
        found |= strcmp(g_ptr_array_index(findings, i),
                        "error: people.filter uses the attribute 'userAccountControl', which the "
                        "server does not know") == 0;
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_freeipa),         cmocka_unit_test(test_389ds),
        cmocka_unit_test(test_from_the_suffix), cmocka_unit_test(test_wrong_password),
        cmocka_unit_test(test_compat),          cmocka_unit_test(test_locate),
        cmocka_unit_test(test_check),           cmocka_unit_test(test_exports),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
