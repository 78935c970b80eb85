/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and names that differ: what is followed, what is said, and whom Toggl lets change. */
#include "company.h"

static Member *begin_with_ann(Case *c, Person **ret_person)
{
    begin(c);
    *ret_person = world_person(&c->world, "ann");
    (void) world_group(&c->world, "developers", "ann", NULL);
    add_rule(c);
    Member *ann = settled(c, "ann");
    ann->can_edit_email = true;
    (void) ledger_remember(ledger_link(c->world.ledger, "main", "ann")->mail_keys,
                           "ann@example.org");
    return ann;
}

static void test_a_changed_address_is_said_or_followed(void **state)
{
    (void) state;
    Case c;
    Person *person = NULL;
    Member *ann = begin_with_ann(&c, &person);
    set_mail(person, "Ann.Smith@example.org");
    assert_decided(
        &c.world, "", NOTICE_DIFFERENT,
        "Ann.Smith@example.org: the directory's address is 'Ann.Smith@example.org', Toggl "
        "has 'ann@example.org': lifecycle.addresses is \"report\"\n");
    c.world.settings->lifecycle.addresses = ADDRESSES_CHANGE;
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "change-address Ann.Smith@example.org\n");
    const Change *change = g_ptr_array_index(plan->changes, 0);
    assert_string_equal(change->before.mail, "ann@example.org");
    assert_string_equal(change->after.mail, "Ann.Smith@example.org");
    ann->can_edit_email = false;
    assert_decided(
        &c.world, "", NOTICE_DIFFERENT,
        "Ann.Smith@example.org: the directory's address is 'Ann.Smith@example.org', Toggl "
        "has 'ann@example.org': only the person can change it in Toggl\n");
    world_clear(&c.world);
}

static void test_an_address_that_is_taken_or_protected_stays(void **state)
{
    (void) state;
    Case c;
    Person *person = NULL;
    Member *ann = begin_with_ann(&c, &person);
    c.world.settings->lifecycle.addresses = ADDRESSES_CHANGE;
    set_mail(person, "boss@example.org");
    Member *boss = world_member(&c.world, "boss");
    assert_decided(&c.world, "", NOTICE_DIFFERENT,
                   "boss@example.org: the directory's address is 'boss@example.org', Toggl has "
                   "'ann@example.org': another member has that address\n");
    member_set_mail(boss, "other@example.org");
    ann->owner = true;
    assert_decided(&c.world, "", NOTICE_DIFFERENT,
                   "boss@example.org: the directory's address is 'boss@example.org', Toggl has "
                   "'ann@example.org': the member is protected\n");
    world_clear(&c.world);
}

/* A further address will do, unless it was the first one once: then the person was renamed. */
static void test_a_further_address_is_no_difference(void **state)
{
    (void) state;
    Case c;
    Person *person = NULL;
    Member *ann = begin_with_ann(&c, &person);
    c.world.settings->lifecycle.addresses = ADDRESSES_CHANGE;
    set_mail(person, "a.smith@example.org");
    add_alias(person, "ann@example.org");
    assert_plan(&c.world, "change-address a.smith@example.org\n");
    person->mail_is_any =
        true; /* none of several is the primary one: no rename, a second address */
    assert_plan(&c.world, "");
    person->mail_is_any = false;
    Link *link = ledger_link(c.world.ledger, "main", "ann");
    g_ptr_array_set_size(link->mail_keys, 0);
    assert_plan(&c.world, "");
    g_ptr_array_set_size(person->other_mails, 0);
    member_set_mail(ann, "a.smith@old.example");
    g_ptr_array_add(c.world.settings->lifecycle.same_domains,
                    g_strsplit("old.example example.org", " ", -1));
    assert_plan(&c.world, "");
    world_clear(&c.world);
}

