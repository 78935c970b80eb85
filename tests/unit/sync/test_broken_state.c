/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_cases.h"
#include "world_run.h"

#include "breaking_state.h"

/*
 * The disk that gives out: from the Nth statement on, SQLite fails. Whatever N is, nothing more is
 * sent than what the journal has, the error is about the state, and the next run, on a disk that
 * works again, comes to the same end without inviting anybody twice.
 */

typedef struct {
    World world;
    ModelToggl model;
    State *state;
    char *folder;
} Machine;

static void begin_machine(Machine *machine, const EngineCase *engine_case)
{
    *machine = (Machine){0};
    engine_begin(&machine->world, engine_case);
    machine->state = world_open_state(&machine->folder);
    model_init(&machine->model, &machine->world, 0, FAIL_NEVER);
}

static void end_machine(Machine *machine)
{
    model_clear(&machine->model);
    world_close_state(machine->state, machine->folder);
    world_clear(&machine->world);
}

/* One run. False: it ended with an error, which is about the state. */
static bool run_machine(Machine *machine)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(RunReport) report = NULL;
    WorldRun self;
    world_run_init(&self, &machine->world, &machine->model.target, machine->state);
    bool good = run_settle(&self.run, notes, &error);
    if (good) {
        g_autoptr(Plan) plan = world_plan(&machine->world);
        const RunOrder order = {.command = "sync", .plan = plan};
        good = run_carry_out(&self.run, &order, 0, &report, &error);
    }
    if (good)
        return true;
    assert_null(report);
    assert_non_null(error);
    if (!g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE))
        fail_msg("statement %u: %s", broken_at, error->message);
    return false;
}

/* The next run of the program: what is in memory is what the state has. */
static void restart(Machine *machine)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(machine->folder, "state.db", NULL);
    Ledger *kept = NULL;
    state_close(machine->state);
    machine->state = NULL;
    assert_success(state_open(path, STATE_WRITE, 1, &machine->state, &error), error);
    assert_success(state_load(machine->state, &kept, &error), error);
    ledger_free(machine->world.ledger);
    machine->world.ledger = kept;
}

static unsigned in_the_journal(const Machine *machine)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    unsigned count = 0;
    assert_success(state_unsettled_runs(machine->state, &runs, &error), error);
    for (guint i = 0; i < runs->len; i++) {
        g_autoptr(GPtrArray) entries = NULL;
        const RunRecord *run = g_ptr_array_index(runs, i);
        assert_success(state_journal(machine->state, run->id, &entries, &error), error);
        count += entries->len;
    }
    return count;
}

/* One run that fails at statement FAILS (0: none). Whether it came to that. */
static bool run_broken(Machine *machine, unsigned fails, bool *ret_failed)
{
    broken_steps = 0;
    broken_at = fails;
    *ret_failed = !run_machine(machine);
    bool reached = fails != 0 && broken_steps >= fails;
    broken_at = 0;
    restart(machine);
    return reached;
}

/* The picture at the end. The first run fails at statement FAILS, the second at AGAIN (0: none).
 * *RET_REACHED: the last of these came to its statement. */
static char *life(const EngineCase *engine_case, unsigned fails, unsigned again, bool *ret_reached)
{
    Machine machine;
    begin_machine(&machine, engine_case);
    g_autoptr(GError) error = NULL;
    assert_success(state_save(machine.state, machine.world.ledger, &error), error);
    bool failed = false;
    *ret_reached = run_broken(&machine, fails, &failed);
    if (failed) /* nothing was sent that is not in it */
        assert_int_equal(in_the_journal(&machine), machine.model.calls);
    if (again != 0)
        *ret_reached = run_broken(&machine, again, &failed);
    for (unsigned calls = machine.model.calls + 1; calls != machine.model.calls;) {
        calls = machine.model.calls;
        assert_true(run_machine(&machine));
    }
    g_autoptr(Plan) left = world_plan(&machine.world);
    g_autofree char *lines = plan_lines(left);
    assert_string_equal(lines, "");
    GHashTableIter iterator;
    gpointer times = NULL;
    g_hash_table_iter_init(&iterator, machine.model.invitations);
    while (g_hash_table_iter_next(&iterator, NULL, &times))
        assert_int_equal(GPOINTER_TO_UINT(times), 1);
    char *picture = world_picture(&machine.world);
    end_machine(&machine);
    return picture;
}

static void test_a_disk_that_gives_out_anywhere(void **state)
{
    (void) state;
    unsigned points = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(engine_cases); i++) {
        bool reached = false;
        g_autofree char *expected = life(&engine_cases[i], 0, 0, &reached);
        for (unsigned n = 1; n == 1 || reached; n += i == 0 ? 1 : 3, points++) {
            g_autofree char *end = life(&engine_cases[i], n, 0, &reached);
            assert_string_equal(end, expected);
        }
    }
    print_message("%u points of failure\n", points);
}

/* While the run that died is settled, the disk gives out once more. */
static void test_a_disk_that_gives_out_again(void **state)
{
    (void) state;
    enum { MIDDLE = 60 }; /* two groups are made, and the last answer is in no journal */
    bool reached = false;
    g_autofree char *expected = life(&engine_cases[0], 0, 0, &reached);
    for (unsigned n = 1; n == 1 || reached; n += n < 60 ? 1 : 5) {
        g_autofree char *end = life(&engine_cases[0], MIDDLE, n, &reached);
        assert_string_equal(end, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_disk_that_gives_out_anywhere),
        cmocka_unit_test(test_a_disk_that_gives_out_again),
    };
    if (g_file_test("/dev/shm", G_FILE_TEST_IS_DIR))
        (void) g_setenv("TMPDIR", "/dev/shm", TRUE); /* it is about failing, not about waiting */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
