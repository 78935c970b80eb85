/* SPDX-License-Identifier: Apache-2.0 */
#include "call.h"
#include "fields.h"
#include "roles.h"

#include <string.h>

enum { NAME_MAXIMUM = 140 };

bool organization_has_premium(const Organization *organization)
{
    return strcmp(organization->plan, "Premium") == 0 ||
           strcmp(organization->plan, "Enterprise") == 0;
}

void post_organization(const Call *call, Reply *reply)
{
    static const Field fields[] = {
        {"name", FIELD_STRING}, {"workspace_name", FIELD_STRING}, {NULL, FIELD_ANY}};
    if (!fields_match(call->body, fields)) {
        reply_message(reply, 400, BAD_JSON);
        return;
    }
    const char *name = json_string_value(json_object_get(call->body, "name"));
    const char *workspace_name = json_string_value(json_object_get(call->body, "workspace_name"));
    if (!text_present(name)) {
        reply_message(reply, 400, "Field 'name' cannot be empty.");
    } else if (text_length(name) > NAME_MAXIMUM) {
        reply_message(reply, 400, "organization name too long, maximum length is 140");
    } else if (workspace_name == NULL) {
        reply_message(reply, 400, "workspace name must be provided");
    } else if (!text_present(workspace_name)) {
        reply_message(reply, 400, "workspace name must contain non-space characters");
    } else if (text_length(workspace_name) > NAME_MAXIMUM) {
        reply_message(reply, 400, "workspace name must not be longer than 140");
    } else {
        const Member *account = NULL;
        for (guint i = 0; account == NULL && i < call->world->organizations->len; i++) {
            account = organization_member(call->world->organizations->pdata[i], call->user_id);
        }
        if (account == NULL) { /* left everything */
            reply_message(reply, 403, FORBIDDEN);
            return;
        }
        g_autofree char *email = g_strdup(account->email);
        Organization *organization = organization_new(call->world, 0, name);
        Workspace *workspace = workspace_new(call->world, organization, 0, workspace_name);
        Member *owner = member_new(call->world, organization, call->user_id, 0, email);
        owner->joined = true;
        owner->admin = true;
        organization->owner_user_id = call->user_id;
        organization->paying_user_id = call->user_id;
        (void) member_assign(call->world, owner, workspace, ROLE_ADMIN);
        reply_json(reply, 200,
                   json_pack("{s:I, s:s, s:I, s:s, s:n}", "id", (json_int_t) organization->id,
                             "name", name, "workspace_id", (json_int_t) workspace->id,
                             "workspace_name", workspace_name, "permissions"));
    }
}

json_t *organization_json(const Organization *organization, const Member *caller)
{
    g_autofree char *at = timestamp(organization->at);
    bool enterprise = strcmp(organization->plan, "Enterprise") == 0;
    json_t *json = json_pack(
        "{s:I, s:s, s:b, s:b, s:I, s:I, s:b, s:b, s:I, s:s, s:b, s:n, s:s, s:s, s:n, s:n}", "id",
        (json_int_t) organization->id, "name", organization->name, "admin",
        caller->admin || member_is_owner(caller), "owner", member_is_owner(caller), "user_count",
        (json_int_t) organization->members->len, "max_workspaces",
        (json_int_t) organization->max_workspaces, "is_multi_workspace_enabled",
        organization->max_workspaces > 1, "is_unified", 1, "pricing_plan_id", (json_int_t) 18,
        "pricing_plan_name", organization->plan, "pricing_plan_enterprise", enterprise,
        "suspended_at", "created_at", at, "at", at, "server_deleted_at", "permissions");
    (void) json_object_set_new(
        json, "trial_info",
        json_pack("{s:b, s:b, s:n}", "trial", 0, "trial_available", 1, "trial_end_date"));
    json_t *seats = organization->seats > 0 ? json_integer(organization->seats) : json_null();
    (void) json_object_set_new(json, "subscription",
                               json_pack("{s:s, s:s, s:s, s:o, s:b, s:i, s:n}", "plan",
                                         organization->plan, "plan_name", organization->plan,
                                         "state", "active", "seats", seats, "enterprise",
                                         enterprise, "billing_period_months", 12, "trial"));
    return json;
}

