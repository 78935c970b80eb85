/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "model/organization.h"

#include <string.h>

#define SEED 11U

static Member *member(Organization *organization, int64_t id, int64_t user, const char *mail)
{
    Member *one = organization_add_member(organization, (OrganizationUserId){id});
    one->user_id.value = user;
    member_set_mail(one, mail);
    return one;
}

static void assign(Member *one, int64_t workspace, Role role)
{
    Assignment assignment = {.workspace_id = workspace, .role = role};
    g_array_append_val(one->assignments, assignment);
}

static void append(GArray *ids, int64_t id)
{
    g_array_append_val(ids, id);
}

static void assert_ids(const GArray *ids, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "",
                               g_array_index(ids, int64_t, i));
    assert_string_equal(text->str, expected);
}

static void test_look_ups(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    assert_null(organization_member(organization, (OrganizationUserId){30}));
    assert_null(organization_member_by_user(organization, (UserId){3}));
    assert_null(organization_member_by_mail(organization, "zoe@example.org"));
    Member *zoe = member(organization, 30, 3, "Zoe@Example.org");
    Member *ann = member(organization, 10, 1, "ann@example.org");
    Member *pending = member(organization, 20, 0, "no address");
    OrganizationGroup *late = organization_add_group(organization, 8, "Late");
    OrganizationGroup *early = organization_add_group(organization, 7, "Early");
    Workspace *product = organization_add_workspace(organization, 51, "Product");
    Workspace *depot = organization_add_workspace(organization, 50, "Depot");
    int64_t twice = 0;
    assert_true(organization_index(organization, &twice));
    assert_ptr_equal(g_ptr_array_index(organization->members, 0), ann);
    assert_ptr_equal(organization_member(organization, (OrganizationUserId){30}), zoe);
    assert_null(organization_member(organization, (OrganizationUserId){31}));
    assert_ptr_equal(organization_member_by_user(organization, (UserId){1}), ann);
    assert_null(organization_member_by_user(organization, (UserId){0}));
    assert_ptr_equal(organization_member_by_mail(organization, "zoe@example.org"), zoe);
    assert_null(organization_member_by_mail(organization, "Zoe@Example.org"));
    assert_null(pending->mail_key);
    assert_string_equal(pending->mail, "no address");
    assert_ptr_equal(organization_group(organization, 7), early);
    assert_null(organization_group(organization, 9));
    assert_ptr_equal(organization_group_by_name(organization, "Late"), late);
    assert_null(organization_group_by_name(organization, "late"));
    assert_ptr_equal(organization_workspace(organization, 51), product);
    assert_null(organization_workspace(organization, 1));
    assert_ptr_equal(organization_workspace_by_name(organization, "Depot"), depot);
    assert_null(organization_workspace_by_name(organization, ""));
    organization_free(NULL);
}

static void test_repeated_ids_are_named(void **state)
{
    (void) state;
    for (int kind = 0; kind < 3; kind++) {
        g_autoptr(Organization) organization = organization_new(1);
        for (int64_t id = 3; id > 0; id--) {
            (void) member(organization, kind == 0 && id == 3 ? 2 : id, id, "a@example.org");
            (void) organization_add_group(organization, kind == 1 && id == 3 ? 2 : id, "G");
            (void) organization_add_workspace(organization, kind == 2 && id == 3 ? 2 : id, "W");
        }
        int64_t twice = 0;
        assert_false(organization_index(organization, &twice));
        assert_int_equal(twice, 2);
    }
}

static void test_lists_are_sorted_and_unique(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    Member *one = member(organization, 1, 1, "a@example.org");
    append(one->groups, 9);
    append(one->groups, 7);
    append(one->groups, 9);
    assign(one, 60, ROLE_USER);
    assign(one, 50, ROLE_ADMIN);
    assign(one, 60, ROLE_TEAM_LEAD);
    OrganizationGroup *group = organization_add_group(organization, 7, "G");
    append(group->workspaces, 60);
    append(group->workspaces, 50);
    append(group->workspaces, 60);
    int64_t twice = 0;
    assert_true(organization_index(organization, &twice));
    assert_ids(one->groups, "7 9");
    assert_ids(group->workspaces, "50 60");
    assert_int_equal(one->assignments->len, 2);
    assert_int_equal(member_assignment(one, 50)->role, ROLE_ADMIN);
    assert_int_equal(member_assignment(one, 60)->role, ROLE_USER); /* the first that was told */
    assert_null(member_assignment(one, 55));
    assert_true(member_in_group(one, 9));
    assert_false(member_in_group(one, 8));
    assert_true(group_in_workspace(group, 50));
    assert_false(group_in_workspace(group, 51));
}

static void test_index_again_after_changes(void **state)
{
    (void) state;
    g_autoptr(Organization) organization = organization_new(1);
    Member *one = member(organization, 2, 2, "old@example.org");
    int64_t twice = 0;
    assert_true(organization_index(organization, &twice));
    member_set_mail(one, "new@example.org");
    Member *other = member(organization, 1, 1, "old@example.org");
    assert_true(organization_index(organization, &twice));
    assert_ptr_equal(organization_member_by_mail(organization, "new@example.org"), one);
    assert_ptr_equal(organization_member_by_mail(organization, "old@example.org"), other);
    member_set_mail(one, "nothing");
    assert_null(one->mail_key);
    assert_true(organization_index(organization, &twice));
    assert_null(organization_member_by_mail(organization, "new@example.org"));
}

/* An array of ids against a table of bits. */
static void test_id_arrays(void **state)
{
    (void) state;
    enum { IDS = 64 };
    bool has[IDS] = {false};
    g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
    GRand *random = g_rand_new_with_seed(SEED);
    for (int round = 0; round < 2000; round++) {
        int id = g_rand_int_range(random, 0, IDS);
        assert_int_equal(id_array_has(ids, id), has[id]);
        if (g_rand_boolean(random)) {
            assert_int_equal(id_array_add(ids, id), !has[id]);
            has[id] = true;
        } else {
            assert_int_equal(id_array_remove(ids, id), has[id]);
            has[id] = false;
        }
        for (guint i = 1; i < ids->len; i++)
            assert_true(g_array_index(ids, int64_t, i - 1) < g_array_index(ids, int64_t, i));
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_look_ups),
        cmocka_unit_test(test_repeated_ids_are_named),
        cmocka_unit_test(test_lists_are_sorted_and_unique),
        cmocka_unit_test(test_index_again_after_changes),
        cmocka_unit_test(test_id_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
