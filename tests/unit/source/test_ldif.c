/* SPDX-License-Identifier: Apache-2.0 */
#include "ldif_world.h"

#include "model/inspection.h"

#include <unistd.h>

static void test_read(void **state)
{
    World *world = *state;
    g_autoptr(Directory) directory = read_well(world, "version: 1\n\n" BASE TEAM "\n" ZOE "\n" ADA);
    const Completeness *proof = &directory->completeness;
    assert_true(proof->complete);
    assert_true(proof->required);
    assert_string_equal(proof->source, "file");
    assert_string_equal(proof->server, world->path);
    assert_string_equal(proof->kind, "ldif");
    assert_null(proof->problem);
    assert_int_equal(proof->people, 2);
    assert_int_equal(proof->groups, 1);
    assert_int_equal(proof->searches, 2);
    assert_int_equal(proof->records, 4);
    assert_int_equal(proof->attempts, 1);
    g_autofree char *sum = g_compute_checksum_for_string(
        G_CHECKSUM_SHA256, "version: 1\n\n" BASE TEAM "\n" ZOE "\n" ADA "\n", -1);
    g_autofree char *digest = g_strconcat("sha256:", sum, NULL);
    assert_string_equal(proof->digest, digest);
    const Person *zoe = directory_person(directory, "00000000-0000-0000-0000-00000000000a");
    assert_non_null(zoe);
    assert_string_equal(zoe->dn, "uid=zoe,ou=people,dc=org");
    assert_string_equal(zoe->mail_key, "zoe@example.org");
    assert_string_equal(zoe->name, "Zoe");
    assert_null(zoe->frozen);
    const DirectoryGroup *team = directory_group_by_dn(directory, "cn=team,ou=groups,dc=org");
    assert_int_equal(team->members->len, 1);
    assert_int_equal(g_array_index(team->members, GroupMember, 0).person, 0);
    assert_int_equal(directory->warnings->len, 0);
}

static void test_layouts(void **state)
{
    World *world = *state;
    static const char *const texts[] = {
        BASE ZOE,
        "# a comment\n# and\n  more of it\n\n\n" BASE ZOE "\n\n\n",
        "dn: uid=zoe,\n ou=people,dc=org\r\nobjectClass: inetOrg\r\n Person\r\nmail:: "
        "em9lQGV4YW1w\r\n bGUub3Jn\r\nuid:zoe\r\ndisplayName: Zoe\r\n"
        "entryUUID;x-a: y\r\nentryUUID: 00000000-0000-0000-0000-00000000000a\r\n",
        "dn: uid=zoe,ou=people,dc=org\nchangetype: add\nobjectClass: inetOrgPerson\nuid: zoe\n"
        "mail: zoe@example.org\ndisplayName: Zoe\nphoto: <3\n"
        "entryUUID: 00000000-0000-0000-0000-00000000000a\n",
        "version: 1\n" ZOE "\n# search result\nsearch: 2\nresult: 0 Success\n",
        "\xef\xbb\xbf" ZOE,
    };
    world->settings->groups->len = 0;
    group_search_free(world->groups);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Directory) directory = read_well(world, texts[i]);
        assert_int_equal(directory->people->len, 1);
        const Person *zoe = g_ptr_array_index(directory->people, 0);
        assert_string_equal(zoe->dn_key, "uid=zoe,ou=people,dc=org");
        assert_string_equal(zoe->mail, "zoe@example.org");
        assert_string_equal(zoe->name, "Zoe");
        assert_int_equal(directory->completeness.references, 0);
    }
}

