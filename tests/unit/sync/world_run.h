/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_WORLD_RUN_H
#define TESTS_UNIT_SYNC_WORLD_RUN_H

/*
 * world_run - a run over a world: reading and planning are looks at it, the target is the test's.
 */

#include "model_toggl.h"

#include "sync/run.h"

#include <glib/gstdio.h>

/* The seams of a run, over a world. */
typedef struct {
    Run run;
    World *world;
    TestClock clock;
} WorldRun;

static inline bool world_read_again(Reader *reader, GError **error)
{
    (void) error;
    World *world = ((WorldRun *) (void *) reader)->world;
    world_finish(world);
    reader->organization = world->organization;
    return true;
}

static inline bool world_plan_again(Run *run, Plan **ret, GError **error)
{
    PlanInput input = world_input(((WorldRun *) (void *) run)->world);
    input.counts_as_read = false;
    return planner_plan(&input, ret, error);
}

static inline void world_run_init(WorldRun *self, World *world, Target *target, State *state)
{
    *self = (WorldRun){.world = world};
    test_clock_init(&self->clock, world->now);
    world_finish(world);
    self->run = (Run){
        .reader = {.organization = world->organization,
                   .again = world_read_again,
                   .clock = &self->clock.clock,
                   .settle_seconds = 10},
        .state = state,
        .ledger = world->ledger,
        .target = target,
        .plan = world_plan_again,
    };
}

static inline RunReport *world_run_once(World *world, ModelToggl *model, State *state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    WorldRun self;
    world_run_init(&self, world, &model->target, state);
    assert_success(run_settle(&self.run, notes, &error), error);
    g_autoptr(Plan) plan = world_plan(world);
    const RunOrder order = {.command = "sync", .plan = plan};
    RunReport *report = NULL;
    assert_success(run_carry_out(&self.run, &order, 0, &report, &error), error);
    return report;
}

static inline gint world_compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Who is in what, a line a member: the end state that must not depend on how the way there went. */
static inline char *world_picture(const World *world)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    const Organization *organization = world->organization;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        GString *line = g_string_new(member->mail);
        g_string_append(line, member->inactive ? " inactive" : "");
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
        for (guint g = 0; g < organization->groups->len; g++) {
            const OrganizationGroup *group = g_ptr_array_index(organization->groups, g);
            if (member_in_group(member, group->id))
                g_ptr_array_add(words, g_strdup(group->name));
        }
        for (guint w = 0; w < organization->workspaces->len; w++) {
            const Workspace *workspace = g_ptr_array_index(organization->workspaces, w);
            const Assignment *assignment = member_assignment(member, workspace->id);
            if (assignment != NULL)
                g_ptr_array_add(
                    words, g_strdup_printf("%s:%s", workspace->name, role_name(assignment->role)));
        }
        g_ptr_array_sort(words, world_compare_lines);
        for (guint w = 0; w < words->len; w++)
            g_string_append_printf(line, " %s", (const char *) g_ptr_array_index(words, w));
        g_ptr_array_add(lines, g_string_free(line, FALSE));
    }
    g_ptr_array_sort(lines, world_compare_lines);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s\n", (const char *) g_ptr_array_index(lines, i));
    return g_string_free(text, FALSE);
}

static inline State *world_open_state(char **ret_folder)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("engine-XXXXXX", &error);
    assert_non_null(folder);
    g_autofree char *path = g_build_filename(folder, "state.db", NULL);
    State *state = NULL;
    assert_success(state_open(path, STATE_WRITE, 1, &state, &error), error);
    *ret_folder = folder;
    return state;
}

static inline void world_close_state(State *state, char *folder)
{
    state_close(state);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        (void) g_remove(path);
    }
    (void) g_rmdir(folder);
    g_free(folder);
}

#endif
