/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_TOGGL_WORLD_H
#define TESTS_UNIT_TOGGL_WORLD_H

/* world - a Toggl at a scripted server, under a clock that stands still, with facts in memory. */

#include "testing.h"

#include "base/error.h"
#include "net/scripted.h"
#include "toggl/toggl.h"

#define NOW INT64_C(1800000000)

typedef struct {
    TogglCache cache;
    GHashTable *facts;
    Scripted *server;
    TogglSettings *settings;
    TestClock clock;
    Toggl *toggl;
    GError *error;
} World;

static char *world_get(TogglCache *cache, const char *key)
{
    return g_strdup(g_hash_table_lookup(((World *) (void *) cache)->facts, key));
}

static void world_set(TogglCache *cache, const char *key, const char *value)
{
    g_hash_table_replace(((World *) (void *) cache)->facts, g_strdup(key), g_strdup(value));
}

static World *world_new(void)
{
    World *world = g_new0(World, 1);
    world->cache = (TogglCache){.get = world_get, .set = world_set};
    world->facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    world->server = scripted_new();
    world->settings = toggl_settings_new();
    world->settings->organization = 1;
    world->settings->token = secret_new("the-token", 9);
    world->settings->timeout_seconds = 1;
    test_clock_init(&world->clock, NOW);
    return world;
}

/* After the script was written. */
static void world_open(World *world)
{
    scripted_start(world->server);
    g_free(world->settings->base_url);
    world->settings->base_url = g_strconcat(world->server->url, "/api", NULL);
    world->toggl = toggl_new(world->settings, &world->clock.clock, &world->cache, &world->error);
    assert_non_null(world->toggl);
}

static void world_free(World *world)
{
    toggl_free(world->toggl);
    scripted_stop(world->server);
    toggl_settings_free(world->settings);
    g_hash_table_unref(world->facts);
    g_clear_error(&world->error);
    g_free(world);
}

#endif
