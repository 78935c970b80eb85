/* SPDX-License-Identifier: Apache-2.0 */
/* Who is who: entries, links, addresses, several directories, and directories that were not read.
 */
#include "company.h"
#include "counting.h"

/* Ann and Bob are developers of main; whoever a test adds to second comes through everyone. */
static void begin_two(Case *c)
{
    begin(c);
    (void) world_person(&c->world, "bob");
    (void) world_group(&c->world, "developers", "bob", NULL);
    add_rule(c);
    (void) settled(c, "bob");
    c->world.settings->lifecycle.grace_days = 0;
    c->world.settings->lifecycle.grace_reads = 0;
}

static void test_one_mail_in_two_directories_is_one_person(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    (void) world_person_in(&c.world, "second", "bob");
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "link bob@example.org\n");
    const Change *change = g_ptr_array_index(plan->changes, 0);
    assert_string_equal(change->person.source, "second");
    assert_string_equal(change->reason, "same person in another directory");
    world_clear(&c.world);
}

static void test_the_first_enabled_entry_speaks(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    world_disable(world_person(&c.world, "ann"));
    (void) world_person_in(&c.world, "second", "ann");
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(plan->changes->len, 1);
    const Change *change = g_ptr_array_index(plan->changes, 0);
    assert_int_equal(change->kind, CHANGE_INVITE);
    assert_string_equal(change->person.source, "second");
    world_clear(&c.world);
}

static void test_a_ledger_that_knows_two_members_outweighs_one_address(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    (void) world_person_in(&c.world, "second", "bob");
    Member *other = world_member(&c.world, "robert");
    world_assign(other, c.workspace, ROLE_USER);
    (void) world_link_in(&c.world, "second", "bob", other);
    world_grant(&c.world, other, GRANT_WORKSPACE, c.workspace)->role = ROLE_USER;
    assert_decided(&c.world, "", NOTICE_DIFFERENT,
                   "bob@example.org: the directory's address is 'bob@example.org', Toggl has "
                   "'robert@example.org': lifecycle.addresses is \"report\"\n");
    world_clear(&c.world);
}

static void test_who_moved_to_another_directory_did_not_leave(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    (void) world_person_in(&c.world, "second", "ann");
    (void) settled(&c, "ann"); /* known to main, and gone from there */
    assert_plan(&c.world, "link ann@example.org\n"
                          "remove-from-group ann@example.org Developers\n");
    world_clear(&c.world);
}

static void test_recreated_waits_for_a_word(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) settled(&c, "ann");
    set_mail(world_person(&c.world, "ann2"), "ann@example.org");
    (void) world_group(&c.world, "others", "ann2", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "others", "Developers", "Product", ROLE_NONE);
    assert_plan(&c.world, "");
    /* released, the new entry takes over all that the old one had */
    Link *link = world_link(&c.world, "ann2", NULL);
    link->released_at = c.world.now;
    assert_plan(&c.world, "link ann@example.org\n");
    world_clear(&c.world);
}

/* Also when the new one brought a link of its own, from a directory that they left. */
static void test_two_who_left_become_one(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, "Developers", "Product", ROLE_NONE);
    (void) world_person_in(&c.world, "second", "zoe");
    (void) settled(&c, "ann");                                     /* gone from main */
    Link *moved = world_link_in(&c.world, "second", "ann3", NULL); /* gone from second */
    g_free(moved->mail_key);
    moved->mail_key = g_strdup("ann@example.org");
    set_mail(world_person(&c.world, "ann2"), "ann@example.org");
    Link *link = world_link(&c.world, "ann2", NULL);
    link->released_at = c.world.now;
    assert_plan(&c.world, "link ann@example.org\n"
                          "invite zoe@example.org\n");
    world_clear(&c.world);
}

/* The old entry, disabled and still there, is the new one's from the word on, with all that the
 * ledger knows of it: at once, and in every run after it. */
