/* SPDX-License-Identifier: Apache-2.0 */
#include "toggl/client.h"

#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/text.h"
#include "toggl/classify.h"
#include "toggl/facts.h"
#include "toggl/retry.h"
#include "toggl/substitute.h"
#include "toggl/trace.h"
#include "toggl/trouble.h"

#include <string.h>

/* after jansson.h */
#include "base/autoptr.h"

#define MILLISECOND INT64_C(1000)
#define CONNECT_TIMEOUT_MS INT64_C(10000)
#define ME_PER_HOUR INT64_C(30)
#define ME_RESERVE INT64_C(3)
#define IDENTITY_LENGTH 12

static const char *const bucket_facts[] = {
    [BUCKET_ORGANIZATION] = "quota.organization",
    [BUCKET_ME] = "quota.me",
};

char *client_recall(const Toggl *toggl, const char *key)
{
    if (toggl->cache == NULL || toggl->cache->get == NULL)
        return NULL;
    g_autofree char *full = g_strconcat("toggl.", key, NULL);
    return toggl->cache->get(toggl->cache, full);
}

void client_remember(const Toggl *toggl, const char *key, const char *value)
{
    if (toggl->cache == NULL || toggl->cache->set == NULL)
        return;
    g_autofree char *full = g_strconcat("toggl.", key, NULL);
    toggl->cache->set(toggl->cache, full, value);
}

/* Cached answers belong to a token at a server; the hash says which, and not what the token is. */
static char *identity_of(const TogglSettings *settings)
{
    g_autoptr(Sha256) sum = sha256_new();
    sha256_add(sum, settings->base_url, strlen(settings->base_url));
    if (settings->token != NULL) {
        size_t length = 0;
        const char *token = secret_expose(settings->token, &length);
        sha256_add(sum, "\n", 1);
        sha256_add(sum, token, length);
    }
    char *identity = sha256_end_hex(sum);
    identity[IDENTITY_LENGTH] = '\0';
    return identity;
}

static void restore_quotas(Toggl *toggl)
{
    for (int i = 0; i < BUCKETS; i++) {
        g_autofree char *stored = client_recall(toggl, bucket_facts[i]);
        if (stored != NULL)
            (void) quota_restore(&toggl->quotas[i], toggl->identity, stored,
                                 toggl->clock->now(toggl->clock));
    }
}

static void store_quota(const Toggl *toggl, Bucket bucket)
{
    g_autofree char *text = quota_store(&toggl->quotas[bucket], toggl->identity);
    client_remember(toggl, bucket_facts[bucket], text);
}

static Http *connection_of(const TogglSettings *settings)
{
    int64_t timeout = settings->timeout_seconds * 1000;
    return http_new(&(HttpSettings){
        .user = settings->token,
        .password = "api_token",
        .proxy = settings->proxy,
        .ca_file = settings->ca_file,
        .connect_timeout_ms = MIN(timeout, CONNECT_TIMEOUT_MS),
        .timeout_ms = timeout,
    });
}

Toggl *toggl_new(const TogglSettings *settings, Clock *clock, TogglCache *cache, GError **error)
{
    if (!http_url_check(settings->base_url, NULL, error))
        return NULL;
    Toggl *toggl = g_new0(Toggl, 1);
    *toggl = (Toggl){
        .settings = settings,
        .clock = clock,
        .cache = cache,
        .http = connection_of(settings),
        .base_url = g_strdup(settings->base_url),
        .identity = identity_of(settings),
        .chance = g_rand_new(),
        .pacing = {.interval = settings->min_interval_ms * MILLISECOND},
        .people =
            g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, substitute_person_free),
        .codes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                       (GDestroyNotify) secret_free),
    };
    while (g_str_has_suffix(toggl->base_url, "/"))
        toggl->base_url[strlen(toggl->base_url) - 1] = '\0';
    toggl->quotas[BUCKET_ORGANIZATION] =
        quota_new(settings->requests_per_hour, settings->reserve_percent, settings->reserve_count);
    toggl->quotas[BUCKET_ME] = quota_new(ME_PER_HOUR, -1, ME_RESERVE);
    restore_quotas(toggl);
    return toggl;
}

void toggl_free(Toggl *toggl)
{
    if (toggl == NULL)
        return;
    http_free(toggl->http);
    g_free(toggl->base_url);
    g_free(toggl->identity);
    g_rand_free(toggl->chance);
    g_hash_table_unref(toggl->codes);
    g_hash_table_unref(toggl->people);
    g_free(toggl);
}

static TogglQuota quota_now(const Toggl *toggl, Bucket which)
{
    QuotaBucket bucket = toggl->quotas[which];
    quota_roll(&bucket, toggl->clock->now(toggl->clock));
    return (TogglQuota){
        .total = bucket.total,
        .remaining = bucket.remaining,
        .resets_at = bucket.resets_at,
        .reserve = quota_reserve(&bucket),
    };
}

TogglQuota toggl_quota(const Toggl *toggl)
{
    return quota_now(toggl, BUCKET_ORGANIZATION);
}

