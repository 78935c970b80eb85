/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

/*
 * progress - one line on standard error that says how far the work is; only when that is a
 * terminal.
 *
 * The line is cleared before anything else is written there.
 */

/* DONE of TOTAL of WHAT. At most ten times a second, but always the last. */
void progress_show(const char *what, unsigned done, unsigned total);

/* Clears the line. */
void progress_end(void);

#endif
