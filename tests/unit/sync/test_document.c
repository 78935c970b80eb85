/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "base/json.h"
#include "sync/batch.h"
#include "sync/document.h"
#include "sync/document_private.h"

#include <string.h>

#define NOW INT64_C(1763920800) /* 2025-11-23T18:00:00Z */
#define REFUSAL "the saved plan cannot be used: %s\nhint: make a new one with plan --out FILE"

static Change *add(Plan *plan, ChangeKind kind, const char *anchor)
{
    Change *change = change_new(kind);
    g_ptr_array_add(plan->changes, change);
    if (anchor != NULL) {
        change->person.source = g_strdup("ad");
        change->person.anchor = g_strdup(anchor);
        change->person.mail = g_strconcat(anchor, "@example.org", NULL);
    }
    change->reason = g_strdup("because");
    return change;
}

static void add_changes(Plan *plan)
{
    Change *join = add(plan, CHANGE_ADD_TO_GROUP, "zoe");
    join->person.user_id.value = 42;
    join->person.name = g_strdup("Zoë \"Z\" Ærø");
    target_ref_set(&join->group, 7, "Developers");
    join->before = (ChangeState){.fields = STATE_MEMBER | STATE_WANTED, .wanted = true};
    join->after = (ChangeState){.fields = STATE_MEMBER, .member = true};
    Change *invite = add(plan, CHANGE_INVITE, "bob");
    invite->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    g_ptr_array_add(invite->workspaces, invitation_workspace_new(50, "Product", ROLE_ADMIN));
    g_ptr_array_add(invite->workspaces, invitation_workspace_new(0, "New space", ROLE_NONE));
    invite->groups = g_ptr_array_new_with_free_func((GDestroyNotify) target_ref_free);
    g_ptr_array_add(invite->groups, target_ref_new(7, "Developers"));
    target_ref_set(&add(plan, CHANGE_CREATE_WORKSPACE, NULL)->workspace, 0, "New space");
    Change *leave = add(plan, CHANGE_DEACTIVATE, "eve");
    leave->person.organization_user_id.value = 1003;
    leave->disabled_person = true;
    leave->phase = change_kind_phase(CHANGE_DEACTIVATE, true);
    leave->before = (ChangeState){.fields = STATE_ACTIVE | STATE_STANDING | STATE_JOINED,
                                  .active = true,
                                  .joined = true,
                                  .standing = "disabled"};
    leave->after = (ChangeState){.fields = STATE_ACTIVE};
    Change *role = add(plan, CHANGE_SET_WORKSPACE_ROLE, "gus");
    role->person.organization_user_id.value = 1004;
    target_ref_set(&role->workspace, 50, "Product");
    role->workspaces = g_ptr_array_new_with_free_func((GDestroyNotify) invitation_workspace_free);
    InvitationWorkspace *row = invitation_workspace_new(50, "Product", ROLE_NONE);
    row->role_id = 77;
    row->inactive = true;
    g_ptr_array_add(role->workspaces, row);
    role->before = (ChangeState){.fields = STATE_ROLE};
    role->after = (ChangeState){.fields = STATE_ROLE | STATE_ADMIN, .role = ROLE_TEAM_LEAD};
    Change *name = add(plan, CHANGE_RENAME_MEMBER, "ivy");
    name->person.organization_user_id.value = 1005;
    name->before = (ChangeState){.fields = STATE_NAME | STATE_MAIL};
    name->after = (ChangeState){.fields = STATE_NAME | STATE_MAIL,
                                .name = g_strdup("Ivy"),
                                .mail = g_strdup("ivy@example.org")};
    Change *gone = add(plan, CHANGE_WITHDRAW_INVITATION, NULL);
    gone->person.invitation_id = 9;
    gone->person.organization_user_id.value = 1006;
    gone->person.mail = g_strdup("joe@example.org");
    g_ptr_array_sort(plan->changes, change_compare);
    for (guint i = 0; i < plan->changes->len; i++)
        ((Change *) g_ptr_array_index(plan->changes, i))->id = i + 1;
}

