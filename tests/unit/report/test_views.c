/* SPDX-License-Identifier: Apache-2.0 */

/* What is not a plan: the run that carried one out, and who has access to what. */

#include "testing.h"

#include "base/json.h"
#include "plans.h"
#include "report/access_view.h"
#include "report/report.h"
#include "report/run_view.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static void check(const char *name, const char *ending, const char *text)
{
    g_autofree char *path = g_strdup_printf("golden/%s.%s", name, ending);
    g_autoptr(GError) error = NULL;
    if (g_getenv("UPDATE_GOLDEN") != NULL) {
        assert_success(g_file_set_contents(path, text, -1, &error), error);
        return;
    }
    g_autofree char *golden = NULL;
    assert_success(g_file_get_contents(path, &golden, NULL, &error), error);
    assert_string_equal(text, golden);
}

/* Every format but HTML, of which only the body is what the view says. */
static void check_golden(const char *name, const View *view, const json_t *document)
{
    static const struct {
        ReportFormat format;
        const char *ending;
    } formats[] = {{REPORT_TEXT, "txt"}, {REPORT_MARKDOWN, "md"}, {REPORT_CSV, "csv"}};
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *text = report_view_text_of(view, formats[i].format, &(ReportOptions){0});
        check(name, formats[i].ending, text);
    }
    g_autofree char *page = report_view_text_of(view, REPORT_HTML, &(ReportOptions){0});
    const char *body = strstr(page, "<body>");
    g_autofree char *without_script = g_strndup(body, (size_t) (strstr(body, "<script>") - body));
    check(name, "html", without_script);
    g_autofree char *json = json_text(document, JSON_INDENT(2) | JSON_SORT_KEYS);
    check(name, "json", json);
}

/* ---- a run ---- */

static Request *add_request(Plan *plan, Operation operation, unsigned first, unsigned count)
{
    Request *request = request_new(operation);
    request->id = plan->requests->len + 1;
    for (unsigned i = 0; i < count; i++) {
        unsigned change = first + i;
        g_array_append_val(request->changes, change);
    }
    g_ptr_array_add(plan->requests, request);
    return request;
}

/* Something of everything: done, refused, in part, unknown, settled, not sent, held, later. */
static Plan *plan_of_run(void)
{
    Plan *plan = plan_empty();
    plan_change(plan, CHANGE_LINK, "zoe@example.org", "same address");
    static const char *const mails[] = {"done",    "refused", "part1",  "part2", "unknown",
                                        "settled", "seen",    "unsent", "held",  "later"};
    for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
        g_autofree char *mail = g_strconcat(mails[i], "@example.org", NULL);
        plan_invitation(plan, mail);
    }
    (void) add_request(plan, OPERATION_POST_INVITATION, 2, 1);
    (void) add_request(plan, OPERATION_POST_INVITATION, 3, 1);
    (void) add_request(plan, OPERATION_POST_INVITATION, 4, 2);
    (void) add_request(plan, OPERATION_POST_INVITATION, 6, 1);
    (void) add_request(plan, OPERATION_POST_INVITATION, 7, 1);
    (void) add_request(plan, OPERATION_POST_INVITATION, 8, 1);
    (void) add_request(plan, OPERATION_POST_INVITATION, 9, 1);
    plan_withhold(plan->held, 10, RAIL_QUARANTINE, NULL);
    plan_withhold(plan->deferred, 11, RAIL_INVITATIONS, NULL);
    plan->forecast.requests = 7;
    return plan;
}

static const RequestOutcome outcomes[] = {
    {.request = 1, .kind = OUTCOME_DONE, .status = 200},
    {.request = 2, .kind = OUTCOME_REFUSED, .status = 400, .message = "no such place"},
    {.request = 3,
     .kind = OUTCOME_PARTIAL,
     .status = 200,
     .failures = "[{\"mail\":\"part2@example.org\",\"message\":\"not this one\"}]"},
    {.request = 4, .kind = OUTCOME_UNKNOWN},
    {.request = 5, .kind = OUTCOME_UNKNOWN, .settled = true},
    {.request = 6, .kind = OUTCOME_UNKNOWN, .settled = true},
    {.request = 99, .kind = OUTCOME_DONE}, /* of a plan that this is not */
};

