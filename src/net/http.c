/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "net/curl_private.h"
#include "net/header.h"
#include "net/host.h"

#include <string.h>

struct Http {
    CURL *curl;
    const Secret *user;
    char *password;
    char *proxy;
    char *ca_file;
    int64_t connect_timeout_ms;
    int64_t timeout_ms;
    size_t body_limit;
};

/* One request under way; what the callbacks of libcurl see. */
typedef struct {
    const Http *http;
    const HttpRequest *request;
    GByteArray *body;
    GHashTable *headers;
    size_t given; /* bytes of the request's body that libcurl has taken */
    bool too_long;
    char problem[CURL_ERROR_SIZE];
} Exchange;

void http_start(void)
{
    static gsize started;
    if (g_once_init_enter(&started)) {
        /* fails only when memory or the TLS library does, and then so does every handle */
        (void) curl_global_init(CURL_GLOBAL_DEFAULT);
        g_once_init_leave(&started, 1);
    }
}

static char *copy_unless_empty(const char *text)
{
    return text == NULL || *text == '\0' ? NULL : g_strdup(text);
}

Http *http_new(const HttpSettings *settings)
{
    http_start();
    Http *http = g_new0(Http, 1);
    *http = (Http){
        .curl = curl_easy_init(),
        .user = settings->user,
        .password = g_strdup(settings->password),
        .proxy = copy_unless_empty(settings->proxy),
        .ca_file = copy_unless_empty(settings->ca_file),
        .connect_timeout_ms = settings->connect_timeout_ms,
        .timeout_ms = settings->timeout_ms,
        .body_limit = settings->body_limit == 0 ? HTTP_BODY_LIMIT : settings->body_limit,
    };
    return http;
}

void http_free(Http *http)
{
    if (http == NULL)
        return;
    curl_easy_cleanup(http->curl);
    g_free(http->password);
    g_free(http->proxy);
    g_free(http->ca_file);
    g_free(http);
}

void http_response_clear(HttpResponse *response)
{
    g_clear_pointer(&response->body, g_byte_array_unref);
    g_clear_pointer(&response->headers, g_hash_table_unref);
    *response = (HttpResponse){0};
}

const char *http_response_header(const HttpResponse *response, const char *name)
{
    g_autofree char *key = g_ascii_strdown(name, -1);
    return g_hash_table_lookup(response->headers, key);
}

static char *url_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    if (curl_url_get(url, part, &value, 0) != CURLUE_OK)
        return NULL;
    char *copy = g_strdup(value);
    curl_free(value);
    return copy;
}

static bool bad_url(const char *url, const char *problem, GError **error)
{
    g_autofree char *safe = text_safe(url, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "'%s' %s", safe, problem);
    return false;
}

static bool check_parts(const char *text, CURLU *url, bool with_query, bool *ret_loopback,
                        GError **error)
{
    g_autofree char *scheme = url_part(url, CURLUPART_SCHEME);
    g_autofree char *host = url_part(url, CURLUPART_HOST);
    g_autofree char *user = url_part(url, CURLUPART_USER);
    g_autofree char *query = url_part(url, CURLUPART_QUERY);
    g_autofree char *fragment = url_part(url, CURLUPART_FRAGMENT);
    if (scheme == NULL || host == NULL)
        return bad_url(text, "is no URL", error);
    /* the text is not shown: it holds a password */
    if (user != NULL)
        return bad_url(host, "is given with a user in the URL", error);
    if ((query != NULL && !with_query) || fragment != NULL)
        return bad_url(text, "has something after its path", error);
    bool loopback = host_is_loopback(host);
    if (strcmp(scheme, "https") != 0 && (strcmp(scheme, "http") != 0 || !loopback))
        return bad_url(text, "must begin with https:// (http:// only for this machine itself)",
                       error);
    if (ret_loopback != NULL)
        *ret_loopback = loopback;
    return true;
}

static bool check_url(const char *text, bool with_query, bool *ret_loopback, GError **error)
{
    CURLU *url = curl_url();
    bool good = curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK
                    ? check_parts(text, url, with_query, ret_loopback, error)
                    : bad_url(text, "is no URL", error);
    curl_url_cleanup(url);
    return good;
}

bool http_url_check(const char *url, bool *ret_loopback, GError **error)
{
    return check_url(url, false, ret_loopback, error);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    Exchange *exchange = context;
    size_t length = size * count;
    if (length > exchange->http->body_limit - exchange->body->len) {
        exchange->too_long = true;
        return 0;
    }
    g_byte_array_append(exchange->body, (const guint8 *) bytes, (guint) length);
    return length;
}

/*
 * A body is handed out once: libcurl sends a request again by itself, a POST too, when a kept
 * connection turns out to be dead, and a body that was given it cannot give again. Without any of
 * its body a request does nothing, so one that was not begun may go again.
 */
