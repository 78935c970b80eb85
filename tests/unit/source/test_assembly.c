/* SPDX-License-Identifier: Apache-2.0 */
#include "assembly_world.h"

/* S-1-5-21-1-2-3-RID, the last number in little-endian hex */
#define SID(rid) "%01%05%00%00%00%00%00%05%15%00%00%00%01%00%00%00%02%00%00%00%03%00%00%00" rid
#define OTHER_SID(rid)                                                                             \
    "%01%05%00%00%00%00%00%05%15%00%00%00%09%00%00%00%02%00%00%00%03%00%00%00" rid

/* Every way of writing members down, mixed, leads to the same people. */
static void test_schemas(void **state)
{
    static const char *const people[] = {PERSON("a"), PERSON("b"), PERSON("c"), NULL};
    static const char *const groups[] = {
        GROUP("names") "|member=uid=A, ou=People,dc=org|member=uid=gone,ou=people,dc=org",
        GROUP("nest") "|uniqueMember=cn=names,ou=groups,dc=org#'01'B|uniqueMember=uid=b,ou=people,"
                      "dc=org",
        GROUP("posix") "|memberUid=C|memberUid=gone|memberUid=uid=a,ou=people,dc=org",
        GROUP("void"),
        NULL,
    };
    g_autoptr(Directory) directory = assemble_well(*state, SOURCE_KIND_OPENLDAP, people, groups);
    assert_members(directory, "names: a; nest: a b; posix: a c; void:");
    const DirectoryGroup *names = g_ptr_array_index(directory->groups, 0);
    assert_int_equal(names->dangling, 1);
    assert_string_equal(g_ptr_array_index(names->unresolved, 0), "uid=gone,ou=people,dc=org");
    const DirectoryGroup *posix = g_ptr_array_index(directory->groups, 2);
    assert_string_equal(g_ptr_array_index(posix->unresolved, 0), "gone");
    assert_int_equal(directory->completeness.dangling, 2);
}

static void test_one_schema(void **state)
{
    World *world = *state;
    static const char *const people[] = {PERSON("a"), PERSON("b"), NULL};
    static const char *const groups[] = {GROUP("both") "|member=uid=a,ou=people,dc=org|memberUid=b",
                                         NULL};
    world->groups->schema = GROUP_SCHEMA_POSIX;
    g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, groups);
    assert_members(directory, "both: b");
    world->groups->member = g_strdup("member");
    g_autoptr(Directory) other = assemble_well(world, SOURCE_KIND_OPENLDAP, people, groups);
    assert_members(other, "both: a");
}

static void test_nesting(void **state)
{
    World *world = *state;
    static const char *const people[] = {PERSON("a"), PERSON("b"), NULL};
    static const char *const groups[] = {
        GROUP("in") "|member=uid=a,ou=people,dc=org|member=cn=out,ou=groups,dc=org",
        GROUP("out") "|member=uid=b,ou=people,dc=org|member=cn=in,ou=groups,dc=org", NULL};
    g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, groups);
    assert_members(directory, "in: a b; out: a b");
    assert_int_equal(directory->completeness.cycles, 1);
    world->groups->nested = NESTED_NO;
    g_autoptr(Directory) flat = assemble_well(world, SOURCE_KIND_OPENLDAP, people, groups);
    assert_members(flat, "in: a; out: b");
    assert_int_equal(flat->completeness.cycles, 0);
}

/* memberOf, with entries for the groups and without. */
static void test_member_of(void **state)
{
    World *world = *state;
    static const char *const people[] = {
        PERSON("a") "|memberOf=cn=team,ou=groups,dc=org|memberOf=cn=far,dc=com",
        PERSON("b") "|memberOf=CN=Crew, ou=groups,dc=org", PERSON("c"),
        PERSON("d") "|memberOf=no DN", NULL};
    static const char *const groups[] = {GROUP("crew") "|memberOf=cn=team,ou=groups,dc=org",
                                         GROUP("team") "|member=uid=c,ou=people,dc=org", NULL};
    world->groups->schema = GROUP_SCHEMA_MEMBER_OF;
    g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, groups);
    assert_members(directory, "crew: b; team: a b");
    const Person *d = directory_person(directory, "d");
    assert_string_equal(d->frozen, "its memberOf holds what is no DN");
    g_clear_pointer(&world->groups->base, g_free);
    g_autoptr(Directory) named = assemble_well(world, SOURCE_KIND_OPENLDAP, people, NULL);
    assert_members(named, "crew: b; far: a; team: a");
    const DirectoryGroup *crew = g_ptr_array_index(named->groups, 0);
    assert_string_equal(crew->anchor, "dn:cn=crew,ou=groups,dc=org");
    assert_string_equal(crew->dn, "CN=Crew, ou=groups,dc=org");
    assert_int_equal(crew->dangling, 0);
}

