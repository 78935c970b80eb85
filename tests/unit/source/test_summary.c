/* SPDX-License-Identifier: Apache-2.0 */
#include "source/summary.h"

#include "testing.h"

static Person *add(Directory *directory, const char *name)
{
    return directory_add_person(directory, g_strdup(name), g_strdup_printf("uid=%s", name),
                                g_strdup_printf("uid=%s", name), NULL);
}

static void assert_findings(const Directory *directory, const char *expected)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    summary_add(directory, findings);
    g_ptr_array_add(findings, NULL);
    g_autofree char *text = g_strjoinv("\n", (char **) findings->pdata);
    assert_string_equal(text, expected);
}

static void test_nothing(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("main");
    (void) add(directory, "a");
    assert_findings(directory, "");
}

static void test_everything(void **state)
{
    (void) state;
    g_autoptr(Directory) directory = directory_new("main");
    const char *const reasons[] = {"excluded as a computer account", "excluded by its DN: 'x'",
                                   "excluded as a computer account"};
    for (guint i = 0; i < G_N_ELEMENTS(reasons); i++) {
        Person *person = add(directory, "excluded");
        person->excluded = g_strdup(reasons[i]);
        person->frozen = g_strdup("it has no mail address");
    }
    add(directory, "disabled")->standing = PERSON_DISABLED;
    add(directory, "expired")->standing = PERSON_EXPIRED;
    add(directory, "late")->standing = PERSON_EXPIRED;
    for (guint i = 0; i < 5; i++) {
        g_autofree char *name = g_strdup_printf("f%u\033", i);
        add(directory, name)->frozen = g_strdup("it has no mail address");
    }
    directory_warn(directory, g_strdup("a warning"));
    assert_findings(directory, "2 people are excluded as a computer account\n"
                               "1 person is excluded by its DN: 'x'\n"
                               "1 person is disabled\n"
                               "2 people are past their time\n"
                               "5 people are frozen: nothing is done about them\n"
                               "frozen: 'uid=f0\\u{001B}': it has no mail address\n"
                               "frozen: 'uid=f1\\u{001B}': it has no mail address\n"
                               "frozen: 'uid=f2\\u{001B}': it has no mail address\n"
                               "frozen: and 2 more\n"
                               "a warning");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
