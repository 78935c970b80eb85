/* SPDX-License-Identifier: Apache-2.0 */
#include "router.h"

#include "fields.h"

#include <string.h>
#include <time.h>

typedef enum { NEEDS_NOTHING, NEEDS_CALLER, NEEDS_MEMBER, NEEDS_ADMIN } Needs;
typedef enum { BODY_NONE, BODY_REQUIRED, BODY_OPTIONAL } Body;

typedef struct {
    const char *operation;
    const char *method;
    const char *path;  /* {organization_id} is looked up, any other {...} is given to the handler */
    const char *query; /* the names it may have, with commas between and around */
    Needs needs;
    Body body;
    unsigned unknown_status; /* of an organization that is not there */
    const char *unknown;
    const char *bad_json;
    Handler *handler; /* NULL: me/quota */
} Route;

#define O "/organizations/{organization_id}"
#define LISTING ",filter,active_status,only_admins,groups,workspaces,page,per_page,sort_dir,"
#define NO_SUCH 404, NOT_FOUND

static const Route routes[] = {
    {"get_me", "GET", "/me", "", NEEDS_CALLER, BODY_NONE, 0, NULL, NULL, get_me},
    {"get_me_organizations", "GET", "/me/organizations", "", NEEDS_CALLER, BODY_NONE, 0, NULL, NULL,
     get_me_organizations},
    {"get_me_workspaces", "GET", "/me/workspaces", "", NEEDS_CALLER, BODY_NONE, 0, NULL, NULL,
     get_me_workspaces},
    {"get_me_quota", "GET", "/me/quota", "", NEEDS_CALLER, BODY_NONE, 0, NULL, NULL, NULL},
    {"post_organization", "POST", "/organizations", "", NEEDS_CALLER, BODY_REQUIRED, 0, NULL,
     BAD_JSON, post_organization},
    {"post_organization_accept_invitation", "POST",
     "/organizations/invitations/{invitation_code}/accept", "", NEEDS_NOTHING, BODY_NONE, 0, NULL,
     NULL, post_organization_accept_invitation},
    {"post_organization_reject_invitation", "POST",
     "/organizations/invitations/{invitation_code}/reject", "", NEEDS_NOTHING, BODY_NONE, 0, NULL,
     NULL, post_organization_reject_invitation},
    {"get_organization", "GET", O, "", NEEDS_MEMBER, BODY_NONE, 404, "Invalid organization ID",
     NULL, get_organization},
    {"put_organization", "PUT", O, "", NEEDS_ADMIN, BODY_REQUIRED, 400, "Invalid organization ID",
     BAD_JSON, put_organization},
    {"get_organization_owner", "GET", O "/owner", "", NEEDS_MEMBER, BODY_NONE, 404,
     "Organization owner not found", NULL, get_organization_owner},
    {"get_organization_segmentation", "GET", O "/segmentation", "", NEEDS_MEMBER, BODY_NONE, 404,
     "User not part of organization", NULL, get_organization_segmentation},
    {"put_organization_segmentation", "PUT", O "/segmentation", "", NEEDS_MEMBER, BODY_OPTIONAL,
     404, "User not part of organization", BAD_JSON, put_organization_segmentation},
    {"get_organizations_plans", "GET", O "/plans", "", NEEDS_MEMBER, BODY_NONE, NO_SUCH, NULL,
     get_organizations_plans},
    {"get_organizations_plans_0", "GET", O "/plans/{plan_id}", "", NEEDS_MEMBER, BODY_NONE, NO_SUCH,
     NULL, get_organizations_plans_0},
    {"get_organizations_payments_records", "GET", O "/payment_records",
     ",is_unified,next,prev,cursor,last_inv,", NEEDS_ADMIN, BODY_NONE, NO_SUCH, NULL,
     get_organizations_payments_records},
    {"get_organization_roles", "GET", O "/roles", "", NEEDS_MEMBER, BODY_NONE, NO_SUCH, NULL,
     get_organization_roles},
    {"get_organization_users", "GET", O "/users", LISTING, NEEDS_ADMIN, BODY_NONE, 400,
     "Missing or invalid organization_id.", NULL, get_organization_users},
    {"get_organization_users_detailed", "GET", O "/users/detailed", LISTING, NEEDS_ADMIN, BODY_NONE,
     400, "Missing or invalid organization_id.", NULL, get_organization_users},
    {"delete_organization_users_leave", "DELETE", O "/users/leave", "", NEEDS_CALLER, BODY_NONE,
     400, "The user does not belong to the organization.", NULL, delete_organization_users_leave},
    {"put_organization_users", "PUT", O "/users/{organization_user_id}", "", NEEDS_ADMIN,
     BODY_REQUIRED, 400, "Missing or invalid organization_id.", BAD_JSON, put_organization_users},
    {"patch_organization_users", "PATCH", O "/users", "", NEEDS_ADMIN, BODY_REQUIRED, 400,
     "Missing or invalid organization_id", BAD_JSON, patch_organization_users},
    {"get_organization_groups", "GET", O "/groups", ",name,workspace,", NEEDS_ADMIN, BODY_NONE,
     NO_SUCH, NULL, get_organization_groups},
    {"post_organization_group", "POST", O "/groups", "", NEEDS_ADMIN, BODY_REQUIRED, NO_SUCH,
     BAD_JSON, post_organization_group},
    {"put_organization_group", "PUT", O "/groups/{group_id}", "", NEEDS_ADMIN, BODY_REQUIRED,
     NO_SUCH, BAD_JSON, put_organization_group},
    {"patch_organization_group", "PATCH", O "/groups/{group_id}", "", NEEDS_ADMIN, BODY_REQUIRED,
     400, "Unknown group at organization", BAD_JSON, patch_organization_group},
    {"delete_organization_group", "DELETE", O "/groups/{group_id}", "", NEEDS_ADMIN, BODY_NONE,
     NO_SUCH, NULL, delete_organization_group},
    {"post_organization_invitation", "POST", O "/invitations", "", NEEDS_ADMIN, BODY_REQUIRED, 400,
     "Invalid organization id", BAD_JSON, post_organization_invitation},
    {"resend_organization_invitation", "PUT", O "/invitations/{invitation_id}/resend", "",
     NEEDS_ADMIN, BODY_NONE, 400, "Organization ID and invitation organization ID mismatch", NULL,
     resend_organization_invitation},
    {"post_organization_workspaces", "POST", O "/workspaces", "", NEEDS_ADMIN, BODY_REQUIRED, 404,
     "Organization not found/accessible", "JSON is not valid", post_organization_workspaces},
    {"get_organization_workspaces_statistics", "GET", O "/workspaces/statistics", "", NEEDS_ADMIN,
     BODY_NONE, NO_SUCH, NULL, get_organization_workspaces_statistics},
    {"put_organization_workspaces_assignments", "PUT", O "/workspaces/{workspace_id}/assignments",
     "", NEEDS_ADMIN, BODY_REQUIRED, 400, "Invalid organization ID.", BAD_JSON,
     put_organization_workspaces_assignments},
    {"get_organization_workspaces_groups", "GET", O "/workspaces/{workspace_id}/groups", "",
     NEEDS_ADMIN, BODY_NONE, NO_SUCH, NULL, get_organization_workspaces_groups},
    {"get_organization_workspace_users", "GET", O "/workspaces/{workspace_id}/workspace_users",
     ",name,search,page,per_page,active,custom_rates,", NEEDS_ADMIN, BODY_NONE, NO_SUCH, NULL,
     get_organization_workspace_users},
    {"patch_organization_workspace_users", "PATCH", O "/workspaces/{workspace_id}/workspace_users",
     "", NEEDS_ADMIN, BODY_REQUIRED, NO_SUCH, "JSON is not valid",
     patch_organization_workspace_users},
};