static void add_surroundings(Plan *plan)
{
    Completeness *completeness = g_new0(Completeness, 1);
    *completeness = (Completeness){.source = g_strdup("ad"),
                                   .complete = true,
                                   .server = g_strdup("ldaps://ldap1.example.org"),
                                   .kind = g_strdup("active-directory"),
                                   .tls = g_strdup("TLS1.3"),
                                   .searches = 2,
                                   .pages = 4,
                                   .dangling = 1,
                                   .people = 1200,
                                   .groups = 40};
    g_ptr_array_add(plan->completeness, completeness);
    Rail *rail = plan_add_rail(plan, RAIL_REMOVALS, NULL);
    rail->limit = 5;
    rail->found = 2;
    Rail *hold = plan_add_rail(plan, RAIL_MAPPED_GROUP, "mapping.[1]");
    hold->verdict = VERDICT_HOLD;
    hold->explanation = g_strdup("no such group");
    g_ptr_array_add(hold->examples, g_strdup("ann"));
    plan_withhold(plan->held, 2, RAIL_REMOVALS, NULL);
    plan_withhold(plan->deferred, plan->changes->len, RAIL_INVITATIONS, "today");
    char mail[] = "max@example.org";
    ChangePerson person = {.mail = mail, .organization_user_id = {1007}};
    for (int kind = 0; kind < NOTICE_KINDS; kind++)
        plan_add_notice(plan, (NoticeKind) kind, &person, "left alone");
    Notice *missing = g_ptr_array_index(plan->notices, NOTICE_MISSING);
    missing->days_left = 3;
    missing->reads_left = 0;
    GroupTotal *total = g_new0(GroupTotal, 1);
    *total =
        (GroupTotal){.group = {.id = 7, .name = g_strdup("Developers")}, .now = 12, .then = 14};
    g_ptr_array_add(plan->groups, total);
    g_ptr_array_add(plan->warnings, g_strdup("two people look alike"));
}

static Plan *sample(void)
{
    Plan *plan = plan_new();
    plan->created = NOW;
    plan->organization_id = 1234567;
    plan->organization_name = g_strdup("Example");
    plan->offline = true;
    plan->digests.configuration = g_strdup("sha256:c");
    plan->digests.directory = g_strdup("sha256:d");
    plan->digests.ledger = g_strdup("sha256:l");
    plan->digests.organization = g_strdup("sha256:o");
    add_changes(plan);
    add_surroundings(plan);
    plan_batch(plan);
    plan->forecast = (Forecast){.reads = 6,
                                .requests = plan->requests->len,
                                .minimum = plan_minimum_requests(plan),
                                .windows = 1,
                                .finish = NOW + 60,
                                .seats_now = 40,
                                .seats_then = 43};
    plan->digests.changes = plan_changes_digest(plan);
    return plan;
}

static void test_what_is_written_is_read(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    g_autofree char *text = plan_document_text(plan);
    g_autoptr(Plan) again = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(plan_document_read(text, strlen(text), &again, &error), error);
    g_autofree char *text_again = plan_document_text(again);
    assert_string_equal(text, text_again);
    assert_int_equal(again->created, NOW);
    assert_true(again->offline);
    assert_int_equal(again->notices->len, NOTICE_KINDS);
    for (guint i = 0; i < plan->requests->len; i++) {
        const Request *x = g_ptr_array_index(plan->requests, i);
        const Request *y = g_ptr_array_index(again->requests, i);
        assert_int_equal(x->phase, y->phase);
    }
    const Notice *missing = g_ptr_array_index(again->notices, NOTICE_MISSING);
    assert_int_equal(missing->days_left, 3);
    assert_int_equal(missing->reads_left, 0);
    const Notice *frozen = g_ptr_array_index(again->notices, NOTICE_FROZEN);
    assert_int_equal(frozen->days_left, -1);
    /* what was read can be batched again */
    plan_batch(again);
    assert_int_equal(again->requests->len, plan->requests->len);
}

