/* SPDX-License-Identifier: Apache-2.0 */
#include "source/closure.h"

#include "base/error.h"

#include <string.h>

#include "testing.h"

#define MOST 12

/* People and groups whose anchors order them as their numbers do. */
static Directory *make_directory(unsigned people, unsigned groups)
{
    Directory *directory = directory_new("test");
    for (unsigned i = 0; i < people; i++)
        (void) directory_add_person(directory, g_strdup_printf("p%08u", i), g_strdup("cn=p"),
                                    g_strdup("cn=p"), NULL);
    for (unsigned i = 0; i < groups; i++)
        (void) directory_add_group(directory, g_strdup_printf("g%08u", i),
                                   g_strdup_printf("cn=g%u", i), g_strdup("cn=g"), g_strdup("g"));
    const char *anchor = NULL;
    assert_true(directory_finish(directory, &anchor));
    return directory;
}

static DirectoryGroup *group_at(const Directory *directory, unsigned index)
{
    return g_ptr_array_index(directory->groups, index);
}

static void add_person(const Directory *directory, uint32_t group, uint32_t person)
{
    GroupMember member = {.person = person, .via = group};
    g_array_append_val(group_at(directory, group)->members, member);
}

static void add_group(const Directory *directory, uint32_t group, uint32_t below)
{
    g_array_append_val(group_at(directory, group)->subgroups, below);
}

static bool expand(Directory *directory, int64_t most, GError **error)
{
    g_autofree int64_t *depths = g_new(int64_t, directory->groups->len + 1);
    for (guint i = 0; i < directory->groups->len; i++)
        depths[i] = most;
    return closure_expand(directory, depths, error);
}

static void assert_members(const Directory *directory, uint32_t group, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const GArray *members = group_at(directory, group)->members;
    for (guint i = 0; i < members->len; i++) {
        const GroupMember *member = &g_array_index(members, GroupMember, i);
        g_string_append_printf(text, "%s%u/%u", i > 0 ? " " : "", member->person, member->via);
    }
    assert_string_equal(text->str, expected);
}

static void test_diamond(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = make_directory(4, 4);
    g_autoptr(GError) error = NULL;
    add_group(directory, 0, 2);
    add_group(directory, 0, 1);
    add_group(directory, 1, 3);
    add_group(directory, 2, 3);
    add_group(directory, 2, 3);
    add_person(directory, 3, 2);
    add_person(directory, 3, 0);
    add_person(directory, 3, 0);
    add_person(directory, 2, 1);
    add_person(directory, 1, 1);
    add_person(directory, 0, 3);
    assert_success(expand(directory, 2, &error), error);
    assert_members(directory, 0, "0/3 1/1 2/3 3/0");
    assert_members(directory, 1, "0/3 1/1 2/3");
    assert_members(directory, 2, "0/3 1/2 2/3");
    assert_members(directory, 3, "0/3 2/3");
    assert_int_equal(group_at(directory, 2)->subgroups->len, 1);
    assert_int_equal(g_array_index(group_at(directory, 0)->subgroups, uint32_t, 0), 1);
    g_autoptr(GPtrArray) cycles = closure_cycles(directory);
    assert_int_equal(cycles->len, 0);
}

