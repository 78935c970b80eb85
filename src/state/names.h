/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STATE_NAMES_H
#define STATE_NAMES_H

/*
 * names - what people, groups and runs are called, for somebody who is typing such a name.
 *
 *     g_autoptr(GPtrArray) names = NULL;
 *     state_names(state, NAMES_PEOPLE, "zo", 50, &names, &error);
 *
 * They are those of the last complete reads: nobody is asked, and nothing is written.
 */

#include "state/state.h"

typedef enum {
    NAMES_PEOPLE, /* addresses of linked people, and of members */
    NAMES_GROUPS, /* of the organization, and of the directory where a rule names them */
    NAMES_RUNS,   /* numbers, the newest first */
} NamesKind;

typedef struct {
    char *name;
    char *about; /* a few words; NULL: there are none */
} Name;
void name_free(Name *name);

/*
 * At most LIMIT names (Name *, the caller's) that begin with PREFIX, capital or small letters of
 * ASCII alike. They are hostile: show them through text_safe. SYNC_ERROR_STATE.
 */
bool state_names(State *state, NamesKind kind, const char *prefix, unsigned limit,
                 GPtrArray **ret_names, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
