/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/world.h"

#include "toggl/operations.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

/* One call of one operation; true when it succeeded. */
typedef bool Caller(World *world);

#define T world->toggl
#define E &world->error

static bool took(json_t *value)
{
    json_decref(value);
    return true;
}

static bool was_done(Answer *answer)
{
    bool done = answer->outcome.kind == OUTCOME_DONE;
    answer_clear(answer);
    return done;
}

static GArray *ids(int64_t a, int64_t b)
{
    GArray *list = g_array_new(false, true, sizeof(int64_t));
    g_array_append_val(list, a);
    g_array_append_val(list, b);
    return list;
}

#define READ(name, ...)                                                                            \
    static bool call_##name(World *world)                                                          \
    {                                                                                              \
        json_t *value = NULL;                                                                      \
        return name(T, __VA_ARGS__ & value, E) && took(value);                                     \
    }
READ(get_organization, )
READ(get_organization_owner, )
READ(get_organization_roles, )
READ(get_organization_segmentation, )
READ(get_organization_workspaces_statistics, )
READ(get_organizations_plans, )
READ(get_me, )
READ(get_me_organizations, )
READ(get_me_workspaces, )
READ(get_me_quota, )
READ(get_organizations_plans_0, 18, )
READ(get_organization_workspaces_groups, 5, )

static bool call_get_organization_groups(World *world)
{
    json_t *value = NULL;
    GroupsQuery query = {.name = "a b&c", .workspace = 5};
    return get_organization_groups(T, &query, &value, E) && took(value);
}

static bool call_get_organization_groups_all(World *world)
{
    json_t *value = NULL;
    return get_organization_groups(T, NULL, &value, E) && took(value);
}

static bool call_payments(World *world)
{
    json_t *value = NULL;
    PaymentsQuery query = {
        .is_unified = CHOICE_YES, .next = "n", .prev = "p", .cursor = "c/d", .last_invoice = "l"};
    return get_organizations_payments_records(T, &query, &value, E) && took(value);
}

static bool with_users(World *world, bool detailed)
{
    g_autoptr(GArray) groups = ids(7, 8);
    g_autoptr(GArray) workspaces = ids(5, 6);
    UsersQuery query = {.filter = "zoë",
                        .statuses = USERS_ACTIVE | USERS_INACTIVE | USERS_INVITED,
                        .only_admins = CHOICE_NO,
                        .groups = groups,
                        .workspaces = workspaces,
                        .page = 2,
                        .per_page = 50,
                        .descending = CHOICE_YES};
    g_auto(Page) page = {0};
    return detailed ? get_organization_users_detailed(T, &query, &page, E)
                    : get_organization_users(T, &query, &page, E);
}

static bool call_get_organization_users(World *world)
{
    return with_users(world, false);
}

static bool call_get_organization_users_detailed(World *world)
{
    return with_users(world, true);
}

static bool call_get_organization_users_plain(World *world)
{
    g_auto(Page) page = {0};
    return get_organization_users(T, &(UsersQuery){0}, &page, E);
}

static bool call_workspace_users(World *world)
{
    WorkspaceUsersQuery query = {.name = "n",
                                 .search = "s",
                                 .page = 1,
                                 .per_page = 9,
                                 .active = CHOICE_YES,
                                 .custom_rates = CHOICE_NO};
    g_auto(Page) page = {0};
    return get_organization_workspace_users(T, 5, &query, &page, E);
}

#define WRITE(name, ...)                                                                           \
    static bool call_##name(World *world)                                                          \
    {                                                                                              \
        Answer answer = {0};                                                                       \
        name(T, __VA_ARGS__ &answer, E);                                                           \
        return was_done(&answer);                                                                  \
    }
WRITE(put_organization, "New", )
WRITE(post_organization, "Other", "First", )
WRITE(delete_organization_users_leave, )
WRITE(delete_organization_group, 7, )
WRITE(resend_organization_invitation, 66, )

