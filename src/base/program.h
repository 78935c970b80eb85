/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

/*
 * program - runs another program to its end, gives it a text, takes what it prints.
 *
 *     const char *const words[] = {"/usr/sbin/sendmail", "-t", NULL};
 *     const Program program = {.words = words, .input = text, .seconds = 10};
 *     program_run(&program, NULL, 0, &length, &error)
 *
 * No shell, the environment of ours. When its time is over, it and what it started are killed. What
 * it says on standard error becomes part of the message when it fails.
 */

#include "base/process.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *const *words; /* the first is an absolute path; ended by NULL */
    const char *folder;       /* where it runs; NULL: where we are */
    const char *input;        /* what it reads; NULL: nothing */
    int64_t seconds;          /* how long it may take */
    const ProcessUser *user;  /* whose rights it has, if we are root; NULL: ours */
} Program;

/*
 * Runs PROGRAM and fills BYTES with what it printed, at most ROOM; more is an error. On failure
 * BYTES may hold part of it and *RET_LENGTH is untouched. Error: SYNC_ERROR_CONFIG, when it cannot
 * be started, takes too long, prints too much or does not end with status 0.
 */
bool program_run(const Program *program, char *bytes, size_t room, size_t *ret_length,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
