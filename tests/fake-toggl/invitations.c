/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"
#include "roles.h"

#include <time.h>

typedef struct {
    Workspace *workspace;
    const char *role; /* NULL: user */
} Place;

/* What one call wants, once it is checked. */
typedef struct {
    GPtrArray *emails; /* const char *, borrowed: those who get an invitation */
    GArray *places;    /* Place */
    GPtrArray *groups; /* Group *, borrowed */
    json_t *messages;  /* about those who get none */
} Batch;

static void batch_clear(Batch *batch)
{
    g_clear_pointer(&batch->emails, g_ptr_array_unref);
    g_clear_pointer(&batch->places, g_array_unref);
    g_clear_pointer(&batch->groups, g_ptr_array_unref);
    json_decref(batch->messages);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

bool seats_for(const Organization *organization, int64_t more, Reply *reply)
{
    if (organization->seats == 0 ||
        organization_seats_taken(organization) + more <= organization->seats) {
        return true;
    }
    reply_message(reply, 400, "Active user limit is %" PRId64 ". Upgrade to add more active users",
                  organization->seats);
    return false;
}

static bool shape_is_good(const json_t *body)
{
    static const Field fields[] = {{"emails", FIELD_STRINGS},     {"workspaces", FIELD_OBJECTS},
                                   {"groups", FIELD_IDS},         {"project_invite", FIELD_OBJECT},
                                   {"skip_email", FIELD_BOOLEAN}, {NULL, FIELD_ANY}};
    static const Field places[] = {
        {"workspace_id", FIELD_INTEGER}, {"role_id", FIELD_INTEGER},         {"role", FIELD_STRING},
        {"admin", FIELD_BOOLEAN},        {"integration_data", FIELD_OBJECT}, {NULL, FIELD_ANY}};
    static const Field project[] = {{"project_id", FIELD_INTEGER},
                                    {"workspace_id", FIELD_INTEGER},
                                    {"manager", FIELD_BOOLEAN},
                                    {NULL, FIELD_ANY}};
    if (!fields_match(body, fields)) {
        return false;
    }
    const json_t *invite = json_object_get(body, "project_invite");
    if (invite != NULL && !fields_match(invite, project)) {
        return false;
    }
    const json_t *workspaces = json_object_get(body, "workspaces");
    for (size_t i = 0; i < json_array_size(workspaces); i++) {
        if (!fields_match(json_array_get(workspaces, i), places)) {
            return false;
        }
    }
    return true;
}

static bool read_places(const Call *call, Batch *batch, Reply *reply)
{
    const json_t *list = json_object_get(call->body, "workspaces");
    if (json_array_size(list) == 0) {
        reply_message(reply, 400, "at least one workspace is required");
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        int64_t id = json_integer_value(json_object_get(item, "workspace_id"));
        Place place = {.workspace = organization_workspace(call->organization, id)};
        bool admin = json_object_get(item, "admin") != NULL;
        if (place.workspace == NULL) {
            reply_message(reply, 400, "invalid workspace ID");
            return false;
        }
        if (admin && (json_object_get(item, "role_id") || json_object_get(item, "role"))) {
            reply_message(reply, 400, "Cannot use both admin flags and role_id.");
            return false;
        }
        if (!workspace_role_read(call->organization, item, &place.role, reply)) {
            return false;
        }
        g_array_append_val(batch->places, place);
    }
    return true;
}

static bool read_groups(const Call *call, Batch *batch, Reply *reply)
{
    const json_t *list = json_object_get(call->body, "groups");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_int_t id = json_integer_value(json_array_get(list, i));
        Group *group = organization_group(call->organization, id);
        if (group == NULL) {
            reply_message(reply, 400,
                          "Group '%" JSON_INTEGER_FORMAT "' is not in Organization '%" PRId64 "'.",
                          id, call->organization->id);
            return false;
        }
        g_ptr_array_add(batch->groups, group);
    }
    return true;
}

static void skip(Batch *batch, const char *email, const char *why)
{
    g_autofree char *message = g_strdup_printf("User with e-mail '%s' %s", email, why);
    (void) json_array_append_new(batch->messages, json_string(message));
}

static bool read_emails(const Call *call, Batch *batch, Reply *reply)
{
    const json_t *list = json_object_get(call->body, "emails");
    if (json_array_size(list) == 0) {
        reply_message(reply, 400, "at least one email is required");
        return false;
    }
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *email = json_string_value(json_array_get(list, i));
        if (!text_present(email)) {
            reply_message(reply, 400, "Missing e-mail");
            return false;
        }
        if (!text_is_email(email)) {
            reply_message(reply, 400, "Invalid e-mail: '%s'", email);
            return false;
        }
        const Member *member = organization_member_by_email(call->organization, email);
        if (member != NULL && member->inactive) {
            reply_message(reply, 400,
                          "User with e-mail '%s' is already an inactive member of the organization",
                          email);
            return false;
        }
        if (member != NULL) {
            skip(batch, email,
                 member->joined ? "is already a member of the organization"
                                : "has already been invited to the organization");
        } else if (!g_hash_table_add(seen, g_utf8_strdown(email, -1))) {
            skip(batch, email, "was given more than once");
        } else {
            g_ptr_array_add(batch->emails, (char *) (uintptr_t) email);
        }
    }
    return true;
}

