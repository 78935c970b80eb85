/* SPDX-License-Identifier: Apache-2.0 */
#include "company.h"

#include "sync/decide.h"

/* ---- an anchor that comes back ---- */

static const char question[] =
    "hans@example.org: was away, and is back with another address and another name than "
    "'cid@example.org': the same person? 'person release cid' says yes, 'person unlink cid' no\n";

/* Somebody at work who has the anchor that Cid had, and Cid's member. */
static Link *begin_return(Case *c, Person **ret_person)
{
    begin(c);
    (void) settled(c, "cid");
    Person *person = world_entry(&c->world, "main", "cid", "hans");
    (void) world_group(&c->world, "developers", "cid", NULL);
    add_rule(c);
    c->world.settings->lifecycle.addresses = ADDRESSES_CHANGE;
    if (ret_person != NULL)
        *ret_person = person;
    return ledger_link(c->world.ledger, "main", "cid");
}

static void was_missing(Link *link)
{
    link->missing_since = 1;
}

static void was_disabled(Link *link)
{
    link->left = true;
}

static void was_deactivated(Link *link)
{
    link->deactivated_at = 1;
}

static void was_there(Link *link)
{
    (void) link;
}

static void same_address(Case *c, Person *person)
{
    (void) c;
    set_mail(person, "cid@example.org");
}

static void same_further_address(Case *c, Person *person)
{
    (void) c;
    add_alias(person, "cid@example.org");
}

static void earlier_address(Case *c, Person *person)
{
    (void) person;
    (void) ledger_remember(ledger_link(c->world.ledger, "main", "cid")->mail_keys,
                           "hans@example.org");
}

static void members_address(Case *c, Person *person)
{
    (void) person;
    member_set_mail(g_ptr_array_index(c->world.organization->members, 0), "hans@example.org");
}

static void same_name(Case *c, Person *person)
{
    (void) c;
    g_free(person->name);
    person->name = g_strdup("CID ");
}

static void no_name(Case *c, Person *person)
{
    (void) c;
    g_clear_pointer(&person->name, g_free);
}

static void only_invited(Case *c, Person *person)
{
    (void) person;
    ((Member *) g_ptr_array_index(c->world.organization->members, 0))->joined = false;
}

/* The ledger does not know this one: it says nothing of who was away. */
static void another_entry(Case *c, Person *person)
{
    (void) person;
    (void) world_person_in(&c->world, "second", "hans");
}

/* This one was there all the time. */
static void known_entry(Case *c, Person *person)
{
    (void) person;
    (void) world_person_in(&c->world, "second", "hans");
    (void) world_link_in(&c->world, "second", "hans",
                         g_ptr_array_index(c->world.organization->members, 0));
}

/* Away, and nothing known is left: a question. Anything else is a person who came back, or who has
 * never been away. */
