/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "sync/overview.h"

#include <string.h>

#define NOW INT64_C(1764000000) /* 2025-11-24T16:00:00Z */

/* An organization in which nothing is wrong. */
static Overview *healthy(void)
{
    Overview *overview = overview_new();
    overview->now = NOW;
    overview->organization_id = 7;
    overview->state_path = g_strdup("/state.db");
    overview->has_state = true;
    overview->stale_after = 3 * 3600;
    overview->last_success = NOW - 3 * 3600;
    overview->last_command = g_strdup("sync");
    overview->last_ended = NOW - 3 * 3600;
    overview->plan = plan_new();
    overview->plan_run = 12;
    return overview;
}

static void failed(Overview *overview)
{
    overview->last_status = 69;
    overview->last_problem = g_strdup("the directory cannot be reached\nhint: try");
}

static void throttled(Overview *overview)
{
    overview->last_status = 75;
}

static void refused(Overview *overview)
{
    overview->last_status = 3;
}

static void held(Overview *overview)
{
    Rail *rail = plan_add_rail(overview->plan, RAIL_REMOVALS, NULL);
    rail->verdict = VERDICT_HOLD;
    plan_withhold(overview->plan->held, 1, RAIL_REMOVALS, NULL);
    plan_withhold(overview->plan->held, 2, RAIL_REMOVALS, NULL);
    overview->last_status = 3; /* is said once */
}

static void held_for_good(Overview *overview)
{
    Rail *rail = plan_add_rail(overview->plan, RAIL_MAPPED_GROUP, NULL);
    rail->verdict = VERDICT_HOLD;
    plan_withhold(overview->plan->held, 1, RAIL_MAPPED_GROUP, NULL);
}

static void held_up(Overview *overview)
{
    plan_add_rail(overview->plan, RAIL_CONFIGURATION, NULL)->verdict = VERDICT_HOLD;
    overview->last_status = 3; /* is said once */
}

static void rules_are_held(Overview *overview)
{
    for (int i = 0; i < 2; i++)
        plan_add_rail(overview->plan, RAIL_MAPPED_GROUP, NULL)->verdict = VERDICT_HOLD;
    overview->last_status = 3;
}

static void held_and_rules(Overview *overview)
{
    rules_are_held(overview);
    held(overview);
}

static void budget_is_reached(Overview *overview)
{
    overview->last_status = 75;
    for (unsigned i = 1; i <= 3; i++)
        plan_withhold(overview->plan->deferred, i, i < 3 ? RAIL_INVITATIONS : RAIL_SEATS, NULL);
    plan_withhold(overview->plan->deferred, 3, RAIL_INVITATIONS, NULL);
    plan_add_rail(overview->plan, RAIL_INVITATIONS, NULL)->verdict = VERDICT_DEFER;
    plan_add_rail(overview->plan, RAIL_SEATS, NULL)->verdict = VERDICT_DEFER;
}

static void clock_is_behind(Overview *overview)
{
    overview->clock_problem = g_strdup("the clock says 9\nhint: set the clock");
}

static void no_state(Overview *overview)
{
    overview->has_state = false;
    overview->last_success = 0;
    g_clear_pointer(&overview->last_command, g_free);
}

static void stale(Overview *overview)
{
    overview->last_success -= 1;
}

static void never(Overview *overview)
{
    overview->last_success = 0;
}

static void quarantined(Overview *overview)
{
    overview->quarantined = true;
    overview->unconverged = 3;
}

static void add_run(Overview *overview, const char *command, int64_t ended)
{
    OverviewRun *run = g_new0(OverviewRun, 1);
    *run =
        (OverviewRun){.id = 11, .command = g_strdup(command), .started = NOW - 60, .ended = ended};
    g_ptr_array_add(overview->unsettled, run);
}

static void died(Overview *overview)
{
    add_run(overview, "sync", 0);
}

static void left(Overview *overview)
{
    add_run(overview, "apply", NOW);
    add_run(overview, "api", 0); /* is told of by its calls */
}

static void unknown(Overview *overview)
{
    OverviewCall *call = g_new0(OverviewCall, 1);
    *call = (OverviewCall){.operation = g_strdup("put_organization"), .sent = NOW - 60};
    g_ptr_array_add(overview->calls, call);
}

static void all_held(Overview *overview)
{
    overview->held_until = NOW + 1;
    overview->held_reason = g_strdup("year\nend");
}

static void was_held(Overview *overview)
{
    overview->held_until = NOW;
}

static OverviewPerson *somebody(GPtrArray *people, int64_t days_left)
{
    OverviewPerson *person = g_new0(OverviewPerson, 1);
    person->days_left = days_left;
    g_ptr_array_add(people, person);
    return person;
}