#define ACCOUNT(name, rid, primary)                                                                \
    "cn=" name ",ou=people,dc=org|sAMAccountName=" name "|mail=" name                              \
    "@x.org|userAccountControl=512|objectGUID=0123456789abcde" name                                \
    "|objectSid=" SID(rid) "|primaryGroupID=" primary

static void test_primary_group(void **state)
{
    World *world = *state;
    static const char *const people[] = {
        ACCOUNT("a", "%51%04%00%00", "513"),
        ACCOUNT("b", "%52%04%00%00", "1100"),
        ACCOUNT("c", "%53%04%00%00", "999"),
        "cn=d,ou=people,dc=org|mail=d@x.org|userAccountControl=512|objectGUID=0123456789abcded|"
        "objectSid=" SID("%54%04%00%00"),
        "cn=e,ou=people,dc=org|mail=e@x.org|userAccountControl=512|objectGUID=0123456789abcdee",
        NULL};
    static const char *const groups[] = {
        "cn=all,ou=groups,dc=org|cn=all|objectGUID=0123456789abcdf1|objectSid=" SID("%01%02%00%00"),
        "cn=few,ou=groups,dc=org|cn=few|objectGUID=0123456789abcdf2|objectSid=" SID(
            "%4c%04%00%00") "|member=cn=all,ou=groups,dc=org",
        "cn=else,ou=groups,dc=org|cn=else|objectGUID=0123456789abcdf3|"
        "objectSid=" OTHER_SID("%01%02%00%00"),
        NULL};
    g_autoptr(Directory) directory =
        assemble_well(world, SOURCE_KIND_ACTIVE_DIRECTORY, people, groups);
    g_autofree char *a = g_strdup("33323130-3534-3736-3839-616263646561");
    assert_members(directory, "all: 33323130-3534-3736-3839-616263646561; "
                              "few: 33323130-3534-3736-3839-616263646561 "
                              "33323130-3534-3736-3839-616263646562; else:");
    assert_string_equal(directory_person(directory, "33323130-3534-3736-3839-616263646564")->frozen,
                        "its primaryGroupID cannot be read");
    assert_null(directory_person(directory, "33323130-3534-3736-3839-616263646565")->frozen);
    assert_null(directory_person(directory, a)->frozen);
}

static void test_presets(void **state)
{
    World *world = *state;
    static const struct {
        const char *more;
        const char *excluded;
    } cases[] = {
        {"", NULL},
        {"|objectClass=computer", "excluded as a computer account"},
        {"|sAMAccountName=krbtgt", "excluded as a krbtgt account"},
        {"|sAMAccountName=krbtgt_20301", "excluded as a krbtgt account"},
        {"|sAMAccountName=guest", "excluded as a guest account"},
        {"|sAMAccountName=Gast|primaryGroupID=514", "excluded as a guest account"},
        {"|servicePrincipalName=http/x", "excluded as a service account"},
        {"|msExchRecipientTypeDetails=1", NULL},
        {"|msExchRecipientTypeDetails=4", "excluded as a shared mailbox"},
        {"|msExchRecipientTypeDetails=34359738368", "excluded as a shared mailbox"},
        {"|msExchRecipientTypeDetails=16", "excluded as a room or equipment mailbox"},
        {"|msExchRecipientTypeDetails=8388608", "excluded as a system mailbox"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *entry = g_strconcat(
            "cn=a,ou=people,dc=org|mail=a@x.org|userAccountControl=512|objectGUID=0123456789abcdea",
            cases[i].more, NULL);
        const char *people[] = {entry, NULL};
        g_autoptr(Directory) directory =
            assemble_well(world, SOURCE_KIND_ACTIVE_DIRECTORY, people, NULL);
        const Person *person = g_ptr_array_index(directory->people, 0);
        if (g_strcmp0(person->excluded, cases[i].excluded) != 0)
            fail_msg("'%s' is '%s'", cases[i].more, person->excluded);
    }
    world->people->exclude_presets = false;
    static const char *const computer[] = {
        "cn=a,ou=people,dc=org|mail=a@x.org|userAccountControl=512|objectGUID=0123456789abcdea|"
        "objectClass=computer",
        NULL};
    g_autoptr(Directory) directory =
        assemble_well(world, SOURCE_KIND_ACTIVE_DIRECTORY, computer, NULL);
    assert_null(((const Person *) g_ptr_array_index(directory->people, 0))->excluded);
}

static void test_excluded_groups(void **state)
{
    World *world = *state;
    static const char *const people[] = {PERSON("a"), PERSON("b"), PERSON("c"), NULL};
    static const char *const groups[] = {
        GROUP("robots") "|member=uid=a,ou=people,dc=org|member=cn=deep,ou=groups,dc=org",
        GROUP("deep") "|member=uid=b,ou=people,dc=org", NULL};
    world->people->exclude_group = g_strsplit("CN=Robots,ou=groups,dc=org", "|", -1);
    g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, groups);
    const char *why = "excluded by its group 'cn=robots,ou=groups,dc=org'";
    assert_string_equal(directory_person(directory, "a")->excluded, why);
    assert_string_equal(directory_person(directory, "b")->excluded, why);
    assert_null(directory_person(directory, "c")->excluded);
    g_autoptr(GError) error = NULL;
    Directory *none = NULL;
    assert_false(assemble(world, SOURCE_KIND_OPENLDAP, people, groups + 1, &none, &error));
    assert_null(none);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    assert_error(error, "the group 'CN=Robots,ou=groups,dc=org', whose people are excluded, was "
                        "not found\nhint: it must be one that 'groups' finds");
}

