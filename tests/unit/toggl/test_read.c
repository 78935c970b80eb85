/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/world.h"

#include "base/log.h"
#include "ear.h"

#include <string.h>

static const char organization[] =
    "{\"id\":1,\"name\":\"Example\",\"admin\":true,\"owner\":false,\"suspended_at\":null,"
    "\"pricing_plan_name\":\"Premium\",\"subscription\":{\"seats\":40}}";
static const char me[] = "{\"id\":91,\"api_token\":\"secret\"}";
static const char groups[] =
    "[{\"group_id\":7,\"name\":\"Crew\",\"users\":[{\"user_id\":91},{\"user_id\":999}],"
    "\"workspaces\":[5]},{\"group_id\":8,\"name\":\"Empty\",\"users\":null,\"workspaces\":null}]";

/* A row of users; id and user id as text, so that "null" is one too. */
#define ROW(id, user, rest)                                                                        \
    "{\"id\":" id ",\"user_id\":" user ",\"email\":\"u" id "@Example.org\",\"name\":\"U" id "\","  \
    "\"joined\":true,\"inactive\":false" rest "}"
#define SELF                                                                                       \
    ROW("41", "91",                                                                                \
        ",\"admin\":true,\"owner\":true,\"groups\":[{\"group_id\":8,\"name\":\"Empty\"}],"         \
        "\"workspaces\":[{\"workspace_id\":5,\"workspace_name\":\"Depot\",\"role\":\"teamlead\","  \
        "\"workspace_user_id\":51,\"role_id\":4,\"inactive\":false,\"rate\":99}]")
#define OTHER ROW("42", "92", ",\"groups\":null,\"workspaces\":null")
#define INVITED ROW("43", "null", ",\"groups\":[{\"group_id\":8}]")
#define PAGING(page, size, pages, records)                                                         \
    "X-Page: " page "\r\nX-Page-Size: " size "\r\nX-Pages: " pages "\r\nX-Records: " records "\r"  \
    "\n"

static bool read_with(World *world, bool with_groups, GPtrArray *names, Organization **ret)
{
    TogglNeeds needs = {.groups = with_groups, .workspaces = names};
    return toggl_read(world->toggl, &needs, ret, &world->error);
}

static void test_whole(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "", me);
    (void) scripted_reply(world->server, 200, PAGING("1", "2", "2", "3"), "[" OTHER "," SELF "]");
    (void) scripted_reply(world->server, 200, PAGING("2", "2", "2", "3"), "[" INVITED "]");
    (void) scripted_reply(world->server, 200, "", groups);
    world_open(world);
    g_autoptr(Organization) read = NULL;
    assert_success(read_with(world, true, NULL, &read), world->error);
    scripted_join(world->server);
    assert_string_equal(scripted_request(world->server, 0), "GET /api/organizations/1");
    assert_string_equal(scripted_request(world->server, 1), "GET /api/me");
    assert_string_equal(scripted_request(world->server, 2),
                        "GET /api/organizations/1/users?page=1&per_page=500&sort_dir=asc");
    assert_string_equal(scripted_request(world->server, 3),
                        "GET /api/organizations/1/users?page=2&per_page=2&sort_dir=asc");
    assert_string_equal(scripted_request(world->server, 4), "GET /api/organizations/1/groups");
    assert_int_equal(world->server->requests->len, 5);
    assert_int_equal(toggl_calls(world->toggl), 5);
    /* four intervals of a second lie between five calls */
    assert_int_equal(world->clock.now_us - NOW * 1000000, 4 * 1000000);

    assert_string_equal(read->name, "Example");
    assert_int_equal(read->seats, 40);
    assert_int_equal(read->owner.value, 91);
    assert_int_equal(read->self.value, 91);
    assert_true(read->self_is_admin && read->groups_read);
    assert_false(read->workspaces_complete || read->suspended);
    assert_int_equal(read->members->len, 3);
    Member *self = organization_member_by_user(read, (UserId){91});
    assert_string_equal(self->mail, "u41@Example.org");
    assert_string_equal(self->mail_key, "u41@example.org");
    assert_true(self->admin && self->owner && self->joined);
    assert_true(member_in_group(self, 7));  /* the list says so */
    assert_false(member_in_group(self, 8)); /* only the row says so */
    const Assignment *assignment = member_assignment(self, 5);
    assert_int_equal(assignment->role, ROLE_TEAM_LEAD);
    assert_int_equal(assignment->id.value, 51);
    Member *invited = organization_member(read, (OrganizationUserId){43});
    assert_int_equal(invited->user_id.value, 0);
    assert_true(member_in_group(invited, 8)); /* the list cannot name somebody without an account */
    assert_string_equal(organization_workspace(read, 5)->name, "Depot");
    assert_true(group_in_workspace(organization_group(read, 7), 5));
    world_free(world);
}

