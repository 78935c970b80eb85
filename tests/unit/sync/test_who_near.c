/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "sync/who_near.h"

static void rename_person(Person *person, const char *name)
{
    g_free(person->name);
    person->name = g_strdup(name);
}

/* Seven Annas, of whom one is only in Toggl, one has no address, and one has a name that nobody may
 * print as it is. */
static void company(World *world)
{
    world_init(world);
    rename_person(world_person(world, "a.berger"), "Anna Berger");
    rename_person(world_person(world, "b"), "Björn Müller");
    Person *without = world_person(world, "without");
    g_clear_pointer(&without->mail_key, g_free);
    rename_person(without, "Kofi Mensah");
    rename_person(world_person(world, "evil"), "E\033[31mvil Ivan");
    Member *guest = world_member(world, "guest");
    g_free(guest->name);
    guest->name = g_strdup("Gisela Gast");
    world_finish(world);
}

static char *near(const World *world, const char *text, const GPtrArray *others)
{
    return who_near(text, world->ledger, world->directories, world->organization, others, "rest");
}

static void test_by_name(void **state)
{
    static const struct {
        const char *text;
        const char *near;
    } cases[] = {
        {"Anna Berger", "did you mean 'a.berger@example.org' (Anna Berger)? rest"},
        {"anna", "did you mean 'a.berger@example.org' (Anna Berger)? rest"},
        {"BERG", "did you mean 'a.berger@example.org' (Anna Berger)? rest"},
        {"Berger, Anna", "did you mean 'a.berger@example.org' (Anna Berger)? rest"},
        {"muller", "did you mean 'b@example.org' (Björn Müller)? rest"},
        {"Gisela", "did you mean 'guest@example.org' (Gisela Gast)? rest"},
        {"mensah", "did you mean 'without' (Kofi Mensah)? rest"},
        {"ivan", "did you mean 'evil@example.org' (E\\u{001B}[31mvil Ivan)? rest"},
        /* nobody is called so, and something is written nearly so */
        {"gast@example.org", "did you mean 'guest@example.org'? rest"},
        {"Anna Winter", "rest"},
        {"", "rest"},
        {"a", "rest"},
        {"???", "rest"},
        {"\xff\xfe", "rest"},
        {"elsewhere entirely, and long besides", "rest"},
    };
    (void) state;
    World world;
    company(&world);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = near(&world, cases[i].text, NULL);
        assert_string_equal(found, cases[i].near);
    }
    g_autofree char *nowhere = who_near("anna", NULL, NULL, NULL, NULL, "rest");
    assert_string_equal(nowhere, "rest");
    world_clear(&world);
}

/* Other things go by their names only where nobody is called so. */
static void test_others(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(GPtrArray) groups = g_ptr_array_new();
    g_ptr_array_add(groups, (gpointer) (guintptr) "Engineering");
    g_autofree char *group = near(&world, "Engineerin", groups);
    assert_string_equal(group, "did you mean 'Engineering'? rest");
    g_autofree char *person = near(&world, "anna", groups);
    assert_string_equal(person, "did you mean 'a.berger@example.org' (Anna Berger)? rest");
    world_clear(&world);
}

static void test_many(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    for (int i = 0; i < 8; i++) {
        g_autofree char *anchor = g_strdup_printf("p%d", i);
        rename_person(world_person(&world, anchor), "Anna");
    }
    (void) world_member(&world, "p0");
    world_finish(&world);
    g_autofree char *found = near(&world, "anna", NULL);
    assert_string_equal(found, "did you mean 'p0@example.org' (Anna), 'p1@example.org' (Anna), "
                               "'p2@example.org' (Anna), 'p3@example.org' (Anna), "
                               "'p4@example.org' (Anna) or 3 more? rest");
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_name),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
