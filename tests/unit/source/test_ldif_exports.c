/* SPDX-License-Identifier: Apache-2.0 */

/* Files as servers and Windows make them. */

#include "ldif_world.h"

/* As ldifde -f writes it: CR LF, one change that adds each entry, base64 for what is not ASCII. */
static const char ldifde[] =
    "dn: OU=people,DC=org\r\nchangetype: add\r\nobjectClass: top\r\n"
    "objectClass: organizationalUnit\r\nou: people\r\n"
    "objectGUID:: EQECAwQFBgcICQoLDA0ODw==\r\n\r\n"
    "dn:: Q049Wm/DqyBOw7zDn2xpLE9VPXBlb3BsZSxEQz1vcmc=\r\nchangetype: add\r\nobjectClass: top\r\n"
    "objectClass: person\r\nobjectClass: user\r\ncn:: Wm/DqyBOw7zDn2xp\r\n"
    "displayName:: Wm/DqyBOw7zDn2xp\r\nsAMAccountName: zoe\r\nuserAccountControl: 512\r\n"
    "accountExpires: 9223372036854775807\r\nmail: zoe@example.org\r\n"
    "proxyAddresses: smtp:z@example.org\r\nproxyAddresses: SMTP:zoe@example.org\r\n"
    "memberOf: CN=team,DC=org\r\nprimaryGroupID: 513\r\n"
    "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\r\n"
    "objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUwQAAA==\r\n\r\n"
    "dn: CN=team,DC=org\r\nchangetype: add\r\nobjectClass: top\r\nobjectClass: group\r\n"
    "cn: team\r\nmember:: Q049Wm/DqyBOw7zDn2xpLE9VPXBlb3BsZSxEQz1\r\n vcmc=\r\n"
    "objectGUID:: EAECAwQFBgcICQoLDA0ODw==\r\n\r\n"
    "dn: CN=Domain Users,DC=org\r\nchangetype: add\r\nobjectClass: top\r\nobjectClass: group\r\n"
    "cn: Domain Users\r\nobjectGUID:: EgECAwQFBgcICQoLDA0ODw==\r\n"
    "objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAAQIAAA==\r\n\r\n";

static void check_ldifde(World *world)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Directory) directory = NULL;
    assert_success(read_it(world, &directory, &error), error);
    assert_int_equal(directory->completeness.records, 4);
    assert_int_equal(directory->people->len, 1);
    const Person *zoe = directory_person(directory, "03020100-0504-0706-0809-0a0b0c0d0e0f");
    assert_non_null(zoe);
    assert_string_equal(zoe->name, "Zo\xc3\xab N\xc3\xbc\xc3\x9fli");
    assert_string_equal(zoe->mail, "zoe@example.org");
    assert_int_equal(zoe->standing, PERSON_ENABLED);
    static const char *const groups[] = {"cn=team,dc=org", "cn=domain users,dc=org"};
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
        const DirectoryGroup *group = directory_group_by_dn(directory, groups[i]);
        assert_non_null(group);
        assert_int_equal(group->members->len, 1);
    }
    g_autofree char *bytes = NULL;
    gsize length = 0;
    assert_true(g_file_get_contents(world->path, &bytes, &length, NULL));
    g_autofree char *sum =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *) bytes, length);
    assert_string_equal(directory->completeness.digest + strlen("sha256:"), sum);
}

/* MARK, and TEXT in ENCODING, without the last CUT bytes. */
static void put_encoded(const World *world, const char *mark, const char *text,
                        const char *encoding, gsize cut)
{
    gsize length = 0;
    g_autofree char *encoded = g_convert(text, -1, encoding, "UTF-8", NULL, &length, NULL);
    assert_non_null(encoded);
    g_autoptr(GString) whole = g_string_new(mark);
    g_string_append_len(whole, encoded, (gssize) (length - cut));
    assert_true(g_file_set_contents(world->path, whole->str, (gssize) whole->len, NULL));
}

