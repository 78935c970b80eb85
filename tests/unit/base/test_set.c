/* SPDX-License-Identifier: Apache-2.0 */
#include "base/set.h"

#include <string.h>

#include "testing.h"

#define SEED 1021U
#define THINGS 500
#define NAMES 60

typedef struct {
    char *name;
    unsigned number;
} Thing;

/* The first of a name stays, however often others come. */
static void test_first_stays(void **state)
{
    (void) state;
    g_autoptr(GRand) random = g_rand_new_with_seed(SEED);
    g_autoptr(GHashTable) set = set_new_by_name();
    Thing things[THINGS];
    Thing *first[NAMES] = {NULL};
    for (unsigned i = 0; i < THINGS; i++) {
        gint32 name = g_rand_int_range(random, 0, NAMES);
        things[i] = (Thing){.name = g_strdup_printf("%d", name), .number = i};
        assert_ptr_equal(set_find(set, things[i].name), first[name]);
        if (first[name] == NULL)
            first[name] = &things[i];
        assert_ptr_equal(set_add(set, &things[i]), first[name]);
        assert_ptr_equal(set_find(set, things[i].name), first[name]);
    }
    assert_null(set_find(set, "nobody"));
    assert_null(set_find(set, ""));
    assert_int_equal(g_hash_table_size(set), NAMES);
    for (unsigned i = 0; i < THINGS; i++) {
        assert_ptr_equal(set_add(set, &things[i]), set_find(set, things[i].name));
        assert_true(((Thing *) set_find(set, things[i].name))->number <= i);
    }
    (void) g_hash_table_remove(set, first[7]);
    assert_null(set_find(set, "7"));
    for (unsigned i = 0; i < THINGS; i++)
        g_free(things[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
