/* SPDX-License-Identifier: Apache-2.0 */
#include "ear.h"

#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"

#include <string.h>

static Ear ear;
static unsigned lines_begun;

static int begin(void **state)
{
    (void) state;
    ear = ear_open();
    return 0;
}

static int end(void **state)
{
    (void) state;
    ear_close(&ear);
    log_set_before_line(NULL);
    return 0;
}

static void assert_said(const char *expected)
{
    g_autofree char *text = ear_take(&ear);
    assert_string_equal(text, expected);
}

static void open_log(LogFormat format, LogLevel level)
{
    LogSettings settings = {.format = format, .level = level};
    log_open(&settings);
}

static void test_levels(void **state)
{
    (void) state;
    static const char *const expected[] = {
        "error: e\n",
        "error: e\nwarning: w\n",
        "error: e\nwarning: w\ninfo: i\n",
        "error: e\nwarning: w\ninfo: i\ndebug: d\n",
        "error: e\nwarning: w\ninfo: i\ndebug: d\ntrace: t\n",
    };
    for (size_t level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_TRACE; level++) {
        open_log(LOG_FORMAT_TEXT, (LogLevel) level);
        log_error("e");
        log_warning("w");
        log_info("i");
        log_debug("d");
        log_trace("t");
        assert_true(log_says((LogLevel) level));
        assert_int_equal(log_says(LOG_LEVEL_TRACE), level == LOG_LEVEL_TRACE);
        assert_said(expected[level]);
    }
}

static void test_lines_are_safe(void **state)
{
    (void) state;
    open_log(LOG_FORMAT_TEXT, LOG_LEVEL_DEBUG);
    log_error("cannot read '%s'\nhint: look at it", "\x1b[2J\xff");
    assert_said("error: cannot read '\\u{001B}[2J\\x{FF}'\n  hint: look at it\n");
    log_info("\r");
    assert_said("info: \\u{000D}\n");
    log_info("%s", "");
    assert_said("info: \n");
}

static void test_long_messages_are_whole(void **state)
{
    (void) state;
    open_log(LOG_FORMAT_TEXT, LOG_LEVEL_DEBUG);
    GString *message = g_string_new(NULL);
    for (int i = 0; i < 300; i++)
        g_string_append(message, "é山x");
    log_info("%s", message->str);
    g_autofree char *expected = g_strconcat("info: ", message->str, "\n", NULL);
    g_string_free(message, TRUE);
    assert_said(expected);
}

static void test_secrets_are_redacted(void **state)
{
    (void) state;
    g_autoptr(Secret) secret = secret_new("s3cr3t-token", 12);
    open_log(LOG_FORMAT_TEXT, LOG_LEVEL_DEBUG);
    log_debug("GET https://x:%s@host/", secret_expose(secret, NULL));
    assert_said("debug: GET https://x:***@host/\n");
    open_log(LOG_FORMAT_JSON, LOG_LEVEL_DEBUG);
    log_debug("token %s", secret_expose(secret, NULL));
    g_autofree char *line = ear_take(&ear);
    assert_null(strstr(line, "s3cr3t"));
    assert_non_null(strstr(line, "token ***"));
}

static void test_json(void **state)
{
    (void) state;
    open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    log_warning("a \"quoted\" \xff thing\nhint: do");
    log_debug("not this");
    g_autofree char *line = ear_take(&ear);
    assert_true(g_str_has_suffix(line, "}\n"));
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    g_autoptr(json_t) object = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(json_parse(line, strlen(line), "line", &object, &error), error);
    assert_string_equal(json_string_or(object, "level", ""), "warning");
    assert_string_equal(json_string_or(object, "message", ""),
                        "a \"quoted\" \\x{FF} thing\n  hint: do");
    assert_int_equal(strlen(json_string_or(object, "time", "")), strlen("2025-11-23T18:00:00Z"));
    assert_int_equal(json_object_size(object), 3);
}

static void count_line(void)
{
    lines_begun++;
}

static void test_somebody_is_told_before_each_line(void **state)
{
    (void) state;
    open_log(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
    lines_begun = 0;
    log_set_before_line(count_line);
    log_info("one");
    log_debug("not said");
    log_info("two\nhint: three");
    assert_int_equal(lines_begun, 2);
    log_set_before_line(NULL);
    log_info("four");
    assert_int_equal(lines_begun, 2);
    assert_said("info: one\ninfo: two\n  hint: three\ninfo: four\n");
}

/* Fields are for programs: JSON has them, those of every message first, and text does not. */
static void test_fields(void **state)
{
    (void) state;
    const LogField fields[] = {
        {"operation", "get_me"}, {"status", "\033[31m"}, {"request_id", NULL}, {NULL, NULL}};
    g_autoptr(Secret) secret = secret_new("hunter2-secret", 14);
    assert_non_null(secret);
    open_log(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
    log_event(LOG_LEVEL_INFO, fields, "asked %s", "twice");
    log_event(LOG_LEVEL_DEBUG, fields, "not said");
    assert_said("info: asked twice\n");
    open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    log_set_field("run", "12");
    log_event(LOG_LEVEL_INFO, fields, "asked");
    log_set_field("run", "hunter2-secret");
    log_info("plain");
    log_set_field("run", NULL);
    log_info("bare");
    g_autofree char *text = ear_take(&ear);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    static const char *const expected[] = {
        ("\"level\":\"info\",\"message\":\"asked\",\"operation\":\"get_me\",\"run\":\"12\","
         "\"status\":\"\\\\u{001B}[31m\",\"time\":"),
        "\"level\":\"info\",\"message\":\"plain\",\"run\":\"***\",\"time\":",
        "\"level\":\"info\",\"message\":\"bare\",\"time\":",
    };
    assert_int_equal(g_strv_length(lines), G_N_ELEMENTS(expected) + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_non_null(strstr(lines[i], expected[i]));
}

/* What the configuration may say: all formats, and all levels but the one for the command line. */
static void test_words(void **state)
{
    (void) state;
    static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
    static const char *const formats[] = {"text", "json", "journal", NULL};
    assert_true(g_strv_equal(log_level_words, levels));
    assert_true(g_strv_equal(log_format_words, formats));
    assert_string_equal(log_level_words[LOG_LEVEL_DEBUG], "debug");
    assert_string_equal(log_format_words[LOG_FORMAT_JOURNAL], "journal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_levels, begin, end),
        cmocka_unit_test_setup_teardown(test_lines_are_safe, begin, end),
        cmocka_unit_test_setup_teardown(test_long_messages_are_whole, begin, end),
        cmocka_unit_test_setup_teardown(test_secrets_are_redacted, begin, end),
        cmocka_unit_test_setup_teardown(test_json, begin, end),
        cmocka_unit_test_setup_teardown(test_fields, begin, end),
        cmocka_unit_test_setup_teardown(test_somebody_is_told_before_each_line, begin, end),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
