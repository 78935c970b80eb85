/* SPDX-License-Identifier: Apache-2.0 */
#include "batching.h"
#include "world.h"

#include "sync/lists.h"

/* ---- lists that replace ---- */

static Change *rename_to(Plan *plan, int64_t n, const char *name)
{
    Change *change = about(plan, CHANGE_RENAME_MEMBER, n);
    change->after.name = g_strdup(name);
    return change;
}

static void test_everything_rides_where_lists_replace(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    repeat(rename_to(plan, 1, "Ann"));
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 9, "Nine");
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 2, 9, "Nine");
    (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 1, 7, "Seven");
    in_workspace(plan, CHANGE_ASSIGN, 1, 52, "New")->after.role = ROLE_USER;
    in_workspace(plan, CHANGE_UNASSIGN, 1, 50, "W")->person.workspace_user_id.value = 99;
    assert_requests(
        plan, "5 PUT /users/1001 {\"groups\":[8,9],\"name\":\"Ann\",\"workspaces\":["
              "{\"inactive\":true,\"role\":\"user\",\"workspace_id\":51},"
              "{\"role\":\"user\",\"workspace_id\":52}]} for 1,3,4,5,6\n"
              "5 PATCH /groups/9 [{\"op\":\"add\",\"path\":\"/users\",\"value\":[2]}] for 2\n");
    assert_int_equal(plan_minimum_requests(plan), 2);
}

static void test_a_list_goes_only_when_something_rides(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    repeat(rename_to(plan, 1, "Ann"));
    repeat(rename_to(plan, 2, "Bob"));
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 2, 9, "Nine");
    assert_requests(plan, "5 PUT /users/1002 {\"groups\":[7,8,9],\"name\":\"Bob\"} for 1,3\n"
                          "5 PUT /users/1001 {\"name\":\"Ann\"} for 2\n");
    assert_int_equal(plan_minimum_requests(plan), 2);
}

/* What is known to be direct is not told: then nothing is said of workspaces. */
static void test_only_groups_ride_where_workspaces_are_not_known(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    carry_group(rename_to(plan, 1, "Ann"), 7, "Seven");
    (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 1, 7, "Seven");
    (void) in_workspace(plan, CHANGE_ASSIGN, 1, 52, "New");
    assert_requests(plan,
                    "5 PUT /workspaces/52/assignments {\"operation\":\"add\",\"user_id\":1} for 1\n"
                    "5 PUT /users/1001 {\"groups\":[],\"name\":\"Ann\"} for 2,3\n");
    assert_int_equal(plan_minimum_requests(plan), 2);
}

/* A list without groups says that lists may merge: what it leaves out would stay. */
static void test_nobody_leaves_by_a_list_that_may_merge(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    Change *role = set_role(plan, 1, 50, ROLE_USER, ROLE_ADMIN);
    carry_workspace(role, 50, "W", ROLE_USER);
    carry_workspace(role, 51, "Depot", ROLE_USER);
    in_workspace(plan, CHANGE_UNASSIGN, 1, 51, "Depot")->person.workspace_user_id.value = 99;
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 9, "Nine");
    assert_requests(plan,
                    "5 PATCH /groups/9 [{\"op\":\"add\",\"path\":\"/users\",\"value\":[1]}] for 1\n"
                    "5 PUT /users/1001 {\"workspaces\":[{\"role\":\"admin\",\"workspace_id\":50},"
                    "{\"role\":\"user\",\"workspace_id\":51}]} for 2\n"
                    "6 PATCH /workspaces/51/workspace_users {\"delete\":[99]} for 3\n");
    assert_int_equal(plan_minimum_requests(plan), 3);
}

/* The POST of a new group puts its people into it: a list that replaces comes later and knows. */
static void test_a_new_group_stands_in_a_list_that_replaces(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    repeat(about(plan, CHANGE_REACTIVATE, 1));
    (void) object(plan, CHANGE_CREATE_GROUP, 0, "New");
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 0, "New");
    (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 1, 7, "Seven");
    assert_requests(plan,
                    "3 POST /groups {\"name\":\"New\",\"users\":[1],\"workspaces\":[]} for 1,3\n"
                    "4 PUT /users/1001 {\"groups\":[8,{\"from_request\":1}],\"inactive\":false}"
                    " for 2,4 after 1\n");
    assert_int_equal(plan_minimum_requests(plan), 2);
}