static void test_run(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_of_run();
    g_autoptr(GArray) confirmed = g_array_new(false, false, sizeof(unsigned));
    static const unsigned seen[] = {2, 8};
    g_array_append_vals(confirmed, seen, G_N_ELEMENTS(seen));
    PastRun run = {.id = 12,
                   .command = "sync",
                   .started = NOON,
                   .ended = NOON + 60,
                   .status = 1,
                   .summary = "2 invite",
                   .plan = plan,
                   .outcomes = outcomes,
                   .count = G_N_ELEMENTS(outcomes),
                   .confirmed = confirmed};
    g_autoptr(View) view = run_view(&run);
    g_autoptr(json_t) document = run_document(&run);
    check_golden("run", view, document);
    run.ended = 0;
    run.status = -1;
    g_autoptr(View) open = run_view(&run);
    assert_string_equal(g_ptr_array_index(open->notes, 0),
                        "The run has not ended: the next sync settles what is open.");
    run.ended = NOON;
    run.status = 99;
    g_autoptr(View) odd = run_view(&run);
    assert_non_null(strstr(g_ptr_array_index(odd->notes, 0), "not a status of this program"));
}

static void test_runs(void **state)
{
    (void) state;
    static const PastRun runs[] = {
        {.id = 3, .command = "sync", .started = NOON, .status = -1},
        {.id = 2,
         .command = "apply",
         .started = NOON - 100,
         .ended = NOON - 90,
         .status = 3,
         .summary = "1 invite"},
        {.id = 1,
         .command = "sync",
         .started = NOON - 200,
         .ended = NOON - 190,
         .summary = "nothing"},
    };
    g_autoptr(View) view = runs_view(runs, G_N_ELEMENTS(runs));
    g_autoptr(json_t) document = runs_document(runs, G_N_ELEMENTS(runs));
    check_golden("runs", view, document);
    g_autoptr(View) none = runs_view(runs, 0);
    g_autofree char *text = report_view_text_of(none, REPORT_TEXT, &(ReportOptions){0});
    assert_non_null(strstr(text, "There was no run yet."));
}

/* ---- access ---- */

static Access *add_access(GPtrArray *rows, const char *mail, IntervalKind kind, const char *where)
{
    Access *access = g_new0(Access, 1);
    access->mail = g_strdup(mail);
    access->kind = kind;
    access->where = g_strdup(where);
    access->since = NOON - 1000;
    g_ptr_array_add(rows, access);
    return access;
}

static GPtrArray *some_access(void)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify) access_free);
    Access *access = add_access(rows, "ann@example.org", INTERVAL_MEMBER, NULL);
    access->by = ACCESS_ADOPTED;
    access->name = g_strdup("Ann Archer");
    access = add_access(rows, "ann@example.org", INTERVAL_GROUP, "Developers");
    access->by = ACCESS_GIVEN;
    access->since = NOON - 500;
    access->why = g_strdup("member of cn=dev,dc=example");
    access = add_access(rows, "bob@example.org", INTERVAL_WORKSPACE, "Product");
    access->role = ROLE_ADMIN;
    access = add_access(rows, "bob@example.org", INTERVAL_ORGANIZATION_ROLE, NULL);
    access->role = ROLE_ADMIN;
    access->by = ACCESS_OURS;
    access->since = 0;
    return rows;
}

static void test_access(void **state)
{
    (void) state;
    g_autoptr(GPtrArray) rows = some_access();
    g_autoptr(View) view =
        access_view(rows, "Example", &(AccessTimes){.made = NOON, .first = NOON - 1000});
    g_autoptr(json_t) document = view_document(view, "toggl-ldap-sync access review");
    check_golden("access", view, document);
}

/* Between two reads nobody looked, and the page says so. */
static void test_gaps(void **state)
{
    (void) state;
    static const struct {
        AccessTimes times;
        const char *note;
    } cases[] = {
        {{.made = NOON}, "Since when is not known: no run has read both sides yet."},
        {{.at = NOON, .made = NOON, .first = 1, .before = NOON - 3600},
         "Last looked at 2026-11-24T11:00:00Z, and not since: what changed after that is not known "
         "here."},
        {{.at = NOON, .made = NOON, .first = 1, .before = NOON - 3600, .after = NOON + 3600},
         "Looked at 2026-11-24T11:00:00Z and next at 2026-11-24T13:00:00Z: what came and went "
         "between the two was not seen, and what changed may have changed at any moment between "
         "them."},
        {{.at = NOON, .made = NOON, .first = 1, .before = NOON, .after = NOON + 3600},
         "Looked at exactly that moment, and next at 2026-11-24T13:00:00Z."},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) rows = some_access();
        g_autoptr(View) view = access_view(rows, "Example", &cases[i].times);
        assert_int_equal(view->notes->len, 1);
        assert_string_equal(g_ptr_array_index(view->notes, 0), cases[i].note);
    }
}

int main(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return EXIT_FAILURE;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
