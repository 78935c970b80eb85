/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"
#include "roles.h"

#include <string.h>

static json_t *member_groups_json(const Member *member, const Workspace *workspace)
{
    json_t *list = json_array();
    for (guint i = 0; i < member->groups->len; i++) {
        const Group *group = member->groups->pdata[i];
        if (workspace == NULL || group_has_workspace(group, workspace)) {
            (void) json_array_append_new(
                list,
                json_pack("{s:I, s:s}", "group_id", (json_int_t) group->id, "name", group->name));
        }
    }
    return list;
}

static json_t *access_json(const Member *member, const Access *access)
{
    const Role *role = role_of_workspace(access->role);
    g_assert(role != NULL);
    return json_pack("{s:I, s:s, s:I, s:b, s:s, s:I, s:b, s:b, s:n, s:n, s:o}", "workspace_id",
                     (json_int_t) access->workspace->id, "workspace_name", access->workspace->name,
                     "workspace_user_id", (json_int_t) access->workspace_user_id, "admin",
                     strcmp(access->role, ROLE_ADMIN) == 0, "role", access->role, "role_id",
                     (json_int_t) role->role_id, "inactive", access->inactive || member->inactive,
                     "active", member->joined, "rate", "cost", "groups",
                     member_groups_json(member, access->workspace));
}

static json_t *member_json(const World *world, const Member *member)
{
    bool owner = member_is_owner(member);
    json_t *workspaces = json_array();
    for (guint i = 0; i < member->accesses->len; i++) {
        (void) json_array_append_new(workspaces, access_json(member, member->accesses->pdata[i]));
    }
    json_t *invitation =
        member->invitation_id != 0 ? json_integer(member->invitation_id) : json_null();
    return json_pack(
        "{s:I, s:I, s:I, s:s, s:s, s:s, s:b, s:b, s:I, s:b, s:b, s:b, s:o, s:b, s:I, s:o, s:o}",
        "id", (json_int_t) member->organization_user_id, "user_id", (json_int_t) member->user_id,
        "organization_id", (json_int_t) member->organization->id, "name", member->name, "email",
        member->email, "avatar_url", "", "admin", owner || member->admin, "owner", owner, "role_id",
        (json_int_t) role_of_organization(owner, member->admin)->role_id, "joined", member->joined,
        "inactive", member->inactive, "can_edit_email", member_can_edit_email(world, member),
        "invitation_id", invitation, "2fa_enabled", member->two_factor, "workspace_count",
        (json_int_t) member->accesses->len, "groups", member_groups_json(member, NULL),
        "workspaces", workspaces);
}

/* What the listing was asked to keep. */
typedef struct {
    char *filter; /* case-folded; NULL: all */
    bool states;  /* only those of the next three that are set */
    bool active;
    bool inactive;
    bool invited;
    bool only_admins;
    GArray *groups; /* NULL: all */
    GArray *workspaces;
} Wanted;

