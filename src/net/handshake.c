/* SPDX-License-Identifier: Apache-2.0 */
#include "net/handshake.h"

#include "base/text.h"
#include "net/http.h"

#include <curl/curl.h>
#include <string.h>

/* after curl.h */
#include "base/autoptr.h"

void handshake_report_clear(HandshakeReport *report)
{
    g_free(report->problem);
    g_free(report->subject);
    g_free(report->issuer);
    g_free(report->names);
    g_free(report->from);
    g_free(report->to);
    *report = (HandshakeReport){0};
}

static curl_socket_t on_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void) purpose;
    (void) address;
    const HandshakeSettings *settings = context;
    int fd = settings->open(settings->context);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int on_opened(void *context, curl_socket_t fd, curlsocktype purpose)
{
    (void) context;
    (void) fd;
    (void) purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* The field NAME of the server's own certificate, the first of the chain; NULL: it has none. */
static char *field(const struct curl_certinfo *chain, const char *name)
{
    for (const struct curl_slist *at = chain->num_of_certs > 0 ? chain->certinfo[0] : NULL;
         at != NULL; at = at->next) {
        size_t length = strlen(name);
        if (strncmp(at->data, name, length) == 0 && at->data[length] == ':')
            return text_safe(at->data + length + 1, -1);
    }
    return NULL;
}

static void keep_fields(CURL *curl, HandshakeReport *report)
{
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL)
        return;
    report->subject = field(chain, "Subject");
    report->issuer = field(chain, "Issuer");
    report->names = field(chain, "X509v3 Subject Alternative Name");
    report->from = field(chain, "Start date");
    report->to = field(chain, "Expire date");
}

static void set_file(CURL *curl, CURLoption option, const char *value)
{
    if (value != NULL)
        (void) curl_easy_setopt(curl, option, value); /* fails only without memory */
}

static void set_demands(CURL *curl, const HandshakeSettings *settings)
{
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    (void) curl_easy_setopt(curl, CURLOPT_SSLVERSION,
                            settings->tls13 ? (long) CURL_SSLVERSION_TLSv1_3
                                            : (long) CURL_SSLVERSION_TLSv1_2);
    set_file(curl, CURLOPT_CAINFO, settings->ca_file);
    set_file(curl, CURLOPT_CRLFILE, settings->crl_file);
    set_file(curl, CURLOPT_PINNEDPUBLICKEY, settings->pin);
}

static CURL *make_handle(const HandshakeSettings *settings, char *problem)
{
    bool six = strchr(settings->host, ':') != NULL;
    g_autofree char *url = g_strdup_printf("https://%s%s%s:%u/", six ? "[" : "", settings->host,
                                           six ? "]" : "", settings->port);
    CURL *curl = curl_easy_init();
    (void) curl_easy_setopt(curl, CURLOPT_URL, url);
    (void) curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
    (void) curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L); /* it is not HTTP */
    (void) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    (void) curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long) settings->timeout_ms);
    (void) curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_open);
    (void) curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, settings);
    (void) curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, on_opened);
    set_file(curl, CURLOPT_SSLCERT, settings->client_cert);
    set_file(curl, CURLOPT_SSLKEY, settings->client_key);
    return curl;
}

void handshake_look(const HandshakeSettings *settings, HandshakeReport *ret)
{
    char problem[CURL_ERROR_SIZE] = "";
    http_start();
    g_autoptr(CURL) curl = make_handle(settings, problem);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    (void) curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_0);
    ret->spoken = curl_easy_perform(curl) == CURLE_OK;
    if (ret->spoken)
        keep_fields(curl, ret);

    problem[0] = '\0';
    g_autoptr(CURL) strict = make_handle(settings, problem);
    set_demands(strict, settings);
    CURLcode code = curl_easy_perform(strict);
    ret->untrusted =
        code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
    if (code != CURLE_OK)
        ret->problem = text_safe(problem[0] != '\0' ? problem : curl_easy_strerror(code), -1);
}
