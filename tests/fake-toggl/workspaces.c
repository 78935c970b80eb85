/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"
#include "roles.h"

#include <string.h>

enum { NAME_MAXIMUM = 140, WORKSPACES_OF_USER_MAXIMUM = 100 };

json_t *workspace_json(const Organization *organization, const Workspace *workspace,
                       const Member *caller)
{
    const Access *access = member_access(caller, workspace);
    bool admin = caller->admin || member_is_owner(caller) ||
                 (access != NULL && strcmp(access->role, ROLE_ADMIN) == 0);
    bool premium = organization_has_premium(organization);
    g_autofree char *at = timestamp(workspace->at);
    json_t *json = json_pack(
        "{s:I, s:I, s:s, s:b, s:s, s:b, s:b, s:s, s:s, s:n, s:n, s:n, s:b, s:b, s:b, "
        "s:b, s:i, s:i}",
        "id", (json_int_t) workspace->id, "organization_id", (json_int_t) organization->id, "name",
        workspace->name, "admin", admin, "role",
        admin            ? ROLE_ADMIN
        : access != NULL ? access->role
                         : ROLE_USER,
        "premium", premium, "business_ws", 0, "default_currency", "USD", "at", at,
        "server_deleted_at", "suspended_at", "permissions", "only_admins_may_create_projects", 0,
        "only_admins_may_create_tags", 0, "projects_billable_by_default", 1, "reports_collapse", 1,
        "rounding", 1, "rounding_minutes", 0);
    (void) json_object_update(json, workspace->settings);
    return json;
}

static bool settings_are_good(const json_t *body)
{
    static const Field fields[] = {{"name", FIELD_STRING},
                                   {"admins", FIELD_IDS},
                                   {"default_currency", FIELD_STRING},
                                   {"default_hourly_rate", FIELD_NUMBER},
                                   {"initial_pricing_plan", FIELD_INTEGER},
                                   {"limit_public_project_data", FIELD_BOOLEAN},
                                   {"only_admins_may_create_projects", FIELD_BOOLEAN},
                                   {"only_admins_may_create_tags", FIELD_BOOLEAN},
                                   {"only_admins_see_billable_rates", FIELD_BOOLEAN},
                                   {"only_admins_see_team_dashboard", FIELD_BOOLEAN},
                                   {"projects_billable_by_default", FIELD_BOOLEAN},
                                   {"projects_enforce_billable", FIELD_BOOLEAN},
                                   {"projects_private_by_default", FIELD_BOOLEAN},
                                   {"rate_change_mode", FIELD_STRING},
                                   {"reports_collapse", FIELD_BOOLEAN},
                                   {"rounding", FIELD_INTEGER},
                                   {"rounding_minutes", FIELD_INTEGER},
                                   {NULL, FIELD_ANY}};
    static const char *const modes[] = {"start-today", "override-current", "override-all", NULL};
    if (!fields_match(body, fields)) {
        return false;
    }
    const char *mode = json_string_value(json_object_get(body, "rate_change_mode"));
    json_int_t rounding = json_integer_value(json_object_get(body, "rounding"));
    return (mode == NULL || g_strv_contains(modes, mode)) && rounding >= -1 && rounding <= 1;
}

static bool check_name(const Call *call, const char *name, Reply *reply)
{
    const Organization *organization = call->organization;
    const char *problem = NULL;
    if (name == NULL) {
        problem = "workspace name must not be nil";
    } else if (!text_present(name)) {
        problem = "workspace name must contain non-space characters";
    } else if (text_length(name) > NAME_MAXIMUM) {
        problem = "workspace name must not be longer than 140";
    } else if (organization_workspace_by_name(organization, name) != NULL) {
        problem = "another workspace with same name exists in organization";
    } else if (organization->max_workspaces <= 1) {
        problem = "Multiple workspaces are not enabled in this organization.";
    } else if (call->caller->accesses->len >= WORKSPACES_OF_USER_MAXIMUM) {
        problem = "user can have a maximum of 100 workspaces";
    } else if (organization->workspaces->len >= organization->max_workspaces) {
        reply_message(reply, 400, "Organization %s can have a maximum of %" PRId64 " workspaces",
                      organization->name, organization->max_workspaces);
        return false;
    }
    if (problem != NULL) {
        reply_message(reply, 400, "%s", problem);
    }
    return problem == NULL;
}

