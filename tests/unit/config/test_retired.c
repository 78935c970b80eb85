/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "config/reader.h"

#include <libconfig.h>
#include <string.h>

static const RetiredKey table[] = {
    {"old", "2.0", "leave it out; it has no effect"},
    {"limits.floor", "1.4", "write 'removals_floor = 5;'"},
    {"people.post", "1.2", "write 'mail'"},
    {NULL, NULL, NULL},
};

/* Reads TEXT as a file of which only "new", "limits.removals_floor" and "people.mail" are known. */
static Reader *read_text(const char *text, const RetiredKey *retired)
{
    config_t file;
    config_init(&file);
    assert_int_equal(config_read_string(&file, text), CONFIG_TRUE);
    Reader *reader = reader_new("a.conf", true);
    reader->retired = retired;
    Section *root = section_open(reader, config_root_setting(&file));
    assert_int_equal(section_int(root, "new", 0, 9, 3), 3);
    Section *limits = section_group(root, "limits", SECTION_OPTIONAL);
    if (limits != NULL) {
        (void) section_int(limits, "removals_floor", 0, 9, 5);
        section_close(limits);
    }
    g_autoptr(GPtrArray) people = section_groups(root, "people", SECTION_OPTIONAL);
    for (guint i = 0; i < people->len; i++) {
        g_free(section_string(people->pdata[i], "mail", SECTION_OPTIONAL));
        section_close(people->pdata[i]);
    }
    section_close(root);
    config_destroy(&file);
    return reader;
}

static void test_retired(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *warning;
    } cases[] = {
        {"old = 1;",
         "a.conf:1: old: retired since 2.0, ignoring\nhint: leave it out; it has no effect"},
        {"\nlimits: { floor = 9; };",
         "a.conf:2: limits.floor: retired since 1.4, ignoring\nhint: write 'removals_floor = 5;'"},
        {"people = ( { mail = \"a\"; }, { post = \"b\"; } );",
         "a.conf:1: people.[1].post: retired since 1.2, ignoring\nhint: write 'mail'"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Reader) reader = read_text(cases[i].text, table);
        GError *error = NULL;
        assert_int_equal(reader->warnings->len, 1);
        assert_string_equal(g_ptr_array_index(reader->warnings, 0), cases[i].warning);
        assert_success(reader_finish(reader, &error), error);
    }
}

/* The same word elsewhere is a mistake like any other, and so is everything without the table. */
static void test_not_retired(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const RetiredKey *retired;
    } cases[] = {
        {"floor = 9;", table},
        {"limits: { old = 9; };", table},
        {"limits: { floor = 9; };", retired_keys},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Reader) reader = read_text(cases[i].text, cases[i].retired);
        g_autoptr(GError) error = NULL;
        assert_int_equal(reader->warnings->len, 0);
        assert_false(reader_finish(reader, &error));
        assert_non_null(strstr(error->message, "unknown key"));
    }
}

/* A row that people can act on: where, since when, and what to do. */
static void test_table(void **state)
{
    (void) state;
    for (const RetiredKey *key = retired_keys; key->path != NULL; key++) {
        assert_true(*key->path != '\0' && key->since != NULL && key->instead != NULL);
        assert_null(strchr(key->path, '['));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retired),
        cmocka_unit_test(test_not_retired),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
