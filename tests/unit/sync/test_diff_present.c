/* SPDX-License-Identifier: Apache-2.0 */
/* Members whom the directories want: what is kept, open invitations, mapped groups made exact,
 * access through groups, administrators. */
#include "company.h"

#define DAY INT64_C(86400)

static Member *begin_with_ann(Case *c)
{
    begin(c);
    (void) world_person(&c->world, "ann");
    (void) world_group(&c->world, "developers", "ann", NULL);
    add_rule(c);
    return settled(c, "ann");
}

static void test_invitations_are_sent_again_and_given_up(void **state)
{
    (void) state;
    static const struct {
        int64_t invited; /* days ago; 0: by somebody else */
        int64_t resends;
        int64_t invitation;
        const char *plan;
        const char *waiting;
    } rows[] = {
        {29, 0, 5, "", ""},
        {30, 0, 5, "resend-invitation ann@example.org\n", ""},
        {30, 1, 5, "resend-invitation ann@example.org\n", ""},
        {30, 2, 5, "",
         "ann@example.org: has not accepted: 3 invitations sent, the last one 30 days ago\n"},
        {31, 0, 0, "",
         "ann@example.org: has not accepted: 1 invitations sent, the last one 31 days ago\n"},
        {0, 0, 5, "",
         "ann@example.org: has not accepted the invitation that somebody else sent, which we have "
         "seen for 40 days\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        Member *ann = begin_with_ann(&c);
        ann->joined = false;
        ann->invitation_id = rows[i].invitation;
        Link *link = ledger_link(c.world.ledger, "main", "ann");
        link->first_seen = c.world.now - 40 * DAY;
        link->invited_at = rows[i].invited != 0 ? c.world.now - rows[i].invited * DAY : 0;
        link->resends = rows[i].resends;
        assert_decided(&c.world, rows[i].plan, NOTICE_WAITING, rows[i].waiting);
        world_clear(&c.world);
    }
}

static void test_what_is_theirs_by_hand_is_said_once(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    int64_t other = world_toggl_group(&c.world, "Book\033club");
    int64_t space = world_workspace(&c.world, "Lab");
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    Member *ann = world_member(&c.world, "ann");
    world_put(ann, other);
    world_put(ann, c.group);
    world_assign(ann, space, ROLE_ADMIN);
    assert_decided(&c.world,
                   "adopt ann@example.org Developers\n"
                   "link ann@example.org\n"
                   "assign ann@example.org Product\n",
                   NOTICE_KEPT, "ann@example.org: group 'Book\\u{001B}club', workspace 'Lab'\n");
    (void) world_link(&c.world, "ann", ann);
    assert_decided(&c.world,
                   "adopt ann@example.org Developers\n"
                   "assign ann@example.org Product\n",
                   NOTICE_KEPT, "");
    world_clear(&c.world);
}

static void test_exact_groups_hold_whom_the_directory_says(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c);
    int64_t unmapped = world_toggl_group(&c.world, "By hand");
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "others", "bob", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "others", NULL, "Product", ROLE_NONE);
    Member *bob = settled(&c, "bob");
    ledger_remove_grant(c.world.ledger,
                        ledger_grant(c.world.ledger, GRANT_GROUP, bob->id, c.group, 0));
    Member *stranger = world_member(&c.world, "stranger");
    Member *boss = world_member(&c.world, "boss");
    Member *invited = world_member(&c.world, "invited");
    invited->user_id.value = 0;
    boss->owner = true;
    Member *const members[] = {ann, bob, stranger, boss, invited};
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        world_put(members[i], unmapped);
        if (i > 1)
            world_put(members[i], c.group);
    }
    assert_plan(&c.world, "");
    c.world.settings->lifecycle.memberships = MEMBERSHIPS_EXACT;
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "remove-from-group bob@example.org Developers\n"
                               "remove-from-group stranger@example.org Developers\n");
    assert_string_equal(((const Change *) g_ptr_array_index(plan->changes, 0))->reason,
                        "no rule puts them there; lifecycle.memberships is \"exact\"");
    world_clear(&c.world);
}

