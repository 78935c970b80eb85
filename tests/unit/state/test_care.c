/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "state/care.h"

#define NOW INT64_C(1800000000)

static int64_t begin_run(State *state, int64_t now)
{
    g_autoptr(GError) error = NULL;
    const NewRun run = {.command = "sync", .plan = "{}"};
    int64_t id = 0;
    assert_success(state_begin(state, &run, now, &id, &error), error);
    return id;
}

static void end_run(State *state, int64_t run, int64_t now)
{
    g_autoptr(GError) error = NULL;
    assert_success(state_end_run(state, run, now, 0, "", NULL, &error), error);
}

/* A state with one person and RUNS runs, all of them ended at NOW. */
static void fill(const Fixture *fixture, unsigned runs)
{
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    (void) ledger_add_link(ledger, "ad", "guid");
    save_ledger(state, ledger);
    for (unsigned i = 0; i < runs; i++)
        end_run(state, begin_run(state, NOW), NOW);
}

static char *beside(const Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->folder, name, NULL);
}

static void copy_file(const char *from, const char *to)
{
    g_autofree char *bytes = NULL;
    size_t length = 0;
    assert_true(g_file_get_contents(from, &bytes, &length, NULL));
    assert_true(g_file_set_contents(to, bytes, (gssize) length, NULL));
}

