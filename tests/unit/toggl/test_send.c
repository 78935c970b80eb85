/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/world.h"

#include <string.h>

static void add_id(GArray *ids, int64_t id)
{
    g_array_append_val(ids, id);
}

static Request *invitation(void)
{
    Request *request = request_new(OPERATION_POST_INVITATION);
    g_ptr_array_add(request->mails, g_strdup("Zoe@Example.org"));
    g_ptr_array_add(request->mails, g_strdup("al@example.org"));
    RequestWorkspace row = {.workspace = {.id = 5}};
    g_array_append_val(request->workspaces, row);
    return request;
}

static Request *put_user(void)
{
    Request *request = request_new(OPERATION_PUT_USER);
    request->organization_user_id.value = 9;
    request->fields = PUT_USER_INACTIVE;
    request->inactive = true;
    return request;
}

static Request *delete_users(void)
{
    Request *request = request_new(OPERATION_DELETE_USERS);
    add_id(request->users, 4);
    add_id(request->users, 5);
    return request;
}

static Request *patch_group(void)
{
    Request *request = request_new(OPERATION_PATCH_GROUP);
    request->group.id = 7;
    GroupPatch *patch = group_patch_new(PATCH_ADD, PATCH_USERS);
    for (int64_t id = 4; id <= 6; id++) {
        IdRef ref = {.id = id};
        g_array_append_val(patch->values, ref);
    }
    g_ptr_array_add(request->patches, patch);
    return request;
}

static Request *post_group(void)
{
    Request *request = request_new(OPERATION_POST_GROUP);
    request->name = g_strdup("Crew");
    return request;
}

static Request *post_workspace(void)
{
    Request *request = request_new(OPERATION_POST_WORKSPACE);
    request->name = g_strdup("Depot");
    return request;
}

static Request *delete_group(void)
{
    Request *request = request_new(OPERATION_DELETE_GROUP);
    request->group.id = 7;
    return request;
}

static Request *resend(void)
{
    Request *request = request_new(OPERATION_RESEND_INVITATION);
    request->invitation_id = 3;
    return request;
}

/* A failure is "ID" or "MAIL", with its message after a space. */
static char *failures_of(const Outcome *outcome)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        g_string_append(text, i == 0 ? "" : "; ");
        if (failure->mail != NULL)
            g_string_append(text, failure->mail);
        else
            g_string_append_printf(text, "%" G_GINT64_FORMAT, failure->id);
        g_string_append_printf(text, " %s", failure->message);
    }
    return g_string_free(text, FALSE);
}

