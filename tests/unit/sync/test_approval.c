/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "sync/approval.h"

#include <string.h>

#define NOW INT64_C(1764000000)

/* BY lets pass RAIL up to FOUND; RAIL NULL: none. */
static Approval *word(const char *by, const char *rail, int64_t found, int64_t expires)
{
    Approval *approval = approval_new();
    RailKind kind = RAIL_KINDS;
    approval->organization_id = 7;
    approval->changes = g_strdup("sha256:c");
    approval->configuration = g_strdup("sha256:k");
    approval->created = NOW;
    approval->expires = expires;
    approval->by = g_strdup(by);
    if (rail != NULL && rail_parse(rail, &kind))
        g_ptr_array_add(approval->lifts, rail_lift_new(kind, NULL, found));
    return approval;
}

static void test_record(void **state)
{
    (void) state;
    g_autoptr(Approval) approval = word("zoe@example.org", "removals", 6, NOW + 60);
    g_ptr_array_add(approval->lifts, rail_lift_new(RAIL_GROUP_REMOVALS, "group Dév", 3));
    approval->reference = g_strdup("CHG-\"1\"");
    g_autofree char *text = approval_text(approval);
    assert_string_equal(text, "{\n"
                              "  \"by\": \"zoe@example.org\",\n"
                              "  \"changes\": \"sha256:c\",\n"
                              "  \"configuration\": \"sha256:k\",\n"
                              "  \"created\": \"2025-11-24T16:00:00Z\",\n"
                              "  \"expires\": \"2025-11-24T16:01:00Z\",\n"
                              "  \"format\": \"toggl-ldap-sync approval\",\n"
                              "  \"organization\": 7,\n"
                              "  \"rails\": [\n"
                              "    {\n"
                              "      \"found\": 6,\n"
                              "      \"rail\": \"removals\"\n"
                              "    },\n"
                              "    {\n"
                              "      \"found\": 3,\n"
                              "      \"rail\": \"group-removals\",\n"
                              "      \"subject\": \"group Dév\"\n"
                              "    }\n"
                              "  ],\n"
                              "  \"reference\": \"CHG-\\\"1\\\"\",\n"
                              "  \"version\": 1\n"
                              "}\n");
    g_autoptr(Approval) again = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(approval_read(text, strlen(text), &again, &error), error);
    g_autofree char *same = approval_text(again);
    assert_string_equal(same, text);
}

static void test_broken_records(void **state)
{
    (void) state;
    static const struct {
        const char *from;
        const char *to;
        const char *why;
    } edits[] = {
        {"{", "", "it is no JSON: "},
        {"sync approval", "sync plan", "it is no approval of this version of toggl-ldap-sync"},
        {"\"version\": 1", "\"version\": 2", "it is no approval of this version"},
        {"\"organization\": 7", "\"organization\": 0", "field 'organization'"},
        {"\"changes\": \"sha256:c\",", "", "field 'changes'"},
        {"\"by\": \"zoe\"", "\"by\": \"../zoe\"", "'../zoe' cannot be the name of an approver"},
        {"2025-11-24T16:01:00Z", "tomorrow", "field 'expires' is no time"},
        {"\"2025-11-24T16:01:00Z\"", "7", "field 'expires' is an integer instead of a string"},
        {"2025-11-24T16:01:00Z", "0084-11-24T16:01:00Z", "field 'expires' is no time"},
        {"\"removals\"", "\"mapped-group\"", "nobody can approve a rail 'mapped-group'"},
        {"\"removals\"", "\"removal\"", "nobody can approve a rail 'removal'"},
        {"\"found\": 6", "\"found\": \"6\"", "field 'found'"},
        {"\"rails\": [", "\"rails\": {}, \"x\": [", "field 'rails'"},
        {"\"by\": \"zoe\"", "\"by\": \"zoe\", \"by\": \"ann\"", "it is no JSON: "},
    };
    g_autoptr(Approval) approval = word("zoe", "removals", 6, NOW + 60);
    g_autofree char *text = approval_text(approval);
    for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
        g_autoptr(GString) broken = g_string_new(text);
        assert_int_equal(g_string_replace(broken, edits[i].from, edits[i].to, 1), 1);
        Approval *untouched = NULL;
        g_autoptr(GError) error = NULL;
        assert_false(approval_read(broken->str, broken->len, &untouched, &error));
        assert_null(untouched);
        g_autofree char *expected =
            g_strconcat("the approval cannot be used: ", edits[i].why, NULL);
        if (!g_str_has_prefix(error->message, expected))
            fail_msg("'%s' instead of '%s'", error->message, expected);
        assert_non_null(strstr(error->message, "\nhint: ask for it again"));
    }
}

