/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "state/approvals.h"
#include "state/audit.h"
#include "state/decisions.h"

#include <sys/resource.h>
#include <sys/stat.h>

#define NOW INT64_C(1764000000) /* 2025-11-24T16:00:00Z */
#define HINT                                                                                       \
    "\nhint: nothing is done without a record of it: mend the file, or set audit = \"\" to keep "  \
    "none"

static char *audit_path(const Fixture *fixture)
{
    return g_build_filename(fixture->folder, "audit.jsonl", NULL);
}

static Audit *open_audit(const Fixture *fixture)
{
    g_autofree char *path = audit_path(fixture);
    g_autoptr(GError) error = NULL;
    Audit *audit = NULL;
    assert_success(audit_open(path, "root", ORGANIZATION, &audit, &error), error);
    return audit;
}

static char *text_of(const Fixture *fixture)
{
    g_autofree char *path = audit_path(fixture);
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void assert_file(const Fixture *fixture, const char *expected)
{
    g_autofree char *text = text_of(fixture);
    assert_string_equal(text, expected);
}

static void write_line(Audit *audit, const AuditLine *line)
{
    g_autoptr(GError) error = NULL;
    assert_success(audit_write(audit, line, &error), error);
}

/* Every field, in ASCII; what is 0 is not there. */
static void test_lines(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *path = audit_path(fixture);
    g_autoptr(Audit) audit = open_audit(fixture);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    write_line(audit, &(AuditLine){.act = "hold", .at = NOW});
    write_line(audit, &(AuditLine){.act = "approve",
                                   .at = NOW,
                                   .by = "zo\303\253\n\033[31m\377",
                                   .person = 1,
                                   .member = 2,
                                   .group = 3,
                                   .workspace = 4,
                                   .kind = "assign",
                                   .run = 5,
                                   .undoes = 6,
                                   .requests = 7,
                                   .plan = "sha256:x",
                                   .operation = "get_me",
                                   .rails = "removals",
                                   .until = NOW + 1,
                                   .reference = "OPS-1\"",
                                   .ends = true});
    assert_file(
        fixture,
        "{\"act\":\"hold\",\"by\":\"root\",\"organization\":1234,\"time\":\"2025-11-24T16:00:00Z\"}"
        "\n{\"act\":\"approve\",\"by\":\"zo\\u00EB\\n\\u001B[31m\\uFFFD\",\"group\":3,\"kind\":"
        "\"assign\",\"member\":2,\"operation\":\"get_me\",\"organization\":1234,\"person\":1,"
        "\"plan\":\"sha256:x\",\"rails\":\"removals\",\"reference\":\"OPS-1\\\"\",\"requests\":7,"
        "\"run\":5,\"status\":0,\"time\":\"2025-11-24T16:00:00Z\",\"undoes\":6,\"until\":"
        "\"2025-11-24T16:00:01Z\",\"workspace\":4}\n");
    assert_true(audit_write(NULL, &(AuditLine){.act = "hold", .at = NOW}, NULL));
}

/* It is added to; what was cut stays alone. */
static void test_cut_line(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *path = audit_path(fixture);
    assert_true(g_file_set_contents(path, "{\"act\":\"ho", -1, NULL));
    g_autoptr(Audit) audit = open_audit(fixture);
    write_line(audit, &(AuditLine){.act = "link", .at = 1});
    g_autoptr(Audit) again = open_audit(fixture);
    write_line(again, &(AuditLine){.act = "unlink", .at = 2});
    assert_file(fixture, "{\"act\":\"ho\n"
                         "{\"act\":\"link\",\"by\":\"root\",\"organization\":1234,\"time\":"
                         "\"1970-01-01T00:00:01Z\"}\n"
                         "{\"act\":\"unlink\",\"by\":\"root\",\"organization\":1234,\"time\":"
                         "\"1970-01-01T00:00:02Z\"}\n");
}

static void expect_no_audit(const char *path, const char *why)
{
    g_autoptr(GError) error = NULL;
    Audit *audit = NULL;
    g_autofree char *message =
        g_strdup_printf("the audit file '%s' cannot be written: %s" HINT, path, why);
    assert_false(audit_open(path, "root", ORGANIZATION, &audit, &error));
    assert_null(audit);
    assert_int_equal(error->code, SYNC_ERROR_OUTPUT);
    assert_error(error, message);
}

static void test_no_file(void **data)
{
    const Fixture *fixture = *data;
    g_autofree char *path = audit_path(fixture);
    g_autofree char *nowhere = g_build_filename(fixture->folder, "none", "audit", NULL);
    expect_no_audit(nowhere, "No such file or directory");
    expect_no_audit(fixture->folder, "Is a directory");
    expect_no_audit("/dev/null", "it is no plain file");
    assert_int_equal(symlink("/dev/null", path), 0);
    expect_no_audit(path, "Too many levels of symbolic links");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_no_audit(path, "it is no plain file");
}

enum { WRITERS = 4, LINES = 250 };

static int write_many(const Fixture *fixture)
{
    g_autofree char *path = audit_path(fixture);
    g_autofree char *reference = g_strnfill(3000, 'x'); /* more than a line has in real life */
    g_autoptr(Audit) audit = NULL;
    if (!audit_open(path, "root", ORGANIZATION, &audit, NULL))
        return 1;
    for (int i = 0; i < LINES; i++) {
        if (!audit_write(audit, &(AuditLine){.act = "hold", .at = NOW, .reference = reference},
                         NULL))
            return 2;
    }
    return 0;
}

static void test_together(void **data)
{
    const Fixture *fixture = *data;
    pid_t children[WRITERS];
    (void) fflush(NULL);
    for (int i = 0; i < WRITERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            _exit(write_many(fixture));
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    g_autofree char *text = text_of(fixture);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    assert_int_equal(g_strv_length(lines), WRITERS * LINES + 1);
    for (int i = 0; i < WRITERS * LINES; i++)
        assert_string_equal(lines[i], lines[0]);
}

static State *audited_state(const Fixture *fixture)
{
    State *state = open_state(fixture, STATE_WRITE);
    state_set_audit(state, open_audit(fixture));
    return state;
}

static Decision *decision(GPtrArray *decisions, const char *what, const char *anchor)
{
    Decision *one = g_new0(Decision, 1);
    one->at = NOW;
    one->by = g_strdup("ann");
    one->what = g_strdup(what);
    one->who = g_strdup("zoe@example.org");
    one->source = g_strdup(anchor != NULL ? "main" : NULL);
    one->anchor = g_strdup(anchor);
    one->reason = g_strdup("zoe is ill");
    g_ptr_array_add(decisions, one);
    return one;
}

/* A new person has a number when the line is written; nobody's name stands there. */
static void test_decisions(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = audited_state(fixture);
    g_autoptr(Ledger) ledger = ledger_new();
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    g_autoptr(GError) error = NULL;
    (void) ledger_add_link(ledger, "main", "a-0");
    (void) ledger_add_link(ledger, "main", "a-1");
    Decision *hold = decision(decisions, "hold", "a-1");
    hold->until = NOW + 60;
    hold->reference = g_strdup("OPS-1");
    decision(decisions, "unlink", "a-9")->link = 77;
    (void) decision(decisions, "release", NULL);
    assert_success(state_decide(state, decisions, ledger, &error), error);
    assert_file(fixture,
                "{\"act\":\"hold\",\"by\":\"ann\",\"organization\":1234,\"person\":2,\"reference\":"
                "\"OPS-1\",\"time\":\"2025-11-24T16:00:00Z\",\"until\":\"2025-11-24T16:01:00Z\"}\n"
                "{\"act\":\"unlink\",\"by\":\"ann\",\"organization\":1234,\"person\":77,\"time\":"
                "\"2025-11-24T16:00:00Z\"}\n"
                "{\"act\":\"release\",\"by\":\"ann\",\"organization\":1234,\"time\":"
                "\"2025-11-24T16:00:00Z\"}\n");
    assert_sql(fixture, "SELECT count(*) FROM link WHERE id = 2 AND anchor = 'a-1'", "1");
}

/* What did not come to pass is said, too. */
static void test_failed(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = audited_state(fixture);
    g_autoptr(Ledger) ledger = ledger_new();
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    g_autoptr(GError) error = NULL;
    (void) decision(decisions, "hold", NULL);
    g_free(decision(decisions, "hold", NULL)->by);
    ((Decision *) g_ptr_array_index(decisions, 1))->by = NULL; /* the table wants one */
    assert_false(state_decide(state, decisions, ledger, &error));
    assert_file(fixture, "{\"act\":\"hold\",\"by\":\"ann\",\"organization\":1234,\"time\":"
                         "\"2025-11-24T16:00:00Z\"}\n"
                         "{\"act\":\"hold\",\"by\":\"ann\",\"failed\":true,\"organization\":1234,"
                         "\"time\":\"2025-11-24T16:00:00Z\"}\n");
    assert_sql(fixture, "SELECT count(*) FROM decision", "0");
}

/* Of a run: that it begins, what it did, with which status it ended. One that only looks is none.
 */
static void test_run(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = audited_state(fixture);
    g_autoptr(Ledger) ledger = ledger_new();
    g_autoptr(GArray) confirmed = g_array_new(FALSE, FALSE, sizeof(ConfirmedChange));
    g_autoptr(GError) error = NULL;
    int64_t run = 0;
    const Outcome outcome = {.kind = OUTCOME_DONE, .status = 200};
    const NextRequest next = {.id = 1, .operation = "post_invitation", .changes = "[1,2,3]"};
    const DoneRequest done = {.id = 1, .outcome = &outcome, .confirmed = confirmed};
    assert_success(state_begin(state, &(NewRun){.command = "sync"}, NOW, &run, &error), error);
    assert_success(state_end_run(state, run, NOW, 0, "nothing", NULL, &error), error);
    const NewRun new_run = {
        .command = "apply", .plan_digest = "sha256:x", .requests = 1, .undoes = 1};
    assert_success(state_begin(state, &new_run, NOW, &run, &error), error);
    assert_success(state_record(state, run, NULL, &next, NULL, NOW, &error), error);
    const Link *link = ledger_add_link(ledger, "main", "a-1");
    const ConfirmedChange changes[] = {
        {.change = 1, .kind = "invite", .person = &link->row, .member = 9},
        {.change = 2, .kind = "add-to-group", .member = 9, .group = 5},
        {.change = 3},
    };
    g_array_append_vals(confirmed, changes, G_N_ELEMENTS(changes));
    assert_success(state_record(state, run, &done, NULL, ledger, NOW, &error), error);
    assert_success(state_record(state, run, &done, NULL, ledger, NOW, &error), error); /* again */
    assert_success(state_leave_run(state, run, NOW, 75, "1 invite", NULL, &error), error);
    assert_file(fixture,
                "{\"act\":\"undo\",\"by\":\"root\",\"organization\":1234,\"plan\":\"sha256:x\","
                "\"requests\":1,\"run\":2,\"time\":\"2025-11-24T16:00:00Z\",\"undoes\":1}\n"
                "{\"act\":\"change\",\"by\":\"root\",\"kind\":\"invite\",\"organization\":1234,"
                "\"person\":1,\"run\":2,\"time\":\"2025-11-24T16:00:00Z\"}\n"
                "{\"act\":\"change\",\"by\":\"root\",\"group\":5,\"kind\":\"add-to-group\","
                "\"member\":9,\"organization\":1234,\"run\":2,\"time\":\"2025-11-24T16:00:00Z\"}\n"
                "{\"act\":\"end\",\"by\":\"root\",\"organization\":1234,\"run\":2,\"status\":75,"
                "\"time\":\"2025-11-24T16:00:00Z\"}\n");
}

static void test_approval(void **data)
{
    const Fixture *fixture = *data;
    g_autoptr(State) state = audited_state(fixture);
    g_autoptr(GError) error = NULL;
    SavedApproval approval = {.changes = g_strdup("sha256:x"),
                              .by = g_strdup("ann"),
                              .record = g_strdup("{}"),
                              .expires = NOW + 1,
                              .rails = g_strdup("removals seats"),
                              .reference = g_strdup("OPS-1")};
    assert_success(state_save_approval(state, &approval, "{}", NOW, &error), error);
    assert_file(fixture,
                "{\"act\":\"approve\",\"by\":\"ann\",\"organization\":1234,\"plan\":"
                "\"sha256:x\",\"rails\":\"removals seats\",\"reference\":\"OPS-1\",\"time\":"
                "\"2025-11-24T16:00:00Z\",\"until\":\"2025-11-24T16:00:01Z\"}\n");
    char *const texts[] = {approval.changes, approval.by, approval.record, approval.rails,
                           approval.reference};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

/* A disk that is full: nothing is committed, and the next line begins on its own. */
static int full_disk(const Fixture *fixture)
{
    g_autofree char *path = audit_path(fixture);
    g_autoptr(Audit) audit = NULL;
    g_autoptr(GError) error = NULL;
    const struct rlimit limit = {.rlim_cur = 100, .rlim_max = RLIM_INFINITY};
    const AuditLine line = {.act = "hold", .at = NOW};
    if (!audit_open(path, "root", ORGANIZATION, &audit, NULL) || !audit_write(audit, &line, NULL) ||
        setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    (void) signal(SIGXFSZ, SIG_IGN);
    if (audit_write(audit, &line, &error))
        return 2;
    return error->code == SYNC_ERROR_OUTPUT ? 0 : 3;
}

static void test_full_disk(void **data)
{
    const Fixture *fixture = *data;
    assert_int_equal(in_child(false, full_disk, fixture), 0);
    g_autoptr(Audit) audit = open_audit(fixture);
    write_line(audit, &(AuditLine){.act = "link", .at = 1});
    g_autofree char *text = text_of(fixture);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    assert_int_equal(g_strv_length(lines), 4); /* whole, cut, whole, nothing */
    assert_true(g_str_has_prefix(lines[0], "{") && g_str_has_suffix(lines[0], "}"));
    assert_false(g_str_has_suffix(lines[1], "}"));
    assert_true(g_str_has_prefix(lines[2], "{\"act\":\"link\""));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_lines),    TEST(test_cut_line),  TEST(test_no_file),
        TEST(test_together), TEST(test_decisions), TEST(test_failed),
        TEST(test_run),      TEST(test_approval),  TEST(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
