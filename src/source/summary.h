/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_SUMMARY_H
#define SOURCE_SUMMARY_H

/* summary - what a person should know of a directory before they let it decide anything. */

#include "model/directory.h"

#include <glib.h>

/*
 * Adds to FINDINGS (char *): how many people are excluded and why, how many are disabled or
 * expired, who is frozen (three of them by name), and the directory's own warnings. Nothing is said
 * of what there is none of.
 */
void summary_add(const Directory *directory, GPtrArray *findings);

#endif
