/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "source/names.h"

#include <string.h>

static void test_names_have_numbers(void **state)
{
    (void) state;
    g_autoptr(Names) names = names_new();
    g_autofree char *ann = g_strdup("uid=ann,dc=example,dc=org");
    assert_int_equal(names_find(names, ann), NAMES_NONE);
    assert_int_equal(names_count(names), 0);
    const char *kept = names_add(names, ann, 7);
    assert_string_equal(kept, ann);
    assert_ptr_not_equal(kept, ann);
    assert_int_equal(names_find(names, ann), 7);
    assert_int_equal(names_find(names, "uid=ann,dc=example,dc=or"), NAMES_NONE);
    assert_int_equal(names_find(names, "uid=ann,dc=example,dc=org2"), NAMES_NONE);
    assert_int_equal(names_find(names, ""), NAMES_NONE);
    (void) names_add(names, "", 0);
    assert_int_equal(names_find(names, ""), 0);
    assert_int_equal(names_count(names), 2);
    names_free(NULL);
}

/* As GLib has it, over all sizes that it grows through; names that end or begin as others do. */
static void test_is_what_a_table_says(void **state)
{
    (void) state;
    GRand *chance = g_rand_new_with_seed(29);
    g_autoptr(Names) names = names_new();
    g_autoptr(GHashTable) table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (uint32_t i = 0; i < 40000; i++) {
        int number = g_rand_int_range(chance, 0, 20000);
        g_autofree char *name = g_rand_boolean(chance)
                                    ? g_strdup_printf("%d", number)
                                    : g_strdup_printf("uid=%d,ou=people", number);
        gpointer known = NULL;
        if (g_hash_table_lookup_extended(table, name, NULL, &known)) {
            assert_int_equal(names_find(names, name), GPOINTER_TO_UINT(known));
            continue;
        }
        assert_int_equal(names_find(names, name), NAMES_NONE);
        (void) names_add(names, name, i);
        g_hash_table_insert(table, g_steal_pointer(&name), GUINT_TO_POINTER(i));
    }
    g_rand_free(chance);
    assert_int_equal(names_count(names), g_hash_table_size(table));
    GHashTableIter each;
    gpointer name = NULL;
    gpointer number = NULL;
    g_hash_table_iter_init(&each, table);
    while (g_hash_table_iter_next(&each, &name, &number))
        assert_int_equal(names_find(names, name), GPOINTER_TO_UINT(number));
}

/* Any number at once, those that are not there and those that come twice included. */
static void test_many_are_found_at_once(void **state)
{
    (void) state;
    g_autoptr(Names) names = names_new();
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < 1000; i++) {
        g_autofree char *name = g_strdup_printf("uid=%u,dc=example", i);
        (void) names_add(names, name, i);
    }
    for (uint32_t i = 0; i < 300; i++)
        g_ptr_array_add(all, g_strdup_printf("uid=%u,dc=example", i % 7 == 0 ? 0 : i * 5));
    for (guint count = 0; count <= all->len; count++) {
        g_autofree uint32_t *numbers = g_new0(uint32_t, count + 1);
        names_find_all(names, (const char *const *) all->pdata, count, numbers);
        for (guint i = 0; i < count; i++) {
            uint32_t wanted = i % 7 == 0 ? 0 : i * 5;
            assert_int_equal(numbers[i], wanted < 1000 ? wanted : NAMES_NONE);
        }
        assert_int_equal(numbers[count], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_have_numbers),
        cmocka_unit_test(test_is_what_a_table_says),
        cmocka_unit_test(test_many_are_found_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
