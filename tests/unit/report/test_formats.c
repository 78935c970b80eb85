/* SPDX-License-Identifier: Apache-2.0 */

/* Every format but text, which has a test of its own: what it looks like, and that nothing in it
 * can be more than text. */

#include "testing.h"

#include "base/json.h"
#include "plans.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

static const ReportOptions plain = {0};

static void check_golden(const char *name, ReportFormat format, const Plan *plan,
                         const ReportOptions *options)
{
    static const char *const endings[] = {
        [REPORT_MARKDOWN] = "md", [REPORT_CSV] = "csv", [REPORT_HTML] = "html"};
    g_autofree char *text = report_text_of(plan, format, options);
    if (format == REPORT_HTML) {
        /* style and script are files of their own, and their hashes change with them */
        char *style = strstr(text, "<style>") + strlen("<style>");
        char *end = strstr(style, "</style>");
        memmove(style, end, strlen(end) + 1);
        char *script = strstr(text, "<script>") + strlen("<script>");
        end = strstr(script, "</script>");
        memmove(script, end, strlen(end) + 1);
        for (char *hash = text; (hash = strstr(hash, "sha256-")) != NULL;)
            memset(hash, 'x', strlen("sha256-") + 44);
    }
    g_autofree char *path = g_strdup_printf("golden/%s.%s", name, endings[format]);
    g_autoptr(GError) error = NULL;
    if (g_getenv("UPDATE_GOLDEN") != NULL) {
        assert_success(g_file_set_contents(path, text, -1, &error), error);
        return;
    }
    g_autofree char *golden = NULL;
    assert_success(g_file_get_contents(path, &golden, NULL, &error), error);
    assert_string_equal(text, golden);
}

static void test_golden(void **state)
{
    (void) state;
    static const ReportFormat formats[] = {REPORT_MARKDOWN, REPORT_CSV, REPORT_HTML};
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(Plan) empty = plan_empty();
        g_autoptr(Plan) every_kind = plan_every_kind();
        g_autoptr(Plan) trouble = plan_trouble();
        check_golden("empty", formats[i], empty, &plain);
        check_golden("every-kind", formats[i], every_kind, &plain);
        check_golden("trouble", formats[i], trouble, &plain);
        check_golden("trouble-summary", formats[i], trouble, &(ReportOptions){.summary = true});
    }
    g_autoptr(Plan) plan = plan_every_kind();
    check_golden("every-kind-all", REPORT_MARKDOWN, plan, &(ReportOptions){.all = true});
}

static void test_names(void **state)
{
    (void) state;
    for (int format = 0; format < REPORT_FORMATS; format++) {
        ReportFormat parsed = REPORT_FORMATS;
        assert_true(report_format_parse(report_format_name((ReportFormat) format), &parsed));
        assert_int_equal(parsed, format);
    }
    ReportFormat untouched = REPORT_CSV;
    assert_false(report_format_parse("pdf", &untouched));
    assert_false(report_format_parse("", &untouched));
    assert_int_equal(untouched, REPORT_CSV);
}

/* The plan in which everything that comes from outside is TEXT. */
static Plan *plan_of(const char *text)
{
    Plan *plan = plan_empty();
    g_free(plan->organization_name);
    plan->organization_name = g_strdup(text);
    Completeness *read = g_ptr_array_index(plan->completeness, 0);
    g_free(read->server);
    read->server = g_strdup(text);
    Change *change = plan_change(plan, CHANGE_ADD_TO_GROUP, text, text);
    change->person.name = g_strdup(text);
    target_ref_set(&change->group, 7, text);
    plan_invitation(plan, text);
    Rail *rail = plan_add_rail(plan, RAIL_MAX_SHRINK, text);
    rail->verdict = VERDICT_HOLD;
    rail->explanation = g_strdup(text);
    g_ptr_array_add(rail->examples, g_strdup(text));
    plan_notice(plan, NOTICE_HELD, text, text);
    plan_group_total(plan, text, 1, 2);
    g_ptr_array_add(plan->warnings, g_strdup(text));
    return plan;
}

/* What no format may let through, whatever it escapes besides. */
static void check_clean(const char *text)
{
    assert_true(g_utf8_validate(text, -1, NULL));
    assert_null(strchr(text, '\x1b'));
    assert_null(strstr(text, "\xe2\x80\xae")); /* right-to-left override */
    assert_null(strstr(text, "\xe2\x81\xa6")); /* isolate */
    assert_null(strstr(text, "\xc2\x9b"));     /* C1: control sequence introducer */
    assert_null(strstr(text, "\nForged"));
}