/* As restore_quotas, whosever token the buckets were stored for. */
static void restore_any_quota(Toggl *toggl, Bucket bucket)
{
    g_autofree char *stored = client_recall(toggl, bucket_facts[bucket]);
    g_auto(GStrv) words = g_strsplit(stored != NULL ? stored : "", " ", 3);
    if (g_strv_length(words) == 3)
        (void) quota_restore(&toggl->quotas[bucket], words[1], stored,
                             toggl->clock->now(toggl->clock));
}

void toggl_known_quotas(const TogglSettings *settings, Clock *clock, TogglCache *cache,
                        TogglQuota *ret_organization, TogglQuota *ret_me)
{
    const TogglQuota unknown = {.total = -1, .remaining = -1};
    g_autoptr(Toggl) toggl = toggl_new(settings, clock, cache, NULL);
    *ret_organization = *ret_me = unknown;
    if (toggl == NULL)
        return;
    restore_any_quota(toggl, BUCKET_ORGANIZATION);
    restore_any_quota(toggl, BUCKET_ME);
    *ret_organization = quota_now(toggl, BUCKET_ORGANIZATION);
    *ret_me = quota_now(toggl, BUCKET_ME);
}

int64_t toggl_calls(const Toggl *toggl)
{
    return toggl->calls;
}

void reply_clear(Reply *reply)
{
    http_response_clear(&reply->http);
    g_free(reply->text);
    g_free(reply->request_id);
    *reply = (Reply){0};
}

static bool goes_on(GError **error)
{
    if (!clock_stop_requested())
        return true;
    g_propagate_error(error, clock_stop_error());
    return false;
}

/* What must be true before any call. */
static bool may_call(Toggl *toggl, const Call *call, GError **error)
{
    QuotaBucket *quota = &toggl->quotas[call->endpoint->bucket];
    if (!goes_on(error))
        return false;
    quota_roll(quota, toggl->clock->now(toggl->clock));
    if (quota_allows(quota))
        return true;
    trouble_set_quota(toggl, call->endpoint->bucket, "the reserve of the hourly quota is reached",
                      error);
    return false;
}

static bool wait_turn(Toggl *toggl, int64_t microseconds, GError **error)
{
    if (microseconds > 0)
        toggl->clock->wait(toggl->clock, microseconds);
    return goes_on(error);
}