static const struct {
    const char *text;
    const char *why;
} refusals[] = {
    {"", "it holds nothing at or below the base 'dc=org'"},
    {"dn: dc=com\no: x\n\n", "it holds nothing at or below the base 'dc=org'\n"
                             "hint: what there is stands below 'dc=com'"},
    {BASE "dn: cn=a,dc=org\ncn: a",
     "line 5: the file ends in the middle of a line: it was cut off\n"
     "hint: if nothing is missing, end it with a line feed and an empty line"},
    {BASE ZOE, "line 9: no empty line ends the last entry: it may have been cut off\n"
               "hint: if nothing is missing, add one"},
    {"version: 1\n" ZOE, "line 7: no empty line ends the last entry: it may have been cut off\n"
                         "hint: if nothing is missing, add one"},
    {ZOE "\ndn: cn=a,dc=org\n",
     "line 8: no empty line ends the last entry: it may have been cut off\n"
     "hint: if nothing is missing, add one"},
    {BASE "dn: cn=a,dc=org\njpegPhoto:< file:///etc/passwd\n",
     "line 5: values from other files or servers ('attribute:< URL') are not read\n"
     "hint: put the value here, in base64 after '::'"},
    {BASE "dn: cn=a,dc=org\njpegPho\n to:\n < file:///etc/passwd\n",
     "line 5: values from other files or servers ('attribute:< URL') are not read\n"
     "hint: put the value here, in base64 after '::'"},
    {BASE "dn: cn=a,dc=org\njpegPho\n\tto:\n < file:///etc/passwd\n",
     "line 6: a line begins with a tab: LDIF folds lines by a space"},
    {BASE "dn: cn=a,dc=org\na-type-that-is-longer-than-any-that-anybody-has-ever-seen-in-a-file:"
          "< file:///etc/passwd\n",
     "line 5: values from other files or servers ('attribute:< URL') are not read\n"
     "hint: put the value here, in base64 after '::'"},
    {"include: file:///etc/passwd\n\n" BASE,
     "line 1: other files are not included\nhint: put their entries here"},
    {BASE "INCLUDE: file:///etc/passwd\n",
     "line 4: other files are not included\nhint: put their entries here"},
    {BASE "inc\n lude: file:///etc/passwd\n",
     "line 4: other files are not included\nhint: put their entries here"},
    {BASE "dn: cn=a,dc=org\nchangetype: modify\nreplace: a\na: b\n",
     "line 4: a change, not an entry\nhint: export the entries themselves"},
    {BASE "dn: cn=a,dc=org\nchangetype: delete\n",
     "line 4: a change, not an entry\nhint: export the entries themselves"},
    {BASE "dn: cn=a,dc=org\ncontrol: 1.2.3\nchangetype: add\na: b\n",
     "line 4: a control belongs to changes, not to entries"},
    {BASE "dn: cn=a,dc=org\ncn: a\ndn: cn=b,dc=org\ncn: b\n",
     "line 4: a record has two DNs: an empty line is missing"},
    {BASE "cn: a\nsn: b\n", "line 4: a record that does not begin with 'dn:'"},
    {BASE "dn: cn=a,dc=org\ncn\n",
     "line 4: a line of the record that begins here cannot be understood"},
    {BASE "dn: cn=a,dc=org\ncn:: !!!!\n",
     "line 5: what follows '::' is no base64: it may have been cut off"},
    {BASE "dn: cn=a,dc=org\ncn:: YWJj\n YWJ\n\n",
     "line 5: what follows '::' is no base64: it may have been cut off"},
    {BASE "dn: cn=a,dc=org\ncn:: YW\n",
     "line 5: what follows '::' is no base64: it may have been cut off"},
    {BASE "dn:: Y249YQBi\ncn: a\n", "line 4: a DN with a NUL byte"},
    {BASE "dn: nonsense\ncn: a\n", "'nonsense' is no DN: byte 8: '=' is expected"},
    {BASE "search: 2\nresult: 4 Size limit exceeded\n",
     "line 4: the search that wrote this did not end with success: '4 Size limit exceeded'"},
    {BASE "dn: l=a,dc=org\nobjectClass: inetOrgPerson\n",
     "entry 'l=a,dc=org' has no usable entryUUID, by which it could be known again\n"
     "hint: export operational attributes too (ldapsearch ... '*' '+'), or name what they have "
     "instead: people.anchor, and --anchor of init\n"
     "hint: there is no attribute that each of the 1 found has once, and no two the same"},
    {BASE "dn: cn=a,dc=org\nobjectClass: inetOrgPerson\nuid: a\nemployeeNumber: 1\n\n"
          "dn: cn=b,dc=org\nobjectClass: inetOrgPerson\nuid: b\nemployeeNumber: 1\n\n",
     "entry 'cn=a,dc=org' has no usable entryUUID, by which it could be known again\n"
     "hint: export operational attributes too (ldapsearch ... '*' '+'), or name what they have "
     "instead: people.anchor, and --anchor of init\n"
     "hint: each of the 2 found has one of it, and no two the same: 'uid', 'cn'"},
    {BASE "dn: l=a,dc=org\nobjectClass: inetOrgPerson\nuid: a\n\n"
          "dn: l=b,dc=org\nobjectClass: inetOrgPerson\nuid: a\n\n",
     "entry 'l=a,dc=org' has no usable entryUUID, by which it could be known again\n"
     "hint: export operational attributes too (ldapsearch ... '*' '+'), or name what they have "
     "instead: people.anchor, and --anchor of init\n"
     "hint: 'uid' would do for 1 of the 2 found, but not for 'l=b,dc=org': leave out by "
     "people.filter who is no person"},
    {BASE ZOE "\n" ADA "\n"
              "dn: uid=zoe,ou=people,dc=org\nobjectClass: inetOrgPerson\nentryUUID: other\n\n",
     "two entries with different anchors are called 'uid=zoe,ou=people,dc=org': the directory "
     "changed while it was read"},
};

