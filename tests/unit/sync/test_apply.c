/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_cases.h"

#include "world_run.h"

#include <glib/gstdio.h>

/*
 * A table of worlds. Each is applied, applied again (nothing is left to do), and applied with a
 * failure at every request N in every way, then once more without: the end is the same, and nobody
 * was invited twice.
 */

static void run_and_forget(World *world, ModelToggl *model, State *state)
{
    g_autoptr(RunReport) report = world_run_once(world, model, state);
    assert_true(report->result->unknown == 0 || report->unverified != NULL ||
                report->result->cause != NULL);
}

static unsigned apply_case(const EngineCase *engine_case, unsigned fail_at, FailHow how,
                           char **ret_picture)
{
    World world;
    ModelToggl model;
    char *folder = NULL;
    engine_begin(&world, engine_case);
    State *state = world_open_state(&folder);
    model_init(&model, &world, fail_at, how);
    run_and_forget(&world, &model, state);
    unsigned first_run = model.calls;
    unsigned runs = 1;
    for (unsigned calls = 0; runs < 4 && calls != model.calls; runs++) {
        calls = model.calls;
        run_and_forget(&world, &model, state);
    }
    g_autoptr(Plan) left = world_plan(&world);
    g_autofree char *lines = plan_lines(left);
    assert_string_equal(lines, "");
    GHashTableIter iterator;
    gpointer times = NULL;
    g_hash_table_iter_init(&iterator, model.invitations);
    while (g_hash_table_iter_next(&iterator, NULL, &times))
        assert_int_equal(GPOINTER_TO_UINT(times), 1);
    *ret_picture = world_picture(&world);
    model_clear(&model);
    world_close_state(state, folder);
    world_clear(&world);
    return first_run;
}

static void test_every_case_survives_a_failure_at_every_request(void **state)
{
    (void) state;
    unsigned points = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(engine_cases); i++) {
        g_autofree char *expected = NULL;
        unsigned requests = apply_case(&engine_cases[i], 0, FAIL_NEVER, &expected);
        assert_true(requests > 0);
        for (unsigned n = 1; n <= requests; n++) {
            for (FailHow how = FAIL_REFUSED; how <= FAIL_UNREACHABLE; how++) {
                g_autofree char *reached = NULL;
                (void) apply_case(&engine_cases[i], n, how, &reached);
                assert_string_equal(reached, expected);
                points++;
            }
        }
    }
    print_message("%u points of failure\n", points);
}

/* Nothing becomes ours where nothing is sent. */
static void test_links_alone_are_remembered(void **state)
{
    (void) state;
    World world;
    char *folder = NULL;
    TestClock clock;
    world_init(&world);
    test_clock_init(&clock, world.now);
    Member *ann = world_member(&world, "ann");
    world_assign(ann, world_workspace(&world, "Product"), ROLE_USER);
    (void) world_person(&world, "ann");
    (void) world_person(&world, "new");
    (void) world_rule(&world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    State *store = world_open_state(&folder);
    g_autoptr(Plan) plan = world_plan(&world);
    g_autoptr(GError) error = NULL;
    const ApplyInput input = {.plan = plan,
                              .organization = world.organization,
                              .ledger = world.ledger,
                              .state = store,
                              .clock = &clock.clock};
    assert_success(apply_links(&input, &error), error);
    g_autoptr(Ledger) ledger = NULL;
    assert_success(state_load(store, &ledger, &error), error);
    assert_int_equal(ledger->links->len, 1);
    assert_int_equal(ledger_link(ledger, "main", "ann")->organization_user_id.value, ann->id.value);
    assert_int_equal(ledger->grants->len, 0);
    world_close_state(store, folder);
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case_survives_a_failure_at_every_request),
        cmocka_unit_test(test_links_alone_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
