/* SPDX-License-Identifier: Apache-2.0 */
/* What rules name, whom they take, and what holds them. */
#include "company.h"
#include "counting.h"

#include "sync/desired.h"

static void assert_held(World *world, const char *changes, const char *explanation)
{
    g_autoptr(Plan) plan = world_plan(world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, changes);
    g_autoptr(GString) said = g_string_new(NULL);
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->kind == RAIL_MAPPED_GROUP)
            g_string_append_printf(said, "%s\n", rail->explanation);
    }
    assert_string_equal(said->str, explanation);
}

static void test_a_group_by_each_of_its_names(void **state)
{
    (void) state;
    static const struct {
        RuleKind kind;
        const char *value;
    } rows[] = {
        {RULE_GROUP, "CN=Developers, ou=groups,dc=main"},
        {RULE_GROUP_NAME, "DEVELOPERS"},
        {RULE_GROUP_ANCHOR, "G-developers"},
        {RULE_GROUP_FILTER, "(cn=dev*)"},
        {RULE_GROUP_MATCH, "^dev"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        begin(&c);
        (void) world_person(&c.world, "ann");
        (void) world_person(&c.world, "bob");
        DirectoryGroup *group = world_group(&c.world, "developers", "ann", NULL);
        group->filters = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(group->filters, g_strdup("(cn=dev*)"));
        (void) world_group(&c.world, "others", "bob", NULL);
        (void) world_rule(&c.world, rows[i].kind, rows[i].value, "Developers", "Product",
                          ROLE_NONE);
        assert_held(&c.world, "invite ann@example.org\n", "");
        world_clear(&c.world);
    }
}

static void test_a_missing_group_is_named_as_the_rule_names_it(void **state)
{
    (void) state;
    static const struct {
        RuleKind kind;
        const char *value;
        const char *explanation;
    } rows[] = {
        {RULE_GROUP, "cn=developer,ou=groups,dc=main",
         "mapping.[0]: no directory group is called 'cn=developer,ou=groups,dc=main'; did you mean "
         "'cn=developers,ou=groups,dc=main'\n"},
        {RULE_GROUP_NAME, "developer",
         "mapping.[0]: no directory group is called 'developer'; did you mean 'developers'\n"},
        {RULE_GROUP_ANCHOR, "0f", "mapping.[0]: no directory group has the anchor '0f'\n"},
        {RULE_GROUP_FILTER, "(cn=x)", "mapping.[0]: no directory group is covered by '(cn=x)'\n"},
        {RULE_GROUP_MATCH, "^x", "mapping.[0]: no directory group matches '^x'\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Case c;
        begin(&c);
        (void) world_person(&c.world, "ann");
        (void) world_group(&c.world, "developers", "ann", NULL);
        (void) settled(&c, "ann");
        Rule *rule =
            world_rule(&c.world, rows[i].kind, rows[i].value, "Developers", "Product", ROLE_NONE);
        assert_held(&c.world, "", rows[i].explanation);
        rule->allow_empty = true; /* a pattern may find none; a group that is named must be there */
        bool many = rows[i].kind == RULE_GROUP_FILTER || rows[i].kind == RULE_GROUP_MATCH;
        assert_held(&c.world, "", many ? "" : rows[i].explanation);
        world_clear(&c.world);
    }
}

static void test_a_rule_looks_into_the_directory_it_names(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_person_in(&c.world, "second", "eve");
    (void) world_group(&c.world, "developers", "ann", NULL);
    Rule *rule = world_rule(&c.world, RULE_GROUP_NAME, "developers", NULL, "Product", ROLE_NONE);
    rule->from = g_strdup("second");
    assert_held(&c.world, "",
                "mapping.[0]: no directory group is called 'developers'; did you mean "
                "'developers'\n");
    rule->from[0] = '\0';
    g_free(rule->from);
    rule->from = g_strdup("main");
    assert_held(&c.world, "invite ann@example.org\n", "");
    Rule *all = world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    all->from = g_strdup("second");
    assert_held(&c.world, "invite ann@example.org\ninvite eve@example.org\n", "");
    world_clear(&c.world);
}

static void test_people_by_an_attribute(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    person_add_attribute(world_person(&c.world, "ann"), "departmentNumber", "17");
    Person *bob = world_person(&c.world, "bob");
    person_add_attribute(bob, "departmentNumber", "4217");
    Rule *rule = world_rule(&c.world, RULE_PEOPLE_MATCH, "^42", "Developers", "Product", ROLE_NONE);
    rule->attribute = g_strdup("DepartmentNumber");
    rule->pattern = g_regex_new("^42", 0, 0, NULL);
    g_autoptr(Plan) plan = world_plan(&c.world);
    g_autofree char *lines = plan_lines(plan);
    assert_string_equal(lines, "invite bob@example.org\n");
    assert_string_equal(((const Change *) g_ptr_array_index(plan->changes, 0))->reason,
                        "DepartmentNumber is '4217'");
    /* nobody at all: the attribute may be one that we may no longer read */
    g_ptr_array_set_size(bob->attributes, 0);
    person_add_attribute(bob, "departmentNumber", "^4");
    (void) settled(&c, "bob");
    assert_held(&c.world, "",
                "mapping.[0]: nobody has a value of 'DepartmentNumber' that matches '^42', and the "
                "rule does not say allow_empty; there is '^4'\n");
    rule->allow_empty = true;
    c.world.settings->lifecycle.grace_days = 0;
    c.world.settings->lifecycle.grace_reads = 0;
    assert_held(&c.world, "deactivate bob@example.org\n", "");
    world_clear(&c.world);
}

static void test_a_renamed_directory_group_stays_the_one_it_was(void **state)
{
    (void) state;
    static const RuleKind kinds[] = {RULE_GROUP, RULE_GROUP_NAME};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Case c;
        begin(&c);
        (void) world_person(&c.world, "ann");
        DirectoryGroup *group = world_group(&c.world, "developers", "ann", NULL);
        (void) world_rule(&c.world, kinds[i],
                          kinds[i] == RULE_GROUP ? "cn=developers,ou=groups,dc=main" : "developers",
                          "Developers", "Product", ROLE_NONE);
        (void) settled(&c, "ann");
        assert_plan(&c.world, "");
        g_free(group->name);
        g_free(group->dn);
        g_free(group->dn_key);
        group->name = g_strdup("engineers");
        group->dn = g_strdup("cn=engineers,ou=groups,dc=main");
        group->dn_key = g_strdup(group->dn);
        g_autoptr(Plan) plan = world_plan(&c.world);
        assert_int_equal(plan->changes->len, 0);
        assert_int_equal(plan->warnings->len, 1);
        assert_string_equal(
            g_ptr_array_index(plan->warnings, 0),
            kinds[i] == RULE_GROUP
                ? "mapping.[0]: the directory group 'cn=developers,ou=groups,dc=main' is called "
                  "'cn=engineers,ou=groups,dc=main' now; going on with it, write the new name into "
                  "the configuration"
                : "mapping.[0]: the directory group 'developers' is called 'engineers' now; going "
                  "on with it, write the new name into the configuration");
        world_clear(&c.world);
    }
}

/* Ann is in a group that a pattern found as toggl-Developers, and that is toggl-Engineers now. */
static void begin_renamed_match(Case *c)
{
    begin(c);
    (void) world_person(&c->world, "ann");
    DirectoryGroup *group = world_group(&c->world, "toggl-Developers", "ann", NULL);
    (void) world_rule(&c->world, RULE_GROUP_MATCH, "^toggl-(.+)$", "\\1", "Product", ROLE_NONE);
    c->world.settings->lifecycle.create_groups = true;
    (void) settled(c, "ann");
    assert_plan(&c->world, "");
    g_free(group->name);
    group->name = g_strdup("toggl-Engineers");
}

/* A pattern's group that is called otherwise goes on with the Toggl group that it had. */
static void test_a_renamed_match_keeps_its_binding(void **state)
{
    (void) state;
    Case c;
    begin_renamed_match(&c);
    assert_plan(&c.world, "");
    assert_int_equal(ledger_binding(c.world.ledger, BINDING_GROUP, "Engineers")->target, c.group);
    /* and one that was renamed in Toggl is found by its number */
    OrganizationGroup *toggl = organization_group(c.world.organization, c.group);
    g_free(toggl->name);
    toggl->name = g_strdup("The engineers");
    assert_plan(&c.world, "");
    world_clear(&c.world);
}

/* Unless another group has the old name now: then the name is what it was made for. */
static void test_a_name_that_another_group_took_is_no_rename(void **state)
{
    (void) state;
    Case c;
    begin_renamed_match(&c);
    DirectoryGroup *other = world_group(&c.world, "toggl-Developers", "ann", NULL);
    g_free(other->anchor);
    other->anchor = g_strdup("another");
    assert_plan(&c.world, "create-group Engineers\n"
                          "add-to-group ann@example.org Engineers\n");
    assert_int_equal(ledger_binding(c.world.ledger, BINDING_GROUP, "Developers")->target, c.group);
    world_clear(&c.world);
}

static void test_a_group_that_leaves_a_pattern_is_a_missing_one(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_person(&c.world, "bob");
    DirectoryGroup *group = world_group(&c.world, "toggl-Developers", "ann", NULL);
    (void) world_group(&c.world, "toggl-Others", "bob", NULL);
    Rule *rule =
        world_rule(&c.world, RULE_GROUP_MATCH, "^toggl-(.+)$", "\\1", "Product", ROLE_ADMIN);
    c.world.settings->lifecycle.create_groups = true;
    c.world.settings->lifecycle.grace_days = 0;
    c.world.settings->lifecycle.grace_reads = 0;
    Member *ann = settled(&c, "ann");
    g_array_index(ann->assignments, Assignment, 0).role = ROLE_ADMIN;
    Grant *grant = ledger_grant(c.world.ledger, GRANT_WORKSPACE, ann->id, c.workspace, 0);
    grant->role = ROLE_ADMIN;
    grant->role_before = ROLE_USER;
    world_assign(world_member(&c.world, "boss"), c.workspace, ROLE_ADMIN);
    plan_free(world_plan(&c.world)); /* the directory groups are met */
    g_free(group->name);
    group->name = g_strdup("former");
    assert_held(
        &c.world,
        "create-group Others\n"
        "invite bob@example.org\n",
        "mapping.[0]: the directory group 'toggl-Developers', which it found before, is gone "
        "or no longer fits: nobody loses what it gave; say allow_empty = true once that is "
        "meant\n");
    rule->allow_empty = true;
    assert_held(&c.world,
                "deactivate ann@example.org\n"
                "create-group Others\n"
                "invite bob@example.org\n",
                "");
    world_clear(&c.world);
}

static void test_rules_add_up_and_the_highest_role_wins(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_TEAM_LEAD);
    add_rule(&c);
    (void) world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_USER);
    g_autoptr(Plan) plan = world_plan(&c.world);
    const Change *change = g_ptr_array_index(plan->changes, 0);
    const InvitationWorkspace *row = g_ptr_array_index(change->workspaces, 0);
    assert_int_equal(change->workspaces->len, 1);
    assert_int_equal(row->role, ROLE_TEAM_LEAD);
    assert_int_equal(change->groups->len, 1);
    assert_string_equal(change->reason,
                        "everyone in the directory; member of cn=developers,ou=groups,dc=main");
    world_clear(&c.world);
}

