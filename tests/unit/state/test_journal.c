/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#define NOW INT64_C(1800000000)

static int64_t begin_run(State *state, int64_t now)
{
    int64_t run = 0;
    g_autoptr(GError) error = NULL;
    assert_success(
        state_begin_run(state, "sync", now, "sha256:changes", "{\"plan\":1}", &run, &error), error);
    assert_true(run > 0);
    return run;
}

static void record_intent(State *state, int64_t run, unsigned id)
{
    g_autoptr(GError) error = NULL;
    assert_success(state_record_intent(state, run, id, "post_organization_group",
                                       "{\"name\":\"A\"}", NOW + id, &error),
                   error);
}

static void record_outcome(State *state, int64_t run, unsigned id, OutcomeKind kind)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *message = g_strdup("Toggl's words");
    const Outcome outcome = {.kind = kind, .status = 200, .message = message};
    assert_success(state_record_outcome(state, run, id, &outcome, NULL, NOW, &error), error);
}

static GPtrArray *journal(State *state, int64_t run)
{
    GPtrArray *entries = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_journal(state, run, &entries, &error), error);
    return entries;
}

static const JournalEntry *entry_at(const GPtrArray *entries, guint i)
{
    assert_true(i < entries->len);
    return g_ptr_array_index(entries, i);
}

/* Runs that nobody has settled. */
static GPtrArray *unsettled(State *state)
{
    GPtrArray *runs = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_unsettled_runs(state, &runs, &error), error);
    return runs;
}

static void a_run_is_unsettled_until_it_ends(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) none = unsettled(state);
    assert_int_equal(none->len, 0);
    int64_t id = begin_run(state, NOW);
    g_autoptr(GPtrArray) one = unsettled(state);
    assert_int_equal(one->len, 1);
    const RunRecord *run = g_ptr_array_index(one, 0);
    assert_int_equal(run->id, id);
    assert_string_equal(run->command, "sync");
    assert_int_equal(run->started, NOW);
    assert_int_equal(run->ended, 0);
    assert_int_equal(run->status, -1);
    assert_string_equal(run->plan_digest, "sha256:changes");
    assert_string_equal(run->plan, "{\"plan\":1}");
    assert_null(run->summary);
    assert_success(state_end_run(state, id, NOW + 9, 3, "2 invited", NULL, &error), error);
    g_autoptr(GPtrArray) ended = unsettled(state);
    assert_int_equal(ended->len, 0);
}

static int refuse(void *data)
{
    (void) data;
    return 1;
}

/* Or the lock file would say that the state is older than the world, and nothing would run again.
 */
static void a_run_that_could_not_begin_was_none(void **data)
{
    const Fixture *fixture = *data;
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        g_autoptr(GError) error = NULL;
        (void) begin_run(state, NOW);
        const NewRun run = {.command = "sync"};
        int64_t id = 0;
        (void) sqlite3_commit_hook(state->database, refuse, NULL);
        assert_false(state_begin(state, &run, NOW, &id, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INTERNAL) ||
                    g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STATE));
    }
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    assert_int_equal(state->known_generation, 1);
    assert_sql(fixture, "SELECT value FROM meta WHERE key = 'generation'", "1");
}

static void history_is_newest_first_and_counts(void **data)
{
    const Fixture *fixture = *data;
    static const OutcomeKind kinds[] = {OUTCOME_DONE,    OUTCOME_DONE,    OUTCOME_PARTIAL,
                                        OUTCOME_REFUSED, OUTCOME_UNKNOWN, OUTCOME_NOT_SENT};
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    (void) begin_run(state, NOW);
    (void) begin_run(state, NOW + 1);
    int64_t last = begin_run(state, NOW + 2);
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        record_intent(state, last, i + 1);
        record_outcome(state, last, i + 1, kinds[i]);
    }
    assert_success(state_end_run(state, last, NOW + 9, 74, "some", NULL, &error), error);
    g_autoptr(GPtrArray) runs = NULL;
    assert_success(state_runs(state, 2, &runs, &error), error);
    assert_int_equal(runs->len, 2);
    const RunRecord *first = g_ptr_array_index(runs, 0);
    assert_int_equal(first->id, last);
    assert_int_equal(first->ended, NOW + 9);
    assert_int_equal(first->status, 74);
    assert_string_equal(first->summary, "some");
    assert_int_equal(first->requests_done, 2);
    assert_int_equal(first->requests_failed, 2);
    assert_null(first->plan);
    assert_int_equal(((const RunRecord *) g_ptr_array_index(runs, 1))->started, NOW + 1);
}