static void missing(Overview *overview)
{
    somebody(overview->missing, 3);
    somebody(overview->missing, 1);
}

static void missing_held(Overview *overview)
{
    somebody(overview->missing, 0)->held = true;
    somebody(overview->missing, 2)->held = true;
}

static void missing_held_in_part(Overview *overview)
{
    somebody(overview->missing, 0)->held = true;
    somebody(overview->missing, 2);
}

static void missing_reported(Overview *overview)
{
    somebody(overview->missing, 0);
    overview->leavers = LEAVERS_REPORT;
}

static void person_held(Overview *overview)
{
    somebody(overview->holds, 0);
}

static void add_notice(Overview *overview, NoticeKind kind)
{
    ChangePerson person = {.mail = (char *) (guintptr) "zoe@example.org"};
    plan_add_notice(overview->plan, kind, &person, "because");
}

static void left_alone(Overview *overview)
{
    add_notice(overview, NOTICE_WAITING);
    add_notice(overview, NOTICE_FROZEN);
    add_notice(overview, NOTICE_FROZEN);
    add_notice(overview, NOTICE_OUT_OF_SCOPE);
    add_notice(overview, NOTICE_PROTECTED);
    add_notice(overview, NOTICE_HELD);
    add_notice(overview, NOTICE_HELD);
    somebody(overview->holds, 0); /* somebody else */
}

static void on_hold(Overview *overview)
{
    add_notice(overview, NOTICE_HELD);
    add_notice(overview, NOTICE_FROZEN);
    somebody(overview->holds, 0)->mail = g_strdup("Zoe@example.org"); /* is said once */
}

/* Members whom nobody has to look at. */
static void unmanaged(Overview *overview)
{
    add_notice(overview, NOTICE_UNMANAGED);
    add_notice(overview, NOTICE_BY_HAND);
    add_notice(overview, NOTICE_KEPT);
    add_notice(overview, NOTICE_DIFFERENT);
    add_notice(overview, NOTICE_EXCLUDED);
}

static const struct {
    const char *title;
    void (*spoil)(Overview *overview);
    const char *concerns;
} cases[] = {
    {"all is well", NULL, ""},
    {"others are no concern", unmanaged, ""},
    {"a hold that is over", was_held, ""},
    {"no state", no_state, "no-run!: No run yet: there is no state at /state.db\n"},
    {"stale", stale, "stale!: the last success is 3 hours old (2025-11-24T12:59:59Z)\n"},
    {"never", never, "stale!: no run has done its work yet\n"},
    {"failed", failed,
     "failed!: the last sync ended with status 69 (a directory or Toggl cannot be reached) at "
     "2025-11-24T13:00:00Z: the directory cannot be reached\n"},
    {"throttled", throttled,
     "deferred: the last sync ended with status 75 (try again later: quota reserve or a daily "
     "budget reached (progress kept, says when), throttled, or another run holds the lock) at "
     "2025-11-24T13:00:00Z\n"},
    {"refused", refused,
     "deferred: the last sync ended with status 3 (refused or held by a rail or by the person at "
     "the prompt; the report says which rail, the numbers, what was still done, and how to approve "
     "exactly this) at 2025-11-24T13:00:00Z\n"},
    {"held", held, "held: run 12 holds 2 changes (removals 2)\n"},
    {"held for good", held_for_good, "held: run 12 holds 1 change (mapped-group 1)\n"},
    {"held up", held_up, "held: run 12 was held up, with nothing to change yet (configuration)\n"},
    {"a daily budget", budget_is_reached,
     "deferred: run 12 left 3 changes to later runs (invitations 3, seats 1)\n"},
    {"rules are held", rules_are_held,
     "held: run 12 was held up, with nothing to change yet (mapped-group)\n"},
    {"held, and rules, too", held_and_rules,
     "held: run 12 holds 2 changes (mapped-group, removals 2)\n"},
    {"the clock is behind", clock_is_behind, "clock!: every run is refused: the clock says 9\n"},
    {"quarantined", quarantined,
     "quarantined!: quarantined: 3 runs in a row did not come to an end\n"},
    {"died", died, "unfinished: run 11 (sync) of 2025-11-24T15:59:00Z did not end\n"},
    {"left", left,
     "unfinished: run 11 (apply) of 2025-11-24T15:59:00Z ended before anybody looked what it had "
     "done\n"},
    {"unknown", unknown,
     "unknown-call: Unknown: put_organization, sent 2025-11-24T15:59:00Z: nobody knows whether it "
     "was carried out\n"},
    {"everything held", all_held,
     "all-held: everything is held until 2025-11-24T16:00:01Z: year\\u{000A}end\n"},
    {"missing", missing,
     "missing: 2 people are missing or no longer wanted; the soonest has 1 day left\n"},
    {"missing, and only reported", missing_reported,
     "missing: 1 person is missing or no longer wanted; the soonest has 0 days left\n"},
    {"missing, and held", missing_held,
     "missing: 2 people are missing or no longer wanted, and held\n"},
    {"missing, and one of them held", missing_held_in_part,
     "missing: 2 people are missing or no longer wanted; the soonest has 2 days left; 1 held\n"},
    {"held by a person", person_held, "person-held: 1 person is held\n"},
    {"left alone", left_alone,
     "protected: 1 protected person keeps what they should lose\nfrozen: 2 people are "
     "frozen\nout-of-scope: 1 person is "
     "out of scope\nperson-held: 2 people wait for a decision\nwaiting: 1 person waits for "
     "Toggl\nperson-held: 1 person is held\n"},
    {"on hold", on_hold, "frozen: 1 person is frozen\nperson-held: 1 person is held\n"},
};

