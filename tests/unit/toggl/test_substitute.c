/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/world.h"

#include <string.h>

#define O "/api/organizations/1"

static const char organization[] = "{\"id\":1,\"name\":\"Example\",\"admin\":true}";
static const char me[] = "{\"id\":91}";
/* Z is in 5, as its admin, and in 6, which group 7 leads to; and in 4, with a role without a word
 */
static const char users[] =
    "[{\"id\":41,\"user_id\":91,\"email\":\"o@example.org\",\"joined\":true,\"inactive\":false,"
    "\"owner\":true},{\"id\":42,\"user_id\":92,\"email\":\"z@example.org\",\"joined\":true,"
    "\"inactive\":false,\"workspaces\":[{\"workspace_id\":5,\"workspace_user_id\":51,\"name\":"
    "\"A\","
    "\"role\":\"admin\"},{\"workspace_id\":6,\"workspace_user_id\":52,\"name\":\"B\",\"role\":"
    "\"user\"},{\"workspace_id\":4,\"name\":\"C\",\"role\":\"custom\",\"role_id\":77,"
    "\"inactive\":true}]}]";
static const char groups[] = "[{\"group_id\":7,\"name\":\"Crew\",\"users\":[{\"user_id\":92}],"
                             "\"workspaces\":[6]}]";

/* A Toggl that has been read, and then gives the replies "STATUS BODY" in order. */
static World *read_world(Assignments assume, const char *const *replies)
{
    World *world = world_new();
    world->settings->assume.assignments = assume;
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "", me);
    (void) scripted_reply(world->server, 200, "X-Pages: 1\r\nX-Records: 2\r\n", users);
    (void) scripted_reply(world->server, 200, "", groups);
    for (; *replies != NULL; replies++)
        (void) scripted_reply(world->server, (int) g_ascii_strtoll(*replies, NULL, 10), "",
                              *replies + 4);
    world_open(world);
    g_autoptr(Organization) read = NULL;
    assert_success(toggl_read(world->toggl, &(TogglNeeds){.groups = true}, &read, &world->error),
                   world->error);
    return world;
}

static OutcomeKind assign(World *world, bool add, int64_t user, int64_t group, int64_t workspace)
{
    g_autoptr(Request) request = request_new(OPERATION_ASSIGNMENT);
    request->assign = add;
    request->user_id.value = user;
    request->by_group = group != 0;
    request->group.id = group;
    request->workspace.id = workspace;
    Outcome outcome;
    toggl_send(world->toggl, request, &outcome, &world->error);
    OutcomeKind kind = outcome.kind;
    outcome_clear(&outcome);
    return kind;
}

static void assert_sent(World *world, guint number, const char *request, const char *body)
{
    assert_string_equal(scripted_request(world->server, number), request);
    assert_string_equal(scripted_body(world->server, number), body);
}

/* The list is complete, without what comes through a group; the next one holds what this one gave;
 * what is direct is asked once. */
static void test_into(void **state)
{
    (void) state;
    static const char *const replies[] = {"200 [{\"id\":52,\"user_id\":92,\"is_direct\":false}]",
                                          "200 []", "200 OK", "200 OK", NULL};
    World *world = read_world(ASSIGNMENTS_GONE, replies);
    assert_int_equal(assign(world, true, 92, 0, 8), OUTCOME_DONE);
    assert_int_equal(assign(world, true, 92, 0, 9), OUTCOME_DONE);
    scripted_join(world->server);
    assert_sent(world, 4, "GET " O "/workspaces/6/workspace_users?page=1&per_page=500", "");
    assert_sent(world, 6, "PUT " O "/users/42",
                "{\"workspaces\":[{\"workspace_id\":4,\"role_id\":77,\"inactive\":true},"
                "{\"workspace_id\":5,\"role\":\"admin\"},{\"workspace_id\":8}]}");
    assert_sent(world, 7, "PUT " O "/users/42",
                "{\"workspaces\":[{\"workspace_id\":4,\"role_id\":77,\"inactive\":true},"
                "{\"workspace_id\":5,\"role\":\"admin\"},{\"workspace_id\":8},"
                "{\"workspace_id\":9}]}");
    assert_int_equal(toggl_calls(world->toggl), 8);
    world_free(world);
}