static bool call_put_segmentation(World *world)
{
    Answer answer = {0};
    g_autoptr(json_t) fields = json_pack("{ss}", "members_range", "2-10");
    put_organization_segmentation(T, fields, &answer, E);
    return was_done(&answer);
}

static bool call_put_user(World *world)
{
    Answer answer = {0};
    g_autoptr(GArray) groups = ids(7, 8);
    g_autoptr(GArray) workspaces = g_array_new(false, true, sizeof(UserWorkspace));
    UserWorkspace rows[] = {{.id = 5, .role = ROLE_ADMIN, .inactive = CHOICE_NO},
                            {.id = 6, .role_id = 281, .role = ROLE_USER}};
    g_array_append_vals(workspaces, rows, 2);
    UserPut put = {.name = "Zoë",
                   .mail = "zoe@example.org",
                   .inactive = CHOICE_NO,
                   .admin = CHOICE_YES,
                   .groups = groups,
                   .workspaces = workspaces};
    put_organization_users(T, (OrganizationUserId){41}, &put, &answer, E);
    return was_done(&answer);
}

/* The flag never goes together with the number. */
static bool call_put_user_role(World *world)
{
    Answer answer = {0};
    UserPut put = {.admin = CHOICE_YES, .role_id = 172};
    put_organization_users(T, (OrganizationUserId){41}, &put, &answer, E);
    return was_done(&answer);
}

static bool call_patch_users(World *world)
{
    Answer answer = {0};
    g_autoptr(GArray) users = ids(41, INT64_MAX);
    patch_organization_users(T, users, &answer, E);
    return was_done(&answer);
}

static bool call_post_group(World *world)
{
    Answer answer = {0};
    g_autoptr(GArray) users = ids(91, 92);
    post_organization_group(T, "Crew", users, NULL, &answer, E);
    return was_done(&answer);
}

static bool call_put_group(World *world)
{
    Answer answer = {0};
    g_autoptr(GArray) workspaces = ids(5, 6);
    put_organization_group(T, 7, "Crew", NULL, workspaces, &answer, E);
    return was_done(&answer);
}

static bool call_patch_group(World *world)
{
    Answer answer = {0};
    g_autoptr(GPtrArray) patches =
        g_ptr_array_new_with_free_func((GDestroyNotify) group_patch_free);
    GroupPatch *add = group_patch_new(PATCH_ADD, PATCH_USERS);
    IdRef user = {.id = 91};
    g_array_append_val(add->values, user);
    g_ptr_array_add(patches, add);
    GroupPatch *remove = group_patch_new(PATCH_REMOVE, PATCH_WORKSPACES);
    IdRef workspace = {.id = 5};
    g_array_append_val(remove->values, workspace);
    g_ptr_array_add(patches, remove);
    patch_organization_group(T, 7, patches, &answer, E);
    return was_done(&answer);
}

static bool call_invitation(World *world)
{
    Answer answer = {0};
    g_autoptr(GPtrArray) mails = g_ptr_array_new();
    g_ptr_array_add(mails, (char *) (uintptr_t) "zoe@example.org");
    g_autoptr(GArray) groups = ids(7, 8);
    g_autoptr(GArray) workspaces = g_array_new(false, true, sizeof(UserWorkspace));
    UserWorkspace row = {.id = 5};
    g_array_append_val(workspaces, row);
    Invitation invitation = {.mails = mails, .workspaces = workspaces, .groups = groups};
    post_organization_invitation(T, &invitation, &answer, E);
    return was_done(&answer);
}

static bool with_code(World *world, bool accept)
{
    Answer answer = {0};
    g_autoptr(Secret) code = secret_new("co/de", 5);
    if (accept)
        post_organization_accept_invitation(T, code, &answer, E);
    else
        post_organization_reject_invitation(T, code, &answer, E);
    return was_done(&answer);
}