static void test_names(void **state)
{
    (void) state;
    static const char *const good[] = {"zoe", "z", "Zoe.Otto+x@example-1.org", "7"};
    static const char *const bad[] = {"",   "-zoe", ".zoe",  "zo e", "zoe/x", "zoe\n",
                                      "zö", "@zoe", "zoe:x", "$x",   "a\\b"};
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(approval_check_name(good[i], NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_false(approval_check_name(bad[i], NULL));
    g_autofree char *longest = g_strnfill(64, 'a');
    g_autofree char *longer = g_strnfill(65, 'a');
    assert_true(approval_check_name(longest, NULL));
    assert_false(approval_check_name(longer, NULL));
}

typedef struct {
    const char *by;
    const char *rail;
    int64_t found;
    int64_t expires; /* from now */
    const char *key;
} Voice;

typedef struct {
    const char *what;
    int64_t needed;
    Voice voices[3];
    guint people;
    int64_t lifted; /* found up to which removals are lifted; -1: they are not */
    int64_t until;  /* from now; 0: not */
} AgreeCase;

static const AgreeCase agree_cases[] = {
    {"one is enough", 1, {{"ann", "removals", 6, 60, NULL}}, 1, 6, 60},
    {"one of two", 2, {{"ann", "removals", 6, 60, NULL}}, 1, -1, 0},
    {"two of two, by the least that was seen, as long as both last",
     2,
     {{"ann", "removals", 6, 60, NULL}, {"bob", "removals", 5, 90, NULL}},
     2,
     5,
     60},
    {"the same person twice",
     2,
     {{"ann", "removals", 6, 60, NULL}, {"ann", "removals", 6, 90, NULL}},
     1,
     -1,
     0},
    {"one key under two names",
     2,
     {{"ann", "removals", 6, 60, "K"}, {"bob", "removals", 6, 60, "K"}},
     1,
     -1,
     0},
    {"two keys", 2, {{"ann", "removals", 6, 60, "K"}, {"bob", "removals", 6, 60, "L"}}, 2, 6, 60},
    {"one has expired",
     2,
     {{"ann", "removals", 6, 60, NULL}, {"bob", "removals", 6, 0, NULL}},
     1,
     -1,
     0},
    {"of different rails",
     2,
     {{"ann", "removals", 6, 60, NULL}, {"bob", "seats", 6, 60, NULL}},
     2,
     -1,
     60},
    {"for life only", 1, {{"ann", NULL, 0, 60, NULL}}, 1, -1, 60},
    {"three for two: the life that two of them give",
     2,
     {{"ann", "removals", 6, 60, NULL},
      {"bob", "removals", 6, 70, NULL},
      {"eve", "removals", 6, 80, NULL}},
     3,
     6,
     70},
};

static void check_agreement(const AgreeCase *one)
{
    g_autoptr(GPtrArray) approvals = g_ptr_array_new_with_free_func((GDestroyNotify) approval_free);
    for (size_t i = 0; i < G_N_ELEMENTS(one->voices) && one->voices[i].by != NULL; i++) {
        const Voice *voice = &one->voices[i];
        Approval *approval = word(voice->by, voice->rail, voice->found, NOW + voice->expires);
        approval->key = g_strdup(voice->key);
        g_ptr_array_add(approvals, approval);
    }
    g_autoptr(GPtrArray) agreements = approvals_agree(approvals, one->needed, 7, NOW);
    assert_int_equal(agreements->len, 1);
    const Agreement *agreement = g_ptr_array_index(agreements, 0);
    int64_t lifted = -1;
    for (guint i = 0; i < agreement->lifts->len; i++) {
        const RailLift *lift = g_ptr_array_index(agreement->lifts, i);
        if (lift->kind == RAIL_REMOVALS)
            lifted = lift->found;
    }
    int64_t until = agreement->until != 0 ? agreement->until - NOW : 0;
    if (agreement->people != one->people || lifted != one->lifted || until != one->until)
        fail_msg("%s: %u people, lifted up to %" G_GINT64_FORMAT ", until %" G_GINT64_FORMAT,
                 one->what, agreement->people, lifted, until);
}

static void test_what_several_say(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(agree_cases); i++)
        check_agreement(&agree_cases[i]);
}

static void test_plans_are_kept_apart(void **state)
{
    (void) state;
    g_autoptr(GPtrArray) approvals = g_ptr_array_new_with_free_func((GDestroyNotify) approval_free);
    static const char *const texts[] = {"sha256:c", "sha256:d"};
    for (size_t c = 0; c < G_N_ELEMENTS(texts); c++) {
        for (size_t k = 0; k < G_N_ELEMENTS(texts); k++) {
            Approval *approval = word("ann", "removals", 6, NOW + 60);
            g_free(approval->changes);
            g_free(approval->configuration);
            approval->changes = g_strdup(texts[c]);
            approval->configuration = g_strdup(texts[k]);
            g_ptr_array_add(approvals, approval);
        }
    }
    Approval *foreign = word("bob", "removals", 6, NOW + 60);
    foreign->organization_id = 8;
    g_ptr_array_add(approvals, foreign);
    g_autoptr(GPtrArray) agreements = approvals_agree(approvals, 1, 7, NOW);
    assert_int_equal(agreements->len, 4);
    g_autoptr(Plan) plan = plan_new();
    plan->digests.changes = g_strdup("sha256:d");
    plan->digests.configuration = g_strdup("sha256:c");
    const Agreement *found = agreement_about(agreements, plan);
    assert_string_equal(found->changes, "sha256:d");
    assert_string_equal(found->configuration, "sha256:c");
    assert_int_equal(found->people, 1);
    g_free(plan->digests.changes);
    plan->digests.changes = g_strdup("sha256:e");
    assert_null(agreement_about(agreements, plan));
    assert_null(agreement_about(NULL, plan));
}

static void test_rails_by_name(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    g_autoptr(GPtrArray) lifts = g_ptr_array_new_with_free_func((GDestroyNotify) rail_lift_free);
    g_autoptr(GError) error = NULL;
    plan_add_rail(plan, RAIL_REMOVALS, NULL)->verdict = VERDICT_OK;
    g_autofree char *none = approval_options(plan);
    assert_string_equal(none, "");
    assert_false(approval_add_rail(plan, "removals", lifts, &error));
    assert_error(error, "the plan keeps to the rail 'removals': there is nothing to approve\n"
                        "hint: it breaks no rail");
    static const char *const subjects[] = {"group A", "group B"};
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
        Rail *rail = plan_add_rail(plan, RAIL_GROUP_REMOVALS, subjects[i]);
        rail->verdict = VERDICT_HOLD;
        rail->found = (int64_t) i + 3;
    }
    plan_add_rail(plan, RAIL_MAPPED_GROUP, "mapping.[0]")->verdict = VERDICT_HOLD;
    plan_add_rail(plan, RAIL_SEATS, NULL)->verdict = VERDICT_DEFER;
    g_autofree char *options = approval_options(plan);
    assert_string_equal(options, "--exceed group-removals --exceed seats");
    assert_success(approval_add_rail(plan, "group_removals", lifts, &error), error);
    assert_success(approval_add_rail(plan, "group-removals", lifts, &error), error);
    assert_int_equal(lifts->len, 2);
    const RailLift *second = g_ptr_array_index(lifts, 1);
    assert_string_equal(second->subject, "group B");
    assert_int_equal(second->found, 4);
    assert_false(approval_add_rail(plan, "mapped-group", lifts, &error));
    assert_error(error, "the rail 'mapped-group' cannot be approved\nhint: remove its cause");
    assert_false(approval_add_rail(plan, "seat", lifts, &error));
    assert_error(error, "there is no rail 'seat'\nhint: did you mean 'seats'?");
    g_clear_error(&error);
    assert_false(approval_add_rail(plan, "everything", lifts, &error));
    assert_error(error, "there is no rail 'everything'\n"
                        "hint: those that can be approved are max-shrink, configuration, "
                        "lost-ledger, removals, removals-per-day, group-removals, invitations, "
                        "reactivations, canary, seats, new-admins, address-changes, quarantine");
}

