/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/overview_read.h"

#include "state/approvals.h"
#include "state/decisions.h"
#include "sync/document.h"
#include "sync/latest.h"
#include "world_run.h"

#include "breaking_state.h"

/* A state with a run that did not end, one of `api` without an answer, the word of the latest run,
 * an approval that nobody can read, and somebody who is held. */
typedef struct {
    State *state;
    char *folder;
    TestClock clock;
    SyncSettings *settings;
    TogglSettings *toggl;
} Scene;

static int64_t add_run(const Scene *scene, const char *command, const char *plan,
                       const char *operation, int64_t when)
{
    g_autoptr(GError) error = NULL;
    int64_t run = 0;
    const NewRun new_run = {
        .command = command, .plan_digest = plan != NULL ? "d" : NULL, .plan = plan, .requests = 1};
    const NextRequest next = {
        .id = 1, .operation = operation, .essence = "null", .changes = plan != NULL ? "[1]" : NULL};
    assert_success(state_begin(scene->state, &new_run, when, &run, &error), error);
    assert_success(state_record(scene->state, run, NULL, &next, NULL, when, &error), error);
    return run;
}

static void begin_scene(Scene *scene, const char *plan)
{
    *scene = (Scene){.settings = sync_settings_new(), .toggl = toggl_settings_new()};
    g_autoptr(GError) error = NULL;
    g_autoptr(Ledger) ledger = ledger_new();
    test_clock_init(&scene->clock, WORLD_NOW);
    scene->state = world_open_state(&scene->folder);
    scene->settings->digest = g_strdup("sha256:test");
    scene->toggl->organization = 1;
    Link *link = ledger_add_link(ledger, "main", "ann");
    link->hold_until = WORLD_NOW + 3600;
    link->hold_reason = g_strdup("audit");
    assert_success(state_save(scene->state, ledger, &error), error);
    const SavedApproval approval = {.changes = (char[]){"sha256:c"},
                                    .by = (char[]){"ann"},
                                    .record = (char[]){"{}"},
                                    .expires = WORLD_NOW + 60};
    assert_success(state_save_approval(scene->state, &approval, "plan", WORLD_NOW, &error), error);
    int64_t api = add_run(scene, "api", NULL, "delete_organization_group", WORLD_NOW - 100);
    assert_success(state_end_run(scene->state, api, WORLD_NOW - 99, 69, "nothing", NULL, &error),
                   error);
    (void) add_run(scene, "sync", plan, "patch_organization_group", WORLD_NOW - 60);
    const LatestRun latest = {
        .command = (char[]){"sync"}, .problem = (char[]){"cut"}, .ended = 17, .status = 69};
    latest_remember(scene->state, &latest);
}

static void end_scene(Scene *scene)
{
    world_close_state(scene->state, scene->folder);
    sync_settings_free(scene->settings);
    toggl_settings_free(scene->toggl);
}

static bool read_overview(Scene *scene, Overview **ret, GError **error)
{
    const OverviewInput input = {.state = scene->state,
                                 .state_path = "state.db",
                                 .settings = scene->settings,
                                 .toggl = scene->toggl,
                                 .clock = &scene->clock.clock,
                                 .with_facts = true};
    Ledger *ledger = NULL;
    bool good = overview_read(&input, ret, &ledger, error);
    assert_int_equal(good, ledger != NULL);
    ledger_free(ledger);
    return good;
}

static Plan *some_plan(void)
{
    Plan *plan = plan_new();
    Change *change = change_new(CHANGE_DEACTIVATE);
    change->id = 1;
    change->person.mail = g_strdup("ann@example.org");
    change->reason = g_strdup("because");
    g_ptr_array_add(plan->changes, change);
    plan->organization_id = 1;
    plan->organization_name = g_strdup("Example");
    return plan;
}

static void test_everything_is_gathered(void **state)
{
    (void) state;
    Scene scene;
    g_autoptr(Plan) plan = some_plan();
    g_autofree char *text = plan_document_text(plan);
    begin_scene(&scene, text);
    g_autoptr(Overview) overview = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(read_overview(&scene, &overview, &error), error);
    assert_int_equal(overview->runs->len, 2);
    assert_int_equal(overview->unsettled->len, 1);
    assert_int_equal(overview->calls->len, 1);
    const OverviewCall *call = g_ptr_array_index(overview->calls, 0);
    assert_string_equal(call->operation, "delete_organization_group");
    assert_int_equal(overview->approvals->len, 1);
    const OverviewApproval *approval = g_ptr_array_index(overview->approvals, 0);
    assert_true(approval->is_void); /* what cannot be read lets nothing pass */
    assert_string_equal(overview->last_command, "sync");
    assert_string_equal(overview->last_problem, "cut");
    assert_int_equal(overview->plan->changes->len, 1);
    assert_true(overview->facts->len > 0);
    end_scene(&scene);
}

