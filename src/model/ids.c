/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ids.h"

#include <glib.h>
#include <string.h>

static const char *const names[] = {
    [ROLE_NONE] = NULL,
    [ROLE_USER] = "user",
    [ROLE_PROJECT_LEAD] = "projectlead",
    [ROLE_TEAM_LEAD] = "teamlead",
    [ROLE_ADMIN] = "admin",
};

const char *role_name(Role role)
{
    return names[role];
}

bool role_parse(const char *name, Role *ret_role)
{
    for (size_t i = ROLE_USER; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *ret_role = (Role) i;
            return true;
        }
    }
    return false;
}
