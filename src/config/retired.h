/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFIG_RETIRED_H
#define CONFIG_RETIRED_H

/*
 * retired - keys that older releases understood, so that an upgrade warns instead of refusing.
 *
 * A retired key is ignored. If it decided something, what decides now is another thing, the digest
 * of the configuration says so, and removals are held until somebody has looked; so nothing has to
 * be carried over here.
 */

#include <libconfig.h>

/* A row of the table, which ends with a PATH of NULL. */
typedef struct {
    const char *path;    /* "limits.removals_floor"; positions in lists are left out of it */
    const char *since;   /* the release that does not know it any more */
    const char *instead; /* what to write, whole: "write 'limits.floor = 5;'" */
} RetiredKey;

/* The keys that releases of this program have given up. */
extern const RetiredKey retired_keys[];

/* The row of TABLE about SETTING; NULL when there is none. Borrowed. */
const RetiredKey *retired_find(const RetiredKey *table, const config_setting_t *setting);

#endif
