/* SPDX-License-Identifier: Apache-2.0 */
#include "counting.h"
#include "engine_cases.h"
#include "world_run.h"

#include "sync/snapshot.h"

/* What a run does after the last request: reading, settling, verifying, and what it leaves. */

/* How a target of these tests behaves. */
typedef enum {
    TELL_TRUTH,
    TELL_NOTHING,   /* does it, and answers 500 */
    TELL_LIES,      /* says that it did, and did not */
    FAIL_ALWAYS,    /* 500, and nothing done */
    USE_UP,         /* no quota from request `limit` on */
    PAYER,          /* refuses every deactivation: they pay */
    NAMELESS_PAYER, /* likewise, and does not say who */
} Behaviour;

typedef struct {
    WorldRun self; /* first: the seams find the rest */
    Target target;
    World world;
    ModelToggl model;
    State *state;
    char *folder;
    Behaviour behaviour;
    unsigned sent;
    unsigned limit;
    unsigned reads;
    unsigned failing_read; /* this one fails; 0: none */
    unsigned stale_reads;  /* so many reads show the organization as it was */
    char *snapshot;        /* how it was */
    Organization *shown;   /* owned: what such a read gave */
} Scene;

static Scene *scene_of_target(Target *target)
{
    return (Scene *) (void *) ((char *) target - G_STRUCT_OFFSET(Scene, target));
}

static void scene_perform(Target *target, const Request *request, Outcome *ret, GError **error)
{
    Scene *scene = scene_of_target(target);
    scene->sent++;
    bool puts = request->operation == OPERATION_PUT_USER;
    if (scene->behaviour == NAMELESS_PAYER) {
        *ret = (Outcome){.kind = OUTCOME_REFUSED, .status = 400, .paying_user = true};
        return;
    }
    if (scene->behaviour == PAYER && puts) {
        *ret = (Outcome){.kind = OUTCOME_REFUSED, .status = 400, .paying_user = true};
        outcome_add_failure(ret, request->organization_user_id.value, NULL, "they pay");
        return;
    }
    if (scene->behaviour == USE_UP && scene->sent >= scene->limit) {
        *ret = (Outcome){.kind = OUTCOME_NOT_SENT, .status = 402};
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_QUOTA, "the hour is used up");
        return;
    }
    if (scene->behaviour == TELL_LIES) {
        *ret = (Outcome){.kind = OUTCOME_DONE, .status = 200, .created_id = 999};
        return;
    }
    scene->model.how = scene->behaviour == TELL_NOTHING  ? FAIL_UNKNOWN_DONE
                       : scene->behaviour == FAIL_ALWAYS ? FAIL_UNKNOWN_UNDONE
                                                         : FAIL_NEVER;
    scene->model.fail_at = scene->model.calls + 1;
    model_perform(&scene->model.target, request, ret, error);
    if (ret->kind == OUTCOME_UNKNOWN)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "status 500");
}

static bool scene_read(Reader *reader, GError **error)
{
    Scene *scene = (Scene *) (void *) reader;
    scene->reads++;
    if (scene->reads == scene->failing_read) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "the line was cut");
        return false;
    }
    if (scene->reads > scene->stale_reads)
        return world_read_again(reader, error);
    Ledger *ledger = NULL;
    g_clear_pointer(&scene->shown, organization_free);
    assert_success(snapshot_read(scene->snapshot, strlen(scene->snapshot), "then", &scene->shown,
                                 &ledger, error),
                   *error);
    ledger_free(ledger);
    reader->organization = scene->shown;
    return true;
}

/* What is wanted of the organization that was shown. */
static bool scene_plan(Run *run, Plan **ret, GError **error)
{
    Scene *scene = (Scene *) (void *) run;
    PlanInput input = world_input(&scene->world);
    input.counts_as_read = false;
    input.organization = run->reader.organization;
    return planner_plan(&input, ret, error);
}

static void begin_scene(Scene *scene, size_t engine_case, Behaviour behaviour)
{
    *scene = (Scene){.behaviour = behaviour, .target = {.perform = scene_perform}};
    engine_begin(&scene->world, &engine_cases[engine_case]);
    world_finish(&scene->world);
    scene->state = world_open_state(&scene->folder);
    model_init(&scene->model, &scene->world, 0, FAIL_NEVER);
}

