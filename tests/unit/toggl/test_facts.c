/* SPDX-License-Identifier: Apache-2.0 */
/* What the public record leaves open, point by point: what is done until more is known, what is
 * learned from answers, and that the next run knows it. */
#include "toggl/world.h"

#include "base/json.h"
#include "toggl/facts.h"
#include "toggl/operations.h"
#include "toggl/pages.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

/* "name=value (assumed)", one a line. */
static char *facts_of(World *world)
{
    g_autoptr(GPtrArray) facts = toggl_facts(world->settings, &world->clock.clock, &world->cache);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < facts->len; i++) {
        const TogglFact *fact = g_ptr_array_index(facts, i);
        g_string_append_printf(text, "%s=%s (%s)\n", fact->name, fact->value,
                               fact->origin == FACT_LEARNED ? "learned" : "assumed");
    }
    return g_string_free(text, FALSE);
}

static void test_nothing_known(void **state)
{
    (void) state;
    World *world = world_new();
    world_open(world);
    g_autofree char *text = facts_of(world);
    assert_string_equal(text, "user lists=off (assumed)\nassignments=object (assumed)\n"
                              "rows a page=500 (assumed)\nresend by=id (assumed)\n"
                              "bad token=401 or 403 (assumed)\n");
    world_free(world);
}

static Request *assignment(bool by_group)
{
    Request *request = request_new(OPERATION_ASSIGNMENT);
    request->workspace.id = 5;
    request->assign = true;
    request->by_group = by_group;
    if (by_group)
        request->group.id = 7;
    else
        request->user_id.value = 91;
    return request;
}

/* Sends an assignment; its outcome is KIND, and CALLS have been made in all. */
static void assert_assignment(World *world, OutcomeKind kind, int64_t calls)
{
    g_autoptr(Request) request = assignment(false);
    Outcome outcome;
    toggl_send(world->toggl, request, &outcome, &world->error);
    assert_int_equal(outcome.kind, kind);
    assert_int_equal(toggl_calls(world->toggl), calls);
    outcome_clear(&outcome);
}

/* Object, list, gone: each form that an answer shows is known from then on. */
static void test_assignments(void **state)
{
    (void) state;
    static const struct {
        int statuses[2]; /* 0: no answer is needed */
        OutcomeKind kind;
        int64_t calls;
        Assignments learned;
        const char *fact;
    } cases[] = {
        {{200, 0}, OUTCOME_DONE, 1, ASSIGNMENTS_OBJECT, "assignments=object (learned)"},
        {{400, 200}, OUTCOME_DONE, 2, ASSIGNMENTS_LIST, "assignments=list (learned)"},
        {{400, 400}, OUTCOME_REFUSED, 2, ASSIGNMENTS_AUTO, "assignments=object (assumed)"},
        {{405, 0}, OUTCOME_REFUSED, 1, ASSIGNMENTS_GONE, "assignments=gone (learned)"},
        {{410, 0}, OUTCOME_REFUSED, 1, ASSIGNMENTS_GONE, "assignments=gone (learned)"},
        {{500, 0}, OUTCOME_UNKNOWN, 1, ASSIGNMENTS_AUTO, "assignments=object (assumed)"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World *world = world_new();
        for (int n = 0; n < 2 && cases[i].statuses[n] != 0; n++)
            (void) scripted_reply(world->server, cases[i].statuses[n], "",
                                  cases[i].statuses[n] == 400 ? "\"Invalid JSON input\"" : "");
        world_open(world);
        assert_assignment(world, cases[i].kind, cases[i].calls);
        assert_int_equal(toggl_assignments(world->toggl), cases[i].learned);
        g_autofree char *text = facts_of(world);
        assert_non_null(strstr(text, cases[i].fact));
        world_free(world);
    }
}

/* What the administrator says counts, and is not learned away. */
static void test_assumed_assignments(void **state)
{
    (void) state;
    World *world = world_new();
    world->settings->assume.assignments = ASSIGNMENTS_LIST;
    (void) scripted_reply(world->server, 405, "", "");
    world_open(world);
    assert_assignment(world, OUTCOME_REFUSED, 1);
    scripted_join(world->server);
    assert_string_equal(scripted_body(world->server, 0),
                        "[{\"operation\":\"add\",\"user_id\":91}]");
    assert_int_equal(toggl_assignments(world->toggl), ASSIGNMENTS_LIST);
    world->settings->assume.assignments = ASSIGNMENTS_GONE;
    assert_assignment(world, OUTCOME_REFUSED, 1);
    world->settings->assume.user_lists = USER_LISTS_MERGE;
    g_autofree char *text = facts_of(world);
    assert_non_null(strstr(text, "user lists=merge (assumed)\nassignments=gone (assumed)\n"));
    world_free(world);
}

/* Whoever calls the operation by itself gets the form that is known. */
static void test_form_of_single_calls(void **state)
{
    (void) state;
    World *world = world_new();
    world->settings->assume.assignments = ASSIGNMENTS_LIST;
    (void) scripted_reply(world->server, 200, "", "OK");
    world_open(world);
    g_auto(Answer) answer = {0};
    put_organization_workspaces_assignments(world->toggl, 5, true, (UserId){91}, 0, &answer,
                                            &world->error);
    assert_int_equal(answer.outcome.kind, OUTCOME_DONE);
    scripted_join(world->server);
    assert_string_equal(scripted_body(world->server, 0),
                        "[{\"operation\":\"add\",\"user_id\":91}]");
    world_free(world);
}

/* ---- credentials ---- */

/* 401 and 403 of /me are both about the token; which it was is kept. */
static void test_credentials(void **state)
{
    (void) state;
    static const int statuses[] = {401, 403};
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
        World *world = world_new();
        (void) scripted_reply(world->server, statuses[i], "", "");
        world_open(world);
        json_t *value = NULL;
        assert_false(get_me(world->toggl, &value, &world->error));
        assert_int_equal(world->error->code, SYNC_ERROR_DENIED);
        assert_non_null(strstr(world->error->message, "hint: is 'toggl.token' the API token"));
        g_autofree char *text = facts_of(world);
        g_autofree char *fact = g_strdup_printf("bad token=%d (learned)", statuses[i]);
        assert_non_null(strstr(text, fact));
        world_free(world);
    }
}

