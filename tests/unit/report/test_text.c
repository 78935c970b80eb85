/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "plans.h"
#include "report/report.h"
#include "report/wording.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text_of(const Plan *plan, const ReportOptions *options)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    g_autoptr(GError) error = NULL;
    assert_success(report_write(plan, REPORT_TEXT, options, out, &error), error);
    assert_int_equal(fclose(out), 0);
    char *text = g_strdup(bytes);
    free(bytes);
    return text;
}

/* The report of PLAN is what golden/NAME.txt holds; UPDATE_GOLDEN=1 writes the file instead. */
static void check_golden(const char *name, Plan *plan, const ReportOptions *options)
{
    g_autofree char *text = text_of(plan, options);
    plan_free(plan);
    g_autofree char *path = g_strdup_printf("golden/%s.txt", name);
    g_autoptr(GError) error = NULL;
    if (g_getenv("UPDATE_GOLDEN") != NULL) {
        assert_success(g_file_set_contents(path, text, -1, &error), error);
        return;
    }
    g_autofree char *golden = NULL;
    assert_success(g_file_get_contents(path, &golden, NULL, &error), error);
    assert_string_equal(text, golden);
}

static const ReportOptions in_a_pipe = {0};

static void test_nothing_to_do(void **state)
{
    (void) state;
    check_golden("empty", plan_empty(), &in_a_pipe);
}

static void test_only_facts(void **state)
{
    (void) state;
    Plan *plan = plan_empty();
    plan_change(plan, CHANGE_LINK, "zoe@example.org", "same address");
    check_golden("facts", plan, &in_a_pipe);
}

/* What was made safe to print once is not escaped again. */
static void test_backslashes(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_empty();
    plan_change(plan, CHANGE_DEACTIVATE, "zoe@example.org", "cn=Ren\\x{E9}\\, A,dc=org is gone");
    g_autofree char *text = text_of(plan, &in_a_pipe);
    assert_non_null(strstr(text, "cn=Ren\\x{E9}\\, A,dc=org is gone"));
}

static void test_every_kind(void **state)
{
    (void) state;
    check_golden("every-kind", plan_every_kind(), &in_a_pipe);
}

static void test_all_shows_facts(void **state)
{
    (void) state;
    check_golden("every-kind-all", plan_every_kind(), &(ReportOptions){.all = true});
}

static void test_color(void **state)
{
    (void) state;
    check_golden("every-kind-color", plan_every_kind(),
                 &(ReportOptions){.color = true, .is_terminal = true, .width = 200});
}

static void test_narrow(void **state)
{
    (void) state;
    check_golden("every-kind-narrow", plan_every_kind(),
                 &(ReportOptions){.is_terminal = true, .width = 80});
}

static void test_trouble(void **state)
{
    (void) state;
    check_golden("trouble", plan_trouble(), &in_a_pipe);
}

static void test_trouble_narrow(void **state)
{
    (void) state;
    check_golden("trouble-narrow", plan_trouble(),
                 &(ReportOptions){.is_terminal = true, .width = 60});
}

static void test_width(void **state)
{
    (void) state;
    static const int widths[] = {40, 60, 80, 100, 132, 500};
    for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
        g_autoptr(Plan) plan = plan_trouble();
        ReportOptions options = {.is_terminal = true, .width = widths[i]};
        g_autofree char *text = text_of(plan, &options);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            /* on less, the columns that do not wrap may need more than there is */
            if (widths[i] >= 60 && g_utf8_strlen(*line, -1) > widths[i])
                fail_msg("%d columns: '%s'", widths[i], *line);
        }
    }
}

static unsigned occurrences(const char *text, const char *word)
{
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word))
        count++;
    return count;
}

static Plan *plan_of_invitations(unsigned count)
{
    Plan *plan = plan_empty();
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *mail = g_strdup_printf("p%u@example.org", i);
        plan_invitation(plan, mail);
        plan_notice(plan, NOTICE_UNMANAGED, mail, "no entry");
    }
    return plan;
}

