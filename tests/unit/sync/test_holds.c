/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/holds.h"

#include "world.h"

/*
 * Ann, who is active and no admin, is in the group Crew and, as a team lead, in the workspace
 * Company; the group is attached to it. Then comes to pass what WORLD says.
 */
typedef enum {
    AS_IT_IS,
    ANN_IS_GONE,
    ANN_IS_INACTIVE,
    ANN_IS_ADMIN,
    ANN_IS_IN_NOTHING,
    GROUP_IS_DETACHED,
    ALL_IS_GONE, /* people, groups, workspaces */
} Now;

static const struct {
    ChangeKind kind;
    unsigned holds; /* a bit for each Now in which it is so */
} cases[] = {
#define IN(now) (1U << (now))
#define EVERYWHERE 0x7fU
#define WITHOUT_ANN (IN(ANN_IS_GONE) | IN(ALL_IS_GONE))
    {CHANGE_LINK, EVERYWHERE},
    {CHANGE_ADOPT, EVERYWHERE},
    {CHANGE_RESEND_INVITATION, EVERYWHERE},
    {CHANGE_INVITE, EVERYWHERE & ~WITHOUT_ANN},
    {CHANGE_WITHDRAW_INVITATION, WITHOUT_ANN},
    {CHANGE_DELETE_MEMBER, WITHOUT_ANN},
    {CHANGE_REACTIVATE, EVERYWHERE & ~WITHOUT_ANN & ~IN(ANN_IS_INACTIVE)},
    {CHANGE_DEACTIVATE, WITHOUT_ANN | IN(ANN_IS_INACTIVE)},
    {CHANGE_RENAME_MEMBER, EVERYWHERE & ~WITHOUT_ANN},
    {CHANGE_CHANGE_ADDRESS, EVERYWHERE & ~WITHOUT_ANN},
    {CHANGE_CREATE_GROUP, EVERYWHERE & ~IN(ALL_IS_GONE)},
    {CHANGE_DELETE_GROUP, IN(ALL_IS_GONE)},
    {CHANGE_ADD_TO_GROUP, EVERYWHERE & ~WITHOUT_ANN & ~IN(ANN_IS_IN_NOTHING)},
    {CHANGE_REMOVE_FROM_GROUP, WITHOUT_ANN | IN(ANN_IS_IN_NOTHING)},
    {CHANGE_ADD_GROUP_TO_WORKSPACE, EVERYWHERE & ~IN(GROUP_IS_DETACHED) & ~IN(ALL_IS_GONE)},
    {CHANGE_REMOVE_GROUP_FROM_WORKSPACE, IN(GROUP_IS_DETACHED) | IN(ALL_IS_GONE)},
    {CHANGE_ASSIGN, EVERYWHERE & ~WITHOUT_ANN & ~IN(ANN_IS_IN_NOTHING)},
    {CHANGE_UNASSIGN, WITHOUT_ANN | IN(ANN_IS_IN_NOTHING)},
    {CHANGE_SET_WORKSPACE_ROLE, EVERYWHERE & ~WITHOUT_ANN & ~IN(ANN_IS_IN_NOTHING)},
    {CHANGE_SET_ORGANIZATION_ROLE, IN(ANN_IS_ADMIN)},
    {CHANGE_CREATE_WORKSPACE, EVERYWHERE & ~IN(ALL_IS_GONE)},
};

static int64_t build(World *world, Now now, int64_t *ret_group, int64_t *ret_workspace)
{
    world_init(world);
    *ret_workspace = world_workspace(world, "Company");
    *ret_group = world_toggl_group(world, "Crew");
    OrganizationGroup *crew = organization_group_by_name(world->organization, "Crew");
    Member *ann = world_member(world, "ann");
    int64_t id = ann->id.value;
    ann->inactive = now == ANN_IS_INACTIVE;
    ann->admin = now == ANN_IS_ADMIN;
    if (now != ANN_IS_IN_NOTHING) {
        world_put(ann, *ret_group);
        world_assign(ann, *ret_workspace, ROLE_TEAM_LEAD);
    }
    if (now != GROUP_IS_DETACHED)
        g_array_append_val(crew->workspaces, *ret_workspace);
    if (now == ANN_IS_GONE || now == ALL_IS_GONE)
        g_ptr_array_set_size(world->organization->members, 0);
    if (now == ALL_IS_GONE) {
        g_ptr_array_set_size(world->organization->groups, 0);
        g_ptr_array_set_size(world->organization->workspaces, 0);
    }
    world_finish(world);
    return id;
}

