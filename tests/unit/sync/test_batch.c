/* SPDX-License-Identifier: Apache-2.0 */
#include "batching.h"

#define SEED 20261124U

static void test_nothing(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) about(plan, CHANGE_LINK, 1);
    (void) in_group(plan, CHANGE_ADOPT, 1, 7, "Developers");
    assert_requests(plan, "");
    assert_int_equal(plan_minimum_requests(plan), 0);
}

static void test_one_patch_carries_all_of_a_group(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 7, "Developers");
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 2, 7, "Developers");
    (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 3, 7, "Developers");
    (void) attach(plan, CHANGE_ADD_GROUP_TO_WORKSPACE, 7, "Developers", 50, "Product");
    (void) attach(plan, CHANGE_REMOVE_GROUP_FROM_WORKSPACE, 7, "Developers", 51, "Depot");
    (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 1, 8, "Leads");
    assert_requests(plan,
                    "5 PATCH /groups/7 [{\"op\":\"add\",\"path\":\"/users\",\"value\":[1,2]},"
                    "{\"op\":\"add\",\"path\":\"/workspaces\",\"value\":[50]},"
                    "{\"op\":\"remove\",\"path\":\"/users\",\"value\":[3]},"
                    "{\"op\":\"remove\",\"path\":\"/workspaces\",\"value\":[51]}]"
                    " for 1,2,3,5,6\n"
                    "6 PATCH /groups/8 [{\"op\":\"remove\",\"path\":\"/users\",\"value\":[1]}]"
                    " for 4\n");
    assert_int_equal(plan_minimum_requests(plan), 2);
}

static void test_values_and_patches_are_chunked(void **state)
{
    (void) state;
    static const struct {
        int adds;
        int removes;
        unsigned requests;
        unsigned patches; /* of the first */
    } cases[] = {
        {100, 0, 1, 1},      {101, 0, 1, 2},      {100, 100, 1, 2},   {101, 101, 1, 4},
        {9900, 100, 1, 100}, {9900, 101, 2, 100}, {10000, 0, 1, 100}, {10001, 0, 2, 100},
    };
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        g_autoptr(Plan) plan = plan_new();
        for (int i = 1; i <= cases[c].adds; i++)
            (void) in_group(plan, CHANGE_ADD_TO_GROUP, i, 7, "Developers");
        for (int i = 1; i <= cases[c].removes; i++)
            (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 20000 + i, 7, "Developers");
        number(plan);
        plan_batch(plan);
        assert_int_equal(plan->requests->len, cases[c].requests);
        assert_int_equal(plan_minimum_requests(plan), cases[c].requests);
        const Request *first = g_ptr_array_index(plan->requests, 0);
        assert_int_equal(first->patches->len, cases[c].patches);
        for (guint i = 0; i < first->patches->len; i++)
            assert_true(((GroupPatch *) g_ptr_array_index(first->patches, i))->values->len <= 100);
    }
}

static void test_a_request_stands_in_the_earliest_phase_of_its_own_changes(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    for (int i = 1; i <= 10000; i++)
        (void) in_group(plan, CHANGE_ADD_TO_GROUP, i, 7, "Developers");
    (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 20000, 7, "Developers");
    number(plan);
    plan_batch(plan);
    assert_int_equal(plan->requests->len, 2);
    assert_int_equal(((Request *) g_ptr_array_index(plan->requests, 0))->phase, 5);
    assert_int_equal(((Request *) g_ptr_array_index(plan->requests, 1))->phase, 6);
}

static void test_invitations_go_by_equal_targets(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    for (int i = 1; i <= 5; i++) {
        Change *change = about(plan, CHANGE_INVITE, i);
        carry_workspace(change, 50, "Product", i == 2 ? ROLE_ADMIN : ROLE_NONE);
        if (i == 3)
            carry_group(change, 7, "Developers");
        if (i == 5)
            carry_workspace(change, 51, "Depot", ROLE_USER);
    }
    assert_requests(
        plan,
        "7 POST /invitations {\"emails\":[\"p1@example.org\",\"p4@example.org\"],"
        "\"workspaces\":[{\"workspace_id\":50}]} for 1,4\n"
        "7 POST /invitations {\"emails\":[\"p2@example.org\"],"
        "\"workspaces\":[{\"role\":\"admin\",\"workspace_id\":50}]} for 2\n"
        "7 POST /invitations {\"emails\":[\"p3@example.org\"],\"groups\":[7],"
        "\"workspaces\":[{\"workspace_id\":50}]} for 3\n"
        "7 POST /invitations {\"emails\":[\"p5@example.org\"],"
        "\"workspaces\":[{\"workspace_id\":50},{\"role\":\"user\",\"workspace_id\":51}]} for 5\n");
    assert_int_equal(plan_minimum_requests(plan), 4);
}

