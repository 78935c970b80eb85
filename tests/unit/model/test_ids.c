/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "model/ids.h"

static void test_roles(void **state)
{
    (void) state;
    static const struct {
        Role role;
        const char *name;
    } cases[] = {
        {ROLE_USER, "user"},
        {ROLE_PROJECT_LEAD, "projectlead"},
        {ROLE_TEAM_LEAD, "teamlead"},
        {ROLE_ADMIN, "admin"},
    };
    assert_null(role_name(ROLE_NONE));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Role role = ROLE_NONE;
        assert_string_equal(role_name(cases[i].role), cases[i].name);
        assert_true(role_parse(cases[i].name, &role));
        assert_int_equal(role, cases[i].role);
        /* the highest role is the greatest value */
        assert_true(i == 0 || cases[i].role > cases[i - 1].role);
    }
}

static void test_other_words(void **state)
{
    (void) state;
    static const char *const words[] = {"", "User", "owner", "admin ", "team lead"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        Role role = ROLE_TEAM_LEAD;
        assert_false(role_parse(words[i], &role));
        assert_int_equal(role, ROLE_TEAM_LEAD);
    }
}

static void test_equality(void **state)
{
    (void) state;
    assert_true(user_id_equal((UserId){7}, (UserId){7}));
    assert_false(user_id_equal((UserId){7}, (UserId){8}));
    assert_true(organization_user_id_equal((OrganizationUserId){7}, (OrganizationUserId){7}));
    assert_false(organization_user_id_equal((OrganizationUserId){7}, (OrganizationUserId){8}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_other_words),
        cmocka_unit_test(test_equality),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