static void test_who_takes_over_has_the_old_entry_too(void **state)
{
    (void) state;
    static const struct {
        const char *source;
        bool inactive;
        bool ours;
        const char *plan;
        const char *by_hand;
    } rows[] = {
        {"main", false, false, "", ""},
        {"second", false, false, "", ""},
        {"main", true, true, "reactivate again@example.org\n", ""},
        {"second", true, true, "reactivate again@example.org\n", ""},
        {"main", true, false, "", "again@example.org: deactivated by somebody else: left alone\n"},
        {"second", true, false, "",
         "again@example.org: deactivated by somebody else: left alone\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        begin_two(&c);
        (void) world_rule(&c.world, RULE_EVERYONE, NULL, "Developers", "Product", ROLE_NONE);
        Member *ann = settled(&c, "ann");
        world_disable(world_person(&c.world, "ann"));
        ann->inactive = rows[i].inactive;
        ledger_link(c.world.ledger, "main", "ann")->deactivated_at =
            rows[i].ours ? c.world.now - 5 : 0;
        add_alias(world_person_in(&c.world, rows[i].source, "again"), "ann@example.org");
        Link *link = world_link_in(&c.world, rows[i].source, "again", NULL);
        link->released_at = c.world.now;
        g_autofree char *first = g_strconcat("link again@example.org\n", rows[i].plan, NULL);
        assert_decided(&c.world, first, NOTICE_BY_HAND, rows[i].by_hand);
        ledger_set_member(c.world.ledger, link, ann->id, ann->user_id);
        link->released_at = 0;
        assert_decided(&c.world, rows[i].plan, NOTICE_BY_HAND, rows[i].by_hand);
        world_clear(&c.world);
    }
}

/* The leaver's invitation is withdrawn; who has their address now waits for a word as before,
 * whether Toggl has a member with it or not, and whoever else had it before. */
static void test_a_removal_answers_no_question(void **state)
{
    (void) state;
    static const char held[] =
        "ann@example.org: the address 'ann@example.org' belongs to another entry, ann, and this "
        "one is new: a re-created person? 'person release' says yes, 'person link' names another "
        "member\n";
    for (int by_hand = 0; by_hand < 2; by_hand++) {
        Case c;
        begin_two(&c);
        Person *left = world_person(&c.world, "ann");
        set_mail(left, "ann.smith@example.org");
        world_disable(left);
        Member *ann = settled(&c, "ann");
        member_set_mail(ann, "ann.smith@example.org");
        ann->joined = false;
        Link *old = ledger_link(c.world.ledger, "main", "ann");
        (void) ledger_remember(old->mail_keys, "ann@example.org");
        set_mail(world_person(&c.world, "again"), "ann@example.org");
        (void) world_rule(&c.world, RULE_EVERYONE, NULL, "Developers", "Product", ROLE_NONE);
        assert_decided(&c.world, "withdraw-invitation ann.smith@example.org\n", NOTICE_HELD, held);
        g_ptr_array_remove(c.world.organization->members, ann);
        ledger_set_member(c.world.ledger, old, (OrganizationUserId){0}, (UserId){0});
        old->removed_at = c.world.now;
        if (by_hand)
            world_put(world_member(&c.world, "ann"), c.group);
        assert_decided(&c.world, "", NOTICE_HELD, held);
        Link *link = world_link(&c.world, "again", NULL);
        link->released_at = c.world.now;
        assert_decided(&c.world,
                       by_hand ? "adopt ann@example.org Developers\n"
                                 "link ann@example.org\n"
                                 "assign ann@example.org Product\n"
                               : "invite ann@example.org\n",
                       NOTICE_HELD, "");
        world_clear(&c.world);
    }
}

/* Of several who had an address, those whom we did not remove come first: they are held, too. */
static void test_whom_we_removed_hides_nobody_who_is_missing(void **state)
{
    (void) state;
    for (int removed_first = 0; removed_first < 2; removed_first++) {
        Case c;
        begin_two(&c);
        Member *ann = world_member(&c.world, "ann");
        for (int i = 0; i < 2; i++) {
            bool removed = (i == 0) == (removed_first == 1);
            Link *link = world_link(&c.world, removed ? "old" : "ann", removed ? NULL : ann);
            (void) ledger_remember(link->mail_keys, "ann@example.org");
            link->removed_at = removed ? c.world.now - 5 : 0;
        }
        set_mail(world_person(&c.world, "again"), "ann@example.org");
        (void) world_rule(&c.world, RULE_EVERYONE, NULL, "Developers", "Product", ROLE_NONE);
        assert_decided(
            &c.world, "", NOTICE_HELD,
            "ann@example.org: the address 'ann@example.org' belongs to another entry, ann, and "
            "this one is new: a re-created person? 'person release' says yes, 'person link' names "
            "another member\n"
            "ann@example.org: gone from the directory, and a new entry, again, has the address "
            "'ann@example.org': a re-created person? 'person release' says yes, 'person link' "
            "names another member\n");
        world_clear(&c.world);
    }
}

/* Whether the new entry chooses it or has it beside another. */
static void test_an_address_that_was_another_s_is_a_question(void **state)
{
    (void) state;
    static const struct {
        const char *chosen;
        const char *further; /* NULL: none */
    } cases[] = {
        {"ann@example.org", NULL},
        {"new@example.org", "ann@example.org"},
        {NULL, "ann@example.org"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Case c;
        begin_two(&c);
        Person *ann = world_person(&c.world, "ann");
        set_mail(ann, "ann.smith@example.org");
        Member *member = settled(&c, "ann");
        member_set_mail(member, "ann.smith@example.org");
        (void) ledger_remember(ledger_link(c.world.ledger, "main", "ann")->mail_keys,
                               "ann@example.org");
        Person *new = world_person(&c.world, "new");
        set_mail(new, cases[i].chosen != NULL ? cases[i].chosen : "none@example.org");
        if (cases[i].chosen == NULL) {
            g_clear_pointer(&new->mail, g_free);
            g_clear_pointer(&new->mail_key, g_free);
        }
        if (cases[i].further != NULL)
            add_alias(new, cases[i].further);
        (void) world_group(&c.world, "others", "ann", "new", NULL);
        (void) world_rule(&c.world, RULE_GROUP_NAME, "others", "Developers", "Product", ROLE_NONE);
        g_autofree char *held = g_strdup_printf(
            "%s: the address 'ann@example.org' was that of another entry, ann, which is still "
            "there, and this one is new: another person? 'person release' says yes, 'person link' "
            "names the member of this one\n",
            cases[i].chosen != NULL ? cases[i].chosen : "new");
        assert_decided(&c.world, "", NOTICE_HELD, held);
        world_clear(&c.world);
    }
}

static void test_disabled_old_entry_leaves_and_the_new_one_waits(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) settled(&c, "ann");
    world_disable(world_person(&c.world, "ann"));
    set_mail(world_person(&c.world, "ann2"), "ann@example.org");
    (void) world_group(&c.world, "others", "ann2", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "others", "Developers", "Product", ROLE_NONE);
    assert_plan(&c.world, "deactivate ann@example.org\n");
    world_clear(&c.world);
}

static void test_further_addresses_and_same_domains_find_members(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    set_mail(ann, "ann.smith@example.org");
    add_alias(ann, "ann@example.org");
    Person *eve = world_person(&c.world, "eve");
    set_mail(eve, "eve@new.example");
    (void) world_group(&c.world, "developers", "ann", "eve", NULL);
    add_rule(&c);
    world_assign(world_member(&c.world, "ann"), c.workspace, ROLE_USER);
    Member *old = world_member(&c.world, "eve");
    member_set_mail(old, "eve@old.example");
    g_ptr_array_add(c.world.settings->lifecycle.same_domains,
                    g_strsplit("old.example new.example", " ", -1));
    g_autoptr(Plan) plan = world_plan(&c.world);
    const Change *first = g_ptr_array_index(plan->changes, 1);
    const Change *second = g_ptr_array_index(plan->changes, 2);
    assert_int_equal(first->kind, CHANGE_LINK);
    assert_string_equal(first->reason, "same address: ann@example.org");
    assert_int_equal(second->kind, CHANGE_LINK);
    assert_string_equal(second->reason, "same address: eve@old.example");
    assert_int_equal(count_changes(plan, CHANGE_INVITE), 0);
    world_clear(&c.world);
}

static void test_the_chosen_address_outweighs_a_further_one(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    set_mail(ann, "a@example.org");
    add_alias(ann, "bob@example.org"); /* in another directory than Bob */
    (void) world_person_in(&c.world, "second", "bob");
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    world_assign(world_member(&c.world, "bob"), c.workspace, ROLE_USER);
    g_autoptr(Plan) plan = world_plan(&c.world);
    const Change *link = g_ptr_array_index(plan->changes, 1);
    assert_int_equal(link->kind, CHANGE_LINK);
    assert_string_equal(link->person.anchor, "bob");
    assert_notices(
        plan, NOTICE_HELD,
        "a@example.org: the address 'bob@example.org' is that of the member of another entry, "
        "bob, which is still there: change it in Toggl or in the directory; 'person link' names "
        "the member of this one\n");
    world_clear(&c.world);
}

static void test_disabled_entries_dispute_no_address(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *old = world_person(&c.world, "a-old"); /* before ann, in the order of anchors */
    set_mail(old, "ann@example.org");
    world_disable(old);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", "a-old", NULL);
    add_rule(&c);
    Member *member = world_member(&c.world, "ann");
    world_put(member, c.group);
    world_assign(member, c.workspace, ROLE_USER);
    assert_plan(&c.world, "adopt ann@example.org Product\n"
                          "adopt ann@example.org Developers\n"
                          "link ann@example.org\n");
    world_clear(&c.world);
}

static void test_unread_directory_freezes_its_own_people_only(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    Directory *second = world_directory(&c.world, "second");
    second->completeness.complete = false;
    second->completeness.required = false;
    Member *ann = settled(&c, "ann"); /* gone from main, and maybe in second */
    ledger_remove_link(c.world.ledger, ledger_link(c.world.ledger, "main", "ann"));
    (void) world_link_in(&c.world, "second", "ann", ann);
    (void) settled(&c, "eve"); /* gone from main */
    (void) world_member(&c.world, "guest");
    Link *eve = ledger_link(c.world.ledger, "main", "eve");
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_notices(plan, NOTICE_UNMANAGED,
                   "guest@example.org: no directory that could be read knows this member\n");
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "deactivate eve@example.org\n");
    assert_notices(plan, NOTICE_FROZEN,
                   "ann@example.org: the directory 'second' could not be read completely\n");
    assert_int_equal(planner_rail_status(plan), 76);
    /* such a read counts nobody missing */
    assert_int_equal(eve->reads_missed, 0);
    world_clear(&c.world);
}

