/* SPDX-License-Identifier: Apache-2.0 */

/* The LDAP source against Active Directory as Samba speaks it. */

#include "export.h"
#include "reading.h"
#include "testing.h"

#include <string.h>

#define SUFFIX "DC=ad,DC=example,DC=org"
#define ACCOUNT "CN=reader,CN=Users," SUFFIX
#define PASSWORD "Passw0rd.ad"
#define PEOPLE 30U
#define GRAPHS 8U  /* of groups in groups, in a unit of their own */
#define GROUPS 12U /* in each of them */
#define SEED 20261129

static Server *server;

/* Adds GROUPS groups with people in them, and then each other: cycles, diamonds, one long chain. */
static void add_graph(GString *ldif, GString *changes, GRand *random, unsigned graph)
{
    for (unsigned group = 0; group < GROUPS; group++) {
        g_autoptr(GString) members = g_string_new(NULL);
        for (unsigned i = 0; i < PEOPLE - 2; i++) {
            if (g_rand_int_range(random, 0, 14) == 0)
                g_string_append_printf(members, "member: CN=p%u,OU=people," SUFFIX "\n", i);
        }
        server_add(ldif,
                   "dn: CN=g%u-%u,OU=graphs," SUFFIX "\nobjectClass: group\n"
                   "sAMAccountName: g%u-%u\n%s",
                   graph, group, graph, group, members->str);
        g_autoptr(GString) below = g_string_new(NULL);
        for (unsigned other = 0; other < GROUPS; other++) {
            bool chained = graph == 0 ? other == group + 1
                                      : other != group && g_rand_int_range(random, 0, 9) == 0;
            if (chained)
                g_string_append_printf(below, "member: CN=g%u-%u,OU=graphs," SUFFIX "\n", graph,
                                       other);
        }
        if (below->len > 0)
            server_add(changes,
                       "dn: CN=g%u-%u,OU=graphs," SUFFIX "\nchangetype: modify\nadd: member\n%s",
                       graph, group, below->str);
    }
}

static void add_graphs(GString *ldif)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    g_autoptr(GString) changes = g_string_new("# change\n");
    g_string_append(ldif, "# next\n");
    for (unsigned graph = 0; graph < GRAPHS; graph++)
        add_graph(ldif, changes, random, graph);
    g_string_append(ldif, changes->str);
}

static GString *samba_ldif(void)
{
    GString *ldif = g_string_new(NULL);
    static const char *const units[] = {"people", "groups", "elsewhere", "graphs"};
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        server_add(ldif, "dn: OU=%s," SUFFIX "\nobjectClass: organizationalUnit\nou: %s\n",
                   units[i], units[i]);
    for (unsigned i = 0; i < PEOPLE; i++)
        server_add(ldif,
                   "dn: CN=p%u,OU=%s," SUFFIX "\nobjectClass: user\nsAMAccountName: p%u\n"
                   "mail: p%u@example.org\nuserAccountControl: %d\n",
                   i, i < PEOPLE - 2 ? "people" : "elsewhere", i, i,
                   i == 3 || i == PEOPLE - 1 ? 546 : 544);
    server_add(ldif, "# next\ndn: CN=inner,OU=groups," SUFFIX "\nobjectClass: group\n"
                     "sAMAccountName: inner\nmember: CN=p1,OU=people," SUFFIX "\n");
    server_add(ldif, "# next\ndn: CN=outer,OU=groups," SUFFIX "\nobjectClass: group\n"
                     "sAMAccountName: outer\nmember: CN=inner,OU=groups," SUFFIX "\n"
                     "member: CN=p2,OU=people," SUFFIX "\n");
    add_graphs(ldif);
    return ldif;
}

static int start(void **state)
{
    (void) state;
    GString *ldif = samba_ldif();
    server = server_start_as("samba", ldif->str, NULL);
    g_string_free(ldif, true);
    g_setenv("KRB5_CONFIG", server_get(server, "KRB5_CONFIG"), true);
    return 0;
}

static int stop(void **state)
{
    (void) state;
    server_stop(server);
    return 0;
}

static SourceSettings *settings_for(const char *uri)
{
    SourceSettings *settings = reading_settings(uri, SUFFIX, ACCOUNT, PASSWORD);
    reading_trust(settings, server->authority);
    return settings;
}

