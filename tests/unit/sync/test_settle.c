/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/settle.h"

#include "base/error.h"
#include "sync/batch.h"
#include "sync/document.h"

#include "world_run.h"

/*
 * A run that died. Its plan puts ann and bob into the group Crew (one request) and invites zoe;
 * ann is in the group, and nothing else came to pass.
 */
typedef struct {
    World world;
    TestClock clock;
    Reader reader;
    State *state;
    char *folder;
    char *plan;
    GPtrArray *notes;
    unsigned reads;
} Scene;

static bool read_again(Reader *reader, GError **error)
{
    (void) error;
    Scene *scene = (Scene *) (void *) ((char *) reader - G_STRUCT_OFFSET(Scene, reader));
    scene->reads++;
    return true;
}

static void begin_scene(Scene *scene)
{
    *scene = (Scene){.notes = g_ptr_array_new_with_free_func(g_free)};
    World *world = &scene->world;
    world_init(world);
    (void) world_workspace(world, "Company");
    int64_t crew = world_toggl_group(world, "Crew");
    (void) world_person(world, "ann");
    (void) world_person(world, "bob");
    (void) world_person(world, "zoe");
    (void) world_rule(world, RULE_EVERYONE, NULL, "Crew", NULL, ROLE_NONE);
    (void) world_rule(world, RULE_EVERYONE, NULL, NULL, "Company", ROLE_NONE);
    for (unsigned i = 0; i < 2; i++) {
        const char *name = i == 0 ? "ann" : "bob";
        Member *member = world_member(world, name);
        (void) world_link(world, name, member);
        int64_t company = organization_workspace_by_name(world->organization, "Company")->id;
        world_assign(member, company, ROLE_USER);
        (void) world_grant(world, member, GRANT_WORKSPACE, company);
    }
    g_autoptr(Plan) plan = world_plan(world);
    scene->plan = plan_document_text(plan);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "add-to-group ann@example.org Crew\n"
                               "add-to-group bob@example.org Crew\n"
                               "invite zoe@example.org\n");
    world_put(organization_member_by_mail(world->organization, "ann@example.org"), crew);
    world_finish(world);
    test_clock_init(&scene->clock, world->now);
    scene->reader = (Reader){.organization = world->organization,
                             .again = read_again,
                             .clock = &scene->clock.clock,
                             .settle_seconds = 10};
    scene->state = world_open_state(&scene->folder);
}

static void end_scene(Scene *scene)
{
    g_ptr_array_unref(scene->notes);
    g_free(scene->plan);
    world_close_state(scene->state, scene->folder);
    world_clear(&scene->world);
}

/* A run with PLAN, which announced one request. */
static int64_t add_run(Scene *scene, const char *plan, const char *operation, const char *changes)
{
    g_autoptr(GError) error = NULL;
    int64_t run = 0;
    const NewRun new_run = {.command = "sync", .plan_digest = "d", .plan = plan, .requests = 1};
    const NextRequest next = {
        .id = 1, .operation = operation, .essence = "null", .changes = changes};
    assert_success(state_begin(scene->state, &new_run, scene->world.now, &run, &error), error);
    assert_success(state_record(scene->state, run, NULL, &next, NULL, scene->world.now, &error),
                   error);
    return run;
}

static void settle(Scene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    g_ptr_array_set_size(scene->notes, 0);
    assert_success(
        settle_runs(scene->state, scene->world.ledger, &scene->reader, scene->notes, &error),
        error);
    assert_success(state_unsettled_runs(scene->state, &runs, &error), error);
    assert_int_equal(runs->len, 0); /* whatever was found: once is enough */
}

/* "outcome message; ids of confirmed changes" of the first request of RUN. */
static char *what_became_of(Scene *scene, int64_t run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) entries = NULL;
    g_autoptr(GArray) confirmed = NULL;
    assert_success(state_journal(scene->state, run, &entries, &error), error);
    assert_success(state_confirmed(scene->state, run, &confirmed, &error), error);
    const JournalEntry *entry = g_ptr_array_index(entries, 0);
    GString *text = g_string_new(outcome_kind_name(entry->outcome));
    g_string_append_printf(text, " %s;", entry->message != NULL ? entry->message : "");
    for (guint i = 0; i < confirmed->len; i++)
        g_string_append_printf(text, " %u", g_array_index(confirmed, unsigned, i));
    return g_string_free(text, FALSE);
}