/* A rule that gives nothing still says that somebody is wanted. */
static void test_whoever_matches_a_rule_is_wanted(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "bob", NULL);
    (void) world_group(&c.world, "kept", "ann", NULL);
    add_rule(&c);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "kept", NULL, NULL, ROLE_NONE);
    c.world.settings->lifecycle.grace_days = 0;
    c.world.settings->lifecycle.grace_reads = 0;
    (void) settled(&c, "ann");
    (void) settled(&c, "bob");
    assert_plan(&c.world, "remove-from-group ann@example.org Developers\n"
                          "unassign ann@example.org Product\n");
    world_clear(&c.world);
}

static void test_disabled_entries_give_nothing(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    world_disable(world_person(&c.world, "ann"));
    (void) world_person_in(&c.world, "second", "ann");
    (void) world_person(&c.world, "bob");
    (void) world_group(&c.world, "developers", "ann", "bob", NULL);
    add_rule(&c);
    Rule *second = world_rule(&c.world, RULE_EVERYONE, NULL, NULL, "Product", ROLE_NONE);
    second->from = g_strdup("second");
    Member *ann = settled(&c, "ann");
    (void) world_link_in(&c.world, "second", "ann", ann);
    (void) settled(&c, "bob");
    assert_plan(&c.world, "remove-from-group ann@example.org Developers\n");
    world_clear(&c.world);
}