static void test_who_comes_back_unrecognised_is_a_question(void **state)
{
    (void) state;
    static const struct {
        void (*was)(Link *link);
        void (*is)(Case *c, Person *person); /* NULL: somebody else in every way */
        bool held;
    } rows[] = {
        {was_missing, NULL, true},
        {was_disabled, NULL, true},
        {was_deactivated, NULL, true},
        {was_there, NULL, false},
        {was_missing, same_address, false},
        {was_missing, same_further_address, false},
        {was_missing, earlier_address, false},
        {was_missing, members_address, false},
        {was_missing, same_name, false},
        {was_missing, no_name, true},
        {was_missing, only_invited, false},
        {was_missing, another_entry, true},
        {was_missing, known_entry, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        Person *person = NULL;
        Link *link = begin_return(&c, &person);
        rows[i].was(link);
        Member *member = g_ptr_array_index(c.world.organization->members, 0);
        member->inactive = link->deactivated_at != 0;
        if (rows[i].is != NULL)
            rows[i].is(&c, person);
        for (int read = 0; rows[i].held && read < 2; read++) { /* nothing is learned meanwhile */
            assert_decided(&c.world, "", NOTICE_HELD, question);
            assert_int_equal(link->missing_since,
                             0); /* whoever goes now has a grace of their own */
        }
        g_autoptr(Plan) plan = world_plan(&c.world);
        assert_notices(plan, NOTICE_HELD, rows[i].held ? question : "");
        world_clear(&c.world);
    }
}

/* Whom a server's own anchor names is the same person, whatever they are called now. */
static void test_an_anchor_of_a_server_is_no_question(void **state)
{
    (void) state;
    static const struct {
        const char *anchor;
        bool held;
    } rows[] = {
        {"93bf429b-5a49-5212-a778-78cc60f77269", false}, /* entryUUID and others */
        {"0c1d2e3f-405162a1-B2C3D4E5-F6071829", false},  /* nsUniqueId */
        {"1234567890123456789012345678901", true},       /* a number, however long */
        {"103", true},
        {"abcdef01-with-words-in-it-0123456789", true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        begin(&c);
        Member *cid = world_member(&c.world, "cid");
        (void) world_link(&c.world, rows[i].anchor, cid);
        was_missing(ledger_link(c.world.ledger, "main", rows[i].anchor));
        (void) world_entry(&c.world, "main", rows[i].anchor, "hans");
        (void) world_group(&c.world, "developers", rows[i].anchor, NULL);
        add_rule(&c);
        g_autoptr(Plan) plan = world_plan(&c.world);
        guint held = 0;
        for (guint n = 0; n < plan->notices->len; n++)
            held += ((const Notice *) g_ptr_array_index(plan->notices, n))->kind == NOTICE_HELD;
        assert_int_equal(held, rows[i].held);
        world_clear(&c.world);
    }
}

/* Yes is heard once: the next stranger under this anchor is a question again. */
static void test_release_says_that_it_is_the_same_person(void **state)
{
    (void) state;
    Case c;
    Person *person = NULL;
    Link *link = begin_return(&c, &person);
    Member *member = g_ptr_array_index(c.world.organization->members, 0);
    member->can_edit_email = true;
    was_missing(link);
    link->released_at = c.world.now;
    assert_plan(&c.world, "change-address hans@example.org\n");
    assert_int_equal(link->released_at, 0);
    assert_int_equal(link->missing_since, 0);
    assert_plan(&c.world, "change-address hans@example.org\n");
    member_set_mail(member, "hans@example.org");
    was_missing(link);
    set_mail(person, "zoe@example.org");
    assert_decided(&c.world, "", NOTICE_HELD,
                   "zoe@example.org: was away, and is back with another address and another name "
                   "than 'hans@example.org': the same person? 'person release cid' says yes, "
                   "'person unlink cid' no\n");
    world_clear(&c.world);
}

/* No makes somebody new of them; what is Cid's stays as it is. */
static void test_unlink_says_that_it_is_somebody_else(void **state)
{
    (void) state;
    Case c;
    was_missing(begin_return(&c, NULL));
    assert_decided(&c.world, "", NOTICE_HELD, question);
    g_autoptr(GPtrArray) people = decide_find("cid", c.world.ledger, NULL);
    assert_int_equal(people->len, 1);
    decide_unlink(c.world.ledger, people);
    assert_decided(&c.world, "invite hans@example.org\n", NOTICE_UNMANAGED,
                   "cid@example.org: no directory knows this member\n");
    world_clear(&c.world);
}

/* ---- out of scope, and let go ---- */

static void go_elsewhere(Case *c, Link *link)
{
    Located *located = g_new0(Located, 1);
    *located = (Located){.kind = LOCATED_ENABLED, .dn = g_strdup("uid=ann,ou=former")};
    g_hash_table_insert(c->world.located, link, located);
    world_remove_people(&c->world, 0, 1);
}

/* Who is out of scope is held until somebody lets them go: then they have the grace of whoever is
 * missing. */
static void test_release_lets_go_who_is_out_of_scope(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) settled(&c, "ann");
    Link *link = ledger_link(c.world.ledger, "main", "ann");
    (void) world_person(&c.world, "ann");
    (void) world_person(&c.world, "bob");
    c.world.settings->lifecycle.grace_days = 1;
    c.world.settings->lifecycle.grace_reads = 1;
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, "Developers", "Product", ROLE_NONE);
    link->released_at = 5; /* of a hold, long ago: that was not about this */
    plan_free(world_plan(&c.world));
    assert_int_equal(link->released_at, 0);
    go_elsewhere(&c, link);
    g_autoptr(Plan) held = world_plan(&c.world);
    assert_notices(held, NOTICE_OUT_OF_SCOPE,
                   "ann@example.org: the entry is enabled at 'uid=ann,ou=former', outside our "
                   "bases and filters\n");
    link->released_at = c.world.now;
    g_autoptr(Plan) gone = world_plan(&c.world);
    assert_notices(gone, NOTICE_OUT_OF_SCOPE, "");
    assert_notices(gone, NOTICE_MISSING,
                   "ann@example.org: outside our bases and filters, and let go by 'person "
                   "release'; 1 more day and 0 more complete reads before anything is done\n");
    c.world.now += 86400;
    g_autoptr(Plan) over = world_plan(&c.world);
    const Change *first = g_ptr_array_index(over->changes, 0);
    assert_int_equal(first->kind, CHANGE_DEACTIVATE);
    assert_string_equal(first->reason, "outside our bases and filters, and let go by 'person "
                                       "release', and the grace is over");
    world_clear(&c.world);
}

/* The end of a hold is no word about what happens to them later. */
static void test_an_old_release_fights_nobody(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Member *ann = settled(&c, "ann");
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    ledger_link(c.world.ledger, "main", "ann")->released_at = 5;
    assert_plan(&c.world, "");
    assert_true(g_ptr_array_remove(c.world.organization->members, ann)); /* by hand */
    assert_decided(&c.world, "", NOTICE_BY_HAND,
                   "ann@example.org: the member was deleted by somebody else; 'person release' "
                   "invites again\n");
    world_clear(&c.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_comes_back_unrecognised_is_a_question),
        cmocka_unit_test(test_an_anchor_of_a_server_is_no_question),
        cmocka_unit_test(test_release_says_that_it_is_the_same_person),
        cmocka_unit_test(test_unlink_says_that_it_is_somebody_else),
        cmocka_unit_test(test_release_lets_go_who_is_out_of_scope),
        cmocka_unit_test(test_an_old_release_fights_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