void get_organization(const Call *call, Reply *reply)
{
    reply_json(reply, 200, organization_json(call->organization, call->caller));
}

void put_organization(const Call *call, Reply *reply)
{
    static const Field fields[] = {{"name", FIELD_STRING}, {NULL, FIELD_ANY}};
    const char *name = json_string_value(json_object_get(call->body, "name"));
    if (!fields_match(call->body, fields)) {
        reply_message(reply, 400, BAD_JSON);
    } else if (name == NULL) {
        reply_message(reply, 400, "At least one field is required");
    } else if (!text_present(name)) {
        reply_message(reply, 400, "field 'name' cannot be empty");
    } else if (text_length(name) > NAME_MAXIMUM) {
        reply_message(reply, 400, "organization name too long, maximum length is 140");
    } else {
        g_free(call->organization->name);
        call->organization->name = g_strdup(name);
        reply_ok_json(reply);
    }
}

void get_organization_owner(const Call *call, Reply *reply)
{
    const Organization *organization = call->organization;
    const Member *owner = organization_member(organization, organization->owner_user_id);
    if (owner == NULL) {
        reply_message(reply, 404, "Organization owner not found");
        return;
    }
    reply_json(reply, 200,
               json_pack("{s:I, s:I, s:I, s:I, s:s, s:s, s:s}", "id", (json_int_t) owner->user_id,
                         "user_id", (json_int_t) owner->user_id, "organization_user_id",
                         (json_int_t) owner->organization_user_id, "organization_id",
                         (json_int_t) organization->id, "name", owner->name, "email", owner->email,
                         "avatar_url", ""));
}

void get_organization_segmentation(const Call *call, Reply *reply)
{
    if (call->organization->segmentation == NULL) {
        reply_empty(reply, 204);
    } else {
        reply_json(reply, 200, json_incref(call->organization->segmentation));
    }
}

void put_organization_segmentation(const Call *call, Reply *reply)
{
    static const Field fields[] = {{"demo_requested", FIELD_BOOLEAN},
                                   {"full_name", FIELD_STRING},
                                   {"heard", FIELD_ANY}, /* lists now, strings earlier */
                                   {"industries", FIELD_ANY},
                                   {"members_range", FIELD_STRING},
                                   {"organization_id", FIELD_INTEGER},
                                   {"reasons", FIELD_ANY},
                                   {"skipped_step", FIELD_STRING},
                                   {"user_id", FIELD_INTEGER},
                                   {"user_segments", FIELD_STRINGS},
                                   {NULL, FIELD_ANY}};
    if (call->body != NULL && !fields_match(call->body, fields)) {
        reply_message(reply, 400, BAD_JSON);
        return;
    }
    Organization *organization = call->organization;
    if (organization->segmentation == NULL) {
        organization->segmentation =
            json_pack("{s:b, s:s, s:[], s:[], s:s, s:[], s:s}", "demo_requested", 0, "full_name",
                      call->caller->name, "heard", "industries", "members_range", "", "reasons",
                      "skipped_step", "");
    }
    if (call->body != NULL) {
        g_autoptr(json_t) given = json_deep_copy(call->body);
        (void) json_object_update(organization->segmentation, given);
    }
    (void) json_object_set_new(organization->segmentation, "organization_id",
                               json_integer(organization->id));
    (void) json_object_set_new(organization->segmentation, "user_id", json_integer(call->user_id));
    reply_json(reply, 200, json_incref(organization->segmentation));
}

static json_t *price(int64_t cents)
{
    return json_pack("{s:I, s:I, s:I}", "base", (json_int_t) cents, "actual", (json_int_t) cents,
                     "with_tax", (json_int_t) cents);
}