static void end_scene(Scene *scene)
{
    g_free(scene->snapshot);
    g_clear_pointer(&scene->shown, organization_free);
    model_clear(&scene->model);
    world_close_state(scene->state, scene->folder);
    world_clear(&scene->world);
}

static void prepare(Scene *scene)
{
    scene->reads = 0;
    g_free(scene->snapshot);
    scene->snapshot = snapshot_text(scene->world.organization, NULL, scene->world.now);
    world_run_init(&scene->self, &scene->world, &scene->target, scene->state);
    scene->self.run.reader.again = scene_read;
    scene->self.run.plan = scene_plan;
}

static RunReport *go(Scene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    RunReport *report = NULL;
    prepare(scene);
    assert_success(run_settle(&scene->self.run, notes, &error), error);
    g_autoptr(Plan) plan = world_plan(&scene->world);
    const RunOrder order = {.command = "sync", .plan = plan};
    assert_success(run_carry_out(&scene->self.run, &order, 0, &report, &error), error);
    return report;
}

static int64_t seconds_passed(const Scene *scene)
{
    return scene->self.clock.now_us / 1000000 - scene->world.now;
}

static guint unsettled(const Scene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    assert_success(state_unsettled_runs(scene->state, &runs, &error), error);
    return runs->len;
}

static void a_post_is_believed_lost_after_three_reads(void **data)
{
    (void) data;
    static const struct {
        unsigned stale;
        unsigned reads;
        int64_t seconds;
        bool seen;
    } cases[] = {{0, 1, 0, true}, {1, 2, 5, true}, {2, 3, 10, true}, {3, 3, 10, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Scene scene;
        begin_scene(&scene, 0, TELL_NOTHING);
        /* invitations only: what they need is there */
        (void) world_workspace(&scene.world, "Company");
        (void) world_toggl_group(&scene.world, "Developers");
        (void) world_toggl_group(&scene.world, "Leads");
        world_finish(&scene.world);
        scene.stale_reads = cases[i].stale;
        g_autoptr(RunReport) report = go(&scene);
        assert_int_equal(report->result->unknown, 0);
        assert_int_equal(scene.reads, cases[i].reads);
        assert_int_equal(seconds_passed(&scene), cases[i].seconds);
        assert_int_equal(report->status, cases[i].seen ? 0 : 1);
        assert_int_equal(report->result->done, cases[i].seen ? scene.sent : 0);
        GHashTableIter iterator;
        gpointer times = NULL;
        g_hash_table_iter_init(&iterator, scene.model.invitations);
        while (g_hash_table_iter_next(&iterator, NULL, &times))
            assert_int_equal(GPOINTER_TO_UINT(times), 1);
        end_scene(&scene);
    }
}

static void what_may_be_late_is_read_once_more(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 2, TELL_TRUTH);
    scene.stale_reads = 1;
    g_autoptr(RunReport) report = go(&scene);
    assert_int_equal(report->status, 0);
    assert_true(report->verified);
    assert_int_equal(report->unconverged->len, 0);
    assert_int_equal(scene.reads, 2);
    assert_int_equal(seconds_passed(&scene), 10);
    end_scene(&scene);
}

/* What could only be late is no difference, as long as nobody could look once more. */
static void a_second_look_that_fails_is_left_to_the_next_run(void **data)
{
    (void) data;
    for (unsigned failing = 1; failing <= 2; failing++) {
        Scene scene;
        begin_scene(&scene, 2, TELL_TRUTH);
        scene.stale_reads = 1;
        scene.failing_read = failing;
        g_autoptr(RunReport) report = go(&scene);
        assert_int_equal(report->status, 69);
        assert_false(report->verified);
        assert_string_equal(report->unverified->message, "the line was cut");
        assert_int_equal(report->unconverged->len, 0);
        assert_int_equal(report->unconverged_runs, 0);
        assert_int_equal(unsettled(&scene), 1);
        scene.failing_read = 0;
        scene.stale_reads = 0;
        g_autoptr(RunReport) next = go(&scene);
        assert_int_equal(next->status, 0);
        assert_int_equal(unsettled(&scene), 0);
        end_scene(&scene);
    }
}

