/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SYNC_WORLDS_CHECK_H
#define TESTS_UNIT_SYNC_WORLDS_CHECK_H

/*
 * worlds_check - what must be true of every plan, asked of the world itself and not of the planner.
 *
 * Each check returns a complaint, a new string, or NULL.
 */

#include "worlds.h"

#include "sync/document.h"

static inline Member *check_member(const World *world, const Change *change)
{
    OrganizationUserId id = change->person.organization_user_id;
    return id.value != 0 ? organization_member(world->organization, id) : NULL;
}

static inline const Person *check_entry(const World *world, const Change *change)
{
    for (guint i = 0; change->person.source != NULL && i < world->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(world->directories, i);
        if (strcmp(directory->source, change->person.source) == 0)
            return directory_person(directory, change->person.anchor);
    }
    return NULL;
}

static inline bool check_is_protected(const World *world, const Member *member)
{
    if (member->owner || user_id_equal(member->user_id, world->organization->owner) ||
        (member->user_id.value != 0 && user_id_equal(member->user_id, world->organization->self)))
        return true;
    const GPtrArray *protect = world->settings->lifecycle.protect;
    return protect->len > 0 && g_strcmp0(member->mail_key, g_ptr_array_index(protect, 0)) == 0;
}

static inline bool check_is_external(const World *world, const char *mail)
{
    const GPtrArray *externals = world->settings->lifecycle.externals;
    const External *external = externals->len > 0 ? g_ptr_array_index(externals, 0) : NULL;
    return external != NULL && external->end > world->now &&
           g_strcmp0(external->mail_key, mail) == 0;
}

static inline bool check_lowers(const Change *change)
{
    return change->kind == CHANGE_SET_WORKSPACE_ROLE && change->before.member &&
           change->after.role < change->before.role;
}

static inline bool check_takes(const Change *change)
{
    return change_kind_effect(change->kind) == EFFECT_TAKES || check_lowers(change) ||
           change->kind == CHANGE_RENAME_MEMBER || change->kind == CHANGE_CHANGE_ADDRESS;
}

/* Nobody protected, excluded, frozen or held is touched. */
static inline const char *check_untouchable(const World *world, const Change *change)
{
    const Member *member = check_member(world, change);
    if (member != NULL && check_takes(change) && check_is_protected(world, member))
        return "takes from somebody protected";
    const Person *person = check_entry(world, change);
    if (person != NULL && person->excluded != NULL)
        return "touches somebody excluded";
    if (person != NULL && check_is_external(world, person->mail_key))
        return "touches an external";
    if (person == NULL && member != NULL && check_is_external(world, member->mail_key))
        return "touches an external member";
    if (person != NULL && person->frozen != NULL && person->standing == PERSON_ENABLED)
        return "touches somebody frozen";
    const Link *link =
        change->person.source != NULL
            ? ledger_link(world->ledger, change->person.source, change->person.anchor)
            : NULL;
    return link != NULL && link->hold_until > world->now ? "touches somebody held" : NULL;
}

/* What somebody has by hand stays; a role is lowered only as far as we raised it. */
static inline const char *check_by_hand(const World *world, const Change *change)
{
    const Member *member = check_member(world, change);
    bool exact = world->settings->lifecycle.memberships == MEMBERSHIPS_EXACT;
    bool hand = g_strcmp0(change->group.name, "Hand") == 0;
    if (change->kind == CHANGE_REMOVE_FROM_GROUP && (!exact || hand) &&
        ledger_grant(world->ledger, GRANT_GROUP, member->id, change->group.id, 0) == NULL)
        return "takes a group that is theirs by hand";
    const Grant *grant =
        member != NULL && change->workspace.id != 0
            ? ledger_grant(world->ledger, GRANT_WORKSPACE, member->id, change->workspace.id, 0)
            : NULL;
    if (change->kind == CHANGE_UNASSIGN && grant == NULL)
        return "takes a workspace that is theirs by hand";
    if (check_lowers(change) && (grant == NULL || grant->role_before == ROLE_NONE ||
                                 change->after.role < grant->role_before))
        return "lowers a role that we did not raise";
    return NULL;
}

