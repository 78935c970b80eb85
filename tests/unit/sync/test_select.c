/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/select.h"

#include "base/error.h"

#include "world.h"

/* Ann, whom we know from before; zoe, who is new; a member whom no directory knows; and lisa, whose
 * entry is gone. */
typedef struct {
    World world;
    Member *ann;
    Member *stranger;
    Member *lisa;
    Plan *plan;
} Company;

static void company_init(Company *company)
{
    World *world = &company->world;
    world_init(world);
    world->settings->lifecycle.create_groups = true;
    world->settings->lifecycle.create_workspaces = true;
    world->settings->lifecycle.unmanaged = UNMANAGED_LEAVER;
    world->settings->lifecycle.grace_days = 0;
    world->settings->lifecycle.grace_reads = 0;
    Person *ann = world_person(world, "ann");
    g_free(ann->uid);
    ann->uid = g_strdup("aarcher");
    ann->other_mails = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(ann->other_mails, g_strdup("archer@example.org"));
    (void) world_person(world, "zoe");
    company->ann = world_member(world, "ann");
    company->stranger = world_member(world, "stranger");
    company->lisa = world_member(world, "lisa");
    Link *link = world_link(world, "ann", company->ann);
    (void) ledger_remember(link->mail_keys, "maiden@example.org");
    (void) ledger_remember(link->dn_keys, "uid=ann,ou=former,dc=main");
    (void) world_link(world, "lisa", company->lisa);
    (void) ledger_remember(((Link *) g_ptr_array_index(world->ledger->links, 1))->mail_keys,
                           "lisa@example.org");
    (void) world_toggl_group(world, "Staff");
    (void) world_group(world, "crew", "ann", "zoe", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "crew", "Crew", "Company", ROLE_NONE);
    (void) world_rule(world, RULE_EVERYONE, NULL, "Staff", "Company", ROLE_NONE);
    company->plan = world_plan(world);
}

static void company_clear(Company *company)
{
    plan_free(company->plan);
    world_clear(&company->world);
}

#define MAKERS "create-group Crew\ncreate-workspace Company\n"
#define OF_ANN                                                                                     \
    MAKERS "add-to-group ann@example.org Crew\n"                                                   \
           "add-to-group ann@example.org Staff\n"                                                  \
           "assign ann@example.org Company\n"
#define OF_ZOE MAKERS "invite zoe@example.org\n"

typedef struct {
    const char *who;
    const char *lines; /* NULL: nobody is called so */
    bool saved;        /* is found in a saved plan, too */
} SelectCase;

static const SelectCase cases[] = {
    {"ANN@Example.org", OF_ANN, true},
    {"archer@example.org", OF_ANN, false},
    {"maiden@example.org", OF_ANN, true},
    {"ann", OF_ANN, true},
    {"UID=ann, OU=people, DC=main", OF_ANN, false},
    {"uid=ann,ou=former,dc=main", OF_ANN, true},
    {"AArcher", OF_ANN, false},
    {"zoe", OF_ZOE, true},
    {"zoe@example.org", OF_ZOE, true},
    {"stranger@example.org", "deactivate stranger@example.org\n", true},
    {"lisa", "deactivate lisa@example.org\n", true},
    {"lisa@example.org", "deactivate lisa@example.org\n", true},
    {"Crew",
     MAKERS "add-to-group ann@example.org Crew\n"
            "invite zoe@example.org\n",
     true},
    {"Staff",
     MAKERS "add-to-group ann@example.org Staff\n"
            "invite zoe@example.org\n",
     true},
    {"crew", NULL, true}, /* a group goes by its name in Toggl */
    {"nobody@example.org", NULL, true},
    {"uid=nobody,dc=main", NULL, true},
    {"", NULL, true},
};

static bool resolve(Company *company, const char *who, bool saved, Selection **ret, GError **error)
{
    World *world = &company->world;
    if (saved)
        return selection_resolve_saved(who, world->ledger, company->plan, ret, error);
    g_autoptr(Subjects) subjects =
        subjects_build(world->settings, world->directories, world->organization, world->ledger,
                       world->located, world->now);
    return selection_resolve(who, subjects, world->directories, world->organization, company->plan,
                             ret, error);
}

