/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_WORLD_RUN_H
#define TESTS_UNIT_SYNC_WORLD_RUN_H

/*
 * world_run - a run over a world: reading and planning are looks at it, the target is the test's.
 */

#include "model_toggl.h"

#include "sync/run.h"

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

#endif