static void test_ldifde(void **state)
{
    World *world = *state;
    put(world, ldifde);
    check_ldifde(world);
    static const struct {
        const char *mark;
        const char *encoding;
    } cases[] = {{"\xff\xfe", "UTF-16LE"}, {"\xfe\xff", "UTF-16BE"}, {"\xef\xbb\xbf", "UTF-8"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        put_encoded(world, cases[i].mark, ldifde, cases[i].encoding, 0);
        check_ldifde(world);
    }
}

/* ldifde -u writes names as they are; here with a letter beyond the first 65,536. */
static void test_utf_16_names(void **state)
{
    World *world = *state;
    static const char seedling[] =
        "dn: cn=\xf0\x9f\x8c\xb1,dc=org\nobjectClass: user\nuserAccountControl: 512\n"
        "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\ncn: \xf0\x9f\x8c\xb1\nmail: a@x.org\n\n";
    put_encoded(world, "\xff\xfe", seedling, "UTF-16LE", 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(Directory) directory = NULL;
    assert_success(read_it(world, &directory, &error), error);
    assert_int_equal(directory->people->len, 1);
    assert_string_equal(((const Person *) g_ptr_array_index(directory->people, 0))->name,
                        "\xf0\x9f\x8c\xb1");
}

static void test_broken_utf_16(void **state)
{
    World *world = *state;
    static const char why[] =
        "it begins as UTF-16, but does not go on so: it may have been cut off\n"
        "hint: export it without the option -u of ldifde, or convert it to UTF-8";
    g_autofree char *message = g_strdup_printf("file '%s': %s", world->path, why);
    static const struct {
        const char *bytes;
        gsize length;
    } cases[] = {{"\xff\xfe\x64", 3}, {"\xff\xfe\x00\xd8", 4}, {"\xfe\xff\xdc\x00\x00\x64", 6}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Directory *directory = NULL;
        assert_true(
            g_file_set_contents(world->path, cases[i].bytes, (gssize) cases[i].length, NULL));
        assert_false(read_it(world, &directory, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        assert_error(error, message);
    }
    /* cut off between two letters, it is like any other file that was */
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    put_encoded(world, "\xff\xfe", ldifde, "UTF-16LE", 4);
    assert_false(read_it(world, &directory, &error));
    assert_true(g_str_has_suffix(error->message, "no empty line ends the last entry: it may have "
                                                 "been cut off\n"
                                                 "hint: if nothing is missing, add one"));
}

/* Wherever an export is cut off, it is not taken for all of it: nobody is ever lost that way. */
/* Before the first attribute that a server writes, an export looks like what people write. */
static size_t cut_from(const char *text)
{
    static const char *const anchors[] = {"objectGUID::", "entryUUID: "};
    const char *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(anchors) && first == NULL; i++)
        first = strstr(text, anchors[i]);
    assert_non_null(first);
    return (size_t) (first - text) + strlen("objectGUID:: ");
}

static void test_cut_anywhere(void **state)
{
    World *world = *state;
    static const char *const texts[] = {ldifde, BASE ZOE "\n" ADA "\n" TEAM "\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        /* an empty line between two entries is the one place where nothing can tell */
        for (size_t length = cut_from(texts[i]); length < strlen(texts[i]); length++) {
            g_autofree char *part = g_strndup(texts[i], length);
            if (g_str_has_suffix(part, "\n\n") || g_str_has_suffix(part, "\r\n\r\n"))
                continue;
            put(world, part);
            g_autoptr(GError) error = NULL;
            Directory *directory = NULL;
            if (read_it(world, &directory, &error))
                fail_msg("'%s' was read", part);
            assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
        }
    }
}

/* Entries of which the account may see no attribute are in an export, too; a server would not find
 * them by any filter. */
static void test_bare_entries(void **state)
{
    World *world = *state;
    g_autoptr(Directory) directory =
        read_well(world, BASE "dn: uid=hidden,dc=org\n\n" ZOE "\ndn: uid=last,dc=org\n");
    assert_int_equal(directory->people->len, 1);
    assert_int_equal(directory->completeness.records, 4);
}

#define GUID "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\n"
#define USER "dn: cn=a,dc=org\nobjectClass: user\ncn: a\nmail: a@x.org\n" GUID "\n"
#define REFERRAL                                                                                   \
    "dn: ou=else,dc=org\nobjectClass: referral\nobjectClass: extensibleObject\nou: else\n"         \
    "ref: ldap://other.example/ou=else,dc=org\n\n"

static void test_references(void **state)
{
    World *world = *state;
    static const char *const marks[] = {"ref: ldap://other.example/ou=else,dc=org\n\n",
                                        "# refldap://other.example/ou=else,dc=org\n\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        g_autofree char *text = g_strconcat(BASE ZOE "\n", marks[i], NULL);
        assert_refused(world, text,
                       "the search that wrote it was referred to "
                       "'ldap://other.example/ou=else,dc=org'\n"
                       "hint: add an export of that server as a directory of its own, or export "
                       "from a base that does not hold it");
        /* a domain controller refers to its forest from the root of every domain */
        g_autofree char *user = g_strconcat(USER, marks[i], NULL);
        g_autoptr(Directory) directory = read_well(world, user);
        assert_int_equal(directory->people->len, 1);
        assert_int_equal(directory->completeness.references, 1);
    }
}

static void test_referrals(void **state)
{
    World *world = *state;
    assert_refused(world, BASE ZOE "\n" REFERRAL,
                   "entry 'ou=else,dc=org' refers to 'ldap://other.example/ou=else,dc=org', where "
                   "what is below it can be found\n"
                   "hint: add an export of that server as a directory of its own, or choose a base "
                   "that does not hold it");
    assert_refused(world, BASE "dn: ou=else,dc=org\nobjectClass: REFERRAL\n\n",
                   "entry 'ou=else,dc=org' refers to 'nowhere', where what is below it can be "
                   "found\n"
                   "hint: add an export of that server as a directory of its own, or choose a base "
                   "that does not hold it");
    g_autoptr(Directory) ad = read_well(world, USER REFERRAL);
    assert_int_equal(ad->people->len, 1);
    for (int groups = 0; groups <= 1; groups++) {
        char **base = groups ? &world->groups->base : &world->people->base;
        g_free(*base);
        *base = g_strdup("ou=people,dc=org");
    }
    g_autoptr(Directory) beside = read_well(world, BASE ZOE "\n" REFERRAL);
    assert_int_equal(beside->people->len, 1);
}

/* Samba's ldbsearch writes GUIDs and SIDs as people do. */
static void test_ldbsearch(void **state)
{
    World *world = *state;
    g_autoptr(Directory) directory = read_well(
        world, "# record 1\ndn: CN=Zoe,DC=org\nobjectClass: user\nsAMAccountName: zoe\n"
               "mail: zoe@example.org\nuserAccountControl: 512\nprimaryGroupID: 513\n"
               "objectSid: S-1-5-21-1-2-3-1107\n"
               "objectGUID: 03020100-0504-0706-0809-0A0B0C0D0E0F\n\n"
               "# record 2\ndn: CN=Domain Users,DC=org\nobjectClass: group\ncn: Domain Users\n"
               "objectSid: S-1-5-21-1-2-3-513\n"
               "objectGUID: 13020100-0504-0706-0809-0a0b0c0d0e0f\n\n"
               "# Referral\nref: ldap:///CN=Configuration,DC=org\n\n"
               "# returned 3 records\n# 2 entries\n# 1 referrals\n");
    assert_non_null(directory_person(directory, "03020100-0504-0706-0809-0a0b0c0d0e0f"));
    const DirectoryGroup *users = g_ptr_array_index(directory->groups, 0);
    assert_int_equal(users->members->len, 1);
    static const char *const bad[] = {"03020100-0504-0706-0809-0a0b0c0d0e0", "",
                                      "03020100-0504-0706-0809-0a0b0c0d0e0g",
                                      "{3020100-0504-0706-0809-0a0b0c0d0e0f}"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *text = g_strdup_printf(
            "dn: CN=Zoe,DC=org\nobjectClass: user\nmail: zoe@example.org\nobjectGUID: %s\n\n",
            bad[i]);
        assert_refused(
            world, text,
            "entry 'CN=Zoe,DC=org' has no usable objectGUID, by which it could be known "
            "again\n"
            "hint: export operational attributes too (ldapsearch ... '*' '+'), or name "
            "what they have instead: people.anchor, and --anchor of init\n"
            "hint: each of the 1 found has one of it, and no two the same: 'mail', 'cn'");
    }
}

/* Of entries that were deleted a server tells nobody who does not ask for them, an export may. */
static void test_deleted(void **state)
{
    World *world = *state;
    static const char *const texts[] = {
        BASE ZOE "nsUniqueId: 1-1\n\ndn: nsuniqueid=2-2,uid=gone,dc=org\n"
                 "objectClass: inetOrgPerson\nobjectClass: nsTombstone\nuid: gone\n"
                 "mail: gone@example.org\nnsUniqueId: 2-2\n",
        "dn: DC=org\nobjectClass: domain\n\n" USER
        "dn: CN=b\\0ADEL:1,CN=Deleted Objects,DC=org\nobjectClass: user\nisDeleted: TRUE\n"
        "mail: b@x.org\nobjectGUID:: EQECAwQFBgcICQoLDA0ODw==\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Directory) directory = read_well(world, texts[i]);
        assert_int_equal(directory->people->len, 1);
        assert_int_equal(directory->completeness.records, 3);
        /* who is looked for because they are missing is not there, either */
        g_autoptr(GPtrArray) anchors = g_ptr_array_new();
        g_autoptr(GPtrArray) located = NULL;
        g_ptr_array_add(anchors, (gpointer) (uintptr_t) (i == 0 ? "2-2"
                                                                : "03020111-0504-0706-0809-"
                                                                  "0a0b0c0d0e0f"));
        g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, NULL);
        assert_true(source->locate(source, anchors, &located, NULL));
        const Located *found = g_ptr_array_index(located, 0);
        assert_int_equal(found->kind, LOCATED_NOWHERE);
    }
}

/* By hand, what stands in the name of an entry is seldom written again. */
static void test_names_by_hand(void **state)
{
    World *world = *state;
    world->people->anchor = g_strdup("uid");
    g_autoptr(Directory) directory =
        read_well(world, "dn: uid=ann,dc=org\nobjectClass: inetOrgPerson\nmail: a@x.org\n\n"
                         "dn: cn=team,dc=org\nobjectClass: groupOfNames\n"
                         "member: uid=ann,dc=org\n\n"
                         "dn: cn=posix,dc=org\nobjectClass: posixGroup\nmemberUid: ann\n");
    const Person *ann = g_ptr_array_index(directory->people, 0);
    assert_string_equal(ann->anchor, "ann");
    assert_int_equal(directory->groups->len, 2);
    for (guint i = 0; i < 2; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        assert_int_equal(group->members->len, 1);
        assert_true(strcmp(group->name, "team") == 0 || strcmp(group->name, "posix") == 0);
    }
}

/* Active Directory gives a part of a long list, and an export has no more. */
static void test_parts_of_members(void **state)
{
    World *world = *state;
    put(world, "dn: CN=G,DC=org\nobjectClass: group\ncn: G\nmember: CN=a,DC=org\n"
               "member;range=0-1499: CN=a,DC=org\n" GUID "\n");
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    assert_false(read_it(world, &directory, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    assert_non_null(strstr(error->message, "member;range=0-1499"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_deleted),      TEST(test_names_by_hand),    TEST(test_ldifde),
        TEST(test_utf_16_names), TEST(test_broken_utf_16),    TEST(test_cut_anywhere),
        TEST(test_bare_entries), TEST(test_references),       TEST(test_referrals),
        TEST(test_ldbsearch),    TEST(test_parts_of_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