static void test_unread_directory_makes_nobody_a_stranger(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    Directory *second = world_directory(&c.world, "second");
    second->completeness.complete = false;
    second->completeness.required = false;
    c.world.settings->lifecycle.unmanaged = UNMANAGED_LEAVER;
    c.world.settings->lifecycle.memberships = MEMBERSHIPS_EXACT;
    c.world.settings->lifecycle.delete_groups = true;
    (void) world_rule(&c.world, RULE_GROUP_MATCH, "^second-(.*)$", "S \\1", "Product", ROLE_NONE);
    Member *stranger = world_member(&c.world, "stranger");
    world_put(stranger, c.group);
    ledger_add_interval(c.world.ledger, INTERVAL_MEMBER, stranger->id, 0)->since = 1;
    assert_plan(&c.world, "");
    second->completeness.required = true;
    PlanInput input = world_input(&c.world);
    g_autoptr(GError) error = NULL;
    Plan *plan = NULL;
    assert_false(planner_plan(&input, &plan, &error));
    assert_error(error, "directory 'second' was not read completely: no reason given");
    world_clear(&c.world);
}

static void test_directory_that_is_no_longer_configured_is_out_of_scope(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    Member *ann = settled(&c, "ann");
    ledger_remove_link(c.world.ledger, ledger_link(c.world.ledger, "main", "ann"));
    (void) world_link_in(&c.world, "former", "ann", ann);
    assert_decided(&c.world, "", NOTICE_OUT_OF_SCOPE,
                   "ann@example.org: the directory 'former' is no longer configured\n");
    world_clear(&c.world);
}