/* FreeIPA: preserved people are disabled, staged ones are none yet, cn=compat shows all twice. */
static void test_freeipa(void **state)
{
    static const char *const people[] = {
        "uid=a,cn=users,cn=accounts,dc=org|uid=a|mail=a@x.org|ipaUniqueID=a",
        "uid=b,cn=deleted users,cn=accounts,cn=provisioning,dc=org|uid=b|ipaUniqueID=b",
        "uid=c,cn=staged users,cn=accounts,cn=provisioning,dc=org|ipaUniqueID=autogenerate",
        "uid=d,cn=staged users,cn=accounts,cn=provisioning,dc=org|ipaUniqueID=autogenerate",
        "uid=a,cn=users,cn=compat,dc=org|uid=a",
        NULL};
    static const char *const groups[] = {
        "cn=all,cn=groups,cn=accounts,dc=org|cn=all|ipaUniqueID=g|member=uid=a,cn=users,"
        "cn=accounts,dc=org",
        "cn=all,cn=groups,cn=compat,dc=org|cn=all|memberUid=a", NULL};
    g_autoptr(Directory) directory = assemble_well(*state, SOURCE_KIND_FREEIPA, people, groups);
    assert_int_equal(directory->people->len, 2);
    assert_int_equal(directory_person(directory, "a")->standing, PERSON_ENABLED);
    assert_int_equal(directory_person(directory, "b")->standing, PERSON_DISABLED);
    assert_null(directory_person(directory, "b")->frozen);
    assert_members(directory, "all: a");
}

static void test_refusals(void **state)
{
    World *world = *state;
    assert_refused(world, SOURCE_KIND_OPENLDAP, "uid=a,dc=org|mail=a@x.org", NULL,
                   "entry 'uid=a,dc=org' has no usable entryUUID, by which it could be known again"
                   "\nhint: the account that we bind as may have no right to read it");
    assert_refused(world, SOURCE_KIND_OPENLDAP, "uid=a,dc=org|entryUUID=%01", NULL,
                   "entry 'uid=a,dc=org' has no usable entryUUID, by which it could be known again"
                   "\nhint: the account that we bind as may have no right to read it");
    assert_refused(world, SOURCE_KIND_OPENLDAP, NULL, GROUP("g") "|member;range=0-1499==uid=a",
                   "entry 'cn=g,ou=groups,dc=org' gives only a part of its values: "
                   "'member;range=0-1499'");
    world->groups->schema = GROUP_SCHEMA_MEMBER_OF;
    assert_refused(world, SOURCE_KIND_OPENLDAP, PERSON("a") "|memberOf;range=0-1==cn=g", NULL,
                   "entry 'uid=a,ou=people,dc=org' gives only a part of its values: "
                   "'memberOf;range=0-1'");
}

