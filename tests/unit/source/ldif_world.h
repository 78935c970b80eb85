/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SOURCE_LDIF_WORLD_H
#define TESTS_UNIT_SOURCE_LDIF_WORLD_H

/* ldif_world - an LDIF file in a folder of its own, and the settings that read all of it. */

#include "base/error.h"
#include "source/ldif.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

#define NOW 1795500000
#define BASE "dn: dc=org\nobjectClass: organization\n\n"
#define ZOE                                                                                        \
    "dn: uid=zoe,ou=people,dc=org\nobjectClass: inetOrgPerson\nuid: zoe\nmail: zoe@example.org\n"  \
    "displayName: Zoe\nentryUUID: 00000000-0000-0000-0000-00000000000A\n"
#define ADA                                                                                        \
    "dn: uid=ada,ou=people,dc=org\nobjectClass: inetOrgPerson\nuid: ada\nmail: ada@example.org\n"  \
    "cn: Ada\nentryUUID: 00000000-0000-0000-0000-00000000000b\n"
#define TEAM                                                                                       \
    "dn: cn=team,ou=groups,dc=org\nobjectClass: groupOfNames\ncn: team\n"                          \
    "member: UID=Zoe, OU=People, DC=org\nentryUUID: 00000000-0000-0000-0000-00000000000c\n"

typedef struct {
    char *folder;
    char *path;
    SourceSettings *settings;
    PeopleSearch *people;
    GroupSearch *groups;
    TestClock clock;
} World;

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static inline int set_up(void **state)
{
    World *world = g_new0(World, 1);
    world->folder = g_dir_make_tmp("ldif-XXXXXX", NULL);
    world->path = g_build_filename(world->folder, "people.ldif", NULL);
    world->settings = source_settings_new();
    world->settings->name = g_strdup("file");
    world->settings->kind = SOURCE_KIND_LDIF;
    world->settings->file = g_strdup(world->path);
    world->people = people_search_new();
    world->people->base = g_strdup("dc=org");
    world->groups = group_search_new();
    world->groups->base = g_strdup("dc=org");
    g_ptr_array_add(world->settings->people, world->people);
    g_ptr_array_add(world->settings->groups, world->groups);
    test_clock_init(&world->clock, NOW);
    *state = world;
    return world->folder == NULL;
}

static inline int tear_down(void **state)
{
    World *world = *state;
    (void) g_unlink(world->path);
    (void) g_rmdir(world->folder);
    source_settings_free(world->settings);
    g_free(world->folder);
    g_free(world->path);
    g_free(world);
    return 0;
}

/* Not g_file_set_contents: that waits for the disk, and some tests make a thousand files. */
static inline void put(const World *world, const char *text)
{
    FILE *file = fopen(world->path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static inline bool read_it(World *world, Directory **ret, GError **error)
{
    g_autoptr(Source) source = source_new(world->settings, &world->clock.clock, error);
    return source != NULL && source_read(source, ret, error);
}

static inline void assert_refused(World *world, const char *text, const char *why)
{
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    put(world, text);
    assert_false(read_it(world, &directory, &error));
    assert_null(directory);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    g_autofree char *message = g_strdup_printf("file '%s': %s", world->path, why);
    assert_error(error, message);
}

/* TEXT, and the empty line that ends its last entry. */
static inline Directory *read_well(World *world, const char *text)
{
    g_autoptr(GError) error = NULL;
    Directory *directory = NULL;
    g_autofree char *whole = g_strconcat(text, "\n", NULL);
    put(world, whole);
    assert_success(read_it(world, &directory, &error), error);
    return directory;
}

#endif
