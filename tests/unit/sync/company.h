/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_COMPANY_H
#define TESTS_UNIT_SYNC_COMPANY_H

/* company - the world that most tests of people begin with. */

#include "world.h"

/* A world of one rule: developers -> group Developers and workspace Product. */
typedef struct {
    World world;
    int64_t group;
    int64_t workspace;
} Case;

static inline void begin(Case *c)
{
    world_init(&c->world);
    c->group = world_toggl_group(&c->world, "Developers");
    c->workspace = world_workspace(&c->world, "Product");
}

static inline void add_rule(Case *c)
{
    (void) world_rule(&c->world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
}

/* A linked member with both memberships granted. */
static inline Member *settled(Case *c, const char *name)
{
    Member *member = world_member(&c->world, name);
    world_put(member, c->group);
    world_assign(member, c->workspace, ROLE_USER);
    (void) world_link(&c->world, name, member);
    (void) world_grant(&c->world, member, GRANT_GROUP, c->group);
    world_grant(&c->world, member, GRANT_WORKSPACE, c->workspace)->role = ROLE_USER;
    return member;
}

/* The address of PERSON becomes ADDRESS. */
static inline void set_mail(Person *person, const char *address)
{
    g_free(person->mail);
    g_free(person->mail_key);
    person->mail = g_strdup(address);
    person->mail_key = g_strdup(address);
}

static inline void add_alias(Person *person, const char *address)
{
    if (person->other_mails == NULL)
        person->other_mails = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(person->other_mails, g_strdup(address));
}

/* The plan has CHANGES, and notices of KIND say NOTICES. */
static inline void assert_decided(World *world, const char *changes, NoticeKind kind,
                                  const char *notices)
{
    g_autoptr(Plan) plan = world_plan(world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, changes);
    assert_notices(plan, kind, notices);
}

#endif
