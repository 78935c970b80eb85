/* SPDX-License-Identifier: Apache-2.0 */
#include "report/metrics.h"

#include "report/wording.h"

#include <string.h>

#define PREFIX "toggl_ldap_sync_"
#define LAST_SUCCESS "last_success_timestamp_seconds"

typedef struct {
    GString *text;
    int64_t organization;
} Writer;

static void begin(Writer *writer, const char *name, const char *help)
{
    g_string_append_printf(writer->text, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n",
                           name, help, name);
}

/* One value; LABEL and its WORD may be NULL. */
static void put(Writer *writer, const char *name, const char *label, const char *word,
                int64_t value)
{
    g_string_append_printf(writer->text, PREFIX "%s{organization=\"%" G_GINT64_FORMAT "\"", name,
                           writer->organization);
    if (label != NULL) {
        g_string_append_printf(writer->text, ",%s=\"", label);
        /* names of sources come from the configuration: as the format escapes them */
        for (const char *c = word; *c != '\0'; c++) {
            if (*c == '\\' || *c == '"')
                g_string_append_c(writer->text, '\\');
            g_string_append_c(writer->text, *c);
        }
        g_string_append_c(writer->text, '"');
    }
    g_string_append_printf(writer->text, "} %" G_GINT64_FORMAT "\n", value);
}

static void put_one(Writer *writer, const char *name, const char *help, int64_t value)
{
    begin(writer, name, help);
    put(writer, name, NULL, NULL, value);
}

static void put_counts(Writer *writer, const char *name, const char *help, const char *label,
                       const GPtrArray *counts)
{
    begin(writer, name, help);
    for (guint i = 0; i < counts->len; i++) {
        const BulletinCount *count = g_ptr_array_index(counts, i);
        put(writer, name, label, count->name, count->count);
    }
}

/* Every rail, so that a series does not vanish when it is kept. */
static void put_rails(Writer *writer, const char *name, const char *help, RailClass class,
                      const GPtrArray *counts)
{
    begin(writer, name, help);
    for (RailKind kind = 0; kind < RAIL_KINDS; kind++) {
        if (rail_class(kind) != class)
            continue;
        int64_t found = 0;
        for (guint i = 0; i < counts->len; i++) {
            const BulletinCount *count = g_ptr_array_index(counts, i);
            if (strcmp(count->name, rail_name(kind)) == 0)
                found = count->count;
        }
        put(writer, name, "rail", rail_name(kind), found);
    }
}

static void put_kinds(Writer *writer, const char *name, const char *help, const int64_t *counts)
{
    begin(writer, name, help);
    for (ChangeKind kind = 0; kind < CHANGE_KINDS; kind++)
        put(writer, name, "kind", change_kind_name(kind), counts[kind]);
}

static void put_run(Writer *writer, const Bulletin *bulletin)
{
    begin(writer, "build_info", "The version that made this file; always 1.");
    put(writer, "build_info", "version", PROJECT_VERSION, 1);
    put_one(writer, "last_run_timestamp_seconds", "When the last run ended, seconds since 1970.",
            bulletin->ended);
    put_one(writer, "last_run_duration_seconds", "How long the last run took.",
            bulletin->ended - bulletin->started);
    put_one(writer, "last_run_status", "The exit status of the last run.", bulletin->status);
    put_one(writer, "last_run_success",
            "Whether the last run did its work; 1 also when a rail holds something.",
            bulletin_is_success(bulletin));
    put_one(writer, LAST_SUCCESS, "When a run last did its work; 0 when none did.",
            bulletin->last_success);
    put_one(writer, "stale_after_seconds", "How old the last success may be before it is stale.",
            bulletin->stale_after);
}

static void put_plan(Writer *writer, const Bulletin *bulletin)
{
    put_counts(writer, "people", "People in each directory.", "source", bulletin->people);
    put_kinds(writer, "planned_changes", "Changes in the plan of the last run.",
              bulletin->planned_changes);
    begin(writer, "people_left_alone", "People for whom nothing is done, by the reason.");
    for (NoticeKind kind = 0; kind < NOTICE_KINDS; kind++)
        put(writer, "people_left_alone", "reason", notice_word(kind), bulletin->notices[kind]);
    put_rails(writer, "held_changes", "Changes that each rail holds until a person decides.",
              RAIL_CLASS_HOLD, bulletin->held);
    put_rails(writer, "deferred_changes", "Changes that each rail leaves to a later run.",
              RAIL_CLASS_DEFER, bulletin->deferred);
}

static void put_members(Writer *writer, const Bulletin *bulletin)
{
    begin(writer, "members", "Members of the organization, by their state.");
    put(writer, "members", "state", "active", bulletin->members_active);
    put(writer, "members", "state", "invited", bulletin->members_invited);
    put(writer, "members", "state", "deactivated", bulletin->members_deactivated);
    put_one(writer, "groups", "Groups of the organization.", bulletin->groups);
}

static void put_work(Writer *writer, const Bulletin *bulletin)
{
    put_kinds(writer, "changes", "Confirmed changes of the last run.", bulletin->done);
    begin(writer, "requests", "Requests of the last run that change Toggl, by their outcome.");
    put(writer, "requests", "outcome", "done", bulletin->requests_done);
    put(writer, "requests", "outcome", "failed", bulletin->requests_failed);
    put(writer, "requests", "outcome", "unknown", bulletin->requests_unknown);
    put(writer, "requests", "outcome", "unsent", bulletin->requests_unsent);
    put_one(writer, "api_calls", "Calls of the last run to Toggl, reads included.",
            bulletin->calls);
    if (bulletin->quota_total > 0)
        put_one(writer, "quota_calls", "Calls an hour that Toggl grants.", bulletin->quota_total);
    if (bulletin->quota_remaining >= 0)
        put_one(writer, "quota_remaining_calls", "Calls left of the hour when the run ended.",
                bulletin->quota_remaining);
}

char *metrics_text(const Bulletin *bulletin)
{
    Writer writer = {.text = g_string_new(NULL), .organization = bulletin->organization_id};
    put_run(&writer, bulletin);
    put_work(&writer, bulletin);
    if (bulletin->planned)
        put_plan(&writer, bulletin);
    if (bulletin->counted)
        put_members(&writer, bulletin);
    return g_string_free(writer.text, FALSE);
}

int64_t metrics_last_success(const char *text)
{
    const char *at = strstr(text, "\n" PREFIX LAST_SUCCESS "{");
    const char *end = at == NULL ? NULL : strstr(at, "} ");
    return end == NULL ? 0 : MAX(0, g_ascii_strtoll(end + 2, NULL, 10));
}