static void a_copy_is_whole_and_private(void **data)
{
    const Fixture *fixture = *data;
    fill(fixture, 1);
    g_autofree char *copy = beside(fixture, "copy.db");
    g_autoptr(GError) error = NULL;
    assert_success(state_backup(fixture->path, ORGANIZATION, copy, &error), error);
    struct stat about;
    assert_int_equal(stat(copy, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    const Fixture of_copy = {.folder = fixture->folder, .path = copy};
    assert_sql(&of_copy, "SELECT anchor FROM link", "guid");
    assert_sql(&of_copy, "PRAGMA integrity_check", "ok");
    /* again: the one that is there is replaced, and nothing else is left behind */
    assert_success(state_backup(fixture->path, ORGANIZATION, copy, &error), error);
    assert_int_equal(fixture_files(fixture), 3); /* the state, its lock, the copy */
}

static void a_copy_can_be_made_beside_a_run(void **data)
{
    const Fixture *fixture = *data;
    fill(fixture, 1);
    g_autofree char *copy = beside(fixture, "copy.db");
    g_autoptr(GError) error = NULL;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    int64_t run = begin_run(state, NOW + 1);
    assert_success(state_backup(fixture->path, ORGANIZATION, copy, &error), error);
    const Fixture of_copy = {.folder = fixture->folder, .path = copy};
    assert_sql(&of_copy, "SELECT count(*) FROM run", "2"); /* what was only in the log is in it */
    end_run(state, run, NOW + 2);
}

static void a_copy_that_cannot_be_written_leaves_nothing(void **data)
{
    const Fixture *fixture = *data;
    fill(fixture, 1);
    GError *error = NULL;
    g_autofree char *copy = beside(fixture, "nowhere/copy.db");
    assert_false(state_backup(fixture->path, ORGANIZATION, copy, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_OUTPUT));
    g_autofree char *expected =
        g_strdup_printf("the copy '%s' cannot be written: No such file or directory", copy);
    assert_error(error, expected);
    g_autofree char *missing = beside(fixture, "missing.db");
    g_autofree char *other = beside(fixture, "other.db");
    assert_false(state_backup(missing, ORGANIZATION, other, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    g_clear_error(&error);
    assert_int_not_equal(access(other, F_OK), 0);
}

static bool check(const Fixture *fixture, char **ret_findings, GError **error)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    bool good = state_check(fixture->path, ORGANIZATION, findings, error);
    g_ptr_array_add(findings, NULL);
    *ret_findings = g_strjoinv("\n", (char **) findings->pdata);
    return good;
}

static void a_good_state_is_described(void **data)
{
    const Fixture *fixture = *data;
    fill(fixture, 2);
    g_autoptr(GError) error = NULL;
    g_autofree char *findings = NULL;
    assert_success(check(fixture, &findings, &error), error);
    assert_string_equal(findings, "1 person linked, 0 grants, 0 bindings, 2 runs, generation 2");
    g_clear_pointer(&findings, g_free);
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        (void) begin_run(state, NOW);
    }
    assert_success(check(fixture, &findings, &error), error);
    assert_string_equal(findings, "1 person linked, 0 grants, 0 bindings, 3 runs, generation 3\n"
                                  "1 run is not settled: the next sync does that");
}

static void damage_is_named(void **data)
{
    static const struct {
        const char *sql;
        const char *words;
    } cases[] = {
        {"PRAGMA foreign_keys = OFF; INSERT INTO remembered VALUES (77, 'mail', 'x@example.org')",
         "is damaged: a row of table remembered refers to one of table link that is not there"},
        {"PRAGMA ignore_check_constraints = ON; UPDATE link SET origin = 'air'", "is damaged"},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'anchor', "
         "'anchar') WHERE name = 'link'",
         "no such column"},
    };
    const Fixture *fixture = *data;
    g_autofree char *copy = beside(fixture, "good.db");
    fill(fixture, 1);
    copy_file(fixture->path, copy);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        copy_file(copy, fixture->path);
        run_sql(fixture, cases[i].sql);
        g_autoptr(GError) error = NULL;
        g_autofree char *findings = NULL;
        assert_false(check(fixture, &findings, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
        if (strstr(error->message, cases[i].words) == NULL)
            fail_msg("case %zu: %s", i, error->message);
    }
}

/* An older copy is put back over the state, and refused until it is claimed. */
static void a_state_older_than_the_world_is_refused(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *copy = beside(fixture, "copy.db");
    GError *error = NULL;
    fill(fixture, 1);
    assert_success(state_backup(fixture->path, ORGANIZATION, copy, &error), error);
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        end_run(state, begin_run(state, NOW), NOW);
    }
    copy_file(copy, fixture->path);
    for (StateMode mode = STATE_READ; mode <= STATE_WRITE; mode++) {
        error = open_refused(fixture, mode, ORGANIZATION);
        g_autofree char *expected = g_strdup_printf(
            "the state '%s' is older than the world: it knows of 1 run, and 2 were begun here\n"
            "hint: put back the newest copy of it, or take this one over with 'toggl-ldap-sync "
            "state claim', which holds removals once until a person approves",
            fixture->path);
        assert_error(error, expected);
    }
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    assert_success(state_claim(fixture->path, ORGANIZATION, NOW, findings, &error), error);
    assert_int_equal(findings->len, 1);
    assert_string_equal(g_ptr_array_index(findings, 0), "it knows of 1 run, and 2 were begun here");
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = load_ledger(state);
    assert_int_equal(ledger_note_number(ledger, NOTE_DOUBT), NOW); /* which holds removals */
}

static void a_new_state_beside_an_old_lock_is_no_old_one(void **data)
{
    const Fixture *fixture = *data;
    fill(fixture, 3);
    assert_int_equal(g_remove(fixture->path), 0);
    fill(fixture, 0);
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    end_run(state, begin_run(state, NOW), NOW);
    assert_sql(fixture, "SELECT value FROM meta WHERE key = 'generation'", "4");
}

static void a_state_of_another_machine_can_be_claimed(void **data)
{
    const Fixture *fixture = *data;
    GError *error = NULL;
    fill(fixture, 1);
    run_sql(fixture, "INSERT OR REPLACE INTO meta VALUES ('machine', 'elsewhere')");
    g_autofree char *here = meta_machine();
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    assert_false(state_claim(fixture->path, ORGANIZATION + 1, NOW, findings, &error));
    assert_non_null(strstr(error->message, "is that of organization 1234"));
    g_clear_error(&error);
    assert_success(state_claim(fixture->path, ORGANIZATION, NOW, findings, &error), error);
    assert_string_equal(g_ptr_array_index(findings, 0), "it was made on another machine");
    state_close(open_state(fixture, STATE_WRITE)); /* it opens now */
    if (here != NULL)
        assert_sql(fixture, "SELECT value FROM meta WHERE key = 'machine'", here);
}

static void a_clock_that_jumped_back_is_refused(void **data)
{
    const Fixture *fixture = *data;
    GError *error = NULL;
    fill(fixture, 1);
    run_sql(fixture, "UPDATE link SET missing_since = 1800000000");
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        assert_success(state_check_clock(state, NOW, &error), error);
        assert_success(state_check_clock(state, NOW - STATE_CLOCK_SLACK, &error), error);
        assert_false(state_check_clock(state, NOW - STATE_CLOCK_SLACK - 1, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
        g_autofree char *expected = g_strdup_printf(
            "the clock says 2027-01-15T07:54:59Z, and the state '%s' knows of "
            "2027-01-15T08:00:00Z: "
            "grace and limits cannot be counted\nhint: set the clock; if it was wrong before and "
            "is "
            "right now, 'toggl-ldap-sync state claim' takes the state over, which holds removals "
            "once until a person approves",
            fixture->path);
        assert_error(error, expected);
    }
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    assert_success(state_claim(fixture->path, ORGANIZATION, NOW - 1000, findings, &error), error);
    assert_string_equal(g_ptr_array_index(findings, 0),
                        "times that were still to come are taken to be of today");
    assert_sql(fixture, "SELECT missing_since FROM link", "1799999000");
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    assert_success(state_check_clock(state, NOW - 1000, &error), error);
}

static void a_disk_without_room_is_refused(void **data)
{
    const Fixture *fixture = *data;
    GError *error = NULL;
    fill(fixture, 1);
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    assert_success(state_check_room(state, 1, &error), error);
    assert_false(state_check_room(state, INT64_MAX, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    assert_non_null(strstr(error->message, "so nothing is sent\nhint: make room in '"));
    g_clear_error(&error);
}

static int write_to_read_only(const Fixture *fixture)
{
    State *state = NULL;
    GError *error = NULL;
    if (!state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error))
        return strstr(error->message, "read") != NULL ? 0 : 1;
    if (state_check_room(state, 0, &error))
        return 2;
    return strstr(error->message, "is read-only, so nothing is sent") != NULL ? 0 : 3;
}

static void a_read_only_state_is_refused(void **data)
{
    const Fixture *fixture = *data;
    fill(fixture, 1);
    assert_int_equal(g_chmod(fixture->path, 0444), 0);
    g_autofree char *lock = beside(fixture, "state.db.lock");
    assert_int_equal(g_chmod(lock, 0666), 0);
    assert_int_equal(g_chmod(fixture->folder, 0777), 0);
    assert_int_equal(in_child(true, write_to_read_only, fixture), 0);
}

static void a_noted_fact_goes_with_what_is_written_next(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(GError) error = NULL;
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        g_autofree char *value = NULL;
        state_note_fact(state, "quota", "17");
        assert_success(state_get_fact(state, "quota", &value, &error), error);
        assert_string_equal(value, "17");
        assert_sql(fixture, "SELECT count(*) FROM fact", "0");
        (void) begin_run(state, NOW);
        assert_sql(fixture, "SELECT value FROM fact", "17");
        state_note_fact(state, "quota", NULL);
        state_note_fact(state, "other", "1");
    }
    assert_sql(fixture, "SELECT group_concat(key) FROM fact", "other");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_copy_is_whole_and_private),
        TEST(a_copy_can_be_made_beside_a_run),
        TEST(a_copy_that_cannot_be_written_leaves_nothing),
        TEST(a_good_state_is_described),
        TEST(damage_is_named),
        TEST(a_state_older_than_the_world_is_refused),
        TEST(a_new_state_beside_an_old_lock_is_no_old_one),
        TEST(a_state_of_another_machine_can_be_claimed),
        TEST(a_clock_that_jumped_back_is_refused),
        TEST(a_disk_without_room_is_refused),
        TEST(a_read_only_state_is_refused),
        TEST(a_noted_fact_goes_with_what_is_written_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