static void test_people_are_chunked_by_a_hundred(void **state)
{
    (void) state;
    static const struct {
        ChangeKind kind;
        int people;
        unsigned requests;
    } cases[] = {
        {CHANGE_INVITE, 100, 1},
        {CHANGE_INVITE, 101, 2},
        {CHANGE_DELETE_MEMBER, 100, 1},
        {CHANGE_DELETE_MEMBER, 201, 3},
        {CHANGE_WITHDRAW_INVITATION, 101, 2},
        {CHANGE_DEACTIVATE, 3, 3},
        {CHANGE_RESEND_INVITATION, 3, 3},
    };
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        g_autoptr(Plan) plan = plan_new();
        for (int i = 1; i <= cases[c].people; i++) {
            Change *change = about(plan, cases[c].kind, i);
            if (cases[c].kind == CHANGE_INVITE)
                carry_workspace(change, 50, "Product", ROLE_USER);
        }
        number(plan);
        plan_batch(plan);
        assert_int_equal(plan->requests->len, cases[c].requests);
        assert_int_equal(plan_minimum_requests(plan), cases[c].requests);
    }
}

static void test_deleting_comes_last_and_withdrawing_early(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) about(plan, CHANGE_DELETE_MEMBER, 1);
    (void) about(plan, CHANGE_WITHDRAW_INVITATION, 2);
    (void) about(plan, CHANGE_RESEND_INVITATION, 3);
    (void) object(plan, CHANGE_DELETE_GROUP, 7, "Old");
    assert_requests(plan, "2 PATCH /users {\"delete\":[1002]} for 1\n"
                          "7 PUT /invitations/2003/resend - for 2\n"
                          "8 DELETE /groups/7 - for 3\n"
                          "8 PATCH /users {\"delete\":[1001]} for 4\n");
}

static void test_one_put_carries_all_of_a_person(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) about(plan, CHANGE_REACTIVATE, 1);
    about(plan, CHANGE_RENAME_MEMBER, 1)->after.name = g_strdup("Zoë");
    about(plan, CHANGE_CHANGE_ADDRESS, 1)->after.mail = g_strdup("zoe@example.org");
    about(plan, CHANGE_SET_ORGANIZATION_ROLE, 1)->after.admin = true;
    (void) about(plan, CHANGE_DEACTIVATE, 2);
    about(plan, CHANGE_RENAME_MEMBER, 2)->after.name = g_strdup("Ann");
    assert_requests(plan, "2 PUT /users/1002 {\"inactive\":true} for 1\n"
                          "4 PUT /users/1001 {\"email\":\"zoe@example.org\",\"inactive\":false,"
                          "\"name\":\"Zo\u00eb\",\"organization_admin\":true} for 2,3,4,6\n"
                          "5 PUT /users/1002 {\"name\":\"Ann\"} for 5\n");
    assert_int_equal(plan_minimum_requests(plan), 3);
}

static void test_a_disabled_person_goes_first(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) about(plan, CHANGE_DEACTIVATE, 1);
    Change *disabled = about(plan, CHANGE_DEACTIVATE, 2);
    disabled->disabled_person = true;
    disabled->phase = change_kind_phase(CHANGE_DEACTIVATE, true);
    assert_requests(plan, "1 PUT /users/1002 {\"inactive\":true} for 1\n"
                          "2 PUT /users/1001 {\"inactive\":true} for 2\n");
}

/* The list names what is still to be taken away, so it must not come behind the taking. */
static void test_a_complete_list_comes_before_what_takes_away(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) in_workspace(plan, CHANGE_UNASSIGN, 1, 51, "Depot");
    Change *role = set_role(plan, 1, 50, ROLE_ADMIN, ROLE_USER);
    carry_workspace(role, 50, "W", ROLE_USER);
    carry_workspace(role, 51, "Depot", ROLE_USER);
    number(plan);
    plan_batch(plan);
    assert_int_equal(plan->requests->len, 2);
    const Request *first = g_ptr_array_index(plan->requests, 0);
    const Request *second = g_ptr_array_index(plan->requests, 1);
    assert_int_equal(first->operation, OPERATION_PUT_USER);
    assert_int_equal(second->operation, OPERATION_ASSIGNMENT);
    assert_int_equal(first->phase, 6);
    assert_int_equal(second->phase, 6);
}

