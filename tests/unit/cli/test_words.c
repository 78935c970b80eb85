/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/words.h"
#include "testing.h"

#include <string.h>

/* A line up to the cursor; what may stand there, of words and of kinds. "_" is an empty word. */
typedef struct {
    const char *line;
    const char *choices;
    const char *kinds;
} Case;

static const Case cases[] = {
    {"undo _", "", "RUN"},
    {"und", "undo", ""},
    {"UND", "undo", ""},
    {"comp", "", ""}, /* is for shells */
    {"complete _", "", ""},
    {"nonsense _", "", ""},
    {"--nonsense che", "check", ""},
    {"--config che", "", "FILE"},
    {"--config=f che", "check", ""},
    {"-c che", "", "FILE"},
    {"-c f che", "check", ""},
    {"--vers", "--version", ""},
    {"undo --vers", "", ""},
    {"undo --ou", "--out=", ""},
    {"undo 1 --ou", "--out=", ""},
    {"undo -- --ou", "", "RUN"},
    {"undo --out f --ou", "", ""},
    {"undo --out=f --ou", "", ""},
    {"undo -o f --ou", "", ""},
    {"undo --out _", "", "FILE"},
    {"undo --out=", "", "FILE"},
    {"undo -o _", "", "FILE"},
    {"undo 1 _", "", ""},
    {"--out undo _", "", "RUN"}, /* too early for that option */
    {"--out undo --ou", "", ""},
    {"-- undo _", "", "RUN"},
    {"undo --out f _", "", "RUN"},
    {"explain --with a=b --wit", "--with=", ""}, /* may be given several times */
    {"explain --with _", "", "ATTRIBUTE=VALUE"},
    {"plan --only=", "", "WHO|GROUP"},
    {"plan --format=", "text markdown csv html json", ""},
    {"status --format _", "text markdown csv html json", ""},
    {"apply --color _", "auto always never", ""},
    {"apply _", "", "PLAN"},
    {"approve _", "", "PLAN RUN"},
    {"diff-config _", "", "OLD"},
    {"diff-config a _", "", "NEW"},
    {"diff-config a b _", "", ""},
    {"state _", "backup check claim", ""},
    {"state c", "check claim", ""},
    {"state backup _", "", "FILE"},
    {"state check _", "", ""},
    {"person l", "link", ""},
    {"person link _", "", "WHO"},
    {"person link a _", "", "MEMBER"},
    {"person hold a _", "", ""},
    {"person hold --until _", "", "WHEN"},
    {"api _", "", "OPERATION"},
    {"api get_me _", "", "FIELD"},
    {"api get_me a=b c", "", "FIELD"},
};

static char *joined(const GPtrArray *array, bool choices)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < array->len; i++) {
        const void *each = g_ptr_array_index(array, i);
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                               choices ? ((const Choice *) each)->word : (const char *) each);
    }
    return g_string_free(text, false);
}

static void test_cases(void **unused)
{
    (void) unused;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) words = g_strsplit(cases[i].line, " ", -1);
        guint count = g_strv_length(words);
        if (strcmp(words[count - 1], "_") == 0)
            words[count - 1][0] = '\0';
        g_autoptr(Cursor) cursor = cursor_find(words, count);
        g_autofree char *choices = joined(cursor->choices, true);
        g_autofree char *kinds = joined(cursor->kinds, false);
        if (strcmp(choices, cases[i].choices) != 0 || strcmp(kinds, cases[i].kinds) != 0)
            fail_msg("'%s' offers '%s' and kinds '%s'", cases[i].line, choices, kinds);
    }
}

static void test_nothing(void **unused)
{
    (void) unused;
    g_autoptr(Cursor) cursor = cursor_find(NULL, 0);
    guint commands = 0;
    for (const Command *command = command_table(); command->summary != NULL; command++)
        commands++;
    assert_int_equal(cursor->choices->len, commands);
}

static void test_config(void **unused)
{
    (void) unused;
    g_auto(GStrv) words = g_strsplit("--config a explain --config=b zo", " ", -1);
    g_autoptr(Cursor) cursor = cursor_find(words, g_strv_length(words));
    assert_string_equal(cursor->config, "b");
    assert_string_equal(cursor->typed, "zo");
    assert_string_equal(cursor->before, "");
}

/* What may stand in an argument or behind an option has values, or is known to be free. */
static const char *const kinds_with_values[] = {
    "FILE",      "[SOURCE=]FILE", "FILE.csv",  "PLAN",   "OLD",       "NEW",
    "KEY",       "RUN",           "WHO",       "RAIL",   "MEMBER",    "FIELD",
    "OPERATION", "URI",           "REFERENCE", "FORMAT", "WHO|GROUP", NULL};
static const char *const kinds_that_are_free[] = {
    "WHEN", "DURATION",        "NAME",      "TICKET",     "TEXT", "DATE", "DN", "ID",
    "URL",  "ATTRIBUTE=VALUE", "ATTRIBUTE", "JSON|@FILE", NULL};

static void check_kind(const Command *command, const char *kind)
{
    if (!g_strv_contains(kinds_with_values, kind) && !g_strv_contains(kinds_that_are_free, kind))
        fail_msg("%s: nobody has said what may stand for %s", command->name, kind);
}

static void test_kinds(void **unused)
{
    (void) unused;
    for (const Command *command = command_table(); command->summary != NULL; command++) {
        g_autoptr(GArray) options = command_options(command);
        for (guint i = 0; i < options->len; i++) {
            const GOptionEntry *option = &g_array_index(options, GOptionEntry, i);
            assert_non_null(option->description);
            if (option->arg != G_OPTION_ARG_NONE)
                check_kind(command, option->arg_description);
        }
        g_auto(GStrv) words =
            g_regex_split_simple(",? ", command->arguments != NULL ? command->arguments : "", 0, 0);
        for (char **word = words; *word != NULL && **word != '\0'; word++) {
            g_autofree char *kind = g_strndup(*word, strcspn(*word, "."));
            if (g_ascii_isupper(kind[0]))
                check_kind(command, kind);
            if (strcmp(kind, "FIELD") != 0 && strstr(command->usage, kind) == NULL)
                fail_msg("%s: the usage has no %s", command->name, kind);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
