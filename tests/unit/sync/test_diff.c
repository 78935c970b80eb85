/* SPDX-License-Identifier: Apache-2.0 */
#include "company.h"

#include "base/error.h"

static void test_joiner_is_invited_with_everything(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "invite ann@example.org\n");
    const Change *change = g_ptr_array_index(plan->changes, 0);
    assert_string_equal(change->reason, "member of cn=developers,ou=groups,dc=main");
    assert_int_equal(change->groups->len, 1);
    assert_int_equal(change->workspaces->len, 1);
    world_clear(&c.world);
}

/* Ann is a developer, and a member who has what developers have. */
static void begin_settled(Case *c)
{
    begin(c);
    (void) world_person(&c->world, "ann");
    (void) world_group(&c->world, "developers", "ann", NULL);
    add_rule(c);
    (void) settled(c, "ann");
}

static void test_settled_world_has_no_change(void **state)
{
    (void) state;
    Case c;
    begin_settled(&c);
    assert_plan(&c.world, "");
    world_clear(&c.world);
}

static void test_hand_made_member_is_linked_and_adopted(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    Member *member = world_member(&c.world, "ann");
    world_put(member, c.group);
    assert_plan(&c.world, "adopt ann@example.org Developers\n"
                          "link ann@example.org\n"
                          "assign ann@example.org Product\n");
    c.world.settings->lifecycle.adoption = ADOPTION_NONE;
    assert_plan(&c.world, "link ann@example.org\n"
                          "assign ann@example.org Product\n");
    world_clear(&c.world);
}

static void test_mover_loses_only_what_is_ours(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    int64_t other = world_toggl_group(&c.world, "By hand");
    (void) world_person(&c.world, "ann");
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    (void) world_group(&c.world, "staff", "ann", "bob", NULL);
    add_rule(&c);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "staff", NULL, "Product", ROLE_NONE);
    Member *ann = settled(&c, "ann");
    world_put(ann, other);
    (void) settled(&c, "bob");
    assert_plan(&c.world, "remove-from-group ann@example.org Developers\n");
    world_clear(&c.world);
}

static void test_disabled_person_is_deactivated_at_once(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    world_disable(world_person(&c.world, "ann"));
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "ann", "bob", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "deactivate ann@example.org\n");
    const Change *change = g_ptr_array_index(plan->changes, 0);
    assert_int_equal(change->phase, 1);
    assert_string_equal(change->reason, "disabled in the directory (locked by an administrator)");
    world_clear(&c.world);
}

static void test_disabled_stranger_is_left_alone(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    world_disable(world_person(&c.world, "ann"));
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "ann", "bob", NULL);
    add_rule(&c);
    (void) world_member(&c.world, "ann");
    (void) settled(&c, "bob");
    assert_plan(&c.world, "");
    world_clear(&c.world);
}

