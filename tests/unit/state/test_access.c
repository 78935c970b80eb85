/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

/* What one read saw: what is open, what ended. */
static void read_at(const Fixture *fixture, int64_t moment,
                    void (*see)(Ledger *ledger, int64_t now))
{
    g_autoptr(State) state = NULL;
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_open(fixture->path, STATE_WRITE, ORGANIZATION, &state, &error), error);
    assert_success(state_load(state, &ledger, &error), error);
    ledger->last_run = moment;
    see(ledger, moment);
    assert_success(state_save(state, ledger, &error), error);
}

static Interval *begin(Ledger *ledger, IntervalKind kind, int64_t target, Role role, int64_t now)
{
    Interval *interval = ledger_add_interval(ledger, kind, (OrganizationUserId){3}, target);
    interval->mail = g_strdup("a@example.org");
    interval->target_name = g_strdup(target == 7 ? "Developers" : NULL);
    interval->role = role;
    interval->since = now;
    return interval;
}

static void end_all(Ledger *ledger, int64_t now)
{
    for (guint i = 0; i < ledger->intervals->len; i++) {
        Interval *interval = g_ptr_array_index(ledger->intervals, i);
        if (interval->until == 0) {
            interval->until = now;
            interval->row.dirty = true;
        }
    }
}

static void joins(Ledger *ledger, int64_t now)
{
    begin(ledger, INTERVAL_GROUP, 7, ROLE_NONE, now)->ours = true;
    begin(ledger, INTERVAL_WORKSPACE, 8, ROLE_USER, now)->path = g_strdup("member of cn=a");
}

static void nothing(Ledger *ledger, int64_t now)
{
    (void) ledger;
    (void) now;
}

/* The group is lost; the role in the workspace is another from now on. */
static void is_promoted(Ledger *ledger, int64_t now)
{
    end_all(ledger, now);
    begin(ledger, INTERVAL_WORKSPACE, 8, ROLE_ADMIN, now)->path = g_strdup("member of cn=b");
}

static void comes_back(Ledger *ledger, int64_t now)
{
    begin(ledger, INTERVAL_GROUP, 7, ROLE_NONE, now)->ours = false;
}

/* "group 7 since 100; workspace 8 admin since 100": what the state says of AT. */
static char *access_text(const Fixture *fixture, int64_t at, ReadTimes *ret_times)
{
    g_autoptr(State) state = NULL;
    g_autoptr(GPtrArray) intervals = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(state_open(fixture->path, STATE_READ, ORGANIZATION, &state, &error), error);
    assert_success(state_access_at(state, at, ret_times, &intervals, &error), error);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < intervals->len; i++) {
        const Interval *interval = g_ptr_array_index(intervals, i);
        const char *role = role_name(interval->role);
        g_string_append_printf(
            text, "%s%" G_GINT64_FORMAT " %s %s %s since %" G_GINT64_FORMAT, i > 0 ? "; " : "",
            interval->target, interval->target_name != NULL ? interval->target_name : "-",
            role != NULL ? role : "-", interval->ours ? "ours" : "by hand", interval->since);
    }
    return g_string_free(text, FALSE);
}

static void test_any_moment(void **data)
{
    const Fixture *fixture = *data;
    read_at(fixture, 100, joins);
    read_at(fixture, 150, nothing);
    read_at(fixture, 200, is_promoted);
    read_at(fixture, 300, comes_back);
    static const struct {
        int64_t at;
        const char *text;
        ReadTimes times;
    } cases[] = {
        {99, "", {.first = 100, .after = 100}},
        {100,
         "7 Developers - ours since 100; 8 - user by hand since 100",
         {.first = 100, .before = 100, .after = 150}},
        {160,
         "7 Developers - ours since 100; 8 - user by hand since 100",
         {.first = 100, .before = 150, .after = 200}},
        {199,
         "7 Developers - ours since 100; 8 - user by hand since 100",
         {.first = 100, .before = 150, .after = 200}},
        /* what goes on where it ended is one access */
        {200, "8 - admin by hand since 100", {.first = 100, .before = 200, .after = 300}},
        {299, "8 - admin by hand since 100", {.first = 100, .before = 200, .after = 300}},
        /* what came back after a while is another */
        {300,
         "7 Developers - by hand since 300; 8 - admin by hand since 100",
         {.first = 100, .before = 300}},
        {G_MAXINT64,
         "7 Developers - by hand since 300; 8 - admin by hand since 100",
         {.first = 100, .before = 300}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        ReadTimes times = {0};
        g_autofree char *text = access_text(fixture, cases[i].at, &times);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(times.first, cases[i].times.first);
        assert_int_equal(times.before, cases[i].times.before);
        assert_int_equal(times.after, cases[i].times.after);
    }
}

static void test_no_read_yet(void **data)
{
    const Fixture *fixture = *data;
    read_at(fixture, 0, nothing);
    ReadTimes times = {.first = 1, .before = 1, .after = 1};
    g_autofree char *text = access_text(fixture, 100, &times);
    assert_string_equal(text, "");
    assert_int_equal(times.first, 0);
    assert_int_equal(times.before, 0);
    assert_int_equal(times.after, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_any_moment, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_no_read_yet, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