static void end_run(const Scene *scene, const char *command, int64_t when, int status)
{
    g_autoptr(GError) error = NULL;
    int64_t run = add_run(scene, command, NULL, "get_me", when - 1);
    assert_success(state_end_run(scene->state, run, when, status, "done", NULL, &error), error);
}

/* A run that could not leave its word is the last one by the history, unless the clock that wrote
 * it was wrong, or it was no run but a call by hand. */
static void test_the_newer_of_word_and_history_is_the_last_run(void **state)
{
    (void) state;
    Scene scene;
    g_autoptr(Plan) plan = some_plan();
    g_autofree char *text = plan_document_text(plan);
    begin_scene(&scene, text);
    end_run(&scene, "apply", WORLD_NOW - 10, 1);
    end_run(&scene, "sync", WORLD_NOW + 1000, 0);
    end_run(&scene, "api", WORLD_NOW - 5, 0);
    g_autoptr(Overview) overview = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(read_overview(&scene, &overview, &error), error);
    assert_string_equal(overview->last_command, "apply");
    assert_int_equal(overview->last_ended, WORLD_NOW - 10);
    assert_int_equal(overview->last_status, 1);
    assert_null(overview->last_problem);
    end_scene(&scene);
}

static void test_a_plan_that_cannot_be_read_is_said(void **state)
{
    (void) state;
    Scene scene;
    begin_scene(&scene, "{}");
    Overview *overview = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(read_overview(&scene, &overview, &error));
    assert_null(overview);
    assert_true(g_str_has_prefix(error->message, "the plan of run 2 in the state: "));
    end_scene(&scene);
}

/* Who is no member, or was deactivated by whomever, has nothing to lose: they miss nobody. */
static void test_who_has_nothing_to_lose_is_not_missing(void **state)
{
    (void) state;
    static const struct {
        Link link;
        bool is_missing;
    } rows[] = {
        {{.organization_user_id = {7}}, true},
        {{.organization_user_id = {7}, .deactivated_at = 5}, false},
        {{.organization_user_id = {8}}, false}, /* deactivated or deleted by somebody else */
        {{.user_id = {9}}, true},
        {{.invited_at = 5}, true},
        {{.removed_at = 5}, false},
        {{.invited_at = 0}, false},
    };
    for (int seen = 0; seen < 2; seen++) {
        Scene scene;
        begin_scene(&scene, NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Ledger) ledger = ledger_new();
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_autofree char *anchor = g_strdup_printf("a%zu", i);
            Link *link = ledger_add_link(ledger, "main", anchor);
            link->missing_since = WORLD_NOW - 10;
            link->organization_user_id = rows[i].link.organization_user_id;
            link->user_id = rows[i].link.user_id;
            link->invited_at = rows[i].link.invited_at;
            link->deactivated_at = rows[i].link.deactivated_at;
            link->removed_at = rows[i].link.removed_at;
        }
        if (seen == 1)
            ledger_add_interval(ledger, INTERVAL_MEMBER, (OrganizationUserId){7}, 0)->since = 1;
        assert_success(state_save(scene.state, ledger, &error), error);
        g_autoptr(Overview) overview = NULL;
        assert_success(read_overview(&scene, &overview, &error), error);
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_autofree char *anchor = g_strdup_printf("a%zu", i);
            bool found = false;
            for (guint m = 0; m < overview->missing->len; m++) {
                const OverviewPerson *person = g_ptr_array_index(overview->missing, m);
                found = found || strcmp(person->anchor, anchor) == 0;
            }
            /* before the first read has seen who is a member, everybody may be one */
            bool unseen = seen == 0 && rows[i].link.organization_user_id.value == 8;
            assert_int_equal(found, rows[i].is_missing || unseen);
        }
        end_scene(&scene);
    }
}

/* A disk that gives out anywhere ends it with an error about the state, or costs facts that are
 * learned again; nothing is made up. */
static void test_a_disk_that_gives_out(void **state)
{
    (void) state;
    Scene scene;
    g_autoptr(Plan) plan = some_plan();
    g_autofree char *text = plan_document_text(plan);
    begin_scene(&scene, text);
    unsigned failures = 0;
    for (unsigned n = 1, reached = 1; reached != 0; n++) {
        g_autoptr(Overview) overview = NULL;
        g_autoptr(GError) error = NULL;
        broken_steps = 0;
        broken_at = n;
        bool good = read_overview(&scene, &overview, &error);
        reached = broken_steps >= n;
        broken_at = 0;
        failures += !good;
        if (!good)
            assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
        assert_int_equal(good, overview != NULL);
    }
    assert_true(failures > 10);
    end_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_is_gathered),
        cmocka_unit_test(test_the_newer_of_word_and_history_is_the_last_run),
        cmocka_unit_test(test_a_plan_that_cannot_be_read_is_said),
        cmocka_unit_test(test_who_has_nothing_to_lose_is_not_missing),
        cmocka_unit_test(test_a_disk_that_gives_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