static void test_missing_person_has_grace_of_days_and_reads(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    g_autoptr(Plan) first = world_plan(&c.world);
    assert_int_equal(first->changes->len, 0);
    assert_notices(first, NOTICE_MISSING,
                   "ann@example.org: gone from the directory; 3 more days and 1 more complete read "
                   "before anything "
                   "is done\n");
    c.world.now += 2 * 86400;
    assert_plan(&c.world, ""); /* enough reads, not enough days */
    c.world.now += 86400;
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

static void test_days_without_reads_are_not_enough(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    c.world.settings->lifecycle.grace_days = 0;
    assert_plan(&c.world, "");
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

static void test_coming_back_cancels_the_grace(void **state)
{
    (void) state;
    Case c;
    begin_settled(&c);
    Link *link = ledger_link(c.world.ledger, "main", "ann");
    link->missing_since = c.world.now - 90 * 86400;
    link->reads_missed = 9;
    assert_plan(&c.world, "");
    assert_int_equal(link->missing_since, 0);
    assert_int_equal(link->reads_missed, 0);
    world_clear(&c.world);
}

static void test_found_elsewhere_is_out_of_scope(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    c.world.settings->lifecycle.grace_days = 0;
    c.world.settings->lifecycle.grace_reads = 0;
    Located *located = g_new0(Located, 1);
    *located = (Located){.kind = LOCATED_ENABLED, .dn = g_strdup("uid=ann,ou=elsewhere")};
    g_hash_table_insert(c.world.located, ledger_link(c.world.ledger, "main", "ann"), located);
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(plan, NOTICE_OUT_OF_SCOPE,
                   "ann@example.org: the entry is enabled at 'uid=ann,ou=elsewhere', outside our "
                   "bases and filters\n");
    located->kind = LOCATED_DISABLED;
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

static void test_returner_is_reactivated_only_when_we_deactivated(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    Member *ann = settled(&c, "ann");
    ann->inactive = true;
    g_autoptr(Plan) by_hand = world_plan(&c.world);
    assert_int_equal(by_hand->changes->len, 0);
    assert_notices(by_hand, NOTICE_BY_HAND,
                   "ann@example.org: deactivated by somebody else: left alone\n");
    ledger_link(c.world.ledger, "main", "ann")->deactivated_at = c.world.now - 1;
    assert_plan(&c.world, "reactivate ann@example.org\n");
    c.world.settings->lifecycle.returners = RETURNERS_REPORT;
    assert_plan(&c.world, "");
    world_clear(&c.world);
}

static void test_hand_deleted_member_is_not_invited_again(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    Link *link = world_link(&c.world, "ann", NULL);
    ledger_set_member(c.world.ledger, link, (OrganizationUserId){999}, (UserId){998});
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(plan, NOTICE_BY_HAND,
                   "ann@example.org: the member was deleted by somebody else; 'person release' "
                   "invites again\n");
    world_clear(&c.world);
}

static void test_owner_self_and_protected_are_never_touched(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    Member *ann = settled(&c, "ann");
    Member *eve = settled(&c, "eve");
    (void) settled(&c, "dan");
    (void) settled(&c, "bob");
    ann->owner = true;
    c.world.organization->self = eve->user_id;
    g_ptr_array_add(c.world.settings->lifecycle.protect, g_strdup("DAN@example.org"));
    c.world.settings->lifecycle.grace_days = 0;
    c.world.settings->lifecycle.grace_reads = 0;
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(
        plan, NOTICE_PROTECTED,
        "ann@example.org: gone from the directory, and the grace is over, but is the owner of the "
        "organization: nothing is done\n"
        "dan@example.org: gone from the directory, and the grace is over, but is protected by "
        "lifecycle.protect: nothing is done\n"
        "eve@example.org: gone from the directory, and the grace is over, but is the owner of the "
        "token: nothing is done\n");
    world_clear(&c.world);
}

static void test_frozen_person_is_left_alone(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    ann->frozen = g_strdup("the entry has no mail address");
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(plan, NOTICE_FROZEN, "ann@example.org: the entry has no mail address\n");
    world_clear(&c.world);
}

/* An anchor tells nobody who it is. */
static void test_who_has_neither_mail_nor_name_is_told_by_the_entry(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    g_clear_pointer(&ann->mail, g_free);
    g_clear_pointer(&ann->mail_key, g_free);
    g_clear_pointer(&ann->name, g_free);
    ann->frozen = g_strdup("it has no mail address");
    g_autoptr(Plan) plan = world_plan(&c.world);
    const Notice *notice = g_ptr_array_index(plan->notices, 0);
    assert_string_equal(notice->person.anchor, "ann");
    assert_string_equal(notice->reason, "'uid=ann,ou=people,dc=main': it has no mail address");
    world_clear(&c.world);
}

static void test_known_disabled_person_without_mail_is_a_leaver(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    ann->frozen = g_strdup("the entry has no mail address");
    world_disable(ann);
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

static void test_same_mail_under_a_new_anchor_is_held(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *again = world_person(&c.world, "ann2");
    g_free(again->mail);
    g_free(again->mail_key);
    again->mail = g_strdup("ann@example.org");
    again->mail_key = g_strdup("ann@example.org");
    (void) world_group(&c.world, "developers", "ann2", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(plan, NOTICE_HELD,
                   "ann@example.org: gone from the directory, and a new entry, ann2, has the "
                   "address 'ann@example.org': a re-created person? 'person release' "
                   "says yes, 'person link' names another member\n"
                   "ann@example.org: the address 'ann@example.org' belongs to "
                   "another entry, ann, and this one is new: a re-created person? 'person release' "
                   "says yes, 'person link' names another member\n");
    world_clear(&c.world);
}

static void test_person_in_two_sources_leaves_only_when_gone_from_both(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "bob");
    (void) world_person_in(&c.world, "second", "ann");
    (void) world_group(&c.world, "developers", "bob", NULL);
    add_rule(&c);
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    Member *ann = settled(&c, "ann"); /* known to main, where she is gone from */
    (void) world_link_in(&c.world, "second", "ann", ann);
    (void) settled(&c, "bob");
    c.world.settings->lifecycle.grace_days = 0;
    c.world.settings->lifecycle.grace_reads = 0;
    assert_plan(&c.world, "remove-from-group ann@example.org Developers\n");
    world_clear(&c.world);
}

static void test_roles_rise_and_fall_only_by_us(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "ann", "bob", NULL);
    (void) world_group(&c.world, "leads", "ann", NULL);
    add_rule(&c);
    Rule *leads = world_rule(&c.world, RULE_GROUP_NAME, "leads", NULL, "Product", ROLE_ADMIN);
    Member *ann = settled(&c, "ann");
    Member *bob = settled(&c, "bob");
    assert_plan(&c.world, "set-workspace-role ann@example.org Product admin\n");
    /* an admin by hand stays one */
    g_array_index(bob->assignments, Assignment, 0).role = ROLE_ADMIN;
    assert_plan(&c.world, "set-workspace-role ann@example.org Product admin\n");
    /* what we raised goes back to what it was */
    g_array_index(ann->assignments, Assignment, 0).role = ROLE_ADMIN;
    Grant *grant = ledger_grant(c.world.ledger, GRANT_WORKSPACE, ann->id, c.workspace, 0);
    grant->role = ROLE_ADMIN;
    grant->role_before = ROLE_USER;
    assert_plan(&c.world, "");
    RuleWorkspace *given = g_ptr_array_index(leads->workspaces, 0);
    given->role = ROLE_NONE;
    assert_plan(&c.world, "set-workspace-role ann@example.org Product user\n");
    world_clear(&c.world);
}

static void test_missing_group_holds_its_rule_and_nobody_loses(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    world_disable(world_person(&c.world, "bob"));
    (void) world_group(&c.world, "developer", "ann", NULL);
    add_rule(&c);
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "deactivate bob@example.org\n");
    const Rail *rail = g_ptr_array_index(plan->rails, 0);
    assert_int_equal(rail->kind, RAIL_MAPPED_GROUP);
    assert_string_equal(
        rail->explanation,
        "mapping.[0]: no directory group is called 'developers'; did you mean 'developer'");
    assert_int_equal(planner_rail_status(plan), 3);
    world_clear(&c.world);
}

static void test_empty_group_holds_unless_allowed(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", NULL);
    (void) world_group(&c.world, "staff", "ann", NULL);
    Rule *rule = world_rule(&c.world, RULE_GROUP_NAME, "developers", "Developers", NULL, ROLE_NONE);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "staff", NULL, "Product", ROLE_NONE);
    (void) settled(&c, "ann");
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_int_equal(planner_rail_status(plan), 3);
    rule->allow_empty = true;
    assert_plan(&c.world, "remove-from-group ann@example.org Developers\n");
    world_clear(&c.world);
}

static void test_unknown_toggl_object_is_refused_or_created(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "developers", "Develoopers", "Product", ROLE_NONE);
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    const Rail *rail = g_ptr_array_index(plan->rails, 0);
    assert_string_equal(rail->explanation,
                        "mapping.[0]: Toggl has no group 'Develoopers', and "
                        "lifecycle.create_groups is false; did you mean 'Developers'");
    c.world.settings->lifecycle.create_groups = true;
    assert_plan(&c.world, "create-group Develoopers\n"
                          "invite ann@example.org\n");
    world_clear(&c.world);
}