static void check_case(const SelectCase *one, bool saved)
{
    Company company;
    company_init(&company);
    g_autoptr(GError) error = NULL;
    g_autoptr(Selection) selection = NULL;
    if (resolve(&company, one->who, saved, &selection, &error)) {
        plan_select(company.plan, selection);
        g_autofree char *lines = plan_lines(company.plan);
        if (g_strcmp0(lines, one->lines) != 0)
            fail_msg("'%s'%s: %s", one->who, saved ? " in a saved plan" : "", lines);
        assert_true(company.plan->partial);
    } else {
        if (one->lines != NULL)
            fail_msg("'%s'%s: %s", one->who, saved ? " in a saved plan" : "", error->message);
        assert_null(selection);
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_USAGE));
        g_autofree char *message =
            g_strdup_printf("no person, member or Toggl group is called '%s'\nhint: ", one->who);
        assert_true(g_str_has_prefix(error->message, message));
        assert_true(g_str_has_suffix(
            error->message, "people go by mail, login name, DN, anchor, or the number of their "
                            "member, groups by their name in Toggl"));
    }
    company_clear(&company);
}

static void test_whom_and_what_somebody_means(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        check_case(&cases[i], false);
        if (cases[i].saved)
            check_case(&cases[i], true);
    }
}

/* A group that is wanted by nobody now is still a group, and a member without changes a member. */
static void test_nothing_to_do_is_no_error(void **state)
{
    (void) state;
    Company company;
    company_init(&company);
    int64_t quiet = world_toggl_group(&company.world, "Quiet");
    (void) quiet;
    world_finish(&company.world);
    g_ptr_array_set_size(company.plan->changes, 0);
    static const char *const names[] = {"Quiet", "stranger@example.org"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Selection) selection = NULL;
        assert_success(resolve(&company, names[i], false, &selection, &error), error);
        plan_select(company.plan, selection);
        assert_int_equal(company.plan->changes->len, 0);
    }
    company_clear(&company);
}

/* A link that is forgotten names nobody any more; one without a member names the person alone. */
static void test_links_of_a_saved_plan(void **state)
{
    (void) state;
    Company company;
    company_init(&company);
    ledger_remove_link(company.world.ledger, ledger_link(company.world.ledger, "main", "lisa"));
    Link *new = world_link(&company.world, "zoe", NULL);
    (void) ledger_remember(new->mail_keys, "zoe.z@example.org");
    g_ptr_array_set_size(company.plan->changes, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(Selection) selection = NULL;
    assert_false(resolve(&company, "lisa", true, &selection, &error));
    g_clear_error(&error);
    assert_success(resolve(&company, "zoe.z@example.org", true, &selection, &error), error);
    assert_int_equal(g_hash_table_size(selection->people), 1);
    assert_int_equal(g_hash_table_size(selection->members), 0);
    company_clear(&company);
}

static void test_kinds(void **state)
{
    static const struct {
        uint32_t kinds;
        const char *lines;
    } kinds[] = {
        {UINT32_C(1) << CHANGE_INVITE, "invite zoe@example.org\n"},
        {UINT32_C(1) << CHANGE_ASSIGN | UINT32_C(1) << CHANGE_CREATE_WORKSPACE,
         "create-workspace Company\nassign ann@example.org Company\n"},
        {UINT32_C(1) << CHANGE_RENAME_MEMBER, ""},
    };
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Company company;
        company_init(&company);
        Lifecycle lifecycle = {.kinds = kinds[i].kinds};
        plan_select_kinds(company.plan, &lifecycle);
        g_autofree char *lines = plan_lines(company.plan);
        assert_string_equal(lines, kinds[i].lines);
        assert_false(company.plan->partial);
        company_clear(&company);
    }
    Company all;
    company_init(&all);
    guint before = all.plan->changes->len;
    const Lifecycle lifecycle = {0};
    plan_select_kinds(all.plan, &lifecycle);
    assert_int_equal(all.plan->changes->len, before);
    company_clear(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whom_and_what_somebody_means),
        cmocka_unit_test(test_nothing_to_do_is_no_error),
        cmocka_unit_test(test_links_of_a_saved_plan),
        cmocka_unit_test(test_kinds),
    };
    selection_free(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
