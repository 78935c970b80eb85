/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "state/approvals.h"
#include "state/decisions.h"

#define NOW INT64_C(1764000000)

static char *borrowed(const char *text)
{
    return (char *) (guintptr) text;
}

static void approve(State *state, const char *changes, const char *by, int64_t expires,
                    const char *plan)
{
    g_autoptr(GError) error = NULL;
    SavedApproval approval = {
        .changes = borrowed(changes),
        .by = borrowed(by),
        .record = borrowed("{}\n"),
        .expires = expires,
    };
    assert_success(state_save_approval(state, &approval, plan, NOW, &error), error);
}

/* "changes by" of those that last at NOW, and the plans they are about. */
static char *approvals_at(State *state, int64_t now)
{
    g_autoptr(GPtrArray) approvals = NULL;
    g_autoptr(GPtrArray) plans = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_approvals(state, now, &approvals, &error), error);
    assert_success(state_approved_plans(state, now, &plans, &error), error);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < approvals->len; i++) {
        const SavedApproval *one = g_ptr_array_index(approvals, i);
        g_string_append_printf(text, "%s %s; ", one->changes, one->by);
    }
    for (guint i = 0; i < plans->len; i++)
        g_string_append_printf(text, "%s; ", (const char *) g_ptr_array_index(plans, i));
    return g_string_free(text, FALSE);
}

static void test_approvals_last(void **data)
{
    const Fixture *fixture = *data;
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        approve(state, "c1", "ann", NOW + 10, "plan one");
        approve(state, "c1", "bob", NOW + 20, "plan one");
        approve(state, "c2", "ann", NOW + 30, "plan two");
    }
    g_autoptr(State) state = open_state(fixture, STATE_READ);
    const struct {
        int64_t now;
        const char *expected;
    } cases[] = {
        {NOW, "c1 ann; c2 ann; c1 bob; plan one; plan two; "},
        {NOW + 9, "c1 ann; c2 ann; c1 bob; plan one; plan two; "},
        {NOW + 10, "c2 ann; c1 bob; plan one; plan two; "},
        {NOW + 20, "c2 ann; plan two; "},
        {NOW + 30, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = approvals_at(state, cases[i].now);
        assert_string_equal(found, cases[i].expected);
    }
}

/* The same person's later word replaces the earlier one, and takes nobody else's away. */
static void test_a_later_word(void **data)
{
    g_autoptr(State) state = open_state(*data, STATE_WRITE);
    approve(state, "c1", "ann", NOW + 10, "plan one");
    approve(state, "c1", "bob", NOW + 10, "plan one");
    approve(state, "c1", "ann", NOW + 50, "plan one, made again");
    g_autofree char *early = approvals_at(state, NOW);
    assert_string_equal(early, "c1 ann; c1 bob; plan one, made again; ");
    g_autofree char *late = approvals_at(state, NOW + 10);
    assert_string_equal(late, "c1 ann; plan one, made again; ");
}