json_t *routes_json(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        json_t *query = json_array();
        g_auto(GStrv) names = g_strsplit(routes[i].query, ",", -1);
        for (char **name = names; *name != NULL; name++) {
            if (**name != '\0') {
                (void) json_array_append_new(query, json_string(*name));
            }
        }
        (void) json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:o}", "operation", routes[i].operation, "method",
                            routes[i].method, "path", routes[i].path, "query", query));
    }
    return list;
}

/* What a path says. */
typedef struct {
    char *organization; /* NULL: the path names none */
    char *other;
} Captures;

static void captures_clear(Captures *captures)
{
    g_clear_pointer(&captures->organization, g_free);
    g_clear_pointer(&captures->other, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Captures, captures_clear)

static bool path_matches(const char *pattern, const char *path, Captures *captures)
{
    g_auto(GStrv) expected = g_strsplit(pattern, "/", -1);
    g_auto(GStrv) given = g_strsplit(path, "/", -1);
    if (g_strv_length(expected) != g_strv_length(given)) {
        return false;
    }
    captures_clear(captures);
    for (guint i = 0; expected[i] != NULL; i++) {
        if (strcmp(expected[i], "{organization_id}") == 0) {
            captures->organization = g_strdup(given[i]);
        } else if (expected[i][0] == '{') {
            captures->other = g_strdup(given[i]);
        } else if (strcmp(expected[i], given[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* NULL when there is none: then *RET_PATH says whether the path is known at all. */
static const Route *route_find(const char *method, const char *path, Captures *captures,
                               bool *ret_path)
{
    *ret_path = false;
    for (size_t i = 0; i < G_N_ELEMENTS(routes); i++) {
        if (path_matches(routes[i].path, path, captures)) {
            *ret_path = true;
            if (strcmp(routes[i].method, method) == 0) {
                return &routes[i];
            }
        }
    }
    return NULL;
}

static bool check_credentials(const Service *service, const char *authorization, Reply *reply)
{
    if (authorization == NULL || !g_str_has_prefix(authorization, "Basic ")) {
        reply_empty(reply, 401);
        return false;
    }
    gsize size = 0;
    g_autofree guchar *decoded = g_base64_decode(authorization + strlen("Basic "), &size);
    g_autofree char *given = g_strndup((const char *) decoded, size);
    if (!g_str_has_suffix(given, ":api_token")) {
        reply_empty(reply, 401);
        return false;
    }
    g_autofree char *expected = g_strdup_printf("%s:api_token", service->token);
    if (strcmp(given, expected) != 0) {
        reply_message(reply, 403, "Incorrect username and/or password");
        return false;
    }
    return true;
}

static bool check_quota(Service *service, const Call *call, Reply *reply)
{
    QuotaState state;
    if (!quota_drip(service->quota)) {
        reply_message(reply, 429, "Too Many Requests");
        return false;
    }
    int64_t bucket = call->organization != NULL ? call->organization->id : 0;
    bool left = quota_take(service->quota, bucket, &state);
    if (state.total > 0) {
        reply_header(reply, "X-Toggl-Quota-Remaining", "%" PRId64, state.remaining);
        reply_header(reply, "X-Toggl-Quota-Resets-In", "%" PRId64, state.resets_in);
    }
    if (!left) {
        reply_message(reply, 402,
                      "You have hit your hourly limit for API calls. The quota will reset in "
                      "%" PRId64 " seconds.",
                      state.resets_in);
    }
    return left;
}

static bool check_query(const Route *route, const Call *call, Reply *reply)
{
    GHashTableIter iter;
    void *name = NULL;
    void *value = NULL;
    g_hash_table_iter_init(&iter, call->query);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        g_autofree char *listed = g_strdup_printf(",%s,", (const char *) name);
        if (strchr(name, ',') != NULL || strstr(route->query, listed) == NULL ||
            !g_utf8_validate(value, -1, NULL)) {
            reply_message(reply, 400, "Invalid value sent for '%s'.", (const char *) name);
            return false;
        }
    }
    return true;
}

static bool check_rights(const Route *route, const Call *call, Reply *reply)
{
    if (route->needs < NEEDS_MEMBER) {
        return true;
    }
    if (call->caller == NULL && route->unknown_status == 404 && route->needs == NEEDS_MEMBER) {
        reply_message(reply, 404, "User not part of organization");
        return false;
    }
    bool member = call->caller != NULL && call->caller->joined && !call->caller->inactive;
    bool admin = member && (call->caller->admin || member_is_owner(call->caller));
    if (!member || (route->needs == NEEDS_ADMIN && !admin)) {
        reply_message(reply, 403, FORBIDDEN);
        return false;
    }
    return true;
}

/* A body has to be there or must not, has to be called JSON, and has to be it. */
static bool check_body(const Route *route, const Request *request, json_t **ret, Reply *reply)
{
    const char *bad = route->bad_json != NULL ? route->bad_json : BAD_JSON;
    if (request->size == 0 && route->body != BODY_REQUIRED) {
        return true;
    }
    const char *type = request->content_type;
    bool said = type != NULL && g_ascii_strncasecmp(type, "application/json", 16) == 0 &&
                (type[16] == '\0' || type[16] == ';' || type[16] == ' ');
    json_t *body = json_loadb(request->body, request->size, JSON_REJECT_DUPLICATES, NULL);
    if (route->body == BODY_NONE || !said || body == NULL) {
        json_decref(body);
        reply_message(reply, 400, "%s", bad);
        return false;
    }
    *ret = body;
    return true;
}

static void answer_quota(Service *service, const Call *call, Reply *reply)
{
    json_t *rows = json_array();
    QuotaState me = quota_state(service->quota, 0);
    (void) json_array_append_new(rows, json_pack("{s:n, s:I, s:I, s:I}", "organization_id",
                                                 "remaining", (json_int_t) me.remaining,
                                                 "resets_in_secs", (json_int_t) me.resets_in,
                                                 "total", (json_int_t) me.total));
    for (guint i = 0; i < service->world->organizations->len; i++) {
        const Organization *organization = service->world->organizations->pdata[i];
        QuotaState state = quota_state(service->quota, organization->id);
        if (organization_member(organization, call->user_id) != NULL) {
            (void) json_array_append_new(
                rows,
                json_pack("{s:I, s:I, s:I, s:I}", "organization_id", (json_int_t) organization->id,
                          "remaining", (json_int_t) state.remaining, "resets_in_secs",
                          (json_int_t) state.resets_in, "total", (json_int_t) state.total));
        }
    }
    reply_json(reply, 200, rows);
}

static void carry_out(Service *service, const Route *route, const Captures *captures,
                      const Request *request, Reply *reply)
{
    int64_t organization_id = 0;
    Call call = {.world = service->world,
                 .manners = &service->manners,
                 .query = request->query,
                 .text = captures->other};
    if (captures->organization != NULL && text_to_id(captures->organization, &organization_id)) {
        call.organization = world_organization(service->world, organization_id);
    }
    if (captures->other != NULL) {
        (void) text_to_id(captures->other, &call.id); /* 0 is nobody's id */
    }
    if (route->needs != NEEDS_NOTHING) {
        call.user_id = service->world->caller;
    }
    if (call.organization != NULL) {
        call.caller = organization_member(call.organization, call.user_id);
    }
    if ((route->needs != NEEDS_NOTHING && !check_quota(service, &call, reply)) ||
        !check_query(route, &call, reply)) {
        return;
    }
    if (captures->organization != NULL && call.organization == NULL) {
        reply_message(reply, route->unknown_status, "%s", route->unknown);
        return;
    }
    g_autoptr(json_t) body = NULL;
    if (!check_rights(route, &call, reply) || !check_body(route, request, &body, reply)) {
        return;
    }
    call.body = body;
    if (route->handler != NULL) {
        route->handler(&call, reply);
    } else {
        answer_quota(service, &call, reply);
    }
}

static void answer(Service *service, const Request *request, const char *path, Reply *reply)
{
    g_auto(Captures) captures = {0};
    bool known = false;
    const Route *route = route_find(request->method, path, &captures, &known);
    bool open = route != NULL && route->needs == NEEDS_NOTHING;
    if (!open && !check_credentials(service, request->authorization, reply)) {
        return;
    }
    if (route != NULL) {
        carry_out(service, route, &captures, request, reply);
    } else if (known) {
        reply_empty(reply, 405);
    } else {
        reply_text(reply, 404, "text/plain; charset=utf-8", "404 page not found\n");
    }
}

static json_t *query_to_json(GHashTable *query)
{
    json_t *json = json_object();
    GHashTableIter iter;
    void *name = NULL;
    void *value = NULL;
    g_hash_table_iter_init(&iter, query);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        g_autofree char *valid_name = g_utf8_make_valid(name, -1);
        g_autofree char *valid_value = g_utf8_make_valid(value, -1);
        (void) json_object_set_new(json, valid_name, json_string(valid_value));
    }
    return json;
}

static bool was_sent(const Reply *reply)
{
    return reply->delivery != DELIVER_RESET && reply->delivery != DELIVER_HANG;
}

static void write_log(const Service *service, const Request *request, const char *path,
                      const Rule *rule, const Reply *reply)
{
    if (service->log == NULL) {
        return;
    }
    json_t *body = json_loadb(request->body, request->size, 0, NULL);
    if (body == NULL && request->size > 0) {
        g_autofree char *valid = g_utf8_make_valid(request->body, (gssize) request->size);
        body = json_string(valid);
    }
    g_autofree char *at = timestamp(time(NULL));
    g_autofree char *valid_path = g_utf8_make_valid(path, -1);
    g_autoptr(json_t) line =
        json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:i}", "n", (json_int_t) service->requests,
                  "time", at, "method", request->method, "path", valid_path, "query",
                  query_to_json(request->query), "body", body != NULL ? body : json_null(),
                  "status", was_sent(reply) ? (int) reply->status : 0);
    if (rule != NULL) {
        (void) json_object_set_new(line, "script", json_string(rule_name(rule)));
    }
    g_autofree char *text = json_dumps(line, JSON_COMPACT);
    fprintf(service->log, "%s\n", text);
    fflush(service->log);
}

void service_answer(Service *service, const Request *request, Reply *reply)
{
    if (g_str_has_prefix(request->path, "/control/")) {
        control_answer(service, request, reply);
        return;
    }
    service->requests++;
    const char *path = g_str_has_prefix(request->path, API_PREFIX "/")
                           ? request->path + strlen(API_PREFIX)
                           : "/nowhere";
    const Rule *rule = script_pick(service->script, request->method, path);
    g_autofree char *seed = g_strdup_printf("request %" PRId64, service->requests);
    g_autofree char *id = g_compute_checksum_for_string(G_CHECKSUM_MD5, seed, -1);
    reply_header(reply, "X-Toggl-Request-Id", "%s", id);
    if (rule != NULL) {
        rule_disturb(rule, service->world);
    }
    if (rule == NULL || !rule_is_before(rule)) {
        answer(service, request, path, reply);
    }
    if (rule != NULL) {
        rule_spoil(rule, reply);
    }
    write_log(service, request, path, rule, reply);
}