static bool check_admins(const Call *call, const json_t *list, Reply *reply)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_int_t id = json_integer_value(json_array_get(list, i));
        if (world_memberships(call->world, id) == 0) {
            reply_message(reply, 400, "User with id %" JSON_INTEGER_FORMAT " does not exist.", id);
            return false;
        }
        if (organization_member(call->organization, id) == NULL) {
            reply_message(reply, 400, "User %" JSON_INTEGER_FORMAT " not exists in the workspace.",
                          id);
            return false;
        }
    }
    return true;
}

static bool needs_premium(const json_t *body)
{
    return json_object_get(body, "default_hourly_rate") || json_object_get(body, "rounding") ||
           json_object_get(body, "rounding_minutes") || json_object_get(body, "rate_change_mode");
}

void post_organization_workspaces(const Call *call, Reply *reply)
{
    const char *name = json_string_value(json_object_get(call->body, "name"));
    const json_t *admins = json_object_get(call->body, "admins");
    if (!settings_are_good(call->body)) {
        reply_message(reply, 400, "JSON is not valid");
        return;
    }
    if (organization_member(call->organization, call->organization->owner_user_id) == NULL) {
        reply_message(reply, 404, "organization owner not found");
        return;
    }
    if (!check_name(call, name, reply) || !check_admins(call, admins, reply)) {
        return;
    }
    if (needs_premium(call->body) && !organization_has_premium(call->organization)) {
        reply_message(reply, 402, "This feature is not available in your current plan");
        return;
    }
    Workspace *workspace = workspace_new(call->world, call->organization, 0, name);
    g_autoptr(json_t) settings = json_deep_copy(call->body);
    (void) json_object_del(settings, "name");
    (void) json_object_del(settings, "admins");
    (void) json_object_update(workspace->settings, settings);
    (void) member_assign(call->world, call->caller, workspace, ROLE_ADMIN);
    for (size_t i = 0; i < json_array_size(admins); i++) {
        Member *admin =
            organization_member(call->organization, json_integer_value(json_array_get(admins, i)));
        (void) member_assign(call->world, admin, workspace, ROLE_ADMIN);
    }
    reply_json(reply, 200, workspace_json(call->organization, workspace, call->caller));
}

static json_t *statistics_json(const Organization *organization, const Workspace *workspace)
{
    json_t *admins = json_array();
    int64_t members = 0;
    int64_t groups = 0;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = organization->members->pdata[i];
        const Access *access = member_access(member, workspace);
        members += access != NULL ? 1 : 0;
        if (access != NULL && strcmp(access->role, ROLE_ADMIN) == 0) {
            (void) json_array_append_new(admins, json_pack("{s:I, s:s}", "user_id",
                                                           (json_int_t) member->user_id, "name",
                                                           member->name));
        }
    }
    for (guint i = 0; i < organization->groups->len; i++) {
        groups += group_has_workspace(organization->groups->pdata[i], workspace) ? 1 : 0;
    }
    return json_pack("{s:o, s:I, s:I}", "admins", admins, "members_count", (json_int_t) members,
                     "groups_count", (json_int_t) groups);
}

void get_organization_workspaces_statistics(const Call *call, Reply *reply)
{
    json_t *json = json_object();
    for (guint i = 0; i < call->organization->workspaces->len; i++) {
        const Workspace *workspace = call->organization->workspaces->pdata[i];
        g_autofree char *key = g_strdup_printf("%" PRId64, workspace->id);
        (void) json_object_set_new(json, key, statistics_json(call->organization, workspace));
    }
    reply_json(reply, 200, json);
}

typedef struct {
    bool add;
    Member *member; /* one of the two */
    Group *group;
} Assignment;