static size_t on_read(char *buffer, size_t size, size_t count, void *context)
{
    Exchange *exchange = context;
    size_t left = strlen(exchange->request->body) - exchange->given;
    size_t length = MIN(left, size * count);
    memcpy(buffer, exchange->request->body + exchange->given, length);
    exchange->given += length;
    return length;
}

static int on_seek(void *context, curl_off_t offset, int origin)
{
    const Exchange *exchange = context;
    bool at_start = offset == 0 && origin == SEEK_SET && exchange->given == 0;
    return at_start ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    const Exchange *exchange = context;
    header_take(exchange->headers, bytes, size * count);
    return size * count;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const Exchange *exchange = context;
    (void) a;
    (void) b;
    (void) c;
    (void) d;
    return exchange->request->interruptible && clock_stop_requested() ? 1 : 0;
}

static void set_transport(const Http *http, bool loopback)
{
    CURL *curl = http->curl;
#if LIBCURL_VERSION_NUM >= 0x075500
    (void) curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, loopback ? "https,http" : "https");
#else
    (void) curl_easy_setopt(curl, CURLOPT_PROTOCOLS,
                            loopback ? CURLPROTO_HTTPS | CURLPROTO_HTTP : CURLPROTO_HTTPS);
#endif
    (void) curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    (void) curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    (void) curl_easy_setopt(curl, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    (void) curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void) curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long) http->connect_timeout_ms);
    (void) curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long) http->timeout_ms);
    if (http->ca_file != NULL)
        (void) curl_easy_setopt(curl, CURLOPT_CAINFO, http->ca_file);
    /* what goes to this machine goes there itself, and never in clear to a proxy elsewhere */
    if (loopback)
        (void) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    else if (http->proxy != NULL)
        (void) curl_easy_setopt(curl, CURLOPT_PROXY, http->proxy);
}

static void set_request(const Http *http, const HttpRequest *request, const CurlList *headers)
{
    CURL *curl = http->curl;
    (void) curl_easy_setopt(curl, CURLOPT_URL, request->url);
    (void) curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    (void) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    (void) curl_easy_setopt(curl, CURLOPT_USERAGENT, "toggl-ldap-sync/" PROJECT_VERSION);
    (void) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (request->body != NULL) {
        (void) curl_easy_setopt(curl, CURLOPT_POST, 1L);
        (void) curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                                (curl_off_t) strlen(request->body));
    }
    /* nothing tells libcurl not to send a request without a body again, but that it must not be on
     * a kept connection */
    bool fresh = request->once && request->body == NULL;
    (void) curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    if (http->user != NULL && !request->anonymous) {
        (void) curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long) CURLAUTH_BASIC);
        (void) curl_easy_setopt(curl, CURLOPT_USERNAME, secret_expose(http->user, NULL));
        (void) curl_easy_setopt(curl, CURLOPT_PASSWORD, http->password);
    }
}

static void set_callbacks(CURL *curl, Exchange *exchange)
{
    (void) curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    (void) curl_easy_setopt(curl, CURLOPT_READDATA, exchange);
    (void) curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
    (void) curl_easy_setopt(curl, CURLOPT_SEEKDATA, exchange);
    (void) curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    (void) curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    (void) curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    (void) curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    (void) curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    (void) curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
    (void) curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    (void) curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->problem);
}

/* Whether a byte of the request can have left: once it was begun, we cannot know that none did.
 * What a proxy is asked counts as bytes, too, but goes before TLS, behind which the request stands.
 */
static bool was_sent(CURL *curl, const char *url)
{
    long bytes = 0;
    long connections = 0;
    curl_off_t secured = 0;
    (void) curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &bytes);
    (void) curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connections);
    (void) curl_easy_getinfo(curl, CURLINFO_APPCONNECT_TIME_T, &secured);
    bool before_tls = g_str_has_prefix(url, "https:") && connections > 0 && secured == 0;
    return bytes > 0 && !before_tls;
}

static bool is_proxy_at_fault(CURL *curl)
{
    long status = 0;
    (void) curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &status);
    return status != 0 && (status < 200 || status > 299);
}

static const char *hint_for(CURL *curl, CURLcode code)
{
    switch (is_proxy_at_fault(curl) ? CURLE_COULDNT_RESOLVE_PROXY : (int) code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return "\nhint: is 'ca_file' the authority that signed the server's certificate?";
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "\nhint: check 'proxy' and the environment variable https_proxy";
    case CURLE_COULDNT_RESOLVE_HOST:
        return "\nhint: is the name right, and can this machine look up others? Behind a proxy, "
               "set "
               "'proxy'";
    case CURLE_COULDNT_CONNECT:
        return "\nhint: is the address right, and does a firewall let this machine through? Behind "
               "a proxy, set 'proxy'";
    default:
        return "";
    }
}