/* ---- pages ---- */

#define ROW(id) "{\"id\":" id "}"
#define TWO "[" ROW("1") "," ROW("2") "]"
#define PAGING(page, size, pages, records)                                                         \
    "X-Page: " page "\r\nX-Page-Size: " size "\r\nX-Pages: " pages "\r\nX-Records: " records "\r"  \
    "\n"

static size_t collect(World *world)
{
    json_t *rows = NULL;
    assert_success(pages_collect(world->toggl, endpoint_find("get_organization_users"), NULL, &rows,
                                 &world->error),
                   world->error);
    size_t count = json_array_size(rows);
    json_decref(rows);
    return count;
}

/* A server that refuses the size is asked for less, once; the next run knows. */
static void test_page_size_refused(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 400, "", "\"Invalid value sent for 'per_page'.\"");
    (void) scripted_reply(world->server, 200, PAGING("1", "200", "1", "2"), TWO);
    (void) scripted_reply(world->server, 200, PAGING("1", "200", "1", "2"), TWO);
    world_open(world);
    assert_int_equal(collect(world), 2);
    assert_int_equal(collect(world), 2);
    scripted_join(world->server);
    assert_string_equal(scripted_request(world->server, 2),
                        "GET /api/organizations/1/users?page=1&per_page=200&sort_dir=asc");
    g_autofree char *text = facts_of(world);
    assert_non_null(strstr(text, "rows a page=200 (learned)"));
    /* in a month it is tried again */
    test_clock_advance(&world->clock, INT64_C(31) * 24 * 3600);
    assert_int_equal(facts_per_page(world->toggl), 500);
    world_free(world);
}

/* A cap that the headers tell is learned from a list of several pages. */
static void test_page_cap(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, PAGING("1", "2", "2", "3"), TWO);
    (void) scripted_reply(world->server, 200, PAGING("2", "2", "2", "3"), "[" ROW("3") "]");
    world_open(world);
    assert_int_equal(collect(world), 3);
    assert_int_equal(facts_per_page(world->toggl), 2);
    world_free(world);
}

/* A server that knows no pages gives the same twice, and says nothing of pages. */
static void test_pageless(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", TWO);
    (void) scripted_reply(world->server, 200, "", TWO);
    world_open(world);
    assert_int_equal(collect(world), 2);
    assert_int_equal(toggl_calls(world->toggl), 2);
    world_free(world);
}

/* ---- invitations ---- */

static const char organization[] = "{\"id\":1,\"name\":\"Example\",\"admin\":true}";
static const char me[] = "{\"id\":91}";
#define SELF                                                                                       \
    "{\"id\":41,\"user_id\":91,\"email\":\"o@example.org\",\"joined\":true,\"inactive\":false,"    \
    "\"owner\":true}"
#define INVITED(rest)                                                                              \
    "{\"id\":42,\"user_id\":null,\"email\":\"z@example.org\",\"joined\":false,\"inactive\":"       \
    "false" rest "}"