static void test_concerns(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Overview) overview = healthy();
        g_autoptr(GString) found = g_string_new(NULL);
        if (cases[i].spoil != NULL)
            cases[i].spoil(overview);
        overview_judge(overview);
        overview_judge(overview); /* says nothing twice */
        for (guint c = 0; c < overview->concerns->len; c++) {
            const Concern *concern = g_ptr_array_index(overview->concerns, c);
            g_string_append_printf(found, "%s%s: %s\n", concern->kind, concern->critical ? "!" : "",
                                   concern->text);
            assert_true(strlen(concern->next) > 10); /* every warning says what to do */
        }
        if (strcmp(found->str, cases[i].concerns) != 0)
            fail_msg("%s: %s instead of %s", cases[i].title, found->str, cases[i].concerns);
    }
}

/* What a person has to type stands in the advice. */
static void test_advice(void **state)
{
    (void) state;
    g_autoptr(Overview) overview = healthy();
    held(overview);
    overview_judge(overview);
    const Concern *concern = g_ptr_array_index(overview->concerns, 0);
    assert_string_equal(concern->next,
                        "they wait for a person: 'toggl-ldap-sync history 12' shows them, "
                        "'toggl-ldap-sync approve 12 --exceed removals' lets them pass");
    /* under other settings, which an upgrade may bring, nobody can let them pass any more */
    overview->configuration = g_strdup("of today");
    overview->plan->digests.configuration = g_strdup("of today");
    overview_judge(overview);
    concern = g_ptr_array_index(overview->concerns, 0);
    assert_non_null(strstr(concern->next, "approve 12 --exceed removals"));
    g_free(overview->plan->digests.configuration);
    overview->plan->digests.configuration = g_strdup("of yesterday");
    overview_judge(overview);
    concern = g_ptr_array_index(overview->concerns, 0);
    assert_string_equal(concern->next,
                        "its plan is void, for the configuration or a default of this release is "
                        "another one since: the next sync makes a new plan, and holds what is not "
                        "accepted; until then 'toggl-ldap-sync history 12' shows the old one");
    g_autoptr(Overview) other = healthy();
    held_for_good(other);
    overview_judge(other);
    concern = g_ptr_array_index(other->concerns, 0);
    g_autoptr(Overview) early = healthy();
    held_up(early);
    overview_judge(early);
    concern = g_ptr_array_index(early->concerns, 0);
    assert_string_equal(concern->next,
                        "it waits for a person: 'toggl-ldap-sync history 12' shows why, "
                        "'toggl-ldap-sync approve 12 --exceed configuration' lets it pass");
    g_autoptr(Overview) budget = healthy();
    budget_is_reached(budget);
    overview_judge(budget);
    concern = g_ptr_array_index(budget->concerns, 0);
    assert_string_equal(concern->next,
                        "the next runs go on by themselves; 'toggl-ldap-sync approve 12 --exceed "
                        "invitations --exceed seats' lets all of it pass at once");
    g_autoptr(Overview) behind = healthy();
    clock_is_behind(behind);
    overview_judge(behind);
    concern = g_ptr_array_index(behind->concerns, 0);
    assert_string_equal(concern->next, "set the clock");
    concern = g_ptr_array_index(other->concerns, 0);
    assert_string_equal(concern->next, "they wait until the reason is gone: 'toggl-ldap-sync "
                                       "history 12' shows it");
}

static void test_age(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } ages[] = {{-5, "0 seconds"},   {1, "1 second"},      {59, "59 seconds"},
                {60, "1 minute"},    {3599, "59 minutes"}, {3600, "1 hour"},
                {86399, "23 hours"}, {86400, "1 day"},     {864000, "10 days"}};
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(ages); i++) {
        g_autofree char *text = overview_age(ages[i].seconds);
        assert_string_equal(text, ages[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_concerns),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
