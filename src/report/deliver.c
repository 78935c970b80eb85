/* SPDX-License-Identifier: Apache-2.0 */
#include "report/deliver.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/sha256.h"
#include "net/http.h"
#include "net/mail.h"
#include "report/message.h"

#include <string.h>

#define PATIENCE_MS 10000

NotifySettings *notify_settings_new(void)
{
    NotifySettings *settings = g_new0(NotifySettings, 1);
    for (NewsKind kind = 0; kind < NEWS_KINDS; kind++)
        settings->on |= 1U << kind;
    return settings;
}

void notify_settings_free(NotifySettings *settings)
{
    if (settings == NULL)
        return;
    secret_free(settings->webhook);
    secret_free(settings->webhook_key);
    secret_free(settings->ping);
    secret_free(settings->password);
    g_free(settings->proxy);
    g_free(settings->smtp);
    g_free(settings->sendmail);
    g_free(settings->user);
    g_free(settings->ca_file);
    g_free(settings->from);
    g_strfreev(settings->to);
    g_free(settings);
}

/* ---- what was told already ---- */

static void join(GString *text, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s\n", (const char *) g_ptr_array_index(lines, i));
}

/* What makes this news another than yesterday's; NULL: it is always told. New string. */
static char *substance(const Bulletin *bulletin, NewsKind kind)
{
    GString *text = g_string_new(NULL);
    switch (kind) {
    case NEWS_FAILURE:
    case NEWS_PARTIAL:
        g_string_append_printf(text, "%d %s", bulletin->status,
                               bulletin->problem != NULL ? bulletin->problem : "");
        break;
    case NEWS_HELD:
        join(text, bulletin->explanations);
        break;
    case NEWS_PROTECTED:
        join(text, bulletin->protected_people);
        break;
    case NEWS_CHANGES:
    case NEWS_MISSING:
    case NEWS_RECOVERED:
    case NEWS_KINDS:
    default:
        (void) g_string_free(text, TRUE);
        return NULL;
    }
    return g_string_free(text, FALSE);
}

static char *memory_key(NewsKind kind)
{
    return g_strconcat("news.", news_name(kind), NULL);
}

static bool was_told(const Bulletin *bulletin, NewsKind kind, NewsMemory *memory)
{
    g_autofree char *what = substance(bulletin, kind);
    if (what == NULL || memory == NULL)
        return false;
    g_autofree char *key = memory_key(kind);
    g_autofree char *digest = sha256_hex(what, strlen(what));
    g_autofree char *before = memory->get(memory, key);
    g_auto(GStrv) parts = g_strsplit(before != NULL ? before : "", " ", 2);
    return g_strv_length(parts) == 2 && strcmp(parts[0], digest) == 0 &&
           bulletin->ended - g_ascii_strtoll(parts[1], NULL, 10) < SECONDS_A_DAY;
}

static void remember_told(const Bulletin *bulletin, unsigned news, NewsMemory *memory)
{
    for (NewsKind kind = 0; memory != NULL && kind < NEWS_KINDS; kind++) {
        g_autofree char *what = substance(bulletin, kind);
        if (what == NULL || (news & (1U << kind)) == 0)
            continue;
        g_autofree char *key = memory_key(kind);
        g_autofree char *digest = sha256_hex(what, strlen(what));
        g_autofree char *value = g_strdup_printf("%s %" G_GINT64_FORMAT, digest, bulletin->ended);
        memory->set(memory, key, value);
    }
}

unsigned deliver_choose(const NotifySettings *settings, const Bulletin *bulletin, unsigned news,
                        NewsMemory *memory)
{
    unsigned chosen = 0;
    for (NewsKind kind = 0; kind < NEWS_KINDS; kind++) {
        const unsigned bit = 1U << kind;
        if ((news & settings->on & bit) != 0 && !was_told(bulletin, kind, memory))
            chosen |= bit;
    }
    return chosen;
}

/* ---- the ways ---- */

static void complain(GPtrArray *problems, const char *what, const GError *error)
{
    g_ptr_array_add(problems, g_strdup_printf("%s could not be told, and the run goes on as it is: "
                                              "%s",
                                              what, error->message));
}