static void test_excluded_is_frozen_on_both_sides(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    c.world.settings->lifecycle.unmanaged = UNMANAGED_LEAVER;
    c.world.settings->lifecycle.memberships = MEMBERSHIPS_EXACT;
    g_ptr_array_add(c.world.settings->excluded_mails, g_regex_new("^svc-", 0, 0, NULL));
    g_ptr_array_add(c.world.settings->excluded_dns, g_regex_new("ou=robots", 0, 0, NULL));
    /* an entry, a member without one, and two whose entries are gone */
    Person *entry = world_person(&c.world, "dan");
    entry->excluded = g_strdup("excluded by its DN: 'ou=x'");
    (void) settled(&c, "dan");
    world_put(world_member(&c.world, "svc-backup"), c.group);
    (void) settled(&c, "svc-mail");
    (void) settled(&c, "robot");
    ledger_link(c.world.ledger, "main", "robot")->dn = g_strdup("uid=robot,ou=robots,dc=main");
    assert_decided(&c.world, "", NOTICE_EXCLUDED,
                   "dan@example.org: excluded by its DN: 'ou=x'\n"
                   "robot@example.org: excluded by its DN: 'ou=robots'\n"
                   "svc-backup@example.org: excluded by its mail address: '^svc-'\n"
                   "svc-mail@example.org: excluded by its mail address: '^svc-'\n");
    world_clear(&c.world);
}

