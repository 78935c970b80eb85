/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_WORLD_JSON_H
#define FAKE_TOGGL_WORLD_JSON_H

/*
 * world_json - the state file. README.md tells its format.
 *
 * What is missing in a file is made up, always in the same way: the same short file gives the same
 * ids every time.
 */

#include "world.h"

/* The world of STATE, NULL for the smallest one. On failure NULL and a new string that says why. */
World *world_from_json(json_t *state, char **ret_why);
/* The whole world; reading it back gives the same one. */
json_t *world_to_json(const World *world);

#endif
