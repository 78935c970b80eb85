/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_MASK_H
#define TOGGL_MASK_H

/*
 * mask - takes out of Toggl's answers what opens a door: invitation codes and links, tokens.
 *
 * The `code` of a role is a name and stays. Pure.
 */

#include <jansson.h>

/* Replaces, in VALUE and all that is below it, each secret that is there by "***". */
void mask_secrets(json_t *value);

#endif
