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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case_survives_a_failure_at_every_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
