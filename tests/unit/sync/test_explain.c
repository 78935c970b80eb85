/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/explain.h"

#include "world.h"

/* Ann, whom directory, ledger and Toggl know; zoe, whom the directory alone knows; lisa, whose
 * entry is gone; and a member whom no directory ever knew. */
typedef struct {
    World world;
    Member *ann;
    Member *lisa;
    Member *stranger;
    PlanInput input;
    Plan *plan;
} Company;

static void company_init(Company *company)
{
    World *world = &company->world;
    world_init(world);
    int64_t crew = world_toggl_group(world, "Crew");
    int64_t office = world_workspace(world, "Office");
    Person *ann = world_person(world, "ann");
    g_free(ann->uid);
    ann->uid = g_strdup("aarcher");
    ann->other_mails = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(ann->other_mails, g_strdup("archer@example.org"));
    (void) world_person(world, "zoe");
    company->ann = world_member(world, "ann");
    company->lisa = world_member(world, "lisa");
    company->stranger = world_member(world, "stranger");
    world_put(company->ann, crew);
    world_put(company->lisa, crew);
    world_assign(company->ann, office, ROLE_USER);
    Link *link = world_link(world, "ann", company->ann);
    (void) ledger_remember(link->mail_keys, "maiden@example.org");
    (void) ledger_remember(link->dn_keys, "uid=ann,ou=former,dc=main");
    (void) ledger_remember(link->uids, "amaiden");
    (void) world_link(world, "lisa", company->lisa);
    (void) world_grant(world, company->ann, GRANT_GROUP, crew);
    Grant *gone = world_grant(world, company->ann, GRANT_WORKSPACE, 4711);
    (void) world_grant(world, company->lisa, GRANT_GROUP, crew);
    (void) world_group(world, "crew", "ann", NULL);
    (void) world_group(world, "staff", "ann", "zoe", NULL);
    (void) world_rule(world, RULE_GROUP_NAME, "crew", "Crew", "Office", ROLE_NONE);
    (void) world_rule(world, RULE_GROUP_NAME, "missing", "Ghosts", "Office", ROLE_NONE);
    ledger_remove_grant(world->ledger, gone);
    company->input = world_input(world);
    g_autoptr(GError) error = NULL;
    assert_success(planner_plan(&company->input, &company->plan, &error), error);
}

static void company_clear(Company *company)
{
    plan_free(company->plan);
    world_clear(&company->world);
}

static void test_who_is_meant(void **state)
{
    static const struct {
        const char *who;
        const char *entry;  /* anchor; NULL: no directory has one */
        const char *member; /* address; NULL: none */
        guint grants;
    } cases[] = {
        {"ANN@example.org", "ann", "ann@example.org", 1},
        {"archer@example.org", "ann", "ann@example.org", 1},
        {"maiden@example.org", "ann", "ann@example.org", 1},
        {"AArcher", "ann", "ann@example.org", 1},
        {"amaiden", "ann", "ann@example.org", 1},
        {"ANN", "ann", "ann@example.org", 1},
        {"uid=ANN, ou=people, dc=main", "ann", "ann@example.org", 1},
        {"uid=ann,ou=former,dc=main", "ann", "ann@example.org", 1},
        {"zoe", "zoe", NULL, 0},
        {"lisa", NULL, "lisa@example.org", 1},
        {"lisa@example.org", NULL, "lisa@example.org", 1},
        {"stranger@example.org", NULL, "stranger@example.org", 0},
        {"nobody@example.org", NULL, NULL, 0},
        {"nobody", NULL, NULL, 0},
        {"0", NULL, NULL, 0},
        {"99999", NULL, NULL, 0},
    };
    (void) state;
    Company company;
    company_init(&company);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Explanation) explanation =
            explain_person(&company.input, company.plan, cases[i].who);
        const Subject *subject = explanation->subject;
        const char *entry = subject != NULL && subject->entries->len > 0
                                ? g_array_index(subject->entries, SubjectEntry, 0).person->anchor
                                : NULL;
        const char *member = explanation->member != NULL ? explanation->member->mail : NULL;
        if (g_strcmp0(entry, cases[i].entry) != 0 || g_strcmp0(member, cases[i].member) != 0)
            fail_msg("'%s': entry %s, member %s", cases[i].who, entry, member);
        assert_int_equal(explanation->grants->len, cases[i].grants);
        assert_int_equal(explanation_is_empty(explanation),
                         cases[i].entry == NULL && cases[i].member == NULL);
    }
    company_clear(&company);
}