static void test_assignments_ride_on_a_list_that_must_go(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    for (int64_t space = 51; space <= 52; space++) {
        Change *change = in_workspace(plan, CHANGE_ASSIGN, 1, space, "Depot");
        change->after = (ChangeState){.fields = STATE_ROLE, .role = ROLE_USER};
    }
    (void) in_workspace(plan, CHANGE_ASSIGN, 2, 51, "Depot");
    Change *role = set_role(plan, 1, 50, ROLE_USER, ROLE_ADMIN);
    carry_workspace(role, 49, "By hand", ROLE_TEAM_LEAD);
    carry_workspace(role, 50, "W", ROLE_USER);
    assert_requests(
        plan, "5 PUT /users/1001 {\"workspaces\":[{\"role\":\"teamlead\",\"workspace_id\":49},"
              "{\"role\":\"admin\",\"workspace_id\":50},{\"role\":\"user\",\"workspace_id\":51},"
              "{\"role\":\"user\",\"workspace_id\":52}]} for 1,2,4\n"
              "5 PUT /workspaces/51/assignments {\"operation\":\"add\",\"user_id\":2} for 3\n");
    assert_int_equal(plan_minimum_requests(plan), 2);
}

static void test_a_list_does_not_smuggle_what_is_held(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    Change *up = set_role(plan, 1, 50, ROLE_USER, ROLE_ADMIN);
    Change *down = set_role(plan, 1, 51, ROLE_ADMIN, ROLE_USER);
    Change *new_one = set_role(plan, 1, 52, ROLE_NONE, ROLE_TEAM_LEAD);
    Change *assigned = in_workspace(plan, CHANGE_ASSIGN, 1, 53, "W");
    for (int i = 0; i < 3; i++) {
        Change *change = i == 0 ? up : i == 1 ? down : new_one;
        carry_workspace(change, 50, "W", ROLE_USER);
        carry_workspace(change, 51, "W", ROLE_ADMIN);
    }
    number(plan);
    plan_withhold(plan->held, down->id, RAIL_CONFIGURATION, NULL);
    plan_withhold(plan->deferred, new_one->id, RAIL_CANARY, NULL);
    plan_withhold(plan->deferred, assigned->id, RAIL_CANARY, NULL);
    plan_batch(plan);
    g_autofree char *text = describe(plan);
    assert_string_equal(
        text, "5 PUT /users/1001 {\"workspaces\":[{\"role\":\"admin\",\"workspace_id\":50},"
              "{\"role\":\"admin\",\"workspace_id\":51}]} for 2\n");
}

static void test_new_objects_come_first_and_are_named_by_request(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) about(plan, CHANGE_DEACTIVATE, 9);
    (void) object(plan, CHANGE_CREATE_GROUP, 0, "New");
    (void) object(plan, CHANGE_CREATE_WORKSPACE, 0, "Space");
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 0, "New");
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 2, 0, "New");
    (void) attach(plan, CHANGE_ADD_GROUP_TO_WORKSPACE, 0, "New", 50, "Product");
    (void) attach(plan, CHANGE_ADD_GROUP_TO_WORKSPACE, 0, "New", 0, "Space");
    (void) in_workspace(plan, CHANGE_ASSIGN, 3, 0, "Space");
    Change *invite = about(plan, CHANGE_INVITE, 4);
    carry_workspace(invite, 0, "Space", ROLE_ADMIN);
    carry_group(invite, 0, "New");
    assert_requests(
        plan,
        "2 PUT /users/1009 {\"inactive\":true} for 1\n"
        "3 POST /workspaces {\"name\":\"Space\"} for 3\n"
        "3 POST /groups {\"name\":\"New\",\"users\":[1,2],\"workspaces\":[50,{\"from_request\":2}]}"
        " for 2,4,5,6,7 after 2\n"
        "5 PUT /workspaces/{from_request:2}/assignments {\"operation\":\"add\",\"user_id\":3}"
        " for 8 after 2\n"
        "7 POST /invitations {\"emails\":[\"p4@example.org\"],\"groups\":[{\"from_request\":3}],"
        "\"workspaces\":[{\"role\":\"admin\",\"workspace_id\":{\"from_request\":2}}]}"
        " for 9 after 2,3\n");
    assert_int_equal(plan_minimum_requests(plan), 5);
}