static void an_intent_without_an_outcome_is_unknown(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    int64_t run = begin_run(state, NOW);
    record_intent(state, run, 2);
    record_intent(state, run, 1);
    record_outcome(state, run, 1, OUTCOME_REFUSED);
    g_autoptr(GPtrArray) entries = journal(state, run);
    assert_int_equal(entries->len, 2);
    const JournalEntry *first = entry_at(entries, 0);
    assert_int_equal(first->request_id, 1);
    assert_string_equal(first->operation, "post_organization_group");
    assert_string_equal(first->essence, "{\"name\":\"A\"}");
    assert_int_equal(first->sent, NOW + 1);
    assert_int_equal(first->outcome, OUTCOME_REFUSED);
    assert_int_equal(first->status, 200);
    assert_string_equal(first->message, "Toggl's words");
    assert_false(first->settled);
    const JournalEntry *second = entry_at(entries, 1);
    assert_int_equal(second->outcome, OUTCOME_UNKNOWN);
    assert_null(second->message);
    assert_false(second->settled);
}

static void every_outcome_comes_back(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    int64_t run = begin_run(state, NOW);
    for (OutcomeKind kind = OUTCOME_DONE; kind <= OUTCOME_NOT_SENT; kind++) {
        record_intent(state, run, kind + 1);
        record_outcome(state, run, kind + 1, kind);
    }
    g_autoptr(GPtrArray) entries = journal(state, run);
    for (OutcomeKind kind = OUTCOME_DONE; kind <= OUTCOME_NOT_SENT; kind++)
        assert_int_equal(entry_at(entries, kind)->outcome, kind);
    run_sql(fixture, "UPDATE request SET outcome = 'a word of tomorrow'");
    g_autoptr(GPtrArray) later = journal(state, run);
    assert_int_equal(entry_at(later, 0)->outcome, OUTCOME_UNKNOWN);
}

static void what_was_refused_is_written_down(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    int64_t run = begin_run(state, NOW);
    record_intent(state, run, 1);
    Outcome outcome = {.kind = OUTCOME_PARTIAL, .status = 200, .created_id = 55};
    outcome.request_id = g_strdup("toggl-1");
    outcome_add_failure(&outcome, 7, NULL, "no such user");
    outcome_add_failure(&outcome, 0, "a@example.org", "is \"taken\"");
    assert_success(state_record_outcome(state, run, 1, &outcome, NULL, NOW + 5, &error), error);
    outcome_clear(&outcome);
    assert_sql(fixture, "SELECT failures FROM request",
               "[{\"id\":7,\"message\":\"no such user\"},"
               "{\"id\":0,\"mail\":\"a@example.org\",\"message\":\"is \\\"taken\\\"\"}]");
    assert_sql(fixture, "SELECT created_id || toggl_request_id || answered FROM request",
               "55toggl-11800000005");
}

static void ending_settles_what_is_unknown_and_saves(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    g_autoptr(Ledger) ledger = ledger_new();
    const Link *link = ledger_add_link(ledger, "ad", "guid");
    int64_t run = begin_run(state, NOW);
    const NextRequest planned = {.id = 1, .operation = "patch", .changes = "[1]"};
    assert_success(state_record(state, run, NULL, &planned, NULL, NOW, &error), error);
    record_intent(state, run, 2); /* by hand: nobody will ever settle it */
    record_outcome(state, run, 2, OUTCOME_UNKNOWN);
    record_intent(state, run, 3);
    record_outcome(state, run, 3, OUTCOME_DONE);
    assert_success(state_end_run(state, run, NOW, 75, "", ledger, &error), error);
    g_autoptr(GPtrArray) entries = journal(state, run);
    assert_true(entry_at(entries, 0)->settled);
    assert_false(entry_at(entries, 1)->settled);
    assert_false(entry_at(entries, 2)->settled);
    assert_false(link->row.dirty);
    assert_sql(fixture, "SELECT anchor FROM link", "guid");
}

