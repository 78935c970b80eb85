/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"

/* The memberships of the caller, one for each organization: borrowed members. */
static GPtrArray *own_memberships(const Call *call)
{
    GPtrArray *memberships = g_ptr_array_new();
    for (guint i = 0; i < call->world->organizations->len; i++) {
        Member *member = organization_member(call->world->organizations->pdata[i], call->user_id);
        if (member != NULL) {
            g_ptr_array_add(memberships, member);
        }
    }
    return memberships;
}

void get_me(const Call *call, Reply *reply)
{
    g_autoptr(GPtrArray) memberships = own_memberships(call);
    if (memberships->len == 0) {
        reply_message(reply, 404, "could not load user data");
        return;
    }
    const Member *me = memberships->pdata[0];
    json_t *workspace = json_null();
    if (me->accesses->len > 0) {
        const Access *access = me->accesses->pdata[0];
        workspace = json_integer(access->workspace->id);
    }
    g_autofree char *at = timestamp(me->organization->at);
    reply_json(reply, 200,
               json_pack("{s:I, s:s, s:s, s:s, s:o, s:b, s:i, s:n, s:b, s:s, s:s, s:s, s:s, s:s}",
                         "id", (json_int_t) me->user_id, "email", me->email, "fullname", me->name,
                         "timezone", "Etc/UTC", "default_workspace_id", workspace, "2fa_enabled",
                         me->two_factor, "beginning_of_week", 1, "country_id", "has_password", 1,
                         "image_url", "", "api_token", "00000000000000000000000000000000", "at", at,
                         "created_at", at, "updated_at", at));
}

void get_me_organizations(const Call *call, Reply *reply)
{
    g_autoptr(GPtrArray) memberships = own_memberships(call);
    json_t *rows = json_array();
    for (guint i = 0; i < memberships->len; i++) {
        const Member *me = memberships->pdata[i];
        (void) json_array_append_new(rows, organization_json(me->organization, me));
    }
    reply_json(reply, 200, rows);
}

void get_me_workspaces(const Call *call, Reply *reply)
{
    g_autoptr(GPtrArray) memberships = own_memberships(call);
    json_t *rows = json_array();
    for (guint i = 0; i < memberships->len; i++) {
        const Member *me = memberships->pdata[i];
        bool all = me->admin || member_is_owner(me);
        for (guint j = 0; j < me->organization->workspaces->len; j++) {
            const Workspace *workspace = me->organization->workspaces->pdata[j];
            if (all || member_access(me, workspace) != NULL) {
                (void) json_array_append_new(rows, workspace_json(me->organization, workspace, me));
            }
        }
    }
    reply_json(reply, 200, rows);
}
