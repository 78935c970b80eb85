/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "model/request.h"

static const char *const operations[] = {
    [OPERATION_POST_INVITATION] = "post_organization_invitation",
    [OPERATION_RESEND_INVITATION] = "resend_organization_invitation",
    [OPERATION_PUT_USER] = "put_organization_users",
    [OPERATION_DELETE_USERS] = "patch_organization_users",
    [OPERATION_POST_GROUP] = "post_organization_group",
    [OPERATION_PATCH_GROUP] = "patch_organization_group",
    [OPERATION_DELETE_GROUP] = "delete_organization_group",
    [OPERATION_POST_WORKSPACE] = "post_organization_workspaces",
    [OPERATION_ASSIGNMENT] = "put_organization_workspaces_assignments",
    [OPERATION_DELETE_WORKSPACE_USERS] = "patch_organization_workspace_users",
};

static void test_names(void **state)
{
    (void) state;
    assert_int_equal(G_N_ELEMENTS(operations), OPERATIONS);
    for (size_t i = 0; i < G_N_ELEMENTS(operations); i++) {
        Operation operation = OPERATIONS;
        assert_string_equal(operation_name((Operation) i), operations[i]);
        assert_true(operation_parse(operations[i], &operation));
        assert_int_equal(operation, i);
    }
    Operation untouched = OPERATION_PUT_USER;
    assert_false(operation_parse("get_organization", &untouched));
    assert_int_equal(untouched, OPERATION_PUT_USER);
    static const char *const outcomes[] = {"done", "partial", "refused", "unknown", "not-sent"};
    for (size_t i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        OutcomeKind kind = OUTCOME_DONE;
        assert_string_equal(outcome_kind_name((OutcomeKind) i), outcomes[i]);
        assert_true(outcome_kind_parse(outcomes[i], &kind));
        assert_int_equal(kind, i);
    }
    OutcomeKind kind = OUTCOME_REFUSED;
    assert_false(outcome_kind_parse("not sent", &kind));
    assert_int_equal(kind, OUTCOME_REFUSED);
}

/* Each place where a placeholder may stand. */
static IdRef *place(Request *request, int index)
{
    switch (index) {
    case 0:
        return &request->group;
    case 1:
        return &request->workspace;
    case 2:
        return &g_array_index(request->workspaces, RequestWorkspace, 0).workspace;
    case 3:
        return &g_array_index(request->groups, IdRef, 0);
    default:
        return &g_array_index(((GroupPatch *) g_ptr_array_index(request->patches, 0))->values,
                              IdRef, 0);
    }
}

static Request *full_request(void)
{
    Request *request = request_new(OPERATION_PATCH_GROUP);
    RequestWorkspace workspace = {.workspace = {.id = 50}, .role = ROLE_ADMIN};
    g_array_append_val(request->workspaces, workspace);
    IdRef ref = {.id = 7};
    g_array_append_val(request->groups, ref);
    GroupPatch *patch = group_patch_new(PATCH_ADD, PATCH_USERS);
    g_array_append_val(patch->values, ref);
    g_ptr_array_add(request->patches, patch);
    return request;
}

static void test_placeholders(void **state)
{
    (void) state;
    for (int i = 0; i < 5; i++) {
        g_autoptr(Request) request = full_request();
        assert_true(request_is_resolved(request));
        *place(request, i) = (IdRef){.from_request = 3};
        assert_false(request_is_resolved(request));
        request_resolve(request, 2, 99);
        assert_false(request_is_resolved(request));
        request_resolve(request, 3, 99);
        assert_true(request_is_resolved(request));
        assert_int_equal(place(request, i)->id, 99);
        for (int j = 0; j < 5; j++)
            assert_true(i == j || place(request, j)->id != 99);
    }
    request_free(NULL);
}

/* A request that waits for nothing must not take an answer for number 0. */
static void test_nothing_is_no_placeholder(void **state)
{
    (void) state;
    g_autoptr(Request) request = request_new(OPERATION_PUT_USER);
    assert_true(request_is_resolved(request));
    request_resolve(request, 0, 99);
    assert_int_equal(request->group.id, 0);
    assert_int_equal(request->workspace.id, 0);
}

static void test_outcome(void **state)
{
    (void) state;
    Outcome outcome = {.kind = OUTCOME_PARTIAL, .status = 200};
    outcome.message = g_strdup("some");
    outcome.request_id = g_strdup("abc");
    outcome_add_failure(&outcome, 42, NULL, "no such user");
    outcome_add_failure(&outcome, 0, "a@example.org", "no address");
    outcome_add_invited(&outcome, "b@example.org", 9, (UserId){3});
    const OutcomeFailure *failure = g_ptr_array_index(outcome.failures, 0);
    assert_int_equal(failure->id, 42);
    assert_null(failure->mail);
    assert_string_equal(failure->message, "no such user");
    failure = g_ptr_array_index(outcome.failures, 1);
    assert_string_equal(failure->mail, "a@example.org");
    const InvitedPerson *invited = g_ptr_array_index(outcome.invited, 0);
    assert_string_equal(invited->mail, "b@example.org");
    assert_int_equal(invited->invitation_id, 9);
    assert_int_equal(invited->user_id.value, 3);
    outcome_clear(&outcome);
    assert_int_equal(outcome.kind, OUTCOME_DONE);
    assert_int_equal(outcome.status, 0);
    assert_null(outcome.failures);
    assert_null(outcome.message);
    outcome_clear(&outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_nothing_is_no_placeholder),
        cmocka_unit_test(test_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
