/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bulletin.h"

#include "base/error.h"
#include "base/text.h"
#include "report/wording.h"

#include <string.h>

static const char *const news[] = {
    [NEWS_FAILURE] = "failure",     [NEWS_HELD] = "held",       [NEWS_CHANGES] = "changes",
    [NEWS_MISSING] = "missing",     [NEWS_PARTIAL] = "partial", [NEWS_PROTECTED] = "protected",
    [NEWS_RECOVERED] = "recovered",
};
_Static_assert(G_N_ELEMENTS(news) == NEWS_KINDS, "every kind of news has its word");

const char *news_name(NewsKind kind)
{
    return news[kind];
}

bool news_parse(const char *name, NewsKind *ret_kind)
{
    for (NewsKind kind = 0; kind < NEWS_KINDS; kind++) {
        if (strcmp(news[kind], name) == 0) {
            *ret_kind = kind;
            return true;
        }
    }
    return false;
}

static void count_free(gpointer data)
{
    BulletinCount *count = data;
    g_free(count->name);
    g_free(count);
}

Bulletin *bulletin_new(const char *command, int64_t organization_id, int64_t started)
{
    Bulletin *bulletin = g_new0(Bulletin, 1);
    bulletin->command = g_strdup(command);
    bulletin->organization_id = organization_id;
    bulletin->started = started;
    bulletin->people = g_ptr_array_new_with_free_func(count_free);
    bulletin->held = g_ptr_array_new_with_free_func(count_free);
    bulletin->deferred = g_ptr_array_new_with_free_func(count_free);
    bulletin->explanations = g_ptr_array_new_with_free_func(g_free);
    bulletin->protected_people = g_ptr_array_new_with_free_func(g_free);
    bulletin->missing_people = g_ptr_array_new_with_free_func(g_free);
    bulletin->quota_remaining = -1;
    return bulletin;
}

void bulletin_free(Bulletin *bulletin)
{
    if (bulletin == NULL)
        return;
    g_free(bulletin->command);
    g_free(bulletin->organization_name);
    g_free(bulletin->host);
    g_free(bulletin->config);
    g_free(bulletin->problem);
    g_ptr_array_unref(bulletin->people);
    g_ptr_array_unref(bulletin->held);
    g_ptr_array_unref(bulletin->deferred);
    g_ptr_array_unref(bulletin->explanations);
    g_ptr_array_unref(bulletin->protected_people);
    g_ptr_array_unref(bulletin->missing_people);
    g_free(bulletin);
}

static void count_under(GPtrArray *counts, const char *name, int64_t amount)
{
    for (guint i = 0; i < counts->len; i++) {
        BulletinCount *count = g_ptr_array_index(counts, i);
        if (strcmp(count->name, name) == 0) {
            count->count += amount;
            return;
        }
    }
    BulletinCount *count = g_new0(BulletinCount, 1);
    *count = (BulletinCount){.name = g_strdup(name), .count = amount};
    g_ptr_array_add(counts, count);
}

static void count_withheld(GPtrArray *counts, const GPtrArray *withheld)
{
    for (guint i = 0; i < withheld->len; i++) {
        const Withheld *one = g_ptr_array_index(withheld, i);
        count_under(counts, rail_name(one->rail), 1);
    }
}

static char *grace_text(const Notice *notice)
{
    return g_strdup_printf(
        "%s: %" G_GINT64_FORMAT " day%s and %" G_GINT64_FORMAT " complete read%s left",
        person_text(&notice->person), notice->days_left, notice->days_left == 1 ? "" : "s",
        notice->reads_left, notice->reads_left == 1 ? "" : "s");
}

static void take_notice(Bulletin *bulletin, const Notice *notice, int64_t read_at)
{
    bulletin->notices[notice->kind]++;
    if (notice->kind == NOTICE_PROTECTED)
        g_ptr_array_add(bulletin->protected_people, text_safe(person_text(&notice->person), -1));
    if (notice->kind == NOTICE_MISSING && notice->since >= read_at) {
        g_autofree char *text = grace_text(notice);
        bulletin->began_missing++;
        g_ptr_array_add(bulletin->missing_people, text_safe(text, -1));
    }
}

/* What RAIL says, and about whom. */
static char *explain(const Rail *rail)
{
    GString *text = g_string_new(rail->explanation);
    for (guint i = 0; i < rail->examples->len; i++) {
        g_autofree char *name = text_safe(g_ptr_array_index(rail->examples, i), -1);
        g_string_append_printf(text, "%s%s", i == 0 ? ": " : ", ", name);
    }
    return g_string_free(text, FALSE);
}

