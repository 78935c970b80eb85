/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_PACING_H
#define TOGGL_PACING_H

/*
 * pacing - at least so long between two calls. Pure: the time, monotonic and in microseconds, is
 * given.
 */

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t interval; /* between the beginnings of two calls */
    int64_t last;     /* when the last one began; only if `any` */
    bool any;
} Pacing;

/* How long to wait at NOW before the next call; 0: not at all. */
int64_t pacing_delay(const Pacing *pacing, int64_t now);

/* A call begins at NOW. */
void pacing_mark(Pacing *pacing, int64_t now);

#endif
