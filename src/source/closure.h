/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOURCE_CLOSURE_H
#define SOURCE_CLOSURE_H

/*
 * closure - who is in a group through groups in it.
 *
 * Each group is walked breadth first with a visited set, so that a cycle ends and everybody is
 * found by a shortest way; groups that hold no groups cost nothing. Time and memory are those of
 * the result, whatever the graph.
 */

#include "model/directory.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Completes the members of DIRECTORY's groups, which are in their final order (directory_finish)
 * and hold the people and the subgroups they have directly; `via` of a direct member is the group
 * itself. MAX_DEPTH holds the most levels of groups below each group. Afterwards members are sorted
 * by person and unique; where ways of equal length lead to a person, `via` is the one found first
 * in the order of the groups.
 *
 * SYNC_ERROR_INCOMPLETE when a group lies deeper than allowed below another.
 */
bool closure_expand(Directory *directory, const int64_t *max_depth, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/*
 * The cycles among DIRECTORY's groups: an array of GArray * of uint32_t, each the groups,
 * ascending, of which every one is in every other; a group that is in itself alone is one too. New
 * array.
 */
GPtrArray *closure_cycles(const Directory *directory);

#endif