static bool call_accept(World *world)
{
    return with_code(world, true);
}

static bool call_reject(World *world)
{
    return with_code(world, false);
}

static bool call_post_workspace(World *world)
{
    Answer answer = {0};
    g_autoptr(GArray) admins = ids(91, 92);
    g_autoptr(json_t) settings = json_pack("{si}", "rounding", 1);
    post_organization_workspaces(T, "Depot", admins, settings, &answer, E);
    return was_done(&answer);
}

static bool call_assignment(World *world)
{
    Answer answer = {0};
    put_organization_workspaces_assignments(T, 5, true, (UserId){91}, 0, &answer, E);
    return was_done(&answer);
}

static bool call_group_assignment(World *world)
{
    Answer answer = {0};
    put_organization_workspaces_assignments(T, 5, false, (UserId){0}, 7, &answer, E);
    return was_done(&answer);
}

static bool call_patch_workspace_users(World *world)
{
    Answer answer = {0};
    g_autoptr(GArray) users = ids(51, 52);
    patch_organization_workspace_users(T, 5, users, &answer, E);
    return was_done(&answer);
}

#define O "/api/organizations/1"
#define LISTING                                                                                    \
    "?filter=zo%C3%AB&active_status=active,inactive,invited&only_admins=false&groups=7,8"          \
    "&workspaces=5,6&page=2&per_page=50&sort_dir=desc"