static void check_all(const SourceSettings *settings, const char *tls)
{
    g_autoptr(Directory) directory = reading_all(settings);
    const Completeness *proof = &directory->completeness;
    assert_true(proof->complete);
    assert_string_equal(proof->kind, "active-directory");
    assert_non_null(strstr(proof->software, "Samba"));
    assert_int_equal(proof->people, PEOPLE - 2);
    assert_int_equal(proof->groups, 2);
    if (tls == NULL)
        assert_null(proof->tls);
    else
        assert_string_equal(proof->tls, tls);
    unsigned disabled = 0;
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        disabled += person->standing == PERSON_DISABLED;
        assert_int_equal(strlen(person->anchor), 36); /* objectGUID as text */
    }
    assert_int_equal(disabled, 1);
    const DirectoryGroup *outer =
        directory_group_by_dn(directory, "cn=outer,ou=groups,dc=ad,dc=example,dc=org");
    assert_non_null(outer);
    assert_int_equal(outer->members->len, 2);
}

static void test_tls(void **state)
{
    (void) state;
    for (int start_tls = 0; start_tls <= 1; start_tls++) {
        g_autoptr(SourceSettings) settings = settings_for(start_tls ? server->ldap : server->ldaps);
        settings->start_tls = start_tls;
        check_all(settings, "TLS1.3");
    }
}

/* A domain controller refuses passwords in clear, even where we would send them. */
static void test_plain(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldap);
    reading_fails_like(settings, SYNC_ERROR_DENIED,
                       "server '%s' refused the bind as '" ACCOUNT
                       "': strongerAuthRequired (8): *\n"
                       "hint: the server wants an encrypted connection: use ldaps:// or "
                       "start_tls = true",
                       server->ldap);
}

static void test_wrong_password(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings =
        reading_settings(server->ldaps, SUFFIX, ACCOUNT, "guessed");
    reading_trust(settings, server->authority);
    reading_fails_like(settings, SYNC_ERROR_DENIED,
                       "server '%s' refused the bind as '" ACCOUNT
                       "': invalidCredentials (49): *52e*\nhint: check bind.dn and bind.password",
                       server->ldaps);
}

/* As people write it: not every account is named by a DN. */
static void test_names_of_accounts(void **state)
{
    (void) state;
    static const char *const names[] = {"Administrator@AD.EXAMPLE.ORG", "EXAMPLE\\Administrator"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        assert_true(source_bind_name_check(names[i], NULL));
        g_autoptr(SourceSettings) settings =
            reading_settings(server->ldaps, SUFFIX, names[i], PASSWORD);
        reading_trust(settings, server->authority);
        g_autoptr(Directory) directory = reading_all(settings);
        assert_true(directory->completeness.complete);
    }
}

static void test_kerberos(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldap);
    settings->bind = BIND_GSSAPI;
    g_clear_pointer(&settings->bind_dn, g_free);
    settings->keytab = g_strdup(server_get(server, "KEYTAB"));
    check_all(settings, NULL); /* Kerberos itself seals it */
    /* as hardened Active Directory, it takes no second layer, nor a ticket inside of TLS */
    g_autoptr(SourceSettings) inside = settings_for(server->ldaps);
    inside->bind = BIND_GSSAPI;
    g_clear_pointer(&inside->bind_dn, g_free);
    inside->keytab = g_strdup(server_get(server, "KEYTAB"));
    reading_fails_like(inside, SYNC_ERROR_DENIED,
                       "server '%s' refused the bind by GSSAPI: "
                       "strongerAuthRequired (8)*",
                       server->ldaps);
}

static void test_kerberos_without_key(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldap);
    settings->bind = BIND_GSSAPI;
    g_clear_pointer(&settings->bind_dn, g_free);
    settings->keytab = g_strdup("/nonexistent.keytab");
    reading_fails_like(settings, SYNC_ERROR_DENIED,
                       "server '%s' could not be bound to by GSSAPI: *\n"
                       "hint: bind.keytab must hold the key of the account, /etc/krb5.conf its "
                       "realm, the URI the name that the server has in Kerberos; SASL needs its "
                       "module for GSSAPI",
                       server->ldap);
}

