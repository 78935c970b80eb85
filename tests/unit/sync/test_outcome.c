/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "sync/outcome.h"

#include <string.h>

/*
 * One request that carries out changes of ann (user 1, organization-user 2, workspace-user 3), bob
 * (user 4, organization-user 5, workspace-user 6), of workspace 7, and of the group itself. The
 * numbers of the three kinds overlap on purpose: ann's user id is zoe's organization-user id and
 * tom's workspace-user id.
 */
typedef struct {
    const char *name;
    ChangeKind kind;
    UserId user;
    OrganizationUserId member;
    WorkspaceUserId in_workspace;
    int64_t workspace;
} Subject;

static const Subject subjects[] = {
    {"ann", CHANGE_ADD_TO_GROUP, {1}, {2}, {3}, 0},
    {"bob", CHANGE_REMOVE_FROM_GROUP, {4}, {5}, {6}, 0},
    {"zoe", CHANGE_ADD_TO_GROUP, {11}, {1}, {13}, 0},
    {"tom", CHANGE_ADD_TO_GROUP, {21}, {22}, {1}, 0},
    {NULL, CHANGE_ADD_GROUP_TO_WORKSPACE, {0}, {0}, {0}, 7},
    {NULL, CHANGE_CREATE_GROUP, {0}, {0}, {0}, 0},
};

static Change *change_of(const Subject *subject)
{
    Change *change = change_new(subject->kind);
    if (subject->name != NULL) {
        change->person.mail = g_strdup_printf("%s@example.org", subject->name);
        change->person.anchor = g_strdup(subject->name);
    }
    change->person.user_id = subject->user;
    change->person.organization_user_id = subject->member;
    change->person.workspace_user_id = subject->in_workspace;
    target_ref_set(&change->group, 9, "Developers");
    if (subject->workspace != 0)
        target_ref_set(&change->workspace, subject->workspace, "Product");
    return change;
}

/* Which of the subjects OUTCOME says were served: a word each. */
static void assert_confirmed(const Outcome *outcome, Operation operation, const char *expected)
{
    static const char *const words[] = {"ann", "bob", "zoe", "tom", "workspace", "group"};
    g_autoptr(GString) found = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autoptr(Change) change = change_of(&subjects[i]);
        if (outcome_confirms(outcome, operation, change))
            g_string_append_printf(found, "%s%s", found->len > 0 ? " " : "", words[i]);
    }
    assert_string_equal(found->str, expected);
}

#define EVERYBODY "ann bob zoe tom workspace group"

static void test_what_the_kind_says(void **state)
{
    static const struct {
        Outcome outcome;
        const char *confirmed;
    } cases[] = {
        {{.kind = OUTCOME_DONE, .status = 200}, EVERYBODY},
        {{.kind = OUTCOME_REFUSED, .status = 400}, ""},
        {{.kind = OUTCOME_DONE, .status = 404}, EVERYBODY},
        {{.kind = OUTCOME_UNKNOWN, .status = 500}, ""},
        {{.kind = OUTCOME_UNKNOWN}, ""},
        {{.kind = OUTCOME_NOT_SENT}, ""},
        {{.kind = OUTCOME_PARTIAL, .status = 200}, EVERYBODY},
    };
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_confirmed(&cases[i].outcome, OPERATION_PATCH_GROUP, cases[i].confirmed);
}

