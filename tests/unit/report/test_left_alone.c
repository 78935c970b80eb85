/* SPDX-License-Identifier: Apache-2.0 */
#include "report/left_alone.h"

#include "plans.h"
#include "testing.h"

static void test_nobody(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Plan *plan = plan_empty();
    plan_notice(plan, NOTICE_MISSING, "a@example.org", "gone");
    plan_notice(plan, NOTICE_WAITING, "b@example.org", "has not joined");
    plan_notice(plan, NOTICE_UNMANAGED, "c@example.org", "nobody knows them");
    assert_null(left_alone_digest(plan, ledger));
    assert_null(left_alone_text(plan, ledger));
    plan_free(plan);
}

static void test_text(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Plan *plan = plan_empty();
    plan_notice(plan, NOTICE_FROZEN, "e\x1b@example.org", "no mail");
    plan_notice(plan, NOTICE_FROZEN, NULL, "'uid=kim,dc=example': it has no mail address");
    plan_notice(plan, NOTICE_HELD, "h@example.org", "created again");
    plan_notice(plan, NOTICE_PROTECTED, "boss@example.org", "left, but is the owner");
    for (char name = 'o'; name < 'v'; name++) {
        g_autofree char *mail = g_strdup_printf("%c@example.org", name);
        plan_notice(plan, NOTICE_OUT_OF_SCOPE, mail, "elsewhere");
    }
    g_autofree char *text = left_alone_text(plan, ledger);
    assert_string_equal(
        text, "1 protected person keeps what they should lose, and nothing changes for them: "
              "boss@example.org\n"
              "2 people are frozen, and nothing changes for them: e\\u{001B}@example.org, "
              "'uid=kim,dc=example': it has no mail address\n"
              "7 people are out of scope, and nothing changes for them: o@example.org, "
              "p@example.org, q@example.org, r@example.org, s@example.org and 2 more\n"
              "1 person waits for a decision, and nothing changes for them: h@example.org\n"
              "hint: 'toggl-ldap-sync status' says why, and what to do; this is said once, until "
              "it changes");
    plan_free(plan);
}

/* It is news when somebody else is left alone, or for another reason; not when the words change. */
static void test_digest(void **state)
{
    (void) state;
    static const struct {
        NoticeKind kind;
        const char *mail;
        const char *reason;
        bool news;
    } cases[] = {
        {NOTICE_FROZEN, "a@example.org", "no mail", false},
        {NOTICE_FROZEN, "a@example.org", "no mail for 3 days", false},
        {NOTICE_HELD, "a@example.org", "no mail", true},
        {NOTICE_FROZEN, "b@example.org", "no mail", true},
    };
    g_autofree char *first = NULL;
    g_autoptr(Ledger) ledger = ledger_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Plan *plan = plan_empty();
        plan_notice(plan, cases[i].kind, cases[i].mail, cases[i].reason);
        g_autofree char *digest = left_alone_digest(plan, ledger);
        if (first == NULL)
            first = g_strdup(digest);
        assert_int_equal(strcmp(first, digest) != 0, cases[i].news);
        plan_free(plan);
    }
}

/* Whoever said that somebody is held knows that nothing changes for them. */
static void test_on_hold(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Plan *plan = plan_empty();
    ChangePerson ann = {.source = (char[]){"main"}, .anchor = (char[]){"ann"}};
    plan_add_notice(plan, NOTICE_HELD, &ann, "leave");
    Link *link = ledger_add_link(ledger, "main", "ann");
    link->hold_until = NOON + 1;
    assert_null(left_alone_digest(plan, ledger));
    assert_null(left_alone_text(plan, ledger));
    link->hold_until = NOON; /* it waits for something else */
    g_autofree char *text = left_alone_text(plan, ledger);
    assert_true(g_str_has_prefix(text, "1 person waits for a decision, "));
    plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_on_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