static void forget_plan(Bulletin *bulletin)
{
    GPtrArray *const lists[] = {bulletin->people,         bulletin->held,
                                bulletin->deferred,       bulletin->explanations,
                                bulletin->missing_people, bulletin->protected_people};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_set_size(lists[i], 0);
    memset(bulletin->planned_changes, 0, sizeof bulletin->planned_changes);
    memset(bulletin->notices, 0, sizeof bulletin->notices);
    bulletin->began_missing = 0;
}

void bulletin_take_plan(Bulletin *bulletin, const Plan *plan)
{
    forget_plan(bulletin);
    bulletin->planned = true;
    g_free(bulletin->organization_name);
    bulletin->organization_name = text_safe(plan->organization_name, -1);
    for (guint i = 0; i < plan->completeness->len; i++) {
        const Completeness *completeness = g_ptr_array_index(plan->completeness, i);
        count_under(bulletin->people, completeness->source, completeness->people);
    }
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        bulletin->planned_changes[change->kind]++;
    }
    for (guint i = 0; i < plan->notices->len; i++)
        take_notice(bulletin, g_ptr_array_index(plan->notices, i), plan->created);
    count_withheld(bulletin->held, plan->held);
    count_withheld(bulletin->deferred, plan->deferred);
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if ((rail->verdict == VERDICT_HOLD || rail->verdict == VERDICT_DEFER) &&
            rail->explanation != NULL)
            g_ptr_array_add(bulletin->explanations, explain(rail));
    }
}

void bulletin_take_organization(Bulletin *bulletin, const Organization *organization)
{
    bulletin->counted = true;
    bulletin->members_active = bulletin->members_invited = bulletin->members_deactivated = 0;
    for (guint i = 0; i < organization->members->len; i++) {
        const Member *member = g_ptr_array_index(organization->members, i);
        if (member->inactive)
            bulletin->members_deactivated++;
        else if (member->joined)
            bulletin->members_active++;
        else
            bulletin->members_invited++;
    }
    bulletin->groups = organization->groups->len;
}

bool bulletin_is_success(const Bulletin *bulletin)
{
    return bulletin->planned &&
           (bulletin->status == EXIT_STATUS_DONE ||
            bulletin->status == error_code_exit_status(SYNC_ERROR_QUOTA) || /* goes on by itself */
            bulletin->status == error_code_exit_status(SYNC_ERROR_REFUSED));
}

static bool changed_anything(const Bulletin *bulletin)
{
    for (ChangeKind kind = 0; kind < CHANGE_KINDS; kind++) {
        if (kind != CHANGE_LINK && kind != CHANGE_ADOPT && bulletin->done[kind] > 0)
            return true;
    }
    return false;
}

unsigned bulletin_news(const Bulletin *bulletin)
{
    const int partial = error_code_exit_status(SYNC_ERROR_PARTIAL);
    const int refused = error_code_exit_status(SYNC_ERROR_REFUSED);
    const int later = error_code_exit_status(SYNC_ERROR_QUOTA);
    const bool success = bulletin_is_success(bulletin);
    const bool found[NEWS_KINDS] = {
        /* who waits for the quota or for another run has not failed: a last success grows old */
        [NEWS_FAILURE] = !success && bulletin->status != partial && bulletin->status != refused &&
                         bulletin->status != later,
        [NEWS_HELD] = bulletin->held->len > 0 || bulletin->status == refused,
        [NEWS_CHANGES] = changed_anything(bulletin),
        [NEWS_MISSING] = bulletin->began_missing > 0,
        [NEWS_PARTIAL] = bulletin->status == partial,
        [NEWS_PROTECTED] = bulletin->notices[NOTICE_PROTECTED] > 0,
        [NEWS_RECOVERED] = success && bulletin->failed_before,
    };
    unsigned bits = 0;
    for (NewsKind kind = 0; kind < NEWS_KINDS; kind++)
        bits |= found[kind] ? 1U << kind : 0;
    return bits;
}

char *bulletin_summary(const Bulletin *bulletin)
{
    GString *text = g_string_new(NULL);
    for (ChangeKind kind = 0; kind < CHANGE_KINDS; kind++) {
        if (bulletin->done[kind] == 0)
            continue;
        g_autofree char *count = change_count_text(kind, bulletin->done[kind]);
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", count);
    }
    if (text->len == 0)
        g_string_append(text, "nothing changed");
    return g_string_free(text, FALSE);
}