/* The assignment that an invitation needed goes once the group gives access, and not before. */
static void test_access_through_the_group(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    Rule *rule =
        world_rule(&c.world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    rule->via_group = true;
    Member *ann = settled(&c, "ann");
    assert_plan(&c.world, "add-group-to-workspace Developers Product\n");
    OrganizationGroup *group = organization_group(c.world.organization, c.group);
    g_array_append_val(group->workspaces, c.workspace);
    assert_plan(&c.world, "adopt Developers Product\n"
                          "unassign ann@example.org Product\n");
    (void) ledger_add_grant(c.world.ledger, GRANT_GROUP_WORKSPACE, (OrganizationUserId){0}, c.group,
                            c.workspace);
    /* by hand, raised, or only seen because of the group: it stays */
    Grant *grant = ledger_grant(c.world.ledger, GRANT_WORKSPACE, ann->id, c.workspace, 0);
    grant->origin = GRANT_ADOPTED;
    assert_plan(&c.world, "");
    grant->origin = GRANT_GIVEN;
    g_array_index(ann->assignments, Assignment, 0).role = ROLE_ADMIN;
    assert_plan(&c.world, "");
    g_array_index(ann->assignments, Assignment, 0).role = ROLE_USER;
    g_array_index(ann->assignments, Assignment, 0).indirect = true;
    assert_plan(&c.world, "");
    g_array_index(ann->assignments, Assignment, 0).indirect = false;
    /* and when the rule no longer says so, the group is detached, and she assigned again */
    rule->via_group = false;
    assert_plan(&c.world, "remove-group-from-workspace Developers Product\n");
    rule->via_group = true;
    g_free(rule->value);
    rule->value = g_strdup("nobody knows");
    assert_plan(&c.world, ""); /* held: nobody loses what it gave */
    world_clear(&c.world);
}

static void test_the_last_administrator_stays(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c);
    (void) world_person(&c.world, "bob");
    DirectoryGroup *group = g_ptr_array_index(world_directory(&c.world, "main")->groups, 0);
    GroupMember row = {.person = 1, .via = 0};
    g_array_append_val(group->members, row);
    Member *bob = settled(&c, "bob");
    Assignment *assignment = &g_array_index(ann->assignments, Assignment, 0);
    assignment->role = ROLE_ADMIN;
    Grant *grant = ledger_grant(c.world.ledger, GRANT_WORKSPACE, ann->id, c.workspace, 0);
    grant->role = ROLE_ADMIN;
    grant->role_before = ROLE_USER;
    assert_decided(
        &c.world, "", NOTICE_PROTECTED,
        "ann@example.org: no rule gives the role admin any more; back to user, but is the "
        "last administrator of the workspace 'Product': nothing is done\n");
    world_disable(directory_person(world_directory(&c.world, "main"), "ann"));
    assert_decided(&c.world, "", NOTICE_PROTECTED,
                   "ann@example.org: disabled in the directory (locked by an administrator), but "
                   "is the last administrator of "
                   "the workspace 'Product': nothing is done\n");
    /* who is invited, or deactivated, is no administrator yet, or any more */
    Member *third = world_member(&c.world, "third");
    world_assign(third, c.workspace, ROLE_ADMIN);
    third->joined = false;
    assert_plan(&c.world, "");
    third->joined = true;
    third->inactive = true;
    assert_plan(&c.world, "");
    third->inactive = false;
    assert_plan(&c.world, "deactivate ann@example.org\n");
    /* of two who leave at once, one stays; the organization is a place, too */
    bob->admin = true;
    ann->admin = true;
    world_disable(directory_person(world_directory(&c.world, "main"), "bob"));
    assert_decided(&c.world, "deactivate ann@example.org\n", NOTICE_PROTECTED,
                   "bob@example.org: disabled in the directory (locked by an administrator), but "
                   "is the last administrator of "
                   "the organization: nothing is done\n");
    world_clear(&c.world);
}

/* What stays must also stay in the complete list that sets another role. */
static void test_a_kept_role_stands_in_the_lists_of_others(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c);
    int64_t second = world_workspace(&c.world, "Second");
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Second", ROLE_ADMIN);
    world_assign(ann, second, ROLE_USER);
    world_grant(&c.world, ann, GRANT_WORKSPACE, second)->role = ROLE_USER;
    g_array_index(ann->assignments, Assignment, 0).role = ROLE_ADMIN;
    Grant *grant = ledger_grant(c.world.ledger, GRANT_WORKSPACE, ann->id, c.workspace, 0);
    grant->role = ROLE_ADMIN;
    grant->role_before = ROLE_USER;
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "set-workspace-role ann@example.org Second admin\n");
    assert_int_equal(plan->requests->len, 1);
    const Request *request = g_ptr_array_index(plan->requests, 0);
    assert_int_equal(request->workspaces->len, 2);
    for (guint i = 0; i < request->workspaces->len; i++)
        assert_int_equal(g_array_index(request->workspaces, RequestWorkspace, i).role, ROLE_ADMIN);
    world_clear(&c.world);
}

static void test_protection_is_bound_to_the_account(void **state)
{
    (void) state;
    Case c;
    Member *ann = begin_with_ann(&c);
    c.world.settings->lifecycle.grace_days = 0;
    c.world.settings->lifecycle.grace_reads = 0;
    g_ptr_array_add(c.world.settings->lifecycle.protect, g_strdup("Ann@Example.org"));
    assert_plan(&c.world, "");
    assert_int_equal(c.world.ledger->protections->len, 1);
    member_set_mail(ann, "other@example.org");
    world_disable(directory_person(world_directory(&c.world, "main"), "ann"));
    assert_decided(&c.world, "", NOTICE_PROTECTED,
                   "ann@example.org: disabled in the directory (locked by an administrator), but "
                   "is protected by "
                   "lifecycle.protect: nothing is done\n");
    /* what the configuration no longer says, it no longer protects; what Toggl said, stays said */
    g_ptr_array_set_size(c.world.settings->lifecycle.protect, 0);
    assert_plan(&c.world, "deactivate ann@example.org\n");
    (void) ledger_add_protection(c.world.ledger, ann->user_id, NULL,
                                 "the paying user of the organization");
    assert_decided(&c.world, "", NOTICE_PROTECTED,
                   "ann@example.org: disabled in the directory (locked by an administrator), but "
                   "is the paying user of the "
                   "organization: nothing is done\n");
    world_clear(&c.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invitations_are_sent_again_and_given_up),
        cmocka_unit_test(test_what_is_theirs_by_hand_is_said_once),
        cmocka_unit_test(test_exact_groups_hold_whom_the_directory_says),
        cmocka_unit_test(test_access_through_the_group),
        cmocka_unit_test(test_the_last_administrator_stays),
        cmocka_unit_test(test_a_kept_role_stands_in_the_lists_of_others),
        cmocka_unit_test(test_protection_is_bound_to_the_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