/* Toggl's own time, which stands in every answer, is the one that ours is held to. */
static void test_clock(void **state)
{
    (void) state;
    static const struct {
        const char *date; /* now is Fri, 15 Jan 2027 08:00:00 GMT */
        const char *there;
    } cases[] = {
        {"Date: Fri, 15 Jan 2027 08:00:00 GMT\r\n", NULL},
        {"Date: Thu, 14 Jan 2027 08:00:00 GMT\r\n", NULL},
        {"Date: Thu, 14 Jan 2027 07:59:59 GMT\r\n", "2027-01-14T07:59:59Z"},
        {"Date: Sat, 16 Jan 2027 08:00:00 GMT\r\n", NULL},
        {"Date: Sat, 16 Jan 2027 08:00:01 GMT\r\n", "2027-01-16T08:00:01Z"},
        {"Date: yesterday\r\n", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World *world = world_new();
        (void) scripted_reply(world->server, 200, cases[i].date, organization);
        (void) scripted_reply(world->server, 200, "", me);
        (void) scripted_reply(world->server, 200, "", "[" SELF "]");
        (void) scripted_reply(world->server, 200, "", "[]");
        world_open(world);
        g_autoptr(Organization) read = NULL;
        Ear ear = ear_open();
        log_open(&(LogSettings){.format = LOG_FORMAT_TEXT, .level = LOG_LEVEL_WARNING});
        bool good = read_with(world, false, NULL, &read);
        g_autofree char *said = ear_take(&ear);
        ear_close(&ear);
        assert_success(good, world->error);
        g_autofree char *expected =
            cases[i].there == NULL
                ? g_strdup("")
                : g_strdup_printf("warning: the clock of this machine says 2027-01-15T08:00:00Z, "
                                  "and Toggl's says %s: grace, limits and dates in the directory "
                                  "are counted by a clock that is wrong\n"
                                  "  hint: set the clock, and let it be kept right\n",
                                  cases[i].there);
        assert_string_equal(said, expected);
        world_free(world);
    }
}

/* Without paging headers the end is an empty page; without groups the rows decide. */
static void test_no_headers(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "", me);
    (void) scripted_reply(world->server, 200, "", "[" SELF "]");
    (void) scripted_reply(world->server, 200, "", "[]");
    world_open(world);
    g_autoptr(Organization) read = NULL;
    assert_success(read_with(world, false, NULL, &read), world->error);
    assert_true(member_in_group(organization_member_by_user(read, (UserId){91}), 8));
    assert_false(read->groups_read);
    assert_int_equal(toggl_calls(world->toggl), 4);
    world_free(world);
}

/* A second run within a day knows who it is and which workspaces there are. */
static void test_cached(void **state)
{
    (void) state;
    World *world = world_new();
    static const char list[] = "[{\"id\":5,\"name\":\"Depot\",\"organization_id\":1},"
                               "{\"id\":6,\"name\":\"Shop\",\"organization_id\":1},"
                               "{\"id\":99,\"name\":\"Elsewhere\",\"organization_id\":2}]";
    for (int run = 0; run < 2; run++) {
        (void) scripted_reply(world->server, 200, "", organization);
        if (run == 0)
            (void) scripted_reply(world->server, 200, "", me);
        (void) scripted_reply(world->server, 200, PAGING("1", "200", "1", "1"), "[" SELF "]");
        if (run == 0)
            (void) scripted_reply(world->server, 200, "", list);
    }
    world_open(world);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, g_strdup("Shop"));
    for (int run = 0; run < 2; run++) {
        g_autoptr(Organization) read = NULL;
        assert_success(read_with(world, false, names, &read), world->error);
        assert_true(read->workspaces_complete);
        assert_int_equal(organization_workspace_by_name(read, "Shop")->id, 6);
        assert_null(organization_workspace(read, 99));
        test_clock_advance(&world->clock, 3600);
    }
    assert_int_equal(toggl_calls(world->toggl), 6);
    GHashTableIter facts;
    void *key = NULL;
    void *value = NULL;
    g_hash_table_iter_init(&facts, world->facts);
    while (g_hash_table_iter_next(&facts, &key, &value)) {
        assert_null(strstr(key, "token"));
        assert_null(strstr(value, "the-token"));
        assert_null(strstr(value, "secret"));
    }
    g_free(g_ptr_array_index(names, 0));
    world_free(world);
}