static void test_rows(void **state)
{
    (void) state;
    static const struct {
        unsigned rows;
        ReportOptions options;
        unsigned shown;
        const char *left_out;
    } cases[] = {
        {60, {0}, 60, NULL}, /* a pipe takes 150 lines, the tables share them */
        {101, {0}, 68, "\n... and 33 more; --all shows them\n"},
        {250, {0}, 68, "\n... and 182 more; --all shows them\n"},
        {101,
         {.more = "'plan --all' shows them"},
         68,
         "\n... and 33 more; 'plan --all' shows them\n"},
        {250, {.all = true}, 250, NULL},
        {250, {.is_terminal = true, .width = 120}, 250, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Plan) plan = plan_of_invitations(cases[i].rows);
        g_autofree char *text = text_of(plan, &cases[i].options);
        assert_true(cases[i].options.all || cases[i].options.is_terminal ||
                    occurrences(text, "\n") <= 150);
        assert_int_equal(occurrences(text, "@example.org"), 2 * cases[i].shown);
        unsigned notes = cases[i].left_out != NULL ? occurrences(text, cases[i].left_out) : 0;
        assert_int_equal(notes, cases[i].left_out != NULL ? 2 : 0);
        assert_int_equal(occurrences(text, "\n... and "), notes);
        g_autofree char *total = g_strdup_printf("Total: %u invitations.\n", cases[i].rows);
        assert_int_equal(occurrences(text, total), 1);
    }
}

static unsigned count_lines(const char *text)
{
    return occurrences(text, "\n");
}

/* A report is never higher than the terminal, and says what it left out; --all is whole. */
static void test_height(void **state)
{
    (void) state;
    for (int height = 1; height <= 120; height++) {
        g_autoptr(Plan) plan = height % 2 == 0 ? plan_of_invitations(300) : plan_every_kind();
        ReportOptions options = {.is_terminal = true, .width = 80, .height = height};
        g_autofree char *text = text_of(plan, &options);
        if (count_lines(text) >= (unsigned) MAX(height, 8))
            fail_msg("%u lines on a terminal of %d", count_lines(text), height);
        ReportOptions all = options;
        all.all = true;
        g_autofree char *whole = text_of(plan, &all);
        bool cut = strcmp(whole, text) != 0;
        bool facts = strstr(text, "Remembered without a request") != NULL;
        bool said = strstr(text, "--all shows them\n") != NULL;
        if (cut && !said && !facts)
            fail_msg("nothing is said of what is left out:\n%s", text);
        assert_null(strstr(whole, "--all"));
        if (height % 2 == 0 && height > 30) {
            /* the room there is, is used */
            assert_true(count_lines(text) >= (unsigned) height - 3);
            assert_int_equal(occurrences(text, "Total: 300 invitations."), 1);
        }
    }
}

/* Two people of one address are told apart by their names; others need none. */
static void test_names(void **state)
{
    static const struct {
        const char *mails[2];
        const char *names[2];
        bool named;
    } cases[] = {
        {{"desk@example.org", "desk@example.org"}, {"Uwe", "Vera"}, true},
        {{"desk@example.org", "desk@example.org"}, {"Uwe", "Uwe"}, false},
        {{"desk@example.org", "desk@example.org"}, {"Uwe", NULL}, false},
        {{"uwe@example.org", "vera@example.org"}, {"Uwe", "Vera"}, false},
    };
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Plan) plan = plan_of_invitations(1);
        for (size_t who = 0; who < 2; who++) {
            const ChangePerson person = {.source = (char *) (guintptr) "main",
                                         .anchor = (char *) (guintptr) (who == 0 ? "u" : "v"),
                                         .mail = (char *) (guintptr) cases[i].mails[who],
                                         .name = (char *) (guintptr) cases[i].names[who]};
            plan_add_notice(plan, NOTICE_FROZEN, &person, "two have it");
        }
        g_autofree char *text = text_of(plan, &(ReportOptions){0});
        assert_int_equal(occurrences(text, "NAME"), cases[i].named);
        assert_int_equal(strstr(text, "Vera two have it") != NULL, cases[i].named);
    }
}

static void test_summary(void **state)
{
    (void) state;
    check_golden("every-kind-summary", plan_every_kind(), &(ReportOptions){.summary = true});
    check_golden("trouble-summary", plan_trouble(), &(ReportOptions){.summary = true});
}

