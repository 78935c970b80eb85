/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_WORLD_H
#define TESTS_UNIT_SYNC_WORLD_H

/*
 * world - a directory, an organization, a ledger and rules, small enough to read in a test, and the
 * plan they give.
 *
 *     World world;
 *     world_init(&world);
 *     world_person(&world, "ann");
 *     world_group(&world, "developers", "ann", NULL);
 *     world_rule(&world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
 *     assert_plan(&world, "create-group Developers\n"
 *                         "invite ann@example.org\n");
 *     world_clear(&world);
 *
 * A person NAME has the anchor NAME, the address NAME@example.org, and stands at
 * uid=NAME,ou=people.
 */

#include "testing.h"

#include "model/dn.h"
#include "sync/planner.h"
#include "sync/settings.h"

#include <stdarg.h>
#include <string.h>

typedef struct {
    SyncSettings *settings;
    GPtrArray *directories;
    Organization *organization;
    Ledger *ledger;
    LocatedLinks *located;
    int64_t now;
    int64_t next_id;
    RailsToday today;
    PutLists lists;
    bool merges;   /* a PUT of a user adds to what was there; else it replaces that */
    bool all_went; /* what carrying out a saved plan said last */
} World;

#define WORLD_NOW INT64_C(1764000000)

static inline void world_free_located(gpointer located)
{
    located_free(located);
}

static inline Directory *world_directory(World *world, const char *source)
{
    for (guint i = 0; i < world->directories->len; i++) {
        Directory *directory = g_ptr_array_index(world->directories, i);
        if (strcmp(directory->source, source) == 0)
            return directory;
    }
    Directory *directory = directory_new(source);
    directory->completeness.complete = true;
    directory->completeness.required = true;
    g_ptr_array_add(world->directories, directory);
    g_ptr_array_add(world->settings->sources, g_strdup(source));
    int64_t max_shrink = DEFAULT_MAX_SHRINK;
    g_array_append_val(world->settings->max_shrink, max_shrink);
    return directory;
}

static inline void world_init(World *world)
{
    *world = (World){.now = WORLD_NOW, .next_id = 100};
    world->settings = sync_settings_new();
    world->settings->digest = g_strdup("sha256:test");
    world->directories = g_ptr_array_new_with_free_func((GDestroyNotify) directory_free);
    world->organization = organization_new(1);
    world->ledger = ledger_new();
    world->ledger->accepted_configuration = g_strdup("sha256:test");
    world->located = g_hash_table_new_full(NULL, NULL, NULL, world_free_located);
    (void) world_directory(world, "main");
}

static inline void world_clear(World *world)
{
    sync_settings_free(world->settings);
    g_ptr_array_unref(world->directories);
    organization_free(world->organization);
    g_hash_table_unref(world->located);
    ledger_free(world->ledger);
}

static inline Person *world_entry(World *world, const char *source, const char *anchor,
                                  const char *name)
{
    Directory *directory = world_directory(world, source);
    char *dn = g_strdup_printf("uid=%s,ou=people,dc=%s", name, source);
    Person *person = directory_add_person(directory, g_strdup(anchor), dn, g_strdup(dn), NULL);
    person->uid = g_strdup(name);
    person->mail = g_strdup_printf("%s@example.org", name);
    person->mail_key = g_strdup(person->mail);
    person->name = g_strdup(name);
    return person;
}

static inline Person *world_person_in(World *world, const char *source, const char *name)
{
    return world_entry(world, source, name, name);
}

static inline Person *world_person(World *world, const char *name)
{
    return world_person_in(world, "main", name);
}

/* COUNT people of the directory, beginning with FROM, are gone. */
static inline void world_remove_people(World *world, guint from, guint count)
{
    Directory *directory = world_directory(world, "main");
    for (guint i = from; i < from + count; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        g_hash_table_remove(directory->by_anchor, person);
    }
    g_ptr_array_remove_range(directory->people, from, count);
}

static inline void world_disable(Person *person)
{
    person->standing = PERSON_DISABLED;
    person->standing_reason = g_strdup("locked by an administrator");
}

/* A group of the named people (const char *, NULL at the end), all of them direct members. */
static inline DirectoryGroup *world_group(World *world, const char *name, ...)
{
    Directory *directory = world_directory(world, "main");
    char *dn = g_strdup_printf("cn=%s,ou=groups,dc=main", name);
    uint32_t own = directory->groups->len;
    DirectoryGroup *group = directory_add_group(directory, g_strconcat("g-", name, NULL), dn,
                                                g_strdup(dn), g_strdup(name));
    va_list members;
    va_start(members, name);
    for (const char *member = va_arg(members, const char *); member != NULL;
         member = va_arg(members, const char *)) {
        for (guint i = 0; i < directory->people->len; i++) {
            const Person *person = g_ptr_array_index(directory->people, i);
            GroupMember row = {.person = i, .via = own};
            if (strcmp(person->anchor, member) == 0)
                g_array_append_val(group->members, row);
        }
    }
    va_end(members);
    return group;
}