static void test_refusals(void **state)
{
    World *world = *state;
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
        assert_refused(world, refusals[i].text, refusals[i].why);
    assert_true(g_file_set_contents(world->path, "dn: dc=org\nx: \0\n", 16, NULL));
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    assert_false(read_it(world, &directory, &error));
    assert_true(g_str_has_suffix(error->message, "line 2: a NUL byte: this is no LDIF"));
}

static void test_unreadable(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    assert_false(read_it(world, &directory, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE));
    g_autofree char *message =
        g_strdup_printf("file '%s': it cannot be read: No such file or directory", world->path);
    assert_error(error, message);
    g_free(world->settings->file);
    world->settings->file = g_strdup(world->folder);
    assert_false(read_it(world, &directory, &error));
    assert_true(g_str_has_suffix(error->message, "it cannot be read: it is no regular file"));
    g_clear_error(&error);
    put(world, "");
    assert_int_equal(truncate(world->path, 1024L * 1024 * 1024 + 1), 0);
    g_free(world->settings->file);
    world->settings->file = g_strdup(world->path);
    assert_false(read_it(world, &directory, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE));
    assert_true(g_str_has_suffix(error->message, "it cannot be read: it is larger than 1 GiB"));
}

static void test_settings(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    world->people->filter = g_strdup("(cn:caseExactMatch:=x)");
    assert_null(source_new(world->settings, &world->clock.clock, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
    g_clear_error(&error);
    g_clear_pointer(&world->people->filter, g_free);
    world->groups->base[1] = '!';
    assert_null(source_new(world->settings, &world->clock.clock, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_CONFIG));
    assert_error(error, "base of a search: 'd!=org' is no DN: byte 1: '=' is expected");
    world->groups->base[1] = 'c';
    g_clear_pointer(&world->settings->file, g_free);
    assert_null(source_new(world->settings, &world->clock.clock, &error));
    assert_error(error, "a directory of kind 'ldif' needs a file");
}

static void test_scopes(void **state)
{
    World *world = *state;
    static const struct {
        const char *base;
        SearchScope scope;
        unsigned people;
    } cases[] = {
        {"dc=org", SCOPE_SUBTREE, 2},
        {"DC=Org", SCOPE_SUBTREE, 2},
        {"ou=people, dc=org", SCOPE_ONE, 2},
        {"dc=org", SCOPE_ONE, 0},
        {"uid=zoe,ou=people,dc=org", SCOPE_BASE, 1},
        {"uid=zoe,ou=people,dc=org", SCOPE_ONE, 0},
        {"ou=people,dc=org", SCOPE_BASE, 0},
        {"", SCOPE_SUBTREE, 2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_free(world->people->base);
        world->people->base = g_strdup(cases[i].base);
        world->people->scope = cases[i].scope;
        g_autoptr(Directory) directory = read_well(world, BASE ZOE "\n" ADA);
        assert_int_equal(directory->people->len, cases[i].people);
    }
}

static void test_sentinels(void **state)
{
    World *world = *state;
    world->settings->sentinels = g_strsplit("UID=Zoe, ou=people,dc=org|dc=org", "|", -1);
    g_autoptr(Directory) directory = read_well(world, BASE ZOE);
    assert_int_equal(directory->people->len, 1);
    assert_refused(world, BASE ADA "\n",
                   "the sentinel 'UID=Zoe, ou=people,dc=org' was not found\n"
                   "hint: the file may be part of an export");
}

static void test_kinds(void **state)
{
    World *world = *state;
    g_autoptr(Directory) ad = read_well(
        world, "dn: CN=Zoe,dc=org\nobjectClass: top\nobjectClass: user\nsAMAccountName: zoe\n"
               "mail: zoe@example.org\nuserAccountControl: 514\n"
               "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\n\n"
               "dn: CN=PC$,dc=org\nobjectClass: user\nobjectClass: computer\n"
               "objectguid:: AAECAwQFBgcICQoLDA0ODw==\n\n"
               "dn: CN=G,dc=org\nobjectClass: group\ncn: G\nmember: CN=zoe,DC=org\n"
               "objectGUID:: EAECAwQFBgcICQoLDA0ODw==\n");
    const Person *zoe = directory_person(ad, "03020100-0504-0706-0809-0a0b0c0d0e0f");
    assert_non_null(zoe);
    assert_string_equal(zoe->uid, "zoe");
    assert_int_equal(zoe->standing, PERSON_DISABLED);
    assert_string_equal(zoe->standing_reason, "userAccountControl is 514");
    g_autoptr(Directory) ds = read_well(
        world, "dn: uid=zoe,dc=org\nobjectClass: nsPerson\nuid: zoe\nmail: zoe@example.org\n"
               "nsUniqueId: A-B\nnsAccountLock: true\nentryUUID: x\n");
    zoe = directory_person(ds, "a-b");
    assert_non_null(zoe);
    assert_int_equal(zoe->standing, PERSON_DISABLED);
    g_autoptr(Directory) ipa =
        read_well(world, "dn: uid=zoe,dc=org\nobjectClass: inetOrgPerson\nmail: zoe@example.org\n"
                         "ipaUniqueID: C-D\nnsUniqueId: A-B\n");
    assert_non_null(directory_person(ipa, "c-d"));
}

static void test_anchors_by_hand(void **state)
{
    World *world = *state;
    world->people->anchor = g_strdup("uid");
    g_autoptr(Directory) directory = read_well(
        world, "dn: uid=zoe,dc=org\nobjectClass: inetOrgPerson\nuid: zoe\n"
               "mail: zoe@example.org\n\n"
               "dn: CN=Team,dc=org\nobjectClass: groupOfNames\ncn: Team\n"
               "member: uid=zoe,dc=org\nmember: uid=gone,dc=org\nmember: dc=org\n\n" BASE);
    assert_non_null(directory_person(directory, "zoe"));
    const DirectoryGroup *group = g_ptr_array_index(directory->groups, 0);
    assert_string_equal(group->anchor, "dn:cn=team,dc=org");
    assert_int_equal(directory->completeness.dangling, 1);
    assert_int_equal(directory->completeness.outside, 1);
    assert_int_equal(directory->warnings->len, 2);
}

static void test_locate(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    g_autoptr(GPtrArray) located = NULL;
    char a[] = "00000000-0000-0000-0000-00000000000a";
    char b[] = "00000000-0000-0000-0000-00000000000b";
    char z[] = "00000000-0000-0000-0000-0000000000ff";
    g_ptr_array_add(anchors, z);
    g_ptr_array_add(anchors, b);
    g_ptr_array_add(anchors, a);
    g_free(world->people->base);
    world->people->base = g_strdup("ou=elsewhere,dc=org");
    put(world, BASE ZOE "\n" ADA "pwdAccountLockedTime: 000001010000Z\n\n");
    g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, &error);
    assert_success(source->locate(source, anchors, &located, &error), error);
    assert_int_equal(located->len, 3);
    const Located *first = g_ptr_array_index(located, 0);
    const Located *second = g_ptr_array_index(located, 1);
    const Located *third = g_ptr_array_index(located, 2);
    assert_int_equal(first->kind, LOCATED_NOWHERE);
    assert_null(first->dn);
    assert_int_equal(second->kind, LOCATED_DISABLED);
    assert_string_equal(second->dn, "uid=ada,ou=people,dc=org");
    assert_int_equal(third->kind, LOCATED_ENABLED);
    (void) g_unlink(world->path);
    GPtrArray *untouched = NULL;
    assert_false(source->locate(source, anchors, &untouched, &error));
    assert_null(untouched);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE));
}

