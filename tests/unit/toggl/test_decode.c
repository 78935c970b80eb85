/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "base/json.h"
#include "toggl/decode.h"

#include <string.h>

#define MEMBER "\"id\":4,\"email\":\"a@b.c\",\"joined\":true,\"inactive\":false"
#define WORKSPACE(rest) "{" MEMBER ",\"workspaces\":[{\"workspace_id\":5" rest "}]}"

static bool decode(const char *text, Organization *organization, GError **error)
{
    json_t *row = json_loads(text, 0, NULL);
    assert_non_null(row);
    bool good = decode_member(row, organization, error);
    json_decref(row);
    return good;
}

static void test_member_refused(void **state)
{
    (void) state;
    static const struct {
        const char *row;
        const char *problem;
    } cases[] = {
        {"{}", "field 'organization_user_id' is missing"},
        {"{\"id\":null}", "field 'id' is null instead of an integer"},
        {"{\"id\":\"4\"}", "field 'id' is a string instead of an integer"},
        {"{\"id\":4.0}", "field 'id' is a real instead of an integer"},
        {"{\"id\":0}", "field 'id' is 0, below 1"},
        {"{\"id\":4,\"user_id\":-1}", "field 'user_id' is not an id"},
        {"{\"id\":4,\"user_id\":\"9\"}", "field 'user_id' is not an id"},
        {"{\"id\":4,\"email\":null}", "field 'email' is null instead of a string"},
        {"{\"id\":4,\"email\":\"a@b.c\"}", "field 'joined' is missing"},
        {"{\"id\":4,\"email\":\"a@b.c\",\"joined\":true,\"inactive\":0}",
         "field 'inactive' is not true or false"},
        {"{" MEMBER ",\"admin\":\"yes\"}", "field 'admin' is not true or false"},
        {"{" MEMBER ",\"owner\":1}", "field 'owner' is not true or false"},
        {"{" MEMBER ",\"groups\":{}}", "field 'groups' is not a list"},
        {"{" MEMBER ",\"groups\":[7]}", "field 'group_id' is missing"},
        {"{" MEMBER ",\"workspaces\":\"\"}", "field 'workspaces' is not a list"},
        {"{" MEMBER ",\"workspaces\":[{}]}", "field 'workspace_id' is missing"},
        {WORKSPACE(",\"workspace_user_id\":-5"), "field 'workspace_user_id' is not an id"},
        {WORKSPACE(",\"inactive\":\"no\""), "field 'inactive' is not true or false"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Organization) organization = organization_new(1);
        g_autoptr(GError) error = NULL;
        assert_false(decode(cases[i].row, organization, &error));
        assert_int_equal(error->code, SYNC_ERROR_INCOMPLETE);
        assert_error(error, cases[i].problem);
    }
}

static void test_member_lenient(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    g_autoptr(GError) error = NULL;
    assert_success(decode("{\"organization_user_id\":4,\"fullname\":\"Zoë\",\"email\":\"not an "
                          "address\",\"joined\":false,\"inactive\":true,\"user_id\":null,"
                          "\"role_id\":null,\"invitation_id\":66,\"2fa_enabled\":true}",
                          organization, &error),
                   error);
    const Member *member = g_ptr_array_index(organization->members, 0);
    assert_int_equal(member->id.value, 4);
    assert_string_equal(member->name, "Zoë");
    assert_null(member->mail_key);
    assert_int_equal(member->invitation_id, 66);
    assert_true(member->inactive);
    assert_false(member->joined);
}

static void test_roles_of_assignments(void **state)
{
    (void) state;
    static const struct {
        const char *row;
        Role role;
    } cases[] = {
        {WORKSPACE(",\"role\":\"admin\""), ROLE_ADMIN},
        {WORKSPACE(",\"role\":\"user\",\"admin\":false"), ROLE_USER},
        {WORKSPACE(",\"role\":\"projectlead\""), ROLE_PROJECT_LEAD},
        {WORKSPACE(",\"role\":\"teamlead\""), ROLE_TEAM_LEAD},
        {WORKSPACE(",\"role\":\"wizard\",\"admin\":true"), ROLE_NONE}, /* no word for it */
        {WORKSPACE(",\"admin\":true"), ROLE_ADMIN},
        {WORKSPACE(",\"admin\":false,\"role\":null"), ROLE_USER},
        {WORKSPACE(",\"role\":\"\""), ROLE_NONE},
        {WORKSPACE(""), ROLE_NONE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Organization) organization = organization_new(1);
        g_autoptr(GError) error = NULL;
        assert_success(decode(cases[i].row, organization, &error), error);
        const Member *member = g_ptr_array_index(organization->members, 0);
        assert_int_equal(member->assignments->len, 1);
        assert_int_equal(g_array_index(member->assignments, Assignment, 0).role, cases[i].role);
    }
}

