/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"
#include "roles.h"

#include <string.h>

static json_t *workspace_user_json(const Member *member, const Access *access)
{
    const Role *role = role_of_workspace(access->role);
    g_assert(role != NULL);
    json_t *groups = json_array();
    for (guint i = 0; i < member->groups->len; i++) {
        const Group *group = member->groups->pdata[i];
        if (group_has_workspace(group, access->workspace)) {
            (void) json_array_append_new(groups, json_integer(group->id));
        }
    }
    bool admin = strcmp(access->role, ROLE_ADMIN) == 0;
    g_autofree char *at = timestamp(access->workspace->at);
    return json_pack("{s:I, s:I, s:I, s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:s, s:I, s:b, s:o, s:s, "
                     "s:s}",
                     "id", (json_int_t) access->workspace_user_id, "user_id",
                     (json_int_t) member->user_id, "workspace_id",
                     (json_int_t) access->workspace->id, "name", member->name, "email",
                     member->email, "active", member->joined, "inactive",
                     access->inactive || member->inactive, "admin", admin, "workspace_admin", admin,
                     "organization_admin", member->admin || member_is_owner(member), "role",
                     access->role, "role_id", (json_int_t) role->role_id, "is_direct",
                     access->direct, "group_ids", groups, "timezone", "Etc/UTC", "at", at);
}

static bool boolean_read(const Call *call, const char *name, const char **ret, Reply *reply)
{
    const char *text = g_hash_table_lookup(call->query, name);
    if (text != NULL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        reply_message(reply, 400, "Invalid value sent for '%s'.", name);
        return false;
    }
    *ret = text;
    return true;
}

static bool name_matches(const Member *member, const char *part)
{
    if (part == NULL) {
        return true;
    }
    g_autofree char *folded = g_utf8_casefold(part, -1);
    return strstr(member->sort_key, folded) != NULL || strstr(member->email_key, folded) != NULL;
}

void get_organization_workspace_users(const Call *call, Reply *reply)
{
    const Workspace *workspace = organization_workspace(call->organization, call->id);
    if (workspace == NULL) {
        reply_message(reply, 404, NOT_FOUND);
        return;
    }
    const char *active = NULL;
    const char *rates = NULL;
    Paging paging;
    if (!boolean_read(call, "active", &active, reply) ||
        !boolean_read(call, "custom_rates", &rates, reply) || !paging_read(call, &paging, reply)) {
        return;
    }
    const GPtrArray *all = organization_by_name(call->organization);
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        Member *member = all->pdata[i];
        bool state = active == NULL || member->joined == (strcmp(active, "true") == 0);
        bool no_rates = g_strcmp0(rates, "true") == 0; /* nobody has any */
        if (state && !no_rates && member_access(member, workspace) != NULL &&
            name_matches(member, g_hash_table_lookup(call->query, "name")) &&
            name_matches(member, g_hash_table_lookup(call->query, "search"))) {
            g_ptr_array_add(rows, member);
        }
    }
    g_autoptr(GPtrArray) page = paging_cut(&paging, rows, false, reply);
    json_t *list = json_array();
    for (guint i = 0; i < page->len; i++) {
        const Member *member = page->pdata[i];
        (void) json_array_append_new(list,
                                     workspace_user_json(member, member_access(member, workspace)));
    }
    reply_json(reply, 200, list);
}

static Member *member_by_workspace_user(const Organization *organization,
                                        const Workspace *workspace, int64_t id)
{
    for (guint i = 0; i < organization->members->len; i++) {
        Member *member = organization->members->pdata[i];
        const Access *access = member_access(member, workspace);
        if (access != NULL && access->workspace_user_id == id) {
            return member;
        }
    }
    return NULL;
}

void patch_organization_workspace_users(const Call *call, Reply *reply)
{
    static const Field fields[] = {{"delete", FIELD_IDS}, {NULL, FIELD_ANY}};
    const Workspace *workspace = organization_workspace(call->organization, call->id);
    if (workspace == NULL) {
        reply_message(reply, 404, NOT_FOUND);
        return;
    }
    if (!fields_match(call->body, fields)) {
        reply_message(reply, 400, "JSON is not valid");
        return;
    }
    g_autoptr(GArray) ids = ids_of(json_object_get(call->body, "delete"));
    if (ids->len == 0) {
        reply_message(reply, 400, "At least one workspace user ID must be supplied.");
        return;
    }
    if (!ids_unique(ids)) {
        reply_message(reply, 400, "Workspace user IDs must be unique");
        return;
    }
    g_autoptr(GPtrArray) members = g_ptr_array_new();
    for (guint i = 0; i < ids->len; i++) {
        Member *member =
            member_by_workspace_user(call->organization, workspace, g_array_index(ids, int64_t, i));
        if (member == NULL) {
            reply_message(reply, 400, "Wrong workspace user IDs");
            return;
        }
        g_ptr_array_add(members, member);
    }
    for (guint i = 0; i < members->len; i++) {
        member_unassign(members->pdata[i], workspace); /* what a group gives stays */
    }
    reply_ok_text(reply);
}
