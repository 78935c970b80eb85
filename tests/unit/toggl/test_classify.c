/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "toggl/classify.h"

#include <string.h>

static void test_text(void **state)
{
    (void) state;
    static const struct {
        const char *body;
        const char *text; /* NULL: none */
    } cases[] = {
        {"", NULL},
        {" \r\n\t", NULL},
        {"\"\"", NULL},
        {"OK", "OK"},
        {" \"Name has \\\"been\\\" taken\"\n", "Name has \"been\" taken"},
        {"\"cut off", "\"cut off"},
        {"\"two\" \"strings\"", "\"two\" \"strings\""},
        {"null", "null"},
        {"<!DOCTYPE html><html><body>token</body>", "an HTML page"},
        {"\n<HTML>", "an HTML page"},
        {"<?xml?><html>", "an HTML page"},
        {"\"red \\u001b[31m\"", "red \\u{001B}[31m"},
        {"line\nline", "line\\u{000A}line"},
        {"\xff", "\\x{FF}"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = classify_text(cases[i].body, strlen(cases[i].body));
        assert_string_equal(text == NULL ? "(none)" : text,
                            cases[i].text == NULL ? "(none)" : cases[i].text);
    }
}

static void test_long_text(void **state)
{
    (void) state;
    g_autofree char *body = g_strnfill(100000, 'a');
    g_autofree char *text = classify_text(body, 100000);
    assert_int_equal(g_utf8_strlen(text, -1), 256);
    assert_true(g_str_has_suffix(text, "…"));
}

static void test_message(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        MessageKind kind;
    } cases[] = {
        {NULL, MESSAGE_OTHER},
        {"", MESSAGE_OTHER},
        {"Something new", MESSAGE_OTHER},
        {"User with e-mail 'a@b.c' is already an inactive member of the organization",
         MESSAGE_INACTIVE_MEMBER},
        {"User is already a member", MESSAGE_ALREADY_MEMBER},
        {"Cannot deactivate paying user.", MESSAGE_PAYING_USER},
        {"Cannot remove the paying user with organization user ID='1'.", MESSAGE_PAYING_USER},
        {"Cannot remove admin privileges from paying user.", MESSAGE_PAYING_USER},
        {"Cannot deactivate owner.", MESSAGE_OWNER},
        {"Cannot remove admin privileges from owner.", MESSAGE_OWNER},
        {"Cannot remove the organization owner user with organization user ID='1'.", MESSAGE_OWNER},
        {"Cannot remove workspace owner.", MESSAGE_OWNER},
        {"Cannot remove organization admin.", MESSAGE_ADMIN},
        {"The following organization user IDs do not belong to this organization: '1'.",
         MESSAGE_NOT_MEMBER},
        {"User does not exist in the organization.", MESSAGE_NOT_MEMBER},
        {"Wrong workspace user IDs", MESSAGE_NOT_MEMBER},
        {"Name has already been taken", MESSAGE_NAME_TAKEN},
        {"another workspace with same name exists in organization", MESSAGE_NAME_TAKEN},
        {"Active user limit is 5. Upgrade to add more active users", MESSAGE_MEMBER_LIMIT},
        {"Invitation limit reached (please try again later)", MESSAGE_INVITATION_LIMIT},
        {"Invalid e-mail: 'x'", MESSAGE_BAD_ADDRESS},
        {"Invalid JSON input", MESSAGE_BAD_JSON},
        {"JSON is not valid", MESSAGE_BAD_JSON},
        {"Nothing to change.", MESSAGE_NOTHING_TO_CHANGE},
        {"User 9 not exists in the organization 1", MESSAGE_UNKNOWN_ID},
        {"Workspace '7' is not in Organization '1'.", MESSAGE_UNKNOWN_ID},
        {"INVALID GROUP ID", MESSAGE_UNKNOWN_ID},
        {"Invalid user_id.", MESSAGE_UNKNOWN_ID},
        {"You have hit your hourly limit for API calls.", MESSAGE_HOURLY_LIMIT},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_int_equal(classify_message(cases[i].text), cases[i].kind);
}

static void test_ids(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *ids;
    } cases[] = {
        {"Cannot remove the paying user with organization user ID='4100001'.", "4100001 "},
        {"The following organization user IDs do not belong to this organization: '4, 5,6'.",
         "4 5 6 "},
        {"The following organization user IDs do not belong to this organization: [4 5].", "4 5 "},
        {"User 9200009 not exists in the organization 1234567", "9200009 "},
        {"Workspace '7' is not in Organization '1'.", "7 "},
        {"Invalid role ID: 12.", "12 "},
        {"Active user limit is 5.", ""},
        {"Cannot deactivate owner.", ""},
        {"", ""},
        {"User 99999999999999999999999 not exists", ""},
        {"User 12…", ""}, /* cut off: may be half an id */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) ids = classify_ids(cases[i].text);
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint n = 0; n < ids->len; n++)
            g_string_append_printf(text, "%" G_GINT64_FORMAT " ", g_array_index(ids, int64_t, n));
        assert_string_equal(text->str, cases[i].ids);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