static inline const char *check_leaver(const World *world, const Change *change)
{
    if (change->kind != CHANGE_DEACTIVATE && change->kind != CHANGE_DELETE_MEMBER &&
        change->kind != CHANGE_WITHDRAW_INVITATION)
        return NULL;
    const Member *member = check_member(world, change);
    if (member == NULL)
        return "removes somebody who is no member";
    const GPtrArray *links = ledger_member_links(world->ledger, member->id);
    if (links == NULL && world->settings->lifecycle.unmanaged != UNMANAGED_LEAVER)
        return "removes somebody who never was ours";
    if (world->settings->lifecycle.leavers != LEAVERS_DEACTIVATE && member->joined)
        return "removes a member although leavers says otherwise";
    if (change->kind != CHANGE_DELETE_MEMBER)
        return NULL;
    if (!member->inactive || world->settings->lifecycle.delete_after_days == 0)
        return "deletes an active member, or without being told";
    for (guint i = 0; links != NULL && i < links->len; i++) {
        const Link *link = g_ptr_array_index(links, i);
        if (link->deactivated_at != 0 && world->now - link->deactivated_at >= 2 * 86400)
            return NULL;
    }
    return "deletes somebody whom we did not deactivate long ago";
}

/* Nothing that no rule names is touched, unless it is ours. */
static inline const char *check_mapped(const World *world, const Change *change)
{
    bool group = g_strcmp0(change->group.name, "Hand") == 0;
    bool workspace = g_strcmp0(change->workspace.name, "Hand space") == 0;
    if (!group && !workspace)
        return NULL;
    const Member *member = check_member(world, change);
    const Grant *grant =
        member == NULL ? NULL
        : group        ? ledger_grant(world->ledger, GRANT_GROUP, member->id, change->group.id, 0)
                : ledger_grant(world->ledger, GRANT_WORKSPACE, member->id, change->workspace.id, 0);
    bool takes = change_kind_effect(change->kind) == EFFECT_TAKES || check_lowers(change);
    return grant == NULL || !takes ? "touches an object that no rule names" : NULL;
}

static inline char *check_changes(const World *world, const Plan *plan)
{
    static const char *(*const checks[])(const World *, const Change *) = {
        check_untouchable, check_by_hand, check_leaver, check_mapped};
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        for (size_t k = 0; k < G_N_ELEMENTS(checks); k++) {
            const char *problem = checks[k](world, change);
            if (problem != NULL)
                return g_strdup_printf("%s %s (%s): %s", change_kind_name(change->kind),
                                       change->person.mail, change->reason, problem);
        }
    }
    return NULL;
}

/* Phases hold, what is needed comes first, nothing withheld goes, and the bound is one. */
static inline char *check_requests(const Plan *plan)
{
    unsigned phase = 0;
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < plan->requests->len; i++) {
        const Request *request = g_ptr_array_index(plan->requests, i);
        if (request->phase < phase || request->id != i + 1)
            return g_strdup_printf("request %u is out of its phase", request->id);
        phase = request->phase;
        for (guint a = 0; a < request->after->len; a++) {
            if (g_array_index(request->after, unsigned, a) >= request->id)
                return g_strdup("a request stands before one that it needs");
        }
        for (guint c = 0; c < request->changes->len; c++) {
            unsigned id = g_array_index(request->changes, unsigned, c);
            if (plan_withholds(plan, id) || !g_hash_table_add(seen, GUINT_TO_POINTER(id)))
                return g_strdup_printf("change %u goes twice, or is withheld", id);
        }
    }
    int64_t requests = plan->forecast.requests;
    int64_t minimum = plan->forecast.minimum;
    if (requests != minimum)
        return g_strdup_printf("%d requests, and the bound is %d", (int) requests, (int) minimum);
    return NULL;
}

/* ---- desired is reached ---- */

/* Whether something is said of the person called UID, by any of their entries or addresses. */
static inline bool check_noticed(const Plan *plan, const char *uid)
{
    for (guint i = 0; i < plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(plan->notices, i);
        bool aside = notice->kind != NOTICE_KEPT && notice->kind != NOTICE_DIFFERENT;
        const char *anchor = notice->person.anchor != NULL ? notice->person.anchor : "";
        const char *mail = notice->person.mail != NULL ? notice->person.mail : "";
        if (aside && (strcmp(g_str_has_prefix(anchor, "s-") ? anchor + 2 : anchor, uid) == 0 ||
                      g_str_has_prefix(mail, uid)))
            return true;
    }
    return false;
}

static inline bool check_rule_held(const Plan *plan, const Rule *rule)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->kind == RAIL_MAPPED_GROUP && g_strcmp0(rail->subject, rule->label) == 0)
            return true;
    }
    return false;
}