static void a_run_that_was_left_is_settled_later(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    int64_t left = begin_run(state, NOW);
    const NextRequest planned = {.id = 1, .operation = "patch", .changes = "[4,7]"};
    assert_success(state_record(state, left, NULL, &planned, NULL, NOW, &error), error);
    record_outcome(state, left, 1, OUTCOME_UNKNOWN);
    assert_success(state_leave_run(state, left, NOW + 1, 69, "some", NULL, &error), error);
    int64_t died = begin_run(state, NOW + 2);
    assert_success(state_unsettled_runs(state, &runs, &error), error);
    assert_int_equal(runs->len, 2);
    const RunRecord *first = g_ptr_array_index(runs, 0);
    assert_int_equal(first->id, left);
    assert_int_equal(first->ended, NOW + 1);
    assert_false(first->settled);
    assert_string_equal(first->plan, "{\"plan\":1}");
    assert_int_equal(((const RunRecord *) g_ptr_array_index(runs, 1))->id, died);
    /* what a read showed, in one transaction */
    g_autoptr(GArray) done = g_array_new(FALSE, TRUE, sizeof(DoneRequest));
    g_autoptr(GArray) confirmed = g_array_new(FALSE, TRUE, sizeof(ConfirmedChange));
    const ConfirmedChange invite = {.change = 7, .counts_as = "invite"};
    const Outcome partial = {.kind = OUTCOME_PARTIAL, .status = 500};
    const DoneRequest row = {.id = 1, .outcome = &partial, .confirmed = confirmed};
    g_array_append_val(confirmed, invite);
    g_array_append_val(done, row);
    assert_success(state_settle(state, left, done, NULL, NOW + 5, &error), error);
    g_autoptr(GPtrArray) entries = journal(state, left);
    assert_true(entry_at(entries, 0)->settled);
    assert_int_equal(entry_at(entries, 0)->outcome, OUTCOME_PARTIAL);
    assert_string_equal(entry_at(entries, 0)->changes, "[4,7]");
    g_autoptr(GArray) changes = NULL;
    assert_success(state_confirmed(state, left, &changes, &error), error);
    assert_int_equal(changes->len, 1);
    assert_int_equal(g_array_index(changes, unsigned, 0), 7);
    assert_success(state_end_run(state, left, NOW + 1, 69, "some", NULL, &error), error);
    g_autoptr(GPtrArray) now_left = NULL;
    assert_success(state_unsettled_runs(state, &now_left, &error), error);
    assert_int_equal(now_left->len, 1);
}

static void a_run_has_its_inverse(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    g_autoptr(RunRecord) run = NULL;
    g_autoptr(RunRecord) none = NULL;
    int64_t id = 0;
    const NewRun new_run = {.command = "apply", .plan = "{}", .inverse = "[1]", .undoes = 41};
    assert_success(state_begin(state, &new_run, NOW, &id, &error), error);
    assert_success(state_run(state, id, &run, &error), error);
    assert_string_equal(run->inverse, "[1]");
    assert_int_equal(run->undoes, 41);
    assert_success(state_run(state, id + 1, &none, &error), error);
    assert_null(none);
}

static void outcome_and_ledger_are_one(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    GError *error = NULL;
    g_autoptr(Ledger) ledger = ledger_new();
    const Link *link = ledger_add_link(ledger, "ad", "guid");
    const Outcome done = {.kind = OUTCOME_DONE, .status = 200};
    int64_t run = begin_run(state, NOW);
    assert_false(state_record_outcome(state, run, 1, &done, ledger, NOW, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INTERNAL));
    assert_error(error, "request 1 of run 1 has an outcome, but was never announced");
    assert_true(link->row.dirty);
    assert_sql(fixture, "SELECT count(*) FROM link", "0");
    record_intent(state, run, 1);
    assert_success(state_record_outcome(state, run, 1, &done, ledger, NOW, &error), error);
    assert_false(link->row.dirty);
    assert_sql(fixture, "SELECT count(*) FROM link", "1");
}

static void an_outcome_and_the_next_intent_are_one(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    GError *error = NULL;
    g_autoptr(Ledger) ledger = ledger_new();
    (void) ledger_add_link(ledger, "ad", "guid");
    const Outcome done = {.kind = OUTCOME_DONE, .status = 200};
    const NextRequest next = {.id = 2, .operation = "patch", .essence = "{}"};
    int64_t run = begin_run(state, NOW);
    record_intent(state, run, 1);
    const DoneRequest first = {.id = 1, .outcome = &done};
    assert_success(state_record(state, run, &first, &next, ledger, NOW + 7, &error), error);
    g_autoptr(GPtrArray) entries = journal(state, run);
    assert_int_equal(entry_at(entries, 0)->outcome, OUTCOME_DONE);
    assert_int_equal(entry_at(entries, 1)->outcome, OUTCOME_UNKNOWN);
    assert_string_equal(entry_at(entries, 1)->operation, "patch");
    assert_int_equal(entry_at(entries, 1)->sent, NOW + 7);
    assert_sql(fixture, "SELECT count(*) FROM link", "1");
    /* the intent is there already: nothing of it is kept */
    const Outcome refused = {.kind = OUTCOME_REFUSED};
    const DoneRequest again = {.id = 1, .outcome = &refused};
    assert_false(state_record(state, run, &again, &next, NULL, NOW, &error));
    assert_non_null(strstr(error->message, "UNIQUE constraint failed: request.run_id, request.id"));
    g_clear_error(&error);
    assert_sql(fixture, "SELECT outcome FROM request WHERE id = 1", "done");
}

static void a_request_is_announced_once(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    int64_t run = begin_run(state, NOW);
    record_intent(state, run, 1);
    assert_false(state_record_intent(state, run, 1, "patch", NULL, NOW, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INTERNAL));
}