static void test_whom_a_failure_names(void **state)
{
    static const struct {
        Operation operation;
        int64_t ids[3]; /* until 0 */
        const char *confirmed;
    } cases[] = {
        {OPERATION_PATCH_GROUP, {1}, "bob zoe tom workspace group"},
        {OPERATION_PATCH_GROUP, {1, 4}, "zoe tom workspace group"},
        {OPERATION_PATCH_GROUP, {7}, "ann bob zoe tom group"},
        {OPERATION_PATCH_GROUP, {4, 7}, "ann zoe tom group"},
        /* numbers of the other kinds are nobody's here, and so are those of the group itself */
        {OPERATION_PATCH_GROUP, {2, 3}, EVERYBODY},
        {OPERATION_PATCH_GROUP, {9}, EVERYBODY},
        {OPERATION_POST_GROUP, {4}, "ann zoe tom workspace group"},
        {OPERATION_ASSIGNMENT, {4}, "ann zoe tom workspace group"},
        {OPERATION_DELETE_USERS, {1}, "ann bob tom workspace group"},
        {OPERATION_DELETE_USERS, {5, 2}, "zoe tom workspace group"},
        {OPERATION_DELETE_USERS, {4, 3}, EVERYBODY},
        {OPERATION_PUT_USER, {5}, "ann zoe tom workspace group"},
        {OPERATION_DELETE_WORKSPACE_USERS, {1}, "ann bob zoe workspace group"},
        {OPERATION_DELETE_WORKSPACE_USERS, {3, 6}, "zoe tom workspace group"},
        {OPERATION_DELETE_WORKSPACE_USERS, {5, 2}, EVERYBODY},
    };
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Outcome outcome = {.kind = OUTCOME_PARTIAL, .status = 200};
        for (size_t f = 0; f < 3 && cases[i].ids[f] != 0; f++)
            outcome_add_failure(&outcome, cases[i].ids[f], NULL, "no");
        assert_confirmed(&outcome, cases[i].operation, cases[i].confirmed);
        outcome_clear(&outcome);
    }
}

static void test_invited_people_are_named_by_address(void **state)
{
    Outcome outcome = {.kind = OUTCOME_PARTIAL, .status = 200};
    (void) state;
    outcome_add_failure(&outcome, 0, "bob@example.org", "is already a member");
    assert_confirmed(&outcome, OPERATION_POST_INVITATION, "ann zoe tom workspace group");
    outcome_add_failure(&outcome, 0, "tom@example.org", "is already a member");
    assert_confirmed(&outcome, OPERATION_POST_INVITATION, "ann zoe workspace group");
    outcome_clear(&outcome);
}

/* Nobody is taken for served whom an answer may have meant. */
static void test_a_failure_without_a_name_is_about_everything(void **state)
{
    (void) state;
    for (Operation operation = 0; operation < OPERATIONS; operation++) {
        Outcome outcome = {.kind = OUTCOME_PARTIAL, .status = 200};
        outcome_add_failure(&outcome, 4711, NULL, "about somebody else");
        outcome_add_failure(&outcome, 0, NULL, "about nobody");
        assert_confirmed(&outcome, operation, "");
        outcome_clear(&outcome);
    }
}

/* What is said of an account is about the name and the address in it. */
static void test_of_an_account(void **state)
{
    (void) state;
    static const struct {
        ChangeKind kind;
        bool confirmed;
    } rows[] = {{CHANGE_RENAME_MEMBER, false},
                {CHANGE_CHANGE_ADDRESS, false},
                {CHANGE_REACTIVATE, true},
                {CHANGE_SET_WORKSPACE_ROLE, true},
                {CHANGE_ADD_TO_GROUP, true}};
    Outcome outcome = {.kind = OUTCOME_PARTIAL};
    outcome_add_failure(&outcome, 2, NULL, "User has multiple organizations.");
    ((OutcomeFailure *) g_ptr_array_index(outcome.failures, 0))->account = true;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Change) change = change_of(&subjects[0]);
        change->kind = rows[i].kind;
        assert_int_equal(outcome_confirms(&outcome, OPERATION_PUT_USER, change), rows[i].confirmed);
    }
    outcome_clear(&outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_kind_says),
        cmocka_unit_test(test_whom_a_failure_names),
        cmocka_unit_test(test_invited_people_are_named_by_address),
        cmocka_unit_test(test_a_failure_without_a_name_is_about_everything),
        cmocka_unit_test(test_of_an_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
