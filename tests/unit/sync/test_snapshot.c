/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "sync/digest.h"
#include "sync/snapshot.h"

#include <string.h>

#define NOW INT64_C(1764000000)

/* ---- what goes in comes out ---- */

static int64_t some(GRand *chance, int32_t most)
{
    return g_rand_boolean(chance) ? 0 : g_rand_int_range(chance, 1, most);
}

static char *word(GRand *chance)
{
    static const char *const words[] = {"a", "Zoë", "\"quoted\"", "back\\slash", "日本", "x y"};
    return g_strdup_printf("%s-%d", words[g_rand_int_range(chance, 0, G_N_ELEMENTS(words))],
                           g_rand_int_range(chance, 0, 1000));
}

static char *maybe_word(GRand *chance)
{
    return g_rand_boolean(chance) ? NULL : word(chance);
}

static void fill_member(GRand *chance, Member *member)
{
    static const char *const mails[] = {"zoe@example.org", "Ann.Archer@EXAMPLE.org", "no address"};
    member_set_mail(member, mails[g_rand_int_range(chance, 0, G_N_ELEMENTS(mails))]);
    member->user_id.value = some(chance, 1 << 30);
    g_free(member->name);
    member->name = g_rand_boolean(chance) ? g_strdup("") : word(chance);
    member->joined = g_rand_boolean(chance);
    member->inactive = g_rand_boolean(chance);
    member->admin = g_rand_boolean(chance);
    member->owner = g_rand_boolean(chance);
    member->can_edit_email = g_rand_boolean(chance);
    member->role_id = some(chance, 100);
    member->invitation_id = some(chance, 100);
    member->invited_at = some(chance, 1 << 30);
    for (int i = g_rand_int_range(chance, 0, 4); i > 0; i--)
        (void) id_array_add(member->groups, 500 + i);
    for (int i = g_rand_int_range(chance, 0, 4); i > 0; i--) {
        Assignment assignment = {.workspace_id = 300 - i,
                                 .id = {some(chance, 1 << 30)},
                                 .role = (Role) g_rand_int_range(chance, ROLE_NONE, ROLE_ADMIN + 1),
                                 .role_id = some(chance, 100),
                                 .inactive = g_rand_boolean(chance),
                                 .indirect = g_rand_boolean(chance)};
        g_array_append_val(member->assignments, assignment);
    }
}

static void fill_link(GRand *chance, Ledger *ledger, int number)
{
    g_autofree char *anchor = g_strdup_printf("anchor-%d", number);
    Link *link = ledger_add_link(ledger, "main", anchor);
    ledger_set_member(ledger, link, (OrganizationUserId){some(chance, 1000)},
                      (UserId){some(chance, 1000)});
    link->origin = (LinkOrigin) g_rand_int_range(chance, 0, LINK_BY_HAND + 1);
    link->anchor_kind = maybe_word(chance);
    link->mail_key = maybe_word(chance);
    link->dn = maybe_word(chance);
    link->hold_reason = maybe_word(chance);
    if (link->mail_key != NULL)
        (void) ledger_remember(link->mail_keys, link->mail_key);
    if (link->dn != NULL)
        (void) ledger_remember(link->dn_keys, link->dn);
    for (int i = g_rand_int_range(chance, 0, 3); i > 0; i--) {
        g_autofree char *seen = word(chance);
        (void) ledger_remember(g_rand_boolean(chance) ? link->mail_keys : link->uids, seen);
    }
    int64_t *numbers[] = {&link->first_seen,     &link->invited_at,     &link->resends,
                          &link->missing_since,  &link->reads_missed,   &link->unwanted_since,
                          &link->reads_unwanted, &link->deactivated_at, &link->removed_at,
                          &link->hold_until,     &link->released_at};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        *numbers[i] = some(chance, 1 << 30);
    link->left = g_rand_boolean(chance);
    link->row.removed = g_rand_int_range(chance, 0, 5) == 0;
}