static void test_withheld_changes_make_no_requests(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) about(plan, CHANGE_DEACTIVATE, 1);
    (void) about(plan, CHANGE_DEACTIVATE, 2);
    (void) about(plan, CHANGE_DEACTIVATE, 3);
    number(plan);
    plan_withhold(plan->held, 1, RAIL_REMOVALS, NULL);
    plan_withhold(plan->deferred, 3, RAIL_CANARY, NULL);
    plan_batch(plan);
    g_autofree char *text = describe(plan);
    assert_string_equal(text, "2 PUT /users/1002 {\"inactive\":true} for 2\n");
    assert_int_equal(plan_minimum_requests(plan), 1);
}

static void test_what_needs_a_withheld_object_waits_with_it(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) object(plan, CHANGE_CREATE_GROUP, 0, "New");
    (void) object(plan, CHANGE_CREATE_WORKSPACE, 0, "Space");
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 0, "New");
    Change *by_group = about(plan, CHANGE_INVITE, 2);
    carry_workspace(by_group, 50, "Product", ROLE_USER);
    carry_group(by_group, 0, "New");
    Change *by_workspace = about(plan, CHANGE_INVITE, 3);
    carry_workspace(by_workspace, 0, "Space", ROLE_USER);
    carry_workspace(about(plan, CHANGE_INVITE, 4), 50, "Product", ROLE_USER);
    number(plan);
    plan_withhold(plan->held, id_of(plan, CHANGE_CREATE_GROUP), RAIL_QUARANTINE, "why");
    plan_withhold(plan->deferred, id_of(plan, CHANGE_CREATE_WORKSPACE), RAIL_CANARY, NULL);
    plan_batch(plan);
    g_autofree char *text = describe(plan);
    assert_string_equal(text, "7 POST /invitations {\"emails\":[\"p4@example.org\"],"
                              "\"workspaces\":[{\"role\":\"user\",\"workspace_id\":50}]} for 6\n");
    assert_int_equal(plan->held->len, 3);
    const Withheld *last = g_ptr_array_index(plan->held, 2);
    assert_int_equal(last->change, by_group->id);
    assert_int_equal(last->rail, RAIL_QUARANTINE);
    assert_string_equal(last->subject, "why");
    assert_int_equal(plan->deferred->len, 2);
    assert_int_equal(((Withheld *) g_ptr_array_index(plan->deferred, 1))->change, by_workspace->id);
    /* again: nothing is withheld twice */
    plan_batch(plan);
    assert_int_equal(plan->held->len + plan->deferred->len, 5);
    assert_int_equal(plan->requests->len, 1);
}

static void test_what_nobody_creates_is_not_sent(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 0, "Nowhere");
    (void) in_workspace(plan, CHANGE_ASSIGN, 1, 0, "Nowhere");
    carry_workspace(about(plan, CHANGE_INVITE, 2), 0, "Nowhere", ROLE_USER);
    Change *invite = about(plan, CHANGE_INVITE, 3);
    carry_workspace(invite, 50, "Product", ROLE_USER);
    carry_group(invite, 0, "Nowhere");
    assert_requests(plan, "");
}

/* ---- properties of random plans ---- */