/* ONLY 0: all plans; NULL when there is no such plan. */
static json_t *plans_json(const Organization *organization, int64_t only)
{
    static const struct {
        int64_t plan_id;
        const char *name;
        int64_t pricing_plan_id;
        int64_t month_cents;
    } plans[] = {{1, "Free", 11, 0}, {2, "Starter", 15, 900}, {3, "Premium", 18, 1800}};
    g_autoptr(json_t) list = json_array();
    for (size_t i = 0; i < G_N_ELEMENTS(plans); i++) {
        if (only != 0 && plans[i].plan_id != only) {
            continue;
        }
        int64_t year = plans[i].month_cents * 12;
        json_t *pricing =
            json_pack("[{s:I, s:s, s:i, s:s, s:I, s:I, s:n, s:o, s:o}]", "pricing_plan_id",
                      (json_int_t) plans[i].pricing_plan_id, "name", plans[i].name, "period", 12,
                      "price_point_handle", plans[i].name, "list_price_in_usd_cents",
                      (json_int_t) year, "actual_price_in_usd_cents", (json_int_t) year, "campaign",
                      "prices_month", price(plans[i].month_cents), "prices_period", price(year));
        (void) json_array_append_new(list, json_pack("{s:I, s:s, s:o}", "plan_id",
                                                     (json_int_t) plans[i].plan_id, "name",
                                                     plans[i].name, "pricing_plans", pricing));
    }
    if (json_array_size(list) == 0) {
        return NULL;
    }
    return json_pack("{s:i, s:i, s:n, s:b, s:i, s:s, s:I, s:O}", "currency_id", 1,
                     "discount_percentage", 0, "discount_to", "tax_included", 0, "tax_percentage",
                     0, "tax_type", "", "user_count", (json_int_t) organization->members->len,
                     "plans", list);
}

void get_organizations_plans(const Call *call, Reply *reply)
{
    reply_json(reply, 200, plans_json(call->organization, 0));
}

void get_organizations_plans_0(const Call *call, Reply *reply)
{
    json_t *plans = call->id > 0 ? plans_json(call->organization, call->id) : NULL;
    if (plans == NULL) {
        reply_message(reply, 404, NOT_FOUND);
    } else {
        reply_json(reply, 200, plans);
    }
}

void get_organizations_payments_records(const Call *call, Reply *reply)
{
    static const char *const cursors[] = {"next", "prev", "cursor", "last_inv"};
    const char *unified = g_hash_table_lookup(call->query, "is_unified");
    if (unified != NULL && strcmp(unified, "true") != 0 && strcmp(unified, "false") != 0) {
        reply_message(reply, 400, "Invalid value sent for 'is_unified'.");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cursors); i++) {
        const char *cursor = g_hash_table_lookup(call->query, cursors[i]);
        if (cursor != NULL && *cursor != '\0') { /* there is one page, so no cursor is good */
            reply_message(reply, 400, "Invalid cursor");
            return;
        }
    }
    reply_json(reply, 200,
               json_pack("[{s:[{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i}], s:s}]", "items",
                         "id", "in_1", "invoice_number", "EX-0001", "creation_date",
                         "2026-01-01T00:00:00Z", "currency", "USD", "description", "Premium",
                         "hosted_url", "https://example.com/i", "pdf_url",
                         "https://example.com/i.pdf", "status", "paid", "total_amount", 21600,
                         "next", ""));
}

void get_organization_roles(const Call *call, Reply *reply)
{
    (void) call; /* every organization has the same */
    size_t count = 0;
    const Role *roles = roles_all(&count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        (void) json_array_append_new(
            list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s?, s:I, s:n, s:[]}", "role_id",
                            (json_int_t) roles[i].role_id, "code", roles[i].code, "name",
                            roles[i].name, "description", "", "entity", roles[i].entity, "type",
                            roles[i].type, "privilege_level", (json_int_t) roles[i].privilege,
                            "organization_id", "permissions"));
    }
    reply_json(reply, 200, list);
}