static bool removal_is_good(const Member *member, Reply *reply)
{
    const char *problem = member_is_owner(member)    ? "Cannot remove workspace owner."
                          : member_is_paying(member) ? "Cannot remove paying user."
                          : member->admin            ? "Cannot remove organization admin."
                                                     : NULL;
    if (problem != NULL) {
        reply_message(reply, 400, "%s", problem);
    }
    return problem == NULL;
}

static bool assignment_read(const Call *call, const json_t *body, Assignment *ret, Reply *reply)
{
    static const Field fields[] = {{"operation", FIELD_STRING},
                                   {"user_id", FIELD_INTEGER},
                                   {"group_id", FIELD_INTEGER},
                                   {"joined", FIELD_BOOLEAN},
                                   {NULL, FIELD_ANY}};
    if (!fields_match(body, fields)) {
        reply_message(reply, 400, BAD_JSON);
        return false;
    }
    const json_t *user = json_object_get(body, "user_id");
    const json_t *group = json_object_get(body, "group_id");
    const char *operation = json_string_value(json_object_get(body, "operation"));
    bool remove = g_strcmp0(operation, "remove") == 0;
    const char *problem = NULL;
    if (json_object_size(body) == 0) {
        problem = "Nothing to change.";
    } else if (!remove && g_strcmp0(operation, "add") != 0) {
        problem = "Field operation can contain only 'add' or 'remove'.";
    } else if (user != NULL && group != NULL) {
        problem = "Cannot send user_id and group_id in the same element.";
    } else if (user == NULL && group == NULL) {
        problem = "One of user_id or group_id is required.";
    } else {
        ret->add = !remove;
        ret->member =
            user != NULL ? organization_member(call->organization, json_integer_value(user)) : NULL;
        ret->group = group != NULL
                         ? organization_group(call->organization, json_integer_value(group))
                         : NULL;
        if (ret->member == NULL && ret->group == NULL) {
            problem = user != NULL ? "Invalid user_id." : "Invalid group_id.";
        }
    }
    if (problem != NULL) {
        reply_message(reply, 400, "%s", problem);
        return false;
    }
    return ret->add || ret->member == NULL || removal_is_good(ret->member, reply);
}

static void assignment_apply(World *world, Workspace *workspace, const Assignment *assignment)
{
    if (assignment->member != NULL && assignment->add) {
        (void) member_assign(world, assignment->member, workspace, NULL);
    } else if (assignment->member != NULL) {
        member_unassign(assignment->member, workspace);
    } else if (assignment->add) {
        group_add_workspace(world, assignment->group, workspace);
    } else {
        group_remove_workspace(world, assignment->group, workspace);
    }
}

void put_organization_workspaces_assignments(const Call *call, Reply *reply)
{
    Assignments form = call->manners->assignments;
    if (form == ASSIGNMENTS_OFF) {
        reply_message(reply, 404, NOT_FOUND);
        return;
    }
    Workspace *workspace = organization_workspace(call->organization, call->id);
    if (workspace == NULL) {
        reply_message(reply, 400, "Invalid workspace ID.");
        return;
    }
    if (json_is_array(call->body) != (form == ASSIGNMENTS_LIST)) {
        reply_message(reply, 400, BAD_JSON);
        return;
    }
    g_autoptr(json_t) single = json_array();
    (void) json_array_append_new(single, json_deep_copy(call->body));
    const json_t *list = form == ASSIGNMENTS_LIST ? call->body : single;
    if (json_array_size(list) == 0) {
        reply_message(reply, 400, "Nothing to change.");
        return;
    }
    g_autoptr(GArray) assignments = g_array_new(FALSE, TRUE, sizeof(Assignment));
    for (size_t i = 0; i < json_array_size(list); i++) {
        Assignment assignment = {0};
        if (!assignment_read(call, json_array_get(list, i), &assignment, reply)) {
            return;
        }
        g_array_append_val(assignments, assignment);
    }
    for (guint i = 0; i < assignments->len; i++) {
        assignment_apply(call->world, workspace, &g_array_index(assignments, Assignment, i));
    }
    reply_ok_text(reply);
}