static void test_externals_are_left_alone_while_the_time_lasts(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    c.world.settings->lifecycle.unmanaged = UNMANAGED_LEAVER;
    Member *guest = world_member(&c.world, "guest");
    ledger_add_interval(c.world.ledger, INTERVAL_MEMBER, guest->id, 0)->since = 1;
    (void) world_person(&c.world, "partner"); /* in the directory, too */
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    static const char *const names[] = {"guest", "partner"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *mail = g_strconcat(names[i], "@example.org", NULL);
        g_ptr_array_add(c.world.settings->lifecycle.externals,
                        external_new(mail, mail, "bob", "2027-06-30", c.world.now + 10));
    }
    assert_decided(&c.world, "", NOTICE_EXCLUDED,
                   "guest@example.org: external until 2027-06-30, 'bob' answers for them\n");
    c.world.now += 10;
    assert_plan(&c.world, "deactivate guest@example.org\n"
                          "invite partner@example.org\n");
    c.world.settings->lifecycle.unmanaged = UNMANAGED_IGNORE;
    assert_decided(
        &c.world, "invite partner@example.org\n", NOTICE_UNMANAGED,
        "guest@example.org: external until 2027-06-30, which is over; 'bob' answers for them\n");
    world_clear(&c.world);
}

static void test_an_invited_member_is_known_by_address_until_toggl_tells_ids(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "others", "ann", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "others", "Developers", "Product", ROLE_NONE);
    Member *ann = world_member(&c.world, "ann");
    ann->joined = false;
    ann->user_id.value = 0;
    world_assign(ann, c.workspace, ROLE_USER);
    Link *link = world_link(&c.world, "ann", NULL);
    link->invited_at = c.world.now - 5;
    assert_decided(&c.world, "adopt ann@example.org Product\n", NOTICE_WAITING,
                   "ann@example.org: Toggl tells no user id before the invitation is accepted; "
                   "group 'Developers' waits\n");
    assert_int_equal(link->organization_user_id.value, ann->id.value);
    ann->joined = true;
    ann->user_id.value = 4711;
    assert_plan(&c.world, "adopt ann@example.org Product\n"
                          "add-to-group ann@example.org Developers\n");
    assert_int_equal(link->invited_at, 0);
    world_clear(&c.world);
}

