/* SPDX-License-Identifier: Apache-2.0 */
#include "report/progress.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define SHORTEST_GAP (100 * INT64_C(1000))

static bool visible;
static int64_t last_shown;

void progress_end(void)
{
    if (!visible)
        return;
    (void) fputs("\r\033[K", stderr);
    visible = false;
}

void progress_show(const char *what, unsigned done, unsigned total)
{
    Clock *clock = clock_real();
    int64_t now = clock->monotonic(clock);
    if (!isatty(STDERR_FILENO) || (done != total && now - last_shown < SHORTEST_GAP))
        return;
    log_set_before_line(progress_end);
    last_shown = now;
    visible = true;
    (void) fprintf(stderr, "\r\033[K%s: %u of %u", what, done, total);
    (void) fflush(stderr);
}
