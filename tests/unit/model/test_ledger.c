/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "model/ledger.h"

#define OU(n) ((OrganizationUserId){n})
#define U(n) ((UserId){n})

static void test_links(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Link *ann = ledger_add_link(ledger, "ad", "ann");
    Link *other = ledger_add_link(ledger, "ldap", "ann");
    assert_true(ann->row.dirty);
    assert_ptr_equal(ledger_link(ledger, "ad", "ann"), ann);
    assert_ptr_equal(ledger_link(ledger, "ldap", "ann"), other);
    assert_null(ledger_link(ledger, "ad", "bob"));
    assert_null(ledger_link(ledger, "a", "dann")); /* nothing is glued together */
    ledger_remove_link(ledger, ann);
    assert_true(ann->row.removed);
    assert_true(ann->row.dirty);
    assert_null(ledger_link(ledger, "ad", "ann"));
    Link *again = ledger_add_link(ledger, "ad", "ann");
    assert_ptr_equal(ledger_link(ledger, "ad", "ann"), again);
    assert_int_equal(ledger->links->len, 3);
    ledger_free(NULL);
}

static void test_member_links(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Link *a = ledger_add_link(ledger, "ad", "a");
    Link *b = ledger_add_link(ledger, "ldap", "b");
    assert_null(ledger_member_links(ledger, OU(10)));
    ledger_set_member(ledger, a, OU(10), U(1));
    ledger_set_member(ledger, b, OU(10), U(1));
    assert_int_equal(ledger_member_links(ledger, OU(10))->len, 2);
    ledger_set_member(ledger, b, OU(20), U(2));
    assert_int_equal(ledger_member_links(ledger, OU(10))->len, 1);
    assert_ptr_equal(g_ptr_array_index(ledger_member_links(ledger, OU(20)), 0), b);
    assert_int_equal(b->user_id.value, 2);
    /* the same again does not make it two */
    ledger_set_member(ledger, b, OU(20), U(2));
    assert_int_equal(ledger_member_links(ledger, OU(20))->len, 1);
    ledger_set_member(ledger, b, OU(0), U(0));
    assert_null(ledger_member_links(ledger, OU(20)));
    assert_null(ledger_member_links(ledger, OU(0)));
    ledger_remove_link(ledger, a);
    assert_null(ledger_member_links(ledger, OU(10)));
}

/* When somebody first asks makes no difference. */
static void test_links_are_found_late(void **state)
{
    (void) state;
    for (int early = 0; early <= 1; early++) {
        g_autoptr(Ledger) ledger = ledger_new();
        if (early != 0) {
            assert_null(ledger_link(ledger, "ad", "a"));
            assert_null(ledger_member_links(ledger, OU(10)));
        }
        Link *a = ledger_add_link(ledger, "ad", "a");
        Link *b = ledger_add_link(ledger, "ad", "b");
        Link *c = ledger_add_link(ledger, "ad", "c");
        ledger_set_member(ledger, a, OU(10), U(1));
        ledger_set_member(ledger, b, OU(10), U(1));
        ledger_set_member(ledger, c, OU(20), U(2));
        ledger_remove_link(ledger, a);
        ledger_set_member(ledger, c, OU(0), U(0));
        assert_null(ledger_link(ledger, "ad", "a"));
        assert_ptr_equal(ledger_link(ledger, "ad", "b"), b);
        assert_int_equal(ledger_member_links(ledger, OU(10))->len, 1);
        assert_ptr_equal(g_ptr_array_index(ledger_member_links(ledger, OU(10)), 0), b);
        assert_null(ledger_member_links(ledger, OU(20)));
        assert_null(ledger_member_links(ledger, OU(0)));
    }
}

static void test_grants(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    static const struct {
        GrantKind kind;
        int64_t member;
        int64_t target;
        int64_t second;
    } cases[] = {
        {GRANT_GROUP, 1, 7, 0},
        {GRANT_WORKSPACE, 1, 7, 0},
        {GRANT_GROUP, 2, 7, 0},
        {GRANT_GROUP, 1, 8, 0},
        {GRANT_GROUP_WORKSPACE, 0, 7, 8},
        {GRANT_GROUP_WORKSPACE, 0, 8, 7},
        {GRANT_ORGANIZATION_ROLE, 1, 0, 0},
    };
    Grant *grants[G_N_ELEMENTS(cases)];
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_null(ledger_grant(ledger, cases[i].kind, OU(cases[i].member), cases[i].target,
                                 cases[i].second));
        grants[i] = ledger_add_grant(ledger, cases[i].kind, OU(cases[i].member), cases[i].target,
                                     cases[i].second);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_ptr_equal(ledger_grant(ledger, cases[i].kind, OU(cases[i].member), cases[i].target,
                                      cases[i].second),
                         grants[i]);
    ledger_remove_grant(ledger, grants[0]);
    assert_true(grants[0]->row.removed);
    assert_null(ledger_grant(ledger, GRANT_GROUP, OU(1), 7, 0));
    assert_non_null(ledger_grant(ledger, GRANT_WORKSPACE, OU(1), 7, 0));
}