static const struct {
    const char *operation;
    Caller *call;
    const char *reply;
    const char *request;
    const char *body; /* "": none */
} cases[] = {
    {"get_organization", call_get_organization, "{}", "GET " O, ""},
    {"put_organization", call_put_organization, "\"OK\"", "PUT " O, "{\"name\":\"New\"}"},
    {"post_organization", call_post_organization, "{\"id\":2}", "POST /api/organizations",
     "{\"name\":\"Other\",\"workspace_name\":\"First\"}"},
    {"get_organization_owner", call_get_organization_owner, "{}", "GET " O "/owner", ""},
    {"get_organization_roles", call_get_organization_roles, "[]", "GET " O "/roles", ""},
    {"get_organization_segmentation", call_get_organization_segmentation, "{}",
     "GET " O "/segmentation", ""},
    {"put_organization_segmentation", call_put_segmentation, "{}", "PUT " O "/segmentation",
     "{\"members_range\":\"2-10\"}"},
    {"get_organization_users", call_get_organization_users, "[]", "GET " O "/users" LISTING, ""},
    {"get_organization_users", call_get_organization_users_plain, "[]", "GET " O "/users", ""},
    {"get_organization_users_detailed", call_get_organization_users_detailed, "[]",
     "GET " O "/users/detailed" LISTING, ""},
    {"put_organization_users", call_put_user, "OK", "PUT " O "/users/41",
     "{\"name\":\"Zoë\",\"email\":\"zoe@example.org\",\"inactive\":false,"
     "\"organization_admin\":true,\"groups\":[7,8],\"workspaces\":[{\"workspace_id\":5,"
     "\"role\":\"admin\",\"inactive\":false},{\"workspace_id\":6,\"role_id\":281}]}"},
    {"put_organization_users", call_put_user_role, "", "PUT " O "/users/41", "{\"role_id\":172}"},
    {"patch_organization_users", call_patch_users, "null", "PATCH " O "/users",
     "{\"delete\":[41,9223372036854775807]}"},
    {"delete_organization_users_leave", call_delete_organization_users_leave, "OK",
     "DELETE " O "/users/leave", ""},
    {"get_organization_groups", call_get_organization_groups, "[]",
     "GET " O "/groups?name=a%20b%26c&workspace=5", ""},
    {"get_organization_groups", call_get_organization_groups_all, "[]", "GET " O "/groups", ""},
    {"post_organization_group", call_post_group, "{\"group_id\":7}", "POST " O "/groups",
     "{\"name\":\"Crew\",\"users\":[91,92],\"workspaces\":[]}"},
    {"put_organization_group", call_put_group, "{\"group_id\":7}", "PUT " O "/groups/7",
     "{\"name\":\"Crew\",\"users\":[],\"workspaces\":[5,6]}"},
    {"patch_organization_group", call_patch_group, "{}", "PATCH " O "/groups/7",
     "[{\"op\":\"add\",\"path\":\"/users\",\"value\":[91]},"
     "{\"op\":\"remove\",\"path\":\"/workspaces\",\"value\":[5]}]"},
    {"delete_organization_group", call_delete_organization_group, "", "DELETE " O "/groups/7", ""},
    {"get_organization_workspaces_groups", call_get_organization_workspaces_groups, "[]",
     "GET " O "/workspaces/5/groups", ""},
    {"post_organization_invitation", call_invitation, "{\"data\":[]}", "POST " O "/invitations",
     "{\"emails\":[\"zoe@example.org\"],\"workspaces\":[{\"workspace_id\":5}],\"groups\":[7,8]}"},
    {"resend_organization_invitation", call_resend_organization_invitation, "OK",
     "PUT " O "/invitations/66/resend", ""},
    {"post_organization_accept_invitation", call_accept, "OK",
     "POST /api/organizations/invitations/co%2Fde/accept", ""},
    {"post_organization_reject_invitation", call_reject, "OK",
     "POST /api/organizations/invitations/co%2Fde/reject", ""},
    {"post_organization_workspaces", call_post_workspace, "{\"id\":9}", "POST " O "/workspaces",
     "{\"name\":\"Depot\",\"admins\":[91,92],\"rounding\":1}"},
    {"get_organization_workspaces_statistics", call_get_organization_workspaces_statistics, "{}",
     "GET " O "/workspaces/statistics", ""},
    {"put_organization_workspaces_assignments", call_assignment, "OK",
     "PUT " O "/workspaces/5/assignments", "{\"operation\":\"add\",\"user_id\":91}"},
    {"put_organization_workspaces_assignments", call_group_assignment, "OK",
     "PUT " O "/workspaces/5/assignments", "{\"operation\":\"remove\",\"group_id\":7}"},
    {"get_organization_workspace_users", call_workspace_users, "[]",
     "GET " O "/workspaces/5/workspace_users?name=n&search=s&page=1&per_page=9&active=true"
     "&custom_rates=false",
     ""},
    {"patch_organization_workspace_users", call_patch_workspace_users, "OK",
     "PATCH " O "/workspaces/5/workspace_users", "{\"delete\":[51,52]}"},
    {"get_organizations_plans", call_get_organizations_plans, "{}", "GET " O "/plans", ""},
    {"get_organizations_plans_0", call_get_organizations_plans_0, "{}", "GET " O "/plans/18", ""},
    {"get_organizations_payments_records", call_payments, "[]",
     "GET " O "/payment_records?is_unified=true&next=n&prev=p&cursor=c%2Fd&last_inv=l", ""},
    {"get_me", call_get_me, "{}", "GET /api/me", ""},
    {"get_me_organizations", call_get_me_organizations, "[]", "GET /api/me/organizations", ""},
    {"get_me_workspaces", call_get_me_workspaces, "[]", "GET /api/me/workspaces", ""},
    {"get_me_quota", call_get_me_quota, "[]", "GET /api/me/quota", ""},
};

static void test_requests(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World *world = world_new();
        (void) scripted_reply(world->server, 200, "", cases[i].reply);
        world_open(world);
        if (!cases[i].call(world))
            fail_msg("%s: %s", cases[i].operation,
                     world->error != NULL ? world->error->message : "no error");
        scripted_join(world->server);
        assert_string_equal(scripted_request(world->server, 0), cases[i].request);
        assert_string_equal(scripted_body(world->server, 0), cases[i].body);
        const char *whole = g_ptr_array_index(world->server->requests, 0);
        bool anonymous = endpoint_find(cases[i].operation)->anonymous;
        assert_int_equal(strstr(whole, "\r\nAuthorization: Basic ") == NULL, anonymous);
        bool typed = strstr(whole, "\r\nContent-Type: application/json\r\n") != NULL;
        assert_int_equal(typed, cases[i].body[0] != '\0');
        world_free(world);
    }
}

