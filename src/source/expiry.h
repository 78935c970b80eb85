/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_EXPIRY_H
#define SOURCE_EXPIRY_H

/* expiry - when somebody's time is over, in the ways directories write it. */

#include "source/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The moment of what never ends. */
#define EXPIRY_NEVER G_MAXINT64

/*
 * Reads the LENGTH bytes at TEXT. *RET_MOMENT are seconds since 1970: from then on the time is
 * over. False when nobody can tell what is meant, which is more than what breaks the syntax:
 * shadow(5) itself calls day 0 of EXPIRY_DAYS ambiguous.
 */
bool expiry_parse(ExpiryFormat format, const char *text, size_t length, int64_t *ret_moment)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * MOMENT, which expiry_parse made of the LENGTH bytes at TEXT, in words: a time, or the date as it
 * is written, which is the last day that counts. New string.
 */
char *expiry_text(ExpiryFormat format, const char *text, size_t length, int64_t moment);

/* As the configuration spells the formats, in the order of ExpiryFormat; ended by NULL. */
extern const char *const expiry_words[];

#endif
