/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"

#include "base/error.h"
#include "net/mail.h"

#include <glib/gstdio.h>
#include <string.h>

#define FOUR_LINES "one\n.\nthree ü\nfour\n"

static const char *const people[] = {"it@example.org", "boss@example.org", NULL};

static char *compose(const char *subject, const char *text)
{
    const MailSettings settings = {.from = "sync@example.org", .to = people};
    const Mail mail = {.subject = subject, .text = text, .time = 1764000000, .id = "4711-a"};
    return mail_compose(&settings, &mail);
}

static void test_compose(void **state)
{
    (void) state;
    g_autofree char *message = compose("3 changes are held", FOUR_LINES);
    assert_string_equal(message, "From: sync@example.org\r\n"
                                 "To: it@example.org,\r\n boss@example.org\r\n"
                                 "Subject: 3 changes are held\r\n"
                                 "Date: Mon, 24 Nov 2025 16:00:00 +0000\r\n"
                                 "Message-ID: <4711-a@example.org>\r\n"
                                 "Auto-Submitted: auto-generated\r\n"
                                 "MIME-Version: 1.0\r\n"
                                 "Content-Type: text/plain; charset=utf-8\r\n"
                                 "Content-Transfer-Encoding: base64\r\n"
                                 "\r\n"
                                 "b25lCi4KdGhyZWUgw7wKZm91cgo=\r\n");
}

/* Whatever stands in subject and text: every line is short, ASCII, and none begins a header. */
static void test_hostile(void **state)
{
    (void) state;
    static const char *const subjects[] = {
        "Ärger",
        "two\r\nBcc: evil@example.org",
        "\033[31mred",
        "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語",
        "a long one in ASCII a long one in ASCII a long one in ASCII a long one in ASCII",
    };
    g_autofree char *text = g_strnfill(100000, 'x');
    for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *message = compose(subjects[i], text);
        assert_true(g_str_is_ascii(message));
        g_auto(GStrv) lines = g_strsplit(message, "\r\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            assert_null(strchr(*line, '\n'));
            assert_false(g_str_has_prefix(*line, "Bcc:"));
            assert_true(strlen(*line) <= 998);
        }
    }
    g_autofree char *umlaut = compose("Ärger", "");
    assert_non_null(strstr(umlaut, "Subject: =?UTF-8?B?w4RyZ2Vy?=\r\n"));
    g_autofree char *broken = compose("two\r\nBcc: x", "");
    assert_non_null(strstr(broken, "Subject: two\\u{000D}\\u{000A}Bcc: x\r\n"));
}

static void test_url(void **state)
{
    (void) state;
    static const struct {
        const char *url;
        bool good;
    } cases[] = {
        {"smtp://localhost", true},    {"smtp://mail.example.org:587", true},
        {"smtps://[::1]:465", true},   {"http://localhost", false},
        {"mail.example.org", false},   {"smtp://", false},
        {"smtp://u:p@mail", false},    {"smtp://mail/ehlo", false},
        {"smtp://mail?a", false},      {"smtp://mail:99999", false},
        {"file:///etc/passwd", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (mail_url_is_good(cases[i].url) != cases[i].good)
            fail_msg("'%s' is taken for %s", cases[i].url, cases[i].good ? "bad" : "good");
    }
}

static char *script_in(const char *folder, const char *body)
{
    char *path = g_build_filename(folder, "sendmail", NULL);
    g_autofree char *script = g_strdup_printf("#!/bin/sh\n%s\n", body);
    assert_true(g_file_set_contents(path, script, -1, NULL));
    assert_int_equal(g_chmod(path, 0700), 0);
    return path;
}

static void test_sendmail(void **state)
{
    (void) state;
    g_autofree char *folder = g_dir_make_tmp("mail-XXXXXX", NULL);
    g_autofree char *taken = g_build_filename(folder, "taken", NULL);
    g_autofree char *body = g_strdup_printf("echo \"$@\" > %s; cat >> %s", taken, taken);
    g_autofree char *path = script_in(folder, body);
    const MailSettings settings = {
        .sendmail = path, .from = "sync@example.org", .to = people, .timeout_ms = 5000};
    const Mail mail = {.subject = "news", .text = "text\n", .time = 1764000000, .id = "1"};
    GError *error = NULL;
    assert_success(mail_send(&settings, &mail, &error), error);
    g_autofree char *got = NULL;
    assert_true(g_file_get_contents(taken, &got, NULL, NULL));
    assert_true(g_str_has_prefix(got, "-t -i -f sync@example.org\nFrom: sync@example.org\nTo: "));
    assert_null(strchr(got, '\r'));
    (void) g_unlink(taken);

    g_autofree char *refusing = script_in(folder, "echo 'queue is full' >&2; exit 75");
    assert_false(mail_send(&settings, &mail, &error));
    assert_int_equal(error->code, SYNC_ERROR_UNREACHABLE);
    g_autofree char *problem = g_strdup_printf(
        "mail by '%s': '%s' ended with status 75: 'queue is full'", refusing, refusing);
    assert_error(error, problem);
    (void) g_unlink(path);
    (void) g_rmdir(folder);
}

static void test_nobody_listens(void **state)
{
    (void) state;
    const MailSettings settings = {
        .smtp = "smtp://127.0.0.1:1", .from = "sync@example.org", .to = people, .timeout_ms = 5000};
    const Mail mail = {.subject = "news", .text = "text\n", .time = 1764000000, .id = "1"};
    g_autoptr(GError) error = NULL;
    assert_false(mail_send(&settings, &mail, &error));
    assert_int_equal(error->code, SYNC_ERROR_UNREACHABLE);
    assert_true(g_str_has_prefix(error->message, "mail by 'smtp://127.0.0.1:1': "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compose),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_url),
        cmocka_unit_test(test_sendmail),
        cmocka_unit_test(test_nobody_listens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
