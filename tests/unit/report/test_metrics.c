/* SPDX-License-Identifier: Apache-2.0 */
#include "bulletins.h"

#include "report/metrics.h"

static void test_whole(void **state)
{
    (void) state;
    g_autoptr(Bulletin) bulletin = busy_bulletin();
    g_autofree char *text = metrics_text(bulletin);
    assert_golden_text(text, "metrics.prom");
}

static void test_failure(void **state)
{
    (void) state;
    g_autoptr(Bulletin) bulletin = failed_bulletin();
    g_autofree char *text = metrics_text(bulletin);
    assert_golden_text(text, "metrics-failure.prom");
}

static void test_last_success(void **state)
{
    (void) state;
    g_autoptr(Bulletin) bulletin = failed_bulletin();
    g_autofree char *text = metrics_text(bulletin);
    assert_int_equal(metrics_last_success(text), bulletin->last_success);
    static const struct {
        const char *text;
        int64_t time;
    } cases[] = {
        {"", 0},
        {"\ntoggl_ldap_sync_last_success_timestamp_seconds{organization=\"7\"} 12\n", 12},
        {"\ntoggl_ldap_sync_last_success_timestamp_seconds{organization=\"7\"}\n", 0},
        {"\ntoggl_ldap_sync_last_success_timestamp_seconds{organization=\"7\"} -12\n", 0},
        {"\ntoggl_ldap_sync_last_success_timestamp_seconds{organization=\"7\"} x\n", 0},
        {"# HELP toggl_ldap_sync_last_success_timestamp_seconds {} 5\n", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_int_equal(metrics_last_success(cases[i].text), cases[i].time);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_failure),
        cmocka_unit_test(test_last_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
