/* SPDX-License-Identifier: Apache-2.0 */
#include "bulletins.h"

#define BIT(kind) (1U << (kind))

static void test_words(void **state)
{
    (void) state;
    for (NewsKind kind = 0; kind < NEWS_KINDS; kind++) {
        NewsKind found = NEWS_KINDS;
        assert_true(news_parse(news_name(kind), &found));
        assert_int_equal(found, kind);
    }
    NewsKind found = NEWS_KINDS;
    assert_false(news_parse("Failure", &found));
    assert_int_equal(found, NEWS_KINDS);
}

static void test_counts(void **state)
{
    (void) state;
    g_autoptr(Bulletin) bulletin = busy_bulletin();
    assert_int_equal(bulletin->planned_changes[CHANGE_INVITE], 2);
    assert_int_equal(bulletin->planned_changes[CHANGE_DEACTIVATE], 3);
    assert_int_equal(bulletin->notices[NOTICE_MISSING], 2);
    assert_int_equal(bulletin->began_missing, 1);
    assert_int_equal(bulletin->held->len, 1);
    assert_int_equal(((BulletinCount *) g_ptr_array_index(bulletin->held, 0))->count, 2);
    assert_int_equal(bulletin->explanations->len, 1);
    assert_int_equal(bulletin->members_active, 1);
    assert_int_equal(bulletin->members_invited, 1);
    assert_int_equal(bulletin->members_deactivated, 1);
    g_autofree char *summary = bulletin_summary(bulletin);
    assert_string_equal(summary, "4 people linked, 1 invitation, 1 deactivated");
}

static void test_news(void **state)
{
    (void) state;
    static const struct {
        int status;
        bool planned;
        bool failed_before;
        int64_t links;
        int64_t invited;
        unsigned news;
        bool success;
    } cases[] = {
        {0, true, false, 0, 0, 0, true},
        {0, true, true, 0, 0, BIT(NEWS_RECOVERED), true},
        {0, true, false, 3, 0, 0, true}, /* what is only remembered changes nothing */
        {0, true, false, 0, 2, BIT(NEWS_CHANGES), true},
        {1, true, true, 0, 2, BIT(NEWS_PARTIAL) | BIT(NEWS_CHANGES), false},
        {3, true, true, 0, 0, BIT(NEWS_HELD) | BIT(NEWS_RECOVERED), true},
        {3, false, true, 0, 0, BIT(NEWS_HELD), false}, /* zero people: stopped */
        {69, false, false, 0, 0, BIT(NEWS_FAILURE), false},
        {69, true, false, 0, 1, BIT(NEWS_FAILURE) | BIT(NEWS_CHANGES), false},
        {75, true, false, 0, 0, 0, true},
        {75, true, true, 0, 0, BIT(NEWS_RECOVERED), true},
        {75, false, true, 0, 0, 0, false}, /* another run has the lock */
        {78, false, false, 0, 0, BIT(NEWS_FAILURE), false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Bulletin) bulletin = bulletin_new("sync", 7, STARTED);
        bulletin->status = cases[i].status;
        bulletin->planned = cases[i].planned;
        bulletin->failed_before = cases[i].failed_before;
        bulletin->done[CHANGE_LINK] = cases[i].links;
        bulletin->done[CHANGE_INVITE] = cases[i].invited;
        assert_int_equal(bulletin_news(bulletin), cases[i].news);
        assert_int_equal(bulletin_is_success(bulletin), cases[i].success);
    }
    g_autoptr(Bulletin) busy = busy_bulletin();
    assert_int_equal(bulletin_news(busy),
                     BIT(NEWS_HELD) | BIT(NEWS_CHANGES) | BIT(NEWS_MISSING) | BIT(NEWS_PROTECTED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