static void test_group_match_expands_back_references(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "toggl-design", "ann", NULL);
    c.world.settings->lifecycle.create_groups = true;
    (void) world_rule(&c.world, RULE_GROUP_MATCH, "^toggl-(.+)$", "\\1", "Product", ROLE_NONE);
    assert_plan(&c.world, "create-group design\n"
                          "invite ann@example.org\n");
    world_clear(&c.world);
}

static void test_without_a_workspace_nobody_is_invited(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "developers", "Developers", NULL, ROLE_NONE);
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(
        plan, NOTICE_HELD,
        "ann@example.org: an invitation needs a workspace, and no rule gives this person one\n");
    world_clear(&c.world);
}

static void test_unmanaged_members_are_kept(void **state)
{
    (void) state;
    Case c;
    begin_settled(&c);
    const Member *stranger = world_member(&c.world, "stranger");
    OrganizationUserId id = stranger->id;
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_notices(plan, NOTICE_UNMANAGED,
                   "stranger@example.org: no directory knows this member\n");
    c.world.settings->lifecycle.unmanaged = UNMANAGED_IGNORE;
    g_autoptr(Plan) ignored = world_plan(&c.world);
    assert_notices(ignored, NOTICE_UNMANAGED, "");
    /* a leaver, too, has a grace: from when complete reads first saw the member */
    c.world.settings->lifecycle.unmanaged = UNMANAGED_LEAVER;
    g_autoptr(Plan) first = world_plan(&c.world);
    assert_int_equal(first->changes->len, 0);
    assert_notices(first, NOTICE_UNMANAGED,
                   "stranger@example.org: no directory knows this member; 3 more days and "
                   "another complete read before anything is done\n");
    ledger_add_interval(c.world.ledger, INTERVAL_MEMBER, id, 0)->since = c.world.now - 3 * 86400;
    assert_plan(&c.world, "deactivate stranger@example.org\n");
    world_clear(&c.world);
}