static void what_nobody_answered_is_decided_by_reading(void **data)
{
    (void) data;
    static const struct {
        const char *operation;
        const char *changes;
        unsigned reads;
        const char *outcome;
    } cases[] = {
        {"patch_organization_group", "[1]", 0,
         "done no clear answer came; a later read shows it carried out; 1"},
        {"patch_organization_group", "[1,2]", 0,
         "partial no clear answer came; a later read shows it carried out in part; 1"},
        {"patch_organization_group", "[2]", 0,
         "refused no clear answer came; a later read shows that it was not carried out;"},
        /* a POST may only be late */
        {"post_organization_invitation", "[3]", 2,
         "refused no clear answer came; a later read shows that it was not carried out;"},
        {"post_organization_group", "[1]", 0,
         "done no clear answer came; a later read shows it carried out; 1"},
        /* of a damaged list, what makes sense */
        {"patch_organization_group", "[1,0,-1,4,4294967297,\"2\",null]", 0,
         "done no clear answer came; a later read shows it carried out; 1"},
        {"patch_organization_group", "[1", 0,
         "unknown no clear answer came, and what it was for cannot be read;"},
        {"patch_organization_group", "{\"1\":1}", 0,
         "unknown no clear answer came, and what it was for cannot be read;"},
        /* of another version of the program */
        {"post_organization_banquet", "[1]", 0, "unknown ;"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Scene scene;
        begin_scene(&scene);
        int64_t run = add_run(&scene, scene.plan, cases[i].operation, cases[i].changes);
        settle(&scene);
        g_autofree char *outcome = what_became_of(&scene, run);
        if (strcmp(outcome, cases[i].outcome) != 0)
            fail_msg("case %zu: %s", i, outcome);
        assert_int_equal(scene.reads, cases[i].reads);
        assert_int_equal(scene.notes->len, 1);
        assert_string_equal(g_ptr_array_index(scene.notes, 0),
                            "run 1 did not end; 1 of its 1 requests had no answer, and what Toggl "
                            "shows has settled them");
        g_autoptr(GError) error = NULL;
        g_autoptr(RunRecord) record = NULL;
        assert_success(state_run(scene.state, run, &record, &error), error);
        assert_int_equal(record->status, 75);
        assert_string_equal(record->summary, "interrupted; settled by a later run");
        end_scene(&scene);
    }
}

/* What was confirmed by reading is ours. */
static void the_ledger_learns_what_was_carried_out(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene);
    (void) add_run(&scene, scene.plan, "patch_organization_group", "[1,2]");
    settle(&scene);
    const Ledger *ledger = scene.world.ledger;
    const Organization *organization = scene.world.organization;
    int64_t crew = organization_group_by_name(organization, "Crew")->id;
    const Member *ann = organization_member_by_mail(organization, "ann@example.org");
    const Member *bob = organization_member_by_mail(organization, "bob@example.org");
    const Grant *grant = ledger_grant(ledger, GRANT_GROUP, ann->id, crew, 0);
    assert_int_equal(grant->origin, GRANT_GIVEN);
    assert_null(ledger_grant(ledger, GRANT_GROUP, bob->id, crew, 0));
    end_scene(&scene);
}

static void a_run_that_ended_keeps_its_end(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene);
    g_autoptr(GError) error = NULL;
    int64_t run = add_run(&scene, scene.plan, "patch_organization_group", "[1,2]");
    const Outcome unknown = {.kind = OUTCOME_UNKNOWN, .status = 500};
    assert_success(state_record_outcome(scene.state, run, 1, &unknown, NULL, 5, &error), error);
    assert_success(state_leave_run(scene.state, run, 7, 69, "1 invite", NULL, &error), error);
    settle(&scene);
    g_autofree char *outcome = what_became_of(&scene, run);
    assert_string_equal(outcome, "partial no clear answer came; a later read shows it carried out "
                                 "in part; 1");
    assert_string_equal(g_ptr_array_index(scene.notes, 0),
                        "1 request of run 1 had no answer, and what Toggl shows has settled it");
    g_autoptr(RunRecord) record = NULL;
    assert_success(state_run(scene.state, run, &record, &error), error);
    assert_int_equal(record->ended, 7);
    assert_int_equal(record->status, 69);
    assert_string_equal(record->summary, "1 invite");
    end_scene(&scene);
}