/* Others are missed. */
static void test_a_plan_of_0_1_0_excludes_nobody(void **state)
{
    (void) state;
    static const struct {
        const char *without;
        bool good;
    } rows[] = {{"excluded", true}, {"frozen", false}};
    g_autoptr(Plan) plan = sample();
    g_autofree char *text = plan_document_text(plan);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(json_t) document = json_loads(text, 0, NULL);
        g_autoptr(Plan) again = NULL;
        assert_int_equal(json_object_del(document, rows[i].without), 0);
        assert_int_equal(plan_document_decode(document, &again, NULL), rows[i].good);
        if (rows[i].good)
            assert_int_equal(again->notices->len, NOTICE_KINDS - 1);
    }
}

static void test_bytes_are_canonical(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    plan->created = NOW;
    plan->organization_id = 1;
    plan->organization_name = g_strdup("E");
    plan->digests.changes = g_strdup("sha256:0");
    target_ref_set(&add(plan, CHANGE_DELETE_GROUP, NULL)->group, 7, "Old");
    ((Change *) g_ptr_array_index(plan->changes, 0))->id = 1;
    plan_batch(plan);
    g_autofree char *text = plan_document_text(plan);
    static const char head[] = "{\n"
                               "  \"by_hand\": [],\n"
                               "  \"changes\": [\n"
                               "    {\n"
                               "      \"group\": {\n"
                               "        \"id\": 7,\n"
                               "        \"name\": \"Old\"\n"
                               "      },\n"
                               "      \"id\": 1,\n"
                               "      \"kind\": \"delete-group\",\n"
                               "      \"phase\": 8,\n"
                               "      \"reason\": \"because\"\n"
                               "    }\n"
                               "  ],\n"
                               "  \"completeness\": [],\n"
                               "  \"created\": \"2025-11-23T18:00:00Z\",\n"
                               "  \"deferred\": [],\n"
                               "  \"different\": [],\n"
                               "  \"digests\": {\n"
                               "    \"changes\": \"sha256:0\",\n"
                               "    \"document\": \"sha256:";
    static const char tail[] = "  \"requests\": [\n"
                               "    {\n"
                               "      \"after\": [],\n"
                               "      \"body\": null,\n"
                               "      \"changes\": [\n"
                               "        1\n"
                               "      ],\n"
                               "      \"id\": 1,\n"
                               "      \"method\": \"DELETE\",\n"
                               "      \"operation\": \"delete_organization_group\",\n"
                               "      \"path\": \"/organizations/1/groups/7\",\n"
                               "      \"phase\": 8\n"
                               "    }\n"
                               "  ],\n"
                               "  \"summary\": {\n"
                               "    \"delete-group\": 1\n"
                               "  },\n"
                               "  \"unmanaged\": [],\n"
                               "  \"version\": 1,\n"
                               "  \"waiting\": [],\n"
                               "  \"warnings\": []\n"
                               "}\n";
    assert_true(g_str_has_prefix(text, head));
    assert_true(g_str_has_suffix(text, tail));
    g_autoptr(json_t) document = plan_document(plan);
    char *dump = json_dumps(document, JSON_SORT_KEYS | JSON_INDENT(2));
    g_autofree char *dumped = g_strconcat(dump, "\n", NULL);
    free(dump);
    assert_string_equal(text, dumped);
}

/* The digest is that of the text while its own value is empty, as anybody can compute it. */
static void test_document_digest(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    g_autofree char *text = plan_document_text(plan);
    const char *key = "\"document\": \"";
    char *at = strstr(text, key) + strlen(key);
    g_autofree char *written = g_strndup(at, strlen("sha256:") + 64);
    memmove(at, at + strlen(written), strlen(at + strlen(written)) + 1);
    text[strlen(text) - 1] = '\0'; /* the newline at the end is not part of the document */
    g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_autofree char *computed = g_strconcat("sha256:", hex, NULL);
    assert_string_equal(written, computed);
}

