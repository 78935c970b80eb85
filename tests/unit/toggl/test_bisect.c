/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/world.h"

#include "base/json.h"
#include "toggl/bisect.h"

#include <string.h>

/*
 * A Toggl that refuses a batch as long as a bad item is in it stands at the scripted server: its
 * answers are worked out in advance by walking the batch as bisect must.
 */

static Request *deletion(OrganizationUserId first, guint count)
{
    Request *request = request_new(OPERATION_DELETE_USERS);
    for (guint i = 0; i < count; i++) {
        int64_t id = first.value + i;
        g_array_append_val(request->users, id);
    }
    return request;
}

static Request *invitation(guint count)
{
    Request *request = request_new(OPERATION_POST_INVITATION);
    for (guint i = 0; i < count; i++)
        g_ptr_array_add(request->mails, g_strdup_printf("p%u@example.org", i));
    RequestWorkspace row = {.workspace = {.id = 5}};
    g_array_append_val(request->workspaces, row);
    return request;
}

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

/* One line of the script, "STATUS BODY", for each call that is expected. */
typedef struct {
    const char *name;
    Operation operation;
    const char *replies[8]; /* "400 text"; NULL: the end */
    const char *bodies[8];  /* of the requests, in order */
    OutcomeKind kind;
    const char *failures;
    const char *message; /* NULL: none */
    bool paying_user;
    int code; /* of the error; -1: none */
} Case;

#define DELETE(ids) "{\"delete\":[" ids "]}"
#define ADD(ids) "[{\"op\":\"add\",\"path\":\"/users\",\"value\":[" ids "]}]"
#define NO_SUCH(ids)                                                                               \
    "400 \"The following organization user IDs do not belong to this organization: '" ids "'.\""

