/* SPDX-License-Identifier: Apache-2.0 */
#include "bulletins.h"

#include "report/message.h"

#include <string.h>

static void test_mail(void **state)
{
    (void) state;
    g_autoptr(Bulletin) busy = busy_bulletin();
    g_autofree char *text = message_text(busy, bulletin_news(busy));
    assert_golden_text(text, "message-busy.txt");
    g_autoptr(Bulletin) failed = failed_bulletin();
    g_autofree char *failure = message_text(failed, bulletin_news(failed));
    assert_golden_text(failure, "message-failure.txt");
}

/* Where several organizations are kept, a command without its configuration means another one. */
static void test_mail_of_another_organization(void **state)
{
    (void) state;
    g_autoptr(Bulletin) busy = busy_bulletin();
    busy->host = g_strdup("sync.example.org");
    busy->config = g_strdup("/etc/toggl-ldap-sync/acme inc.conf");
    busy->report_only = true;
    g_autofree char *text = message_text(busy, bulletin_news(busy));
    assert_golden_text(text, "message-place.txt");
    g_autoptr(Bulletin) failed = failed_bulletin();
    failed->config = g_strdup("/etc/toggl-ldap-sync/acme.conf");
    g_autofree char *failure = message_text(failed, bulletin_news(failed));
    assert_non_null(strstr(failure, "'toggl-ldap-sync --config /etc/toggl-ldap-sync/acme.conf "
                                    "check --online' says what cannot be reached.\n"));
    g_autofree char *body = message_json(busy, bulletin_news(busy));
    assert_non_null(strstr(body, "\"host\":\"sync.example.org\""));
}

static void test_subject(void **state)
{
    (void) state;
    static const struct {
        unsigned news;
        const char *subject;
    } cases[] = {
        {1U << NEWS_FAILURE | 1U << NEWS_HELD,
         "toggl-ldap-sync, Example: sync failed: a rail holds something, or a person said no"},
        {1U << NEWS_HELD | 1U << NEWS_CHANGES, "toggl-ldap-sync, Example: 2 changes are held"},
        {1U << NEWS_PARTIAL, "toggl-ldap-sync, Example: 0 requests failed"},
        {1U << NEWS_PROTECTED,
         "toggl-ldap-sync, Example: 1 protected person keeps what they should lose"},
        {1U << NEWS_RECOVERED | 1U << NEWS_CHANGES, "toggl-ldap-sync, Example: works again"},
        {1U << NEWS_CHANGES,
         "toggl-ldap-sync, Example: 4 people linked, 1 invitation, 1 deactivated"},
        {1U << NEWS_MISSING, "toggl-ldap-sync, Example: 1 person is missing"},
    };
    g_autoptr(Bulletin) bulletin = busy_bulletin();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *subject = message_subject(bulletin, cases[i].news);
        assert_string_equal(subject, cases[i].subject);
    }
    g_autoptr(Bulletin) stopped = bulletin_new("apply", 7, STARTED);
    g_autofree char *subject = message_subject(stopped, 1U << NEWS_HELD);
    assert_string_equal(subject, "toggl-ldap-sync, Toggl: apply was refused");
}

static void test_webhook(void **state)
{
    (void) state;
    g_autoptr(Bulletin) bulletin = busy_bulletin();
    g_autofree char *body = message_json(bulletin, bulletin_news(bulletin));
    assert_string_equal(
        body, "{\"changes\":{\"deactivate\":1,\"invite\":1,\"link\":4},\"command\":\"sync\","
              "\"deferred\":{\"invitations\":1},\"ended\":\"2025-11-24T16:00:42Z\","
              "\"format\":\"toggl-ldap-sync notification\",\"held\":{\"removals\":2},\"missing\":2,"
              "\"news\":[\"held\",\"changes\",\"missing\",\"protected\"],"
              "\"organization\":{\"id\":7,\"name\":\"Example\"},"
              "\"requests\":{\"done\":2,\"failed\":0,\"unknown\":0,\"unsent\":0},\"run\":12,"
              "\"started\":\"2025-11-24T16:00:00Z\",\"status\":3,"
              "\"text\":\"toggl-ldap-sync, Example: 2 changes are held\",\"version\":1}");
    g_autofree char *line = message_line(bulletin);
    assert_string_equal(line,
                        "sync: status 3, 4 people linked, 1 invitation, 1 deactivated, 2 held\n");
    assert_null(strchr(body, '@')); /* nobody is named to a webhook */
    assert_null(strchr(line, '@'));
}

/* printf '1764000042.{}' | openssl dgst -sha256 -hmac key */
static void test_signature(void **state)
{
    (void) state;
    g_autofree char *signature = message_signature("key", 3, 1764000042, "{}");
    assert_string_equal(signature,
                        "sha256=e52450e1877464a8c0a1b0505bec54a9da5b07ba1f27c9a4fefb62f334e03598");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mail),      cmocka_unit_test(test_mail_of_another_organization),
        cmocka_unit_test(test_subject),   cmocka_unit_test(test_webhook),
        cmocka_unit_test(test_signature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
