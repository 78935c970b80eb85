/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "toggl/quota.h"

#define NOW INT64_C(1800000000)

static void test_reserve(void **state)
{
    (void) state;
    static const struct {
        int64_t total;
        int64_t percent;
        int64_t count;
        int64_t reserve;
    } cases[] = {
        {600, 10, 0, 60}, {601, 10, 0, 61},  {30, 10, 0, 3},  {20, 10, 0, 3},
        {600, 0, 50, 3},  {600, -1, 50, 50}, {600, -1, 0, 3}, {5, -1, 4, 4},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        QuotaBucket bucket = quota_new(cases[i].total, cases[i].percent, cases[i].count);
        assert_int_equal(quota_reserve(&bucket), cases[i].reserve);
    }
}

static void test_own_count(void **state)
{
    (void) state;
    QuotaBucket bucket = quota_new(5, -1, 3);
    assert_true(quota_allows(&bucket));
    quota_spend(&bucket, NOW);
    quota_spend(&bucket, NOW + 10);
    assert_int_equal(bucket.remaining, 3);
    assert_false(quota_allows(&bucket));
    quota_roll(&bucket, NOW + 3599);
    assert_false(quota_allows(&bucket));
    quota_roll(&bucket, NOW + 3600);
    assert_true(quota_allows(&bucket));
    assert_int_equal(bucket.remaining, 5);
    assert_int_equal(bucket.resets_at, 0);
}

static void test_never_below_zero(void **state)
{
    (void) state;
    QuotaBucket bucket = quota_new(1, -1, 3);
    quota_spend(&bucket, NOW);
    quota_spend(&bucket, NOW);
    assert_int_equal(bucket.remaining, 0);
}

static void test_headers_are_believed(void **state)
{
    (void) state;
    static const struct {
        QuotaNews news;
        int64_t total;
        int64_t remaining;
        int64_t resets_at;
    } cases[] = {
        {{-1, -1}, 600, 599, NOW + 3600},    {{100, 50}, 600, 100, NOW + 50}, /* others spend too */
        {{100, -1}, 600, 100, NOW + 3600},   {{-1, 50}, 600, 599, NOW + 50},
        {{0, 9999}, 30, 0, NOW + 3600},      /* no window is longer */
        {{999, 50}, 1000, 999, NOW + 50},    /* the plan allows more */
        {{239, 3600}, 240, 239, NOW + 3600}, /* a fresh window: the plan allows less */
        {{0, 3600}, 30, 0, NOW + 3600},      /* but no plan allows so little */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        QuotaBucket bucket = quota_new(600, 10, 0);
        quota_spend(&bucket, NOW);
        quota_learn(&bucket, cases[i].news, NOW);
        assert_int_equal(bucket.total, cases[i].total);
        assert_int_equal(bucket.remaining, cases[i].remaining);
        assert_int_equal(bucket.resets_at, cases[i].resets_at);
    }
}

/* Whatever the news, once the window is over a call may be made again. */
static void test_never_stuck(void **state)
{
    (void) state;
    g_autoptr(GRand) chance = g_rand_new_with_seed(7);
    for (int i = 0; i < 2000; i++) {
        QuotaBucket bucket = quota_new(g_rand_int_range(chance, 4, 700), 10, 0);
        int64_t now = NOW;
        for (int call = 0; call < 5; call++) {
            quota_spend(&bucket, now);
            quota_learn(
                &bucket,
                (QuotaNews){g_rand_int_range(chance, -1, 700), g_rand_int_range(chance, -1, 3700)},
                now);
            assert_in_range(bucket.remaining, 0, bucket.total);
            now += g_rand_int_range(chance, 0, 600);
        }
        quota_roll(&bucket, now + QUOTA_WINDOW);
        assert_true(quota_allows(&bucket));
    }
}

static void test_store(void **state)
{
    (void) state;
    QuotaBucket bucket = quota_new(240, 10, 0);
    quota_spend(&bucket, NOW);
    g_autofree char *text = quota_store(&bucket, "abc");
    assert_string_equal(text, "1 abc 240 239 1800003600");
    QuotaBucket again = quota_new(600, 10, 0);
    assert_true(quota_restore(&again, "abc", text, NOW + 5));
    assert_int_equal(again.total, 240);
    assert_int_equal(again.remaining, 239);
    assert_int_equal(again.resets_at, NOW + 3600);
    again = quota_new(600, 10, 0);
    assert_true(quota_restore(&again, "abc", text, NOW + 3600)); /* that window is over */
    assert_int_equal(again.remaining, 600);
}

static void test_store_of_others(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "",
        "1 abd 240 239 1800003600",
        "2 abc 240 239 1800003600",
        "1 abc 240 241 1800003600",
        "1 abc 0 0 1800003600",
        "1 abc 240 -1 1800003600",
        "1 abc 240 239 1800003601", /* stored in the future */
        "1 abc 240 239",
        "1 abc 240 239 1800003600 7",
        "1 abc x 239 1800003600",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        QuotaBucket bucket = quota_new(600, 10, 0);
        assert_false(quota_restore(&bucket, "abc", texts[i], NOW));
        assert_int_equal(bucket.total, 600);
        assert_int_equal(bucket.remaining, 600);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reserve),          cmocka_unit_test(test_own_count),
        cmocka_unit_test(test_never_below_zero), cmocka_unit_test(test_headers_are_believed),
        cmocka_unit_test(test_never_stuck),      cmocka_unit_test(test_store),
        cmocka_unit_test(test_store_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
