/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "toggl/toggl.h"

#include <stdlib.h>

static void add_workspace(Request *request, IdRef id, Role role, int64_t role_id)
{
    RequestWorkspace row = {.workspace = id, .role = role, .role_id = role_id};
    g_array_append_val(request->workspaces, row);
}

static void add_id(GArray *ids, int64_t id)
{
    g_array_append_val(ids, id);
}

static void add_ref(GArray *refs, IdRef ref)
{
    g_array_append_val(refs, ref);
}

static Request *invitation(void)
{
    Request *request = request_new(OPERATION_POST_INVITATION);
    g_ptr_array_add(request->mails, g_strdup("Zoë@example.org"));
    g_ptr_array_add(request->mails, g_strdup("a@example.org"));
    add_workspace(request, (IdRef){.id = 5}, ROLE_TEAM_LEAD, 0);
    add_workspace(request, (IdRef){.from_request = 2}, ROLE_ADMIN, 44);
    add_workspace(request, (IdRef){.id = 6}, ROLE_NONE, 0);
    add_ref(request->groups, (IdRef){.id = 7});
    add_ref(request->groups, (IdRef){.from_request = 1});
    return request;
}

static Request *resend(void)
{
    Request *request = request_new(OPERATION_RESEND_INVITATION);
    request->invitation_id = 12;
    return request;
}

static Request *put_user(void)
{
    Request *request = request_new(OPERATION_PUT_USER);
    request->organization_user_id.value = 9;
    request->fields = PUT_USER_INACTIVE | PUT_USER_NAME | PUT_USER_MAIL | PUT_USER_ADMIN |
                      PUT_USER_WORKSPACES | PUT_USER_GROUPS;
    request->inactive = true;
    request->name = g_strdup("Zoë");
    request->mail = g_strdup("zoe@example.org");
    add_workspace(request, (IdRef){.id = 5}, ROLE_USER, 0);
    add_ref(request->groups, (IdRef){.id = 7});
    return request;
}

static Request *put_role(void)
{
    Request *request = request_new(OPERATION_PUT_USER);
    request->organization_user_id.value = 9;
    request->fields = PUT_USER_ROLE_ID;
    request->role_id = 3;
    return request;
}

static Request *delete_users(void)
{
    Request *request = request_new(OPERATION_DELETE_USERS);
    add_id(request->users, 4);
    add_id(request->users, INT64_MAX);
    return request;
}

static Request *post_group(void)
{
    Request *request = request_new(OPERATION_POST_GROUP);
    request->name = g_strdup("Crew \"A\"");
    add_id(request->users, 4);
    add_workspace(request, (IdRef){.from_request = 3}, ROLE_NONE, 0);
    return request;
}

static Request *empty_group(void)
{
    Request *request = request_new(OPERATION_POST_GROUP);
    request->name = g_strdup("Crew");
    return request;
}

static Request *patch_group(void)
{
    Request *request = request_new(OPERATION_PATCH_GROUP);
    request->group = (IdRef){.from_request = 3};
    GroupPatch *users = group_patch_new(PATCH_ADD, PATCH_USERS);
    add_ref(users->values, (IdRef){.id = 4});
    g_ptr_array_add(request->patches, users);
    GroupPatch *workspaces = group_patch_new(PATCH_REMOVE, PATCH_WORKSPACES);
    add_ref(workspaces->values, (IdRef){.from_request = 8});
    g_ptr_array_add(request->patches, workspaces);
    return request;
}

static Request *delete_group(void)
{
    Request *request = request_new(OPERATION_DELETE_GROUP);
    request->group = (IdRef){.id = 7};
    return request;
}

static Request *post_workspace(void)
{
    Request *request = request_new(OPERATION_POST_WORKSPACE);
    request->name = g_strdup("Depot");
    return request;
}

static Request *assign_user(void)
{
    Request *request = request_new(OPERATION_ASSIGNMENT);
    request->workspace = (IdRef){.id = 5};
    request->user_id.value = 4;
    request->assign = true;
    return request;
}

static Request *unassign_group(void)
{
    Request *request = request_new(OPERATION_ASSIGNMENT);
    request->workspace = (IdRef){.id = 5};
    request->by_group = true;
    request->group = (IdRef){.from_request = 2};
    return request;
}

static Request *delete_workspace_users(void)
{
    Request *request = request_new(OPERATION_DELETE_WORKSPACE_USERS);
    request->workspace = (IdRef){.id = 5};
    add_id(request->users, 31);
    return request;
}

