/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOGGL_FACTS_H
#define TOGGL_FACTS_H

/*
 * facts - what was learned of Toggl and outlives a run: answers that are kept for a while, and how
 * the server behaves where the public record leaves it open.
 *
 * Where there is no cache nothing is known, and nothing is kept.
 */

#include "toggl/client.h"

#include <jansson.h>

/* Answers about the token itself are scarce, so they are kept this long, in seconds. */
#define FACTS_DAY (INT64_C(24) * 3600)

/* The answer kept under KEY, of this token, unless it is as old as LONGEST seconds; or NULL. New
 * reference. */
json_t *facts_answer(const Toggl *toggl, const char *key, int64_t longest);

/* Keeps ANSWER under KEY, with the time. */
void facts_keep_answer(const Toggl *toggl, const char *key, json_t *answer);

/* Keeps no answer under KEY any more. */
void facts_drop_answer(const Toggl *toggl, const char *key);

/* The form of assignments that works, from what is configured and what was learned. */
Assignments facts_assignments(const Toggl *toggl);

/* Learned: the form that was accepted, or that the operation is gone. */
void facts_learn_assignments(const Toggl *toggl, Assignments form);

/* How many rows of a list of users to ask for, and what the server made of it. */
int64_t facts_per_page(const Toggl *toggl);
void facts_learn_per_page(const Toggl *toggl, int64_t per_page);

/* Learned: 401 or 403 is what a bad token gets. */
void facts_learn_credentials(const Toggl *toggl, int status);

/* Learned: invitations are sent again by their id, or by their code. */
void facts_learn_resend(const Toggl *toggl, bool by_code);

#endif