static void test_out_of(void **state)
{
    (void) state;
    static const char *const replies[] = {"200 OK", "200 [{\"id\":59,\"user_id\":95}]",
                                          "200 []", "200 [{\"id\":53,\"user_id\":92}]",
                                          "200 []", "200 OK",
                                          NULL};
    World *world = read_world(ASSIGNMENTS_GONE, replies);
    assert_int_equal(assign(world, false, 92, 0, 5), OUTCOME_DONE);
    assert_int_equal(assign(world, false, 92, 0, 4), OUTCOME_REFUSED); /* told nowhere */
    assert_int_equal(assign(world, false, 92, 0, 4), OUTCOME_DONE);    /* told there */
    assert_int_equal(assign(world, false, 92, 0, 3), OUTCOME_REFUSED);
    assert_int_equal(assign(world, true, 99, 0, 5), OUTCOME_REFUSED); /* nobody */
    scripted_join(world->server);
    assert_sent(world, 4, "PATCH " O "/workspaces/5/workspace_users", "{\"delete\":[51]}");
    assert_sent(world, 7, "GET " O "/workspaces/4/workspace_users?page=1&per_page=500", "");
    assert_sent(world, 9, "PATCH " O "/workspaces/4/workspace_users", "{\"delete\":[53]}");
    assert_int_equal(toggl_calls(world->toggl), 10);
    assert_null(world->error);
    world_free(world);
}

/* Where the number cannot be read nothing is sent. */
static void test_out_of_without_a_number(void **state)
{
    (void) state;
    static const char *const replies[] = {"403 \"no\"", NULL};
    World *world = read_world(ASSIGNMENTS_GONE, replies);
    assert_int_equal(assign(world, false, 92, 0, 4), OUTCOME_NOT_SENT);
    assert_int_equal(world->error->code, SYNC_ERROR_DENIED);
    world_free(world);
}

static void test_group(void **state)
{
    (void) state;
    static const char *const replies[] = {
        "200 {}", "200 {\"failure\":[{\"message\":\"no\",\"patch\":{\"value\":[6]}}]}", NULL};
    World *world = read_world(ASSIGNMENTS_GONE, replies);
    assert_int_equal(assign(world, true, 0, 7, 5), OUTCOME_DONE);
    assert_int_equal(assign(world, false, 0, 7, 6), OUTCOME_REFUSED);
    scripted_join(world->server);
    assert_sent(world, 4, "PATCH " O "/groups/7",
                "[{\"op\":\"add\",\"path\":\"/workspaces\",\"value\":[5]}]");
    assert_sent(world, 5, "PATCH " O "/groups/7",
                "[{\"op\":\"remove\",\"path\":\"/workspaces\",\"value\":[6]}]");
    world_free(world);
}

/* The operation that turns out to be gone is done in the other way at once, and from then on. */
static void test_found_out(void **state)
{
    (void) state;
    static const char *const gone[] = {"404 \"Resource can not be found\"", "404 ", "405 ", "410 "};
    for (size_t i = 0; i < G_N_ELEMENTS(gone); i++) {
        const char *const replies[] = {gone[i], "200 OK", "200 OK", NULL};
        World *world = read_world(ASSIGNMENTS_AUTO, replies);
        assert_int_equal(assign(world, false, 92, 0, 5), OUTCOME_DONE);
        assert_int_equal(toggl_assignments(world->toggl), ASSIGNMENTS_GONE);
        assert_int_equal(assign(world, false, 92, 0, 6), OUTCOME_DONE);
        scripted_join(world->server);
        assert_sent(world, 4, "PUT " O "/workspaces/5/assignments",
                    "{\"operation\":\"remove\",\"user_id\":92}");
        assert_sent(world, 5, "PATCH " O "/workspaces/5/workspace_users", "{\"delete\":[51]}");
        assert_sent(world, 6, "PATCH " O "/workspaces/6/workspace_users", "{\"delete\":[52]}");
        world_free(world);
    }
}

/* Without knowing what is direct nothing is sent; what becomes of the PUT is the outcome. */
static void test_trouble(void **state)
{
    (void) state;
    static const struct {
        const char *replies[4];
        OutcomeKind kind;
        int code; /* -1: none */
    } cases[] = {
        {{"403 \"no\"", NULL}, OUTCOME_NOT_SENT, SYNC_ERROR_DENIED},
        {{"200 []", "200 OK", NULL}, OUTCOME_DONE, -1},
        {{"200 []", "500 oops", NULL}, OUTCOME_UNKNOWN, SYNC_ERROR_UNREACHABLE},
        {{"200 []", "400 \"Cannot remove admin privileges from owner.\"", NULL},
         OUTCOME_REFUSED,
         -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World *world = read_world(ASSIGNMENTS_GONE, cases[i].replies);
        assert_int_equal(assign(world, true, 92, 0, 8), cases[i].kind);
        assert_int_equal(world->error == NULL ? -1 : world->error->code, cases[i].code);
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_into),
        cmocka_unit_test(test_out_of),
        cmocka_unit_test(test_out_of_without_a_number),
        cmocka_unit_test(test_group),
        cmocka_unit_test(test_found_out),
        cmocka_unit_test(test_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
