/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static char *get(State *state, const char *key)
{
    char *value = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_get_fact(state, key, &value, &error), error);
    return value;
}

static void set(State *state, const char *key, const char *value)
{
    assert_true(write_fact(state, key, value));
}

static void facts_are_kept_changed_and_taken_away(void **data)
{
    const Fixture *fixture = *data;
    State *state = open_state(fixture, STATE_WRITE);
    assert_null(get(state, "quota"));
    set(state, "quota", "17");
    set(state, "quota", "18");
    set(state, "empty", "");
    state_close(state);
    state = open_state(fixture, STATE_WRITE);
    g_autofree char *quota = get(state, "quota");
    g_autofree char *empty = get(state, "empty");
    assert_string_equal(quota, "18");
    assert_string_equal(empty, "");
    set(state, "quota", NULL);
    assert_null(get(state, "quota"));
    state_close(state);
}

static void a_ledger_brings_them_along(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    set(state, "quota", "18");
    g_autoptr(Ledger) ledger = load_ledger(state);
    assert_string_equal(g_hash_table_lookup(ledger->facts, "quota"), "18");
}

static void a_known_fact_costs_no_write(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    set(state, "quota", "17");
    g_autofree char *log = g_strconcat(fixture->path, "-wal", NULL);
    struct stat before;
    struct stat after;
    assert_int_equal(stat(log, &before), 0);
    set(state, "quota", "17");
    assert_int_equal(stat(log, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    set(state, "quota", "18");
    assert_int_equal(stat(log, &after), 0);
    assert_int_not_equal(before.st_size, after.st_size);
}

static void a_reader_sets_nothing(void **data)
{
    const Fixture *fixture = *data;
    State *writer = open_state(fixture, STATE_WRITE);
    set(writer, "quota", "17");
    state_close(writer);
    g_autoptr(State) state = open_state(fixture, STATE_READ);
    state_note_fact(state, "quota", "18");
    g_autofree char *value = get(state, "quota");
    assert_string_equal(value, "17");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(facts_are_kept_changed_and_taken_away),
        TEST(a_ledger_brings_them_along),
        TEST(a_known_fact_costs_no_write),
        TEST(a_reader_sets_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