static void test_a_held_rule_lowers_nobody(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    add_rule(&c);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "leads", NULL, "Product", ROLE_ADMIN);
    Member *ann = settled(&c, "ann");
    g_array_index(ann->assignments, Assignment, 0).role = ROLE_ADMIN;
    Grant *grant = ledger_grant(c.world.ledger, GRANT_WORKSPACE, ann->id, c.workspace, 0);
    grant->role = ROLE_ADMIN;
    grant->role_before = ROLE_USER;
    assert_held(&c.world, "", "mapping.[1]: no directory group is called 'leads'\n");
    world_clear(&c.world);
}

/* However many groups lead to one name that Toggl lacks, it is looked for once; and of many names
 * only the first are compared with all that Toggl has. */
static void test_names_that_toggl_lacks_are_compared_sparingly(void **state)
{
    (void) state;
    for (unsigned many = 0; many <= 1; many++) {
        Case c;
        begin(&c);
        (void) world_person(&c.world, "ann");
        for (unsigned i = 0; i < 30; i++) {
            g_autofree char *name = g_strdup_printf("developers%02u", i);
            (void) world_group(&c.world, name, "ann", NULL);
        }
        (void) world_rule(&c.world, RULE_GROUP_MATCH, "^d(.+)$", many != 0 ? "D\\1" : "Develoopers",
                          NULL, ROLE_NONE);
        g_autoptr(Plan) plan = world_plan(&c.world);
        unsigned held = 0;
        unsigned compared = 0;
        for (guint i = 0; i < plan->rails->len; i++) {
            const Rail *rail = g_ptr_array_index(plan->rails, i);
            held += rail->kind == RAIL_MAPPED_GROUP;
            compared += rail->kind == RAIL_MAPPED_GROUP &&
                        g_str_has_suffix(rail->explanation, "; did you mean 'Developers'");
        }
        assert_int_equal(held, many != 0 ? 30 : 1);
        assert_int_equal(compared, many != 0 ? 20 : 1);
        world_clear(&c.world);
    }
}