/* The digest of the changes is that of their lines in the document, as anybody can compute it. */
static void test_changes_digest(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    g_autoptr(json_t) document = plan_document(plan);
    g_autoptr(GString) lines = g_string_new(NULL);
    size_t i = 0;
    json_t *change = NULL;
    json_array_foreach (json_object_get(document, "changes"), i, change) {
        (void) json_object_del(change, "id");
        (void) json_object_del(change, "reason");
        if (strcmp(json_string_value(json_object_get(change, "kind")), "invite") != 0) {
            (void) json_object_del(change, "workspaces");
            (void) json_object_del(change, "groups");
        }
        char *dump = json_dumps(change, JSON_COMPACT | JSON_SORT_KEYS);
        g_string_append_printf(lines, "%s\n", dump);
        free(dump);
    }
    assert_true(i > 5);
    g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, lines->str, -1);
    g_autofree char *computed = g_strconcat("sha256:", hex, NULL);
    assert_string_equal(plan->digests.changes, computed);
}

static void test_changes_digest_is_blind_to_number_and_words(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    Change *first = g_ptr_array_index(plan->changes, 0);
    first->id = 99;
    g_free(first->reason);
    first->reason = g_strdup("another");
    g_autofree char *same = plan_changes_digest(plan);
    assert_string_equal(same, plan->digests.changes);
    gpointer swapped = plan->changes->pdata[0];
    plan->changes->pdata[0] = plan->changes->pdata[1];
    plan->changes->pdata[1] = swapped;
    g_autofree char *sorted = plan_changes_digest(plan);
    assert_string_equal(sorted, plan->digests.changes);
    first->person.organization_user_id.value++;
    g_autofree char *other = plan_changes_digest(plan);
    assert_string_not_equal(other, plan->digests.changes);
}

static void test_bytes_that_are_no_text_can_be_written(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    Change *first = g_ptr_array_index(plan->changes, 0);
    g_free(first->person.name);
    first->person.name = g_strdup("Zo\xeb");
    g_clear_pointer(&plan->digests.changes, g_free);
    g_autofree char *text = plan_document_text(plan);
    g_autoptr(Plan) again = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(plan_document_read(text, strlen(text), &again, &error), error);
}

static void refuse(const char *text, size_t length, const char *why)
{
    Plan *plan = NULL;
    GError *error = NULL;
    assert_false(plan_document_read(text, length, &plan, &error));
    assert_null(plan);
    assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STALE));
    g_autofree char *message = g_strdup_printf(REFUSAL, why);
    assert_error(error, message);
}

static void test_damage_is_found(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    g_autofree char *text = plan_document_text(plan);
    static const struct {
        const char *from;
        const char *to;
        const char *why;
    } cases[] = {
        {"\"because\"", "\"becausf\"",
         "digests.document does not fit: it was changed after it was written"},
        {"\"toggl-ldap-sync plan\"", "\"toggl-ldap-sync snapshot\"",
         "it is not a plan of toggl-ldap-sync"},
        {"\"version\": 1", "\"version\": 2",
         "its version is 2, and this program writes and reads 1"},
        {"\"version\": 1", "\"version\": \"1\"",
         "field 'version' is a string instead of an integer"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) parts = g_strsplit(text, cases[i].from, 2);
        assert_int_equal(g_strv_length(parts), 2);
        g_autofree char *damaged = g_strjoinv(cases[i].to, parts);
        refuse(damaged, strlen(damaged), cases[i].why);
    }
    refuse("", 0, "it is no JSON: line 1, column 0: unexpected token near end of file");
    refuse("[]", 2, "it is not a plan of toggl-ldap-sync");
}

static void test_every_cut_is_found(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = plan_new();
    plan->organization_id = 1;
    (void) add(plan, CHANGE_LINK, "ann");
    ((Change *) g_ptr_array_index(plan->changes, 0))->id = 1;
    g_autofree char *text = plan_document_text(plan);
    for (size_t length = 0; length + 1 < strlen(text); length++) {
        Plan *none = NULL;
        g_autoptr(GError) error = NULL;
        assert_false(plan_document_read(text, length, &none, &error));
        assert_true(g_error_matches(error, SYNC_ERROR, SYNC_ERROR_STALE));
    }
}

