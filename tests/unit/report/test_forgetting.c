/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "plans.h"
#include "report/forgetting.h"
#include "sync/document.h"

#include <string.h>

/* Ann Archer, with the ids 102 and 202, who was anna@old.example once. */
static Forgetting *ann(void)
{
    g_autoptr(Ledger) ledger = ledger_new();
    g_autoptr(Organization) organization = organization_new(7);
    Forgetting *forgetting = forgetting_new("salt", 17);
    Link *link = ledger_add_link(ledger, "main", "a-1");
    link->mail_key = g_strdup("ann@example.org");
    link->dn = g_strdup("uid=ann,ou=people,dc=example,dc=org");
    (void) ledger_remember(link->mail_keys, "ann@example.org");
    (void) ledger_remember(link->mail_keys, "anna@old.example");
    (void) ledger_remember(link->uids, "ann");
    ledger_set_member(ledger, link, (OrganizationUserId){202}, (UserId){102});
    Member *member = organization_add_member(organization, (OrganizationUserId){202});
    g_free(member->name);
    member->name = g_strdup("Ann Archer");
    member_set_mail(member, "ann@example.org");
    forgetting_link(forgetting, link);
    forgetting_member(forgetting, member);
    forgetting_begin(forgetting);
    return forgetting;
}

static const struct {
    ForgetKind kind;
    const char *text;
    const char *expected; /* NULL: it stays */
} cases[] = {
    {FORGET_TEXT, "ann@example.org", "person-17@pseudonym.invalid"},
    {FORGET_TEXT, "Removed ANN@EXAMPLE.ORG, bob@example.org.",
     "Removed person-17@pseudonym.invalid, bob@example.org."},
    {FORGET_TEXT, "was anna@old.example", "was person-17@pseudonym.invalid"},
    {FORGET_TEXT, "Ann Archer is ill", "Person 17 is ill"},
    {FORGET_TEXT, "uid=ann,ou=people,dc=example,dc=org",
     "uid=person-17,ou=people,dc=example,dc=org"},
    {FORGET_TEXT, "a-1", "00000000-0000-4000-8000-000000000017"},
    /* somebody else, however alike */
    {FORGET_TEXT, "joann@example.org", NULL},
    {FORGET_TEXT, "x.ann@example.org", NULL},
    {FORGET_TEXT, "ann@example.org.uk", NULL},
    {FORGET_TEXT, "Ann Archers, Ann and Joann Archer", NULL},
    {FORGET_TEXT, "uid=anna,ou=people,dc=example,dc=org", NULL},
    {FORGET_TEXT, "nobody-17@pseudonym.invalid", NULL},
    {FORGET_TEXT, "", NULL},
    {FORGET_JSON, "{\"emails\":[\"bob@example.org\",\"ann@example.org\"]}",
     "{\"emails\":[\"bob@example.org\",\"person-17@pseudonym.invalid\"]}"},
    {FORGET_JSON, "{\"role\":\"ann\",\"user_id\":103}", NULL},
    {FORGET_JSON, "{\"change\":102,\"version\":202}", NULL},
    {FORGET_JSON, "{\"b\": 1,  \"a\": 2}", NULL}, /* and is not even printed anew */
    {FORGET_JSON, "no JSON of ann@example.org", "no JSON of person-17@pseudonym.invalid"},
    {FORGET_PLAN, "no plan of ann@example.org", "no plan of person-17@pseudonym.invalid"},
};

static void test_cases(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Forgetting) forgetting = ann();
        g_autofree char *found = forgetting_rewrite(forgetting, cases[i].kind, cases[i].text);
        if (g_strcmp0(found, cases[i].expected) != 0)
            fail_msg("'%s' gives '%s'", cases[i].text, found != NULL ? found : "nothing");
    }
    g_autoptr(Forgetting) forgetting = ann();
    assert_null(forgetting_rewrite(forgetting, FORGET_TEXT, NULL));
}

/* Ids in requests, under whatever key, and in paths; always the same other number. */
static void test_ids(void **state)
{
    (void) state;
    g_autoptr(Forgetting) forgetting = ann();
    assert_int_equal(forgetting_id(forgetting, 103), 103);
    assert_int_equal(forgetting_id(forgetting, 0), 0);
    const int64_t user = forgetting_id(forgetting, 102);
    assert_true(user != 102 && user > 0);
    g_autofree char *body = forgetting_rewrite(
        forgetting, FORGET_JSON, "{\"path\":\"/organizations/7/users/102\",\"value\":[102,103]}");
    g_autofree char *expected =
        g_strdup_printf("{\"path\":\"/organizations/7/users/%" G_GINT64_FORMAT
                        "\",\"value\":[%" G_GINT64_FORMAT ",103]}",
                        user, user);
    assert_string_equal(body, expected);
    assert_null(forgetting_rewrite(forgetting, FORGET_TEXT, "/organizations/102x/users/1020"));
}

static Change *add(Plan *plan, ChangeKind kind, const char *mail, int64_t member)
{
    Change *change = change_new(kind);
    change->id = plan->changes->len + 1;
    change->person.source = g_strdup("main");
    change->person.anchor = g_strdup_printf("x-%" G_GINT64_FORMAT, member);
    change->person.mail = g_strdup(mail);
    change->person.name = g_strdup_printf("Name %" G_GINT64_FORMAT, member);
    change->person.organization_user_id.value = member;
    change->reason = g_strdup_printf("because of %s", mail);
    g_ptr_array_add(plan->changes, change);
    return change;
}

/* A plan is a plan afterwards, that nobody can carry out; others stand in it as before. */
static void test_plan(void **state)
{
    (void) state;
    g_autoptr(Forgetting) forgetting = ann();
    g_autoptr(Plan) plan = plan_new();
    g_autoptr(Plan) other = plan_new();
    g_autoptr(Plan) read = NULL;
    g_autoptr(GError) error = NULL;
    plan->organization_id = other->organization_id = 7;
    plan->organization_name = g_strdup("Example");
    other->organization_name = g_strdup("Example");
    (void) add(plan, CHANGE_DEACTIVATE, "bob@example.org", 203);
    (void) add(plan, CHANGE_DEACTIVATE, "new.address@example.org", 202); /* known by the id alone */
    (void) add(other, CHANGE_DEACTIVATE, "bob@example.org", 203);
    ChangePerson notice = {.mail = (char *) (guintptr) "anna@old.example"};
    plan_add_notice(plan, NOTICE_FROZEN, &notice, "Name 202 has new.address@example.org, too");
    g_autofree char *text = plan_document_text(plan);
    g_autofree char *untouched = plan_document_text(other);
    assert_null(forgetting_rewrite(forgetting, FORGET_PLAN, untouched));
    g_autofree char *without = forgetting_rewrite(forgetting, FORGET_PLAN, text);
    assert_non_null(without);
    static const char *const gone[] = {"new.address", "anna@", "Name 202", "x-202", " 202"};
    for (size_t i = 0; i < G_N_ELEMENTS(gone); i++) {
        if (strstr(without, gone[i]) != NULL)
            fail_msg("'%s' is left in %s", gone[i], without);
    }
    assert_non_null(strstr(without, "bob@example.org"));
    assert_non_null(strstr(without, "because of person-17@pseudonym.invalid"));
    assert_success(plan_document_read(without, strlen(without), &read, &error), error);
    assert_true(read->offline);
    assert_int_equal(read->changes->len, 2);
    assert_null(forgetting_rewrite(forgetting, FORGET_PLAN, without)); /* once is enough */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
