/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "base/program.h"

#include <string.h>

static bool run(const char *script, const char *input, size_t room, char **ret_text, GError **error)
{
    const char *const words[] = {"/bin/sh", "-c", script, NULL};
    g_autofree char *bytes = g_malloc(room + 1);
    size_t length = 0;
    const Program program = {.words = words, .folder = "/", .input = input, .seconds = 5};
    if (!program_run(&program, bytes, room, &length, error))
        return false;
    *ret_text = g_strndup(bytes, length);
    return true;
}

static void test_output(void **state)
{
    (void) state;
    g_autofree char *long_text = g_strnfill((gsize) 1 << 20, 'x');
    const struct {
        const char *script;
        const char *input;
        const char *output;
    } cases[] = {
        {"echo one; echo two", NULL, "one\ntwo\n"},
        {"pwd", NULL, "/\n"},
        {"cat", NULL, ""}, /* nothing to read is the end of it, not waiting */
        {"cat", "", ""},
        {"cat", "Zoë\n", "Zoë\n"},
        {"cat", long_text, long_text},          /* more than a pipe holds, both ways */
        {"true", long_text, ""},                /* not read at all */
        {"head -c 3", long_text, "xxx"},        /* not read to its end */
        {"exec 0<&-; echo done", "a", "done\n"} /* closed before it is given */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = NULL;
        g_autoptr(GError) error = NULL;
        assert_success(run(cases[i].script, cases[i].input, (size_t) 1 << 20, &text, &error),
                       error);
        assert_string_equal(text, cases[i].output);
    }
}

static void test_trouble(void **state)
{
    (void) state;
    static const struct {
        const char *script;
        const char *problem;
    } cases[] = {
        {"exit 3", "'/bin/sh' ended with status 3"},
        {"echo no >&2; exit 3", "'/bin/sh' ended with status 3: 'no'"},
        {"printf '\\033[31m' >&2; exit 1", "'/bin/sh' ended with status 1: '\\u{001B}[31m'"},
        {"kill -9 $$", "'/bin/sh' was ended by signal 9"},
        {"echo 123456789", "'/bin/sh' printed more than 8 bytes"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = NULL;
        GError *error = NULL;
        assert_false(run(cases[i].script, NULL, 8, &text, &error));
        assert_int_equal(error->code, SYNC_ERROR_CONFIG);
        assert_error(error, cases[i].problem);
    }
}

static void test_nobody_there(void **state)
{
    (void) state;
    static const struct {
        const char *program;
        const char *problem;
    } cases[] = {
        {"/nowhere/sendmail", "cannot start '/nowhere/sendmail': No such file or directory"},
        {"/etc/passwd", "cannot start '/etc/passwd': Permission denied"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const words[] = {cases[i].program, NULL};
        size_t length = 0;
        GError *error = NULL;
        const Program program = {.words = words, .input = "text", .seconds = 5};
        assert_false(program_run(&program, NULL, 0, &length, &error));
        assert_error(error, cases[i].problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_nobody_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