/* Somebody edited the plan and mended the digest: numbers must still mean something. */
static char *forge(const json_t *document)
{
    json_t *digests = json_object_get(document, "digests");
    (void) json_object_set_new(digests, "document", json_string(""));
    char *dump = json_dumps(document, JSON_SORT_KEYS | JSON_INDENT(2));
    g_autofree char *text = g_strdup(dump);
    free(dump);
    g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_autofree char *seal = g_strconcat("\"document\": \"sha256:", hex, "\"", NULL);
    g_auto(GStrv) parts = g_strsplit(text, "\"document\": \"\"", 2);
    return g_strjoinv(seal, parts);
}

typedef struct {
    const char *list; /* key of a list of the document; NULL: the document itself */
    const char *key;
    const char *json; /* the new value; NULL: the field is taken away */
    const char *why;
} Forgery;

static const Forgery forgeries[] = {
    {"changes", "id", "2", "change 2 stands where 1 should"},
    {"changes", "kind", "\"promote\"", "field 'kind' has the unknown value 'promote'"},
    {"changes", "kind", NULL, "field 'kind' is missing"},
    {"changes", "kind", "\"delete-group\"", "change 1 (delete-group) has no 'group'"},
    {"changes", "kind", "\"assign\"", "change 1 (assign) has no 'workspace'"},
    {"changes", "kind", "\"rename-member\"", "change 1 (rename-member) has no 'name'"},
    {"changes", "kind", "\"change-address\"", "change 1 (change-address) has no 'mail'"},
    {"changes", "phase", "-1", "field 'phase' is -1, below 0"},
    {"changes", "phase", "4294967296", "field 'phase' is too large"},
    {"changes", "phase", "3", "digests.changes does not fit its changes"},
    {"changes", "person", "7", "field 'person' is no object"},
    {"changes", "before", "{\"active\": 1}", "field 'active' is neither true nor false"},
    {"changes", "before", "{\"role\": \"king\"}", "field 'role' has the unknown value 'king'"},
    {"changes", "workspaces", "7", "field 'workspaces' is an integer instead of a list"},
    {"requests", "id", "5", "request 5 stands where 1 should"},
    {"requests", "operation", "\"drop\"", "field 'operation' has the unknown value 'drop'"},
    {"requests", "method", "\"GET\"", "request 1 has another method than its operation"},
    {"requests", "path", "\"/organizations/7654321/users/1003\"",
     "request 1 is about another organization"},
    {"requests", "path", "\"/organizations/1234567/users/x\"",
     "a request has a path that does not fit its operation"},
    {"requests", "body", "{}", "a request has a body that does not fit its operation"},
    {"requests", "changes", "[0]",
     "field 'changes' of a request names what does not stand before it"},
    {"requests", "changes", "[8]",
     "field 'changes' of a request names what does not stand before it"},
    {"requests", "changes", "[]", "request 1 carries out no change"},
    {"requests", "after", "[1]", "field 'after' of a request names what does not stand before it"},
    {"held", "change", "0", "a rail withholds change 0, which is not there"},
    {"held", "rail", "\"gate\"", "field 'rail' has the unknown value 'gate'"},
    {"deferred", "change", "8", "a rail withholds change 8, which is not there"},
    {"rails", "verdict", "\"maybe\"", "field 'verdict' has the unknown value 'maybe'"},
    {"frozen", "person", NULL, "field 'person' is no object"},
    {"completeness", "complete", "\"yes\"", "field 'complete' is neither true nor false"},
    {"completeness", "records", "4294967296", "field 'records' is too large"},
    {"groups", "name", NULL, "field 'name' is missing"},
    {NULL, "created", "\"yesterday\"", "field 'created' is no time"},
    {NULL, "undoes", "-4", "field 'undoes' is -4, below 1"},
    {NULL, "changes", "{}", "field 'changes' is an object instead of a list"},
    {NULL, "waiting", NULL, "field 'waiting' is missing"},
    {"rails", "examples", "[\"zoe@example.org\", 7]", "an example is no string"},
    {"rails", "examples", "\"zoe@example.org\"", "field 'examples' is a string instead of a list"},
    {NULL, "warnings", "[7]", "a warning is no string"},
    {NULL, "forecast", NULL, "field 'forecast' is no object"},
    {NULL, "organization", NULL, "field 'organization' is no object"},
};