#define TAKEN_OUT "remove-from-group stranger@example.org Developers\n"

/* What we gave to a member whose link is gone is taken back once, by whichever rule it goes. */
static void test_unmanaged_members_lose_groups(void **state)
{
    (void) state;
    static const struct {
        Memberships memberships;
        Leavers leavers;
        Unmanaged unmanaged;
        bool granted;
        const char *plan;
    } cases[] = {
        {MEMBERSHIPS_OURS, LEAVERS_REMOVE_GROUPS, UNMANAGED_LEAVER, true, TAKEN_OUT},
        {MEMBERSHIPS_OURS, LEAVERS_REMOVE_GROUPS, UNMANAGED_LEAVER, false, ""},
        {MEMBERSHIPS_EXACT, LEAVERS_REMOVE_GROUPS, UNMANAGED_LEAVER, true, TAKEN_OUT},
        {MEMBERSHIPS_EXACT, LEAVERS_REMOVE_GROUPS, UNMANAGED_LEAVER, false, TAKEN_OUT},
        {MEMBERSHIPS_EXACT, LEAVERS_DEACTIVATE, UNMANAGED_LEAVER, true,
         "deactivate stranger@example.org\n"},
        {MEMBERSHIPS_EXACT, LEAVERS_DEACTIVATE, UNMANAGED_REPORT, true, TAKEN_OUT},
        {MEMBERSHIPS_EXACT, LEAVERS_DEACTIVATE, UNMANAGED_REPORT, false, TAKEN_OUT},
        {MEMBERSHIPS_OURS, LEAVERS_DEACTIVATE, UNMANAGED_REPORT, true, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Case c;
        begin_settled(&c);
        Member *stranger = world_member(&c.world, "stranger");
        world_put(stranger, c.group);
        if (cases[i].granted)
            (void) world_grant(&c.world, stranger, GRANT_GROUP, c.group);
        ledger_add_interval(c.world.ledger, INTERVAL_MEMBER, stranger->id, 0)->since = 1;
        c.world.settings->lifecycle.memberships = cases[i].memberships;
        c.world.settings->lifecycle.leavers = cases[i].leavers;
        c.world.settings->lifecycle.unmanaged = cases[i].unmanaged;
        assert_plan(&c.world, cases[i].plan);
        world_clear(&c.world);
    }
}

static void test_nobody_at_all_is_refused(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    add_rule(&c);
    (void) settled(&c, "ann");
    PlanInput input = world_input(&c.world);
    Plan *plan = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(planner_plan(&input, &plan, &error));
    assert_error(error,
                 "the directory holds nobody: nothing is planned\n"
                 "hint: check people.base and people.filter, and what the bind account may read");
    world_clear(&c.world);
}

/* A whole ou that was moved is told in one sentence, places in order. */
static void test_places_that_many_moved_to_are_told(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "zoe");
    (void) world_group(&c.world, "developers", "zoe", NULL);
    add_rule(&c);
    (void) settled(&c, "zoe");
    static const struct {
        const char *who;
        const char *dn;
    } moved[] = {
        {"ann", "uid=ann,ou=south,dc=main"}, {"bob", "uid=bob,ou=north,dc=main"},
        {"cat", "uid=cat,ou=south,dc=main"}, {"dan", "uid=dan,ou=north,dc=main"},
        {"eve", "uid=eve,ou=alone,dc=main"}, {"fay", "no dn"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(moved); i++) {
        (void) settled(&c, moved[i].who);
        Located *located = g_new0(Located, 1);
        *located = (Located){.kind = LOCATED_ENABLED, .dn = g_strdup(moved[i].dn)};
        g_hash_table_insert(c.world.located, ledger_link(c.world.ledger, "main", moved[i].who),
                            located);
    }
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 0);
    assert_int_equal(plan->warnings->len, 2);
    assert_string_equal(g_ptr_array_index(plan->warnings, 0),
                        "2 people are out of scope, their new parent is 'ou=north,dc=main': "
                        "nothing is done; do the bases still fit?");
    assert_string_equal(g_ptr_array_index(plan->warnings, 1),
                        "2 people are out of scope, their new parent is 'ou=south,dc=main': "
                        "nothing is done; do the bases still fit?");
    world_clear(&c.world);
}

