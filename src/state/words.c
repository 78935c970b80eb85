/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state_private.h"

#include <string.h>

static const char *const link_origin[] = {"invitation", "mail", "hand", NULL};
static const char *const grant_kind[] = {"group", "workspace", "organization-role",
                                         "group-workspace", NULL};
static const char *const grant_origin[] = {"given", "adopted", NULL};
static const char *const binding_kind[] = {"group", "workspace", "directory-group", NULL};
static const char *const interval_kind[] = {"member", "group", "workspace", "organization-role",
                                            NULL};

_Static_assert(G_N_ELEMENTS(link_origin) == LINK_BY_HAND + 2, "a word for each origin");
_Static_assert(G_N_ELEMENTS(grant_kind) == GRANT_GROUP_WORKSPACE + 2, "a word for each kind");
_Static_assert(G_N_ELEMENTS(grant_origin) == GRANT_ADOPTED + 2, "a word for each origin");
_Static_assert(G_N_ELEMENTS(binding_kind) == BINDING_DIRECTORY_GROUP + 2, "a word for each kind");
_Static_assert(G_N_ELEMENTS(interval_kind) == INTERVAL_ORGANIZATION_ROLE + 2,
               "a word for each kind");

const Words words_link_origin = link_origin;
const Words words_grant_kind = grant_kind;
const Words words_grant_origin = grant_origin;
const Words words_binding_kind = binding_kind;
const Words words_interval_kind = interval_kind;

bool words_find(Words words, const char *text, unsigned *ret_value)
{
    for (unsigned i = 0; text != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret_value = i;
            return true;
        }
    }
    return false;
}

bool words_find_role(const char *text, Role *ret_role)
{
    if (text != NULL)
        return role_parse(text, ret_role);
    *ret_role = ROLE_NONE;
    return true;
}