static const struct {
    Request *(*make)(void);
    const char *method;
    const char *path;
    const char *body; /* NULL: none */
} cases[] = {
    {invitation, "POST", "/organizations/1/invitations",
     "{\"emails\":[\"Zoë@example.org\",\"a@example.org\"],\"groups\":[7,{\"from_request\":1}],"
     "\"workspaces\":[{\"role\":\"teamlead\",\"workspace_id\":5},{\"role_id\":44,"
     "\"workspace_id\":{\"from_request\":2}},{\"workspace_id\":6}]}"},
    {resend, "PUT", "/organizations/1/invitations/12/resend", NULL},
    {put_user, "PUT", "/organizations/1/users/9",
     "{\"email\":\"zoe@example.org\",\"groups\":[7],\"inactive\":true,\"name\":\"Zoë\","
     "\"organization_admin\":false,\"workspaces\":[{\"role\":\"user\",\"workspace_id\":5}]}"},
    {put_role, "PUT", "/organizations/1/users/9", "{\"role_id\":3}"},
    {delete_users, "PATCH", "/organizations/1/users", "{\"delete\":[4,9223372036854775807]}"},
    {post_group, "POST", "/organizations/1/groups",
     "{\"name\":\"Crew \\\"A\\\"\",\"users\":[4],\"workspaces\":[{\"from_request\":3}]}"},
    {empty_group, "POST", "/organizations/1/groups",
     "{\"name\":\"Crew\",\"users\":[],\"workspaces\":[]}"},
    {patch_group, "PATCH", "/organizations/1/groups/{from_request:3}",
     "[{\"op\":\"add\",\"path\":\"/users\",\"value\":[4]},"
     "{\"op\":\"remove\",\"path\":\"/workspaces\",\"value\":[{\"from_request\":8}]}]"},
    {delete_group, "DELETE", "/organizations/1/groups/7", NULL},
    {post_workspace, "POST", "/organizations/1/workspaces", "{\"name\":\"Depot\"}"},
    {assign_user, "PUT", "/organizations/1/workspaces/5/assignments",
     "{\"operation\":\"add\",\"user_id\":4}"},
    {unassign_group, "PUT", "/organizations/1/workspaces/5/assignments",
     "{\"group_id\":{\"from_request\":2},\"operation\":\"remove\"}"},
    {delete_workspace_users, "PATCH", "/organizations/1/workspaces/5/workspace_users",
     "{\"delete\":[31]}"},
};

static char *dump(const json_t *body)
{
    return body == NULL ? g_strdup("(none)") : json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
}

static void assert_body(const Request *request, const char *wanted)
{
    json_t *body = toggl_request_body(request);
    char *text = dump(body);
    assert_string_equal(text, wanted == NULL ? "(none)" : wanted);
    free(text);
    json_decref(body);
}

static void test_there_and_back(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Request) request = cases[i].make();
        g_autofree char *path = toggl_request_path(request, 1);
        assert_string_equal(toggl_request_method(request), cases[i].method);
        assert_string_equal(path, cases[i].path);
        assert_body(request, cases[i].body);

        g_autoptr(Request) again = request_new(request->operation);
        g_autoptr(GError) error = NULL;
        json_t *body = toggl_request_body(request);
        assert_success(toggl_request_decode(again, path, body, &error), error);
        json_decref(body);
        g_autofree char *same = toggl_request_path(again, 1);
        assert_string_equal(same, path);
        assert_body(again, cases[i].body);
        assert_int_equal(request_is_resolved(again), request_is_resolved(request));
    }
}

static void test_every_operation_is_a_case(void **state)
{
    (void) state;
    bool seen[OPERATIONS] = {false};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Request) request = cases[i].make();
        seen[request->operation] = true;
    }
    for (int i = 0; i < OPERATIONS; i++)
        assert_true(seen[i]);
}

/* The number wins: Toggl refuses both in one body. */
static void test_role_id_before_flag(void **state)
{
    (void) state;
    g_autoptr(Request) request = put_role();
    request->fields |= PUT_USER_ADMIN;
    request->admin = true;
    assert_body(request, "{\"role_id\":3}");
}

static const char bad_path[] = "a request has a path that is not understood";
static const char other_path[] = "a request has a path that does not fit its operation";
static const char bad_body[] = "a request has a body that does not fit its operation";
static const char more_body[] = "a request has a body with something that would not be sent";

