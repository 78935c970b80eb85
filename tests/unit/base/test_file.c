/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/file.h"

#include <glib/gstdio.h>

static void test_read(void **state)
{
    (void) state;
    g_autofree char *folder = g_dir_make_tmp("file-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "plan: one", NULL);
    g_autofree char *text = NULL;
    gsize length = 0;
    g_autoptr(GError) error = NULL;
    assert_false(file_read("the plan", path, SYNC_ERROR_USAGE, &text, &length, &error));
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_USAGE));
    g_autofree char *missing =
        g_strdup_printf("the plan '%s' cannot be read: No such file or directory", path);
    assert_error(error, missing);
    assert_null(text);
    assert_false(file_read("the snapshot", folder, SYNC_ERROR_UNREACHABLE, &text, NULL, &error));
    g_autofree char *no_file =
        g_strdup_printf("the snapshot '%s' cannot be read: Is a directory", folder);
    assert_error(error, no_file);
    assert_true(g_file_set_contents(path, "a\0b", 3, NULL));
    assert_success(file_read("the plan", path, SYNC_ERROR_USAGE, &text, &length, &error), error);
    assert_int_equal(length, 3);
    assert_memory_equal(text, "a\0b", 4);
    assert_int_equal(g_remove(path), 0);
    assert_int_equal(g_rmdir(folder), 0);
}

static void test_cause(void **state)
{
    (void) state;
    static const struct {
        const char *message;
        const char *cause;
    } cases[] = {
        {"Failed to open file “a: b”: Permission denied", "Permission denied"},
        {"no cause", "no cause"},
        {"C:/x", "C:/x"},
        {"ends:", "ends:"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) problem = g_error_new_literal(G_FILE_ERROR, 0, cases[i].message);
        assert_string_equal(file_cause(problem), cases[i].cause);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