static void test_list_moves(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "", me);
    /* a row comes twice, then the count changes between pages, then all is well */
    (void) scripted_reply(world->server, 200, PAGING("1", "1", "2", "2"), "[" SELF "]");
    (void) scripted_reply(world->server, 200, PAGING("2", "1", "2", "2"), "[" SELF "]");
    (void) scripted_reply(world->server, 200, PAGING("1", "1", "2", "2"), "[" SELF "]");
    (void) scripted_reply(world->server, 200, PAGING("2", "1", "3", "3"), "[" OTHER "]");
    (void) scripted_reply(world->server, 200, PAGING("1", "200", "1", "2"), "[" SELF "," OTHER "]");
    world_open(world);
    g_autoptr(Organization) read = NULL;
    assert_success(read_with(world, false, NULL, &read), world->error);
    assert_int_equal(read->members->len, 2);
    world_free(world);
}

static void test_list_never_settles(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "", me);
    for (int i = 0; i < 3; i++)
        (void) scripted_reply(world->server, 200, PAGING("1", "200", "1", "2"), "[" SELF "]");
    world_open(world);
    Organization *read = NULL;
    assert_false(read_with(world, false, NULL, &read));
    assert_null(read);
    assert_int_equal(world->error->code, SYNC_ERROR_INCOMPLETE);
    assert_error(world->error, "toggl: get_organization_users: the list did not hold still: 1 "
                               "different rows of 2 after 3 reads\nhint: try again when nobody "
                               "changes the organization");
    world_free(world);
}

/* One answer of a read that goes wrong at step STEP (0: organization, 1: me, 2: users, 3: groups),
 * and its error. */
/* The STEPth call gets BODY with STATUS; those before it, what is good. */
static void assert_refused(int step, int status, const char *body, int code, const char *message)
{
    World *world = world_new();
    const char *const good[] = {organization, me, "[" SELF "]"};
    for (int i = 0; i < step; i++)
        (void) scripted_reply(world->server, 200, i == 2 ? PAGING("1", "200", "1", "1") : "",
                              good[i]);
    (void) scripted_reply(world->server, status, "", body);
    world_open(world);
    Organization *read = NULL;
    assert_false(read_with(world, true, NULL, &read));
    assert_int_equal(world->error->code, code);
    if (message != NULL)
        assert_error(world->error, message);
    assert_int_equal(toggl_calls(world->toggl), step + 1); /* nothing was repeated */
    world_free(world);
}

