/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"

#include <string.h>

typedef struct {
    SyncError code;
    int status;
    bool transient;
} CodeCase;

static const CodeCase codes[] = {
    {SYNC_ERROR_USAGE, 64, false},      {SYNC_ERROR_CONFIG, 78, false},
    {SYNC_ERROR_UNREACHABLE, 69, true}, {SYNC_ERROR_INCOMPLETE, 76, true},
    {SYNC_ERROR_DENIED, 77, false},     {SYNC_ERROR_API, 65, false},
    {SYNC_ERROR_QUOTA, 75, true},       {SYNC_ERROR_LOCKED, 75, true},
    {SYNC_ERROR_INTERRUPTED, 75, true}, {SYNC_ERROR_REFUSED, 3, false},
    {SYNC_ERROR_STALE, 4, false},       {SYNC_ERROR_PARTIAL, 1, true},
    {SYNC_ERROR_STATE, 73, false},      {SYNC_ERROR_OUTPUT, 74, false},
    {SYNC_ERROR_INTERNAL, 70, false},
};

static bool is_listed(int status)
{
    for (const ExitStatus *row = error_exit_statuses(); row->meaning != NULL; row++) {
        if (row->status == status)
            return true;
    }
    return false;
}

static void test_codes(void **state)
{
    (void) state;
    assert_int_equal(G_N_ELEMENTS(codes), SYNC_ERROR_CODES);
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        g_autoptr(GError) error = g_error_new_literal(SYNC_ERROR, (gint) codes[i].code, "x");
        assert_int_equal(error_code_exit_status(codes[i].code), codes[i].status);
        assert_int_equal(error_exit_status(error), codes[i].status);
        assert_int_equal(error_is_transient(error), codes[i].transient);
        assert_true(is_listed(codes[i].status));
    }
    assert_string_equal(g_quark_to_string(SYNC_ERROR), "toggl-ldap-sync-error");
}

static void test_briefs(void **state)
{
    (void) state;
    for (const ExitStatus *row = error_exit_statuses(); row->meaning != NULL; row++) {
        const char *brief = error_status_brief(row->status);
        assert_true(*brief != '\0' && strlen(brief) < 60); /* it goes into the subject of a mail */
        assert_null(strchr(brief, ';'));
        assert_string_equal(error_status_meaning(row->status), row->meaning);
    }
    assert_string_equal(error_status_brief(75), "the rest goes on in a later run");
    assert_string_equal(error_status_brief(42), "not a status of this program");
    assert_string_equal(error_status_meaning(42), "");
}

static void test_errors_of_others_are_internal(void **state)
{
    (void) state;
    g_autoptr(GError) foreign =
        g_error_new_literal(g_quark_from_static_string("foreign"), SYNC_ERROR_QUOTA, "x");
    g_autoptr(GError) beyond = g_error_new_literal(SYNC_ERROR, SYNC_ERROR_CODES, "x");
    g_autoptr(GError) below = g_error_new_literal(SYNC_ERROR, -1, "x");
    assert_int_equal(error_exit_status(foreign), 70);
    assert_false(error_is_transient(foreign));
    assert_int_equal(error_exit_status(beyond), 70);
    assert_int_equal(error_exit_status(below), 70);
}

static void test_hints(void **state)
{
    (void) state;
    static const struct {
        const char *message;
        const char *hints;
    } cases[] = {
        {"it is so", ""},
        {"hint: is no hint", ""},
        {"it is so\nhint: do this", "\nhint: do this"},
        {"it is so\nhint: do this\nhint: or that", "\nhint: do this\nhint: or that"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error =
            g_error_new_literal(SYNC_ERROR, SYNC_ERROR_CONFIG, cases[i].message);
        assert_string_equal(error_hints(error), cases[i].hints);
    }
}

static void test_list_ascends(void **state)
{
    (void) state;
    const ExitStatus *row = error_exit_statuses();
    assert_int_equal(row->status, EXIT_STATUS_DONE);
    for (; row[1].meaning != NULL; row++)
        assert_true(row->status < row[1].status);
}

/* Mildest first; what is not here cut the run short and wins over all of them. */
static void test_worse(void **state)
{
    (void) state;
    static const int order[] = {0, 2, 75, 74, 1, 3, 69};
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(order); j++)
            assert_int_equal(exit_status_worse(order[i], order[j]), order[MAX(i, j)]);
    }
    /* of two causes the first one stays */
    assert_int_equal(exit_status_worse(69, 76), 69);
    assert_int_equal(exit_status_worse(76, 69), 76);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_briefs),
        cmocka_unit_test(test_errors_of_others_are_internal),
        cmocka_unit_test(test_hints),
        cmocka_unit_test(test_list_ascends),
        cmocka_unit_test(test_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