static Change *change_of(ChangeKind kind, int64_t ann, int64_t group, int64_t workspace)
{
    bool of_group = kind == CHANGE_ADD_TO_GROUP || kind == CHANGE_REMOVE_FROM_GROUP ||
                    kind == CHANGE_CREATE_GROUP || kind == CHANGE_DELETE_GROUP;
    bool attaches =
        kind == CHANGE_ADD_GROUP_TO_WORKSPACE || kind == CHANGE_REMOVE_GROUP_FROM_WORKSPACE;
    bool of_workspace = kind == CHANGE_ASSIGN || kind == CHANGE_UNASSIGN ||
                        kind == CHANGE_SET_WORKSPACE_ROLE || kind == CHANGE_CREATE_WORKSPACE;
    Change *change = change_new(kind);
    change->person.organization_user_id.value = ann;
    if (of_group || attaches)
        target_ref_set(&change->group, group, "Crew");
    if (of_workspace || attaches)
        target_ref_set(&change->workspace, workspace, "Company");
    change->after.role = ROLE_TEAM_LEAD;
    change->after.admin = true;
    change->after.name = g_strdup("ann");
    change->after.mail = g_strdup("ann@example.org");
    return change;
}

static void test_every_kind(void **state)
{
    (void) state;
    assert_int_equal(G_N_ELEMENTS(cases), CHANGE_KINDS);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (Now now = AS_IT_IS; now <= ALL_IS_GONE; now++) {
            World world;
            int64_t group = 0;
            int64_t workspace = 0;
            int64_t ann = build(&world, now, &group, &workspace);
            g_autoptr(Change) change = change_of(cases[i].kind, ann, group, workspace);
            if (change_holds(change, world.organization) != ((cases[i].holds & IN(now)) != 0))
                fail_msg("%s when it is %d", change_kind_name(cases[i].kind), (int) now);
            world_clear(&world);
        }
    }
}

static void test_another_value_does_not_hold(void **state)
{
    (void) state;
    World world;
    int64_t group = 0;
    int64_t workspace = 0;
    int64_t ann = build(&world, AS_IT_IS, &group, &workspace);
    static const ChangeKind kinds[] = {CHANGE_RENAME_MEMBER, CHANGE_CHANGE_ADDRESS,
                                       CHANGE_SET_WORKSPACE_ROLE};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(Change) change = change_of(kinds[i], ann, group, workspace);
        assert_true(change_holds(change, world.organization));
        change->after.name[0] = 'A';
        change->after.mail[0] = 'A';
        change->after.role = ROLE_ADMIN;
        assert_false(change_holds(change, world.organization));
    }
    world_clear(&world);
}

/* By the number of the membership and nothing else, when there is one; else by the address. */
static void test_whom_a_change_means(void **state)
{
    static const struct {
        bool number;
        const char *mail;
        bool found;
    } persons[] = {
        {true, NULL, true},
        {true, "zoe@example.org", true},
        {false, "ANN@EXAMPLE.ORG", true},
        {false, "zoe@example.org", false},
        {false, "ann", false}, /* no address */
        {false, NULL, false},
    };
    (void) state;
    World world;
    int64_t group = 0;
    int64_t workspace = 0;
    int64_t ann = build(&world, AS_IT_IS, &group, &workspace);
    for (size_t i = 0; i < G_N_ELEMENTS(persons); i++) {
        g_autoptr(Change) change = change_new(CHANGE_DEACTIVATE);
        change->person.mail = g_strdup(persons[i].mail);
        change->person.organization_user_id.value = persons[i].number ? ann : 0;
        const Member *member = change_member(change, world.organization);
        assert_int_equal(member != NULL ? member->id.value : 0, persons[i].found ? ann : 0);
    }
    g_autoptr(Change) gone = change_new(CHANGE_DEACTIVATE);
    gone->person.mail = g_strdup("ann@example.org");
    gone->person.organization_user_id.value = ann + 1;
    assert_null(change_member(gone, world.organization)); /* another membership is not this one */
    world_clear(&world);
}

static void test_the_number_of_what_was_made(void **state)
{
    (void) state;
    for (Now now = AS_IT_IS; now <= ALL_IS_GONE; now += ALL_IS_GONE) {
        World world;
        int64_t group = 0;
        int64_t workspace = 0;
        int64_t ann = build(&world, now, &group, &workspace);
        bool there = now == AS_IT_IS;
        g_autoptr(Change) made = change_of(CHANGE_CREATE_GROUP, 0, 0, 0);
        g_autoptr(Change) space = change_of(CHANGE_CREATE_WORKSPACE, 0, 0, 0);
        g_autoptr(Change) other = change_of(CHANGE_ADD_TO_GROUP, ann, group, 0);
        assert_int_equal(change_created_id(made, world.organization), there ? group : 0);
        assert_int_equal(change_created_id(space, world.organization), there ? workspace : 0);
        assert_int_equal(change_created_id(other, world.organization), 0);
        world_clear(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_another_value_does_not_hold),
        cmocka_unit_test(test_whom_a_change_means),
        cmocka_unit_test(test_the_number_of_what_was_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