static void test_refused(void **state)
{
    (void) state;
    static const struct {
        int step;
        int status;
        const char *body;
        int code;
        const char *message;
    } cases[] = {
        {0, 401, "", SYNC_ERROR_DENIED,
         "toggl: get_organization: status 401\nhint: is 'toggl.token' the API token from the "
         "profile page, and still valid?"},
        {0, 403, "\"User does not have access\"", SYNC_ERROR_DENIED,
         "toggl: get_organization: status 403: User does not have access\nhint: the token's owner "
         "must be an admin of the organization"},
        {0, 403, "\"Incorrect username and/or password\"", SYNC_ERROR_DENIED,
         "toggl: get_organization: status 403: Incorrect username and/or password\nhint: is "
         "'toggl.token' the API token from the profile page, and still valid?"},
        {0, 404, "\"Invalid organization ID\"", SYNC_ERROR_DENIED,
         "toggl: get_organization: status 404: Invalid organization ID\nhint: is "
         "'toggl.organization' right, and the token's owner in it?"},
        {0, 200, "{\"id\":1,\"name\":\"E\",\"admin\":false}", SYNC_ERROR_DENIED,
         "toggl: the token's owner is no admin of organization 1\nhint: use the token of an "
         "organization admin, or make its owner one"},
        {0, 200, "{\"id\":2,\"name\":\"E\",\"admin\":true}", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization: asked for organization 1, got 2"},
        {0, 200, "null", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization: the answer is not an object"},
        {1, 403, "", SYNC_ERROR_DENIED,
         "toggl: get_me: status 403\nhint: is 'toggl.token' the API token from the profile page, "
         "and still valid?"},
        {1, 200, "{}", SYNC_ERROR_INCOMPLETE, "toggl: get_me: field 'id' is missing"},
        {2, 200, "null", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization_users: the answer is not a list"},
        {2, 200, "{}", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization_users: the answer is not a list"},
        {2, 200, "<html>hello", SYNC_ERROR_INCOMPLETE, NULL},
        {2, 200, "[{\"id\":41", SYNC_ERROR_INCOMPLETE, NULL},
        {2, 200, "[{\"id\":-1}]", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization_users: row 1: field 'id' is -1, below 1"},
        {2, 400, "\"page parameter\"", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization_users: status 400: page parameter"},
        {0, 402, "\"Upgrade your plan\"", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization: status 402: Upgrade your plan\nhint: the organization's plan "
         "does "
         "not hold this; the quota is not the reason"},
        {0, 200,
         "{\"id\":1,\"name\":\"E\",\"admin\":true,\"suspended_at\":\"2026-01-01T00:00:00Z\"}",
         SYNC_ERROR_DENIED,
         "toggl: organization 1 is suspended\nhint: its owner has to settle that with Toggl; "
         "nothing "
         "is read or changed until then"},
        {2, 402, "\"Upgrade your plan\"", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization_users: status 402: Upgrade your plan\nhint: the organization's "
         "plan does not hold this; the quota is not the reason"},
        {2, 402,
         "You have hit your hourly limit for API calls. The quota will reset in 133 seconds.",
         SYNC_ERROR_QUOTA, NULL},
        {3, 200, "{}", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization_groups: the answer is not a list"},
        {3, 200, "[{\"group_id\":0}]", SYNC_ERROR_INCOMPLETE,
         "toggl: get_organization_groups: group 1: field 'group_id' is 0, below 1"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_refused(cases[i].step, cases[i].status, cases[i].body, cases[i].code,
                       cases[i].message);
    }
}

/* What no JSON document may hold. */
static void test_damaged(void **state)
{
    (void) state;
    static const struct {
        const char *body;
        const char *problem;
    } cases[] = {
        {"[{\"id\":9223372036854775808}]", "line 1, column 26: too big integer"},
        {"[{\"id\":41,\"id\":42}]", "line 1, column 14: duplicate object key"},
        {"[{\"id\":41,\"name\":\"\xff\"}]", "line 1, column 18: unable to decode byte 0xff"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "byte 32: nested deeper than 32"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message =
            g_strconcat("toggl: get_organization_users: ", cases[i].problem, NULL);
        assert_refused(2, 200, cases[i].body, SYNC_ERROR_INCOMPLETE, message);
    }
}

/* A list without the reader is short, whatever its headers say. */
static void test_reader_missing(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "", me);
    (void) scripted_reply(world->server, 200, PAGING("1", "200", "1", "1"), "[" OTHER "]");
    (void) scripted_reply(world->server, 200, "", "{\"user_id\":92}"); /* no row is the owner's */
    world_open(world);
    Organization *read = NULL;
    assert_false(read_with(world, false, NULL, &read));
    assert_error(world->error,
                 "toggl: get_organization_users: the token's owner is not in the list");
    world_free(world);
}

static void test_repeated(void **state)
{
    (void) state;
    World *world = world_new();
    /* a new connection for what hangs up: on a kept one libcurl tries a read again by itself */
    scripted_reply(world->server, 500, "Connection: close\r\n", "")->hang_up = true;
    scripted_bytes(world->server, "", 0)->hang_up = true;
    (void) scripted_reply(world->server, 429, "Retry-After: 20\r\n", "");
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 503, "Retry-After: 61\r\n", "");
    world_open(world);
    Organization *read = NULL;
    assert_false(read_with(world, false, NULL, &read)); /* at get_me: that wait is too long */
    assert_int_equal(world->error->code, SYNC_ERROR_UNREACHABLE);
    assert_error(world->error,
                 "toggl: get_me: status 503\nhint: the trouble is at Toggl; try again later");
    assert_int_equal(toggl_calls(world->toggl), 5);
    assert_true(world->clock.now_us >= (NOW + 20) * 1000000);
    assert_true(world->clock.now_us < (NOW + 26) * 1000000);
    world_free(world);
}

/* The reserve is not touched, in this run or the next, until the window ends. */
static void test_reserve(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200,
                          "X-Toggl-Quota-Remaining: 60\r\nX-Toggl-Quota-Resets-In: 100\r\n",
                          organization);
    (void) scripted_reply(world->server, 200, "", me);
    (void) scripted_reply(world->server, 200, "", organization);
    world_open(world);
    Organization *read = NULL;
    assert_false(read_with(world, false, NULL, &read));
    assert_int_equal(world->error->code, SYNC_ERROR_QUOTA);
    assert_error(world->error,
                 "reading takes 1 more calls, and the hourly quota does not cover them: 60 of 600 "
                 "calls an hour are left, 60 are kept in reserve\nhint: go on after "
                 "2027-01-15T08:01:40Z");
    TogglQuota quota = toggl_quota(world->toggl);
    assert_int_equal(quota.remaining, 60);
    assert_int_equal(quota.reserve, 60);
    toggl_free(world->toggl);
    world->toggl = toggl_new(world->settings, &world->clock.clock, &world->cache, NULL);
    assert_false(read_with(world, false, NULL, &read));
    assert_error(world->error,
                 "the reserve of the hourly quota is reached: 60 of 600 calls an hour are left, 60 "
                 "are kept in reserve\nhint: go on after 2027-01-15T08:01:40Z");
    assert_int_equal(toggl_calls(world->toggl), 0);
    test_clock_advance(&world->clock, 100);
    assert_int_equal(toggl_quota(world->toggl).remaining, 600);
    world_free(world);
}

static void test_check(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", me);
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "",
                          "[{\"id\":6,\"name\":\"Shop\",\"organization_id\":1}]");
    (void) scripted_reply(world->server, 200,
                          "X-Toggl-Quota-Remaining: 500\r\nX-Toggl-Quota-Resets-In: 100\r\n",
                          "{\"5\":{},\"6\":{}}");
    world_open(world);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(names, g_strdup("Shoq"));
    TogglNeeds needs = {.workspaces = names};
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    assert_success(toggl_check(world->toggl, &needs, findings, &world->error), world->error);
    static const char *const expected[] = {
        "the token is that of user 91, without an address",
        "it is an admin of organization 'Example', plan 'Premium', 40 seats",
        "error: there is no workspace 'Shoq'\nhint: there is 'Shop'",
        "2 workspaces, of which the token sees 1",
        "500 of 600 calls an hour are left for the organization, 60 are kept in reserve",
        "28 of 30 calls an hour are left for the token itself, 3 are kept in reserve",
    };
    assert_int_equal(findings->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < findings->len; i++)
        assert_string_equal(g_ptr_array_index(findings, i), expected[i]);
    world_free(world);
}

/* After the first answer there are HEADERS; whether the rest is read, or nothing more. */
static void read_after(const char *headers, const char *expected)
{
    World *world = world_new();
    (void) scripted_reply(world->server, 200, headers, organization);
    if (expected == NULL) {
        (void) scripted_reply(world->server, 200, "", me);
        (void) scripted_reply(world->server, 200, PAGING("1", "200", "1", "1"), "[" SELF "]");
        (void) scripted_reply(world->server, 200, "", groups);
    }
    world_open(world);
    g_autoptr(Organization) read = NULL;
    bool done = read_with(world, true, NULL, &read);
    scripted_join(world->server);
    if (expected == NULL) {
        assert_success(done, world->error);
        assert_int_equal(world->server->requests->len, 4);
    } else {
        assert_false(done);
        assert_true(g_error_matches(world->error, SYNC_ERROR, SYNC_ERROR_QUOTA));
        assert_error(world->error, expected);
        assert_int_equal(world->server->requests->len, 1);
    }
    world_free(world);
}

static void test_stops_at_once_when_the_quota_does_not_cover_the_read(void **state)
{
    (void) state;
    read_after("X-Toggl-Quota-Remaining: 62\r\nX-Toggl-Quota-Resets-In: 100\r\n", NULL);
    read_after("X-Toggl-Quota-Remaining: 61\r\nX-Toggl-Quota-Resets-In: 100\r\n",
               "reading takes 2 more calls, and the hourly quota does not cover them: 61 of 600 "
               "calls an hour are left, 60 are kept in reserve\nhint: go on after "
               "2027-01-15T08:01:40Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_stops_at_once_when_the_quota_does_not_cover_the_read),
        cmocka_unit_test(test_no_headers),
        cmocka_unit_test(test_cached),
        cmocka_unit_test(test_list_moves),
        cmocka_unit_test(test_list_never_settles),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_reader_missing),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_reserve),
        cmocka_unit_test(test_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