static void fill_ledger(GRand *chance, Ledger *ledger)
{
    ledger->known = true;
    ledger->last_run = some(chance, 1 << 30);
    ledger->accepted_configuration = maybe_word(chance);
    for (int i = g_rand_int_range(chance, 0, 5); i > 0; i--)
        fill_link(chance, ledger, i);
    for (int i = g_rand_int_range(chance, 0, 5); i > 0; i--) {
        Grant *grant = ledger_add_grant(
            ledger, (GrantKind) g_rand_int_range(chance, 0, GRANT_GROUP_WORKSPACE + 1),
            (OrganizationUserId){some(chance, 1000)}, 500 + i, some(chance, 10));
        grant->user_id.value = some(chance, 1000);
        grant->role = (Role) g_rand_int_range(chance, ROLE_NONE, ROLE_ADMIN + 1);
        grant->role_before = (Role) g_rand_int_range(chance, ROLE_NONE, ROLE_ADMIN + 1);
        grant->origin = (GrantOrigin) g_rand_int_range(chance, 0, 2);
        grant->since = some(chance, 1 << 30);
    }
    for (int i = g_rand_int_range(chance, 0, 4); i > 0; i--) {
        g_autofree char *name = g_strdup_printf("name %d", i);
        Binding *binding =
            ledger_add_binding(ledger, (BindingKind) g_rand_int_range(chance, 0, 2), name, 500 + i);
        binding->created_by_us = g_rand_boolean(chance);
        binding->source = maybe_word(chance);
        binding->group_anchor = maybe_word(chance);
    }
    if (g_rand_boolean(chance))
        (void) ledger_add_protection(ledger, (UserId){some(chance, 100)}, NULL, "somebody pays");
}

static Organization *random_organization(GRand *chance)
{
    Organization *organization = organization_new(7);
    g_free(organization->name);
    organization->name = word(chance);
    organization->owner.value = some(chance, 1000);
    organization->self.value = some(chance, 1000);
    organization->self_is_admin = g_rand_boolean(chance);
    organization->seats = some(chance, 1000);
    organization->workspaces_complete = g_rand_boolean(chance);
    organization->groups_read = g_rand_boolean(chance);
    for (int i = g_rand_int_range(chance, 0, 6); i > 0; i--)
        fill_member(chance, organization_add_member(organization, (OrganizationUserId){200 + i}));
    for (int i = g_rand_int_range(chance, 0, 4); i > 0; i--) {
        g_autofree char *name = word(chance);
        OrganizationGroup *group = organization_add_group(organization, 500 + i, name);
        for (int w = g_rand_int_range(chance, 0, 3); w > 0; w--)
            (void) id_array_add(group->workspaces, 300 - w);
    }
    (void) organization_add_workspace(organization, 299, "");
    int64_t twice = 0;
    assert_true(organization_index(organization, &twice));
    return organization;
}

static void test_round_trip(void **state)
{
    (void) state;
    for (guint32 seed = 1; seed <= 2000; seed++) {
        GRand *chance = g_rand_new_with_seed(seed);
        g_autoptr(Organization) organization = random_organization(chance);
        g_autoptr(Ledger) ledger = ledger_new();
        if (g_rand_int_range(chance, 0, 10) > 0)
            fill_ledger(chance, ledger);
        g_rand_free(chance);
        g_autofree char *text = snapshot_text(organization, ledger, NOW);
        g_autoptr(Organization) organization_again = NULL;
        g_autoptr(Ledger) ledger_again = NULL;
        g_autoptr(GError) error = NULL;
        assert_success(snapshot_read(text, strlen(text), "snapshot", &organization_again,
                                     &ledger_again, &error),
                       error);
        g_autofree char *text_again = snapshot_text(organization_again, ledger_again, NOW);
        assert_string_equal(text_again, text);
        g_autofree char *digest = digest_organization(organization);
        g_autofree char *digest_again = digest_organization(organization_again);
        assert_string_equal(digest_again, digest);
        g_autofree char *ledger_digest = digest_ledger(ledger);
        g_autofree char *ledger_digest_again = digest_ledger(ledger_again);
        assert_string_equal(ledger_digest_again, ledger_digest);
        assert_int_equal(ledger_again->known, ledger->known);
    }
}

static void test_without_a_ledger(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(7);
    g_autofree char *text = snapshot_text(organization, NULL, NOW);
    assert_null(strstr(text, "\"ledger\""));
    g_autoptr(Organization) again = NULL;
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(snapshot_read(text, strlen(text), "snapshot", &again, &ledger, &error), error);
    assert_false(ledger->known);
}

/* What one member was given at one time stands in one row. */
static void test_grants_stand_together(void **state)
{
    (void) state;
    static const struct {
        int64_t member;
        GrantKind kind;
        int64_t target;
        int64_t since;
        bool removed;
    } grants[] = {
        {4, GRANT_GROUP, 10, 5, false},     {3, GRANT_GROUP, 12, 5, false},
        {3, GRANT_GROUP, 10, 5, false},     {3, GRANT_WORKSPACE, 10, 5, false},
        {3, GRANT_GROUP, 11, 5, true},      {3, GRANT_GROUP, 13, 6, false},
        {4, GRANT_WORKSPACE, 10, 5, false},
    };
    g_autoptr(Organization) organization = organization_new(7);
    g_autoptr(Ledger) ledger = ledger_new();
    ledger->known = true;
    for (size_t i = 0; i < G_N_ELEMENTS(grants); i++) {
        Grant *grant = ledger_add_grant(
            ledger, grants[i].kind, (OrganizationUserId){grants[i].member}, grants[i].target, 0);
        grant->since = grants[i].since;
        if (grants[i].removed)
            ledger_remove_grant(ledger, grant);
    }
    ledger_sort_grants(ledger);
    g_autofree char *text = snapshot_text(organization, ledger, NOW);
    assert_non_null(strstr(text, "\"grants\": [\n[null,3,[10,12],null,null,5],\n"
                                 "[null,3,[13],null,null,6],\n[1,3,[10],null,null,5],\n"
                                 "[null,4,[10],null,null,5],\n[1,4,[10],null,null,5]],\n"));
}

