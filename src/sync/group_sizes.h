/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_GROUP_SIZES_H
#define SYNC_GROUP_SIZES_H

/*
 * group_sizes - how large mapped directory groups were when they were last believed, and how many
 * of the names in them meant nobody.
 *
 * Names that mean nobody are usual where servers do not tidy up after people who left; those of
 * people whom the ledger knows and the directory lost do not count. When there are suddenly many
 * others, or when more people are gone than there are such names, something was taken from our
 * eyes: a part of the tree, or a group in the group. What that group gives is kept
 * then, until the names are taken out of it or have been there for as long as the grace.
 *
 * Pure, but for what group_sizes_remember notes in the ledger.
 */

#include "model/directory.h"
#include "model/ledger.h"
#include "model/plan.h"
#include "sync/settings.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What was noted of a group, and what it is now. Before is -1 when nothing was noted yet. */
typedef struct {
    int64_t members_before;
    int64_t members;
    int64_t dangling_before;
    int64_t dangling; /* in the groups below it, too; names of LOST people left out */
    int64_t lost;     /* and how many of those there are */
} GroupSize;

/* LOST: see group_lost_names; NULL: nobody is lost. */
GroupSize group_size(const Ledger *ledger, const Directory *directory, uint32_t group,
                     GHashTable *lost);

/* What people were called whom LEDGER knows and DIRECTORY does not have: a new set of char *. */
GHashTable *group_lost_names(const Ledger *ledger, const Directory *directory);

/* Whether suddenly more of its names mean nobody than MAX_SHRINK percent of the members. */
bool group_size_dangles(const GroupSize *size, int64_t max_shrink);

/*
 * Notes the sizes of MAPPED (MappedGroup) at NOW: of names that mean nobody, those that are not
 * sudden, or have been there for the days of the grace; of members, unless KEPT (anchors, each
 * behind its source and a '.') has the group, because a rail does not believe it.
 */
void group_sizes_remember(Ledger *ledger, const SyncSettings *settings,
                          const GPtrArray *directories, const GArray *mapped, GHashTable *kept,
                          int64_t now);

/* "SOURCE.ANCHOR". New string. */
char *group_size_key(const Directory *directory, uint32_t group);

#endif
