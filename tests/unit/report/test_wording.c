/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "report/wording.h"

/* What the state keeps for programs, people read in words; nothing of it gets lost. */
static void test_summary(void **state)
{
    (void) state;
    static const struct {
        const char *summary;
        const char *text;
    } cases[] = {
        {"1 link, 3 adopt, 59 invite, 1 set-workspace-role",
         "1 person linked, 3 memberships taken over, 59 invitations, 1 role in a workspace set"},
        {"2 deactivate", "2 deactivated"},
        {"nothing", "nothing"},
        {"done post_organization_group", "done post_organization_group"},
        {"1 link, 2 of-a-newer-release, nothing else",
         "1 person linked, 2 of-a-newer-release, nothing else"},
        {"12", "12"},
        {"invite", "invite"},
        {"", ""},
        {NULL, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = summary_text(cases[i].summary);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
