/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <errno.h>
#include <sys/syscall.h>

static void create_state(const Fixture *fixture)
{
    State *state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    (void) ledger_add_link(ledger, "ad", "guid");
    save_ledger(state, ledger);
    state_close(state);
}

static void a_new_file_is_ours_and_private(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    struct stat about;
    assert_int_equal(stat(fixture->path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_sql(fixture, "PRAGMA user_version", "1");
    assert_sql(fixture, "PRAGMA application_id", "1416385401");
    assert_sql(fixture, "PRAGMA journal_mode", "wal");
    assert_sql(fixture, "PRAGMA integrity_check", "ok");
    assert_sql(fixture, "SELECT value FROM meta WHERE key = 'organization'", "1234");
    assert_int_equal(fixture_files(fixture), 2); /* with the lock; the log is gone */
}

static void a_connection_is_as_it_must_be(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    int64_t value = -1;
    assert_success(database_number(state, "PRAGMA synchronous", &value, &error), error);
    assert_int_equal(value, 2);
    assert_success(database_number(state, "PRAGMA foreign_keys", &value, &error), error);
    assert_int_equal(value, 1);
    assert_success(database_number(state, "PRAGMA busy_timeout", &value, &error), error);
    assert_int_equal(value, 5000);
}

static void no_state_is_no_error_for_readers(void **data)
{
    const Fixture *fixture = *data;
    assert_null(open_state(fixture, STATE_READ));
    assert_int_equal(fixture_files(fixture), 0);
    assert_true(g_file_set_contents(fixture->path, "", 0, NULL));
    assert_null(open_state(fixture, STATE_READ)); /* made, but never filled */
}

static void readers_leave_no_trace(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    unsigned files = fixture_files(fixture);
    g_autoptr(State) state = open_state(fixture, STATE_READ);
    g_autoptr(Ledger) ledger = load_ledger(state);
    assert_int_equal(ledger->links->len, 1);
    assert_int_equal(fixture_files(fixture), files);
}

static void a_reader_cannot_write(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autoptr(State) state = open_state(fixture, STATE_READ);
    g_autoptr(Ledger) ledger = load_ledger(state);
    (void) ledger_add_link(ledger, "ad", "another");
    g_autoptr(GError) error = NULL;
    assert_false(state_save(state, ledger, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    assert_non_null(strstr(error->message, "attempt to write a readonly database"));
}

static int read_one_link(const Fixture *fixture)
{
    State *state = NULL;
    Ledger *ledger = NULL;
    GError *error = NULL;
    if (!state_open(fixture->path, STATE_READ, ORGANIZATION, &state, &error) || state == NULL ||
        !state_load(state, &ledger, &error)) {
        (void) fprintf(stderr, "%s\n", error != NULL ? error->message : "no state");
        return 1;
    }
    return ledger->links->len == 1 ? 0 : 2;
}

static void who_may_only_read_can_read(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    assert_int_equal(g_chmod(fixture->path, 0444), 0);
    assert_int_equal(g_chmod(fixture->folder, 0555), 0);
    assert_int_equal(in_child(true, read_one_link, fixture), 0);
}

static void a_reader_beside_a_writer_sees_what_is_committed(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) writer = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    (void) ledger_add_link(ledger, "ad", "guid");
    save_ledger(writer, ledger);
    assert_int_equal(in_child(false, read_one_link, fixture), 0);
}

static void a_reader_that_was_overtaken_reads_again(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autoptr(State) reader = open_state(fixture, STATE_READ);
    assert_true(reader->immutable);
    assert_false(database_was_overtaken(reader));
    State *writer = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = load_ledger(writer);
    for (unsigned i = 0; i < 2000; i++) {
        g_autofree char *anchor = g_strdup_printf("guid-%u", i);
        (void) ledger_add_link(ledger, "ad", anchor);
    }
    save_ledger(writer, ledger);
    state_close(writer); /* moves the log into the file */
    assert_true(database_was_overtaken(reader));
    g_autoptr(Ledger) read = load_ledger(reader);
    assert_int_equal(read->links->len, 2001);
    assert_false(reader->immutable);
}

static int refused_by_file(const Fixture *fixture)
{
    g_autofree char *command = command_of_owner();
    g_autofree char *message = g_strdup_printf(
        "the state '%s' cannot be read: Permission denied\nhint: put '%s' before the command",
        fixture->path, command);
    return expect_refused(fixture, STATE_READ, message);
}

static void an_unreadable_file_says_who_may(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    assert_int_equal(g_chmod(fixture->path, geteuid() == 0 ? 0600 : 0), 0);
    assert_int_equal(g_chmod(fixture->folder, 0755), 0);
    assert_int_equal(in_child(true, refused_by_file, fixture), 0);
    assert_int_equal(g_chmod(fixture->path, 0600), 0);
}

static void no_state_of_another_organization(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autofree char *expected = g_strdup_printf(
        "the state '%s' is that of organization 1234, and the configuration names 99\nhint: give "
        "each organization a state of its own; " A_NEW_STATE,
        fixture->path);
    for (StateMode mode = STATE_READ; mode <= STATE_WRITE; mode++) {
        GError *error = open_refused(fixture, mode, 99);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
        assert_error(error, expected);
    }
}

static void an_organization_is_bound_by_the_first_write(void **data)
{
    const Fixture *fixture = *data;
    State *state = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_open(fixture->path, STATE_WRITE, 99, &state, &error), error);
    state_close(state); /* nothing was written: the number may have been a slip */
    create_state(fixture);
    assert_sql(fixture, "SELECT value FROM meta WHERE key = 'organization'", "1234");
}

static void no_state_of_another_machine(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autofree char *here = meta_machine();
    if (here == NULL) {
        print_message("this machine has no id: what is checked is that nothing is bound\n");
        assert_sql(fixture, "SELECT count(*) FROM meta WHERE key = 'machine'", "0");
        return;
    }
    assert_sql(fixture, "SELECT value FROM meta WHERE key = 'machine'", here);
    run_sql(fixture, "UPDATE meta SET value = 'elsewhere' WHERE key = 'machine'");
    GError *error = open_refused(fixture, STATE_WRITE, ORGANIZATION);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    g_autofree char *expected = g_strdup_printf(
        "the state '%s' was made on another machine\nhint: run the program there, or take it over "
        "here with 'toggl-ldap-sync state claim', which holds removals once until a person "
        "approves",
        fixture->path);
    assert_error(error, expected);
}

static void a_newer_version_is_refused(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    run_sql(fixture, "PRAGMA user_version = 7");
    g_autofree char *expected = g_strdup_printf(
        "the state '%s' has schema version 7, and this program knows versions up to 1\nhint: use "
        "the program that wrote it, or a newer one",
        fixture->path);
    for (StateMode mode = STATE_READ; mode <= STATE_WRITE; mode++) {
        GError *error = open_refused(fixture, mode, ORGANIZATION);
        assert_error(error, expected);
    }
}

static void a_database_of_others_is_left_alone(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *expected = g_strdup_printf(
        "the file '%s' is a database of another program\nhint: set 'state' in the configuration to "
        "a file of its own",
        fixture->path);
    run_sql(fixture, "CREATE TABLE bookmark (url TEXT)");
    GError *error = open_refused(fixture, STATE_WRITE, ORGANIZATION);
    assert_error(error, expected);
    run_sql(fixture, "PRAGMA user_version = 1");
    error = open_refused(fixture, STATE_READ, ORGANIZATION);
    assert_error(error, expected);
    assert_sql(fixture, "SELECT count(*) FROM sqlite_master", "1");
}

static void garbage_is_named(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *garbage = g_strnfill(9000, 'x');
    assert_true(g_file_set_contents(fixture->path, garbage, -1, NULL));
    for (StateMode mode = STATE_READ; mode <= STATE_WRITE; mode++) {
        GError *error = open_refused(fixture, mode, ORGANIZATION);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
        g_autofree char *expected = g_strdup_printf(
            "the state '%s' cannot be read: file is not a database\nhint: the file is damaged or "
            "no state: put back a copy of it, or move it away; " A_NEW_STATE,
            fixture->path);
        assert_error(error, expected);
    }
    g_autofree char *after = NULL;
    assert_true(g_file_get_contents(fixture->path, &after, NULL, NULL));
    assert_string_equal(after, garbage);
}

/* Wherever a file is cut off, opening or loading says so, or all is there. */
static void a_truncated_file_is_noticed(void **data)
{
    const Fixture *fixture = *data;
    State *state = open_state(fixture, STATE_WRITE);
    g_autoptr(Ledger) ledger = ledger_new();
    for (unsigned i = 0; i < 500; i++) {
        g_autofree char *anchor = g_strdup_printf("guid-%u", i);
        (void) ledger_add_link(ledger, "ad", anchor);
    }
    save_ledger(state, ledger);
    state_close(state);
    g_autofree char *bytes = NULL;
    size_t length = 0;
    assert_true(g_file_get_contents(fixture->path, &bytes, &length, NULL));
    unsigned noticed = 0;
    for (size_t keep = 1024; keep < length; keep += 5120) {
        assert_true(g_file_set_contents(fixture->path, bytes, (gssize) keep, NULL));
        g_autoptr(State) cut = NULL;
        g_autoptr(Ledger) read = NULL;
        g_autoptr(GError) error = NULL;
        if (state_open(fixture->path, STATE_READ, ORGANIZATION, &cut, &error) && cut != NULL &&
            state_load(cut, &read, &error)) {
            assert_int_equal(read->links->len, 500);
            continue;
        }
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
        assert_non_null(strstr(error->message, fixture->path));
        noticed++;
    }
    assert_true(noticed > 10);
}

static void after_an_unfinished_run_the_file_is_checked(void **data)
{
    const Fixture *fixture = *data;
    State *state = open_state(fixture, STATE_WRITE);
    int64_t run = 0;
    g_autoptr(GError) problem = NULL;
    g_autoptr(Ledger) ledger = ledger_new();
    (void) ledger_add_grant(ledger, GRANT_GROUP, (OrganizationUserId){1}, 2, 0);
    save_ledger(state, ledger);
    assert_success(state_begin_run(state, "sync", 1, NULL, NULL, &run, &problem), problem);
    state_close(state);
    state_close(open_state(fixture, STATE_WRITE)); /* unfinished, but sound */
    run_sql(fixture, "PRAGMA ignore_check_constraints = ON;"
                     "UPDATE person_grant SET kind = 'house'");
    GError *error = open_refused(fixture, STATE_WRITE, ORGANIZATION);
    g_autofree char *expected = g_strdup_printf(
        "the state '%s' is damaged: CHECK constraint failed in person_grant\nhint: put back a copy "
        "of it, or move it away; " A_NEW_STATE,
        fixture->path);
    assert_error(error, expected);
}

static void a_held_database_is_explained(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    (void) sqlite3_busy_timeout(state->database, 10);
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    g_autoptr(Ledger) ledger = ledger_new();
    GError *error = NULL;
    assert_false(state_save(state, ledger, &error));
    g_autofree char *expected = g_strdup_printf(
        "the state '%s' cannot be written: database is locked\nhint: another program has the file "
        "open for writing, sqlite3 for example: end it",
        fixture->path);
    assert_error(error, expected);
    (void) sqlite3_close(other);
    save_ledger(state, ledger);
}

/* ---- migrations: the real first version, and one of tomorrow ---- */

static const char *const tomorrow[] = {"ALTER TABLE link ADD COLUMN nickname TEXT;",
                                       "UPDATE link SET nickname = 'Ada';", NULL};
static const char *const broken[] = {"ALTER TABLE link ADD COLUMN nickname TEXT;",
                                     "UPDATE absent SET nickname = 'Ada';", NULL};

static bool prepare(State *state, const char *const *second, GError **error)
{
    const char *const *const steps[] = {schema_migrations.steps[0], second};
    const Migrations migrations = {steps, 2};
    bool empty = true;
    bool done = schema_prepare(state, &migrations, &empty, error);
    assert_true(!done || !empty);
    return done;
}

/* This stands before the library's: a copy is one once its name is on the disk, too. */
static bool folder_is_lost;

int fsync(int file)
{
    struct stat about;
    if (folder_is_lost && fstat(file, &about) == 0 && S_ISDIR(about.st_mode)) {
        errno = EIO;
        return -1;
    }
    return (int) syscall(SYS_fsync, file);
}

static void an_older_file_is_copied_and_migrated(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autofree char *copy = g_strconcat(fixture->path, ".before-2", NULL);
    assert_true(g_file_set_contents(copy, "of a migration that did not come through", -1, NULL));
    State *state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    assert_success(prepare(state, tomorrow, &error), error);
    assert_success(prepare(state, tomorrow, &error), error); /* has nothing left to do */
    state_close(state);
    assert_sql(fixture, "PRAGMA user_version", "2");
    assert_sql(fixture, "SELECT nickname FROM link", "Ada");
    struct stat about;
    assert_int_equal(stat(copy, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    const Fixture before = {.folder = fixture->folder, .path = copy};
    assert_sql(&before, "PRAGMA user_version", "1");
    assert_sql(&before, "PRAGMA application_id", "1416385401");
    assert_sql(&before, "SELECT anchor FROM link", "guid");
    State *again = open_state(&before, STATE_READ); /* the copy is a whole state */
    assert_non_null(again);
    state_close(again);
}

static void a_migration_that_fails_changes_nothing(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    State *state = open_state(fixture, STATE_WRITE);
    GError *error = NULL;
    assert_false(prepare(state, broken, &error));
    g_autofree char *expected =
        g_strdup_printf("the state '%s' cannot be written: no such table: absent\nhint: its "
                        "tables are not as this program made them: put back a copy of the file, or "
                        "move it away; " A_NEW_STATE,
                        fixture->path);
    assert_error(error, expected);
    state_close(state);
    assert_sql(fixture, "PRAGMA user_version", "1");
    assert_sql(fixture, "SELECT count(*) FROM pragma_table_info('link') WHERE name = 'nickname'",
               "0");
    state_close(open_state(fixture, STATE_WRITE));
}

static void without_a_copy_there_is_no_migration(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autofree char *copy = g_strconcat(fixture->path, ".before-2", NULL);
    assert_int_equal(symlink("/nowhere", copy), 0);
    State *state = open_state(fixture, STATE_WRITE);
    GError *error = NULL;
    assert_false(prepare(state, tomorrow, &error));
    g_autofree char *expected =
        g_strdup_printf("the copy '%s' cannot be written: Too many levels of symbolic links\nhint: "
                        "the state is left as it was",
                        copy);
    assert_error(error, expected);
    state_close(state);
    assert_sql(fixture, "PRAGMA user_version", "1");
}

static void a_copy_without_a_name_is_none(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autofree char *copy = g_strconcat(fixture->path, ".before-2", NULL);
    g_autofree char *expected = g_strdup_printf("the copy '%s' cannot be written: Input/output "
                                                "error\nhint: the state is left as it was",
                                                copy);
    State *state = open_state(fixture, STATE_WRITE);
    GError *error = NULL;
    folder_is_lost = true;
    bool prepared = prepare(state, tomorrow, &error);
    folder_is_lost = false;
    assert_false(prepared);
    assert_error(error, expected);
    state_close(state);
    assert_sql(fixture, "PRAGMA user_version", "1");
}

static void a_reader_of_an_older_file_says_who_brings_it_up(void **data)
{
    const Fixture *fixture = *data;
    create_state(fixture);
    g_autoptr(State) state = open_state(fixture, STATE_READ);
    GError *error = NULL;
    assert_false(prepare(state, tomorrow, &error));
    g_autofree char *expected = g_strdup_printf(
        "the state '%s' has schema version 1, and this program reads version 2\nhint: the next "
        "'toggl-ldap-sync sync' brings it up to date",
        fixture->path);
    assert_error(error, expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_file_is_ours_and_private),
        TEST(a_connection_is_as_it_must_be),
        TEST(no_state_is_no_error_for_readers),
        TEST(readers_leave_no_trace),
        TEST(a_reader_cannot_write),
        TEST(who_may_only_read_can_read),
        TEST(a_reader_beside_a_writer_sees_what_is_committed),
        TEST(a_reader_that_was_overtaken_reads_again),
        TEST(an_unreadable_file_says_who_may),
        TEST(no_state_of_another_organization),
        TEST(an_organization_is_bound_by_the_first_write),
        TEST(no_state_of_another_machine),
        TEST(a_newer_version_is_refused),
        TEST(a_database_of_others_is_left_alone),
        TEST(garbage_is_named),
        TEST(a_truncated_file_is_noticed),
        TEST(after_an_unfinished_run_the_file_is_checked),
        TEST(a_held_database_is_explained),
        TEST(an_older_file_is_copied_and_migrated),
        TEST(a_migration_that_fails_changes_nothing),
        TEST(without_a_copy_there_is_no_migration),
        TEST(a_copy_without_a_name_is_none),
        TEST(a_reader_of_an_older_file_says_who_brings_it_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