static const struct {
    Request *(*make)(void);
    int status;
    const char *body;
    OutcomeKind kind;
    const char *message;  /* NULL: none */
    const char *failures; /* "" for none */
    int64_t created;
    bool paying_user;
    int code; /* of the error; -1: none */
} cases[] = {
    {put_user, 200, "\"OK\"", OUTCOME_DONE, NULL, "", 0, false, -1},
    {put_user, 200, "", OUTCOME_DONE, NULL, "", 0, false, -1},
    {resend, 200, "OK", OUTCOME_DONE, NULL, "", 0, false, -1},
    {put_user, 400, "\"Cannot deactivate paying user.\"", OUTCOME_REFUSED,
     "Cannot deactivate paying user.", "9 Cannot deactivate paying user.", 0, true, -1},
    {put_user, 404, "", OUTCOME_REFUSED, "status 404 without a reason",
     "9 status 404 without a reason", 0, false, -1},
    {put_user, 403, "<html>no</html>", OUTCOME_REFUSED, "an HTML page", "9 an HTML page", 0, false,
     -1},
    {put_user, 402, "\"This is a Premium feature\"", OUTCOME_REFUSED, "This is a Premium feature",
     "9 This is a Premium feature", 0, false, -1},
    {put_user, 402,
     "You have hit your hourly limit for API calls. The quota will reset in 133 seconds.",
     OUTCOME_NOT_SENT,
     "You have hit your hourly limit for API calls. The quota will reset in 133 seconds.", "", 0,
     false, SYNC_ERROR_QUOTA},
    {put_user, 429, "", OUTCOME_NOT_SENT, NULL, "", 0, false, SYNC_ERROR_QUOTA},
    {put_user, 401, "", OUTCOME_NOT_SENT, NULL, "", 0, false, SYNC_ERROR_DENIED},
    {put_user, 500, "oops", OUTCOME_UNKNOWN, "oops", "", 0, false, SYNC_ERROR_UNREACHABLE},
    {put_user, 503, "", OUTCOME_UNKNOWN, NULL, "", 0, false, SYNC_ERROR_UNREACHABLE},

    {delete_users, 200, "null", OUTCOME_DONE, NULL, "", 0, false, -1},
    {delete_users, 400,
     "\"The following organization user IDs do not belong to this organization: '4, 5'.\"",
     OUTCOME_DONE,
     "The following organization user IDs do not belong to this organization: '4, 5'.", "", 0,
     false, -1},
    {patch_group, 200, "{\"success\":[],\"failure\":null}", OUTCOME_DONE, NULL, "", 0, false, -1},
    {patch_group, 200, "{}", OUTCOME_DONE, NULL, "", 0, false, -1},
    {patch_group, 200,
     "{\"failure\":[{\"message\":\"no such user\",\"patch\":{\"op\":\"add\",\"path\":\"/users\","
     "\"value\":[4,6]}}]}",
     OUTCOME_PARTIAL, "no such user", "4 no such user; 6 no such user", 0, false, -1},
    {patch_group, 200, "{\"failure\":[{\"message\":null}]}", OUTCOME_PARTIAL,
     "refused without a reason", "0 refused without a reason", 0, false, -1},
    {patch_group, 200, "[]", OUTCOME_UNKNOWN,
     "patch_organization_group: the answer is not an object", "", 0, false, SYNC_ERROR_API},
    {post_group, 200, "{\"group_id\":77,\"name\":\"Crew\"}", OUTCOME_DONE, NULL, "", 77, false, -1},
    {post_group, 200, "{\"id\":77}", OUTCOME_UNKNOWN, "field 'group_id' is missing", "", 0, false,
     SYNC_ERROR_INCOMPLETE},
    {post_group, 400, "\"Name has already been taken\"", OUTCOME_REFUSED,
     "Name has already been taken", "", 0, false, -1},
    {post_workspace, 200, "{\"id\":78}", OUTCOME_DONE, NULL, "", 78, false, -1},
    {delete_group, 200, "OK", OUTCOME_DONE, NULL, "", 0, false, -1},
    {delete_group, 404, "\"Invalid group ID\"", OUTCOME_DONE, "Invalid group ID", "", 0, false, -1},

    {invitation, 200,
     "{\"data\":[{\"email\":\"al@EXAMPLE.org\"},{\"email\":\"zoe@example.org\"}],"
     "\"messages\":null}",
     OUTCOME_DONE, NULL, "", 0, false, -1},
    {invitation, 200,
     "{\"data\":[{\"email\":\"zoe@example.org\"}],\"messages\":[\"al@example.org is known\"]}",
     OUTCOME_PARTIAL, "al@example.org is known", "al@example.org al@example.org is known", 0, false,
     -1},
    {invitation, 200, "{\"data\":[],\"messages\":[]}", OUTCOME_REFUSED,
     "Toggl left this address out and did not say why",
     "Zoe@Example.org Toggl left this address out and did not say why; "
     "al@example.org Toggl left this address out and did not say why",
     0, false, -1},
    {invitation, 200, "\"OK\"", OUTCOME_UNKNOWN,
     "post_organization_invitation: the answer is not an object", "", 0, false, SYNC_ERROR_API},
};

static void test_answers(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World *world = world_new();
        (void) scripted_reply(world->server, cases[i].status, "X-Toggl-Request-Id: r\r\n",
                              cases[i].body);
        world_open(world);
        g_autoptr(Request) request = cases[i].make();
        Outcome outcome;
        toggl_send(world->toggl, request, &outcome, &world->error);
        g_autofree char *failures = failures_of(&outcome);
        if (outcome.kind != cases[i].kind)
            fail_msg("case %zu: %s", i, outcome_kind_name(outcome.kind));
        assert_int_equal(outcome.status, cases[i].status);
        assert_string_equal(outcome.request_id, "r");
        assert_string_equal(outcome.message == NULL ? "(none)" : outcome.message,
                            cases[i].message == NULL ? "(none)" : cases[i].message);
        assert_string_equal(failures, cases[i].failures);
        assert_int_equal(outcome.created_id, cases[i].created);
        assert_int_equal(outcome.paying_user, cases[i].paying_user);
        assert_int_equal(world->error == NULL ? -1 : world->error->code, cases[i].code);
        assert_int_equal(toggl_calls(world->toggl), 1); /* a write leaves once */
        outcome_clear(&outcome);
        world_free(world);
    }
}

