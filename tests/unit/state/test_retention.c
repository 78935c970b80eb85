/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "state/retention.h"

#define DAY 86400
#define NOW (INT64_C(20000) * DAY)

/* An old one and a young one of everything; the names say what is to stay. DAYS * 86400 is when. */
static const char filled[] =
    "INSERT INTO run (id, command, started, ended, status, plan_digest, plan, inverse, settled)"
    " VALUES (1, 'old', 0, 19000 * 86400, 0, 'd', 'plan', 'inverse', 1),"
    " (2, 'old, no plan', 0, 19000 * 86400, 0, NULL, NULL, NULL, 1),"
    " (3, 'did not end', 0, 0, -1, 'd', 'plan', 'inverse', 0),"
    " (4, 'not settled', 0, 19000 * 86400, 1, 'd', 'plan', 'inverse', 0),"
    " (5, 'young', 0, 19950 * 86400, 0, 'd', 'plan', 'inverse', 1),"
    " (6, 'newest with a plan', 0, 19000 * 86400, 0, 'd', 'plan', 'inverse', 1);"
    "INSERT INTO request (run_id, id, operation, sent) SELECT id, 1, 'get_me', 0 FROM run;"
    "INSERT INTO confirmed (run_id, change_id, confirmed_at) SELECT id, 1, 0 FROM run;"
    "INSERT INTO decision (decided_at, decider, what, until) VALUES (19000 * 86400, 'old', 'hold', "
    "0),"
    " (19000 * 86400, 'lasts', 'hold', 21000 * 86400), (19950 * 86400, 'young', 'hold', 0);"
    "INSERT INTO approved_plan (changes, saved, document) VALUES ('old', 19000 * 86400, 'x'),"
    " ('lasts', 19000 * 86400, 'x'), ('used', 19000 * 86400, 'x'), ('young', 19950 * 86400, 'x');"
    "INSERT INTO approval (changes, approver, approved_at, expires, record, used_at) VALUES"
    " ('old', 'a', 0, 19001 * 86400, '{}', 0), ('lasts', 'a', 0, 20001 * 86400, '{}', 0),"
    " ('lasts', 'b', 0, 19001 * 86400, '{}', 0),"
    " ('used', 'a', 0, 20001 * 86400, '{}', 19001 * 86400),"
    " ('young', 'a', 0, 19951 * 86400, '{}', 19951 * 86400);"
    "INSERT INTO carried_out (document, run_id, ended) VALUES ('old', 1, 19000 * 86400),"
    " ('edge', NULL, 19900 * 86400 - 86400), ('young', NULL, 19950 * 86400);"
    "INSERT INTO interval (organization_user_id, user_id, kind, target, target_name, since, until,"
    " ours) VALUES (1, 1, 'group', 1, 'old', 0, 19000 * 86400, 0),"
    " (1, 1, 'group', 2, 'lasts', 0, 0, 0), (1, 1, 'group', 3, 'young', 0, 19950 * 86400, 0);"
    "INSERT INTO read_time (moment) VALUES (18000 * 86400), (19000 * 86400), (19950 * 86400);"
    "INSERT INTO link (source, anchor, origin, user_id, organization_user_id, first_seen,"
    " invited_at, resends, missing_since, reads_missed, unwanted_since, reads_unwanted,"
    " deactivated_at, removed_at, hold_until, released_at, left_directory) VALUES"
    " ('ad', 'a', 'mail', 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0);";

static const struct {
    const char *title;
    RetentionSettings settings;
    const char *runs, *plans, *decisions, *approved, *approvals, *carried, *intervals, *reads;
} cases[] = {
    {"for ever",
     {0, 0, 0},
     "1 2 3 4 5 6",
     "1 3 4 5 6",
     "lasts old young",
     "lasts old used young",
     "lasts/a lasts/b old/a used/a young/a",
     "edge old young",
     "lasts old young",
     "18000 19000 19950"},
    {"plans",
     {0, 0, 100},
     "1 2 3 4 5 6",
     "3 4 5 6",
     "lasts old young",
     "lasts young",
     "lasts/a young/a",
     "edge young",
     "lasts old young",
     "18000 19000 19950"},
    {"history",
     {100, 0, 0},
     "3 4 5 6",
     "3 4 5 6",
     "lasts young",
     "lasts old used young",
     "lasts/a lasts/b old/a used/a young/a",
     "edge old young",
     "lasts old young",
     "18000 19000 19950"},
    {"intervals",
     {0, 100, 0},
     "1 2 3 4 5 6",
     "1 3 4 5 6",
     "lasts old young",
     "lasts old used young",
     "lasts/a lasts/b old/a used/a young/a",
     "edge old young",
     "lasts young",
     "19000 19950"},
    {"all, and all of it is old",
     {1, 1, 1},
     "3 4 6",
     "3 4 6",
     "lasts",
     "lasts",
     "lasts/a",
     NULL,
     "lasts",
     "19950"},
    {"all, and nothing is old",
     {2000, 3000, 2000},
     "1 2 3 4 5 6",
     "1 3 4 5 6",
     "lasts old young",
     "lasts old used young",
     "lasts/a lasts/b old/a used/a young/a",
     "edge old young",
     "lasts old young",
     "18000 19000 19950"},
};