static void test_check(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    put(world, BASE ZOE "\n" TEAM "member: cn=nobody,dc=org\n\n");
    g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, &error);
    assert_success(source->check(source, findings, &error), error);
    g_autofree char *first = g_strdup_printf("file '%s': 1 person, 1 group", world->path);
    assert_int_equal(findings->len, 2);
    assert_string_equal(g_ptr_array_index(findings, 0), first);
    assert_string_equal(g_ptr_array_index(findings, 1),
                        "group 'cn=team,ou=groups,dc=org' names 1 member not found among what was "
                        "read, such as 'cn=nobody,dc=org', ignoring");
    put(world, "x");
    assert_false(source->check(source, findings, &error));
}

/* A dynamic group has the members that its searches find, whatever else they find. */
static void test_dynamic_groups(void **state)
{
    World *world = *state;
    static const struct {
        const char *url;
        guint members;
    } cases[] = {
        {"ldap:///ou=people,dc=org??sub?(mail=*)", 2},
        {"ldap:///OU=People,dc=org?mail,cn?sub?(uid=zoe)", 1},
        {"ldap:///ou=people,dc=org??one?(uid=*)", 2},
        {"ldap:///dc=org??one?(uid=*)", 0},
        {"ldap:///uid=ada,ou=people,dc=org", 1},
        {"ldap:///ou=people,dc=org??sub?(!(uid=zoe))\nmemberURL: ldap:///dc=org??sub?(uid=zoe)", 2},
        {"ldap:///dc=org??sub?(description=none)", 0},
        {"ldap:///ou=groups,dc=org??sub?(cn=team)", 1}, /* through the group that it finds */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *group =
            g_strconcat("dn: cn=query,ou=groups,dc=org\nobjectClass: groupOfURLs\ncn: query\n"
                        "entryUUID: 00000000-0000-0000-0000-00000000000d\nmemberURL: ",
                        cases[i].url, "\n\n", NULL);
        g_autofree char *text = g_strconcat(BASE TEAM "\n", group, ZOE "\n" ADA "\n", NULL);
        g_autoptr(Directory) directory = read_well(world, text);
        const DirectoryGroup *query = directory_group_by_dn(directory, "cn=query,ou=groups,dc=org");
        if (query->members->len != cases[i].members)
            fail_msg("'%s' finds %u", cases[i].url, query->members->len);
        assert_int_equal(query->dangling, 0);
    }
}