static void test_what_is_held_does_not_ride(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    repeat(rename_to(plan, 1, "Ann"));
    (void) in_group(plan, CHANGE_ADD_TO_GROUP, 1, 9, "Nine");
    (void) in_group(plan, CHANGE_REMOVE_FROM_GROUP, 1, 7, "Seven");
    (void) in_workspace(plan, CHANGE_ASSIGN, 1, 52, "New");
    number(plan);
    plan_withhold(plan->held, id_of(plan, CHANGE_REMOVE_FROM_GROUP), RAIL_GROUP_REMOVALS, NULL);
    plan_withhold(plan->deferred, id_of(plan, CHANGE_ASSIGN), RAIL_CANARY, NULL);
    plan_batch(plan);
    g_autofree char *text = describe(plan);
    assert_string_equal(text, "5 PUT /users/1001 {\"groups\":[7,8,9],\"name\":\"Ann\"} for 1,3\n");
    /* and where the PUT itself is held, nothing rides on it */
    plan_withhold(plan->held, id_of(plan, CHANGE_RENAME_MEMBER), RAIL_QUARANTINE, NULL);
    plan_batch(plan);
    g_autofree char *without = describe(plan);
    assert_string_equal(
        without, "5 PATCH /groups/9 [{\"op\":\"add\",\"path\":\"/users\",\"value\":[1]}] for 1\n");
}

/* ---- assignments are gone ---- */

static void test_one_put_for_all_assignments_that_bring_a_list(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    (void) object(plan, CHANGE_CREATE_WORKSPACE, 0, "Space");
    for (int64_t space = 52; space <= 53; space++) {
        Change *change = in_workspace(plan, CHANGE_ASSIGN, 1, space, "Product");
        change->after.role = ROLE_USER;
        carry_workspace(change, 50, "By hand", ROLE_ADMIN);
    }
    Change *made = in_workspace(plan, CHANGE_ASSIGN, 1, 0, "Space");
    carry_workspace(made, 50, "By hand", ROLE_ADMIN);
    assert_requests(
        plan, "3 POST /workspaces {\"name\":\"Space\"} for 1\n"
              "5 PUT /users/1001 {\"workspaces\":[{\"role\":\"admin\",\"workspace_id\":50},"
              "{\"role\":\"user\",\"workspace_id\":52},{\"role\":\"user\",\"workspace_id\":53},"
              "{\"workspace_id\":{\"from_request\":1}}]} for 2,3,4 after 1\n");
    assert_int_equal(plan_minimum_requests(plan), 2);
}

/* ---- what is to be repeated ---- */

/* "kind: WORKSPACE role, ...; GROUP, ...", "-" for a list that there is none of; a line a change.
 */
static char *lists_of(const Plan *plan)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        g_string_append_printf(text, "%s:%s", change_kind_name(change->kind),
                               change->workspaces == NULL ? " -" : "");
        for (guint w = 0; change->workspaces != NULL && w < change->workspaces->len; w++) {
            const InvitationWorkspace *row = g_ptr_array_index(change->workspaces, w);
            g_string_append_printf(text, " %s=%s%s", row->workspace.name,
                                   row->role == ROLE_NONE ? "#" : role_name(row->role),
                                   row->inactive ? " off" : "");
            if (row->role_id != 0)
                g_string_append_printf(text, "%" G_GINT64_FORMAT, row->role_id);
        }
        g_string_append(text, change->groups == NULL ? "; -" : ";");
        for (guint g = 0; change->groups != NULL && g < change->groups->len; g++)
            g_string_append_printf(text, " %s",
                                   ((TargetRef *) g_ptr_array_index(change->groups, g))->name);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* Ann is an admin of Product by hand, deactivated in Depot, in Odd with a role that has no word,
 * and in Group space through a group; Bob is nothing but deactivated, with one workspace. */
