/* SPDX-License-Identifier: Apache-2.0 */
#include "bulletins.h"

#include "report/deliver.h"

#include <glib/gstdio.h>
#include <string.h>

#define DAY INT64_C(86400)

typedef struct {
    NewsMemory memory;
    GHashTable *values;
} Notebook;

static char *look_up(NewsMemory *memory, const char *key)
{
    return g_strdup(g_hash_table_lookup(((Notebook *) memory)->values, key));
}

static void write_down(NewsMemory *memory, const char *key, const char *value)
{
    (void) g_hash_table_replace(((Notebook *) memory)->values, g_strdup(key), g_strdup(value));
}

static Notebook notebook_new(void)
{
    return (Notebook){.memory = {.get = look_up, .set = write_down},
                      .values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
}

/* A sendmail that adds a line for each message to FOLDER/mails, or refuses. */
static NotifySettings *settings_with_mail(const char *folder, bool refuses)
{
    NotifySettings *settings = notify_settings_new();
    g_autofree char *script =
        refuses ? g_strdup("#!/bin/sh\nexit 1\n")
                : g_strdup_printf("#!/bin/sh\ngrep ^Subject: >> %s/mails\n", folder);
    settings->sendmail = g_build_filename(folder, refuses ? "refuser" : "sendmail", NULL);
    settings->from = g_strdup("sync@example.org");
    settings->to = g_strsplit("it@example.org", ",", -1);
    assert_true(g_file_set_contents(settings->sendmail, script, -1, NULL));
    assert_int_equal(g_chmod(settings->sendmail, 0700), 0);
    return settings;
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"mails", "sendmail", "refuser"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        (void) g_unlink(path);
    }
    assert_int_equal(g_rmdir(folder), 0);
}

/* The same failure is told once a day, another one at once; a failed mail is tried again. */
static void test_told_once(void **state)
{
    (void) state;
    g_autofree char *folder = g_dir_make_tmp("deliver-XXXXXX", NULL);
    g_autoptr(NotifySettings) refuser = settings_with_mail(folder, true);
    g_autoptr(NotifySettings) settings = settings_with_mail(folder, false);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    Notebook notebook = notebook_new();
    g_autoptr(Bulletin) bulletin = failed_bulletin();
    const unsigned failure = 1U << NEWS_FAILURE;
    static const struct {
        int64_t after;
        const char *problem;
        bool told;
    } cases[] = {
        {0, "no answer", true},       {3600, "no answer", false}, {DAY - 1, "no answer", false},
        {DAY, "no answer", true},     {DAY + 1, "another", true}, {DAY + 2, "another", false},
        {DAY + 3, "no answer", true},
    };
    deliver_bulletin(refuser, bulletin, &notebook.memory, problems);
    assert_int_equal(problems->len, 1);
    const int64_t first = bulletin->ended;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bulletin->ended = first + cases[i].after;
        g_free(bulletin->problem);
        bulletin->problem = g_strdup(cases[i].problem);
        unsigned chosen =
            deliver_choose(settings, bulletin, bulletin_news(bulletin), &notebook.memory);
        assert_int_equal(chosen, cases[i].told ? failure : 0);
        deliver_bulletin(settings, bulletin, &notebook.memory, problems);
    }
    assert_int_equal(problems->len, 1);
    assert_non_null(strstr(g_ptr_array_index(problems, 0),
                           "people could not be told, and the run goes on as it is: mail by '"));
    g_autofree char *path = g_build_filename(folder, "mails", NULL);
    g_autofree char *mails = NULL;
    assert_true(g_file_get_contents(path, &mails, NULL, NULL));
    assert_string_equal(
        mails,
        "Subject: toggl-ldap-sync, Toggl: sync failed: a directory or Toggl cannot be reached\n"
        "Subject: toggl-ldap-sync, Toggl: sync failed: a directory or Toggl cannot be reached\n"
        "Subject: toggl-ldap-sync, Toggl: sync failed: a directory or Toggl cannot be reached\n"
        "Subject: toggl-ldap-sync, Toggl: sync failed: a directory or Toggl cannot be reached\n");
    g_hash_table_unref(notebook.values);
    remove_folder(folder);
}

static void test_choice(void **state)
{
    (void) state;
    g_autoptr(NotifySettings) settings = notify_settings_new();
    g_autoptr(Bulletin) bulletin = busy_bulletin();
    const unsigned news = bulletin_news(bulletin);
    /* without a memory everything is news */
    assert_int_equal(deliver_choose(settings, bulletin, news, NULL), news);
    settings->on = 1U << NEWS_CHANGES | 1U << NEWS_FAILURE;
    assert_int_equal(deliver_choose(settings, bulletin, news, NULL), 1U << NEWS_CHANGES);
    settings->on = 0;
    assert_int_equal(deliver_choose(settings, bulletin, news, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told_once),
        cmocka_unit_test(test_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