/* Nothing was open: only the look afterwards was missing, and nobody needs to hear of it. */
static void a_run_whose_requests_were_all_answered_is_settled_in_silence(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene);
    g_autoptr(GError) error = NULL;
    int64_t run = add_run(&scene, scene.plan, "patch_organization_group", "[1,2]");
    const Outcome refused = {.kind = OUTCOME_REFUSED, .status = 400};
    assert_success(state_record_outcome(scene.state, run, 1, &refused, NULL, 5, &error), error);
    assert_success(state_leave_run(scene.state, run, 7, 1, "nothing", NULL, &error), error);
    settle(&scene);
    assert_int_equal(scene.notes->len, 0);
    g_autofree char *outcome = what_became_of(&scene, run);
    assert_string_equal(outcome, "refused ;");
    end_scene(&scene);
}

static void a_plan_that_cannot_be_read_is_said(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene);
    int64_t run = add_run(&scene, "{}", "patch_organization_group", "[1]");
    settle(&scene);
    assert_int_equal(scene.notes->len, 1);
    assert_true(g_str_has_prefix(g_ptr_array_index(scene.notes, 0),
                                 "the plan of run 1 cannot be read, and what it did is taken from "
                                 "what Toggl shows: "));
    g_autoptr(GError) error = NULL;
    g_autoptr(RunRecord) record = NULL;
    assert_success(state_run(scene.state, run, &record, &error), error);
    assert_string_equal(record->summary, "interrupted; settled by a later run");
    end_scene(&scene);
}

static void a_request_by_hand_stays_unknown(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene);
    int64_t run = add_run(&scene, NULL, "delete_organization_group", NULL);
    settle(&scene);
    assert_int_equal(scene.notes->len, 0);
    g_autofree char *outcome = what_became_of(&scene, run);
    assert_string_equal(outcome, "unknown ;");
    g_autoptr(GError) error = NULL;
    g_autoptr(RunRecord) record = NULL;
    assert_success(state_run(scene.state, run, &record, &error), error);
    assert_string_equal(record->summary, "interrupted; nobody knows whether it was carried out");
    end_scene(&scene);
}

static bool read_fails(Reader *reader, GError **error)
{
    (void) reader;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "the line was cut");
    return false;
}

/* What may only be late is not decided while nobody can look once more. */
static void a_read_that_fails_leaves_the_run_to_the_next(void **data)
{
    (void) data;
    Scene scene;
    begin_scene(&scene);
    (void) add_run(&scene, scene.plan, "post_organization_invitation", "[3]");
    scene.reader.again = read_fails;
    g_autoptr(GError) error = NULL;
    assert_false(settle_runs(scene.state, scene.world.ledger, &scene.reader, scene.notes, &error));
    assert_error(error, "settling run 1: the line was cut");
    g_autoptr(GPtrArray) runs = NULL;
    assert_success(state_unsettled_runs(scene.state, &runs, &error), error);
    assert_int_equal(runs->len, 1);
    scene.reader.again = read_again;
    settle(&scene);
    end_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_answered_is_decided_by_reading),
        cmocka_unit_test(the_ledger_learns_what_was_carried_out),
        cmocka_unit_test(a_run_that_ended_keeps_its_end),
        cmocka_unit_test(a_run_whose_requests_were_all_answered_is_settled_in_silence),
        cmocka_unit_test(a_plan_that_cannot_be_read_is_said),
        cmocka_unit_test(a_request_by_hand_stays_unknown),
        cmocka_unit_test(a_read_that_fails_leaves_the_run_to_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
