/* SPDX-License-Identifier: Apache-2.0 */
#include "report/message.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"
#include "report/wording.h"
#include "sync/overview.h"

#include <jansson.h>
#include <string.h>

#define FORMAT "toggl-ldap-sync notification"
#define VERSION 1

static int64_t sum_of(const GPtrArray *counts)
{
    int64_t sum = 0;
    for (guint i = 0; i < counts->len; i++)
        sum += ((const BulletinCount *) g_ptr_array_index(counts, i))->count;
    return sum;
}

static bool has(unsigned news, NewsKind kind)
{
    return (news & (1U << kind)) != 0;
}

/* The worst of it, in a few words. */
static char *headline(const Bulletin *bulletin, unsigned news)
{
    if (has(news, NEWS_FAILURE))
        return g_strdup_printf("%s failed: %s", bulletin->command,
                               error_status_brief(bulletin->status));
    if (has(news, NEWS_HELD) && bulletin->held->len > 0)
        return text_count(sum_of(bulletin->held), "change is held", "changes are held");
    if (has(news, NEWS_HELD))
        return g_strdup_printf("%s was refused", bulletin->command);
    if (has(news, NEWS_PARTIAL))
        return text_count(bulletin->requests_failed, "request failed", "requests failed");
    if (has(news, NEWS_PROTECTED))
        return text_count(bulletin->notices[NOTICE_PROTECTED],
                          "protected person keeps what they should lose",
                          "protected people keep what they should lose");
    if (has(news, NEWS_RECOVERED))
        return g_strdup("works again");
    if (has(news, NEWS_CHANGES))
        return bulletin_summary(bulletin);
    if (has(news, NEWS_MISSING))
        return text_count(bulletin->began_missing, "person is missing", "people are missing");
    return bulletin_summary(bulletin);
}

static const char *name_of(const Bulletin *bulletin)
{
    return bulletin->organization_name != NULL ? bulletin->organization_name : "Toggl";
}

char *message_subject(const Bulletin *bulletin, unsigned news)
{
    g_autofree char *head = headline(bulletin, news);
    return g_strdup_printf("toggl-ldap-sync, %s: %s", name_of(bulletin), head);
}

/* ---- the mail ---- */

static void append_list(GString *text, const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "  %s\n", (const char *) g_ptr_array_index(lines, i));
}

static void append_failure(GString *text, const Bulletin *bulletin, const char *program)
{
    g_string_append_printf(text, "%s ended with status %d: %s\n", bulletin->command,
                           bulletin->status, error_status_meaning(bulletin->status));
    if (bulletin->problem != NULL)
        g_string_append_printf(text, "\n%s\n", bulletin->problem);
    g_autoptr(GString) next = g_string_new(overview_advice(bulletin->status));
    (void) g_string_replace(next, "toggl-ldap-sync", program, 0);
    g_string_append_printf(text, "\nWhat comes next: %s.\n", next->str);
}

/* The command that lets exactly this pass, where a person may. */
static void append_approve(GString *text, const Bulletin *bulletin, const char *program)
{
    g_autoptr(GString) rails = g_string_new(NULL);
    for (guint i = 0; i < bulletin->held->len; i++) {
        const BulletinCount *count = g_ptr_array_index(bulletin->held, i);
        RailKind kind = RAIL_KINDS;
        if (rail_parse(count->name, &kind) && rail_is_approvable(kind))
            g_string_append_printf(rails, " --exceed %s", count->name);
    }
    if (rails->len > 0 && bulletin->run != 0)
        g_string_append_printf(text,
                               "\nIf this is right, let exactly these changes pass:\n\n"
                               "  %s approve %" G_GINT64_FORMAT "%s\n",
                               program, bulletin->run, rails->str);
}

static void append_held(GString *text, const Bulletin *bulletin, const char *program)
{
    g_string_append_printf(text, "\nA rail holds this until a person decides; %s:\n\n",
                           bulletin->report_only ? "nothing else is done either, for "
                                                   "lifecycle.mode is \"report\""
                                                 : "everything else was done");
    append_list(text, bulletin->explanations);
    if (bulletin->explanations->len == 0 && bulletin->problem != NULL)
        g_string_append_printf(text, "  %s\n", bulletin->problem);
    append_approve(text, bulletin, program);
}

static void append_work(GString *text, const Bulletin *bulletin, const char *program)
{
    g_autofree char *summary = bulletin_summary(bulletin);
    g_string_append_printf(text, "\nDone: %s.\n", summary);
    g_string_append_printf(text,
                           "Requests: %" G_GINT64_FORMAT " done, %" G_GINT64_FORMAT
                           " failed, %" G_GINT64_FORMAT " without a clear answer, %" G_GINT64_FORMAT
                           " not sent.\n",
                           bulletin->requests_done, bulletin->requests_failed,
                           bulletin->requests_unknown, bulletin->requests_unsent);
    if (bulletin->run != 0)
        g_string_append_printf(text, "'%s history %" G_GINT64_FORMAT "' shows each.\n", program,
                               bulletin->run);
}