/* A member goes by either of Toggl's numbers, too. */
static void test_by_number(void **state)
{
    (void) state;
    Company company;
    company_init(&company);
    const Member *members[] = {company.ann, company.stranger};
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        const int64_t numbers[] = {members[i]->id.value, members[i]->user_id.value};
        for (size_t n = 0; n < G_N_ELEMENTS(numbers); n++) {
            g_autofree char *who = g_strdup_printf("%" G_GINT64_FORMAT, numbers[n]);
            g_autoptr(Explanation) explanation = explain_person(&company.input, company.plan, who);
            assert_ptr_equal(explanation->member, members[i]);
        }
    }
    company_clear(&company);
}

static void test_what_rules_give(void **state)
{
    (void) state;
    Company company;
    company_init(&company);
    g_autoptr(Explanation) ann = explain_person(&company.input, company.plan, "ann");
    assert_int_equal(ann->rules->len, 2);
    const RuleFinding *crew = g_ptr_array_index(ann->rules, 0);
    assert_true(crew->reaches);
    assert_null(crew->held);
    assert_int_equal(crew->gives->len, 2);
    assert_string_equal(g_ptr_array_index(crew->gives, 0),
                        "group 'Crew': member of cn=crew,ou=groups,dc=main");
    const RuleFinding *missing = g_ptr_array_index(ann->rules, 1);
    assert_false(missing->reaches);
    assert_non_null(missing->held);
    assert_int_equal(ann->paths->len, 2);
    g_autoptr(Explanation) zoe = explain_person(&company.input, company.plan, "zoe");
    assert_false(((const RuleFinding *) g_ptr_array_index(zoe->rules, 0))->reaches);
    assert_int_equal(zoe->paths->len, 1);
    company_clear(&company);
}

/* Which changes and notices are about whom: by the membership, else by source and anchor. */
static void test_what_is_about_the_person(void **state)
{
    static const struct {
        const char *who;
        const char *source;
        const char *anchor;
        const char *member; /* whose number it has; NULL: nobody's */
        bool about;
    } cases[] = {
        {"ann", NULL, NULL, "ann@example.org", true},
        {"ann", NULL, NULL, "lisa@example.org", false},
        {"ann", "main", "ann", NULL, true},
        {"ann", "main", "zoe", NULL, false},
        {"ann", "other", "ann", NULL, false}, /* another directory's */
        {"ann", NULL, NULL, NULL, false},
        {"zoe", "main", "zoe", NULL, true},
        {"zoe", NULL, NULL, "ann@example.org", false},
        {"lisa", "main", "lisa", NULL, true},
        {"lisa", "other", "lisa", NULL, false},
        {"lisa", "main", "ann", NULL, false},
        {"stranger@example.org", NULL, NULL, "stranger@example.org", true},
        {"stranger@example.org", "main", "ann", NULL, false},
        {"nobody", "main", "ann", "ann@example.org", false},
    };
    (void) state;
    Company company;
    company_init(&company);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Explanation) explanation =
            explain_person(&company.input, company.plan, cases[i].who);
        const Member *member =
            cases[i].member != NULL
                ? organization_member_by_mail(company.world.organization, cases[i].member)
                : NULL;
        const ChangePerson person = {.source = (char *) (uintptr_t) cases[i].source,
                                     .anchor = (char *) (uintptr_t) cases[i].anchor,
                                     .organization_user_id =
                                         member != NULL ? member->id : (OrganizationUserId){0}};
        if (explains(explanation, &person) != cases[i].about)
            fail_msg("case %zu, '%s'", i, cases[i].who);
    }
    company_clear(&company);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_meant),
        cmocka_unit_test(test_by_number),
        cmocka_unit_test(test_what_rules_give),
        cmocka_unit_test(test_what_is_about_the_person),
    };
    explanation_free(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