static const Case cases[] = {
    {.name = "who is gone already is as wanted, the others go",
     .operation = OPERATION_DELETE_USERS,
     .replies = {NO_SUCH("5"), "200 \"OK\""},
     .bodies = {DELETE("4,5,6"), DELETE("4,6")},
     .kind = OUTCOME_DONE,
     .failures = "",
     .code = -1},
    {.name = "who pays is named, and stays",
     .operation = OPERATION_DELETE_USERS,
     .replies = {"400 \"Cannot remove the paying user with organization user ID='4'.\"",
                 "200 \"OK\""},
     .bodies = {DELETE("4,5,6"), DELETE("5,6")},
     .kind = OUTCOME_PARTIAL,
     .failures = "4 Cannot remove the paying user with organization user ID='4'.",
     .message = "Cannot remove the paying user with organization user ID='4'.",
     .paying_user = true,
     .code = -1},
    {.name = "one after the other is named until none is left",
     .operation = OPERATION_DELETE_USERS,
     .replies = {"400 \"Cannot remove the paying user with organization user ID='4'.\"",
                 "400 \"Cannot remove the organization owner user with organization user ID='5'.\"",
                 "400 \"Cannot remove the organization owner user with organization user "
                 "ID='6'.\""},
     .bodies = {DELETE("4,5,6"), DELETE("5,6"), DELETE("6")},
     .kind = OUTCOME_REFUSED,
     .failures = "4 Cannot remove the paying user with organization user ID='4'.; 5 Cannot remove "
                 "the organization owner user with organization user ID='5'.; 6 Cannot remove the "
                 "organization owner user with organization user ID='6'.",
     .message = "Cannot remove the paying user with organization user ID='4'.",
     .paying_user = true,
     .code = -1},
    {.name = "an unnamed one is found by halves",
     .operation = OPERATION_DELETE_USERS,
     .replies = {"400 \"no\"", "200 \"OK\"", "400 \"no\"", "400 \"no\"", "200 \"OK\""},
     .bodies = {DELETE("4,5,6"), DELETE("4"), DELETE("5,6"), DELETE("5"), DELETE("6")},
     .kind = OUTCOME_PARTIAL,
     .failures = "5 no",
     .message = "no",
     .code = -1},
    {.name = "what both halves get is about none of them",
     .operation = OPERATION_DELETE_USERS,
     .replies = {"400 \"closed\"", "400 \"closed\"", "400 \"closed\""},
     .bodies = {DELETE("4,5,6"), DELETE("4"), DELETE("5,6")},
     .kind = OUTCOME_REFUSED,
     .failures = "4 closed; 5 closed; 6 closed",
     .message = "closed",
     .code = -1},
    {.name = "seats are about nobody",
     .operation = OPERATION_POST_INVITATION,
     .replies = {"400 \"Active user limit is 5. Upgrade to add more active users\""},
     .bodies = {NULL},
     .kind = OUTCOME_REFUSED,
     .failures = "",
     .message = "Active user limit is 5. Upgrade to add more active users",
     .code = -1},
    {.name = "a bad address is named, the good ones are invited",
     .operation = OPERATION_POST_INVITATION,
     .replies = {"400 \"Invalid e-mail: 'P1@example.org'\"",
                 "200 {\"data\":[{\"email\":\"p0@example.org\",\"invitation_id\":1},"
                 "{\"email\":\"p2@example.org\",\"invitation_id\":2}]}"},
     .bodies = {NULL, "{\"emails\":[\"p0@example.org\",\"p2@example.org\"],\"workspaces\":"
                      "[{\"workspace_id\":5}]}"},
     .kind = OUTCOME_PARTIAL,
     .failures = "p1@example.org Invalid e-mail: 'P1@example.org'",
     .message = "Invalid e-mail: 'P1@example.org'",
     .code = -1},
    {.name = "a value of a patch is named",
     .operation = OPERATION_PATCH_GROUP,
     .replies = {"400 \"User 5 not exists in the organization 1\"", "200 {\"failure\":null}"},
     .bodies = {ADD("4,5,6"), ADD("4,6")},
     .kind = OUTCOME_PARTIAL,
     .failures = "5 User 5 not exists in the organization 1",
     .message = "User 5 not exists in the organization 1",
     .code = -1},
    {.name = "a group that is gone is about no value",
     .operation = OPERATION_PATCH_GROUP,
     .replies = {"400 \"Unknown group at organization\""},
     .bodies = {ADD("4,5,6")},
     .kind = OUTCOME_REFUSED,
     .failures = "",
     .message = "Unknown group at organization",
     .code = -1},
    {.name = "after an unknown outcome nothing is sent, and all of it is unknown",
     .operation = OPERATION_DELETE_USERS,
     .replies = {"400 \"no\"", "200 \"OK\"", "500 \"oops\""},
     .bodies = {DELETE("4,5,6"), DELETE("4"), DELETE("5,6")},
     .kind = OUTCOME_UNKNOWN,
     .failures = "",
     .message = "oops",
     .code = SYNC_ERROR_UNREACHABLE},
    {.name = "what was turned away at the door, after something was done, is unknown too",
     .operation = OPERATION_DELETE_USERS,
     .replies = {"400 \"no\"", "200 \"OK\"", "429 \"\""},
     .bodies = {DELETE("4,5,6"), DELETE("4"), DELETE("5,6")},
     .kind = OUTCOME_UNKNOWN,
     .failures = "",
     .message = NULL,
     .code = SYNC_ERROR_QUOTA},
    {.name = "and before anything was done it is not sent",
     .operation = OPERATION_DELETE_USERS,
     .replies = {NO_SUCH("5"), "429 \"\""},
     .bodies = {DELETE("4,5,6"), DELETE("4,6")},
     .kind = OUTCOME_UNKNOWN, /* one of them is as wanted */
     .failures = "",
     .message = NULL,
     .code = SYNC_ERROR_QUOTA},
};

