/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/forecast.h"

#include "base/clock.h"
#include "sync/batch.h"

#include <string.h>

/* How many seats what goes now takes, or frees when negative. */
static int64_t seats_taken(const Plan *plan)
{
    g_autoptr(GHashTable) withheld = plan_withheld_set(plan);
    int64_t seats = 0;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (g_hash_table_contains(withheld, GUINT_TO_POINTER(change->id)))
            continue;
        seats += change->kind == CHANGE_INVITE || change->kind == CHANGE_REACTIVATE;
        seats -= change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_WITHDRAW_INVITATION;
    }
    return seats;
}

/* When the last request is sent, and in how many hours of the quota. */
static void forecast_time(const ForecastInput *input, Forecast *forecast)
{
    int64_t an_hour = MAX(1, input->requests_per_hour - input->reserve);
    int64_t left = input->requests_left >= 0 ? input->requests_left - input->reserve
                                             : an_hour - forecast->reads;
    int64_t later = forecast->requests - MAX(0, left); /* what does not fit in this hour */
    int64_t pace = input->seconds_a_request;
    if (later <= 0) {
        forecast->windows = 1;
        forecast->finish = input->now + forecast->requests * pace;
        return;
    }
    int64_t hours = (later + an_hour - 1) / an_hour;
    int64_t last = later - (hours - 1) * an_hour; /* requests in the last of them */
    int64_t next = input->resets_at > input->now ? input->resets_at : input->now + SECONDS_AN_HOUR;
    forecast->windows = 1 + hours;
    forecast->finish = next + (hours - 1) * SECONDS_AN_HOUR + last * pace;
}

static void count_requests(const Plan *plan, Forecast *forecast)
{
    forecast->requests = plan->requests->len;
    forecast->minimum = plan_minimum_requests(plan);
    memset(forecast->operations, 0, sizeof forecast->operations);
    for (guint i = 0; i < plan->requests->len; i++)
        forecast->operations[((const Request *) g_ptr_array_index(plan->requests, i))->operation]++;
    forecast->seats_then = forecast->seats_now + seats_taken(plan);
}

void plan_forecast_again(Plan *plan)
{
    count_requests(plan, &plan->forecast);
    plan->forecast.finish = 0;
}

void plan_forecast(const ForecastInput *input, Plan *plan)
{
    Forecast forecast = {
        .reads = input->reads,
        .seats_now = organization_seats(input->organization),
        .subscription = input->organization->seats,
    };
    count_requests(plan, &forecast);
    forecast_time(input, &forecast);
    plan->forecast = forecast;
}
