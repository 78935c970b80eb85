/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_EAR_H
#define TESTS_UNIT_EAR_H

/*
 * ear - what is said on standard error while a test listens.
 *
 *     Ear ear = ear_open();
 *     g_autofree char *said = ear_take(&ear);
 *     ear_close(&ear);
 */

#include <stdio.h>
#include <unistd.h>

#include "testing.h"

/* Standard error goes to FD; what it was before, for stderr_back, or -1. */
static inline int stderr_to(int fd)
{
    (void) fflush(stderr);
    int before = dup(STDERR_FILENO);
    return before >= 0 && dup2(fd, STDERR_FILENO) >= 0 ? before : -1;
}

static inline void stderr_back(int before)
{
    (void) fflush(stderr);
    (void) dup2(before, STDERR_FILENO); /* what follows would say it louder than we can */
    (void) close(before);
}

typedef struct {
    FILE *sink;
    int before;
} Ear;

static inline Ear ear_open(void)
{
    Ear ear = {.sink = tmpfile()};
    assert_non_null(ear.sink);
    ear.before = stderr_to(fileno(ear.sink));
    assert_true(ear.before >= 0);
    return ear;
}

/* What was said since the last time. New string. */
static inline char *ear_take(Ear *ear)
{
    (void) fflush(stderr);
    int fd = fileno(ear->sink);
    off_t length = lseek(fd, 0, SEEK_END);
    assert_true(length >= 0);
    char *text = g_malloc0((gsize) length + 1);
    assert_int_equal(pread(fd, text, (size_t) length, 0), length);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return text;
}

static inline void ear_close(Ear *ear)
{
    stderr_back(ear->before);
    (void) fclose(ear->sink); /* what was in it is of no interest any more */
}

#endif
