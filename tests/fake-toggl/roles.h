/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKE_TOGGL_ROLES_H
#define FAKE_TOGGL_ROLES_H

/*
 * roles - the roles that this Toggl knows, with numbers that nobody can guess.
 *
 * The numbers are published nowhere, so they are unlike those of every example: a client has to
 * read them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROLE_USER "user" /* the plain role of a workspace */
#define ROLE_ADMIN "admin"

typedef struct {
    int64_t role_id;
    const char *entity; /* organization, workspace, project, group */
    const char *code;
    const char *name;
    const char *type;  /* owner, admin, manager, guest; NULL: none */
    const char *text;  /* the textual role of a workspace; NULL: has none */
    int64_t privilege; /* the lower, the mightier */
    bool premium;      /* not in the smaller plans */
} Role;

const Role *roles_all(size_t *ret_count);
const Role *role_by_id(int64_t role_id);         /* NULL: unknown */
const Role *role_of_workspace(const char *text); /* NULL: unknown */
const Role *role_of_organization(bool owner, bool admin);

#endif