/* ---- what somebody else wrote ---- */

#define HEAD                                                                                       \
    "{\"format\": \"toggl-ldap-sync snapshot\", \"version\": 2, "                                  \
    "\"organization\": {\"id\": 7, \"name\": \"Example\"}"

static void test_another_layout(void **state)
{
    (void) state;
    static const char text[] =
        HEAD ", \"news\": {}, \"columns\": {\"members\": [\"shoe\", \"mail\", \"name\", \"id\"], "
             "\"later\": [\"id\"]}, \"members\": [[44, \"zoe@example.org\", null, 3]], "
             "\"later\": [[1]]}";
    g_autoptr(Organization) organization = NULL;
    g_autoptr(Ledger) ledger = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(snapshot_read(text, strlen(text), "old", &organization, &ledger, &error), error);
    const Member *member = organization_member(organization, (OrganizationUserId){3});
    assert_string_equal(member->mail, "zoe@example.org");
    assert_string_equal(member->name, "");
    assert_int_equal(member->user_id.value, 0);
}

/* The one grant that has no target is that of a role in the organization. */
static void test_organization_role(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(7);
    g_autoptr(Ledger) ledger = ledger_new();
    ledger->known = true;
    (void) ledger_add_grant(ledger, GRANT_ORGANIZATION_ROLE, (OrganizationUserId){3}, 0, 0);
    g_autofree char *text = snapshot_text(organization, ledger, NOW);
    g_autoptr(Organization) organization_again = NULL;
    g_autoptr(Ledger) again = NULL;
    g_autoptr(GError) error = NULL;
    assert_success(
        snapshot_read(text, strlen(text), "snapshot", &organization_again, &again, &error), error);
    assert_int_equal(again->grants->len, 1);
}

#define COLUMNS(names) HEAD ", \"columns\": {\"members\": [" names "]}"
#define MEMBERS(rows)                                                                              \
    COLUMNS("\"id\", \"mail\", \"joined\", \"groups\"") ", \"members\": [" rows "]}"
#define ASSIGNMENTS(rows)                                                                          \
    HEAD ", \"columns\": {\"members\": [\"id\", \"workspaces\", \"user_id\"]}, "                   \
         "\"members\": [[1, " rows "]]}"
#define LINK(row)                                                                                  \
    HEAD ", \"columns\": {\"links\": [\"source\", \"anchor\", \"uids\", \"mail_keys\"]}, "         \
         "\"links\": [[\"main\", \"a\", " row "]]}"
#define GRANT(row)                                                                                 \
    HEAD ", \"columns\": {\"grants\": [\"targets\", \"role\", \"kind\"]}, \"grants\": [" row "]}"
#define ABOUT(organization)                                                                        \
    "{\"format\": \"toggl-ldap-sync snapshot\", \"version\": 2, \"organization\": " organization "}"
#define IN_IT "reading the snapshot: "
#define NOT_ASSIGNMENTS                                                                            \
    IN_IT "f.json: members, row 1: the column 'workspaces' is no list of assignments"