/* What was looked up before a change, and what was not, is found after it: many blocks of them. */
static void test_many_grants(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    enum { MEMBERS = 300, TARGETS = 10 };
    for (int64_t target = 1; target <= TARGETS; target++) {
        for (int64_t member = MEMBERS; member > 0; member--)
            (void) ledger_add_grant(ledger, GRANT_GROUP, OU(member), target, 0);
        assert_non_null(ledger_grant(ledger, GRANT_GROUP, OU(MEMBERS), target, 0));
    }
    Grant *removed = ledger_grant(ledger, GRANT_GROUP, OU(7), 3, 0);
    ledger_remove_grant(ledger, removed);
    const Grant *workspace = ledger_add_grant(ledger, GRANT_WORKSPACE, OU(7), 3, 0);
    ledger_sort_grants(ledger);
    for (guint i = 1; i < ledger->grants->len; i++) {
        const Grant *before = g_ptr_array_index(ledger->grants, i - 1);
        const Grant *grant = g_ptr_array_index(ledger->grants, i);
        bool same = before->member.value == grant->member.value;
        assert_true(same ? before->kind < grant->kind || before->target < grant->target
                         : before->member.value < grant->member.value);
    }
    assert_null(ledger_grant(ledger, GRANT_GROUP, OU(7), 3, 0));
    Grant *again = ledger_add_grant(ledger, GRANT_GROUP, OU(7), 3, 0);
    assert_ptr_equal(ledger_grant(ledger, GRANT_GROUP, OU(7), 3, 0), again);
    assert_ptr_equal(ledger_grant(ledger, GRANT_WORKSPACE, OU(7), 3, 0), workspace);
}

static int64_t order_of(const Grant *grant)
{
    return ((grant->member.value * 8 + grant->kind) * 32 + grant->target) * 8 + grant->second;
}

/* However many are in order already: all, the first of them, those of each member, none. */
static void test_grants_are_sorted(void **state)
{
    (void) state;
    for (guint32 seed = 1; seed <= 3000; seed++) {
        GRand *chance = g_rand_new_with_seed(seed);
        g_autoptr(Ledger) ledger = ledger_new();
        int ascending = g_rand_int_range(chance, 0, 20);
        int64_t sum = 0;
        for (int i = g_rand_int_range(chance, 0, 40); i > 0; i--) {
            int64_t member = i > ascending ? 40 - i / 3 : g_rand_int_range(chance, 0, 40);
            const Grant *grant = ledger_add_grant(
                ledger, (GrantKind) g_rand_int_range(chance, 0, GRANT_KINDS), OU(member),
                g_rand_int_range(chance, 1, 30), g_rand_int_range(chance, 0, 3));
            sum += order_of(grant);
        }
        g_rand_free(chance);
        for (int again = 0; again <= 1; again++) {
            ledger_sort_grants(ledger);
            int64_t left = sum;
            for (guint i = 0; i < ledger->grants->len; i++) {
                const Grant *grant = g_ptr_array_index(ledger->grants, i);
                left -= order_of(grant);
                assert_true(i == 0 ||
                            order_of(g_ptr_array_index(ledger->grants, i - 1)) <= order_of(grant));
            }
            assert_int_equal(left, 0);
        }
    }
}

static void test_bindings(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Binding *group = ledger_add_binding(ledger, BINDING_GROUP, "Product", 7);
    Binding *workspace = ledger_add_binding(ledger, BINDING_WORKSPACE, "Product", 50);
    assert_ptr_equal(ledger_binding(ledger, BINDING_GROUP, "Product"), group);
    assert_ptr_equal(ledger_binding(ledger, BINDING_WORKSPACE, "Product"), workspace);
    assert_null(ledger_binding(ledger, BINDING_GROUP, "product"));
    ledger_remove_binding(ledger, group);
    assert_null(ledger_binding(ledger, BINDING_GROUP, "Product"));
}

static void test_the_rest_is_kept_and_freed(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Interval *interval = ledger_add_interval(ledger, INTERVAL_GROUP, OU(1), 7);
    interval->mail = g_strdup("a@example.org");
    interval->path = g_strdup("member of");
    assert_true(interval->row.dirty);
    Protection *protection = ledger_add_protection(ledger, U(3), "a@example.org", "pays");
    assert_string_equal(protection->reason, "pays");
    assert_string_equal(protection->mail_key, "a@example.org");
    assert_null(ledger_add_protection(ledger, U(4), NULL, "pays")->mail_key);
    g_hash_table_insert(ledger->facts, g_strdup("key"), g_strdup("value"));
    assert_false(ledger->known);
    interval_free(NULL);
}

static void test_remember(void **state)
{
    (void) state;
    g_autoptr(Ledger) ledger = ledger_new();
    Link *link = ledger_add_link(ledger, "ad", "a");
    assert_true(ledger_remember(link->uids, "ann"));
    assert_false(ledger_remember(link->uids, "ann"));
    assert_true(ledger_remember(link->uids, "Ann"));
    assert_int_equal(link->uids->len, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_member_links),
        cmocka_unit_test(test_links_are_found_late),
        cmocka_unit_test(test_grants),
        cmocka_unit_test(test_many_grants),
        cmocka_unit_test(test_grants_are_sorted),
        cmocka_unit_test(test_bindings),
        cmocka_unit_test(test_remember),
        cmocka_unit_test(test_the_rest_is_kept_and_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