/* The name of the directory group by which RULE takes PERSON, "" for none; NULL: it does not. */
static inline const char *check_rule_takes(const Rule *rule, const Directory *directory,
                                           guint index)
{
    const Person *person = g_ptr_array_index(directory->people, index);
    if (rule->kind == RULE_EVERYONE)
        return "";
    if (rule->kind == RULE_PEOPLE_MATCH)
        return person->attributes != NULL ? "" : NULL;
    for (guint g = 0; g < directory->groups->len; g++) {
        const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
        bool fits = rule->kind == RULE_GROUP_MATCH  ? g_str_has_prefix(group->name, "toggl-")
                    : rule->kind == RULE_GROUP_NAME ? strcmp(group->name, rule->value) == 0
                                                    : strcmp(group->dn, rule->value) == 0;
        for (guint m = 0; fits && m < group->members->len; m++) {
            if (g_array_index(group->members, GroupMember, m).person == index)
                return group->name;
        }
    }
    return NULL;
}

static inline const char *check_has(const World *world, const Rule *rule, const Member *member,
                                    const char *by)
{
    const Organization *organization = world->organization;
    g_autofree char *color = g_strconcat("T ", by + MIN(strlen(by), strlen("toggl-")), NULL);
    const char *name =
        rule->kind == RULE_GROUP_MATCH && rule->toggl_group != NULL ? color : rule->toggl_group;
    const OrganizationGroup *group =
        name != NULL ? organization_group_by_name(organization, name) : NULL;
    if (name != NULL && (group == NULL || !member_in_group(member, group->id)))
        return "is not in the group";
    const RuleWorkspace *wanted =
        rule->workspaces->len > 0 ? g_ptr_array_index(rule->workspaces, 0) : NULL;
    if (wanted == NULL)
        return NULL;
    const Workspace *workspace = organization_workspace_by_name(organization, wanted->name);
    if (workspace == NULL)
        return "has no workspace";
    if (rule->via_group)
        return group_in_workspace(group, workspace->id) ? NULL
                                                        : "has a group without the workspace";
    const Assignment *assignment = member_assignment(member, workspace->id);
    return assignment == NULL || assignment->role < MAX(wanted->role, ROLE_USER)
               ? "is not in the workspace, or not in the role"
               : NULL;
}

/* Excluded in one directory is excluded. */
static inline bool check_excluded(const World *world, const Person *person)
{
    for (guint d = 0; d < world->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(world->directories, d);
        for (guint p = 0; p < directory->people->len; p++) {
            const Person *other = g_ptr_array_index(directory->people, p);
            if (strcmp(other->uid, person->uid) == 0 &&
                (other->excluded != NULL || check_is_external(world, other->mail_key)))
                return true;
        }
    }
    return false;
}

static inline char *check_reached(const World *world, const Plan *plan)
{
    for (guint d = 0; d < world->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(world->directories, d);
        for (guint p = 0; p < directory->people->len; p++) {
            const Person *person = g_ptr_array_index(directory->people, p);
            if (person->standing != PERSON_ENABLED || check_excluded(world, person) ||
                check_noticed(plan, person->uid))
                continue;
            const Link *link = ledger_link(world->ledger, directory->source, person->anchor);
            for (guint r = 0; r < world->settings->rules->len; r++) {
                const Rule *rule = g_ptr_array_index(world->settings->rules, r);
                const char *by = check_rule_takes(rule, directory, p);
                if (by == NULL || check_rule_held(plan, rule))
                    continue;
                const Member *member =
                    link != NULL
                        ? organization_member(world->organization, link->organization_user_id)
                        : NULL;
                const char *problem = member == NULL     ? "has no member"
                                      : member->inactive ? "is inactive"
                                                         : check_has(world, rule, member, by);
                if (problem != NULL)
                    return g_strdup_printf("%s %s %s", person->mail, rule->label, problem);
            }
        }
    }
    return NULL;
}

/* How many accepted administrators the organization (0) and each workspace have. */
static inline int check_admins(const Organization *organization, int64_t workspace)
{
    int count = 0;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        const Assignment *assignment = workspace != 0 ? member_assignment(member, workspace) : NULL;
        bool admin =
            workspace == 0 ? member->admin : assignment != NULL && assignment->role == ROLE_ADMIN;
        count += admin && member->joined && !member->inactive;
    }
    return count;
}

#endif