static void test_workspace_names(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    g_autoptr(GError) error = NULL;
    static const char row[] =
        "{" MEMBER ",\"workspaces\":[{\"workspace_id\":5,\"workspace_name\":\"Depot\"},"
        "{\"workspace_id\":6,\"name\":\"Shop\"},{\"workspace_id\":6,\"name\":\"Shop\"},"
        "{\"workspace_id\":7}]}";
    assert_success(decode(row, organization, &error), error);
    assert_success(decode(row, organization, &error), error);
    const Member *member = g_ptr_array_index(organization->members, 0);
    assert_int_equal(member->assignments->len, 3);
    assert_int_equal(organization->workspaces->len, 2);
    const Workspace *shop = g_ptr_array_index(organization->workspaces, 1);
    assert_string_equal(shop->name, "Shop");
}

static void test_roles(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    g_autoptr(GError) error = NULL;
    json_t *rows = json_loads("[{\"role_id\":4,\"entity\":\"workspace\",\"code\":\"user\","
                              "\"type\":\"guest\",\"organization_id\":null},"
                              "{\"role_id\":5,\"organization_id\":1},{\"role_id\":null}]",
                              0, NULL);
    assert_false(decode_roles(rows, organization, &error));
    assert_error(error, "role 3: field 'role_id' is null instead of an integer");
    assert_int_equal(organization->roles->len, 2);
    const RoleDefinition *role = g_ptr_array_index(organization->roles, 0);
    assert_string_equal(role->code, "user");
    assert_int_equal(role->organization_id, 0);
    json_decref(rows);
}

static void test_workspaces(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    g_autoptr(GError) error = NULL;
    json_t *rows = json_loads(
        "[{\"id\":5,\"organization_id\":1,\"name\":\"Depot\",\"server_deleted_at\":null},"
        "{\"id\":6,\"organization_id\":1,\"name\":\"Gone\",\"server_deleted_at\":\"2026\"},"
        "{\"id\":7,\"organization_id\":2,\"name\":\"Elsewhere\"},{\"id\":8}]",
        0, NULL);
    assert_false(decode_workspaces(rows, organization, &error));
    assert_error(error, "workspace 4: field 'organization_id' is missing");
    assert_int_equal(organization->workspaces->len, 1);
    json_decref(rows);
}

static void test_groups_and_what_members_say(void **state)
{
    (void) state;
    static const struct {
        const char *groups;
        const char *of_member; /* whose row says 7 and 8 */
    } cases[] = {
        {"[{\"group_id\":7,\"name\":\"A\",\"users\":[]},{\"group_id\":8,\"name\":\"B\",\"users\":[]"
         "}]",
         ""},
        {"[{\"group_id\":7,\"name\":\"A\",\"users\":[{\"user_id\":91}]},"
         "{\"group_id\":8,\"name\":\"B\",\"users\":null}]",
         "7 "}, /* null is an empty list */
        {"[{\"group_id\":7,\"name\":\"A\"},{\"group_id\":8,\"name\":\"B\",\"users\":[]},"
         "{\"group_id\":9,\"name\":\"C\"}]",
         "7 "},
        {"[{\"group_id\":9,\"name\":\"C\",\"users\":[{\"user_id\":91}]}]", "9 "},
        {"[]", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Organization) organization = organization_new(1);
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) rows = json_loads(cases[i].groups, 0, NULL);
        int64_t twice = 0;
        assert_success(decode("{" MEMBER ",\"user_id\":91,\"groups\":[{\"group_id\":7},"
                              "{\"group_id\":8}]}",
                              organization, &error),
                       error);
        assert_true(organization_index(organization, &twice));
        assert_success(decode_groups(rows, organization, &error), error);
        assert_true(organization_index(organization, &twice));
        const Member *member = g_ptr_array_index(organization->members, 0);
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint g = 0; g < member->groups->len; g++)
            g_string_append_printf(text, "%d ", (int) g_array_index(member->groups, int64_t, g));
        assert_string_equal(text->str, cases[i].of_member);
    }
}

/* In one row, and in all of them. */
static void test_too_many_workspaces(void **state)
{
    (void) state;
    for (int rows = 0; rows < 2; rows++) {
        g_autoptr(Organization) organization = organization_new(1);
        g_autoptr(json_t) list = json_array();
        g_autoptr(GError) error = NULL;
        for (unsigned i = 1; i <= DECODE_WORKSPACES + 1; i++)
            (void) json_array_append_new(list, json_pack("{si si ss si}", "id", i, "workspace_id",
                                                         i, "name", "W", "organization_id", 1));
        g_autoptr(json_t) row = json_pack("{si ss sb sb sO}", "id", 4, "email", "a@b.c", "joined",
                                          1, "inactive", 0, "workspaces", list);
        for (int round = 0; round < 2; round++) {
            bool good = rows == 0 ? decode_member(row, organization, &error)
                                  : decode_workspaces(list, organization, &error);
            assert_int_equal(good, round == 1);
            assert_true(good || strcmp(error->message, "there are more than 5000 workspaces") == 0);
            g_clear_error(&error);
            (void) json_array_remove(list, 0);
            g_ptr_array_set_size(organization->workspaces, 0);
        }
    }
}