static void what_does_not_come_is_said_and_counted(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 2, TELL_LIES);
    for (int64_t run = 1; run <= RUN_QUARANTINE; run++) {
        scene.sent = 0;
        g_autoptr(RunReport) report = go(&scene);
        assert_int_equal(report->status, 1);
        assert_int_equal(scene.sent, report->result->done); /* nothing a second time */
        assert_int_equal(scene.reads, 2);
        assert_true(report->unconverged->len > 0);
        assert_int_equal(report->unconverged_runs, run);
        if (run == 1)
            assert_string_equal(g_ptr_array_index(report->unconverged, 0),
                                "deactivate p3@example.org");
    }
    int64_t counted = 0;
    g_autoptr(GError) error = NULL;
    assert_success(run_unconverged(scene.state, &counted, &error), error);
    assert_int_equal(counted, RUN_QUARANTINE);
    end_scene(&scene);
}

static void a_run_that_converges_counts_anew(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 2, TELL_LIES);
    g_autoptr(RunReport) lied = go(&scene);
    assert_int_equal(lied->unconverged_runs, 1);
    scene.behaviour = USE_UP; /* a run that was cut short says nothing about it */
    scene.limit = scene.sent + 2;
    g_autoptr(RunReport) cut = go(&scene);
    assert_int_equal(cut->unconverged_runs, 1);
    scene.behaviour = TELL_TRUTH;
    g_autoptr(RunReport) good = go(&scene);
    assert_int_equal(good->status, 0);
    assert_int_equal(good->unconverged_runs, 0);
    end_scene(&scene);
}

static void a_run_cut_short_is_settled_by_the_next(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 0, USE_UP);
    scene.limit = 4; /* two groups and one invitation go */
    g_autoptr(RunReport) cut = go(&scene);
    assert_int_equal(cut->status, 75);
    assert_int_equal(scene.reads, 0);
    assert_false(cut->verified);
    assert_int_equal(unsettled(&scene), 1);
    /* whoever was invited has no grants yet: nobody knows their numbers */
    const Ledger *ledger = scene.world.ledger;
    guint grants = ledger->grants->len;
    scene.behaviour = TELL_TRUTH;
    g_autoptr(RunReport) next = go(&scene);
    assert_int_equal(next->status, 0);
    assert_int_equal(unsettled(&scene), 0);
    assert_true(ledger->grants->len > grants);
    for (guint i = 0; i < ledger->grants->len; i++)
        assert_int_equal(((const Grant *) g_ptr_array_index(ledger->grants, i))->origin,
                         GRANT_GIVEN);
    end_scene(&scene);
}

static void toggl_that_is_not_well_is_left_alone(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 2, FAIL_ALWAYS);
    scene.world.settings->limits.removals_floor = 100;
    for (unsigned i = 10; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("q%u", i);
        Member *member = world_member(&scene.world, name);
        (void) world_link(&scene.world, name, member);
        world_disable(world_person(&scene.world, name));
    }
    g_autoptr(RunReport) report = go(&scene);
    assert_int_equal(scene.sent, APPLY_UNKNOWN_IN_A_ROW);
    assert_int_equal(report->status, 69);
    assert_string_equal(report->result->cause->message, "status 500");
    assert_true(report->result->unsent > 0);
    end_scene(&scene);
}

static void the_paying_user_is_protected_from_then_on(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 2, PAYER);
    g_autoptr(RunReport) report = go(&scene);
    assert_int_equal(report->status, 1);
    assert_true(report->result->done > 0); /* the rest went on */
    const GPtrArray *protections = scene.world.ledger->protections;
    assert_true(protections->len > 0);
    const Protection *payer = g_ptr_array_index(protections, 0);
    assert_string_equal(payer->reason, "the paying user of the organization");
    assert_string_equal(payer->mail_key, "p3@example.org");
    /* and in the state */
    g_autoptr(GError) error = NULL;
    g_autoptr(Ledger) kept = NULL;
    assert_success(state_load(scene.state, &kept, &error), error);
    assert_int_equal(kept->protections->len, protections->len);
    scene.world.now += 3600;
    g_autoptr(Plan) next = world_plan(&scene.world);
    assert_int_equal(count_changes(next, CHANGE_DEACTIVATE), 0);
    end_scene(&scene);
}