static bool may_repeat(CURLcode code)
{
    switch ((int) code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_WRITE_ERROR:
        return false;
    default:
        return true;
    }
}

static void set_trouble(const Exchange *exchange, CURLcode code, GError **error)
{
    const char *words = exchange->problem[0] != '\0' ? exchange->problem : curl_easy_strerror(code);
    g_autofree char *safe = text_safe(words, -1);
    if (code == CURLE_SEND_FAIL_REWIND)
        g_set_error_literal(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                            "the connection was closed before an answer came");
    else if (exchange->too_long)
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "the answer is longer than %zu bytes",
                    exchange->http->body_limit);
    else if (code == CURLE_ABORTED_BY_CALLBACK)
        g_propagate_error(error, clock_stop_error());
    else if (code == CURLE_PARTIAL_FILE || code == CURLE_BAD_CONTENT_ENCODING ||
             (code == CURLE_RECV_ERROR && exchange->body->len > 0))
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE, "the answer was cut short: %s", safe);
    else
        g_set_error(error, SYNC_ERROR,
                    code == CURLE_SSL_CACERT_BADFILE ? SYNC_ERROR_CONFIG : SYNC_ERROR_UNREACHABLE,
                    "%s%s", safe, hint_for(exchange->http->curl, code));
}

/* A redirect is somebody else's page: a login, a captive portal, or a wrong base URL. */
static bool refuse_redirect(CURL *curl, int status, GError **error)
{
    const char *target = NULL;
    (void) curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &target);
    if (status < 300 || status > 399 || target == NULL)
        return true;
    CURLU *url = curl_url();
    bool known = curl_url_set(url, CURLUPART_URL, target, 0) == CURLUE_OK;
    g_autofree char *host = known ? url_part(url, CURLUPART_HOST) : NULL;
    curl_url_cleanup(url);
    g_autofree char *safe = text_safe(host == NULL ? target : host, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_UNREACHABLE,
                "answered with a redirect to '%s', which is not followed"
                "\nhint: is 'base_url' right, and is no proxy in between?",
                safe);
    return false;
}

static bool run(Http *http, Exchange *exchange, int *ret_status, HttpTrouble *ret_trouble,
                GError **error)
{
    CURLcode code = curl_easy_perform(http->curl);
    if (code != CURLE_OK) {
        *ret_trouble = (HttpTrouble){.sent = was_sent(http->curl, exchange->request->url),
                                     .may_repeat = may_repeat(code)};
        set_trouble(exchange, code, error);
        return false;
    }
    long status = 0;
    (void) curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
    *ret_status = (int) status;
    if (refuse_redirect(http->curl, *ret_status, error))
        return true;
    *ret_trouble = (HttpTrouble){.sent = true};
    return false;
}

bool http_perform(Http *http, const HttpRequest *request, HttpResponse *ret,
                  HttpTrouble *ret_trouble, GError **error)
{
    bool loopback = false;
    *ret_trouble = (HttpTrouble){0};
    if (!check_url(request->url, true, &loopback, error))
        return false;
    /* an "Expect: 100-continue" would only cost a second */
    g_autoptr(CurlList) headers =
        curl_list_append(curl_list_append(NULL, "Accept: application/json"), "Expect:");
    if (request->body != NULL)
        headers = curl_list_append(headers, "Content-Type: application/json");
    for (const char *const *line = request->headers; line != NULL && *line != NULL; line++)
        headers = curl_list_append(headers, *line);
    g_autoptr(GByteArray) body = g_byte_array_new();
    g_autoptr(GHashTable) map = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Exchange exchange = {.http = http, .request = request, .body = body, .headers = map};
    curl_easy_reset(http->curl); /* options only: the connection stays */
    set_transport(http, loopback);
    set_request(http, request, headers);
    set_callbacks(http->curl, &exchange);
    int status = 0;
    int64_t start = g_get_monotonic_time();
    bool good = run(http, &exchange, &status, ret_trouble, error);
    int64_t end = g_get_monotonic_time();
    curl_easy_reset(http->curl); /* nothing points to what ends here, nor holds the credentials */
    if (!good)
        return false;
    g_byte_array_append(body, (const guint8 *) "", 1);
    body->len--;
    *ret = (HttpResponse){.status = status,
                          .body = g_steal_pointer(&body),
                          .headers = g_steal_pointer(&map),
                          .microseconds = end - start};
    return true;
}

bool http_date_parse(const char *text, int64_t *ret_time)
{
    time_t time = g_str_has_suffix(text, " GMT") ? curl_getdate(text, NULL) : -1;
    if (time < 0)
        return false;
    *ret_time = time;
    return true;
}
