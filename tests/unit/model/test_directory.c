/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "model/directory.h"

#include <string.h>

#define SEED 7U

static Person *person(Directory *directory, const char *anchor)
{
    return directory_add_person(directory, g_strdup(anchor), g_strdup("DN"), g_strdup("dn"), NULL);
}

static DirectoryGroup *group(Directory *directory, const char *anchor)
{
    return directory_add_group(directory, g_strdup(anchor), g_strdup("DN"),
                               g_strconcat("cn=", anchor, NULL), g_strdup(anchor));
}

static void join(DirectoryGroup *to, uint32_t who, uint32_t via)
{
    GroupMember member = {.person = who, .via = via};
    g_array_append_val(to->members, member);
}

static void nest(DirectoryGroup *to, uint32_t below)
{
    g_array_append_val(to->subgroups, below);
}

static void assert_members(const DirectoryGroup *of, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < of->members->len; i++) {
        GroupMember member = g_array_index(of->members, GroupMember, i);
        g_string_append_printf(text, "%s%u/%u", i > 0 ? " " : "", member.person, member.via);
    }
    assert_string_equal(text->str, expected);
}

static void test_empty(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("ad");
    const char *anchor = NULL;
    assert_string_equal(directory->source, "ad");
    assert_string_equal(directory->completeness.source, "ad");
    assert_false(directory->completeness.complete);
    assert_true(directory_finish(directory, &anchor));
    assert_int_equal(directory->completeness.people, 0);
    assert_null(directory_person(directory, "a"));
    assert_null(directory_group_by_dn(directory, "cn=a"));
    directory_free(NULL);
}

static void test_finish_moves_every_index(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("ad");
    /* people b=0 c=1 a=2, groups y=0 x=1 */
    (void) person(directory, "b");
    (void) person(directory, "c");
    (void) person(directory, "a");
    DirectoryGroup *y = group(directory, "y");
    DirectoryGroup *x = group(directory, "x");
    join(y, 1, 0);
    join(y, 0, 1);
    join(x, 2, 1);
    join(x, 2, 1);
    nest(y, 1);
    const char *anchor = NULL;
    assert_true(directory_finish(directory, &anchor));
    assert_string_equal(((Person *) g_ptr_array_index(directory->people, 0))->anchor, "a");
    assert_string_equal(((Person *) g_ptr_array_index(directory->people, 2))->anchor, "c");
    assert_ptr_equal(g_ptr_array_index(directory->groups, 0), x);
    assert_int_equal(x->place, 0);
    assert_int_equal(y->place, 1);
    assert_members(x, "0/0");
    assert_members(y, "1/0 2/1");
    assert_int_equal(g_array_index(y->subgroups, uint32_t, 0), 0);
    assert_int_equal(directory->completeness.people, 3);
    assert_int_equal(directory->completeness.groups, 2);
    assert_ptr_equal(directory_group_by_dn(directory, "cn=y"), y);
}

/* Who is in a group directly and through another is in it directly: that is the shorter reason. */
static void test_direct_membership_wins(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("ad");
    (void) person(directory, "a");
    DirectoryGroup *x = group(directory, "x");
    DirectoryGroup *y = group(directory, "y");
    join(y, 0, 0);
    join(y, 0, 1);
    join(x, 0, 0);
    join(x, 0, 1);
    const char *anchor = NULL;
    assert_true(directory_finish(directory, &anchor));
    assert_members(x, "0/0");
    assert_members(y, "0/1");
}

static void test_duplicates_are_named(void **state)
{
    (void) state;
    g_autoptr(Directory) people = directory_new("ad");
    (void) person(people, "b");
    (void) person(people, "a");
    (void) person(people, "b");
    const char *anchor = NULL;
    assert_false(directory_finish(people, &anchor));
    assert_string_equal(anchor, "b");
    g_autoptr(Directory) groups = directory_new("ad");
    (void) person(groups, "b");
    (void) group(groups, "g");
    (void) group(groups, "g");
    assert_false(directory_finish(groups, &anchor));
    assert_string_equal(anchor, "g");
}

static void test_person_is_found_among_many(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("ad");
    GRand *random = g_rand_new_with_seed(SEED);
    g_autoptr(GHashTable) anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < 1000; i++) {
        /* shorter and longer than what the order looks at first */
        char *anchor = g_strdup_printf("%.*s%x%s", g_rand_int_range(random, 0, 10), "aaaaaaaaa",
                                       (unsigned) g_rand_int_range(random, 0, 0x1000),
                                       g_rand_boolean(random) ? "\xff" : "");
        if (g_hash_table_add(anchors, anchor))
            (void) person(directory, anchor);
    }
    g_rand_free(random);
    const char *twice = NULL;
    assert_true(directory_finish(directory, &twice));
    for (guint i = 0; i < directory->people->len; i++) {
        Person *one = g_ptr_array_index(directory->people, i);
        assert_ptr_equal(directory_person(directory, one->anchor), one);
        assert_int_equal(one->place, i);
        assert_true(i == 0 ||
                    strcmp(((Person *) g_ptr_array_index(directory->people, i - 1))->anchor,
                           one->anchor) < 0);
    }
    assert_null(directory_person(directory, ""));
    assert_null(directory_person(directory, "zz"));
}

static void assert_path(const Directory *directory, uint32_t from, uint32_t to,
                        const char *expected)
{
    g_autoptr(GArray) path = directory_group_path(directory, from, to);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < path->len; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? ">" : "", g_array_index(path, uint32_t, i));
    assert_string_equal(text->str, expected);
}

static void test_group_path(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("ad");
    DirectoryGroup *groups[6];
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
        groups[i] = group(directory, names[i]);
    /* 0 > 1 > 2 > 3, a short cut 0 > 4 > 3, and a cycle 3 > 0; nothing leads to 5 */
    nest(groups[0], 1);
    nest(groups[1], 2);
    nest(groups[2], 3);
    nest(groups[0], 4);
    nest(groups[4], 3);
    nest(groups[3], 0);
    const char *anchor = NULL;
    assert_true(directory_finish(directory, &anchor));
    assert_path(directory, 0, 3, "0>4>3");
    assert_path(directory, 1, 0, "1>2>3>0");
    assert_path(directory, 2, 2, "2");
    assert_path(directory, 0, 5, "");
    assert_path(directory, 5, 0, "");
}

static void test_attributes_and_warnings(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("ad");
    Person *one = person(directory, "a");
    assert_null(one->attributes);
    person_add_attribute(one, "departmentNumber", "42");
    person_add_attribute(one, "departmentNumber", "43");
    assert_int_equal(one->attributes->len, 2);
    const PersonAttribute *second = g_ptr_array_index(one->attributes, 1);
    assert_string_equal(second->name, "departmentNumber");
    assert_string_equal(second->value, "43");
    directory_warn(directory, g_strdup("look here"));
    assert_string_equal(g_ptr_array_index(directory->warnings, 0), "look here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_finish_moves_every_index),
        cmocka_unit_test(test_direct_membership_wins),
        cmocka_unit_test(test_duplicates_are_named),
        cmocka_unit_test(test_person_is_found_among_many),
        cmocka_unit_test(test_group_path),
        cmocka_unit_test(test_attributes_and_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