static void test_hostile(void **state)
{
    (void) state;
    static const char *const evil[] = {
        "\x1b[2J\x1b]0;x\x07 \xe2\x80\xae \xe2\x81\xa6 \xc2\x9b \x9b \xff\nForged\r\nForged",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "</style><svg onload=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "javascript:alert(1)",
        "=cmd|'/c calc'!A1",
        "| broken | table |\n| --- |",
        "[link](javascript:alert(1)) ![p](http://evil.example/p.png) `code` **bold** <b>",
        "@everyone #1 ~x~ $x$",
        "# heading",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(evil); i++) {
        g_autoptr(Plan) plan = plan_of(evil[i]);
        for (int format = 0; format < REPORT_FORMATS; format++) {
            g_autofree char *text = report_text_of(plan, (ReportFormat) format, &plain);
            check_clean(text);
            if (format == REPORT_HTML) {
                assert_null(strstr(text, "<script>alert"));
                assert_null(strstr(text, "<img"));
                assert_null(strstr(text, "<svg onload"));
                assert_null(strstr(text, "\" onmouseover"));
                assert_null(strstr(text, "href=\"javascript"));
            } else if (format == REPORT_MARKDOWN) {
                assert_null(strstr(text, "<script"));
                assert_null(strstr(text, "<img"));
                assert_null(strstr(text, "\n| broken | table"));
                assert_null(strstr(text, "[link]"));
                assert_null(strstr(text, " @everyone"));
            } else if (format == REPORT_CSV) {
                assert_null(strstr(text, ",=cmd"));
                assert_null(strstr(text, ",\"=cmd"));
                assert_null(strstr(text, "\r\n=cmd"));
            }
        }
    }
}

/* A name of a mebibyte makes no report longer than a name of the length that is shown. */
static void test_huge(void **state)
{
    (void) state;
    g_autofree char *name = g_strnfill(1 << 20, 'x');
    g_autoptr(Plan) plan = plan_of(name);
    for (int format = 0; format < REPORT_JSON; format++) {
        g_autofree char *text = report_text_of(plan, (ReportFormat) format, &plain);
        if (strlen(text) > 100000)
            fail_msg("%zu bytes of %s", strlen(text), report_format_name((ReportFormat) format));
    }
}

static void test_formulas(void **state)
{
    (void) state;
    static const struct {
        const char *name;
        const char *cell;
    } cases[] = {
        {"zoe@example.org", ",zoe@example.org,"},
        {"=1+1", ",\"'=1+1\","},
        {"+1", ",\"'+1\","},
        {"-1", ",\"'-1\","},
        {"@SUM(A1)", ",\"'@SUM(A1)\","},
        {"  =1", ",\"'  =1\","},
        {"\xef\xbc\x9d"
         "1",
         ",\"'\xef\xbc\x9d"
         "1\","},
        {"a,b", ",\"a,b\","},
        {"a \"b\"", ",\"a \"\"b\"\"\","},
        {"a;b", ",\"a;b\","},
        {"1-1", ",1-1,"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Plan) plan = plan_empty();
        plan_change(plan, CHANGE_DEACTIVATE, cases[i].name, "gone");
        g_autofree char *text = report_text_of(plan, REPORT_CSV, &plain);
        if (strstr(text, cases[i].cell) == NULL)
            fail_msg("'%s' is not in:\n%s", cases[i].cell, text);
        assert_true(g_str_has_prefix(text, "\xef\xbb\xbfSECTION,WHAT,WHO,NAME,WHERE,WHY,NOTE\r\n"));
    }
}

/* The page asks nobody for anything: no address in it that a browser would open by itself. */
static void test_self_contained(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_every_kind();
    g_autofree char *text = report_text_of(plan, REPORT_HTML, &plain);
    static const char *const forbidden[] = {" src=",          "@import",   "url(",    "<link",
                                            "http:",          "https:",    "<iframe", "fetch(",
                                            "XMLHttpRequest", "innerHTML", "eval("};
    for (size_t i = 0; i < G_N_ELEMENTS(forbidden); i++) {
        if (strstr(text, forbidden[i]) != NULL)
            fail_msg("the page holds '%s'", forbidden[i]);
    }
    assert_non_null(strstr(text, "default-src 'none'"));
}

/* Rows behind the first ones are data, and hold what a row holds. */
static void test_long_table(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_empty();
    for (int i = 0; i < 1500; i++) {
        g_autofree char *mail = g_strdup_printf("p%04d</script>@example.org", i);
        plan_change(plan, CHANGE_DEACTIVATE, mail, "gone");
    }
    g_autofree char *text = report_text_of(plan, REPORT_HTML, &plain);
    char *rest = strstr(text, "class=\"rest\">");
    assert_non_null(rest);
    rest += strlen("class=\"rest\">");
    char *end = strstr(rest, "</script>");
    *end = '\0';
    g_autoptr(json_t) data = json_loads(rest, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(data);
    assert_int_equal(json_array_size(json_object_get(data, "r")), 500);
    const json_t *row = json_array_get(json_object_get(data, "r"), 0);
    const json_t *strings = json_object_get(data, "s");
    size_t who = (size_t) json_integer_value(json_array_get(row, 3));
    assert_string_equal(json_string_value(json_array_get(strings, who)),
                        "p1000</script>@example.org");
    assert_non_null(strstr(end + 1, "500 more rows are in this page"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),     cmocka_unit_test(test_names),
        cmocka_unit_test(test_hostile),    cmocka_unit_test(test_huge),
        cmocka_unit_test(test_formulas),   cmocka_unit_test(test_self_contained),
        cmocka_unit_test(test_long_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
