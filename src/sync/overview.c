/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/overview.h"

#include "base/clock.h"

#include <string.h>

static void run_free(gpointer data)
{
    OverviewRun *run = data;
    g_free(run->command);
    g_free(run->summary);
    g_free(run);
}

static void person_free(gpointer data)
{
    OverviewPerson *person = data;
    g_free(person->source);
    g_free(person->anchor);
    g_free(person->mail);
    g_free(person->reason);
    g_free(person);
}

static void call_free(gpointer data)
{
    OverviewCall *call = data;
    g_free(call->operation);
    g_free(call);
}

static void approval_free(gpointer data)
{
    OverviewApproval *approval = data;
    g_free(approval->by);
    g_free(approval);
}

static void alteration_free(gpointer data)
{
    OverviewAlteration *alteration = data;
    g_free(alteration->mail);
    g_free(alteration->target_name);
    g_free(alteration);
}

static void fact_free(gpointer data)
{
    OverviewFact *fact = data;
    g_free(fact->name);
    g_free(fact->value);
    g_free(fact);
}

static void concern_free(gpointer data)
{
    Concern *concern = data;
    g_free(concern->text);
    g_free(concern->next);
    g_free(concern);
}

Overview *overview_new(void)
{
    Overview *overview = g_new0(Overview, 1);
    const OverviewQuota unknown = {.total = -1, .remaining = -1};
    overview->runs = g_ptr_array_new_with_free_func(run_free);
    overview->unsettled = g_ptr_array_new_with_free_func(run_free);
    overview->missing = g_ptr_array_new_with_free_func(person_free);
    overview->holds = g_ptr_array_new_with_free_func(person_free);
    overview->calls = g_ptr_array_new_with_free_func(call_free);
    overview->approvals = g_ptr_array_new_with_free_func(approval_free);
    overview->altered = g_ptr_array_new_with_free_func(alteration_free);
    overview->facts = g_ptr_array_new_with_free_func(fact_free);
    overview->concerns = g_ptr_array_new_with_free_func(concern_free);
    overview->organization_quota = overview->me_quota = unknown;
    return overview;
}

void overview_free(Overview *overview)
{
    if (overview == NULL)
        return;
    GPtrArray *const lists[] = {overview->runs,    overview->unsettled, overview->missing,
                                overview->holds,   overview->calls,     overview->approvals,
                                overview->altered, overview->facts,     overview->concerns};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(lists[i]);
    g_free(overview->state_path);
    g_free(overview->configuration);
    g_free(overview->last_command);
    g_free(overview->last_problem);
    g_free(overview->clock_problem);
    g_free(overview->held_reason);
    plan_free(overview->plan);
    g_free(overview);
}

bool overview_is_stale(const Overview *overview)
{
    return overview->now - overview->last_success > overview->stale_after;
}

bool overview_is_void(const Overview *overview, const char *configuration)
{
    return configuration != NULL && overview->configuration != NULL &&
           strcmp(configuration, overview->configuration) != 0;
}

bool overview_is_on_hold(const Overview *overview, const Notice *notice)
{
    const ChangePerson *who = &notice->person;
    for (guint i = 0; notice->kind == NOTICE_HELD && i < overview->holds->len; i++) {
        const OverviewPerson *held = g_ptr_array_index(overview->holds, i);
        bool entry = who->anchor != NULL && g_strcmp0(who->anchor, held->anchor) == 0 &&
                     g_strcmp0(who->source, held->source) == 0;
        bool mail = who->mail != NULL && held->mail != NULL &&
                    g_ascii_strcasecmp(who->mail, held->mail) == 0;
        if (entry || mail)
            return true;
    }
    return false;
}

guint overview_notices(const Overview *overview, NoticeKind kind)
{
    guint count = 0;
    for (guint i = 0; overview->plan != NULL && i < overview->plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(overview->plan->notices, i);
        count += notice->kind == kind && !overview_is_on_hold(overview, notice);
    }
    return count;
}

char *overview_age(int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{SECONDS_A_DAY, "day"}, {SECONDS_AN_HOUR, "hour"}, {60, "minute"}, {1, "second"}};
    size_t unit = 0;
    while (unit + 1 < G_N_ELEMENTS(units) && seconds < units[unit].seconds)
        unit++;
    const int64_t count = MAX(0, seconds) / units[unit].seconds;
    return g_strdup_printf("%" G_GINT64_FORMAT " %s%s", count, units[unit].name,
                           count == 1 ? "" : "s");
}
