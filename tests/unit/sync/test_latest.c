/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/latest.h"

#include "sync/run.h"

#include "world_run.h"

#include "breaking_state.h"

static void test_what_was_noted_is_recalled(void **data)
{
    (void) data;
    static const struct {
        const char *noted;
        const char *recalled;
    } cases[] = {
        {NULL, NULL},
        {"the line was cut", "the line was cut"},
        {"caf\xe9 \"x\"\n", "caf\xef\xbf\xbd \"x\"\n"},
    };
    char *folder = NULL;
    State *state = world_open_state(&folder);
    g_autoptr(GError) error = NULL;
    LatestRun *none = (LatestRun *) data;
    assert_success(latest_recall(state, &none, &error), error);
    assert_null(none); /* no run yet */
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const LatestRun noted = {.command = (char[]){"sync"},
                                 .problem = (char *) (uintptr_t) cases[i].noted,
                                 .ended = 17,
                                 .status = 69};
        g_autoptr(LatestRun) latest = NULL;
        latest_remember(state, &noted);
        assert_success(latest_recall(state, &latest, &error), error);
        assert_string_equal(latest->command, "sync");
        assert_int_equal(latest->ended, 17);
        assert_int_equal(latest->status, 69);
        assert_int_equal(g_strcmp0(latest->problem, cases[i].recalled), 0);
    }
    world_close_state(state, folder);
}

/* Of another version of the program, or damaged: as if nobody had noted anything. */
static void test_what_cannot_be_read_is_nothing(void **data)
{
    (void) data;
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"command\":\"sync\",\"ended\":\"now\",\"status\":0}",
        "{\"command\":7,\"ended\":1,\"status\":0}",
    };
    char *folder = NULL;
    State *state = world_open_state(&folder);
    g_autoptr(GError) error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        LatestRun *latest = (LatestRun *) data;
        state_note_fact(state, "run.latest", texts[i]);
        assert_success(latest_recall(state, &latest, &error), error);
        assert_null(latest);
    }
    world_close_state(state, folder);
}

static void test_the_last_success(void **data)
{
    (void) data;
    char *folder = NULL;
    State *state = world_open_state(&folder);
    g_autoptr(GError) error = NULL;
    int64_t when = -1;
    assert_success(latest_recall_success(state, &when, &error), error);
    assert_int_equal(when, 0);
    latest_remember_success(state, WORLD_NOW);
    assert_success(latest_recall_success(state, &when, &error), error);
    assert_int_equal(when, WORLD_NOW);
    world_close_state(state, folder);
}

/* Not to have been able to read it is not the same as nothing there. */
static void test_a_disk_that_gives_out(void **data)
{
    (void) data;
    char *folder = NULL;
    State *state = world_open_state(&folder);
    g_autoptr(GError) error = NULL;
    LatestRun *latest = NULL;
    broken_steps = 0;
    broken_at = 1;
    assert_false(latest_recall(state, &latest, &error));
    broken_at = 0;
    assert_null(latest);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    world_close_state(state, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_noted_is_recalled),
        cmocka_unit_test(test_what_cannot_be_read_is_nothing),
        cmocka_unit_test(test_the_last_success),
        cmocka_unit_test(test_a_disk_that_gives_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