static Request *make(Operation operation)
{
    if (operation == OPERATION_POST_INVITATION)
        return invitation(3);
    if (operation == OPERATION_DELETE_USERS)
        return deletion((OrganizationUserId){4}, 3);
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

static void script(World *world, const char *const *replies)
{
    for (guint i = 0; replies[i] != NULL; i++)
        (void) scripted_reply(world->server, (int) g_ascii_strtoll(replies[i], NULL, 10), "",
                              replies[i] + 4);
}

static void test_cases(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World *world = world_new();
        const Case *one = &cases[i];
        script(world, one->replies);
        world_open(world);
        g_autoptr(Request) request = make(one->operation);
        Outcome outcome;
        toggl_send(world->toggl, request, &outcome, &world->error);
        scripted_join(world->server);
        g_autofree char *failures = failures_of(&outcome);
        if (outcome.kind != one->kind || strcmp(failures, one->failures) != 0)
            fail_msg("%s: %s, failures: %s", one->name, outcome_kind_name(outcome.kind), failures);
        assert_string_equal(outcome.message == NULL ? "(none)" : outcome.message,
                            one->message == NULL ? "(none)" : one->message);
        assert_int_equal(outcome.paying_user, one->paying_user);
        assert_int_equal(world->error == NULL ? -1 : world->error->code, one->code);
        guint calls = g_strv_length((char **) (guintptr) one->replies);
        assert_int_equal(toggl_calls(world->toggl), calls);
        for (guint call = 0; call < calls; call++) {
            if (one->bodies[call] != NULL)
                assert_string_equal(scripted_body(world->server, call), one->bodies[call]);
        }
        outcome_clear(&outcome);
        world_free(world);
    }
}

/* The ids in the body of a request. */
static bool holds(const World *world, guint call, int64_t id)
{
    const char *text = scripted_body(world->server, call);
    g_autoptr(json_t) body = NULL;
    assert_true(json_parse(text, strlen(text), "body", &body, NULL));
    const json_t *list = json_object_get(body, "delete");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_integer_value(json_array_get(list, i)) == id)
            return true;
    }
    return false;
}

/* Refuses, in words that name nobody, parts of 1 to COUNT that hold BAD; the order of the parts is
 * the one that test_one_in_a_hundred proves by its answers. */
static void script_part(World *world, guint from, guint count, guint bad)
{
    bool refused = bad >= from && bad < from + count;
    (void) scripted_reply(world->server, refused ? 400 : 200, "",
                          refused ? "\"Cannot remove organization admin.\"" : "\"OK\"");
    if (!refused || count == 1)
        return;
    script_part(world, from, count / 2, bad);
    script_part(world, from + count / 2, count - count / 2, bad);
}

/* Wherever the bad one stands among a hundred, it alone fails, in a number of calls that grows with
 * the logarithm; nobody is sent again after Toggl said yes to them. */
static void test_one_in_a_hundred(void **state)
{
    (void) state;
    for (guint bad = 0; bad < 100; bad += 11) {
        World *world = world_new();
        script_part(world, 0, 100, bad);
        guint lines = world->server->lines->len;
        world_open(world);
        g_autoptr(Request) request = deletion((OrganizationUserId){1000}, 100);
        Outcome outcome;
        toggl_send(world->toggl, request, &outcome, &world->error);
        scripted_join(world->server);
        g_autofree char *failures = failures_of(&outcome);
        g_autofree char *expected =
            g_strdup_printf("%u Cannot remove organization admin.", 1000 + bad);
        assert_int_equal(outcome.kind, OUTCOME_PARTIAL);
        assert_string_equal(failures, expected);
        assert_int_equal(toggl_calls(world->toggl), lines);
        assert_true(lines <= 15);
        for (int64_t id = 1000; id < 1100; id++) {
            guint accepted = 0;
            for (guint call = 0; call < lines; call++) {
                const ScriptedLine *line = g_ptr_array_index(world->server->lines, call);
                bool yes = g_strstr_len((const char *) line->bytes->data, line->bytes->len,
                                        "\"OK\"") != NULL;
                accepted += yes && holds(world, call, id) ? 1 : 0;
            }
            assert_int_equal(accepted, id == 1000 + bad ? 0 : 1);
        }
        outcome_clear(&outcome);
        world_free(world);
    }
}

/* When all are bad the calls come to an end, and those that were not tried say so. */
static void test_bound(void **state)
{
    (void) state;
    World *world = world_new();
    for (int i = 0; i < BISECT_CALLS; i++)
        (void) scripted_reply(world->server, 400, "", "\"Cannot remove organization admin.\"");
    world_open(world);
    g_autoptr(Request) request = deletion((OrganizationUserId){1000}, 100);
    Outcome outcome;
    toggl_send(world->toggl, request, &outcome, &world->error);
    assert_int_equal(outcome.kind, OUTCOME_REFUSED);
    assert_int_equal(toggl_calls(world->toggl), BISECT_CALLS);
    assert_int_equal(outcome.failures->len, 100);
    const OutcomeFailure *last = g_ptr_array_index(outcome.failures, 99);
    assert_int_equal(last->id, 1099);
    assert_string_equal(last->message, "not tried: too much of its batch was refused");
    assert_null(world->error);
    outcome_clear(&outcome);
    world_free(world);
}

