/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "model/change.h"

#include <string.h>

#define SEED 3U

typedef struct {
    ChangeKind kind;
    const char *name;
    ChangeEffect effect;
    unsigned phase;
} KindCase;

static const KindCase kinds[] = {
    {CHANGE_LINK, "link", EFFECT_NONE, 0},
    {CHANGE_ADOPT, "adopt", EFFECT_NONE, 0},
    {CHANGE_INVITE, "invite", EFFECT_GIVES, 7},
    {CHANGE_RESEND_INVITATION, "resend-invitation", EFFECT_GIVES, 7},
    {CHANGE_WITHDRAW_INVITATION, "withdraw-invitation", EFFECT_TAKES, 2},
    {CHANGE_REACTIVATE, "reactivate", EFFECT_GIVES, 4},
    {CHANGE_DEACTIVATE, "deactivate", EFFECT_TAKES, 2},
    {CHANGE_DELETE_MEMBER, "delete-member", EFFECT_TAKES, 8},
    {CHANGE_RENAME_MEMBER, "rename-member", EFFECT_ALTERS, 5},
    {CHANGE_CHANGE_ADDRESS, "change-address", EFFECT_ALTERS, 5},
    {CHANGE_CREATE_GROUP, "create-group", EFFECT_GIVES, 3},
    {CHANGE_DELETE_GROUP, "delete-group", EFFECT_TAKES, 8},
    {CHANGE_ADD_TO_GROUP, "add-to-group", EFFECT_GIVES, 5},
    {CHANGE_REMOVE_FROM_GROUP, "remove-from-group", EFFECT_TAKES, 6},
    {CHANGE_ADD_GROUP_TO_WORKSPACE, "add-group-to-workspace", EFFECT_GIVES, 5},
    {CHANGE_REMOVE_GROUP_FROM_WORKSPACE, "remove-group-from-workspace", EFFECT_TAKES, 6},
    {CHANGE_ASSIGN, "assign", EFFECT_GIVES, 5},
    {CHANGE_UNASSIGN, "unassign", EFFECT_TAKES, 6},
    {CHANGE_SET_WORKSPACE_ROLE, "set-workspace-role", EFFECT_ALTERS, 5},
    {CHANGE_SET_ORGANIZATION_ROLE, "set-organization-role", EFFECT_ALTERS, 5},
    {CHANGE_CREATE_WORKSPACE, "create-workspace", EFFECT_GIVES, 3},
};

static void test_kinds(void **state)
{
    (void) state;
    assert_int_equal(G_N_ELEMENTS(kinds), CHANGE_KINDS);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const KindCase *row = &kinds[i];
        ChangeKind kind = CHANGE_KINDS;
        assert_string_equal(change_kind_name(row->kind), row->name);
        assert_true(change_kind_parse(row->name, &kind));
        assert_int_equal(kind, row->kind);
        assert_int_equal(change_kind_effect(row->kind), row->effect);
        assert_int_equal(change_kind_phase(row->kind, false), row->phase);
        unsigned disabled = row->kind == CHANGE_DEACTIVATE ? 1 : row->phase;
        assert_int_equal(change_kind_phase(row->kind, true), disabled);
        g_autoptr(Change) change = change_new(row->kind);
        assert_int_equal(change->phase, row->phase);
    }
    ChangeKind untouched = CHANGE_INVITE;
    assert_false(change_kind_parse("Invite", &untouched));
    assert_false(change_kind_parse("", &untouched));
    assert_int_equal(untouched, CHANGE_INVITE);
    change_free(NULL);
}

static Change *make(ChangeKind kind, const char *source, const char *anchor, const char *mail)
{
    Change *change = change_new(kind);
    change->person.source = g_strdup(source);
    change->person.anchor = g_strdup(anchor);
    change->person.mail = g_strdup(mail);
    return change;
}

static Change *with_group(Change *change, int64_t id, const char *name)
{
    target_ref_set(&change->group, id, name);
    return change;
}

static Change *with_workspace(Change *change, int64_t id, const char *name)
{
    target_ref_set(&change->workspace, id, name);
    return change;
}

static int compare(const Change *a, const Change *b)
{
    return change_compare(&a, &b);
}

