/* SPDX-License-Identifier: Apache-2.0 */
/* People whom Toggl does not have: who is invited, who is not, and who has to be asked about. */
#include "company.h"

#include "sync/remember.h"

static Link *begin_with_ann(Case *c)
{
    begin(c);
    (void) world_person(&c->world, "ann");
    (void) world_group(&c->world, "developers", "ann", NULL);
    add_rule(c);
    return world_link(&c->world, "ann", NULL);
}

static void test_what_the_ledger_knows_of_somebody_absent(void **state)
{
    (void) state;
    static const int64_t day = 86400;
    static const struct {
        int64_t member;
        int64_t invited; /* days ago; 0: never */
        int64_t resends;
        int64_t removed;
        int64_t released;
        Returners returners;
        const char *plan;
        NoticeKind kind;
        const char *notices;
    } rows[] = {
        {0, 0, 0, 0, 0, RETURNERS_REACTIVATE, "invite ann@example.org\n", NOTICE_HELD, ""},
        {77, 0, 0, 0, 0, RETURNERS_REACTIVATE, "", NOTICE_BY_HAND,
         "ann@example.org: the member was deleted by somebody else; 'person release' invites "
         "again\n"},
        {77, 0, 0, 0, 1, RETURNERS_REACTIVATE, "invite ann@example.org\n", NOTICE_BY_HAND, ""},
        {77, 29, 0, 0, 0, RETURNERS_REACTIVATE, "", NOTICE_BY_HAND,
         "ann@example.org: the invitation was refused, or the member deleted, by somebody else; "
         "'person release' invites again\n"},
        {77, 30, 1, 0, 0, RETURNERS_REACTIVATE, "invite ann@example.org\n", NOTICE_WAITING, ""},
        {77, 30, 2, 0, 0, RETURNERS_REACTIVATE, "", NOTICE_WAITING,
         "ann@example.org: never accepted an invitation: 3 sent, the last one has lapsed\n"},
        {0, 0, 0, 9, 0, RETURNERS_REACTIVATE, "invite ann@example.org\n", NOTICE_HELD, ""},
        {0, 0, 0, 9, 0, RETURNERS_REPORT, "", NOTICE_HELD,
         "ann@example.org: is back, and lifecycle.returners is \"report\"\n"},
        {0, 0, 0, 9, 1, RETURNERS_REPORT, "invite ann@example.org\n", NOTICE_HELD, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        Link *link = begin_with_ann(&c);
        if (rows[i].member != 0)
            ledger_set_member(c.world.ledger, link, (OrganizationUserId){rows[i].member},
                              (UserId){1});
        link->invited_at = rows[i].invited != 0 ? c.world.now - rows[i].invited * day : 0;
        link->resends = rows[i].resends;
        link->removed_at = rows[i].removed;
        link->released_at = rows[i].released;
        c.world.settings->lifecycle.returners = rows[i].returners;
        assert_decided(&c.world, rows[i].plan, rows[i].kind, rows[i].notices);
        world_clear(&c.world);
    }
}

/* A fresh invitation for one that lapsed counts as one more; it is not a first one. */
static void test_fresh_invitations_count(void **state)
{
    (void) state;
    Case c;
    Link *link = begin_with_ann(&c);
    link->invited_at = c.world.now - 40 * 86400;
    link->resends = 1;
    g_autoptr(Plan) plan = world_plan(&c.world);
    const Change *invite = g_ptr_array_index(plan->changes, 0);
    remember_change(c.world.ledger, invite, NULL, 0, c.world.now);
    remember_change(c.world.ledger, invite, NULL, 0, c.world.now + 60); /* heard of again */
    assert_int_equal(link->resends, 2);
    assert_int_equal(link->invited_at, c.world.now);
    world_clear(&c.world);
}

static void test_a_possible_twin_is_asked_about(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    g_free(ann->name);
    ann->name = g_strdup("Ann  SMITH");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    Member *twin = world_member(&c.world, "a.smith");
    g_free(twin->name);
    twin->name = g_strdup("ann smith");
    world_put(twin, c.group);
    ledger_add_interval(c.world.ledger, INTERVAL_MEMBER, twin->id, 0)->since = 1;
    c.world.settings->lifecycle.unmanaged = UNMANAGED_LEAVER;
    c.world.settings->lifecycle.memberships = MEMBERSHIPS_EXACT;
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(plan, NOTICE_HELD,
                   "ann@example.org: a member whom no directory knows, 'a.smith@example.org', has "
                   "the same name: the same person? 'person link' says yes, 'person release' says "
                   "no\n");
    assert_notices(plan, NOTICE_UNMANAGED,
                   "a.smith@example.org: no directory knows this member, who may be somebody about "
                   "to be invited\n");
    world_link(&c.world, "ann", NULL)->released_at = 1;
    assert_plan(&c.world, "deactivate a.smith@example.org\n"
                          "invite ann@example.org\n");
    world_clear(&c.world);
}

/* Nor is anything taken from whoever may be somebody whom nobody can place yet. */
static void test_a_stranger_who_may_be_frozen_keeps_what_they_have(void **state)
{
    (void) state;
    static const struct {
        bool frozen;
        const char *plan;
        const char *notice;
    } cases[] = {
        {false, "remove-from-group a.smith@example.org Developers\n",
         "a.smith@example.org: no directory knows this member\n"},
        {true, "",
         "a.smith@example.org: no directory knows this member, who may be somebody who is "
         "frozen\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Case c;
        begin(&c);
        (void) world_person(&c.world, "bob");
        Person *ann = world_person(&c.world, "ann");
        g_free(ann->name);
        ann->name = g_strdup(cases[i].frozen ? "Ann Smith" : "Ann Jones");
        ann->frozen = g_strdup("it has no mail address");
        (void) world_group(&c.world, "developers", "bob", NULL);
        add_rule(&c);
        (void) settled(&c, "bob");
        Member *stranger = world_member(&c.world, "a.smith");
        g_free(stranger->name);
        stranger->name = g_strdup("ann smith");
        world_put(stranger, c.group);
        c.world.settings->lifecycle.memberships = MEMBERSHIPS_EXACT;
        assert_decided(&c.world, cases[i].plan, NOTICE_UNMANAGED, cases[i].notice);
        world_clear(&c.world);
    }
}

static void test_a_name_that_says_nothing_has_no_twin(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    g_clear_pointer(&ann->name, g_free);
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    Member *other = world_member(&c.world, "other");
    g_free(other->name);
    other->name = g_strdup("  ");
    assert_plan(&c.world, "invite ann@example.org\n");
    world_clear(&c.world);
}

/* Through the group only: an invitation needs a workspace all the same, and takes one of them. */
static void test_access_through_the_group_still_needs_a_workspace(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    Rule *rule =
        world_rule(&c.world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_NONE);
    rule->via_group = true;
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "add-group-to-workspace Developers Product\n"
                               "invite ann@example.org\n");
    const Change *invite = g_ptr_array_index(plan->changes, 1);
    assert_int_equal(invite->workspaces->len, 1);
    /* with a workspace of their own none is borrowed */
    (void) world_workspace(&c.world, "Company");
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Company", ROLE_NONE);
    g_autoptr(Plan) direct = world_plan(&c.world);
    const Change *second = g_ptr_array_index(direct->changes, 1);
    assert_int_equal(second->workspaces->len, 1);
    const InvitationWorkspace *row = g_ptr_array_index(second->workspaces, 0);
    assert_string_equal(row->workspace.name, "Company");
    world_clear(&c.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_ledger_knows_of_somebody_absent),
        cmocka_unit_test(test_fresh_invitations_count),
        cmocka_unit_test(test_a_possible_twin_is_asked_about),
        cmocka_unit_test(test_a_stranger_who_may_be_frozen_keeps_what_they_have),
        cmocka_unit_test(test_a_name_that_says_nothing_has_no_twin),
        cmocka_unit_test(test_access_through_the_group_still_needs_a_workspace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
