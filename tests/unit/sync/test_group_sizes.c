/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/group_sizes.h"

#include "testing.h"

#define NOW 1795500000
#define DAY 86400

static void test_dangles(void **state)
{
    (void) state;
    static const struct {
        GroupSize size;
        int64_t max_shrink;
        bool dangles;
    } cases[] = {
        {{-1, 10, -1, 50, 0}, 20, false}, /* nothing was noted yet */
        {{100, 100, 3, 3, 0}, 20, false}, /* as it was */
        {{100, 100, 3, 0, 0}, 20, false}, /* tidied up */
        {{100, 99, 0, 1, 0}, 20, false},  /* one left */
        {{100, 80, 0, 20, 0}, 20, false}, /* a fifth */
        {{100, 79, 0, 21, 0}, 20, true},  /* more */
        {{100, 100, 0, 21, 0}, 20, true}, /* more names, though nobody went */
        {{100, 97, 0, 1, 0}, 20, true},   /* one name, three people: a group in it */
        {{3, 2, 0, 1, 0}, 20, false},     /* small groups may lose one */
        {{3, 1, 0, 2, 0}, 20, true},      {{100, 0, 0, 100, 0}, 100, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (group_size_dangles(&cases[i].size, cases[i].max_shrink) != cases[i].dangles)
            fail_msg("case %zu", i);
    }
}

typedef struct {
    SyncSettings *settings;
    GPtrArray *directories;
    Directory *directory;
    DirectoryGroup *group;
    Ledger *ledger;
    GArray *mapped;
    GHashTable *kept;
} World;

static int set_up(void **state)
{
    World *world = g_new0(World, 1);
    world->settings = sync_settings_new();
    world->settings->lifecycle.grace_days = 3;
    world->directory = directory_new("main");
    for (unsigned i = 0; i < 10; i++) {
        g_autofree char *name = g_strdup_printf("uid=p%u", i);
        (void) directory_add_person(world->directory, g_strdup(name), g_strdup(name),
                                    g_strdup(name), NULL);
    }
    world->group = directory_add_group(world->directory, g_strdup("g"), g_strdup("cn=g"),
                                       g_strdup("cn=g"), g_strdup("g"));
    DirectoryGroup *below = directory_add_group(world->directory, g_strdup("h"), g_strdup("cn=h"),
                                                g_strdup("cn=h"), g_strdup("h"));
    uint32_t top = 0;
    uint32_t bottom = 1;
    g_array_append_val(world->group->subgroups, bottom);
    g_array_append_val(below->subgroups, top);
    below->dangling = 1;
    world->directories = g_ptr_array_new_with_free_func((GDestroyNotify) directory_free);
    g_ptr_array_add(world->directories, world->directory);
    world->ledger = ledger_new();
    world->mapped = g_array_new(false, false, sizeof(MappedGroup));
    MappedGroup place = {.directory = 0, .group = 0};
    g_array_append_val(world->mapped, place);
    world->kept = g_hash_table_new(g_str_hash, g_str_equal);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    World *world = *state;
    sync_settings_free(world->settings);
    g_ptr_array_unref(world->directories);
    ledger_free(world->ledger);
    g_array_unref(world->mapped);
    g_hash_table_unref(world->kept);
    g_free(world);
    return 0;
}

static void have(World *world, unsigned members, unsigned dangling)
{
    g_array_set_size(world->group->members, 0);
    for (uint32_t i = 0; i < members; i++) {
        GroupMember member = {.person = i, .via = 0};
        g_array_append_val(world->group->members, member);
    }
    world->group->dangling = dangling;
}

static GroupSize note(World *world, int64_t now)
{
    group_sizes_remember(world->ledger, world->settings, world->directories, world->mapped,
                         world->kept, now);
    return group_size(world->ledger, world->directory, 0, NULL);
}

/* What is sudden is not noted before it has been there for as long as the grace. */
static void test_noted(void **state)
{
    World *world = *state;
    have(world, 10, 0);
    GroupSize size = group_size(world->ledger, world->directory, 0, NULL);
    assert_int_equal(size.members_before, -1);
    assert_int_equal(size.dangling, 1);
    size = note(world, NOW);
    assert_int_equal(size.members_before, 10);
    assert_int_equal(size.dangling_before, 1);
    have(world, 5, 5);
    size = note(world, NOW + DAY);
    assert_int_equal(size.members_before, 10);
    assert_int_equal(size.dangling_before, 1);
    assert_true(group_size_dangles(&size, 20));
    size = note(world, NOW + 3 * DAY);
    assert_int_equal(size.members_before, 10);
    size = note(world, NOW + 4 * DAY);
    assert_int_equal(size.members_before, 5);
    assert_int_equal(size.dangling_before, 6);
    assert_false(group_size_dangles(&size, 20));
    /* and what comes next has a grace of its own */
    have(world, 1, 9);
    size = note(world, NOW + 5 * DAY);
    assert_int_equal(size.dangling_before, 6);
    have(world, 5, 5);
    size = note(world, NOW + 6 * DAY);
    have(world, 1, 9);
    size = note(world, NOW + 7 * DAY);
    size = note(world, NOW + 9 * DAY);
    assert_int_equal(size.dangling_before, 6);
}

/* A rail that does not believe a group keeps what was noted of its members. */
static void test_kept(void **state)
{
    World *world = *state;
    have(world, 10, 0);
    (void) note(world, NOW);
    have(world, 2, 0);
    char key[] = "main.g";
    g_hash_table_add(world->kept, key);
    assert_int_equal(note(world, NOW + 1).members_before, 10);
    g_hash_table_remove_all(world->kept);
    assert_int_equal(note(world, NOW + 2).members_before, 2);
}

/* Names of people whom the ledger knows and the directory lost are no riddle. */
static void test_lost(void **state)
{
    World *world = *state;
    Link *lost = ledger_add_link(world->ledger, "main", "lost");
    (void) ledger_remember(lost->dn_keys, "uid=lost");
    (void) ledger_remember(lost->uids, "Lost");
    Link *there = ledger_add_link(world->ledger, "main", "uid=p1");
    (void) ledger_remember(there->uids, "there");
    (void) ledger_remember(ledger_add_link(world->ledger, "other", "x")->uids, "other");
    const char *const names[] = {"uid=lost", "lost", "there", "other"};
    world->group->unresolved = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_ptr_array_add(world->group->unresolved, g_strdup(names[i]));
    have(world, 1, 5);
    g_autoptr(GHashTable) set = group_lost_names(world->ledger, world->directory);
    GroupSize size = group_size(world->ledger, world->directory, 0, set);
    assert_int_equal(size.lost, 2);
    assert_int_equal(size.dangling, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dangles),
        cmocka_unit_test_setup_teardown(test_noted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lost, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