/* The attribute that holds the URLs may be another one. */
static void test_other_url_attribute(void **state)
{
    World *world = *state;
    world->groups->schema = GROUP_SCHEMA_URLS;
    world->groups->member = g_strdup("labeledURI");
    static const char group[] = "dn: cn=query,ou=groups,dc=org\nobjectClass: groupOfURLs\n"
                                "cn: query\nentryUUID: 00000000-0000-0000-0000-00000000000d\n"
                                "labeledURI: ldap:///ou=people,dc=org??sub?(uid=zoe)\n\n";
    g_autofree char *text = g_strconcat(BASE, group, ZOE "\n" ADA "\n", NULL);
    g_autoptr(Directory) directory = read_well(world, text);
    const DirectoryGroup *query = directory_group_by_dn(directory, "cn=query,ou=groups,dc=org");
    assert_int_equal(query->members->len, 1);
}

static void test_bad_member_urls(void **state)
{
    World *world = *state;
    static const struct {
        const char *url;
        const char *why;
    } cases[] = {
        {"http://x/", "which is no LDAP URL"},
        {"ldap://evil.example/dc=org??sub?(a=b)", "which is another server's business"},
        {"ldap:///??sub?(a=b)", "which does not say where to search"},
        {"ldap:///dc=org??children?(a=b)", "which asks for what we do not understand"},
        {"ldap:///dc=org??sub?(a=b)?!x-bind", "which asks for what we do not understand"},
        {"ldap:///dc=org??sub?(a:1.2.3:=b)",
         "and that is no filter: only a server can judge the extensible match 'a:1.2.3'\n"
         "hint: without a server, only the bit rules 1.2.840.113556.1.4.803 and "
         "1.2.840.113556.1.4.804 are understood"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strconcat(BASE "dn: cn=query,ou=groups,dc=org\nobjectClass: groupOfURLs\ncn: query\n"
                             "entryUUID: 00000000-0000-0000-0000-00000000000d\nmemberURL: ",
                        cases[i].url, "\n\n" ZOE "\n", NULL);
        g_autofree char *why =
            g_strdup_printf("group 'cn=query,ou=groups,dc=org' finds its members by '%s', %s\n"
                            "hint: leave the group out by groups.filter if nobody needs it",
                            cases[i].url, cases[i].why);
        assert_refused(world, text, why);
    }
}

/* The same file, whoever wrote it: the configuration may know better than the anchors in it. */
static void test_whose_export(void **state)
{
    World *world = *state;
    static const char text[] =
        "dn: cn=a,dc=org\nobjectClass: user\ncn: a\nmail: a@x.org\nuserAccountControl: 514\n"
        "objectGUID:: MDEyMzQ1Njc4OWFiY2RlYQ==\nentryUUID: a\nobjectClass: inetOrgPerson\n\n";
    g_autoptr(Directory) told = read_well(world, text);
    assert_int_equal(((const Person *) g_ptr_array_index(told->people, 0))->standing,
                     PERSON_DISABLED);
    world->settings->file_kind = SOURCE_KIND_OPENLDAP;
    g_autoptr(Directory) known = read_well(world, text);
    assert_int_equal(((const Person *) g_ptr_array_index(known->people, 0))->standing,
                     PERSON_ENABLED);
    /* who explains somebody goes by the same */
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) inspections = NULL;
    g_autoptr(Entry) overlay = NULL;
    g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, &error);
    assert_success(source->inspect(source, "a@x.org", NULL, &inspections, &overlay, &error), error);
    assert_int_equal(inspections->len, 1);
    const Inspection *inspection = g_ptr_array_index(inspections, 0);
    assert_string_equal(inspection->anchor, "a");
    assert_string_equal(inspection->kind, "openldap");
}

