/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <fcntl.h>
#include <sys/file.h>

static char *lock_path(const Fixture *fixture)
{
    return g_strconcat(fixture->path, ".lock", NULL);
}

static void the_second_is_told_who_holds_it(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) first = open_state(fixture, STATE_WRITE);
    assert_true(first->lock >= 0);
    g_autoptr(GError) error = open_refused(fixture, STATE_WRITE, ORGANIZATION);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_LOCKED));
    assert_int_equal(error_exit_status(error), 75);
    g_autofree char *pattern = g_strdup_printf(
        "^another run holds the lock: pid %d \\([^/].*\\) since "
        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\nhint: wait until it has ended: the lock "
        "'%s\\.lock' goes with its process$",
        (int) getpid(), fixture->path);
    if (!g_regex_match_simple(pattern, error->message, 0, 0))
        fail_msg("%s\nis not as in\n%s", error->message, pattern);
}

static void it_is_free_after_close(void **data)
{
    const Fixture *fixture = *data;
    state_close(open_state(fixture, STATE_WRITE));
    state_close(open_state(fixture, STATE_WRITE));
}

static int open_twice(const Fixture *fixture)
{
    State *state = NULL;
    GError *error = NULL;
    if (state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error))
        return 1;
    return g_error_matches(error, SYNC_ERROR, SYNC_ERROR_LOCKED) ? 0 : 2;
}

static void another_process_is_refused(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    assert_true(state->lock >= 0);
    assert_int_equal(in_child(false, open_twice, fixture), 0);
}

static int hold_and_die(const Fixture *fixture)
{
    State *state = NULL;
    if (!state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, NULL))
        return 1;
    (void) kill(getpid(), SIGKILL);
    return 2;
}

static void it_goes_with_a_killed_process(void **data)
{
    const Fixture *fixture = *data;
    assert_int_equal(in_child(false, hold_and_die, fixture), -SIGKILL);
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    assert_true(state->lock >= 0);
    g_autofree char *path = lock_path(fixture);
    g_autofree char *line = NULL;
    assert_true(g_file_get_contents(path, &line, NULL, NULL));
    g_autofree char *own = g_strdup_printf("pid %d (", (int) getpid());
    assert_true(g_str_has_prefix(line, own));
    /* nothing is left of the dead one */
    assert_non_null(strchr(line, '\n'));
    assert_string_equal(strchr(line, '\n') + 1, "generation 0\n");
}

static void readers_need_no_lock(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) writer = open_state(fixture, STATE_WRITE);
    g_autoptr(State) reader = open_state(fixture, STATE_READ);
    assert_true(writer->lock >= 0);
    assert_int_equal(reader->lock, -1);
}

static void its_file_is_private_and_not_inherited(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autofree char *path = lock_path(fixture);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(fcntl(state->lock, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

static void it_is_no_link(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *path = lock_path(fixture);
    assert_int_equal(symlink("/dev/null", path), 0);
    g_autoptr(GError) error = open_refused(fixture, STATE_WRITE, ORGANIZATION);
    assert_non_null(strstr(error->message, "Too many levels of symbolic links"));
}

static void a_folder_for_everybody_is_named(void **data)
{
    const Fixture *fixture = *data;
    assert_null(lock_folder_problem(fixture->path));
    assert_int_equal(g_chmod(fixture->folder, 01777), 0); /* as /tmp is */
    assert_null(lock_folder_problem(fixture->path));
    assert_int_equal(g_chmod(fixture->folder, 0707), 0);
    g_autofree char *problem = lock_folder_problem(fixture->path);
    g_autofree char *wanted =
        g_strdup_printf("everybody on this machine may write into the folder of the state, '%s' "
                        "(mode 0707), and put another state there\nhint: chmod o-w '%s'",
                        fixture->folder, fixture->folder);
    assert_string_equal(problem, wanted);
}

/* The line of a holder that is hostile, or not written yet. */
static void any_line_is_safe_to_show(void **data)
{
    const Fixture *fixture = *data;
    static const struct {
        const char *line;
        const char *shown;
    } cases[] = {
        {"", "another run holds the lock\n"},
        {"\n", "another run holds the lock\n"},
        {"\033[31mred", "another run holds the lock: \\u{001B}[31mred\n"},
        {"one\ntwo", "another run holds the lock: one\n"},
    };
    g_autofree char *path = lock_path(fixture);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int lock = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_int_equal(write(lock, cases[i].line, strlen(cases[i].line)), strlen(cases[i].line));
        assert_int_equal(flock(lock, LOCK_EX), 0);
        g_autoptr(GError) error = open_refused(fixture, STATE_WRITE, ORGANIZATION);
        if (!g_str_has_prefix(error->message, cases[i].shown))
            fail_msg("%s", error->message);
        (void) close(lock);
    }
}

static void a_missing_folder_is_named(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *path = g_build_filename(fixture->folder, "none", "state.db", NULL);
    State *state = NULL;
    GError *error = NULL;
    assert_false(state_open(path, STATE_WRITE, ORGANIZATION, &state, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    g_autofree char *expected = g_strdup_printf(
        "the lock '%s.lock' cannot be opened: No such file or directory\nhint: make the folder "
        "'%s/none', for the user that runs this program",
        path, fixture->folder);
    assert_error(error, expected);
}

static int refused_by_folder(const Fixture *fixture)
{
    g_autofree char *command = command_of_owner();
    g_autofree char *message = g_strdup_printf(
        "the lock '%s.lock' cannot be opened: Permission denied\nhint: put '%s' before the command",
        fixture->path, command);
    return expect_refused(fixture, STATE_WRITE, message);
}

static void an_unwritable_folder_is_named(void **data)
{
    const Fixture *fixture = *data;
    assert_int_equal(g_chmod(fixture->folder, 0555), 0);
    assert_int_equal(in_child(true, refused_by_folder, fixture), 0);
}

/* Another user would not get any further: a link, a folder, a file system that is read-only. */
static void what_no_user_can_open_is_no_matter_of_users(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *path = lock_path(fixture);
    assert_int_equal(symlink("elsewhere", path), 0);
    g_autoptr(GError) error = open_refused(fixture, STATE_WRITE, ORGANIZATION);
    g_autofree char *expected = g_strdup_printf(
        "the lock '%s' cannot be opened: Too many levels of symbolic links\nhint: it must be a "
        "plain file, on a file system that can be written to",
        path);
    assert_string_equal(error->message, expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_second_is_told_who_holds_it),
        TEST(it_is_free_after_close),
        TEST(another_process_is_refused),
        TEST(it_goes_with_a_killed_process),
        TEST(readers_need_no_lock),
        TEST(its_file_is_private_and_not_inherited),
        TEST(it_is_no_link),
        TEST(a_folder_for_everybody_is_named),
        TEST(any_line_is_safe_to_show),
        TEST(a_missing_folder_is_named),
        TEST(an_unwritable_folder_is_named),
        TEST(what_no_user_can_open_is_no_matter_of_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