static void test_damaged(void **state)
{
    (void) state;
    static const struct {
        Operation operation;
        const char *path;
        const char *body;
        const char *problem;
    } damaged[] = {
        {OPERATION_DELETE_GROUP, "", NULL, bad_path},
        {OPERATION_DELETE_GROUP, "/organizations/0/groups/7", NULL, bad_path},
        {OPERATION_DELETE_GROUP, "/organizations/{from_request:1}/groups/7", NULL, bad_path},
        {OPERATION_DELETE_GROUP, "/organizations/1/groups/-7", NULL, other_path},
        {OPERATION_DELETE_GROUP, "/organizations/1/groups/9223372036854775808", NULL, other_path},
        {OPERATION_DELETE_GROUP, "/organizations/1/groups/07", NULL, other_path},
        {OPERATION_DELETE_GROUP, "/organizations/1/groups/7/x", NULL, other_path},
        {OPERATION_DELETE_GROUP, "/organizations/1/users/7", NULL, other_path},
        {OPERATION_DELETE_GROUP, "/organizations/1/groups/7", "{}", bad_body},
        {OPERATION_POST_INVITATION, "/organizations/1/invitations", NULL, bad_body},
        {OPERATION_POST_INVITATION, "/organizations/1/invitations",
         "{\"emails\":[],\"workspaces\":[]}", bad_body},
        {OPERATION_POST_INVITATION, "/organizations/1/invitations",
         "{\"emails\":[1],\"workspaces\":[]}", bad_body},
        {OPERATION_POST_INVITATION, "/organizations/1/invitations",
         "{\"emails\":[\"a@b.c\"],\"workspaces\":[{\"workspace_id\":1,\"role\":\"king\"}]}",
         bad_body},
        {OPERATION_POST_INVITATION, "/organizations/1/invitations",
         "{\"emails\":[\"a@b.c\"],\"workspaces\":[{\"workspace_id\":1}],\"skip_email\":true}",
         more_body},
        {OPERATION_PUT_USER, "/organizations/1/users/9", "{}", bad_body},
        {OPERATION_PUT_USER, "/organizations/1/users/9", "{\"rate\":1}", bad_body},
        {OPERATION_PUT_USER, "/organizations/1/users/9", "{\"inactive\":\"yes\"}", bad_body},
        {OPERATION_PUT_USER, "/organizations/1/users/9",
         "{\"role_id\":3,\"organization_admin\":true}", more_body},
        {OPERATION_PATCH_GROUP, "/organizations/1/groups/7", "[]", bad_body},
        {OPERATION_PATCH_GROUP, "/organizations/1/groups/7",
         "[{\"op\":\"replace\",\"path\":\"/users\",\"value\":[1]}]", bad_body},
        {OPERATION_PATCH_GROUP, "/organizations/1/groups/7",
         "[{\"op\":\"add\",\"path\":\"/name\",\"value\":[1]}]", bad_body},
        {OPERATION_PATCH_GROUP, "/organizations/1/groups/7",
         "[{\"op\":\"add\",\"path\":\"/users\",\"value\":[{\"from_request\":0}]}]", bad_body},
        {OPERATION_DELETE_USERS, "/organizations/1/users", "{\"delete\":[0]}", bad_body},
        {OPERATION_DELETE_USERS, "/organizations/1/users", "{\"delete\":[\"1\"]}", bad_body},
        {OPERATION_ASSIGNMENT, "/organizations/1/workspaces/5/assignments",
         "{\"operation\":\"add\",\"user_id\":1,\"group_id\":2}", bad_body},
        {OPERATION_ASSIGNMENT, "/organizations/1/workspaces/5/assignments",
         "{\"operation\":\"set\",\"user_id\":1}", bad_body},
        {OPERATION_POST_WORKSPACE, "/organizations/1/workspaces", "{\"name\":\"\"}", bad_body},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(damaged); i++) {
        g_autoptr(Request) request = request_new(damaged[i].operation);
        g_autoptr(GError) error = NULL;
        json_t *body =
            damaged[i].body == NULL ? NULL : json_loads(damaged[i].body, JSON_DECODE_ANY, NULL);
        assert_false(toggl_request_decode(request, damaged[i].path, body, &error));
        json_decref(body);
        assert_int_equal(error->code, SYNC_ERROR_STALE);
        assert_error(error, damaged[i].problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_every_operation_is_a_case),
        cmocka_unit_test(test_role_id_before_flag),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