static void add_random(Plan *plan, GRand *random)
{
    ChangeKind kind = (ChangeKind) g_rand_int_range(random, 0, CHANGE_KINDS);
    int64_t n = g_rand_int_range(random, 1, 40);
    int64_t group = g_rand_int_range(random, 1, 6);
    int64_t workspace = g_rand_int_range(random, 50, 55);
    g_autofree char *name = g_strdup_printf("New %u", plan->changes->len);
    Change *change = kind == CHANGE_CREATE_GROUP || kind == CHANGE_CREATE_WORKSPACE
                         ? object(plan, kind, 0, name)
                         : about(plan, kind, n);
    bool members = kind == CHANGE_ADD_TO_GROUP || kind == CHANGE_REMOVE_FROM_GROUP;
    bool attachment =
        kind == CHANGE_ADD_GROUP_TO_WORKSPACE || kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
    if (members || attachment || kind == CHANGE_DELETE_GROUP)
        target_ref_set(&change->group, group, "G");
    if (attachment || kind == CHANGE_ASSIGN || kind == CHANGE_UNASSIGN ||
        kind == CHANGE_SET_WORKSPACE_ROLE)
        target_ref_set(&change->workspace, workspace, "W");
    if (kind == CHANGE_INVITE || kind == CHANGE_SET_WORKSPACE_ROLE)
        carry_workspace(change, workspace, "W", ROLE_USER);
    if (kind == CHANGE_INVITE && n % 3 == 0)
        carry_group(change, group, "G");
    if (n % 2 == 0 && (kind == CHANGE_RENAME_MEMBER || kind == CHANGE_REACTIVATE))
        repeat(change);
    if (kind == CHANGE_RENAME_MEMBER)
        change->after.name = g_strdup("Name");
    if (kind == CHANGE_CHANGE_ADDRESS)
        change->after.mail = g_strdup("mail@example.org");
}

/* Each change that goes is in exactly one request, those before it in phase come before it, and
 * nothing waits for what comes later. */
static void check_plan(const Plan *plan)
{
    g_autofree unsigned *seen = g_new0(unsigned, plan->changes->len + 1);
    unsigned phase = 0;
    for (guint i = 0; i < plan->requests->len; i++) {
        const Request *request = g_ptr_array_index(plan->requests, i);
        assert_true(request->phase >= phase);
        phase = request->phase;
        unsigned earliest = G_MAXUINT;
        for (guint c = 0; c < request->changes->len; c++) {
            unsigned id = g_array_index(request->changes, unsigned, c);
            seen[id]++;
            earliest = MIN(earliest, ((Change *) g_ptr_array_index(plan->changes, id - 1))->phase);
        }
        assert_int_equal(earliest, request->phase);
        for (guint a = 0; a < request->after->len; a++)
            assert_true(g_array_index(request->after, unsigned, a) < request->id);
    }
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        bool fact = change->kind == CHANGE_LINK || change->kind == CHANGE_ADOPT;
        bool goes = !fact && !plan_withholds(plan, change->id);
        assert_int_equal(seen[change->id], goes ? 1 : 0);
    }
    assert_int_equal(plan_minimum_requests(plan), plan->requests->len);
}

static void test_random_plans(void **state)
{
    (void) state;
    GRand *random = g_rand_new_with_seed(SEED);
    for (int round = 0; round < 300; round++) {
        g_autoptr(Plan) plan = plan_new();
        int count = g_rand_int_range(random, 0, 120);
        for (int i = 0; i < count; i++)
            add_random(plan, random);
        number(plan);
        for (unsigned id = 1; id <= plan->changes->len; id++) {
            if (g_rand_int_range(random, 0, 10) == 0)
                plan_withhold(id % 2 == 0 ? plan->held : plan->deferred, id,
                              id % 2 == 0 ? RAIL_REMOVALS : RAIL_CANARY, NULL);
        }
        plan_batch(plan);
        check_plan(plan);
        g_autofree char *once = describe(plan);
        plan_batch(plan);
        g_autofree char *twice = describe(plan);
        assert_string_equal(once, twice);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_one_patch_carries_all_of_a_group),
        cmocka_unit_test(test_values_and_patches_are_chunked),
        cmocka_unit_test(test_a_request_stands_in_the_earliest_phase_of_its_own_changes),
        cmocka_unit_test(test_invitations_go_by_equal_targets),
        cmocka_unit_test(test_people_are_chunked_by_a_hundred),
        cmocka_unit_test(test_deleting_comes_last_and_withdrawing_early),
        cmocka_unit_test(test_one_put_carries_all_of_a_person),
        cmocka_unit_test(test_a_disabled_person_goes_first),
        cmocka_unit_test(test_a_complete_list_comes_before_what_takes_away),
        cmocka_unit_test(test_assignments_ride_on_a_list_that_must_go),
        cmocka_unit_test(test_a_list_does_not_smuggle_what_is_held),
        cmocka_unit_test(test_new_objects_come_first_and_are_named_by_request),
        cmocka_unit_test(test_withheld_changes_make_no_requests),
        cmocka_unit_test(test_what_needs_a_withheld_object_waits_with_it),
        cmocka_unit_test(test_what_nobody_creates_is_not_sent),
        cmocka_unit_test(test_random_plans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