/* An entry by two anchors is two links that were lost; and a long DN is told as it is. */
static void test_locate_by_several_anchors(void **state)
{
    World *world = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) anchors = g_ptr_array_new();
    g_autoptr(GPtrArray) located = NULL;
    char a[] = "00000000-0000-0000-0000-00000000000a";
    char number[] = "4711";
    g_ptr_array_add(anchors, a);
    g_ptr_array_add(anchors, number);
    PeopleSearch *more = people_search_new();
    more->base = g_strdup("dc=org");
    more->anchor = g_strdup("employeeNumber");
    g_ptr_array_add(world->settings->people, more);
    g_autofree char *part = g_strnfill(300, 'x');
    g_autofree char *dn = g_strdup_printf("uid=zoe,ou=%s,dc=org", part);
    g_autofree char *text = g_strdup_printf(BASE "dn: %s\nobjectClass: inetOrgPerson\nuid: zoe\n"
                                                 "mail: zoe@example.org\nemployeeNumber: 4711\n"
                                                 "entryUUID: %s\n\n",
                                            dn, a);
    put(world, text);
    g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, &error);
    assert_success(source->locate(source, anchors, &located, &error), error);
    for (guint i = 0; i < anchors->len; i++) {
        const Located *one = g_ptr_array_index(located, i);
        assert_int_equal(one->kind, LOCATED_ENABLED);
        assert_string_equal(one->dn, dn);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_read),
        TEST(test_layouts),
        TEST(test_refusals),
        TEST(test_unreadable),
        TEST(test_settings),
        TEST(test_scopes),
        TEST(test_sentinels),
        TEST(test_kinds),
        TEST(test_anchors_by_hand),
        TEST(test_locate),
        TEST(test_check),
        TEST(test_dynamic_groups),
        TEST(test_bad_member_urls),
        TEST(test_other_url_attribute),
        TEST(test_whose_export),
        TEST(test_locate_by_several_anchors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