static const struct {
    const char *text;
    const char *problem;
} problems[] = {
    {"{}", "f.json is no snapshot of an organization\nhint: make one with 'toggl-ldap-sync "
           "snapshot --organization FILE'"},
    {"{\"format\": \"toggl-ldap-sync plan\"}",
     "f.json is no snapshot of an organization\nhint: make one with 'toggl-ldap-sync snapshot "
     "--organization FILE'"},
    {"{\"format\": \"toggl-ldap-sync snapshot\", \"version\": 9}",
     IN_IT "the snapshot has version 9, and this program reads version 2"},
    {"{\"format\": \"toggl-ldap-sync snapshot\", \"version\": \"2\"}",
     IN_IT "the snapshot has a version that is no number, and this program reads version 2"},
    {"{\"format\": \"toggl-ldap-sync snapshot\", \"organization\": {\"id\": 7, \"name\": "
     "\"E\"}}",
     "f.json does not say which version it has, and this program reads version 2"},
    {HEAD ", \"members\": [[1]]}",
     IN_IT "f.json: members, row 1: 'columns' does not say what it is"},
    {COLUMNS("\"mail\"") "}", IN_IT "f.json: members: the column 'id' is missing"},
    {MEMBERS("{}"), IN_IT "f.json: members, row 1: the column 'id' is not in a list"},
    {MEMBERS("[null, \"a@b.org\"]"), IN_IT "f.json: members, row 1: the column 'id' is empty"},
    {MEMBERS("[\"1\"]"), IN_IT "f.json: members, row 1: the column 'id' is no id"},
    {MEMBERS("[-1]"), IN_IT "f.json: members, row 1: the column 'id' is no id"},
    {MEMBERS("[2], [0]"), IN_IT "f.json: members, row 2: the column 'id' is no id"},
    {MEMBERS("[1, 2]"), IN_IT "f.json: members, row 1: the column 'mail' is no text"},
    {MEMBERS("[1, \"a@b.org\", 1]"),
     IN_IT "f.json: members, row 1: the column 'joined' is neither true nor false"},
    {MEMBERS("[1, \"a@b.org\", true, 5]"),
     IN_IT "f.json: members, row 1: the column 'groups' is no list of ids"},
    {MEMBERS("[1, \"a@b.org\", true, [5, \"6\"]]"),
     IN_IT "f.json: members, row 1: the column 'groups' is no list of ids"},
    {MEMBERS("[1, \"a@b.org\", true, [5, 0]]"),
     IN_IT "f.json: members, row 1: the column 'groups' is no list of ids"},
    {ASSIGNMENTS("[], 0"), IN_IT "f.json: members, row 1: the column 'user_id' is no id"},
    {ASSIGNMENTS("5"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[5]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[null, 6]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[0, 6]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[5, 0]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[5, \"6\"]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[5, 6, \"king\"]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[5, 6, null, 0]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[5, 6, null, 7, true]]"), NOT_ASSIGNMENTS},
    {ASSIGNMENTS("[[5, 6, null, 7, 1, 1, 1]]"), NOT_ASSIGNMENTS},
    {LINK("[1]"), IN_IT "f.json: links, row 1: the column 'uids' is no list of texts"},
    {LINK("\"zoe\""), IN_IT "f.json: links, row 1: the column 'uids' is no list of texts"},
    {LINK("null, [[]]"), IN_IT "f.json: links, row 1: the column 'mail_keys' is no list of texts"},
    {GRANT("[[1], \"king\"]"), IN_IT "f.json: grants, row 1: the column 'role' is no role"},
    {GRANT("[[1], 1]"), IN_IT "f.json: grants, row 1: the column 'role' is no role"},
    {GRANT("[null]"), IN_IT "f.json: grants, row 1: the column 'targets' is empty"},
    {GRANT("[1]"), IN_IT "f.json: grants, row 1: the column 'targets' is no list of numbers"},
    {GRANT("[[1, 0], null, 1]"),
     IN_IT "f.json: grants, row 1: the column 'targets' is no list of ids"},
    {GRANT("[[1], null, 4]"),
     IN_IT "f.json: grants, row 1: the column 'kind' is no number that means something"},
    {MEMBERS("[1], [1]"), "f.json: the id 1 occurs twice"},
    {ABOUT("{\"id\": 1}"), IN_IT "organization: field 'name' is missing"},
    {ABOUT("{\"name\": \"E\"}"), IN_IT "organization: field 'id' is missing"},
    {ABOUT("{\"id\": 0, \"name\": \"E\"}"), IN_IT "organization: field 'id' is 0, below 1"},
    {ABOUT("{\"id\": 1, \"name\": \"E\", \"owner_user_id\": 0}"),
     IN_IT "organization: field 'owner_user_id' is 0, below 1"},
    {ABOUT("{\"id\": 1, \"name\": \"E\", \"self_user_id\": \"2\"}"),
     IN_IT "organization: field 'self_user_id' is a string instead of an integer"},
    {ABOUT("{\"id\": 1, \"name\": \"E\", \"seats\": -1}"),
     IN_IT "organization: field 'seats' is -1, below 0"},
    {HEAD, IN_IT "f.json: byte 97: ',' expected"},
};

static void test_problems(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(problems); i++) {
        g_autoptr(Organization) organization = NULL;
        g_autoptr(Ledger) ledger = NULL;
        GError *error = NULL;
        assert_false(snapshot_read(problems[i].text, strlen(problems[i].text), "f.json",
                                   &organization, &ledger, &error));
        assert_null(organization);
        assert_null(ledger);
        assert_int_equal(error->code, SYNC_ERROR_INCOMPLETE);
        assert_error(error, problems[i].problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_without_a_ledger),
        cmocka_unit_test(test_grants_stand_together),
        cmocka_unit_test(test_another_layout),
        cmocka_unit_test(test_organization_role),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
