/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_SCAN_H
#define CONFIG_SCAN_H

/*
 * scan - looks at the text of a configuration for what libconfig changes without a word.
 *
 * libconfig wraps numbers past 32 bits, clamps those past 64, drops NUL bytes from strings, and
 * says of an include that it cannot open neither which nor why. The scanner follows libconfig's
 * tokens closely enough to know the key that each belongs to; it judges nothing else.
 */

#include "config/reader.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Scans LENGTH bytes of the file shown as FILE and everything it includes, and adds what it finds
 * to READER. False when an include cannot be followed or a string never ends: libconfig would stop
 * there, too, and say less.
 */
bool scan_file(Reader *reader, const char *file, const char *text, size_t length)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * The whole of the file at PATH, or false with the cause alone, "No such file or directory", in
 * *RET_CAUSE (static). A file that everybody may write is not read, for the cause SCAN_OPEN_TO_ALL.
 */
#define SCAN_OPEN_TO_ALL "everybody may write it"
bool scan_load(const char *path, char **ret_text, size_t *ret_length, const char **ret_cause)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