/* What stands in another document is read as it stands, without a look at digests. */
static void test_a_plan_inside_of_another_document(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    g_autoptr(json_t) document = plan_document(plan);
    g_autoptr(Plan) again = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(plan_document_decode(document, &again, &error), error);
    g_autofree char *text = plan_document_text(plan);
    g_autofree char *same = plan_document_text(again);
    assert_string_equal(same, text);
    assert_int_equal(json_object_del(document, "changes"), 0);
    Plan *untouched = NULL;
    assert_false(plan_document_decode(document, &untouched, &error));
    assert_null(untouched);
    assert_error(error, "field 'changes' is missing");
    /* a role goes with the list that a PUT must repeat */
    g_autoptr(Plan) bare = plan_new();
    target_ref_set(&add(bare, CHANGE_SET_WORKSPACE_ROLE, "gus")->workspace, 50, "Product");
    ((Change *) g_ptr_array_index(bare->changes, 0))->id = 1;
    g_autoptr(json_t) without = plan_document(bare);
    assert_false(plan_document_decode(without, &untouched, &error));
    assert_non_null(strstr(error->message, "change 1 (set-workspace-role) has no 'workspaces'"));
}

static void test_forgeries_are_found(void **state)
{
    (void) state;
    g_autoptr(Plan) plan = sample();
    for (size_t i = 0; i < G_N_ELEMENTS(forgeries); i++) {
        const Forgery *forgery = &forgeries[i];
        g_autoptr(json_t) document = plan_document(plan);
        json_t *object = forgery->list == NULL
                             ? document
                             : json_array_get(json_object_get(document, forgery->list), 0);
        json_t *value =
            forgery->json != NULL ? json_loads(forgery->json, JSON_DECODE_ANY, NULL) : NULL;
        if (value != NULL)
            assert_int_equal(json_object_set_new(object, forgery->key, value), 0);
        else
            assert_int_equal(json_object_del(object, forgery->key), 0);
        g_autofree char *text = forge(document);
        refuse(text, strlen(text), forgery->why);
    }
}

static void test_a_hundred_thousand_links(void **state)
{
    (void) state;
    enum { LINKS = 100000 };
    g_autoptr(Plan) plan = plan_new();
    plan->organization_id = 1;
    for (unsigned i = 0; i < LINKS; i++) {
        g_autofree char *anchor = g_strdup_printf("%08x-0000-4000-8000-000000000000", i);
        Change *change = add(plan, CHANGE_LINK, anchor);
        change->id = i + 1;
        change->person.user_id.value = i + 1;
        change->person.organization_user_id.value = i + 1;
    }
    int64_t begin = g_get_monotonic_time();
    plan_batch(plan);
    plan->digests.changes = plan_changes_digest(plan);
    int64_t digested = g_get_monotonic_time();
    g_autofree char *text = plan_document_text(plan);
    int64_t written = g_get_monotonic_time();
    g_autoptr(Plan) again = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(plan_document_read(text, strlen(text), &again, &error), error);
    assert_int_equal(again->changes->len, LINKS);
    print_message("digest %d ms, text %d ms, read %d ms\n", (int) ((digested - begin) / 1000),
                  (int) ((written - digested) / 1000),
                  (int) ((g_get_monotonic_time() - written) / 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_a_plan_of_0_1_0_excludes_nobody),
        cmocka_unit_test(test_bytes_are_canonical),
        cmocka_unit_test(test_document_digest),
        cmocka_unit_test(test_changes_digest),
        cmocka_unit_test(test_changes_digest_is_blind_to_number_and_words),
        cmocka_unit_test(test_bytes_that_are_no_text_can_be_written),
        cmocka_unit_test(test_damage_is_found),
        cmocka_unit_test(test_every_cut_is_found),
        cmocka_unit_test(test_a_plan_inside_of_another_document),
        cmocka_unit_test(test_forgeries_are_found),
        cmocka_unit_test(test_a_hundred_thousand_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