static void test_depth(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = make_directory(1, 4);
    g_autoptr(GError) error = NULL;
    for (uint32_t i = 0; i < 3; i++)
        add_group(directory, i, i + 1);
    add_person(directory, 3, 0);
    assert_false(expand(directory, 2, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    assert_error(error, "group 'cn=g3' lies more than 2 levels below group 'cn=g0'\n"
                        "hint: raise max_depth if groups are meant to be nested that deeply");
    assert_members(directory, 0, "");
    int64_t depths[] = {3, 0, 0, 0};
    assert_false(closure_expand(directory, depths, &error));
    assert_error(error, "group 'cn=g2' lies more than 0 levels below group 'cn=g1'\n"
                        "hint: raise max_depth if groups are meant to be nested that deeply");
    assert_success(expand(directory, 3, &error), error);
    assert_members(directory, 0, "0/3");
}

static void assert_cycles(const Directory *directory, const char *expected)
{
    g_autoptr(GPtrArray) cycles = closure_cycles(directory);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < cycles->len; i++) {
        const GArray *cycle = g_ptr_array_index(cycles, i);
        g_string_append(text, i > 0 ? " |" : "");
        for (guint k = 0; k < cycle->len; k++)
            g_string_append_printf(text, " %u", g_array_index(cycle, uint32_t, k));
    }
    assert_string_equal(text->str, expected);
}

static void test_cycles(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = make_directory(2, 7);
    g_autoptr(GError) error = NULL;
    add_group(directory, 6, 5);
    add_group(directory, 5, 4);
    add_group(directory, 4, 6);
    add_group(directory, 4, 3);
    add_group(directory, 3, 3);
    add_group(directory, 0, 1);
    add_group(directory, 1, 0);
    add_group(directory, 2, 0);
    add_person(directory, 5, 0);
    add_person(directory, 1, 1);
    assert_success(expand(directory, 10, &error), error);
    assert_members(directory, 4, "0/5");
    assert_members(directory, 5, "0/5");
    assert_members(directory, 6, "0/5");
    assert_members(directory, 3, "");
    assert_members(directory, 2, "1/1");
    assert_cycles(directory, " 0 1 | 3 | 4 5 6");
}

/* The reference: reach[i][j], by the definition of a closure. */
static void close_matrix(bool reach[MOST][MOST], unsigned groups)
{
    for (unsigned k = 0; k < groups; k++) {
        for (unsigned i = 0; i < groups; i++) {
            for (unsigned j = 0; j < groups; j++)
                reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
        }
    }
}

static void compare_with_reference(const Directory *directory, bool reach[MOST][MOST],
                                   bool direct[MOST][MOST], unsigned groups)
{
    unsigned cyclic = 0;
    for (unsigned i = 0; i < groups; i++) {
        unsigned found = 0;
        const GArray *members = group_at(directory, i)->members;
        for (unsigned p = 0; p < MOST; p++) {
            bool wanted = direct[i][p];
            for (unsigned j = 0; j < groups && !wanted; j++)
                wanted = reach[i][j] && direct[j][p];
            if (!wanted)
                continue;
            assert_true(found < members->len);
            const GroupMember *member = &g_array_index(members, GroupMember, found++);
            assert_int_equal(member->person, p);
            assert_true(direct[member->via][p]);
            assert_true(member->via == i || reach[i][member->via]);
            assert_true(!direct[i][p] || member->via == i);
        }
        assert_int_equal(found, members->len);
        cyclic += reach[i][i];
    }
    g_autoptr(GPtrArray) cycles = closure_cycles(directory);
    unsigned in_cycles = 0;
    for (guint i = 0; i < cycles->len; i++)
        in_cycles += ((const GArray *) g_ptr_array_index(cycles, i))->len;
    assert_int_equal(in_cycles, cyclic);
}

static void test_random_graphs(void **state)
{
    (void) state;
    g_autoptr(GRand) random = g_rand_new_with_seed(1000);
    for (unsigned round = 0; round < 1000; round++) {
        bool reach[MOST][MOST] = {{false}};
        bool direct[MOST][MOST] = {{false}};
        unsigned groups = (unsigned) g_rand_int_range(random, 1, MOST + 1);
        g_autoptr(Directory) directory = make_directory(MOST, groups);
        for (gint32 k = g_rand_int_range(random, 0, 20); k > 0; k--) {
            uint32_t from = (uint32_t) g_rand_int_range(random, 0, (gint32) groups);
            uint32_t to = (uint32_t) g_rand_int_range(random, 0, (gint32) groups);
            reach[from][to] = true;
            add_group(directory, from, to);
        }
        for (gint32 k = g_rand_int_range(random, 0, 20); k > 0; k--) {
            uint32_t group = (uint32_t) g_rand_int_range(random, 0, (gint32) groups);
            uint32_t person = (uint32_t) g_rand_int_range(random, 0, MOST);
            direct[group][person] = true;
            add_person(directory, group, person);
        }
        close_matrix(reach, groups);
        g_autoptr(GError) error = NULL;
        assert_success(expand(directory, MOST, &error), error);
        compare_with_reference(directory, reach, direct, groups);
    }
}

/* A chain longer than any stack of calls would bear. */
static void test_long_chain(void **state)
{
    (void) state;
    const uint32_t length = 200000;
    g_autoptr(Directory) directory = make_directory(1, length);
    for (uint32_t i = 0; i < length; i++)
        add_group(directory, i, (i + 1) % length);
    g_autoptr(GPtrArray) cycles = closure_cycles(directory);
    assert_int_equal(cycles->len, 1);
    assert_int_equal(((const GArray *) g_ptr_array_index(cycles, 0))->len, length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diamond),    cmocka_unit_test(test_depth),
        cmocka_unit_test(test_cycles),     cmocka_unit_test(test_random_graphs),
        cmocka_unit_test(test_long_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
