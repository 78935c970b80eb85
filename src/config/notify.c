/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "config/sections.h"
#include "model/email.h"
#include "net/mail.h"

#include <string.h>

static unsigned read_news(Section *section, unsigned fallback)
{
    const config_setting_t *setting = section_get(section, "on");
    if (setting == NULL)
        return fallback;
    g_auto(GStrv) words = section_strings(section, "on", SECTION_OPTIONAL);
    unsigned news = 0;
    for (unsigned i = 0; words != NULL && words[i] != NULL; i++) {
        NewsKind kind = NEWS_KINDS;
        if (news_parse(words[i], &kind)) {
            news |= 1U << kind;
            continue;
        }
        g_autofree char *safe = text_safe(words[i], -1);
        reader_problem(section->reader, section_element(section, "on", i),
                       "write some of failure, held, changes, missing, partial, protected, "
                       "recovered",
                       "no such news '%s'", safe);
    }
    return news;
}

static void check_address(Section *section, const config_setting_t *setting, const char *address)
{
    g_autofree char *key = NULL;
    if (email_key(address, strlen(address), &key, NULL) && g_str_is_ascii(address))
        return;
    g_autofree char *safe = text_safe(address, -1);
    reader_problem(section->reader, setting, "write NAME@EXAMPLE.ORG, without a display name",
                   "no address for mail '%s'", safe);
}

static void check_server(Section *section, const char *url)
{
    const config_setting_t *setting = section_get(section, "smtp");
    if (mail_url_is_good(url))
        return;
    if (strchr(url, '@') != NULL) {
        reader_problem(section->reader, setting, "say who sends in user and password",
                       "a URL with a login");
        return;
    }
    g_autofree char *safe = text_safe(url, -1);
    reader_problem(section->reader, setting,
                   "write smtp://HOST or smtps://HOST, with :PORT where it is not the usual one",
                   "no mail server '%s'", safe);
}

static void read_mail(Section *section, NotifySettings *settings)
{
    settings->to = section_strings(section, "to", SECTION_REQUIRED);
    settings->from = section_string(section, "from", SECTION_REQUIRED);
    settings->smtp = section_string(section, "smtp", SECTION_OPTIONAL);
    settings->sendmail = section_path(section, "sendmail", SECTION_OPTIONAL);
    settings->user = section_string(section, "user", SECTION_OPTIONAL);
    (void) section_secret(section, "password",
                          settings->user != NULL ? SECTION_REQUIRED : SECTION_OPTIONAL, SECRET_NEWS,
                          &settings->password);
    settings->ca_file = section_file(section, "ca_file", SECTION_OPTIONAL);
    for (unsigned i = 0; settings->to != NULL && settings->to[i] != NULL; i++)
        check_address(section, section_element(section, "to", i), settings->to[i]);
    if (settings->from != NULL)
        check_address(section, section_get(section, "from"), settings->from);
    if (settings->smtp != NULL)
        check_server(section, settings->smtp);
    if ((settings->smtp != NULL) == (settings->sendmail != NULL))
        reader_problem(section->reader, section->group,
                       "write smtp = \"smtp://localhost\" or sendmail = \"/usr/sbin/sendmail\"",
                       "%s",
                       settings->smtp != NULL ? "has both 'smtp' and 'sendmail'"
                                              : "has neither 'smtp' nor 'sendmail'");
}

void read_notify(Section *root, Config *config)
{
    Section *section = section_group(root, "notify", SECTION_OPTIONAL);
    if (section == NULL)
        return;
    NotifySettings *settings = config->notify;
    settings->on = read_news(section, settings->on);
    (void) section_secret(section, "webhook", SECTION_OPTIONAL, SECRET_NEWS, &settings->webhook);
    (void) section_secret(section, "secret", SECTION_OPTIONAL, SECRET_NEWS, &settings->webhook_key);
    (void) section_secret(section, "ping", SECTION_OPTIONAL, SECRET_NEWS, &settings->ping);
    Section *mail = section_group(section, "mail", SECTION_OPTIONAL);
    if (mail != NULL) {
        read_mail(mail, settings);
        section_close(mail);
    }
    settings->proxy = g_strdup(config->toggl->proxy);
    section_close(section);
}