/* Each comes before the next. */
static GPtrArray *in_order(void)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify) change_free);
    g_ptr_array_add(list, make(CHANGE_ADOPT, "ad", "zoe", NULL));
    g_ptr_array_add(list, make(CHANGE_LINK, "ad", "ann", NULL));
    g_ptr_array_add(list, make(CHANGE_DEACTIVATE, "ad", "B", "x@example.org"));
    g_ptr_array_add(list, make(CHANGE_DEACTIVATE, "ad", "a", "z@example.org"));
    g_ptr_array_add(list, make(CHANGE_DEACTIVATE, "ldap", "a", "a@example.org"));
    g_ptr_array_add(list, make(CHANGE_DEACTIVATE, NULL, NULL, "Bob@example.org"));
    g_ptr_array_add(list, make(CHANGE_DEACTIVATE, "ldap", "c", NULL));
    g_ptr_array_add(list, make(CHANGE_DEACTIVATE, NULL, NULL, "dan@example.org"));
    g_ptr_array_add(list, make(CHANGE_DEACTIVATE, "ad", "\xc3\xa9", NULL));
    g_ptr_array_add(list, with_group(change_new(CHANGE_CREATE_GROUP), 0, "A"));
    g_ptr_array_add(list, with_group(change_new(CHANGE_CREATE_GROUP), 0, "B"));
    g_ptr_array_add(list, with_group(make(CHANGE_ADD_TO_GROUP, "ad", "a", NULL), 9, "A"));
    g_ptr_array_add(list, with_group(make(CHANGE_ADD_TO_GROUP, "ad", "a", NULL), 7, "B"));
    g_ptr_array_add(list, with_group(make(CHANGE_ADD_TO_GROUP, "ad", "a", NULL), 8, "B"));
    g_ptr_array_add(list, with_workspace(make(CHANGE_ASSIGN, "ad", "a", NULL), 50, "A"));
    g_ptr_array_add(list, with_workspace(make(CHANGE_ASSIGN, "ad", "a", NULL), 49, "B"));
    g_ptr_array_add(list, with_workspace(make(CHANGE_ASSIGN, "ad", "b", NULL), 49, "A"));
    return list;
}

static void test_order(void **state)
{
    (void) state;
    g_autoptr(GPtrArray) list = in_order();
    for (guint i = 0; i < list->len; i++) {
        for (guint j = 0; j < list->len; j++) {
            int order = compare(g_ptr_array_index(list, i), g_ptr_array_index(list, j));
            assert_int_equal(order < 0, i < j);
            assert_int_equal(order > 0, i > j);
        }
    }
}

static void test_a_phase_of_its_own_counts(void **state)
{
    (void) state;
    g_autoptr(Change) disabled = make(CHANGE_DEACTIVATE, "ad", "z", NULL);
    g_autoptr(Change) other = make(CHANGE_DEACTIVATE, "ad", "a", NULL);
    assert_true(compare(disabled, other) > 0);
    disabled->phase = change_kind_phase(CHANGE_DEACTIVATE, true);
    assert_true(compare(disabled, other) < 0);
}

static void test_sorting_is_the_same_from_any_order(void **state)
{
    (void) state;
    GRand *random = g_rand_new_with_seed(SEED);
    for (int round = 0; round < 50; round++) {
        g_autoptr(GPtrArray) owner = in_order();
        g_autoptr(GPtrArray) list = g_ptr_array_new();
        for (guint i = 0; i < owner->len; i++)
            g_ptr_array_insert(list, g_rand_int_range(random, 0, (gint) i + 1),
                               g_ptr_array_index(owner, i));
        g_ptr_array_sort(list, change_compare);
        for (guint i = 0; i < owner->len; i++)
            assert_ptr_equal(g_ptr_array_index(list, i), g_ptr_array_index(owner, i));
    }
    g_rand_free(random);
}

static void test_parts(void **state)
{
    (void) state;
    TargetRef *ref = target_ref_new(7, "A");
    target_ref_set(ref, 8, "B");
    assert_int_equal(ref->id, 8);
    assert_string_equal(ref->name, "B");
    target_ref_free(ref);
    InvitationWorkspace *workspace = invitation_workspace_new(50, "W", ROLE_ADMIN);
    assert_int_equal(workspace->workspace.id, 50);
    assert_string_equal(workspace->workspace.name, "W");
    assert_int_equal(workspace->role, ROLE_ADMIN);
    assert_int_equal(workspace->role_id, 0);
    invitation_workspace_free(workspace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_a_phase_of_its_own_counts),
        cmocka_unit_test(test_sorting_is_the_same_from_any_order),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
