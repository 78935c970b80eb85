/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_cases.h"
#include "world_run.h"

#include <sys/wait.h>
#include <unistd.h>

/*
 * A run that is asked to stop, at each moment in which it looks. A stop lasts as long as the
 * program, so each of these tests is a program of its own.
 */

typedef enum {
    AT_NO_TIME,
    BEFORE_A_REQUEST, /* while the one before is under way */
    WHILE_SETTLING,   /* while it waits for what may be late */
    BEFORE_A_SECOND_LOOK,
} StopWhen;

typedef struct {
    WorldRun self; /* first: the seams find the rest */
    Target target;
    World world;
    ModelToggl model;
    State *state;
    char *folder;
    StopWhen when;
    bool lies; /* Toggl says yes, and does nothing */
    unsigned sent;
    unsigned waits;
} Scene;

static Scene *stopped; /* the one whose clock waits */

static void perform(Target *target, const Request *request, Outcome *ret, GError **error)
{
    Scene *scene = (Scene *) (void *) ((char *) target - G_STRUCT_OFFSET(Scene, target));
    scene->sent++;
    if (scene->when == BEFORE_A_REQUEST && scene->sent == 2)
        clock_stop();
    if (scene->lies) {
        *ret = (Outcome){.kind = OUTCOME_DONE, .status = 200};
        return;
    }
    scene->model.how = FAIL_UNKNOWN_UNDONE;
    scene->model.fail_at = scene->when == WHILE_SETTLING ? scene->model.calls + 1 : 0;
    model_perform(&scene->model.target, request, ret, error);
}

static void wait_and_stop(Clock *clock, int64_t microseconds)
{
    (void) clock;
    (void) microseconds;
    stopped->waits++;
    clock_stop();
}

static void begin_scene(Scene *scene, size_t engine_case, StopWhen when)
{
    *scene = (Scene){.when = when, .target = {.perform = perform}};
    engine_begin(&scene->world, &engine_cases[engine_case]);
    world_finish(&scene->world);
    scene->state = world_open_state(&scene->folder);
    model_init(&scene->model, &scene->world, 0, FAIL_NEVER);
    world_run_init(&scene->self, &scene->world, &scene->target, scene->state);
    scene->self.clock.clock.wait = wait_and_stop;
    stopped = scene;
}

static void end_scene(Scene *scene)
{
    model_clear(&scene->model);
    world_close_state(scene->state, scene->folder);
    world_clear(&scene->world);
}

static RunReport *go(Scene *scene)
{
    g_autoptr(GError) error = NULL;
    RunReport *report = NULL;
    g_autoptr(Plan) plan = world_plan(&scene->world);
    const RunOrder order = {.command = "sync", .plan = plan};
    assert_success(run_carry_out(&scene->self.run, &order, 0, &report, &error), error);
    return report;
}

static void between_two_requests(void)
{
    Scene scene;
    begin_scene(&scene, 2, BEFORE_A_REQUEST);
    g_autoptr(RunReport) report = go(&scene);
    assert_int_equal(scene.sent, 2); /* what was under way came to its end */
    assert_int_equal(report->result->done, 2);
    assert_true(report->result->unsent > 0);
    assert_true(g_error_matches(report->result->cause, SYNC_ERROR, SYNC_ERROR_INTERRUPTED));
    assert_int_equal(report->status, 75);
    assert_false(report->verified);
    end_scene(&scene);
}

static void while_settling(void)
{
    Scene scene;
    begin_scene(&scene, 0, WHILE_SETTLING);
    g_autoptr(RunReport) report = go(&scene);
    assert_int_equal(scene.waits, 1);
    assert_int_equal(report->status, 1);      /* not all that was sent is known to be done */
    assert_true(report->result->unknown > 0); /* and stays so, for the next run */
    assert_true(g_error_matches(report->unverified, SYNC_ERROR, SYNC_ERROR_INTERRUPTED));
    assert_int_equal(report->unconverged->len, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    assert_success(state_unsettled_runs(scene.state, &runs, &error), error);
    assert_int_equal(runs->len, 1);
    end_scene(&scene);
}

static void before_a_second_look(void)
{
    Scene scene;
    begin_scene(&scene, 2, BEFORE_A_SECOND_LOOK);
    scene.lies = true;
    g_autoptr(RunReport) report = go(&scene);
    assert_int_equal(scene.waits, 1);
    assert_int_equal(report->status, 75);
    assert_true(g_error_matches(report->unverified, SYNC_ERROR, SYNC_ERROR_INTERRUPTED));
    assert_int_equal(report->unconverged->len, 0); /* what may only be late is no difference yet */
    assert_int_equal(report->unconverged_runs, 0);
    end_scene(&scene);
}

/* Runs BODY in a program of its own; a test that fails there fails here. */
static void alone(void (*body)(void))
{
    (void) fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        body();
        exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_between_two_requests(void **state)
{
    (void) state;
    alone(between_two_requests);
}

static void test_while_settling(void **state)
{
    (void) state;
    alone(while_settling);
}

static void test_before_a_second_look(void **state)
{
    (void) state;
    alone(before_a_second_look);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_between_two_requests),
        cmocka_unit_test(test_while_settling),
        cmocka_unit_test(test_before_a_second_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
