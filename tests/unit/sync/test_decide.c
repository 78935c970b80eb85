/* SPDX-License-Identifier: Apache-2.0 */
#include "counting.h"
#include "world.h"

#include "base/error.h"
#include "sync/decide.h"

/* Ann is linked, Bob is only in the directory, Zoe only in the ledger. */
static void company(World *world)
{
    world_init(world);
    (void) world_person(world, "ann");
    (void) world_person(world, "bob");
    Link *ann = world_link(world, "ann", world_member(world, "ann"));
    (void) ledger_remember(ann->mail_keys, "ann.maiden@example.org");
    (void) ledger_remember(ann->dn_keys, "uid=ann,ou=old,dc=main");
    (void) world_link(world, "zoe", world_member(world, "zoe"));
    world_finish(world);
}

static GPtrArray *find(const World *world, const char *who)
{
    return decide_find(who, world->ledger, world->directories);
}

static void test_who_is_meant(void **state)
{
    (void) state;
    World world;
    company(&world);
    const struct {
        const char *who;
        const char *anchor; /* NULL: nobody */
        bool linked;
        bool there;
    } cases[] = {
        {"ann@example.org", "ann", true, true},
        {"Ann@EXAMPLE.org", "ann", true, true},
        {"ann.maiden@example.org", "ann", true, false}, /* an address of before */
        {"UID=ann, ou=old, dc=main", "ann", true, false},
        {"uid=ann,ou=people,dc=main", "ann", true, true},
        {"ann", "ann", true, true}, /* the anchor */
        {"bob@example.org", "bob", false, true},
        {"zoe@example.org", "zoe", true, false},
        {"eve@example.org", NULL, false, false},
        {"an", NULL, false, false},
        {"", NULL, false, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) people = find(&world, cases[i].who);
        if (people->len != (cases[i].anchor != NULL ? 1U : 0U))
            fail_msg("'%s' means %u people", cases[i].who, people->len);
        if (cases[i].anchor == NULL)
            continue;
        const Somebody *somebody = g_ptr_array_index(people, 0);
        assert_string_equal(somebody->anchor, cases[i].anchor);
        assert_int_equal(somebody->link != NULL, cases[i].linked);
        assert_int_equal(somebody->person != NULL, cases[i].there);
    }
    world_clear(&world);
}

static void test_holding_somebody_new(void **state)
{
    (void) state;
    World world;
    company(&world);
    (void) world_workspace(&world, "Product");
    (void) world_rule(&world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    g_autoptr(GPtrArray) bob = find(&world, "bob@example.org");
    decide_hold(world.ledger, bob, world.now + 60, "not yet");
    const Link *link = ledger_link(world.ledger, "main", "bob");
    assert_int_equal(link->hold_until, world.now + 60);
    assert_string_equal(link->mail_key, "bob@example.org");
    g_autoptr(Plan) held = world_plan(&world);
    assert_int_equal(count_changes(held, CHANGE_INVITE), 0);
    decide_release(world.ledger, bob, world.now);
    assert_int_equal(link->hold_until, 0);
    assert_null(link->hold_reason);
    assert_int_equal(link->released_at, world.now);
    g_autoptr(Plan) released = world_plan(&world);
    assert_int_equal(count_changes(released, CHANGE_INVITE), 1);
    world_clear(&world);
}

static void test_links_are_checked(void **state)
{
    (void) state;
    World world;
    company(&world);
    GError *error = NULL;
    const Member *ann = decide_member("ANN@example.org", world.organization);
    const Member *zoe = decide_member("zoe@example.org", world.organization);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, ann->id.value);
    assert_ptr_equal(decide_member(number, world.organization), ann);
    assert_null(decide_member("99999999999999999999", world.organization));
    assert_null(decide_member("1", world.organization));
    assert_null(decide_member("nobody", world.organization));
    g_autoptr(GPtrArray) bob = find(&world, "bob@example.org");
    g_autoptr(GPtrArray) who = find(&world, "ann@example.org");
    assert_false(decide_link(world.ledger, bob, ann, world.now, &error));
    assert_error(error, "the member 'ann@example.org' is linked to 'ann@example.org' already\n"
                        "hint: 'person unlink' comes first");
    assert_false(decide_link(world.ledger, who, zoe, world.now, &error));
    assert_error(error, "the member 'zoe@example.org' is linked to 'zoe@example.org' already\n"
                        "hint: 'person unlink' comes first");
    (void) world_grant(&world, ann, GRANT_GROUP, 55);
    decide_unlink(world.ledger, who);
    assert_null(ledger_link(world.ledger, "main", "ann"));
    assert_null(ledger_grant(world.ledger, GRANT_GROUP, ann->id, 55, 0));
    assert_success(decide_link(world.ledger, bob, ann, world.now, &error), error);
    const Link *link = ledger_link(world.ledger, "main", "bob");
    assert_int_equal(link->origin, LINK_BY_HAND);
    assert_int_equal(link->organization_user_id.value, ann->id.value);
    assert_int_equal(link->first_seen, world.now);
    /* the same once more changes nothing; another member does not go over it */
    assert_success(decide_link(world.ledger, bob, ann, world.now + 9, &error), error);
    assert_int_equal(link->first_seen, world.now);
    world_clear(&world);
}