/* From the root of the domain no reference to other parts of the forest is left. */
static void test_from_the_root(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    g_free(people->base);
    people->base = g_strdup(SUFFIX);
    GroupSearch *groups = g_ptr_array_index(settings->groups, 0);
    g_free(groups->base);
    groups->base = g_strdup(SUFFIX);
    g_autoptr(Directory) directory = reading_all(settings);
    assert_true(directory->completeness.people >= PEOPLE);
    /* who is in a group by primaryGroupID is not among its members */
    const DirectoryGroup *users =
        directory_group_by_dn(directory, "cn=domain users,cn=users,dc=ad,dc=example,dc=org");
    assert_non_null(users);
    assert_true(users->members->len >= PEOPLE);
}

static void test_locate(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) everywhere = settings_for(server->ldaps);
    PeopleSearch *all = g_ptr_array_index(everywhere->people, 0);
    g_free(all->base);
    all->base = g_strdup("OU=elsewhere," SUFFIX);
    g_autoptr(Directory) directory = reading_all(everywhere);
    assert_int_equal(directory->people->len, 2);
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    g_autofree char *nobody = g_strdup("00000000-0000-0000-0000-000000000000");
    for (guint i = 0; i < 2; i++)
        g_ptr_array_add(anchors, ((Person *) g_ptr_array_index(directory->people, i))->anchor);
    g_ptr_array_add(anchors, nobody);

    g_autoptr(SourceSettings) settings = settings_for(server->ldaps);
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, clock_real(), &error);
    g_autoptr(GPtrArray) located = NULL;
    assert_success(source->locate(source, anchors, &located, &error), error);
    for (guint i = 0; i < 2; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        const Located *one = g_ptr_array_index(located, i);
        assert_int_equal(one->kind,
                         person->standing == PERSON_DISABLED ? LOCATED_DISABLED : LOCATED_ENABLED);
        assert_string_equal(one->dn, person->dn);
    }
    const Located *none = g_ptr_array_index(located, 2);
    assert_int_equal(none->kind, LOCATED_NOWHERE);
}

/* Anchors that are no GUIDs, as one of two searches says. */
static void test_locate_by_name(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    people->anchor = g_strdup("sAMAccountName");
    g_autoptr(Directory) directory = reading_all(settings);
    assert_non_null(directory_person(directory, "p7"));
    GPtrArray *both = settings->people;
    for (int more = 0; more <= 1; more++) {
        if (more) {
            PeopleSearch *usual = people_search_new();
            usual->base = g_strdup("OU=groups," SUFFIX);
            g_ptr_array_add(both, usual);
        }
        g_autoptr(GError) error = NULL;
        g_autoptr(Source) source = source_new(settings, clock_real(), &error);
        char *names[] = {(char[]){"p28"}, (char[]){"p29"}, (char[]){"p999"}};
        static const LocatedKind kinds[] = {LOCATED_ENABLED, LOCATED_DISABLED, LOCATED_NOWHERE};
        g_autoptr(GPtrArray) anchors = g_ptr_array_new();
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
            g_ptr_array_add(anchors, names[i]);
        g_autoptr(GPtrArray) located = NULL;
        assert_success(source->locate(source, anchors, &located, &error), error);
        for (guint i = 0; i < located->len; i++)
            assert_int_equal(((const Located *) g_ptr_array_index(located, i))->kind, kinds[i]);
    }
}

/* An anchor that none of our attributes can hold is no proof that somebody left. */
static void test_locate_nonsense(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps);
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, clock_real(), &error);
    char name[] = "p7";
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    g_ptr_array_add(anchors, name);
    GPtrArray *located = NULL;
    assert_false(source->locate(source, anchors, &located, &error));
    assert_null(located);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    assert_string_equal(error->message,
                        "the anchor 'p7' is no GUID\n"
                        "hint: was people.anchor changed? check the configuration that is used");
}

/* All of the graphs, with the people that NESTED finds in their groups. */
static Directory *read_graphs(Nesting nested)
{
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps);
    GroupSearch *groups = g_ptr_array_index(settings->groups, 0);
    g_free(groups->base);
    groups->base = g_strdup("OU=graphs," SUFFIX);
    groups->nested = nested;
    Directory *directory = reading_all(settings);
    assert_int_equal(directory->groups->len, GRAPHS * GROUPS);
    return directory;
}