static void test_kinds_that_are_left_out_make_no_objects(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    (void) world_group(&c.world, "developers", "ann", NULL);
    (void) world_rule(&c.world, RULE_GROUP_NAME, "developers", "New", "Product", ROLE_NONE);
    c.world.settings->lifecycle.create_groups = true;
    c.world.settings->lifecycle.kinds = UINT32_C(1) << CHANGE_INVITE;
    assert_held(
        &c.world, "",
        "mapping.[0]: Toggl has no group 'New', and lifecycle.kinds leaves out making one\n");
    world_clear(&c.world);
}

/* A reason is found whatever has become of the person's values, and ends with the first that fits.
 */
static void test_why_without_a_value_that_fits(void **state)
{
    (void) state;
    World world;
    world_init(&world);
    Person *ann = world_person(&world, "ann");
    Rule *rule = world_rule(&world, RULE_PEOPLE_MATCH, "^42", NULL, "Product", ROLE_NONE);
    rule->attribute = g_strdup("dept");
    rule->pattern = g_regex_new("^42", 0, 0, NULL);
    const Want want = {.rule = rule, .group = G_MAXUINT32, .via = 0};
    g_autofree char *none = want_reason(&want, world.directories);
    assert_string_equal(none, "an attribute of the person matches");
    person_add_attribute(ann, "title", "42");
    person_add_attribute(ann, "dept", "17");
    person_add_attribute(ann, "DEPT", "4217");
    person_add_attribute(ann, "dept", "4218");
    g_autofree char *first = want_reason(&want, world.directories);
    assert_string_equal(first, "dept is '4217'");
    world_clear(&world);
}

