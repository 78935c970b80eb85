/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include "base/error.h"
#include "sync/decide.h"
#include "sync/who.h"

/* Gives PERSON the login name UID. */
static void world_call(Person *person, const char *uid)
{
    g_free(person->uid);
    person->uid = g_strdup(uid);
}

/* Ann is linked and was called otherwise; two people have the login name "jd", and two share an
 * address; what Zoe was called is Max's now. */
static void company(World *world)
{
    world_init(world);
    Person *ann = world_person(world, "ann");
    world_call(ann, "AArcher");
    ann->other_mails = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(ann->other_mails, g_strdup("archer@example.org"));
    Link *link = world_link(world, "ann", world_member(world, "ann"));
    (void) ledger_remember(link->mail_keys, "maiden@example.org");
    (void) ledger_remember(link->dn_keys, "uid=ann,ou=former,dc=main");
    (void) ledger_remember(link->uids, "amaiden");
    (void) ledger_remember(link->uids, "AArcher");
    world_call(world_person_in(world, "main", "jane"), "jd");
    world_call(world_person_in(world, "guests", "john"), "JD");
    Person *twin = world_person(world, "twin");
    g_free(twin->mail_key);
    twin->mail_key = g_strdup("jane@example.org");
    Link *zoe = world_link(world, "zoe", world_member(world, "zoe"));
    (void) ledger_remember(zoe->mail_keys, "max@example.org");
    (void) world_person(world, "max");
    world_finish(world);
}

static const struct {
    const char *who;
    const char *anchors; /* of whom it means, in order */
    bool several;        /* and they are not one person */
} cases[] = {
    {"ann", "ann ", false},
    {"ANN", "ann ", false},
    {"Ann@EXAMPLE.org", "ann ", false},
    {"archer@example.org", "ann ", false},
    {"maiden@example.org", "ann ", false},
    {"uid=ann,ou=people,dc=main", "ann ", false},
    {"UID=ann, ou=former, dc=main", "ann ", false},
    {"aarcher", "ann ", false},
    {"amaiden", "ann ", false},
    {"jd", "jane john ", true},
    {"john", "john ", false},
    {"john@example.org", "john ", false},
    {"jane@example.org", "jane twin ", false},
    {"max@example.org", "max ", false},
    {"zoe@example.org", "zoe ", false},
    {"aarche", "", false},
    {"nobody", "", false},
    {"", "", false},
};

static void test_whom_a_word_means(void **state)
{
    (void) state;
    World world;
    company(&world);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) people = decide_find(cases[i].who, world.ledger, world.directories);
        g_autoptr(GString) anchors = g_string_new(NULL);
        for (guint p = 0; p < people->len; p++)
            g_string_append_printf(anchors, "%s ",
                                   ((const Somebody *) g_ptr_array_index(people, p))->anchor);
        if (strcmp(anchors->str, cases[i].anchors) != 0)
            fail_msg("'%s' means %s", cases[i].who, anchors->str);
        g_autoptr(GError) error = NULL;
        if (decide_are_one(cases[i].who, people, &error) == cases[i].several)
            fail_msg("'%s' means %s", cases[i].who, cases[i].several ? "one" : error->message);
    }
    world_clear(&world);
}

/* What a ledger alone knows, when no directory was read. */
static void test_what_was_outdoes_nobody(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(GPtrArray) people = decide_find("max@example.org", world.ledger, NULL);
    assert_int_equal(people->len, 1);
    assert_int_equal(((const Somebody *) g_ptr_array_index(people, 0))->match, WHO_WAS);
    const Link *ann = g_ptr_array_index(world.ledger->links, 0);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, ann->organization_user_id.value);
    g_autoptr(GPtrArray) numbered = decide_find(number, world.ledger, world.directories);
    assert_int_equal(numbered->len, 1);
    assert_ptr_equal(((const Somebody *) g_ptr_array_index(numbered, 0))->link, ann);
    world_clear(&world);
}

static void test_several_are_told_apart(void **state)
{
    (void) state;
    World world;
    company(&world);
    g_autoptr(GPtrArray) people = decide_find("jd", world.ledger, world.directories);
    g_autoptr(GError) error = NULL;
    assert_false(decide_are_one("jd", people, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_USAGE));
    assert_string_equal(
        error->message,
        "'jd' means more than one person:\n"
        "  jane@example.org, anchor 'jane' in directory 'main'\n"
        "  john@example.org, anchor 'john' in directory 'guests'\n"
        "hint: name one of them by what the others do not have, best by the anchor");
    world_clear(&world);
}

/* Entries belong together by way of others, too; and a long list is cut. */
static void test_who_are_one(void **state)
{
    (void) state;
    static const WhoFound chain[] = {
        {.source = "a", .anchor = "1", .mail = "x@example.org"},
        {.source = "b", .anchor = "2", .mail = "y@example.org", .member = 7},
        {.source = "c", .anchor = "3", .mail = "x@example.org", .member = 7},
        {.source = "a", .anchor = "1"},
    };
    g_auto(Who) who = who_of("w");
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(WhoFound));
    g_autoptr(GError) error = NULL;
    assert_success(who_are_one(&who, found, &error), error);
    g_array_append_vals(found, chain, G_N_ELEMENTS(chain));
    assert_success(who_are_one(&who, found, &error), error);
    const WhoFound member = {.member = 9};
    for (int i = 0; i < 3; i++)
        g_array_append_val(found, member);
    assert_false(who_are_one(&who, found, &error));
    assert_non_null(strstr(error->message, "\n  no address, member 9\n  and 2 more\nhint: "));
}

static void test_nobody(void **state)
{
    static const struct {
        const char *who;
        const char *near;
    } words[] = {
        {"anne@example.org", "did you mean 'ann@example.org'"},
        {"aarcer", "did you mean 'AArcher'? "},
        {"completely.different@elsewhere.example.net", "hint: people go by"},
    };
    (void) state;
    World world;
    company(&world);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *first = g_strdup_printf("nobody is known as '%s'\nhint: ", words[i].who);
        who_unknown(words[i].who, world.ledger, world.directories, world.organization, &error);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_USAGE));
        assert_true(g_str_has_prefix(error->message, first));
        if (strstr(error->message, words[i].near) == NULL)
            fail_msg("%s", error->message);
        assert_true(g_str_has_suffix(error->message, "people go by mail, login name, DN, anchor, "
                                                     "or the number of their member"));
    }
    world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whom_a_word_means),
        cmocka_unit_test(test_what_was_outdoes_nobody),
        cmocka_unit_test(test_several_are_told_apart),
        cmocka_unit_test(test_who_are_one),
        cmocka_unit_test(test_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