static void test_invited(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "",
                          "{\"data\":[{\"email\":\"zoe@example.org\",\"invitation_id\":66,"
                          "\"recipient_id\":92},{\"email\":\"al@example.org\",\"invitation_id\":67,"
                          "\"workspaces\":[{\"user_id\":93}]}]}");
    world_open(world);
    g_autoptr(Request) request = invitation();
    Outcome outcome;
    toggl_send(world->toggl, request, &outcome, &world->error);
    assert_int_equal(outcome.invited->len, 2);
    const InvitedPerson *zoe = g_ptr_array_index(outcome.invited, 0);
    const InvitedPerson *al = g_ptr_array_index(outcome.invited, 1);
    assert_string_equal(zoe->mail, "Zoe@Example.org");
    assert_int_equal(zoe->invitation_id, 66);
    assert_int_equal(zoe->user_id.value, 92);
    assert_int_equal(al->user_id.value, 93);
    outcome_clear(&outcome);
    world_free(world);
}

static void test_no_answer(void **state)
{
    (void) state;
    World *world = world_new();
    scripted_bytes(world->server, "", 0)->reset = true;
    scripted_reply(world->server, 200, "", "OK")->delay_ms = 1500;
    world_open(world);
    g_autoptr(Request) request = put_user();
    for (int i = 0; i < 2; i++) {
        Outcome outcome;
        toggl_send(world->toggl, request, &outcome, &world->error);
        assert_int_equal(outcome.kind, OUTCOME_UNKNOWN);
        assert_int_equal(outcome.status, 0);
        assert_int_equal(world->error->code, SYNC_ERROR_UNREACHABLE);
        g_clear_error(&world->error);
        outcome_clear(&outcome);
    }
    scripted_join(world->server);
    assert_int_equal(world->server->requests->len, 2);
    world_free(world);
}

static void test_not_sent(void **state)
{
    (void) state;
    World *world = world_new();
    world_open(world);
    Outcome outcome;
    g_autoptr(Request) unresolved = delete_group();
    unresolved->group = (IdRef){.from_request = 3};
    toggl_send(world->toggl, unresolved, &outcome, &world->error);
    assert_int_equal(outcome.kind, OUTCOME_NOT_SENT);
    assert_error(world->error,
                 "toggl: delete_organization_group: it names something that does not exist yet");
    outcome_clear(&outcome);
    /* nobody listens any more */
    g_autoptr(Request) request = put_user();
    scripted_join(world->server);
    close(world->server->listener);
    world->server->listener = -1;
    toggl_send(world->toggl, request, &outcome, &world->error);
    assert_int_equal(outcome.kind, OUTCOME_NOT_SENT);
    assert_int_equal(world->error->code, SYNC_ERROR_UNREACHABLE);
    outcome_clear(&outcome);
    world_free(world);
}

static Request *assignment(void)
{
    Request *request = request_new(OPERATION_ASSIGNMENT);
    request->workspace.id = 5;
    request->user_id.value = 4;
    request->assign = true;
    return request;
}

static OutcomeKind send_assignment(World *world, char **ret_message)
{
    g_autoptr(Request) request = assignment();
    Outcome outcome;
    g_clear_pointer(ret_message, g_free);
    toggl_send(world->toggl, request, &outcome, &world->error);
    *ret_message = g_strdup(outcome.message);
    OutcomeKind kind = outcome.kind;
    outcome_clear(&outcome);
    return kind;
}

/* The list form is tried once, and then known. */
static void test_assignment_as_list(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 400, "", "\"Invalid JSON input\"");
    (void) scripted_reply(world->server, 200, "", "OK");
    (void) scripted_reply(world->server, 200, "", "OK");
    world_open(world);
    g_autofree char *message = NULL;
    assert_int_equal(send_assignment(world, &message), OUTCOME_DONE);
    assert_int_equal(send_assignment(world, &message), OUTCOME_DONE);
    scripted_join(world->server);
    assert_string_equal(scripted_body(world->server, 0), "{\"operation\":\"add\",\"user_id\":4}");
    assert_string_equal(scripted_body(world->server, 1), "[{\"operation\":\"add\",\"user_id\":4}]");
    assert_string_equal(scripted_body(world->server, 2), "[{\"operation\":\"add\",\"user_id\":4}]");
    world_free(world);
}

static void test_stop(void **state)
{
    (void) state;
    World *world = world_new();
    world_open(world);
    clock_stop(); /* for good: the last test */
    g_autoptr(Request) request = put_user();
    Outcome outcome;
    toggl_send(world->toggl, request, &outcome, &world->error);
    assert_int_equal(outcome.kind, OUTCOME_NOT_SENT);
    assert_int_equal(world->error->code, SYNC_ERROR_INTERRUPTED);
    assert_error(world->error, "a stop was asked for");
    assert_int_equal(toggl_calls(world->toggl), 0);
    outcome_clear(&outcome);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_invited),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_not_sent),
        cmocka_unit_test(test_assignment_as_list),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
