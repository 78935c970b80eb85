/* SPDX-License-Identifier: Apache-2.0 */
#include "roles.h"

#include <glib.h>
#include <string.h>

static const Role roles[] = {
    {171, "organization", "organization-owner", "Organization owner", "owner", NULL, 0, false},
    {172, "organization", "organization-admin", "Organization admin", "admin", NULL, 1, false},
    {175, "organization", "organization-user", "Organization user", NULL, NULL, 5, false},
    {281, "workspace", "workspace-admin", "Workspace admin", "admin", ROLE_ADMIN, 2, false},
    {283, "workspace", "workspace-teamlead", "Team lead", "manager", "teamlead", 3, true},
    {284, "workspace", "workspace-projectlead", "Project lead", "manager", "projectlead", 4, true},
    {286, "workspace", "workspace-user", "Workspace user", NULL, ROLE_USER, 5, false},
    {391, "project", "project-manager", "Project manager", "manager", NULL, 4, false},
};

const Role *roles_all(size_t *ret_count)
{
    *ret_count = G_N_ELEMENTS(roles);
    return roles;
}

const Role *role_by_id(int64_t role_id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
        if (roles[i].role_id == role_id) {
            return &roles[i];
        }
    }
    return NULL;
}

const Role *role_of_workspace(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
        if (roles[i].text != NULL && strcmp(roles[i].text, text) == 0) {
            return &roles[i];
        }
    }
    return NULL;
}

const Role *role_of_organization(bool owner, bool admin)
{
    return owner ? &roles[0] : admin ? &roles[1] : &roles[2];
}