static void a_request_needs_a_run(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    assert_false(state_record_intent(state, 77, 1, "patch", NULL, NOW, &error));
    assert_non_null(strstr(error->message, "FOREIGN KEY constraint failed"));
}

static int announce_and_die(const Fixture *fixture)
{
    State *state = NULL;
    int64_t run = 0;
    Ledger *ledger = ledger_new();
    (void) ledger_add_link(ledger, "ad", "guid");
    const Outcome done = {.kind = OUTCOME_DONE, .status = 200};
    if (!state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, NULL) ||
        !state_begin_run(state, "sync", NOW, "d", "{}", &run, NULL) ||
        !state_record_intent(state, run, 1, "first", "{}", NOW, NULL) ||
        !state_record_outcome(state, run, 1, &done, ledger, NOW, NULL) ||
        !state_record_intent(state, run, 2, "second", "{}", NOW, NULL))
        return 1;
    (void) kill(getpid(), SIGKILL);
    return 2;
}

static void a_killed_run_is_found_as_it_was(void **data)
{
    const Fixture *fixture = *data;
    assert_int_equal(in_child(false, announce_and_die, fixture), -SIGKILL);
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GPtrArray) runs = unsettled(state);
    assert_int_equal(runs->len, 1);
    g_autoptr(GPtrArray) entries = journal(state, ((RunRecord *) g_ptr_array_index(runs, 0))->id);
    assert_int_equal(entries->len, 2);
    assert_int_equal(entry_at(entries, 0)->outcome, OUTCOME_DONE);
    assert_int_equal(entry_at(entries, 1)->outcome, OUTCOME_UNKNOWN);
    g_autoptr(Ledger) ledger = load_ledger(state);
    assert_non_null(ledger_link(ledger, "ad", "guid"));
}

static void a_reader_sees_a_killed_run_too(void **data)
{
    const Fixture *fixture = *data;
    assert_int_equal(in_child(false, announce_and_die, fixture), -SIGKILL);
    g_autoptr(State) state = open_state(fixture, STATE_READ);
    assert_non_null(state);
    g_autoptr(GPtrArray) runs = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_runs(state, 10, &runs, &error), error);
    assert_int_equal(runs->len, 1);
}

/* One request of RUN that confirms the changes from FIRST to LAST as KIND. */
static void confirm(State *state, int64_t run, unsigned first, unsigned last, const char *kind,
                    int64_t at)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) confirmed = g_array_new(FALSE, TRUE, sizeof(ConfirmedChange));
    for (unsigned i = first; i <= last; i++) {
        const ConfirmedChange change = {.change = i, .counts_as = kind};
        g_array_append_val(confirmed, change);
    }
    const Outcome outcome = {.kind = OUTCOME_DONE, .status = 200};
    const DoneRequest done = {.id = 1, .outcome = &outcome, .confirmed = confirmed};
    assert_success(state_record(state, run, &done, NULL, NULL, at, &error), error);
}

static void changes_are_counted_by_kind_and_time(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = open_state(fixture, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    int64_t run = begin_run(state, NOW);
    record_intent(state, run, 1);
    confirm(state, run, 1, 5, "invite", NOW - 10);
    confirm(state, run, 5, 8, "invite", NOW); /* the fifth was counted when it happened */
    confirm(state, run, 9, 10, "removal", NOW);
    confirm(state, run, 11, 12, NULL, NOW);
    static const struct {
        const char *kind;
        int64_t since;
        int64_t count;
    } cases[] = {{"invite", NOW - 10, 8}, {"invite", NOW - 9, 3},   {"invite", NOW, 3},
                 {"invite", NOW + 1, 0},  {"removal", NOW - 10, 2}, {"reactivate", 0, 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t count = -1;
        assert_success(state_count_since(state, cases[i].kind, cases[i].since, &count, &error),
                       error);
        assert_int_equal(count, cases[i].count);
    }
    assert_sql(fixture, "SELECT count(*) FROM confirmed", "12");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_is_unsettled_until_it_ends),
        TEST(a_run_that_could_not_begin_was_none),
        TEST(history_is_newest_first_and_counts),
        TEST(an_intent_without_an_outcome_is_unknown),
        TEST(every_outcome_comes_back),
        TEST(what_was_refused_is_written_down),
        TEST(ending_settles_what_is_unknown_and_saves),
        TEST(a_run_that_was_left_is_settled_later),
        TEST(a_run_has_its_inverse),
        TEST(outcome_and_ledger_are_one),
        TEST(an_outcome_and_the_next_intent_are_one),
        TEST(a_request_is_announced_once),
        TEST(a_request_needs_a_run),
        TEST(a_killed_run_is_found_as_it_was),
        TEST(a_reader_sees_a_killed_run_too),
        TEST(changes_are_counted_by_kind_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
