/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SOURCE_ASSEMBLY_WORLD_H
#define TESTS_UNIT_SOURCE_ASSEMBLY_WORLD_H

/* assembly_world - settings with one search for people and one for groups, and directories made
 * with them. */

#include "base/error.h"
#include "entries.h"
#include "source/assembly.h"

#include "testing.h"

#define NOW 1795500000
typedef struct {
    SourceSettings *settings;
    PeopleSearch *people;
    GroupSearch *groups;
} World;

static inline int set_up(void **state)
{
    World *world = g_new0(World, 1);
    world->settings = source_settings_new();
    world->settings->name = g_strdup("main");
    world->people = people_search_new();
    world->people->base = g_strdup("ou=people,dc=org");
    world->groups = group_search_new();
    world->groups->base = g_strdup("ou=groups,dc=org");
    g_ptr_array_add(world->settings->people, world->people);
    g_ptr_array_add(world->settings->groups, world->groups);
    *state = world;
    return 0;
}

static inline int tear_down(void **state)
{
    World *world = *state;
    source_settings_free(world->settings);
    g_free(world);
    return 0;
}

/* Makes a directory of entries as entries.h writes them; the lists end in NULL. */
static inline bool assemble(const World *world, SourceKind kind, const char *const *people,
                            const char *const *groups, Directory **ret, GError **error)
{
    g_autoptr(Assembly) assembly = assembly_new(world->settings, kind);
    assembly_set_now(assembly, NOW);
    for (; people != NULL && *people != NULL; people++) {
        g_autoptr(Entry) entry = entry_of(*people);
        if (!assembly_add_person(assembly, world->people, entry, error))
            return false;
    }
    for (; groups != NULL && *groups != NULL; groups++) {
        g_autoptr(Entry) entry = entry_of(*groups);
        if (!assembly_add_group(assembly, world->groups, entry, error))
            return false;
    }
    return assembly_finish(assembly, ret, error);
}

static inline Directory *assemble_well(const World *world, SourceKind kind,
                                       const char *const *people, const char *const *groups)
{
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    assert_success(assemble(world, kind, people, groups, &directory, &error), error);
    return directory;
}

/* "team: a b; crew: b": groups by name and the anchors of their people. */
static inline void assert_members(const Directory *directory, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < directory->groups->len; i++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, i);
        g_string_append_printf(text, "%s%s:", i > 0 ? "; " : "", group->name);
        for (guint k = 0; k < group->members->len; k++) {
            uint32_t index = g_array_index(group->members, GroupMember, k).person;
            const Person *person = g_ptr_array_index(directory->people, index);
            g_string_append_printf(text, " %s", person->anchor);
        }
    }
    assert_string_equal(text->str, expected);
}

#define PERSON(name)                                                                               \
    "uid=" name ",ou=people,dc=org|uid=" name "|mail=" name "@x.org|entryUUID=" name
#define GROUP(name) "cn=" name ",ou=groups,dc=org|cn=" name "|entryUUID=g-" name

static inline void assert_refused(const World *world, SourceKind kind, const char *person,
                                  const char *group, const char *why)
{
    const char *people[] = {person, NULL};
    const char *groups[] = {group, NULL};
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    assert_false(assemble(world, kind, people, groups, &directory, &error));
    assert_null(directory);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    assert_error(error, why);
}

#endif