static bool post(const NotifySettings *settings, const char *url, const char *body,
                 const char *const *headers, GError **error)
{
    const HttpSettings http_settings = {.proxy = settings->proxy,
                                        .ca_file = settings->ca_file,
                                        .connect_timeout_ms = PATIENCE_MS,
                                        .timeout_ms = PATIENCE_MS};
    g_autoptr(Http) http = http_new(&http_settings);
    const HttpRequest request = {
        .method = "POST", .url = url, .body = body, .headers = headers, .once = true};
    g_auto(HttpResponse) response = {0};
    HttpTrouble trouble = {0};
    if (!http_perform(http, &request, &response, &trouble, error))
        return false;
    if (response.status >= 200 && response.status < 300)
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "it answered with status %d",
                response.status);
    return false;
}

static bool tell_webhook(const NotifySettings *settings, const Bulletin *bulletin, unsigned news,
                         GPtrArray *problems)
{
    g_autofree char *body = message_json(bulletin, news);
    g_autofree char *time =
        g_strdup_printf(DELIVER_TIME_HEADER ": %" G_GINT64_FORMAT, bulletin->ended);
    g_autofree char *signature = NULL;
    if (settings->webhook_key != NULL) {
        size_t length = 0;
        const char *key = secret_expose(settings->webhook_key, &length);
        g_autofree char *value = message_signature(key, length, bulletin->ended, body);
        signature = g_strconcat(DELIVER_SIGNATURE_HEADER ": ", value, NULL);
    }
    const char *const headers[] = {time, signature, NULL};
    g_autoptr(GError) error = NULL;
    bool told = post(settings, secret_expose(settings->webhook, NULL), body, headers, &error);
    if (!told)
        complain(problems, "the webhook", error);
    return told;
}

static bool tell_by_mail(const NotifySettings *settings, const Bulletin *bulletin, unsigned news,
                         GPtrArray *problems)
{
    const MailSettings mail_settings = {.smtp = settings->smtp,
                                        .sendmail = settings->sendmail,
                                        .user = settings->user,
                                        .password = settings->password,
                                        .ca_file = settings->ca_file,
                                        .from = settings->from,
                                        .to = (const char *const *) settings->to,
                                        .timeout_ms = PATIENCE_MS};
    g_autofree char *subject = message_subject(bulletin, news);
    g_autofree char *text = message_text(bulletin, news);
    g_autofree char *id = g_uuid_string_random();
    const Mail mail = {.subject = subject, .text = text, .time = bulletin->ended, .id = id};
    g_autoptr(GError) error = NULL;
    bool told = mail_send(&mail_settings, &mail, &error);
    if (!told)
        complain(problems, "people", error);
    return told;
}

static void ping(const NotifySettings *settings, const char *ending, const char *body,
                 GPtrArray *problems)
{
    if (settings->ping == NULL)
        return;
    g_autofree char *url = g_strconcat(secret_expose(settings->ping, NULL), ending, NULL);
    g_autoptr(GError) error = NULL;
    if (!post(settings, url, body, NULL, &error))
        complain(problems, "the dead man's switch", error);
}

void deliver_start(const NotifySettings *settings, GPtrArray *problems)
{
    ping(settings, "/start", "", problems);
}

void deliver_bulletin(const NotifySettings *settings, const Bulletin *bulletin, NewsMemory *memory,
                      GPtrArray *problems)
{
    const unsigned news = deliver_choose(settings, bulletin, bulletin_news(bulletin), memory);
    bool told = false;
    if (news != 0 && settings->webhook != NULL)
        told = tell_webhook(settings, bulletin, news, problems);
    if (news != 0 && settings->to != NULL)
        told = tell_by_mail(settings, bulletin, news, problems) || told;
    if (told)
        remember_told(bulletin, news, memory);
    const bool well = bulletin->status == EXIT_STATUS_DONE ||
                      bulletin->status == error_code_exit_status(SYNC_ERROR_QUOTA);
    g_autofree char *line = message_line(bulletin);
    ping(settings, well ? "" : "/fail", line, problems);
}