/* What two rails keep back passes when both are lifted; a rail that keeps back nothing is a grace
 * that does not begin. */
static void test_a_rail_alone_may_free_nothing(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    plan_withhold(plan->held, 1, RAIL_MAX_SHRINK, NULL);
    plan_withhold(plan->held, 1, RAIL_REMOVALS, NULL);
    plan_withhold(plan->held, 2, RAIL_GROUP_REMOVALS, "group A");
    plan_withhold(plan->held, 2, RAIL_GROUP_REMOVALS, "group B");
    plan_withhold(plan->deferred, 3, RAIL_INVITATIONS, NULL);
    plan_withhold(plan->deferred, 4, RAIL_INVITATIONS, NULL);
    plan_withhold(plan->deferred, 4, RAIL_SEATS, NULL);
    static const struct {
        RailKind kind;
        bool frees;
    } rows[] = {
        {RAIL_MAX_SHRINK, false}, {RAIL_REMOVALS, false}, {RAIL_GROUP_REMOVALS, true},
        {RAIL_INVITATIONS, true}, {RAIL_SEATS, false},    {RAIL_CONFIGURATION, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(approval_frees(plan, rows[i].kind), rows[i].frees);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record),
        cmocka_unit_test(test_broken_records),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_what_several_say),
        cmocka_unit_test(test_plans_are_kept_apart),
        cmocka_unit_test(test_rails_by_name),
        cmocka_unit_test(test_a_rail_alone_may_free_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