/* Nobody can stay, hide or take a place by spoiling values. */
static void test_hostile_values(void **state)
{
    static const struct {
        const char *entry;
        const char *frozen;
    } cases[] = {
        {"uid=a,dc=org|entryUUID=a|mail=a@x.org%00.evil.org",
         "its mail: 'a@x.org\\u{0000}.evil.org' is no mail address: it holds control characters, "
         "direction marks or broken UTF-8"},
        {"uid=a,dc=org|entryUUID=a|mail=a@x.org|cn=%1b[31mred",
         "its cn holds control characters, direction marks or broken UTF-8: '\\u{001B}[31mred'"},
        {"uid=a,dc=org|entryUUID=a|mail=a@x.org|cn=two%0alines",
         "its cn holds control characters, direction marks or broken UTF-8: 'two\\u{000A}lines'"},
        {"uid=a,dc=org|entryUUID=a|mail=a@x.org|cn=%e2%80%aeevil",
         "its cn holds control characters, direction marks or broken UTF-8: '\\u{202E}evil'"},
        {"uid=a,dc=org|entryUUID=a|mail=a@x.org|cn=%ff",
         "its cn holds control characters, direction marks or broken UTF-8: '\\x{FF}'"},
        {"uid=a,dc=org|entryUUID=a", "it has no mail address"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *people[] = {cases[i].entry, NULL};
        g_autoptr(Directory) directory = assemble_well(*state, SOURCE_KIND_OPENLDAP, people, NULL);
        const Person *person = g_ptr_array_index(directory->people, 0);
        assert_string_equal(person->frozen, cases[i].frozen);
    }
    g_autofree char *huge = g_strnfill(1 << 20, 'x');
    g_autofree char *entry =
        g_strconcat("uid=a,dc=org|entryUUID=a|mail=a@x.org|displayName=", huge, NULL);
    const char *people[] = {entry, NULL};
    g_autoptr(Directory) directory = assemble_well(*state, SOURCE_KIND_OPENLDAP, people, NULL);
    const Person *person = g_ptr_array_index(directory->people, 0);
    assert_true(g_str_has_prefix(person->frozen, "its displayName is longer than 64 KiB: 'xxx"));
    assert_true(strlen(person->frozen) < 1024);
}

/* Two people for the program, one for the eye. */
static void test_look_alikes(void **state)
{
    static const char *const people[] = {
        "uid=a,dc=org|entryUUID=a|mail=zoe@x.org", "uid=b,dc=org|entryUUID=b|mail=zo%c3%ab@x.org",
        "uid=c,dc=org|entryUUID=c|mail=adam@x.org",
        "uid=d,dc=org|entryUUID=d|mail=%d0%b0dam@x.org|pwdAccountLockedTime=000001010000Z", NULL};
    g_autoptr(Directory) directory = assemble_well(*state, SOURCE_KIND_OPENLDAP, people, NULL);
    assert_int_equal(directory->warnings->len, 1);
    assert_string_equal(
        g_ptr_array_index(directory->warnings, 0),
        "'zoe@x.org' of 'uid=a,dc=org' and 'zo\xc3\xab@x.org' of 'uid=b,dc=org' look "
        "alike: taken for two people");
    for (guint i = 0; i < directory->people->len; i++)
        assert_null(((const Person *) g_ptr_array_index(directory->people, i))->frozen);
}

/* The first attribute that has addresses decides; among several the primary, then the least. */
static void test_choice_of_mail(void **state)
{
    World *world = *state;
    static const struct {
        const char *entry;
        const char *mail;
        const char *others; /* keys */
        bool is_any;        /* another one would have done as well */
    } cases[] = {
        {"uid=a|entryUUID=a|mail=b@x.org|mail=A@x.org", "A@x.org", "b@x.org", true},
        {"uid=a|entryUUID=a|proxyAddresses=smtp:a@x.org|proxyAddresses=SMTP:z@x.org|"
         "proxyAddresses=X500:/o=x|mail=m@x.org",
         "z@x.org", "a@x.org m@x.org", false},
        {"uid=a|entryUUID=a|mail=m@x.org|userPrincipalName=u@x.local|mailAlternateAddress=o@x.org",
         "m@x.org", "o@x.org u@x.local", false},
        {"uid=a|entryUUID=a|userPrincipalName=u@x.local", "u@x.local", "", false},
        {"uid=a|entryUUID=a|proxyAddresses=sip:a@x.org|mailAlternateAddress=o@x.org", "o@x.org", "",
         false},
    };
    world->people->mail =
        g_strsplit("proxyAddresses mail mailAlternateAddress userPrincipalName", " ", -1);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *people[] = {cases[i].entry, NULL};
        g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, people, NULL);
        const Person *person = g_ptr_array_index(directory->people, 0);
        assert_null(person->frozen);
        assert_string_equal(person->mail, cases[i].mail);
        g_autoptr(GString) others = g_string_new(NULL);
        for (guint k = 0; person->other_mails != NULL && k < person->other_mails->len; k++)
            g_string_append_printf(others, "%s%s", k > 0 ? " " : "",
                                   (const char *) g_ptr_array_index(person->other_mails, k));
        assert_string_equal(others->str, cases[i].others);
        assert_int_equal(person->mail_is_any, cases[i].is_any);
    }
    const char *torn[] = {
        "uid=a|entryUUID=a|proxyAddresses=SMTP:a@x.org|proxyAddresses=SMTP:b@x.org", NULL};
    g_autoptr(Directory) directory = assemble_well(world, SOURCE_KIND_OPENLDAP, torn, NULL);
    assert_string_equal(((const Person *) g_ptr_array_index(directory->people, 0))->frozen,
                        "its proxyAddresses hold two primary addresses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_schemas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nesting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_member_of, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_primary_group, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_presets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_excluded_groups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_freeipa, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hostile_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_look_alikes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_choice_of_mail, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
