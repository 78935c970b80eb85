/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_FORECAST_H
#define SYNC_FORECAST_H

/*
 * forecast - what a plan will cost: calls, hours of the quota, seats.
 *
 * Pure. Before the first request the sides were read, after the last one the organization is read
 * once more; all three share the hourly quota.
 */

#include "model/organization.h"
#include "model/plan.h"

#include <stdint.h>

typedef struct {
    const Organization *organization;
    int64_t now;
    int64_t reads;             /* calls that reading the organization has cost */
    int64_t requests_per_hour; /* of the subscription */
    int64_t reserve;           /* left for others in each hour */
    int64_t requests_left;     /* of this hour, reserve included; -1: all but the reads */
    int64_t resets_at;         /* when the next hour begins; 0: an hour from now */
    int64_t seconds_a_request; /* pace */
} ForecastInput;

/* Fills PLAN's forecast from its requests and from what of its changes goes now. */
void plan_forecast(const ForecastInput *input, Plan *plan);

/* The same after requests were added to PLAN: what is known without looking at anything else. When
 * the last one would be sent is not. */
void plan_forecast_again(Plan *plan);

#endif
