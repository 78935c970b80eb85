/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "sync/forecast.h"

#define NOW INT64_C(1764000000)

typedef struct {
    const char *what;
    unsigned requests;
    int64_t reads;
    int64_t an_hour;
    int64_t reserve;
    int64_t left;
    int64_t resets; /* from now; 0: not known */
    int64_t pace;
    int64_t windows;
    int64_t finish; /* from now */
} Case;

static const Case cases[] = {
    {"nothing to send", 0, 6, 600, 60, -1, 0, 1, 1, 0},
    {"all in this hour", 10, 6, 600, 60, -1, 0, 1, 1, 10},
    {"exactly this hour", 534, 6, 600, 60, -1, 0, 1, 1, 534},
    {"one too many", 535, 6, 600, 60, -1, 0, 1, 2, 3601},
    {"headers say that others have used it", 10, 6, 600, 60, 65, 0, 1, 2, 3605},
    {"headers say when the next hour begins", 10, 6, 600, 60, 65, 100, 1, 2, 105},
    {"less is left than the reserve", 10, 6, 600, 60, 20, 100, 1, 2, 110},
    {"three more hours", 100, 0, 30, 3, 30, 600, 2, 4, 600 + 7200 + 2 * 19},
    {"a reserve that leaves nothing", 2, 0, 3, 3, 3, 0, 0, 3, 7200},
};

static Plan *plan_of(unsigned requests)
{
    Plan *plan = plan_new();
    for (unsigned i = 0; i < requests; i++)
        g_ptr_array_add(plan->requests, request_new(OPERATION_ASSIGNMENT));
    return plan;
}

static void test_hours_and_finish(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *one = &cases[i];
        g_autoptr(Plan) plan = plan_of(one->requests);
        ForecastInput input = {
            .organization = organization,
            .now = NOW,
            .reads = one->reads,
            .requests_per_hour = one->an_hour,
            .reserve = one->reserve,
            .requests_left = one->left,
            .resets_at = one->resets != 0 ? NOW + one->resets : 0,
            .seconds_a_request = one->pace,
        };
        plan_forecast(&input, plan);
        const Forecast *forecast = &plan->forecast;
        if (forecast->windows != one->windows || forecast->finish - NOW != one->finish)
            fail_msg("%s: %" G_GINT64_FORMAT " windows, finished after %" G_GINT64_FORMAT,
                     one->what, forecast->windows, forecast->finish - NOW);
        assert_int_equal(forecast->requests, one->requests);
        assert_int_equal(forecast->operations[OPERATION_ASSIGNMENT], one->requests);
        assert_int_equal(forecast->operations[OPERATION_PUT_USER], 0);
        assert_int_equal(forecast->reads, one->reads);
    }
}

static Change *add(Plan *plan, ChangeKind kind)
{
    Change *change = change_new(kind);
    change->person.mail = g_strdup("a@example.org");
    g_ptr_array_add(plan->changes, change);
    change->id = plan->changes->len;
    return change;
}

static void test_seats(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    organization->seats = 4;
    for (int64_t i = 1; i <= 4; i++) {
        Member *member = organization_add_member(organization, (OrganizationUserId){i});
        member->joined = i > 1; /* one is invited, which may become a seat any moment */
        member->inactive = i == 4;
    }
    g_autoptr(Plan) plan = plan_new();
    (void) add(plan, CHANGE_INVITE);
    (void) add(plan, CHANGE_INVITE);
    (void) add(plan, CHANGE_REACTIVATE);
    (void) add(plan, CHANGE_DEACTIVATE);
    (void) add(plan, CHANGE_WITHDRAW_INVITATION);
    (void) add(plan, CHANGE_DELETE_MEMBER); /* they had none any more */
    plan_withhold(plan->deferred, 2, RAIL_SEATS, NULL);
    ForecastInput input = {.organization = organization, .requests_left = -1};
    plan_forecast(&input, plan);
    assert_int_equal(plan->forecast.seats_now, 3);
    assert_int_equal(plan->forecast.seats_then, 3);
    assert_int_equal(plan->forecast.subscription, 4);
    g_ptr_array_set_size(plan->deferred, 0);
    plan_forecast_again(plan);
    assert_int_equal(plan->forecast.seats_then, 4);
    assert_int_equal(plan->forecast.finish, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hours_and_finish),
        cmocka_unit_test(test_seats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