static Request *resend(int64_t invitation)
{
    Request *request = request_new(OPERATION_RESEND_INVITATION);
    request->invitation_id = invitation;
    request->organization_user_id.value = 42;
    return request;
}

/* The invitation that a row tells is sent again by its id, or, where there is none, by its code,
 * which stands in no message and no path that is kept. */
static void test_resend(void **state)
{
    (void) state;
    static const struct {
        const char *row;
        int64_t id;
        const char *request; /* NULL: none is sent */
        const char *fact;
    } cases[] = {
        {INVITED(",\"invitation_id\":66,\"invitation_code\":\"canary-code\""), 66,
         "PUT /api/organizations/1/invitations/66/resend", "resend by=id (learned)"},
        {INVITED(",\"invitation_code\":\"canary-code\""), 0,
         "PUT /api/organizations/1/invitations/canary-code/resend", "resend by=code (learned)"},
        {INVITED(",\"invitation_code\":\"../../9\""), 0, NULL, "resend by=id (assumed)"},
        {INVITED(""), 0, NULL, "resend by=id (assumed)"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        World *world = world_new();
        g_autofree char *rows = g_strdup_printf("[" SELF ",%s]", cases[i].row);
        (void) scripted_reply(world->server, 200, "", organization);
        (void) scripted_reply(world->server, 200, "", me);
        (void) scripted_reply(world->server, 200, PAGING("1", "500", "1", "2"), rows);
        if (cases[i].request != NULL)
            (void) scripted_reply(world->server, 200, "", "OK");
        world_open(world);
        g_autoptr(Organization) read = NULL;
        assert_success(toggl_read(world->toggl, &(TogglNeeds){0}, &read, &world->error),
                       world->error);
        g_autoptr(Request) request = resend(cases[i].id);
        Outcome outcome;
        toggl_send(world->toggl, request, &outcome, &world->error);
        assert_int_equal(outcome.kind, cases[i].request != NULL ? OUTCOME_DONE : OUTCOME_REFUSED);
        scripted_join(world->server);
        if (cases[i].request != NULL)
            assert_string_equal(scripted_request(world->server, 3), cases[i].request);
        g_autofree char *path = toggl_request_path(request, 1);
        assert_null(strstr(path, "canary"));
        g_autofree char *text = facts_of(world);
        assert_non_null(strstr(text, cases[i].fact));
        outcome_clear(&outcome);
        world_free(world);
    }
}

/* ---- direct assignments ---- */

/* Only a workspace that somebody may have entered through a group is asked about. */
static void test_direct(void **state)
{
    (void) state;
    World *world = world_new();
    (void) scripted_reply(world->server, 200, "", organization);
    (void) scripted_reply(world->server, 200, "", me);
    (void) scripted_reply(world->server, 200, PAGING("1", "500", "1", "2"),
                          "[" SELF
                          ",{\"id\":42,\"user_id\":92,\"email\":\"z@example.org\",\"joined\":true,"
                          "\"inactive\":false,\"workspaces\":[{\"workspace_id\":5,\"name\":\"A\"},"
                          "{\"workspace_id\":6,\"name\":\"B\"}]}]");
    (void) scripted_reply(world->server, 200, "",
                          "[{\"group_id\":7,\"name\":\"Crew\",\"users\":[{\"user_id\":92}],"
                          "\"workspaces\":[6]}]");
    (void) scripted_reply(world->server, 200, "",
                          "[{\"id\":52,\"user_id\":92,\"is_direct\":false}]");
    (void) scripted_reply(world->server, 200, "", "[]");
    world_open(world);
    g_autoptr(Organization) read = NULL;
    assert_success(toggl_read(world->toggl, &(TogglNeeds){.groups = true, .direct = true}, &read,
                              &world->error),
                   world->error);
    scripted_join(world->server);
    assert_int_equal(toggl_calls(world->toggl), 6);
    assert_string_equal(
        scripted_request(world->server, 4),
        "GET /api/organizations/1/workspaces/6/workspace_users?page=1&per_page=500");
    const Member *member = organization_member(read, (OrganizationUserId){42});
    assert_false(member_assignment(member, 5)->indirect);
    assert_true(member_assignment(member, 6)->indirect);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_assignments),
        cmocka_unit_test(test_assumed_assignments),
        cmocka_unit_test(test_form_of_single_calls),
        cmocka_unit_test(test_credentials),
        cmocka_unit_test(test_page_size_refused),
        cmocka_unit_test(test_page_cap),
        cmocka_unit_test(test_pageless),
        cmocka_unit_test(test_resend),
        cmocka_unit_test(test_direct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