/* ---- ids ---- */

enum { OF_MEMBER, OF_GROUPS, OF_ROLES, OF_WORKSPACES, OF_WORKSPACE_USER };

static bool decode_as(int shape, const json_t *value, Organization *organization, GError **error)
{
    switch (shape) {
    case OF_MEMBER:
        return decode_member(value, organization, error);
    case OF_GROUPS:
        return decode_groups(value, organization, error);
    case OF_ROLES:
        return decode_roles(value, organization, error);
    case OF_WORKSPACES:
        return decode_workspaces(value, organization, error);
    default:
        return decode_workspace_user(value, 5, organization, error);
    }
}

/* Every id of every row, written as ID: exact up to 2^63-1, and nothing below zero, with a point,
 * or in quotes. */
static void test_ids(void **state)
{
    (void) state;
#define ID "<id>"
    static const struct {
        int shape;
        const char *text;
    } rows[] = {
        {OF_MEMBER, "{\"id\":" ID ",\"email\":\"a@b.c\",\"joined\":true,\"inactive\":false}"},
        {OF_MEMBER, "{" MEMBER ",\"user_id\":" ID "}"},
        {OF_MEMBER, "{" MEMBER ",\"role_id\":" ID "}"},
        {OF_MEMBER, "{" MEMBER ",\"invitation_id\":" ID "}"},
        {OF_MEMBER, "{" MEMBER ",\"groups\":[{\"group_id\":" ID "}]}"},
        {OF_MEMBER, "{" MEMBER ",\"workspaces\":[{\"workspace_id\":" ID "}]}"},
        {OF_MEMBER, WORKSPACE(",\"workspace_user_id\":" ID)},
        {OF_MEMBER, WORKSPACE(",\"role_id\":" ID)},
        {OF_GROUPS, "[{\"group_id\":" ID ",\"name\":\"G\"}]"},
        {OF_GROUPS, "[{\"group_id\":7,\"name\":\"G\",\"users\":[{\"user_id\":" ID "}]}]"},
        {OF_GROUPS, "[{\"group_id\":7,\"name\":\"G\",\"workspaces\":[" ID "]}]"},
        {OF_ROLES, "[{\"role_id\":" ID "}]"},
        {OF_ROLES, "[{\"role_id\":4,\"organization_id\":" ID "}]"},
        {OF_WORKSPACES, "[{\"id\":" ID ",\"name\":\"W\",\"organization_id\":1}]"},
        {OF_WORKSPACES, "[{\"id\":5,\"name\":\"W\",\"organization_id\":" ID "}]"},
        {OF_WORKSPACE_USER, "{\"user_id\":" ID ",\"is_direct\":true}"},
    };
    static const char *const ids[] = {
        "9223372036854775807", "-1", "-9223372036854775808", "1.0", "\"1\"", "true", "[1]"};
    for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
        for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
            g_auto(GStrv) parts = g_strsplit(rows[r].text, ID, 2);
            g_autofree char *text = g_strconcat(parts[0], ids[i], parts[1], NULL);
            g_autoptr(Organization) organization = organization_new(1);
            g_autoptr(GError) error = NULL;
            g_autoptr(json_t) value = NULL;
            assert_success(json_parse(text, strlen(text), "row", &value, &error), error);
            bool good = decode_as(rows[r].shape, value, organization, &error);
            if (good != (i == 0))
                fail_msg("%s: %s", text, good ? "was taken" : error->message);
            assert_int_equal(good ? SYNC_ERROR_INCOMPLETE : error->code, SYNC_ERROR_INCOMPLETE);
        }
    }
}

static void test_ids_are_exact(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    g_autoptr(GError) error = NULL;
    assert_success(decode("{\"id\":9223372036854775807,\"user_id\":9007199254740993,\"email\":"
                          "\"a@b.c\",\"joined\":true,\"inactive\":false}",
                          organization, &error),
                   error);
    const Member *member = g_ptr_array_index(organization->members, 0);
    assert_true(member->id.value == INT64_MAX);
    assert_true(member->user_id.value == INT64_C(9007199254740993)); /* no double holds it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_member_refused),
        cmocka_unit_test(test_member_lenient),
        cmocka_unit_test(test_roles_of_assignments),
        cmocka_unit_test(test_workspace_names),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_workspaces),
        cmocka_unit_test(test_groups_and_what_members_say),
        cmocka_unit_test(test_too_many_workspaces),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_ids_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
