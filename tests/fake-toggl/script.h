/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_SCRIPT_H
#define FAKE_TOGGL_SCRIPT_H

/*
 * script - failures on demand: which request goes wrong, and how. README.md lists them all.
 *
 *     const Rule *rule = script_pick(script, "GET", "/me");
 *     if (rule != NULL && rule_is_before(rule)) ...
 */

#include "reply.h"
#include "world.h"

typedef struct Script Script;
typedef struct Rule Rule;

Script *script_new(void);
void script_free(Script *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Script, script_free)

/* Replaces all rules, and begins to count anew. False with a new string that says what is wrong. */
bool script_load(Script *script, const json_t *rules, char **ret_why);

/* Counts this request; the rule that strikes it, or NULL. */
const Rule *script_pick(Script *script, const char *method, const char *path);

const char *rule_name(const Rule *rule);
/* Is the request answered without being carried out? */
bool rule_is_before(const Rule *rule);
/* Changes the world under the client's feet, for rules that do. */
void rule_disturb(const Rule *rule, World *world);
/* Spoils a reply, be it a good one or still empty. */
void rule_spoil(const Rule *rule, Reply *reply);

#endif
