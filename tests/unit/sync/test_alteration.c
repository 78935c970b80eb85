/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "sync/alteration.h"

#define FIRST INT64_C(100)
#define SINCE INT64_C(1000)
#define READ INT64_C(2000)
#define NEXT INT64_C(3000)

typedef struct {
    const char *title;
    Interval interval;
    const char *found; /* NULL: nothing */
} Case;

#define ACCESS(which, begin, end, mine)                                                            \
    {                                                                                              \
        .member = {1}, .kind = which, .target = (which) == INTERVAL_MEMBER ? 0 : 5,                \
        .since = begin, .until = end, .ours = mine                                                 \
    }
#define TAKEN(end)                                                                                 \
    {                                                                                              \
        .member = {1}, .kind = INTERVAL_WORKSPACE, .target = 5, .since = 500, .until = (end),      \
        .ours = true, .taken = true                                                                \
    }
#define BY_RULE(begin)                                                                             \
    {                                                                                              \
        .member = {1}, .kind = INTERVAL_GROUP, .target = 5, .since = begin,                        \
        .path = (char *) (guintptr) "member of cn=a"                                               \
    }

static const Case cases[] = {
    {.title = "given by hand",
     .interval = ACCESS(INTERVAL_GROUP, READ, 0, false),
     .found = "given"},
    {.title = "given by hand and gone again",
     .interval = ACCESS(INTERVAL_GROUP, READ, NEXT, false),
     .found = "given"},
    {.title = "given by us", .interval = ACCESS(INTERVAL_GROUP, READ, 0, true)},
    {.title = "given by hand long ago", .interval = ACCESS(INTERVAL_GROUP, 900, 0, false)},
    {.title = "given by hand at the very moment",
     .interval = ACCESS(INTERVAL_GROUP, SINCE, 0, false)},
    {.title = "wanted, and not taken over", .interval = BY_RULE(READ)},
    {.title = "a member whom nobody knows",
     .interval = ACCESS(INTERVAL_MEMBER, READ, 0, false),
     .found = "given"},
    {.title = "taken by hand", .interval = TAKEN(READ), .found = "taken"},
    {.title = "taken by hand long ago", .interval = TAKEN(900)},
    {.title = "taken by us", .interval = ACCESS(INTERVAL_WORKSPACE, 500, READ, true)},
};

static void test_cases(void **state)
{
    (void) state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *one = &cases[i];
        g_autoptr(Ledger) ledger = ledger_new();
        g_autoptr(GPtrArray) intervals = g_ptr_array_new();
        Interval interval = one->interval;
        g_ptr_array_add(intervals, &interval);
        g_autoptr(GPtrArray) found = alterations_find(intervals, ledger, SINCE, FIRST);
        const Alteration *alteration = found->len > 0 ? g_ptr_array_index(found, 0) : NULL;
        const char *name = alteration != NULL ? alteration_name(alteration->kind) : NULL;
        if (g_strcmp0(name, one->found) != 0)
            fail_msg("%s: found %s", one->title, name != NULL ? name : "nothing");
    }
}

/* One access in two roles, one after the other. */
static guint roles(Role before, Role after, const char *path, Role granted)
{
    g_autoptr(Ledger) ledger = ledger_new();
    g_autoptr(GPtrArray) intervals = g_ptr_array_new();
    Interval first = ACCESS(INTERVAL_WORKSPACE, 500, READ, true);
    Interval second = ACCESS(INTERVAL_WORKSPACE, READ, 0, true);
    first.role = before;
    second.role = after;
    second.path = (char *) (guintptr) path;
    Grant *grant = ledger_add_grant(ledger, GRANT_WORKSPACE, first.member, first.target, 0);
    grant->since = 400;
    grant->role = granted;
    g_ptr_array_add(intervals, &first);
    g_ptr_array_add(intervals, &second);
    g_autoptr(GPtrArray) found = alterations_find(intervals, ledger, SINCE, FIRST);
    if (found->len == 0)
        return 0;
    const Alteration *alteration = g_ptr_array_index(found, 0);
    assert_int_equal(alteration->kind, ALTERATION_ROLE);
    assert_int_equal(alteration->before, before);
    assert_int_equal(alteration->seen, READ);
    assert_ptr_equal(alteration->interval, &second);
    return found->len;
}

static void test_roles(void **state)
{
    (void) state;
    assert_int_equal(roles(ROLE_USER, ROLE_ADMIN, NULL, ROLE_NONE), 1);
    assert_int_equal(roles(ROLE_USER, ROLE_ADMIN, NULL, ROLE_USER), 1);
    /* we gave it, or the rule that gives it is another one */
    assert_int_equal(roles(ROLE_USER, ROLE_ADMIN, NULL, ROLE_ADMIN), 0);
    assert_int_equal(roles(ROLE_USER, ROLE_ADMIN, "another rule", ROLE_NONE), 0);
    assert_int_equal(roles(ROLE_USER, ROLE_USER, NULL, ROLE_NONE), 0);
}

/* Whether the admin of a workspace, seen first in the read at BEGIN, is told of; it was MADE by us,
 * and a read saw it with somebody else at READ. */
static guint admin_of_workspace(bool made, int64_t begin, Role role)
{
    g_autoptr(Ledger) ledger = ledger_new();
    g_autoptr(GPtrArray) intervals = g_ptr_array_new();
    ledger_add_binding(ledger, BINDING_WORKSPACE, "Product", 5)->created_by_us = made;
    Interval ours = ACCESS(INTERVAL_WORKSPACE, READ, 0, true);
    Interval admin = ACCESS(INTERVAL_WORKSPACE, begin, 0, false);
    admin.member = (OrganizationUserId){2};
    admin.role = role;
    g_ptr_array_add(intervals, &ours);
    g_ptr_array_add(intervals, &admin);
    g_autoptr(GPtrArray) found = alterations_find(intervals, ledger, SINCE, FIRST);
    return found->len;
}

static void test_workspace_that_we_made(void **state)
{
    (void) state;
    assert_int_equal(admin_of_workspace(true, READ, ROLE_ADMIN), 0);
    assert_int_equal(admin_of_workspace(false, READ, ROLE_ADMIN), 1);
    assert_int_equal(admin_of_workspace(true, NEXT, ROLE_ADMIN), 1);
    assert_int_equal(admin_of_workspace(true, READ, ROLE_USER), 1);
}

/* What the first read of all found was there before anybody looked. */
static void test_first_read(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    g_autoptr(GPtrArray) intervals = g_ptr_array_new();
    Interval old = ACCESS(INTERVAL_GROUP, READ, 0, false);
    Interval young = ACCESS(INTERVAL_GROUP, NEXT, 0, false);
    young.member = (OrganizationUserId){2};
    g_ptr_array_add(intervals, &old);
    g_ptr_array_add(intervals, &young);
    g_autoptr(GPtrArray) found = alterations_find(intervals, ledger, SINCE, READ);
    assert_int_equal(found->len, 1);
    const Alteration *alteration = g_ptr_array_index(found, 0);
    assert_ptr_equal(alteration->interval, &young);
    g_autoptr(GPtrArray) both = alterations_find(intervals, ledger, SINCE, FIRST);
    assert_int_equal(both->len, 2);
    alteration = g_ptr_array_index(both, 0);
    assert_int_equal(alteration->seen, NEXT); /* latest first */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_workspace_that_we_made),
        cmocka_unit_test(test_first_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