/* PCRE gives up on some values; that is not "does not match", and nobody loses anything by it. */
static void test_a_pattern_that_gives_up_holds_its_rule(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    Person *ann = world_person(&c.world, "ann");
    g_autofree char *value = g_strnfill(64, 'a');
    value[63] = 'b';
    person_add_attribute(ann, "title", "boss");
    person_add_attribute(ann, "dept", value);
    Rule *rule =
        world_rule(&c.world, RULE_PEOPLE_MATCH, "^(a+)+$", "Developers", "Product", ROLE_NONE);
    rule->attribute = g_strdup("dept");
    rule->pattern = g_regex_new("(*LIMIT_MATCH=100)^(a+)+$", 0, 0, NULL);
    (void) settled(&c, "ann");
    assert_held(&c.world, "", "mapping.[0]: the pattern '^(a+)+$' gives up on a value of 'dept'\n");
    world_clear(&c.world);
}

/* A group without a name, and a binding to a directory that is no longer configured, hold a rule
 * and end nothing. */
static void test_a_directory_that_is_not_there_any_more(void **state)
{
    (void) state;
    Case c;
    begin(&c);
    (void) world_person(&c.world, "ann");
    DirectoryGroup *nameless = world_group(&c.world, "toggl-old", "ann", NULL);
    (void) world_group(&c.world, "toggl-new", "ann", NULL);
    Rule *rule = world_rule(&c.world, RULE_GROUP_MATCH, "^toggl-(.+)$", NULL, "Product", ROLE_NONE);
    rule->toggl_group = g_strdup("Developers");
    (void) settled(&c, "ann");
    plan_free(world_plan(&c.world)); /* remembers which groups it met */
    g_clear_pointer(&nameless->name, g_free);
    g_autoptr(Plan) plan = world_plan(&c.world);
    assert_int_equal(count_changes(plan, CHANGE_REMOVE_FROM_GROUP), 0);
    assert_int_equal(count_changes(plan, CHANGE_DEACTIVATE), 0);
    for (guint i = 0; i < c.world.ledger->bindings->len; i++) {
        Binding *binding = g_ptr_array_index(c.world.ledger->bindings, i);
        if (binding->kind == BINDING_DIRECTORY_GROUP) {
            g_free(binding->source);
            binding->source = g_strdup("elsewhere");
        }
    }
    g_autoptr(Plan) moved = world_plan(&c.world);
    assert_int_equal(count_changes(moved, CHANGE_DEACTIVATE), 0);
    world_clear(&c.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_group_by_each_of_its_names),
        cmocka_unit_test(test_a_missing_group_is_named_as_the_rule_names_it),
        cmocka_unit_test(test_a_rule_looks_into_the_directory_it_names),
        cmocka_unit_test(test_people_by_an_attribute),
        cmocka_unit_test(test_a_renamed_directory_group_stays_the_one_it_was),
        cmocka_unit_test(test_a_renamed_match_keeps_its_binding),
        cmocka_unit_test(test_a_name_that_another_group_took_is_no_rename),
        cmocka_unit_test(test_a_group_that_leaves_a_pattern_is_a_missing_one),
        cmocka_unit_test(test_rules_add_up_and_the_highest_role_wins),
        cmocka_unit_test(test_whoever_matches_a_rule_is_wanted),
        cmocka_unit_test(test_disabled_entries_give_nothing),
        cmocka_unit_test(test_a_held_rule_lowers_nobody),
        cmocka_unit_test(test_kinds_that_are_left_out_make_no_objects),
        cmocka_unit_test(test_names_that_toggl_lacks_are_compared_sparingly),
        cmocka_unit_test(test_why_without_a_value_that_fits),
        cmocka_unit_test(test_a_pattern_that_gives_up_holds_its_rule),
        cmocka_unit_test(test_a_directory_that_is_not_there_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