static int64_t number_in_header(const HttpResponse *http, const char *name)
{
    const char *value = http_response_header(http, name);
    gint64 number = 0;
    if (value == NULL ||
        !g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return -1;
    return MAX(number, 0); /* Toggl may go below zero when several calls race */
}

static void read_reply(const Toggl *toggl, Reply *reply)
{
    const char *id = http_response_header(&reply->http, "X-Toggl-Request-Id");
    const char *retry_after = http_response_header(&reply->http, "Retry-After");
    reply->request_id = id == NULL || *id == '\0' ? NULL : text_safe(id, -1);
    if (reply->http.status < 200 || reply->http.status > 299) {
        /* it may say again what it was asked, and that may be an invitation code */
        g_autofree char *text =
            classify_text((const char *) reply->http.body->data, reply->http.body->len);
        reply->text = text == NULL ? NULL : secret_redact(text);
    }
    reply->news = (QuotaNews){
        .remaining = number_in_header(&reply->http, "X-Toggl-Quota-Remaining"),
        .resets_in = number_in_header(&reply->http, "X-Toggl-Quota-Resets-In"),
    };
    reply->retry_after = -1;
    if (retry_after != NULL)
        (void) retry_after_parse(retry_after, toggl->clock->now(toggl->clock), &reply->retry_after);
    if (reply->http.status == 402 && retry_is_quota(reply->news.remaining, reply->text)) {
        reply->news.remaining = 0;
        if (reply->news.resets_in < 0)
            reply->news.resets_in = retry_seconds_in_text(reply->text);
    }
}

static void log_call(const Call *call, const Reply *reply)
{
    const char *id = reply->request_id == NULL ? "-" : reply->request_id;
    g_autofree char *status = g_strdup_printf("%d", reply->http.status);
    g_autofree char *duration =
        g_strdup_printf("%" G_GINT64_FORMAT, reply->http.microseconds / MILLISECOND);
    g_autofree char *remaining = reply->news.remaining >= 0
                                     ? g_strdup_printf("%" G_GINT64_FORMAT, reply->news.remaining)
                                     : NULL;
    const LogField fields[] = {
        {"operation", call->endpoint->name}, {"status", status},
        {"duration_ms", duration},           {"request_id", reply->request_id},
        {"quota_remaining", remaining},      {NULL, NULL},
    };
    log_event(LOG_LEVEL_DEBUG, fields, "toggl: %s: %s in %s ms, request id %s%s%s",
              call->endpoint->name, status, duration, id, remaining != NULL ? ", quota " : "",
              remaining != NULL ? remaining : "");
}

/* RFC 9110, 6.6.1: the time at which an answer was made. */
static void learn_time(Toggl *toggl, const Reply *reply, int64_t now)
{
    const char *date = http_response_header(&reply->http, "Date");
    int64_t there = 0;
    if (date != NULL && http_date_parse(date, &there))
        toggl->ahead = now - there;
}

/* One attempt. True when an answer came. */
static bool exchange(Toggl *toggl, const Call *call, Reply *ret, HttpTrouble *ret_trouble,
                     GError **error)
{
    *ret_trouble = (HttpTrouble){0};
    if (!may_call(toggl, call, error) ||
        !wait_turn(toggl, pacing_delay(&toggl->pacing, toggl->clock->monotonic(toggl->clock)),
                   error))
        return false;
    g_autofree char *url = g_strconcat(toggl->base_url, call->path, NULL);
    bool is_read = !endpoint_is_write(call->endpoint);
    HttpRequest request = {.method = call->endpoint->method,
                           .url = url,
                           .body = call->body,
                           .anonymous = call->endpoint->anonymous,
                           .once = !is_read,
                           .interruptible = is_read};
    QuotaBucket *quota = &toggl->quotas[call->endpoint->bucket];
    trace_request(call);
    pacing_mark(&toggl->pacing, toggl->clock->monotonic(toggl->clock));
    toggl->calls++;
    toggl->spent += call->endpoint->bucket == BUCKET_ORGANIZATION;
    bool answered = http_perform(toggl->http, &request, &ret->http, ret_trouble, error);
    int64_t now = toggl->clock->now(toggl->clock);
    if (answered || ret_trouble->sent)
        quota_spend(quota, now);
    if (answered) {
        read_reply(toggl, ret);
        quota_learn(quota, ret->news, now);
        learn_time(toggl, ret, now);
        log_call(call, ret);
        trace_reply(ret);
    } else {
        log_debug("toggl: %s: no answer", call->endpoint->name);
        g_prefix_error(error, "toggl: %s: ", call->endpoint->name);
    }
    store_quota(toggl, call->endpoint->bucket);
    return answered;
}

bool reply_is_throttle(const Reply *reply)
{
    if (reply->http.status == 402)
        return retry_is_quota(reply->news.remaining, reply->text);
    return reply->http.status == 429;
}

/* How long to wait before the next attempt, -1: there is none. */
static int64_t delay_after(Toggl *toggl, const Call *call, const Reply *reply,
                           const HttpTrouble *trouble, unsigned attempt)
{
    int status = reply->http.status;
    double chance = g_rand_double(toggl->chance);
    if (attempt >= RETRY_ATTEMPTS)
        return -1;
    if (status == 0)
        return trouble->may_repeat ? retry_delay(attempt, chance) : -1;
    if (!retry_may_repeat(call->endpoint->method, status))
        return -1;
    int64_t delay =
        status == 429 ? retry_throttle_delay(attempt, chance) : retry_delay(attempt, chance);
    if (reply->retry_after >= 0)
        delay = MAX(delay * (status != 429), reply->retry_after * 1000000);
    return delay <= RETRY_LONGEST_WAIT ? delay : -1;
}

/* Only the token itself is judged by /me: 401 and 403 have both been seen for a bad one. */
static void learn_credentials(const Toggl *toggl, const Call *call, int status)
{
    if (call->endpoint->bucket == BUCKET_ME && (status == 401 || status == 403))
        facts_learn_credentials(toggl, status);
}

static bool is_answer(const Call *call, int status)
{
    return status == 200 || (status == 204 && call->endpoint->reply == REPLY_OBJECT_OR_NONE);
}

bool client_read(Toggl *toggl, const Call *call, Reply *ret, GError **error)
{
    for (unsigned attempt = 1;; attempt++) {
        g_auto(Reply) reply = {0};
        HttpTrouble trouble = {0};
        g_autoptr(GError) problem = NULL;
        if (exchange(toggl, call, &reply, &trouble, &problem)) {
            if (is_answer(call, reply.http.status)) {
                *ret = reply;
                reply = (Reply){0};
                return true;
            }
            learn_credentials(toggl, call, reply.http.status);
            trouble_set_error(toggl, call->endpoint, &reply, &problem);
        }
        int64_t delay = delay_after(toggl, call, &reply, &trouble, attempt);
        if (delay < 0) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        if (!wait_turn(toggl, delay, error))
            return false;
    }
}

bool client_write(Toggl *toggl, const Call *call, Reply *ret, bool *ret_sent, GError **error)
{
    HttpTrouble trouble = {0};
    bool answered = exchange(toggl, call, ret, &trouble, error);
    *ret_sent = answered || trouble.sent;
    return answered;
}

bool reply_parse(const Reply *reply, const char *what, json_t **ret, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (json_parse((const char *) reply->http.body->data, reply->http.body->len, what, ret,
                   &problem))
        return true;
    char *quote = strstr(problem->message, " near '");
    if (quote != NULL)
        *quote = '\0';
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}