/* Whatever a directory or Toggl sends, no escape, forged line or mark reaches the terminal. */
static void test_hostile(void **state)
{
    (void) state;
    static const char evil[] = "\x1b[2Jx\nForged line\xe2\x80\xae\x9b\r\xff";
    g_autoptr(Plan) plan = plan_trouble();
    g_free(plan->organization_name);
    plan->organization_name = g_strdup(evil);
    Completeness *read = g_ptr_array_index(plan->completeness, 0);
    g_free(read->server);
    read->server = g_strdup(evil);
    g_free(read->tls);
    read->tls = g_strdup(evil);
    Change *change = plan_change(plan, CHANGE_ADD_TO_GROUP, evil, evil);
    target_ref_set(&change->group, 7, evil);
    plan_invitation(plan, evil);
    TargetRef *group = g_ptr_array_index(
        ((Change *) g_ptr_array_index(plan->changes, plan->changes->len - 1))->groups, 0);
    target_ref_set(group, 7, evil);
    Rail *rail = plan_add_rail(plan, RAIL_MAX_SHRINK, evil);
    rail->verdict = VERDICT_HOLD;
    rail->explanation = g_strdup(evil);
    g_ptr_array_add(rail->examples, g_strdup(evil));
    plan_notice(plan, NOTICE_HELD, evil, evil);
    plan_group_total(plan, evil, 1, 2);
    g_ptr_array_add(plan->warnings, g_strdup(evil));
    static const ReportOptions options[] = {{0}, {.is_terminal = true, .width = 80}};
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree char *text = text_of(plan, &options[i]);
        assert_true(g_utf8_validate(text, -1, NULL));
        assert_null(strpbrk(text, "\x1b\r"));
        assert_null(strstr(text, "\nForged"));
        assert_null(strstr(text, "\xe2\x80\xae"));
        assert_null(strstr(text, "\xc2\x9b"));
    }
}

static void test_json(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_every_kind();
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    g_autoptr(GError) error = NULL;
    assert_success(report_write(plan, REPORT_JSON, &in_a_pipe, out, &error), error);
    assert_int_equal(fclose(out), 0);
    assert_true(g_str_has_prefix(bytes, "{\n"));
    assert_true(g_str_has_suffix(bytes, "}\n"));
    assert_non_null(strstr(bytes, "\"toggl-ldap-sync plan\""));
    assert_int_equal(occurrences(bytes, "\"set-organization-role\""), 3);
    free(bytes);
}

static void test_full_disk(void **state)
{
    (void) state;
    for (int format = 0; format < REPORT_FORMATS; format++) {
        g_autoptr(Plan) plan = plan_every_kind();
        FILE *out = fopen("/dev/full", "w");
        assert_non_null(out);
        g_autoptr(GError) error = NULL;
        assert_false(report_write(plan, (ReportFormat) format, &in_a_pipe, out, &error));
        assert_int_equal(error->code, SYNC_ERROR_OUTPUT);
        assert_error(error, "the report could not be written\nhint: is the disk full?");
        (void) fclose(out); /* fails as it must: the device is full */
    }
}

static void test_wording(void **state)
{
    (void) state;
    static const struct {
        ChangeKind kind;
        int64_t count;
        const char *text;
    } cases[] = {
        {CHANGE_INVITE, 1, "1 invitation"},
        {CHANGE_INVITE, 12, "12 invitations"},
        {CHANGE_ADD_TO_GROUP, 0, "0 added to groups"},
        {CHANGE_ADD_TO_GROUP, 1, "1 added to a group"},
        {CHANGE_LINK, 2, "2 people linked"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = change_count_text(cases[i].kind, cases[i].count);
        assert_string_equal(text, cases[i].text);
    }
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        assert_non_null(change_title((ChangeKind) kind));
        assert_int_equal(strlen(change_mark((ChangeKind) kind)), 1);
        assert_string_not_equal(phase_title(change_kind_phase((ChangeKind) kind, true)), "Later");
    }
    assert_string_equal(phase_title(99), "Later");
    assert_string_equal(change_mark(CHANGE_ADOPT), "=");
    assert_string_equal(change_mark(CHANGE_INVITE), "+");
    assert_string_equal(change_mark(CHANGE_DEACTIVATE), "-");
    assert_string_equal(change_mark(CHANGE_RENAME_MEMBER), "~");
    assert_int_equal(change_tone(CHANGE_LINK), TONE_PLAIN);
    assert_int_equal(change_tone(CHANGE_DELETE_GROUP), TONE_TAKES);
    assert_string_equal(verdict_title(VERDICT_STOP), "stops");
}

int main(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return EXIT_FAILURE;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_only_facts),
        cmocka_unit_test(test_backslashes),
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_all_shows_facts),
        cmocka_unit_test(test_color),
        cmocka_unit_test(test_narrow),
        cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_trouble_narrow),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_height),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_wording),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
