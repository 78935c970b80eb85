/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_ACCESS_VIEW_H
#define REPORT_ACCESS_VIEW_H

/* access_view - who has access to what, for a review. */

#include "report/view.h"
#include "sync/access.h"

#include <glib.h>
#include <stdint.h>

/* When was looked, for what is said of another moment than now. */
typedef struct {
    int64_t at;     /* the moment; 0: as it was just read */
    int64_t made;   /* now */
    int64_t first;  /* the first complete read that is remembered; 0: none */
    int64_t before; /* the last one up to the moment; 0: none */
    int64_t after;  /* the next one; 0: none */
} AccessTimes;

/* ROWS (Access *) of ORGANIZATION (its name, or number). The caller's. */
View *access_view(const GPtrArray *rows, const char *organization, const AccessTimes *times);

#endif