static void begin_lists(World *world, Plan *plan)
{
    world_init(world);
    Member *ann = world_member(world, "ann");
    Member *bob = world_member(world, "bob");
    const char *const names[] = {"Product", "Depot", "Odd", "Group space"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        world_assign(ann, world_workspace(world, names[i]), i == 0 ? ROLE_ADMIN : ROLE_USER);
    g_array_index(ann->assignments, Assignment, 1).inactive = true;
    g_array_index(ann->assignments, Assignment, 2).role = ROLE_NONE;
    g_array_index(ann->assignments, Assignment, 2).role_id = 77;
    g_array_index(ann->assignments, Assignment, 3).indirect = true;
    int64_t hand = world_toggl_group(world, "By hand");
    (void) id_array_add(ann->groups, hand);
    bob->inactive = true;
    world_assign(bob, world_workspace(world, "Company"), ROLE_USER);
    g_array_index(bob->assignments, Assignment, 0).inactive = true;
    world_finish(world);
    static const ChangeKind kinds[] = {CHANGE_SET_WORKSPACE_ROLE, CHANGE_ASSIGN,
                                       CHANGE_RENAME_MEMBER,      CHANGE_REACTIVATE,
                                       CHANGE_DEACTIVATE,         CHANGE_ADD_TO_GROUP};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const Member *member = kinds[i] == CHANGE_REACTIVATE ? bob : ann;
        Change *change = change_new(kinds[i]);
        change->person.mail = g_strdup(member->mail);
        change->person.organization_user_id = member->id;
        g_ptr_array_add(plan->changes, change);
    }
}

static void test_what_is_to_be_repeated(void **state)
{
    (void) state;
#define ANN "Product=admin Depot=user off Odd=#77"
    static const struct {
        PutLists how;
        bool direct;
        const char *lists;
    } cases[] = {
        {{0},
         true,
         "set-workspace-role: " ANN "; -\nassign: -; -\nrename-member: -; -\nreactivate: -; -\n"},
        {{.assignments_gone = true},
         true,
         "set-workspace-role: " ANN "; -\nassign: " ANN "; -\nrename-member: -; -\n"
         "reactivate: -; -\n"},
        {{.assignments_gone = true},
         false,
         "set-workspace-role: " ANN "; -\nassign: -; -\nrename-member: -; -\nreactivate: -; -\n"},
        {{.replace = true},
         true,
         "set-workspace-role: " ANN "; By hand\nassign: -; -\nrename-member: " ANN "; By hand\n"
         "reactivate: Company=user;\n"},
        {{.replace = true},
         false,
         "set-workspace-role: " ANN "; By hand\nassign: -; -\nrename-member: -; By hand\n"
         "reactivate: -;\n"},
        {{.replace = true, .assignments_gone = true},
         true,
         "set-workspace-role: " ANN "; By hand\nassign: " ANN "; By hand\n"
         "rename-member: " ANN "; By hand\nreactivate: Company=user;\n"},
    };
    World world;
    g_autoptr(Plan) plan = plan_new();
    begin_lists(&world, plan);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world.organization->direct_read = cases[i].direct;
        lists_attach(plan, world.organization, &cases[i].how);
        g_autofree char *text = lists_of(plan);
        g_autofree char *expected =
            g_strconcat(cases[i].lists, "deactivate: -; -\nadd-to-group: -; -\n", NULL);
        assert_string_equal(text, expected);
    }
    world_clear(&world);
}

/* An invitation's lists are its own; of a member who is gone nothing is repeated. */
static void test_lists_of_nobody(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    world_finish(&world);
    g_autoptr(Plan) plan = plan_new();
    Change *invite = about(plan, CHANGE_INVITE, 1);
    carry_workspace(invite, 50, "Product", ROLE_USER);
    carry_group(invite, 7, "Seven");
    (void) about(plan, CHANGE_SET_WORKSPACE_ROLE, 1);
    (void) about(plan, CHANGE_RENAME_MEMBER, 1);
    lists_attach(plan, world.organization, &(PutLists){.replace = true, .assignments_gone = true});
    g_autofree char *text = lists_of(plan);
    assert_string_equal(text, "invite: Product=user; Seven\n"
                              "set-workspace-role:; -\n"
                              "rename-member: -; -\n");
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_rides_where_lists_replace),
        cmocka_unit_test(test_a_list_goes_only_when_something_rides),
        cmocka_unit_test(test_only_groups_ride_where_workspaces_are_not_known),
        cmocka_unit_test(test_nobody_leaves_by_a_list_that_may_merge),
        cmocka_unit_test(test_a_new_group_stands_in_a_list_that_replaces),
        cmocka_unit_test(test_what_is_held_does_not_ride),
        cmocka_unit_test(test_one_put_for_all_assignments_that_bring_a_list),
        cmocka_unit_test(test_what_is_to_be_repeated),
        cmocka_unit_test(test_lists_of_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