static guint memberships(const Directory *directory)
{
    guint count = 0;
    for (guint i = 0; i < directory->groups->len; i++)
        count += ((const DirectoryGroup *) g_ptr_array_index(directory->groups, i))->members->len;
    return count;
}

/* What the server finds by its matching rule is what we find, group by group. */
static void test_in_chain(void **state)
{
    (void) state;
    g_autoptr(Directory) direct = read_graphs(NESTED_NO);
    g_autoptr(Directory) ours = read_graphs(NESTED_YES);
    g_autoptr(Directory) theirs = read_graphs(NESTED_IN_CHAIN);
    assert_true(ours->completeness.cycles > 0);
    assert_true(memberships(ours) > 2 * memberships(direct));
    for (guint i = 0; i < ours->groups->len; i++) {
        const DirectoryGroup *a = g_ptr_array_index(ours->groups, i);
        const DirectoryGroup *b = g_ptr_array_index(theirs->groups, i);
        assert_string_equal(a->anchor, b->anchor);
        if (a->members->len != b->members->len)
            fail_msg("'%s': we find %u, the server %u", a->dn, a->members->len, b->members->len);
        for (guint k = 0; k < a->members->len; k++) {
            const Person *x =
                g_ptr_array_index(ours->people, g_array_index(a->members, GroupMember, k).person);
            const Person *y =
                g_ptr_array_index(theirs->people, g_array_index(b->members, GroupMember, k).person);
            assert_string_equal(x->anchor, y->anchor);
        }
    }
}

/* What ldapsearch and ldbsearch write of the whole domain tells the same as the server. */
static void test_exports(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps);
    g_autoptr(Directory) directory = reading_all(settings);
    g_autofree char *expected = export_digest(directory);
    g_setenv("LDAPTLS_CACERT", server->authority, true);
    static const char *const options[] = {"-LLL", "-L", "-v", "-LLL -E pr=50/noprompt"};
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree char *command =
            g_strdup_printf("ldapsearch -x -H %s -D %s -w %s -b %s %s (objectClass=*)",
                            server->ldaps, ACCOUNT, PASSWORD, SUFFIX, options[i]);
        g_auto(GStrv) arguments = g_strsplit(command, " ", -1);
        g_autofree char *text = export_output((const char *const *) arguments);
        assert_non_null(strstr(text, "CN=Configuration")); /* it refers to the forest */
        g_autofree char *digest = export_digest_of_text(settings, text);
        if (strcmp(digest, expected) != 0)
            fail_msg("with '%s' it is another directory", options[i]);
    }
    const char *const ldbsearch[] = {"ldbsearch", "-H", server_get(server, "DATABASE"), NULL};
    g_autofree char *text = export_output(ldbsearch);
    g_autofree char *digest = export_digest_of_text(settings, text);
    assert_string_equal(digest, expected);
    g_unsetenv("LDAPTLS_CACERT");
}

static void test_check(void **state)
{
    (void) state;
    g_autoptr(SourceSettings) settings = settings_for(server->ldaps);
    PeopleSearch *people = g_ptr_array_index(settings->people, 0);
    people->filter = g_strdup("(&(objectClass=user)(!(nsAccountLock=TRUE)))");
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) source = source_new(settings, clock_real(), &error);
    assert_success(source != NULL, error);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    assert_success(source->check(source, findings, &error), error);
    bool found = false;
    for (guint i = 0; i < findings->len; i++)
        found |= strcmp(g_ptr_array_index(findings, i),
                        "error: people.filter uses the attribute 'nsAccountLock', which the "
                        "server does not know") == 0;
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_wrong_password),
        cmocka_unit_test(test_names_of_accounts),
        cmocka_unit_test(test_kerberos),
        cmocka_unit_test(test_kerberos_without_key),
        cmocka_unit_test(test_from_the_root),
        cmocka_unit_test(test_locate),
        cmocka_unit_test(test_locate_by_name),
        cmocka_unit_test(test_locate_nonsense),
        cmocka_unit_test(test_in_chain),
        cmocka_unit_test(test_exports),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
