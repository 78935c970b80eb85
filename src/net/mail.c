/* SPDX-License-Identifier: Apache-2.0 */
#include "net/mail.h"

#include "base/error.h"
#include "base/program.h"
#include "base/text.h"
#include "net/curl_private.h"
#include "net/host.h"
#include "net/http.h"

#include <string.h>

#define MILLISECONDS 1000
/* RFC 2047: an encoded word has at most 75 characters; 45 bytes are 60 of base64. */
#define WORD_BYTES 45

typedef CURLU CurlUrl;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlUrl, curl_url_cleanup)

/* ---- the message ---- */

static bool is_ascii_line(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < ' ' || *c > '~')
            return false;
    }
    return true;
}

/* TEXT as encoded words of whole characters, on lines of their own. */
static void append_encoded(GString *message, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        const char *end = at;
        while (*end != '\0' && text_next(end) - at <= WORD_BYTES)
            end = text_next(end);
        g_autofree char *word = g_base64_encode((const guchar *) at, (gsize) (end - at));
        g_string_append_printf(message, "%s=?UTF-8?B?%s?=", at == text ? "" : "\r\n ", word);
        at = end;
    }
}

static void append_subject(GString *message, const char *subject)
{
    g_autofree char *safe = text_safe(subject, -1); /* one line: nothing can begin a header */
    g_string_append(message, "Subject: ");
    if (is_ascii_line(safe))
        g_string_append(message, safe);
    else
        append_encoded(message, safe);
    g_string_append(message, "\r\n");
}

static void append_date(GString *message, int64_t time)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    /* names of days and months are English whatever the locale */
    g_string_append_printf(
        message, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
        days[g_date_time_get_day_of_week(date) - 1], g_date_time_get_day_of_month(date),
        months[g_date_time_get_month(date) - 1], g_date_time_get_year(date),
        g_date_time_get_hour(date), g_date_time_get_minute(date), g_date_time_get_second(date));
}

/* base64 in lines of 76 characters, whatever the text is: no line is too long, none begins with a
 * dot, nothing is left to a server's taste. */
static void append_body(GString *message, const char *text)
{
    const size_t length = strlen(text);
    const size_t line = 57; /* bytes that are 76 characters */
    for (size_t at = 0; at < length; at += line) {
        g_autofree char *part = g_base64_encode((const guchar *) text + at, MIN(line, length - at));
        g_string_append_printf(message, "%s\r\n", part);
    }
}

char *mail_compose(const MailSettings *settings, const Mail *mail)
{
    const char *at = strrchr(settings->from, '@');
    g_autofree char *to = g_strjoinv(",\r\n ", (char **) (guintptr) settings->to);
    GString *message = g_string_new(NULL);
    g_string_append_printf(message, "From: %s\r\nTo: %s\r\n", settings->from, to);
    append_subject(message, mail->subject);
    append_date(message, mail->time);
    g_string_append_printf(message, "Message-ID: <%s%s>\r\n", mail->id,
                           at != NULL ? at : "@localhost");
    g_string_append(message, "Auto-Submitted: auto-generated\r\n"
                             "MIME-Version: 1.0\r\n"
                             "Content-Type: text/plain; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: base64\r\n\r\n");
    append_body(message, mail->text);
    return g_string_free(message, FALSE);
}

/* ---- sendmail ---- */

static bool send_locally(const MailSettings *settings, const char *message, GError **error)
{
    /* sendmail wants the lines of this machine */
    g_auto(GStrv) lines = g_strsplit(message, "\r\n", -1);
    g_autofree char *local = g_strjoinv("\n", lines);
    const char *const words[] = {settings->sendmail, "-t", "-i", "-f", settings->from, NULL};
    const Program program = {
        .words = words, .input = local, .seconds = MAX(settings->timeout_ms / MILLISECONDS, 1)};
    char ignored[1024];
    size_t length = 0;
    g_autoptr(GError) problem = NULL;
    if (program_run(&program, ignored, sizeof ignored, &length, &problem))
        return true;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "%s", problem->message);
    return false;
}

/* ---- SMTP ---- */

typedef struct {
    const char *bytes;
    size_t left;
} Upload;

static size_t on_upload(char *room, size_t size, size_t count, void *context)
{
    Upload *upload = context;
    size_t length = MIN(size * count, upload->left);
    memcpy(room, upload->bytes, length);
    upload->bytes += length;
    upload->left -= length;
    return length;
}

static char *host_of(const char *url)
{
    g_autoptr(CurlUrl) parts = curl_url();
    char *host = NULL;
    if (curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        return g_strdup("");
    char *copy = g_strdup(host);
    curl_free(host);
    return copy;
}

bool mail_url_is_good(const char *url)
{
    g_autofree char *host = host_of(url);
    bool scheme = g_str_has_prefix(url, "smtp://") || g_str_has_prefix(url, "smtps://");
    const char *rest = scheme ? strstr(url, "://") + 3 : "";
    return scheme && *host != '\0' && strpbrk(rest, "/?#@") == NULL;
}

static void set_connection(CURL *curl, const MailSettings *settings)
{
    g_autofree char *host = host_of(settings->smtp);
    bool loopback = host_is_loopback(host);
    (void) curl_easy_setopt(curl, CURLOPT_URL, settings->smtp);
#if LIBCURL_VERSION_NUM >= 0x075500
    (void) curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
#else
    (void) curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_SMTP | CURLPROTO_SMTPS);
#endif
    (void) curl_easy_setopt(curl, CURLOPT_USE_SSL,
                            (long) (loopback ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    (void) curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    (void) curl_easy_setopt(curl, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    (void) curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    (void) curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long) settings->timeout_ms);
    if (settings->ca_file != NULL)
        (void) curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
    if (settings->user != NULL) {
        (void) curl_easy_setopt(curl, CURLOPT_USERNAME, settings->user);
        (void) curl_easy_setopt(curl, CURLOPT_PASSWORD,
                                settings->password != NULL ? secret_expose(settings->password, NULL)
                                                           : "");
    }
}

/* The last line that the server answered, as "421" and so on; "" when it did not. */
static char *last_answer(CURL *curl)
{
    long code = 0;
    (void) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    return code > 0 ? g_strdup_printf(" (the server's last answer was %ld)", code) : g_strdup("");
}

static bool send_by_smtp(const MailSettings *settings, const char *message, GError **error)
{
    http_start();
    g_autoptr(CURL) curl = curl_easy_init();
    char problem[CURL_ERROR_SIZE] = "";
    Upload upload = {.bytes = message, .left = strlen(message)};
    g_autoptr(CurlList) to = NULL;
    for (const char *const *address = settings->to; *address != NULL; address++)
        to = curl_list_append(to, *address);
    set_connection(curl, settings);
    (void) curl_easy_setopt(curl, CURLOPT_MAIL_FROM, settings->from);
    (void) curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    (void) curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_upload);
    (void) curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    (void) curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        return true;
    g_autofree char *words = text_safe(*problem != '\0' ? problem : curl_easy_strerror(code), -1);
    g_autofree char *answer = last_answer(curl);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE, "%s%s", words, answer);
    return false;
}

bool mail_send(const MailSettings *settings, const Mail *mail, GError **error)
{
    g_autofree char *message = mail_compose(settings, mail);
    bool sent = settings->smtp != NULL ? send_by_smtp(settings, message, error)
                                       : send_locally(settings, message, error);
    if (!sent)
        g_prefix_error(
            error, "mail by '%s': ", settings->smtp != NULL ? settings->smtp : settings->sendmail);
    return sent;
}
