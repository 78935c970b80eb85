/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the public record of the API leaves open, and the fixed behaviour that is safe whichever way
 * it is. Each point has a test; those that stand nowhere else stand here.
 *
 *   body of an assignment            toggl/test_facts, toggl/test_send: object, then a list, kept
 *   assignments withdrawn            toggl/test_substitute, cli/assignments-gone
 *   lists in a PUT of a user         test_lists, cli/user-lists-*: complete, or none
 *   lists left out of a PUT of       toggl/test_operations: all three fields always go
 *   a group
 *   unknown id in a group PATCH      toggl/test_send (failures in a 200), toggl/test_bisect (400)
 *   adding who is there, removing    here: true differences only
 *   who is not
 *   inviting who is invited or       here: never; toggl/test_send: who is left out is named
 *   active
 *   one bad address in a batch       toggl/test_bisect
 *   role_id of an invitation         here: the word, and no number
 *   skip_email                       here: never sent
 *   pending invitations and seats    here: not predicted; toggl/test_bisect: the 400 is passed on
 *   a deletion: all or nothing       test_batch (a hundred), test_stays, cli/deletion-not-believed
 *   cap of per_page                  toggl/test_facts: X-Page-Size is believed
 *   user_id of invited rows          test_subject: group work waits; toggl/test_decode
 *   body forms of text endpoints     toggl/test_send, toggl/test_classify: quoted, bare, empty
 *   401 or 403                       toggl/test_facts: both are about the token at /me
 *   402                              toggl/test_send, toggl/test_read: quota, or plan
 *   id or code of an invitation      toggl/test_facts
 *   case of addresses                toggl/test_send: compared folded, sent as written
 *   numbers of roles                 here: none is made up
 */
#include "world.h"

#include "toggl/toggl.h"

/* The numbers that begin() gives. */
enum { PRODUCT = 100, DEVELOPERS = 101 };

static char *dump(const Request *request)
{
    json_t *body = toggl_request_body(request);
    char *dumped = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
    char *text = g_strdup(dumped);
    free(dumped);
    json_decref(body);
    return text;
}

/* Everybody is to be in Developers and, as its admins, in Product. */
static void begin(World *world)
{
    world_init(world);
    (void) world_workspace(world, "Product");
    (void) world_toggl_group(world, "Developers");
    (void) world_rule(world, RULE_EVERYONE, NULL, "Developers", "Product", ROLE_ADMIN);
    (void) world_person(world, "zoe");
    world_finish(world);
}

static const Request *only_request(const Plan *plan)
{
    assert_int_equal(plan->requests->len, 1);
    return g_ptr_array_index(plan->requests, 0);
}

/* The word that is published, not a number that is nowhere; nothing is said of mails. */
static void test_an_invitation_says_what_is_published(void **state)
{
    (void) state;
    World world;
    begin(&world);
    /* a list of roles, as get_organization_roles gives it, changes nothing of that */
    RoleDefinition *role = g_new0(RoleDefinition, 1);
    *role = (RoleDefinition){
        .id = 4, .entity = g_strdup("workspace"), .code = g_strdup("admin"), .type = g_strdup("")};
    g_ptr_array_add(world.organization->roles, role);
    g_autoptr(Plan) plan = world_plan(&world);
    g_autofree char *body = dump(only_request(plan));
    assert_string_equal(body, "{\"emails\":[\"zoe@example.org\"],\"groups\":[101],"
                              "\"workspaces\":[{\"role\":\"admin\",\"workspace_id\":100}]}");
    world_clear(&world);
}

/* Nor where a role is set. */
static void test_a_role_is_set_by_its_word(void **state)
{
    (void) state;
    World world;
    begin(&world);
    Member *zoe = world_member(&world, "zoe");
    (void) id_array_add(zoe->groups, DEVELOPERS);
    world_assign(zoe, PRODUCT, ROLE_USER);
    g_array_index(zoe->assignments, Assignment, 0).role_id = 77;
    g_autoptr(Plan) plan = world_plan(&world);
    g_autofree char *body = dump(only_request(plan));
    assert_string_equal(body, "{\"workspaces\":[{\"role\":\"admin\",\"workspace_id\":100}]}");
    world_clear(&world);
}

/* Who is a member in any state is not invited, whatever case their address is in. */
static void test_nobody_is_invited_twice(void **state)
{
    (void) state;
    static const struct {
        bool joined;
        bool inactive;
    } states[] = {{true, false}, {false, false}, {true, true}, {false, true}};
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
        World world;
        begin(&world);
        Member *zoe = world_member(&world, "zoe");
        member_set_mail(zoe, "ZOE@Example.ORG");
        zoe->joined = states[i].joined;
        zoe->inactive = states[i].inactive;
        g_autoptr(Plan) plan = world_plan(&world);
        for (guint c = 0; c < plan->changes->len; c++)
            assert_int_not_equal(((Change *) g_ptr_array_index(plan->changes, c))->kind,
                                 CHANGE_INVITE);
        world_clear(&world);
    }
}

/* A PATCH names whom it changes, and nobody else. */
static void test_only_differences_are_sent(void **state)
{
    (void) state;
    World world;
    begin(&world);
    (void) world_person(&world, "ann");
    Member *zoe = world_member(&world, "zoe");
    Member *ann = world_member(&world, "ann");
    (void) id_array_add(ann->groups, DEVELOPERS);
    world_assign(zoe, PRODUCT, ROLE_ADMIN);
    world_assign(ann, PRODUCT, ROLE_ADMIN);
    g_autoptr(Plan) plan = world_plan(&world);
    const Request *request = only_request(plan);
    g_autofree char *body = dump(request);
    g_autofree char *expected = g_strdup_printf(
        "[{\"op\":\"add\",\"path\":\"/users\",\"value\":[%d]}]", (int) zoe->user_id.value);
    assert_int_equal(request->operation, OPERATION_PATCH_GROUP);
    assert_string_equal(body, expected);
    world_clear(&world);
}

/* Full seats are told, and left to Toggl to refuse; limits.seats is for whoever knows better. */
static void test_seats_are_not_predicted(void **state)
{
    (void) state;
    World world;
    begin(&world);
    (void) world_member(&world, "stranger");
    world.organization->seats = 1;
    g_autoptr(Plan) plan = world_plan(&world);
    assert_int_equal(only_request(plan)->operation, OPERATION_POST_INVITATION);
    assert_int_equal(plan->deferred->len + plan->held->len, 0);
    assert_int_equal(plan->forecast.subscription, 1);
    assert_int_equal(plan->forecast.seats_now, 1);
    assert_int_equal(plan->forecast.seats_then, 2);
    world.settings->limits.seats = 1;
    g_autoptr(Plan) limited = world_plan(&world);
    assert_int_equal(limited->deferred->len, 1);
    assert_int_equal(limited->requests->len, 0);
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_invitation_says_what_is_published),
        cmocka_unit_test(test_a_role_is_set_by_its_word),
        cmocka_unit_test(test_nobody_is_invited_twice),
        cmocka_unit_test(test_only_differences_are_sent),
        cmocka_unit_test(test_seats_are_not_predicted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