static inline Rule *world_rule(World *world, RuleKind kind, const char *value, const char *group,
                               const char *workspace, Role role)
{
    Rule *rule = rule_new(kind);
    rule->label = g_strdup_printf("mapping.[%u]", world->settings->rules->len);
    rule->value = g_strdup(value);
    rule->toggl_group = g_strdup(group);
    if (kind == RULE_GROUP_MATCH)
        rule->pattern = g_regex_new(value, 0, 0, NULL);
    if (workspace != NULL) {
        RuleWorkspace *given = rule_workspace_new();
        given->name = g_strdup(workspace);
        given->role = role;
        g_ptr_array_add(rule->workspaces, given);
    }
    g_ptr_array_add(world->settings->rules, rule);
    return rule;
}

static inline int64_t world_toggl_group(World *world, const char *name)
{
    return organization_add_group(world->organization, world->next_id++, name)->id;
}

static inline int64_t world_workspace(World *world, const char *name)
{
    return organization_add_workspace(world->organization, world->next_id++, name)->id;
}

/* A joined, active member with the address NAME@example.org. */
static inline Member *world_member(World *world, const char *name)
{
    int64_t id = world->next_id++;
    Member *member = organization_add_member(world->organization, (OrganizationUserId){id});
    g_autofree char *mail = g_strdup_printf("%s@example.org", name);
    member->user_id.value = id + 10000;
    member_set_mail(member, mail);
    g_free(member->name);
    member->name = g_strdup(name);
    member->joined = true;
    return member;
}

static inline void world_put(Member *member, int64_t group)
{
    g_array_append_val(member->groups, group);
}

static inline void world_assign(Member *member, int64_t workspace, Role role)
{
    Assignment assignment = {
        .workspace_id = workspace, .role = role, .id = {workspace * 1000 + member->id.value}};
    g_array_append_val(member->assignments, assignment);
}

static inline Link *world_link_in(World *world, const char *source, const char *anchor,
                                  const Member *member)
{
    Link *link = ledger_add_link(world->ledger, source, anchor);
    link->first_seen = world->now - 1000000;
    link->mail_key = g_strdup_printf("%s@example.org", anchor);
    if (member != NULL)
        ledger_set_member(world->ledger, link, member->id, member->user_id);
    return link;
}

static inline Link *world_link(World *world, const char *anchor, const Member *member)
{
    return world_link_in(world, "main", anchor, member);
}

static inline Grant *world_grant(World *world, const Member *member, GrantKind kind, int64_t target)
{
    return ledger_add_grant(world->ledger, kind, member->id, target, 0);
}

/* A directory and an organization in order; may be called again. */
static inline void world_finish(World *world)
{
    const char *anchor = NULL;
    int64_t id = 0;
    for (guint i = 0; i < world->directories->len; i++)
        assert_true(directory_finish(g_ptr_array_index(world->directories, i), &anchor));
    assert_true(organization_index(world->organization, &id));
}

static inline PlanInput world_input(World *world)
{
    world_finish(world);
    return (PlanInput){
        .settings = world->settings,
        .directories = world->directories,
        .organization = world->organization,
        .ledger = world->ledger,
        .located = world->located,
        .now = world->now,
        .counts_as_read = true,
        .today = world->today,
        .lists = world->lists,
        .requests_left = -1,
        .requests_per_hour = 600,
        .reserve = 60,
    };
}

static inline Plan *world_plan(World *world)
{
    g_autoptr(GError) error = NULL;
    PlanInput input = world_input(world);
    Plan *plan = NULL;
    assert_success(planner_plan(&input, &plan, &error), error);
    return plan;
}

/* One line a change: "kind who group workspace role", with "held " or "deferred " before what does
 * not go now. */
static inline char *plan_lines(const Plan *plan)
{
    GString *lines = g_string_new(NULL);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        bool deferred = false;
        for (guint d = 0; d < plan->deferred->len; d++)
            deferred = deferred ||
                       ((Withheld *) g_ptr_array_index(plan->deferred, d))->change == change->id;
        if (plan_withholds(plan, change->id))
            g_string_append(lines, deferred ? "deferred " : "held ");
        g_string_append(lines, change_kind_name(change->kind));
        if (change->person.mail != NULL)
            g_string_append_printf(lines, " %s", change->person.mail);
        if (change->group.name != NULL)
            g_string_append_printf(lines, " %s", change->group.name);
        if (change->workspace.name != NULL)
            g_string_append_printf(lines, " %s", change->workspace.name);
        if (change->kind == CHANGE_SET_WORKSPACE_ROLE)
            g_string_append_printf(lines, " %s", role_name(change->after.role));
        g_string_append_c(lines, '\n');
    }
    return g_string_free(lines, FALSE);
}

static inline void assert_plan(World *world, const char *expected)
{
    g_autoptr(Plan) plan = world_plan(world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, expected);
}

/* "who: reason" of every notice of KIND, a line each. */
static inline void assert_notices(const Plan *plan, NoticeKind kind, const char *expected)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    for (guint i = 0; i < plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(plan->notices, i);
        if (notice->kind == kind)
            g_string_append_printf(lines, "%s: %s\n",
                                   notice->person.mail != NULL ? notice->person.mail
                                                               : notice->person.anchor,
                                   notice->reason);
    }
    assert_string_equal(lines->str, expected);
}

#endif