static void a_clock_that_jumped_back_sends_nothing(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 0, TELL_TRUTH);
    g_autoptr(GError) error = NULL;
    int64_t id = 0;
    assert_success(
        state_begin_run(scene.state, "sync", scene.world.now + 7200, NULL, NULL, &id, &error),
        error);
    assert_success(state_end_run(scene.state, id, scene.world.now + 7200, 0, "", NULL, &error),
                   error);
    prepare(&scene);
    g_autoptr(Plan) plan = world_plan(&scene.world);
    const RunOrder order = {.command = "sync", .plan = plan};
    RunReport *report = NULL;
    assert_false(run_carry_out(&scene.self.run, &order, 0, &report, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    assert_non_null(strstr(error->message, "the clock says 2025-11-24T16:00:00Z"));
    assert_int_equal(scene.sent, 0);
    end_scene(&scene);
}

/* The payer, when the refusal names no number: the one whom the request is about, if it is one. */
static void a_refusal_that_names_nobody_is_about_the_only_one(void **data)
{
    (void) data;
    for (unsigned changes = 1; changes <= 2; changes++) {
        Scene scene;
        begin_scene(&scene, 2, NAMELESS_PAYER);
        prepare(&scene);
        World *world = &scene.world;
        Member *member = g_ptr_array_index(world->organization->members, 0);
        g_autoptr(Plan) plan = plan_new();
        plan->digests.changes = g_strdup("d");
        Request *request = request_new(OPERATION_PUT_USER);
        request->id = 1;
        request->organization_user_id = member->id;
        request->user_id = member->user_id;
        for (unsigned i = 1; i <= changes; i++) {
            Change *change = change_new(CHANGE_DEACTIVATE);
            change->id = i;
            change->person.organization_user_id = member->id;
            g_ptr_array_add(plan->changes, change);
            g_array_append_val(request->changes, i);
        }
        g_ptr_array_add(plan->requests, request);
        g_autoptr(GError) error = NULL;
        RunReport *report = NULL;
        const RunOrder order = {.command = "apply", .plan = plan, .foreign = true};
        assert_success(run_carry_out(&scene.self.run, &order, 0, &report, &error), error);
        const GPtrArray *protections = world->ledger->protections;
        assert_int_equal(protections->len, changes == 1);
        if (changes == 1)
            assert_int_equal(
                ((const Protection *) g_ptr_array_index(protections, 0))->user_id.value,
                member->user_id.value);
        run_report_free(report);
        end_scene(&scene);
    }
}

static bool no_plan(Run *run, Plan **ret, GError **error)
{
    (void) run;
    (void) ret;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "not everything was read");
    return false;
}

static void a_plan_that_fails_afterwards_is_left_to_the_next_run(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene, 2, TELL_TRUTH);
    prepare(&scene);
    scene.self.run.plan = no_plan;
    g_autoptr(GError) error = NULL;
    RunReport *report = NULL;
    g_autoptr(Plan) plan = world_plan(&scene.world);
    const RunOrder order = {.command = "sync", .plan = plan};
    assert_success(run_carry_out(&scene.self.run, &order, 0, &report, &error), error);
    assert_int_equal(report->status, 76);
    assert_false(report->verified);
    assert_string_equal(report->unverified->message, "not everything was read");
    assert_int_equal(unsettled(&scene), 1);
    run_report_free(report);
    end_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_is_believed_lost_after_three_reads),
        cmocka_unit_test(what_may_be_late_is_read_once_more),
        cmocka_unit_test(a_second_look_that_fails_is_left_to_the_next_run),
        cmocka_unit_test(what_does_not_come_is_said_and_counted),
        cmocka_unit_test(a_run_that_converges_counts_anew),
        cmocka_unit_test(a_run_cut_short_is_settled_by_the_next),
        cmocka_unit_test(toggl_that_is_not_well_is_left_alone),
        cmocka_unit_test(the_paying_user_is_protected_from_then_on),
        cmocka_unit_test(a_clock_that_jumped_back_sends_nothing),
        cmocka_unit_test(a_refusal_that_names_nobody_is_about_the_only_one),
        cmocka_unit_test(a_plan_that_fails_afterwards_is_left_to_the_next_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