static void test_what_was_carried_out(void **data)
{
    g_autoptr(State) state = open_state(*data, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    int64_t run = 0;
    int64_t when = -1;
    assert_success(state_begin_run(state, "sync", NOW, "c1", "{}", &run, &error), error);
    assert_success(state_when_carried_out(state, "d1", &when, &error), error);
    assert_int_equal(when, 0);
    CarriedOut first = {.name = "d1", .document = "d0", .changes = "c1", .run = run};
    CarriedOut again = {.name = "d1", .document = "d1"};
    CarriedOut second = {.name = "d2", .document = "d2"};
    approve(state, "c1", "ann", NOW + 10, "plan one");
    approve(state, "c2", "ann", NOW + 10, "plan two");
    assert_success(state_carried_out(state, &first, NOW, &error), error);
    assert_success(state_carried_out(state, &again, NOW + 5, &error), error); /* first counts */
    assert_success(state_carried_out(state, &second, NOW + 7, &error), error);
    g_autofree char *left = approvals_at(state, NOW);
    assert_string_equal(left, "c2 ann; plan two; "); /* the other is used up */
    assert_success(state_when_carried_out(state, "d0", &when, &error), error);
    assert_int_equal(when, NOW);
    assert_success(state_when_carried_out(state, "d1", &when, &error), error);
    assert_int_equal(when, NOW);
    assert_success(state_when_carried_out(state, "d2", &when, &error), error);
    assert_int_equal(when, NOW + 7);
    CarriedOut nobody = {.name = "d3", .document = "d3", .run = 99};
    assert_false(state_carried_out(state, &nobody, NOW, &error)); /* there is no such run */
}

/* What a sync did of itself needs the word no more; others' plans keep theirs. */
static void test_used_up(void **data)
{
    g_autoptr(State) state = open_state(*data, STATE_WRITE);
    g_autoptr(GError) error = NULL;
    approve(state, "c1", "ann", NOW + 10, "plan one");
    approve(state, "c1", "bob", NOW + 20, "plan one");
    approve(state, "c2", "ann", NOW + 30, "plan two");
    assert_success(state_use_up_approvals(state, "c1", NOW + 1, &error), error);
    g_autofree char *left = approvals_at(state, NOW + 1);
    assert_string_equal(left, "c2 ann; plan two; ");
    assert_success(state_use_up_approvals(state, "c1", NOW + 2, &error), error);
    approve(state, "c1", "ann", NOW + 40, "plan one"); /* a new word counts anew */
    g_autofree char *again = approvals_at(state, NOW + 3);
    assert_string_equal(again, "c1 ann; c2 ann; plan one; plan two; ");
}

static void test_decisions_and_ledger_together(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(GError) error = NULL;
    {
        g_autoptr(State) state = open_state(fixture, STATE_WRITE);
        g_autoptr(Ledger) ledger = ledger_new();
        ledger_add_link(ledger, "main", "ann")->hold_until = NOW + 9;
        ledger_set_note(ledger, NOTE_HOLD_REASON, "audit");
        ledger_set_note_number(ledger, NOTE_PEOPLE_READ "main", 12);
        Decision one = {.at = NOW,
                        .by = borrowed("otto"),
                        .what = borrowed("hold"),
                        .who = borrowed("ann@example.org"),
                        .source = borrowed("main"),
                        .anchor = borrowed("ann"),
                        .until = NOW + 9,
                        .reason = borrowed("leave"),
                        .reference = borrowed("HR-1")};
        Decision two = {.at = NOW + 1, .by = borrowed("otto"), .what = borrowed("release")};
        g_autoptr(GPtrArray) decisions = g_ptr_array_new();
        g_ptr_array_add(decisions, &one);
        g_ptr_array_add(decisions, &two);
        assert_success(state_decide(state, decisions, ledger, &error), error);
        ledger_set_note(ledger, NOTE_HOLD_REASON, NULL);
        assert_success(state_save(state, ledger, &error), error);
    }
    g_autoptr(State) state = open_state(fixture, STATE_READ);
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GPtrArray) decisions = NULL;
    assert_success(state_load(state, &ledger, &error), error);
    assert_success(state_decisions(state, &decisions, &error), error);
    assert_int_equal(ledger_link(ledger, "main", "ann")->hold_until, NOW + 9);
    assert_null(ledger_note(ledger, NOTE_HOLD_REASON));
    assert_int_equal(ledger_note_number(ledger, NOTE_PEOPLE_READ "main"), 12);
    assert_int_equal(decisions->len, 2);
    const Decision *first = g_ptr_array_index(decisions, 0);
    const Decision *second = g_ptr_array_index(decisions, 1);
    assert_int_equal(first->at, NOW);
    assert_string_equal(first->by, "otto");
    assert_string_equal(first->who, "ann@example.org");
    assert_string_equal(first->anchor, "ann");
    assert_string_equal(first->reference, "HR-1");
    assert_int_equal(first->until, NOW + 9);
    assert_string_equal(second->what, "release");
    assert_null(second->who);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_approvals_last, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_later_word, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_was_carried_out, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_used_up, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_decisions_and_ledger_together, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