static void wanted_clear(Wanted *wanted)
{
    g_free(wanted->filter);
    g_clear_pointer(&wanted->groups, g_array_unref);
    g_clear_pointer(&wanted->workspaces, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wanted, wanted_clear)

static bool id_list_read(const Call *call, const char *name, GArray **ret, Reply *reply)
{
    const char *text = g_hash_table_lookup(call->query, name);
    if (text == NULL) {
        return true;
    }
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    *ret = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (char **part = parts; *part != NULL; part++) {
        int64_t id = 0;
        if (!text_to_id(*part, &id)) {
            reply_message(reply, 400, "Invalid value sent for '%s'.", name);
            return false;
        }
        g_array_append_val(*ret, id);
    }
    return true;
}

static bool states_read(const Call *call, Wanted *wanted, Reply *reply)
{
    const char *text = g_hash_table_lookup(call->query, "active_status");
    if (text == NULL) {
        return true;
    }
    wanted->states = true;
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    for (char **part = parts; *part != NULL; part++) {
        if (strcmp(*part, "active") == 0) {
            wanted->active = true;
        } else if (strcmp(*part, "inactive") == 0) {
            wanted->inactive = true;
        } else if (strcmp(*part, "invited") == 0) {
            wanted->invited = true;
        } else {
            reply_message(
                reply, 400,
                "active_status parameter can contain only 'active', 'inactive' or 'invited'.");
            return false;
        }
    }
    return true;
}

static bool wanted_read(const Call *call, Wanted *wanted, Reply *reply)
{
    const char *admins = g_hash_table_lookup(call->query, "only_admins");
    const char *filter = g_hash_table_lookup(call->query, "filter");
    if (admins != NULL && strcmp(admins, "true") != 0 && strcmp(admins, "false") != 0) {
        reply_message(reply, 400, "only_admins parameter can contain only 'true' or 'false'.");
        return false;
    }
    wanted->only_admins = admins != NULL && strcmp(admins, "true") == 0;
    wanted->filter = filter != NULL ? g_utf8_casefold(filter, -1) : NULL;
    return states_read(call, wanted, reply) &&
           id_list_read(call, "groups", &wanted->groups, reply) &&
           id_list_read(call, "workspaces", &wanted->workspaces, reply);
}

static bool ids_hold(const GArray *ids, int64_t id)
{
    for (guint i = 0; i < ids->len; i++) {
        if (g_array_index(ids, int64_t, i) == id) {
            return true;
        }
    }
    return false;
}

static bool in_any_group(const Member *member, const GArray *ids)
{
    for (guint i = 0; i < member->groups->len; i++) {
        const Group *group = member->groups->pdata[i];
        if (ids_hold(ids, group->id)) {
            return true;
        }
    }
    return false;
}

static bool in_any_workspace(const Member *member, const GArray *ids)
{
    for (guint i = 0; i < member->accesses->len; i++) {
        const Access *access = member->accesses->pdata[i];
        if (ids_hold(ids, access->workspace->id)) {
            return true;
        }
    }
    return false;
}

static bool is_wanted(const Wanted *wanted, const Member *member)
{
    bool state = member->inactive ? wanted->inactive
                 : member->joined ? wanted->active
                                  : wanted->invited;
    if ((wanted->states && !state) ||
        (wanted->only_admins && !member->admin && !member_is_owner(member))) {
        return false;
    }
    if (wanted->filter != NULL && strstr(member->sort_key, wanted->filter) == NULL &&
        strstr(member->email_key, wanted->filter) == NULL) {
        return false;
    }
    return (wanted->groups == NULL || in_any_group(member, wanted->groups)) &&
           (wanted->workspaces == NULL || in_any_workspace(member, wanted->workspaces));
}

void get_organization_users(const Call *call, Reply *reply)
{
    g_auto(Wanted) wanted = {0};
    Paging paging;
    if (!wanted_read(call, &wanted, reply) || !paging_read(call, &paging, reply)) {
        return;
    }
    const GPtrArray *all = organization_by_name(call->organization);
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (guint i = 0; i < all->len; i++) {
        if (is_wanted(&wanted, all->pdata[i])) {
            g_ptr_array_add(rows, all->pdata[i]);
        }
    }
    g_autoptr(GPtrArray) page = paging_cut(&paging, rows, true, reply);
    json_t *list = json_array();
    for (guint i = 0; i < page->len; i++) {
        (void) json_array_append_new(list, member_json(call->world, page->pdata[i]));
    }
    reply_json(reply, 200, list);
}

void patch_organization_users(const Call *call, Reply *reply)
{
    static const Field fields[] = {{"delete", FIELD_IDS}, {NULL, FIELD_ANY}};
    if (!fields_match(call->body, fields)) {
        reply_message(reply, 400, BAD_JSON);
        return;
    }
    g_autoptr(GArray) ids = ids_of(json_object_get(call->body, "delete"));
    if (ids->len == 0) {
        reply_message(reply, 400, "At least one organization user ID must be supplied.");
        return;
    }
    if (!ids_unique(ids)) {
        reply_message(reply, 400, "Organization user IDs must be unique.");
        return;
    }
    g_autoptr(GPtrArray) members = g_ptr_array_new();
    g_autoptr(GString) strangers = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++) {
        int64_t id = g_array_index(ids, int64_t, i);
        Member *member = organization_member_by_membership(call->organization, id);
        if (member != NULL) {
            g_ptr_array_add(members, member);
        } else {
            g_string_append_printf(strangers, "%s%" PRId64, strangers->len > 0 ? "," : "", id);
        }
    }
    if (strangers->len > 0) {
        reply_message(reply, 400,
                      "The following organization user IDs do not belong to this organization: "
                      "'%s'.",
                      strangers->str);
        return;
    }
    for (guint i = 0; i < members->len; i++) {
        const Member *member = members->pdata[i];
        if (member_is_owner(member) || member_is_paying(member)) {
            reply_message(reply, 400,
                          "Cannot remove the %s with organization user ID='%" PRId64 "'.",
                          member_is_owner(member) ? "organization owner user" : "paying user",
                          member->organization_user_id);
            return;
        }
    }
    for (guint i = 0; i < members->len; i++) {
        member_delete(members->pdata[i]);
    }
    reply_ok_text(reply);
}

void delete_organization_users_leave(const Call *call, Reply *reply)
{
    if (call->caller == NULL) {
        reply_message(reply, 400, "The user does not belong to the organization.");
    } else if (call->organization->members->len == 1) {
        organization_delete(call->world, call->organization); /* the last one turns off the light */
        reply_ok_text(reply);
    } else if (member_is_owner(call->caller)) {
        reply_message(reply, 400, "Cannot remove the organization owner.");
    } else if (member_is_paying(call->caller)) {
        reply_message(reply, 400, "Cannot remove the paying user.");
    } else {
        member_delete(call->caller);
        reply_ok_text(reply);
    }
}