static void test_an_invitation_is_of_the_entry_that_has_its_address_now(void **state)
{
    (void) state;
    Case c;
    begin_two(&c);
    (void) world_person(&c.world, "ann");
    set_mail(world_person_in(&c.world, "second", "ann"), "ann.new@example.org");
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    Member *invited = world_member(&c.world, "ann.new");
    invited->joined = false;
    invited->user_id.value = 0;
    world_assign(invited, c.workspace, ROLE_USER);
    Link *refused = world_link(&c.world, "ann", NULL);
    refused->invited_at = c.world.now - 5;
    (void) ledger_remember(refused->mail_keys, "ann.new@example.org");
    Link *link = world_link_in(&c.world, "second", "ann", invited);
    link->invited_at = c.world.now - 5;
    world_grant(&c.world, invited, GRANT_WORKSPACE, c.workspace)->role = ROLE_USER;
    assert_decided(&c.world, "", NOTICE_BY_HAND,
                   "ann@example.org: the invitation was refused, or the member deleted, by "
                   "somebody else; 'person release' invites again\n");
    world_clear(&c.world);
}

static void test_only_the_list_with_the_domain_counts(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *eve = world_person(&c.world, "eve");
    set_mail(eve, "eve@new.example");
    (void) world_group(&c.world, "developers", "eve", NULL);
    add_rule(&c);
    Member *old = world_member(&c.world, "eve");
    member_set_mail(old, "eve@other.example");
    GPtrArray *lists = c.world.settings->lifecycle.same_domains;
    g_ptr_array_add(lists, g_strsplit("other.example another.example", " ", -1));
    g_ptr_array_add(lists, g_strsplit("old.example new.example", " ", -1));
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(count_changes(plan, CHANGE_LINK), 0);
    member_set_mail(old, "eve@old.example");
    g_autoptr(Plan) found = world_plan(&c.world);
    assert_int_equal(count_changes(found, CHANGE_LINK), 1);
    assert_int_equal(count_changes(found, CHANGE_INVITE), 0);
    world_clear(&c.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_mail_in_two_directories_is_one_person),
        cmocka_unit_test(test_the_first_enabled_entry_speaks),
        cmocka_unit_test(test_a_ledger_that_knows_two_members_outweighs_one_address),
        cmocka_unit_test(test_who_moved_to_another_directory_did_not_leave),
        cmocka_unit_test(test_recreated_waits_for_a_word),
        cmocka_unit_test(test_two_who_left_become_one),
        cmocka_unit_test(test_who_takes_over_has_the_old_entry_too),
        cmocka_unit_test(test_a_removal_answers_no_question),
        cmocka_unit_test(test_whom_we_removed_hides_nobody_who_is_missing),
        cmocka_unit_test(test_an_address_that_was_another_s_is_a_question),
        cmocka_unit_test(test_disabled_old_entry_leaves_and_the_new_one_waits),
        cmocka_unit_test(test_further_addresses_and_same_domains_find_members),
        cmocka_unit_test(test_the_chosen_address_outweighs_a_further_one),
        cmocka_unit_test(test_disabled_entries_dispute_no_address),
        cmocka_unit_test(test_unread_directory_freezes_its_own_people_only),
        cmocka_unit_test(test_unread_directory_makes_nobody_a_stranger),
        cmocka_unit_test(test_directory_that_is_no_longer_configured_is_out_of_scope),
        cmocka_unit_test(test_excluded_is_frozen_on_both_sides),
        cmocka_unit_test(test_externals_are_left_alone_while_the_time_lasts),
        cmocka_unit_test(test_an_invited_member_is_known_by_address_until_toggl_tells_ids),
        cmocka_unit_test(test_an_invitation_is_of_the_entry_that_has_its_address_now),
        cmocka_unit_test(test_only_the_list_with_the_domain_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
