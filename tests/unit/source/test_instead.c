/* SPDX-License-Identifier: Apache-2.0 */

/* What is said of a directory that does not hold what its configuration looks for. */

#include "ldif_world.h"

static bool warned(const Directory *directory, const char *text)
{
    for (guint i = 0; i < directory->warnings->len; i++) {
        if (strcmp(g_ptr_array_index(directory->warnings, i), text) == 0)
            return true;
    }
    return false;
}

static void test_nobody(void **state)
{
    World *world = *state;
    world->people->filter = g_strdup("(objectClass=user)");
    g_autoptr(Directory) directory = read_well(world, BASE ZOE "\n" TEAM);
    assert_int_equal(directory->people->len, 0);
    assert_string_equal(directory->instead,
                        "no people below 'dc=org' match '(objectClass=user)'; what is there: "
                        "groupOfNames (1), inetOrgPerson (1), organization (1)");
}

static void test_no_groups(void **state)
{
    World *world = *state;
    world->groups->filter = g_strdup("(objectClass=posixGroup)");
    g_autoptr(Directory) directory = read_well(world, BASE ZOE "\n" TEAM);
    assert_null(directory->instead);
    assert_true(warned(directory, "no groups below 'dc=org' match '(objectClass=posixGroup)'; what "
                                  "is there: groupOfNames (1), inetOrgPerson (1), organization "
                                  "(1)"));
}

static void test_no_addresses(void **state)
{
    World *world = *state;
    world->people->mail = g_strsplit("email", ",", -1);
    g_autoptr(Directory) directory = read_well(world, BASE ZOE "\n" TEAM);
    assert_true(warned(directory, "nobody has an address where people.mail looks for one; what "
                                  "looks like addresses: mail (1)"));
}

/* Of a directory that holds what is looked for nothing of the kind is said. */
static void test_all_is_there(void **state)
{
    World *world = *state;
    g_autoptr(Directory) directory = read_well(world, BASE ZOE "\n" TEAM);
    assert_null(directory->instead);
    assert_int_equal(directory->warnings->len, 0);
}

static void test_base(void **state)
{
    World *world = *state;
    g_free(world->people->base);
    world->people->base = g_strdup("ou=persons,dc=org");
    assert_refused(world, BASE ZOE "\n" TEAM "\n",
                   "it holds nothing at or below the base 'ou=persons,dc=org'\n"
                   "hint: what the filter finds stands below 'ou=people,dc=org'");
}

/* By hand, entries are only separated by empty lines; but that may have been a program, too. */
static void test_unended(void **state)
{
    World *world = *state;
    world->people->anchor = g_strdup("uid");
    put(world, BASE "dn: uid=a,dc=org\nobjectClass: inetOrgPerson\nuid: a\nmail: a@x.org\n\n"
                    "dn: cn=g,dc=org\nobjectClass: groupOfNames\nmember: uid=a,dc=org\n");
    g_autoptr(Directory) directory = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(read_it(world, &directory, &error), error);
    assert_int_equal(directory->people->len, 1);
    assert_int_equal(directory->groups->len, 1);
    assert_true(directory->completeness.complete);
    assert_true(directory->completeness.open_end);
    assert_true(warned(directory, "no empty line ends the last entry of the file: it may have been "
                                  "cut off, and nothing is taken from anybody because of it; add "
                                  "the line if nothing is missing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nobody),       TEST(test_no_groups), TEST(test_no_addresses),
        TEST(test_all_is_there), TEST(test_base),      TEST(test_unended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