/* Every operation of the table stands above, and the table keeps its own rules. */
static void test_table(void **state)
{
    (void) state;
    size_t count = 0;
    size_t seed = 0;
    const Endpoint *table = endpoint_table(&count);
    for (size_t i = 0; i < count; i++) {
        const Endpoint *endpoint = &table[i];
        bool tested = false;
        for (size_t c = 0; c < G_N_ELEMENTS(cases); c++)
            tested = tested || strcmp(cases[c].operation, endpoint->name) == 0;
        if (!tested)
            fail_msg("%s is not tested", endpoint->name);
        assert_ptr_equal(endpoint_find(endpoint->name), endpoint);
        seed += endpoint->further ? 0 : 1;
        for (const EndpointField *field = endpoint->fields; field->name != NULL; field++) {
            g_autofree char *in_path = g_strdup_printf("{%s}", field->name);
            assert_int_equal(field->place == IN_PATH,
                             strstr(endpoint->path, in_path) != NULL && field->place == IN_PATH);
            assert_true(field->place != IN_BODY || endpoint->body != BODY_NONE);
            assert_int_equal(field->words != NULL,
                             field->type == FIELD_WORD || field->type == FIELD_WORDS);
        }
        assert_int_equal(endpoint->paged, endpoint_field(endpoint, "per_page") != NULL);
        assert_true(endpoint_is_write(endpoint) || endpoint->body == BODY_NONE);
        bool names_organization = strstr(endpoint->path, "{organization_id}") != NULL;
        assert_int_equal(endpoint->bucket == BUCKET_ORGANIZATION, names_organization);
    }
    assert_int_equal(seed, 25);
    assert_int_equal(count, 34);
    assert_null(endpoint_find("get_everything"));
}

/* The writes of plans are operations of the table. */
static void test_operations_of_plans(void **state)
{
    (void) state;
    for (int i = 0; i < OPERATIONS; i++)
        assert_non_null(endpoint_find(operation_name((Operation) i)));
}

static const struct {
    int status;
    const char *headers;
    const char *reply;
    OutcomeKind kind;
    int code; /* -1: no error */
    const char *message;
} answers[] = {
    {200, "", "\"OK\"", OUTCOME_DONE, -1, NULL},
    {200, "", "OK", OUTCOME_DONE, -1, NULL},
    {200, "", "", OUTCOME_DONE, -1, NULL},
    {204, "", "", OUTCOME_DONE, -1, NULL},
    {400, "", "\"field 'name' cannot be empty\"", OUTCOME_REFUSED, SYNC_ERROR_API,
     "toggl: put_organization: status 400: field 'name' cannot be empty"},
    {402, "", "\"Premium only\"", OUTCOME_REFUSED, SYNC_ERROR_API,
     "toggl: put_organization: status 402: Premium only\nhint: the organization's plan does not "
     "hold this; the quota is not the reason"},
    {402, "X-Toggl-Quota-Remaining: 0\r\nX-Toggl-Quota-Resets-In: 60\r\n", "\"Premium only\"",
     OUTCOME_NOT_SENT, SYNC_ERROR_QUOTA, NULL},
    {403, "", "\"no\"", OUTCOME_REFUSED, SYNC_ERROR_DENIED,
     "toggl: put_organization: status 403: no\nhint: the token's owner must be an admin of the "
     "organization"},
    {401, "", "", OUTCOME_NOT_SENT, SYNC_ERROR_DENIED,
     "toggl: put_organization: status 401\nhint: is 'toggl.token' the API token from the profile "
     "page, and still valid?"},
    {404, "", "\"gone\"", OUTCOME_REFUSED, SYNC_ERROR_API,
     "toggl: put_organization: status 404: gone\nhint: what is asked for is not there, or the "
     "token's owner may not see it"},
    {405, "", "", OUTCOME_REFUSED, SYNC_ERROR_API,
     "toggl: put_organization: status 405\nhint: Toggl no longer offers this operation; is there a "
     "newer version of this program?"},
    {410, "", "", OUTCOME_REFUSED, SYNC_ERROR_API,
     "toggl: put_organization: status 410\nhint: Toggl no longer offers this operation; is there a "
     "newer version of this program?"},
    {429, "", "", OUTCOME_NOT_SENT, SYNC_ERROR_QUOTA,
     "toggl: put_organization: status 429\nhint: Toggl asks for fewer calls a second; try again in "
     "a minute"},
    {500, "", "<html>oops</html>", OUTCOME_UNKNOWN, SYNC_ERROR_UNREACHABLE,
     "toggl: put_organization: status 500: an HTML page\nhint: the trouble is at Toggl; try again "
     "later"},
    {408, "", "", OUTCOME_UNKNOWN, SYNC_ERROR_UNREACHABLE, NULL},
};