static void test_holding_everybody(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    assert_false(decide_release_all(ledger));
    decide_hold_all(ledger, 99, "audit");
    assert_int_equal(ledger_note_number(ledger, NOTE_HOLD_UNTIL), 99);
    assert_true(decide_release_all(ledger));
    assert_null(ledger_note(ledger, NOTE_HOLD_REASON));
}

static void test_rows(void **state)
{
    (void) state;
    g_autoptr(GPtrArray) rows = NULL;
    GError *error = NULL;
    assert_success(decide_read_rows("\xef\xbb\xbfWho,Member,Ticket\r\n"
                                    "\"uid=ann,ou=people\",ann@example.org,\"CHG \"\"1\"\"\"\r\n"
                                    "\n"
                                    "bob@example.org,203\n"
                                    "\"two\nlines\",x,",
                                    &rows, &error),
                   error);
    static const char *const wanted[][3] = {
        {"uid=ann,ou=people", "ann@example.org", "CHG \"1\""},
        {"bob@example.org", "203", NULL},
        {"two\nlines", "x", NULL},
    };
    assert_int_equal(rows->len, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < rows->len; i++) {
        const LinkRow *row = g_ptr_array_index(rows, i);
        assert_string_equal(row->who, wanted[i][0]);
        assert_string_equal(row->member, wanted[i][1]);
        assert_int_equal(g_strcmp0(row->reference, wanted[i][2]), 0);
    }
    static const struct {
        const char *text;
        unsigned line;
    } bad[] = {
        {"ann", 1},           {"ann,", 1},           {",bob", 1},     {"a,b\nc", 2},
        {"a,b,c,d", 1},       {"\"a,b", 1},          {"\"a\"x,b", 1}, {"a,b\n\"c\"\"", 2},
        {"who,member\na", 2}, {"uid=a,ou=b,c,d", 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        GPtrArray *untouched = NULL;
        assert_false(decide_read_rows(bad[i].text, &untouched, &error));
        assert_null(untouched);
        g_autofree char *message =
            g_strdup_printf("line %u: a row is WHO,MEMBER or WHO,MEMBER,REFERENCE\n"
                            "hint: a value with a comma in it, like a DN, stands in double quotes",
                            bad[i].line);
        assert_error(error, message);
    }
    g_autoptr(GPtrArray) none = NULL;
    assert_success(decide_read_rows("", &none, &error), error);
    assert_int_equal(none->len, 0);
}

/* One member with entries in two directories: the grants go with the last of them. */
static void test_unlinking_one_of_two(void **state)
{
    (void) state;
    World world;
    company(&world);
    Member *ann = organization_member_by_mail(world.organization, "ann@example.org");
    (void) world_person_in(&world, "branch", "ann");
    (void) world_link_in(&world, "branch", "ann", ann);
    (void) world_grant(&world, ann, GRANT_GROUP, 55);
    world_finish(&world);
    g_autoptr(GPtrArray) both = find(&world, "ann");
    assert_int_equal(both->len, 2);
    Somebody *second = g_ptr_array_index(both, 1);
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, second);
    decide_unlink(world.ledger, one);
    assert_non_null(ledger_grant(world.ledger, GRANT_GROUP, ann->id, 55, 0));
    decide_unlink(world.ledger, both); /* the second of them has no link any more */
    assert_null(ledger_grant(world.ledger, GRANT_GROUP, ann->id, 55, 0));
    assert_int_equal(ledger_member_links(world.ledger, ann->id) != NULL
                         ? ledger_member_links(world.ledger, ann->id)->len
                         : 0,
                     0);
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_meant),
        cmocka_unit_test(test_holding_somebody_new),
        cmocka_unit_test(test_links_are_checked),
        cmocka_unit_test(test_holding_everybody),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_unlinking_one_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
