/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_WORLDS_TEXT_H
#define TESTS_UNIT_SYNC_WORLDS_TEXT_H

/* worlds_text - a world in words, for whoever looks into one that is broken. */

#include "worlds.h"

static inline void text_rules(const World *world, GString *text)
{
    static const char *const kinds[] = {"group",        "group_name",  "group_anchor",
                                        "group_filter", "group_match", "people_match",
                                        "everyone"};
    for (guint i = 0; i < world->settings->rules->len; i++) {
        const Rule *rule = g_ptr_array_index(world->settings->rules, i);
        const RuleWorkspace *space =
            rule->workspaces->len > 0 ? g_ptr_array_index(rule->workspaces, 0) : NULL;
        g_string_append_printf(
            text, "  %s: %s %s -> %s, %s%s%s%s\n", rule->label, kinds[rule->kind], rule->value,
            rule->toggl_group, space != NULL ? space->name : "-",
            space != NULL && space->role != ROLE_NONE ? " admin" : "",
            rule->via_group ? " via group" : "", rule->allow_empty ? " (may be empty)" : "");
    }
}

static inline void text_directories(const World *world, GString *text)
{
    for (guint d = 0; d < world->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(world->directories, d);
        g_string_append_printf(text, "  %s%s\n", directory->source,
                               directory->completeness.complete ? "" : " UNREAD");
        for (guint p = 0; p < directory->people->len; p++) {
            const Person *person = g_ptr_array_index(directory->people, p);
            g_string_append_printf(text, "    %s %s '%s'%s%s%s%s:", person->anchor, person->mail,
                                   person->name,
                                   person->standing == PERSON_DISABLED  ? " disabled"
                                   : person->standing == PERSON_EXPIRED ? " expired"
                                                                        : "",
                                   person->frozen != NULL ? " frozen" : "",
                                   person->excluded != NULL ? " excluded" : "",
                                   person->attributes != NULL ? " 42" : "");
            for (guint g = 0; g < directory->groups->len; g++) {
                const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
                for (guint m = 0; m < group->members->len; m++)
                    if (g_array_index(group->members, GroupMember, m).person == p)
                        g_string_append_printf(text, " %s", group->name);
            }
            g_string_append_c(text, '\n');
        }
    }
}

static inline void text_organization(const World *world, GString *text)
{
    const Organization *organization = world->organization;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        g_string_append_printf(text, "  member %d %s '%s'%s%s%s:", (int) member->id.value,
                               member->mail, member->name, member->joined ? "" : " invited",
                               member->inactive ? " inactive" : "", member->admin ? " admin" : "");
        for (guint g = 0; g < member->groups->len; g++) {
            const OrganizationGroup *group =
                organization_group(organization, g_array_index(member->groups, int64_t, g));
            g_string_append_printf(text, " %s;", group != NULL ? group->name : "?");
        }
        for (guint w = 0; w < member->assignments->len; w++) {
            const Assignment *assignment = &g_array_index(member->assignments, Assignment, w);
            const Workspace *space = organization_workspace(organization, assignment->workspace_id);
            g_string_append_printf(text, " %s=%s", space != NULL ? space->name : "?",
                                   role_name(assignment->role));
        }
        g_string_append_c(text, '\n');
    }
    for (guint i = 0; i < organization->groups->len; i++) {
        const OrganizationGroup *group = g_ptr_array_index(organization->groups, i);
        g_string_append_printf(text, "  group %d %s, %u workspaces\n", (int) group->id, group->name,
                               group->workspaces->len);
    }
}

static inline void text_ledger(const World *world, GString *text)
{
    for (guint i = 0; i < world->ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(world->ledger->links, i);
        g_autoptr(GString) before = g_string_new(NULL);
        for (guint k = 0; k < link->mail_keys->len; k++)
            g_string_append_printf(before, " %s",
                                   (const char *) g_ptr_array_index(link->mail_keys, k));
        g_string_append_printf(
            text, "  link %s %s -> %d (%s:%s)%s%s%s%s%s%s\n", link->source, link->anchor,
            (int) link->organization_user_id.value, link->mail_key, before->str,
            link->invited_at != 0 ? " invited" : "", link->removed_at != 0 ? " removed" : "",
            link->deactivated_at != 0 ? " deactivated" : "",
            link->hold_until > world->now ? " held" : "", link->released_at != 0 ? " released" : "",
            link->missing_since != 0 ? " missing" : "");
    }
    for (guint i = 0; i < world->ledger->bindings->len; i++) {
        const Binding *binding = g_ptr_array_index(world->ledger->bindings, i);
        if (!binding->row.removed)
            g_string_append_printf(text, "  binding %d %s -> %d %s\n", (int) binding->kind,
                                   binding->name, (int) binding->target, binding->group_anchor);
    }
}

static inline char *worlds_text(const World *world)
{
    GString *text = g_string_new(NULL);
    text_rules(world, text);
    text_directories(world, text);
    text_organization(world, text);
    text_ledger(world, text);
    return g_string_free(text, FALSE);
}

#endif