static void test_answers(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        World *world = world_new();
        (void) scripted_reply(world->server, answers[i].status, answers[i].headers,
                              answers[i].reply);
        world_open(world);
        g_auto(Answer) answer = {0};
        put_organization(world->toggl, "New", &answer, &world->error);
        if (answer.outcome.kind != answers[i].kind)
            fail_msg("answer %zu is %s", i, outcome_kind_name(answer.outcome.kind));
        assert_int_equal(world->error == NULL ? -1 : world->error->code, answers[i].code);
        if (answers[i].message != NULL)
            assert_error(world->error, answers[i].message);
        assert_int_equal(toggl_calls(world->toggl), 1);
        world_free(world);
    }
}

/* What an object should be and is not leaves the outcome open, and says nothing of what it was. */
static void test_unreadable(void **state)
{
    (void) state;
    static const char *const bodies[] = {"", "[]", "\"OK\"",
                                         "{\"invite_url\":\"https://a/secret-co"};
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        World *world = world_new();
        (void) scripted_reply(world->server, 200, "", bodies[i]);
        world_open(world);
        g_auto(Answer) answer = {0};
        post_organization(world->toggl, "Other", "First", &answer, &world->error);
        assert_int_equal(answer.outcome.kind, OUTCOME_UNKNOWN);
        assert_int_equal(world->error->code, SYNC_ERROR_INCOMPLETE);
        assert_null(strstr(world->error->message, "secret"));
        world_free(world);
    }
}

/* A refusal that says the code again does not give it away. */
static void test_secret_said_again(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 404, "", "\"Invalid invitation code 'canary-code'\"");
    world_open(world);
    g_auto(Answer) answer = {0};
    g_autoptr(Secret) code = secret_new("canary-code", 11);
    post_organization_accept_invitation(world->toggl, code, &answer, &world->error);
    assert_error(world->error,
                 "toggl: post_organization_accept_invitation: status 404: Invalid "
                 "invitation code '***'\nhint: what is asked for is not there, or the "
                 "token's owner may not see it");
    assert_string_equal(answer.outcome.message, "Invalid invitation code '***'");
    world_free(world);
}

static void test_nothing_there(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 204, "", "");
    (void) scripted_reply(world->server, 204, "", "");
    world_open(world);
    json_t *value = NULL;
    assert_true(get_organization_segmentation(world->toggl, &value, &world->error));
    assert_null(value);
    /* nowhere else is that an answer */
    assert_false(get_organization(world->toggl, &value, &world->error));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_operations_of_plans),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_secret_said_again),
        cmocka_unit_test(test_nothing_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