/* A role that this program has no word for is somebody else's business. */
static void test_a_role_without_a_word_is_left_alone(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "developers", "Developers", "Product", ROLE_ADMIN);
    Member *ann = settled(&c, "ann");
    assert_plan(&c.world, "set-workspace-role ann@example.org Product admin\n");
    g_array_index(ann->assignments, Assignment, 0).role = ROLE_NONE;
    g_array_index(ann->assignments, Assignment, 0).role_id = 77;
    assert_plan(&c.world, "");
    world_clear(&c.world);
}

/* Nobody in those that were read, and one that was not: that is no empty company. */
static void test_nobody_is_left_when_a_directory_is_not_read(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    Directory *other = world_directory(&world, "branch");
    other->completeness.complete = false;
    other->completeness.required = false;
    other->completeness.problem = g_strdup("size limit exceeded");
    PlanInput input = world_input(&world);
    g_autoptr(GError) error = NULL;
    Plan *plan = NULL;
    assert_false(planner_plan(&input, &plan, &error));
    assert_null(plan);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE));
    assert_string_equal(error->message, "nobody is left when directory 'branch' is not read");
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joiner_is_invited_with_everything),
        cmocka_unit_test(test_settled_world_has_no_change),
        cmocka_unit_test(test_hand_made_member_is_linked_and_adopted),
        cmocka_unit_test(test_mover_loses_only_what_is_ours),
        cmocka_unit_test(test_disabled_person_is_deactivated_at_once),
        cmocka_unit_test(test_disabled_stranger_is_left_alone),
        cmocka_unit_test(test_missing_person_has_grace_of_days_and_reads),
        cmocka_unit_test(test_days_without_reads_are_not_enough),
        cmocka_unit_test(test_coming_back_cancels_the_grace),
        cmocka_unit_test(test_found_elsewhere_is_out_of_scope),
        cmocka_unit_test(test_returner_is_reactivated_only_when_we_deactivated),
        cmocka_unit_test(test_hand_deleted_member_is_not_invited_again),
        cmocka_unit_test(test_owner_self_and_protected_are_never_touched),
        cmocka_unit_test(test_frozen_person_is_left_alone),
        cmocka_unit_test(test_who_has_neither_mail_nor_name_is_told_by_the_entry),
        cmocka_unit_test(test_known_disabled_person_without_mail_is_a_leaver),
        cmocka_unit_test(test_same_mail_under_a_new_anchor_is_held),
        cmocka_unit_test(test_person_in_two_sources_leaves_only_when_gone_from_both),
        cmocka_unit_test(test_roles_rise_and_fall_only_by_us),
        cmocka_unit_test(test_missing_group_holds_its_rule_and_nobody_loses),
        cmocka_unit_test(test_empty_group_holds_unless_allowed),
        cmocka_unit_test(test_unknown_toggl_object_is_refused_or_created),
        cmocka_unit_test(test_group_match_expands_back_references),
        cmocka_unit_test(test_without_a_workspace_nobody_is_invited),
        cmocka_unit_test(test_unmanaged_members_are_kept),
        cmocka_unit_test(test_unmanaged_members_lose_groups),
        cmocka_unit_test(test_nobody_at_all_is_refused),
        cmocka_unit_test(test_places_that_many_moved_to_are_told),
        cmocka_unit_test(test_a_role_without_a_word_is_left_alone),
        cmocka_unit_test(test_nobody_is_left_when_a_directory_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
