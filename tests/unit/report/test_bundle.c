/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "report/bundle.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What "BEFORE file BEHIND" prints when the file is BUNDLE. New string. */
static char *through(const char *before, Bundle *bundle, const char *behind)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    int file = g_file_open_tmp("bundle-XXXXXX", &path, &error);
    assert_true(file >= 0);
    assert_int_equal(close(file), 0);
    g_autoptr(GBytes) bytes = bundle_end(bundle);
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    assert_int_equal(length % 512, 0);
    assert_success(g_file_set_contents(path, data, (gssize) length, &error), error);
    g_autofree char *line = g_strjoin(" ", before, path, behind, NULL);
    char *output = NULL;
    assert_success(g_spawn_command_line_sync(line, &output, NULL, NULL, &error), error);
    assert_int_equal(remove(path), 0);
    return output;
}

/* The tar of the system reads it. */
static void test_tar(void **state)
{
    (void) state;
    g_autofree char *block = g_strnfill(512, 'x');
    g_autoptr(Bundle) bundle = bundle_new(1795521600);
    bundle_add(bundle, "empty.txt", "");
    bundle_add(bundle, "small.txt", "a\n");
    bundle_add(bundle, "block.txt", block);
    g_autofree char *list = through("tar --utc -tvf", bundle, "");
    assert_string_equal(list, "-rw------- 0/0               0 2026-11-24 12:00 empty.txt\n"
                              "-rw------- 0/0               2 2026-11-24 12:00 small.txt\n"
                              "-rw------- 0/0             512 2026-11-24 12:00 block.txt\n");
    g_autoptr(Bundle) again = bundle_new(1795521600);
    bundle_add(again, "small.txt", "a\n");
    g_autofree char *text = through("tar -xOf", again, "small.txt");
    assert_string_equal(text, "a\n");
}

static Person *add_person(Directory *directory, const char *name)
{
    Person *person =
        directory_add_person(directory, g_strdup(name), g_strdup_printf("uid=%s,dc=x", name),
                             g_strdup_printf("uid=%s,dc=x", name), NULL);
    person->uid = g_strdup(name);
    person->mail = g_strdup_printf("%s@example.org", name);
    return person;
}

static void test_directory(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("staff");
    Person *person = add_person(directory, "a");
    person->name = g_strdup("Ännchen");
    person_add_attribute(person, "departmentNumber", " 42");
    add_person(directory, "b")->standing = PERSON_DISABLED;
    add_person(directory, "c")->excluded = g_strdup("people.exclude");
    add_person(directory, "d")->frozen = g_strdup("two of them");
    DirectoryGroup *group = directory_add_group(directory, g_strdup("g1"), g_strdup("cn=g1,dc=x"),
                                                g_strdup("cn=g1,dc=x"), g_strdup("g1"));
    /* one member of its own, one through the group in it */
    static const GroupMember members[] = {{0, 0}, {1, 1}};
    g_array_append_vals(group->members, members, 2);
    uint32_t below = 1;
    g_array_append_val(group->subgroups, below);
    group = directory_add_group(directory, g_strdup("g2"), g_strdup("cn=g2,dc=x"),
                                g_strdup("cn=g2,dc=x"), g_strdup("g2"));
    g_array_append_val(group->members, members[1]);
    g_autofree char *text = bundle_directory(directory);
    assert_string_equal(text, "version: 1\n\n"
                              "dn: uid=a,dc=x\nobjectClass: inetOrgPerson\nentryUUID: a\nuid: a\n"
                              "displayName:: w4RubmNoZW4=\nmail: a@example.org\n"
                              "departmentNumber:: IDQy\n\n"
                              "dn: uid=b,dc=x\nobjectClass: inetOrgPerson\nentryUUID: b\nuid: b\n"
                              "mail: b@example.org\npwdAccountLockedTime: 000001010000Z\n\n"
                              "dn: uid=c,dc=x\nobjectClass: inetOrgPerson\nentryUUID: c\nuid: c\n"
                              "mail: excluded-c@example.org\n\n"
                              "dn: uid=d,dc=x\nobjectClass: inetOrgPerson\nentryUUID: d\nuid: d\n\n"
                              "dn: cn=g1,dc=x\nobjectClass: groupOfNames\nentryUUID: g1\ncn: g1\n"
                              "member: uid=a,dc=x\nmember: cn=g2,dc=x\n\n"
                              "dn: cn=g2,dc=x\nobjectClass: groupOfNames\nentryUUID: g2\ncn: g2\n"
                              "member: uid=b,dc=x\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tar),
        cmocka_unit_test(test_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