static void test_while_nobody_joined_another_address_is_another_invitation(void **state)
{
    (void) state;
    Case c;
    Person *person = NULL;
    Member *ann = begin_with_ann(&c, &person);
    ann->joined = false;
    set_mail(person, "a.smith@example.org");
    Link *link = ledger_link(c.world.ledger, "main", "ann");
    link->invited_at = c.world.now - 100;
    assert_plan(&c.world, "");
    c.world.settings->lifecycle.addresses = ADDRESSES_CHANGE;
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "withdraw-invitation a.smith@example.org\n"
                               "invite a.smith@example.org\n");
    const Change *invite = g_ptr_array_index(plan->changes, 1);
    assert_int_equal(invite->person.organization_user_id.value, 0);
    /* when one half may not go, the other does not either */
    c.world.settings->limits.removals_floor = 0;
    c.world.settings->limits.removals_count = 0;
    assert_plan(&c.world, "held withdraw-invitation a.smith@example.org\n"
                          "held invite a.smith@example.org\n");
    c.world.settings->lifecycle.kinds = UINT32_C(1) << CHANGE_INVITE;
    assert_decided(
        &c.world, "", NOTICE_DIFFERENT,
        "a.smith@example.org: the directory's address is 'a.smith@example.org', Toggl has "
        "'ann@example.org': lifecycle.kinds leaves out what that takes\n");
    link->invited_at = 0;
    assert_decided(
        &c.world, "", NOTICE_DIFFERENT,
        "a.smith@example.org: the directory's address is 'a.smith@example.org', Toggl has "
        "'ann@example.org': somebody else sent the invitation\n");
    world_clear(&c.world);
}

static void test_names_are_kept_or_followed(void **state)
{
    (void) state;
    Case c;
    Person *person = NULL;
    Member *ann = begin_with_ann(&c, &person);
    g_free(person->name);
    person->name = g_strdup("Ann  Smith");
    assert_plan(&c.world, "");
    c.world.settings->lifecycle.names = NAMES_FOLLOW;
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "rename-member ann@example.org\n");
    const Change *change = g_ptr_array_index(plan->changes, 0);
    assert_string_equal(change->before.name, "ann");
    assert_string_equal(change->after.name, "Ann Smith");
    g_free(ann->name);
    ann->name = g_strdup(" Ann Smith");
    assert_plan(&c.world, "");
    ann->can_edit_email = false;
    g_free(person->name);
    person->name = g_strdup("Ann \xc2\xaa");
    assert_decided(
        &c.world, "", NOTICE_DIFFERENT,
        "ann@example.org: the directory's name is 'Ann \xc2\xaa', Toggl has 'Ann Smith': "
        "only the person can change it in Toggl\n");
    /* no name, no opinion; and who has not joined, or is protected, keeps theirs */
    ann->can_edit_email = true;
    ann->joined = false;
    assert_plan(&c.world, "");
    ann->joined = true;
    c.world.organization->self = ann->user_id;
    assert_plan(&c.world, "");
    c.world.organization->self.value = 0;
    g_clear_pointer(&person->name, g_free);
    assert_plan(&c.world, "");
    world_clear(&c.world);
}

/* What Toggl holds is no address at all: it differs from every one. */
static void test_a_member_whose_address_is_none(void **state)
{
    (void) state;
    Case c;
    Person *person = NULL;
    Member *ann = begin_with_ann(&c, &person);
    member_set_mail(ann, "not an address");
    assert_null(ann->mail_key);
    assert_decided(&c.world, "", NOTICE_DIFFERENT,
                   "ann@example.org: the directory's address is 'ann@example.org', Toggl has 'not "
                   "an address': lifecycle.addresses is \"report\"\n");
    c.world.settings->lifecycle.addresses = ADDRESSES_CHANGE;
    assert_plan(&c.world, "change-address ann@example.org\n");
    world_clear(&c.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_changed_address_is_said_or_followed),
        cmocka_unit_test(test_an_address_that_is_taken_or_protected_stays),
        cmocka_unit_test(test_a_further_address_is_no_difference),
        cmocka_unit_test(test_while_nobody_joined_another_address_is_another_invitation),
        cmocka_unit_test(test_names_are_kept_or_followed),
        cmocka_unit_test(test_a_member_whose_address_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