static bool within_limit(const Call *call, const Batch *batch, Reply *reply)
{
    const Organization *organization = call->organization;
    int64_t pending = batch->emails->len;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = organization->members->pdata[i];
        pending += member->invitation_id != 0 ? 1 : 0;
    }
    if (organization->invitation_limit > 0 && pending > organization->invitation_limit) {
        reply_message(reply, 400, "Invitation limit reached (please try again later; or upgrade)");
        return false;
    }
    return seats_for(organization, batch->emails->len, reply);
}

static json_t *info_json(const Call *call, const Member *member, const Batch *batch)
{
    json_t *workspaces = json_array();
    for (guint i = 0; i < batch->places->len; i++) {
        const Workspace *workspace = g_array_index(batch->places, Place, i).workspace;
        const Access *access = member_access(member, workspace);
        (void) json_array_append_new(
            workspaces, json_pack("{s:I, s:I, s:I}", "workspace_id", (json_int_t) workspace->id,
                                  "workspace_user_id", (json_int_t) access->workspace_user_id,
                                  "user_id", (json_int_t) member->user_id));
    }
    g_autofree char *url =
        g_strdup_printf("https://track.toggl.com/invitation?code=%s", member->invitation_code);
    return json_pack("{s:s, s:I, s:s, s:I, s:I, s:I, s:o}", "email", member->email, "invitation_id",
                     (json_int_t) member->invitation_id, "invite_url", url, "organization_id",
                     (json_int_t) call->organization->id, "sender_id", (json_int_t) call->user_id,
                     "recipient_id", (json_int_t) member->user_id, "workspaces", workspaces);
}

static Member *invite(const Call *call, const char *email, const Batch *batch)
{
    Member *member = member_new(call->world, call->organization, 0, 0, email);
    member_invite(call->world, member);
    for (guint i = 0; i < batch->places->len; i++) {
        const Place *place = &g_array_index(batch->places, Place, i);
        (void) member_assign(call->world, member, place->workspace, place->role);
    }
    for (guint i = 0; i < batch->groups->len; i++) {
        member_add_group(call->world, member, batch->groups->pdata[i]);
    }
    member->mails += json_is_true(json_object_get(call->body, "skip_email")) ? 0 : 1;
    return member;
}

void post_organization_invitation(const Call *call, Reply *reply)
{
    if (!shape_is_good(call->body)) {
        reply_message(reply, 400, BAD_JSON);
        return;
    }
    g_auto(Batch) batch = {.emails = g_ptr_array_new(),
                           .places = g_array_new(FALSE, FALSE, sizeof(Place)),
                           .groups = g_ptr_array_new(),
                           .messages = json_array()};
    if (!read_emails(call, &batch, reply) || !read_places(call, &batch, reply) ||
        !read_groups(call, &batch, reply) || !within_limit(call, &batch, reply)) {
        return;
    }
    json_t *data = json_array();
    json_t *invitations = json_array();
    for (guint i = 0; i < batch.emails->len; i++) {
        const Member *member = invite(call, batch.emails->pdata[i], &batch);
        (void) json_array_append_new(data, info_json(call, member, &batch));
        (void) json_array_append_new(
            invitations,
            json_pack("{s:s, s:s, s:I, s:s, s:s, s:s}", "code", member->invitation_code, "email",
                      member->email, "organization_id", (json_int_t) call->organization->id,
                      "organization_name", call->organization->name, "sender_email",
                      call->caller->email, "sender_name", call->caller->name));
    }
    reply_json(reply, 200,
               json_pack("{s:o, s:o, s:O}", "data", data, "invitations", invitations, "messages",
                         batch.messages));
}

void resend_organization_invitation(const Call *call, Reply *reply)
{
    Member *member = call->id > 0 ? world_member_by_invitation(call->world, call->id) : NULL;
    if (member == NULL) {
        reply_message(reply, 404, "Invitation code not found");
    } else if (member->organization != call->organization) {
        reply_message(reply, 400, "Organization ID and invitation organization ID mismatch");
    } else {
        member_invite(call->world, member);
        member->mails++;
        reply_ok_json(reply);
    }
}

/* The pending member whom the code of the path invites, or NULL and the reply says so. */
static Member *invitee(const Call *call, Reply *reply)
{
    Member *member = world_member_by_code(call->world, call->text);
    if (member == NULL || member->invited_at + INVITATION_LASTS < time(NULL)) {
        reply_message(reply, 404, "Invalid invitation code");
        return NULL;
    }
    if (member->inactive) {
        reply_message(reply, 403, FORBIDDEN);
        return NULL;
    }
    return member;
}

void post_organization_accept_invitation(const Call *call, Reply *reply)
{
    Member *member = invitee(call, reply);
    if (member != NULL) {
        member_accept(member);
        reply_ok_text(reply);
    }
}

void post_organization_reject_invitation(const Call *call, Reply *reply)
{
    Member *member = invitee(call, reply);
    if (member != NULL) {
        member_delete(member);
        reply_ok_json(reply);
    }
}