static Request *put_of(unsigned fields)
{
    Request *request = request_new(OPERATION_PUT_USER);
    IdRef group = {.id = 7};
    request->organization_user_id.value = 9;
    request->fields = fields;
    request->name = g_strdup("Zoe");
    request->mail = g_strdup("zoe@example.org");
    g_array_append_val(request->groups, group);
    return request;
}

/* A name that may not be changed does not hold back the rest. */
static void test_put_of_a_user(void **state)
{
    (void) state;
    static const struct {
        unsigned fields;
        const char *replies[3];
        OutcomeKind kind;
        bool account;
        const char *message;
    } rows[] = {
        {PUT_USER_NAME | PUT_USER_INACTIVE,
         {"400 \"User has multiple organizations.\"", "200 \"OK\""},
         OUTCOME_PARTIAL,
         true,
         "User has multiple organizations."},
        {PUT_USER_MAIL | PUT_USER_GROUPS,
         {"400 \"Email already exists.\"", "200 \"OK\""},
         OUTCOME_PARTIAL,
         true,
         "Email already exists."},
        {PUT_USER_MAIL | PUT_USER_INACTIVE,
         {"400 \"no\"", "400 \"Cannot deactivate owner.\""},
         OUTCOME_REFUSED,
         false,
         "Cannot deactivate owner."},
        {PUT_USER_NAME | PUT_USER_INACTIVE,
         {"400 \"no\"", "500 \"oops\""},
         OUTCOME_UNKNOWN,
         false,
         "oops"},
        {PUT_USER_NAME | PUT_USER_INACTIVE,
         {"400 \"no\"", "429 \"\""},
         OUTCOME_NOT_SENT,
         false,
         NULL},
        /* nothing else to do, or another reason */
        {PUT_USER_NAME | PUT_USER_MAIL, {"400 \"no\""}, OUTCOME_REFUSED, false, "no"},
        {PUT_USER_INACTIVE, {"400 \"no\""}, OUTCOME_REFUSED, false, "no"},
        {PUT_USER_NAME | PUT_USER_INACTIVE,
         {"400 \"Cannot deactivate owner.\""},
         OUTCOME_REFUSED,
         false,
         "Cannot deactivate owner."},
        {PUT_USER_NAME | PUT_USER_INACTIVE,
         {"404 \"Invalid organization user ID.\""},
         OUTCOME_REFUSED,
         false,
         "Invalid organization user ID."},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        World *world = world_new();
        script(world, rows[i].replies);
        world_open(world);
        g_autoptr(Request) request = put_of(rows[i].fields);
        Outcome outcome;
        toggl_send(world->toggl, request, &outcome, &world->error);
        scripted_join(world->server);
        guint calls = rows[i].replies[1] != NULL ? 2 : 1;
        assert_int_equal(outcome.kind, rows[i].kind);
        assert_int_equal(toggl_calls(world->toggl), calls);
        assert_string_equal(outcome.message == NULL ? "(none)" : outcome.message,
                            rows[i].message == NULL ? "(none)" : rows[i].message);
        if (outcome.failures != NULL) {
            const OutcomeFailure *failure = g_ptr_array_index(outcome.failures, 0);
            assert_int_equal(failure->id, 9);
            assert_int_equal(failure->account, rows[i].account);
        }
        if (calls == 2)
            assert_string_equal(scripted_body(world->server, 1),
                                (rows[i].fields & PUT_USER_GROUPS) != 0 ? "{\"groups\":[7]}"
                                                                        : "{\"inactive\":false}");
        outcome_clear(&outcome);
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_one_in_a_hundred),
        cmocka_unit_test(test_bound),
        cmocka_unit_test(test_put_of_a_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
