/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "state/names.h"

static const char filled[] =
    "INSERT INTO link (source, anchor, origin, mail_key, user_id, organization_user_id, first_seen,"
    " invited_at, resends, missing_since, reads_missed, unwanted_since, reads_unwanted,"
    " deactivated_at, removed_at, hold_until, released_at, left_directory) VALUES ('ad', 'a', "
    "'mail', 'zoe@example.org', 1, 1, 0, 0, 0, 0, "
    "0,"
    " 0, 0, 0, 0, 0, 0, 0), ('ad', 'b', 'mail', NULL, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);"
    "INSERT INTO interval (organization_user_id, user_id, mail, kind, target, target_name, since,"
    " until, ours) VALUES (1, 1, 'Zoe@example.org', 'member', 0, NULL, 1, 0, 0),"
    " (3, 3, 'zora@example.org', 'member', 0, NULL, 1, 0, 0),"
    " (4, 4, 'zorro@example.org', 'member', 0, NULL, 1, 2, 0),"
    " (1, 1, 'zoe@example.org', 'group', 7, 'Zoologists', 1, 0, 1),"
    " (1, 1, 'zoe@example.org', 'group', 8, 'Zebras', 1, 5, 1);"
    "INSERT INTO binding (kind, name, target, created_by_us) VALUES ('directory-group', 'zoo', 0, "
    "0),"
    " ('workspace', 'Zoo of work', 9, 0), ('group', 'Zoologists', 7, 0);"
    "INSERT INTO run (id, command, started, ended, status) VALUES (1, 'apply', 0, 1, 0),"
    " (12, 'sync', 60, 61, 0), (20, 'sync', 120, 0, -1);";

static const struct {
    NamesKind kind;
    const char *prefix;
    unsigned limit;
    const char *expected;
} cases[] = {
    {NAMES_PEOPLE, "", 9, "zoe@example.org zora@example.org"},
    {NAMES_PEOPLE, "", 1, "zoe@example.org"},
    {NAMES_PEOPLE, "ZOR", 9, "zora@example.org"},
    {NAMES_PEOPLE, "%", 9, ""},
    {NAMES_PEOPLE, "x", 9, ""},
    {NAMES_GROUPS, "", 9, "Zoologists zoo"},
    {NAMES_GROUPS, "zooL", 9, "Zoologists"},
    {NAMES_RUNS, "", 9,
     "20 (sync, 1970-01-01T00:02:00Z) 12 (sync, 1970-01-01T00:01:00Z) "
     "1 (apply, 1970-01-01T00:00:00Z)"},
    {NAMES_RUNS, "1", 9, "12 (sync, 1970-01-01T00:01:00Z) 1 (apply, 1970-01-01T00:00:00Z)"},
};

static char *joined(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) {
        const Name *name = g_ptr_array_index(names, i);
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", name->name);
        if (name->about != NULL)
            g_string_append_printf(text, " (%s)", name->about);
    }
    return g_string_free(text, false);
}

static void test_names(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error), error);
    assert_success(database_execute(state, filled, &error), error);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) names = NULL;
        assert_success(
            state_names(state, cases[i].kind, cases[i].prefix, cases[i].limit, &names, &error),
            error);
        g_autofree char *found = joined(names);
        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("'%s' gives '%s'", cases[i].prefix, found);
    }
}

static void test_damaged(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error), error);
    assert_success(database_execute(state, "DROP TABLE binding", &error), error);
    GPtrArray *names = NULL;
    assert_false(state_names(state, NAMES_GROUPS, "", 9, &names, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    assert_null(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_damaged, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