static void append_people(GString *text, const Bulletin *bulletin, unsigned news)
{
    if (has(news, NEWS_PROTECTED)) {
        g_string_append(text, "\nGone from the directory, and protected: nothing is done to them. "
                              "Somebody should look.\n\n");
        append_list(text, bulletin->protected_people);
    }
    if (has(news, NEWS_MISSING)) {
        g_string_append(text, "\nNo longer in the directory. Who comes back within the grace keeps "
                              "everything:\n\n");
        append_list(text, bulletin->missing_people);
    }
}

char *message_text(const Bulletin *bulletin, unsigned news)
{
    g_autofree char *ended = clock_format(bulletin->ended);
    g_autofree char *program = program_text(bulletin->config);
    GString *text = g_string_new(NULL);
    if (has(news, NEWS_RECOVERED))
        g_string_append_printf(text, "%s works again.\n", bulletin->command);
    if (has(news, NEWS_FAILURE))
        append_failure(text, bulletin, program);
    if (has(news, NEWS_HELD))
        append_held(text, bulletin, program);
    if (has(news, NEWS_PARTIAL))
        g_string_append(text, "\nSome requests failed. The next run tries what is still wanted "
                              "again.\n");
    append_people(text, bulletin, news);
    append_work(text, bulletin, program);
    g_string_append_printf(text, "\nOrganization %" G_GINT64_FORMAT " (%s), %s of %s%s%s.\n",
                           bulletin->organization_id, name_of(bulletin), bulletin->command, ended,
                           bulletin->host != NULL ? " on " : "", text_or_nothing(bulletin->host));
    return g_strchug(g_string_free(text, FALSE)); /* parts are parted by what stands before them */
}

/* ---- the webhook ---- */

static void set(json_t *object, const char *key, json_t *value)
{
    (void) json_object_set_new(object, key, value);
}

static json_t *counts_json(const GPtrArray *counts)
{
    json_t *object = json_object();
    for (guint i = 0; i < counts->len; i++) {
        const BulletinCount *count = g_ptr_array_index(counts, i);
        set(object, count->name, json_integer(count->count));
    }
    return object;
}

static json_t *kinds_json(const int64_t *counts)
{
    json_t *object = json_object();
    for (ChangeKind kind = 0; kind < CHANGE_KINDS; kind++) {
        if (counts[kind] > 0)
            set(object, change_kind_name(kind), json_integer(counts[kind]));
    }
    return object;
}

static json_t *news_json(unsigned news)
{
    json_t *list = json_array();
    for (NewsKind kind = 0; kind < NEWS_KINDS; kind++) {
        if (has(news, kind))
            (void) json_array_append_new(list, json_string(news_name(kind)));
    }
    return list;
}

char *message_json(const Bulletin *bulletin, unsigned news)
{
    g_autofree char *subject = message_subject(bulletin, news);
    g_autofree char *started = clock_format(bulletin->started);
    g_autofree char *ended = clock_format(bulletin->ended);
    json_t *object = json_pack(
        "{ss si ss so ss si ss ss ss* s{sI ss?} s{sI sI sI sI}}", "format", FORMAT, "version",
        VERSION, "text", subject, "news", news_json(news), "command", bulletin->command, "status",
        bulletin->status, "started", started, "ended", ended, "host", bulletin->host,
        "organization", "id", (json_int_t) bulletin->organization_id, "name",
        bulletin->organization_name, "requests", "done", (json_int_t) bulletin->requests_done,
        "failed", (json_int_t) bulletin->requests_failed, "unknown",
        (json_int_t) bulletin->requests_unknown, "unsent", (json_int_t) bulletin->requests_unsent);
    set(object, "changes", kinds_json(bulletin->done));
    set(object, "held", counts_json(bulletin->held));
    set(object, "deferred", counts_json(bulletin->deferred));
    set(object, "missing", json_integer(bulletin->notices[NOTICE_MISSING]));
    if (bulletin->run != 0)
        set(object, "run", json_integer(bulletin->run));
    char *dumped = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(object);
    char *text = g_strdup(dumped);
    free(dumped);
    return text;
}

char *message_line(const Bulletin *bulletin)
{
    g_autofree char *summary = bulletin_summary(bulletin);
    return g_strdup_printf("%s: status %d, %s, %" G_GINT64_FORMAT " held\n", bulletin->command,
                           bulletin->status, summary, sum_of(bulletin->held));
}

char *message_signature(const char *key, size_t key_length, int64_t time, const char *body)
{
    g_autofree char *signed_text = g_strdup_printf("%" G_GINT64_FORMAT ".%s", time, body);
    g_autofree char *hex = sha256_hmac_hex(key, key_length, signed_text);
    return g_strconcat("sha256=", hex, NULL);
}