static void prune_all(State *state, const RetentionSettings *settings)
{
    g_autoptr(GError) error = NULL;
    bool more = true;
    for (unsigned portion = 0; more; portion++) {
        assert_true(portion < 1000);
        assert_success(state_prune(state, settings, NOW, &more, &error), error);
    }
}

static void expect(const Fixture *fixture, const char *title, const char *sql, const char *expected)
{
    g_autofree char *found = ask_sql(fixture, sql);
    if (g_strcmp0(found, expected) != 0)
        fail_msg("%s: '%s' gives '%s'", title, sql, found != NULL ? found : "nothing");
}

static void test_cases(void **data)
{
    const Fixture *fixture = *data;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *backup = g_strconcat(fixture->path, "-wal", NULL);
        (void) g_remove(fixture->path);
        (void) g_remove(backup);
        {
            g_autoptr(State) state = open_state(fixture, STATE_WRITE);
            g_autoptr(GError) error = NULL;
            assert_success(database_execute(state, filled, &error), error);
            prune_all(state, &cases[i].settings);
            prune_all(state, &cases[i].settings);
        }
        const struct {
            const char *sql;
            const char *expected;
        } asked[] = {
            {"SELECT group_concat(id, ' ') FROM (SELECT id FROM run ORDER BY id)", cases[i].runs},
            {"SELECT group_concat(run_id, ' ') FROM (SELECT run_id FROM request ORDER BY run_id)",
             cases[i].runs},
            {"SELECT group_concat(run_id, ' ') FROM (SELECT run_id FROM confirmed ORDER BY run_id)",
             cases[i].runs},
            {"SELECT group_concat(id, ' ') FROM (SELECT id FROM run WHERE plan = 'plan' AND "
             "inverse "
             "= 'inverse' ORDER BY id)",
             cases[i].plans},
            {"SELECT group_concat(decider, ' ') FROM (SELECT decider FROM decision ORDER BY "
             "decider)",
             cases[i].decisions},
            {"SELECT group_concat(changes, ' ') FROM (SELECT changes FROM approved_plan ORDER BY "
             "changes)",
             cases[i].approved},
            {"SELECT group_concat(changes || '/' || approver, ' ') FROM (SELECT changes, approver "
             "FROM approval ORDER BY changes, approver)",
             cases[i].approvals},
            {"SELECT group_concat(document, ' ') FROM (SELECT document FROM carried_out ORDER BY "
             "document)",
             cases[i].carried},
            {"SELECT group_concat(target_name, ' ') FROM (SELECT target_name FROM interval ORDER "
             "BY "
             "target_name)",
             cases[i].intervals},
            {"SELECT group_concat(moment / 86400, ' ') FROM (SELECT moment FROM read_time ORDER BY "
             "moment)",
             cases[i].reads},
            {"SELECT count(*) FROM link", "1"},
        };
        for (size_t q = 0; q < G_N_ELEMENTS(asked); q++)
            expect(fixture, cases[i].title, asked[q].sql, asked[q].expected);
    }
}

/* What is deleted does not stay in the file, and each portion is small. */
static void test_portions(void **data)
{
    const Fixture *fixture = *data;
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        g_autoptr(GError) error = NULL;
        assert_success(
            database_execute(
                state,
                "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50)"
                " INSERT INTO run (command, started, ended, status, summary, settled) SELECT "
                "'sync',"
                " 0, 1, 0, 'zoe.the.first@example.org', 1 FROM n",
                &error),
            error);
        const RetentionSettings settings = {.history_days = 1};
        const char *const left[] = {"30", "10", "0", "0"};
        for (size_t i = 0; i < G_N_ELEMENTS(left); i++) {
            bool more = false;
            assert_success(state_prune(state, &settings, NOW, &more, &error), error);
            expect(fixture, "portion", "SELECT count(*) FROM run", left[i]);
            assert_int_equal(more, i < 3);
        }
    }
    g_autofree char *bytes = NULL;
    gsize length = 0;
    assert_true(g_file_get_contents(fixture->path, &bytes, &length, NULL));
    assert_null(memmem(bytes, length, "zoe.the.first", strlen("zoe.the.first")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_cases),
        TEST(test_portions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
