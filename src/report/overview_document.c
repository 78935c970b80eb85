/* SPDX-License-Identifier: Apache-2.0 */

/* An overview as data, for programs that watch. */

#include "base/clock.h"
#include "report/overview_view.h"

/* TIME as text, or null when it is 0. New reference. */
static json_t *time_json(int64_t time)
{
    g_autofree char *text = time != 0 ? clock_format(time) : NULL;
    return text != NULL ? json_string(text) : json_null();
}

/* TEXT, which may be any bytes; null when it is NULL. New reference. */
static json_t *text_json(const char *text)
{
    g_autofree char *valid = text != NULL ? g_utf8_make_valid(text, -1) : NULL;
    return valid != NULL ? json_string(valid) : json_null();
}

static json_t *run_json(const OverviewRun *run)
{
    return json_pack("{sI so so so sb si so sb}", "id", (json_int_t) run->id, "command",
                     text_json(run->command), "started", time_json(run->started), "ended",
                     time_json(run->ended), "finished", run->ended != 0, "status", run->status,
                     "summary", text_json(run->summary != NULL ? run->summary : ""), "settled",
                     run->settled);
}

static json_t *runs_json(const GPtrArray *runs)
{
    json_t *list = json_array();
    for (guint i = 0; i < runs->len; i++)
        (void) json_array_append_new(list, run_json(g_ptr_array_index(runs, i)));
    return list;
}

static json_t *concerns_json(const Overview *overview)
{
    json_t *list = json_array();
    for (guint i = 0; i < overview->concerns->len; i++) {
        const Concern *concern = g_ptr_array_index(overview->concerns, i);
        (void) json_array_append_new(
            list, json_pack("{ss sb so so}", "kind", concern->kind, "critical", concern->critical,
                            "text", text_json(concern->text), "next", text_json(concern->next)));
    }
    return list;
}

static json_t *missing_json(const Overview *overview)
{
    json_t *list = json_array();
    for (guint i = 0; i < overview->missing->len; i++) {
        const OverviewPerson *person = g_ptr_array_index(overview->missing, i);
        (void) json_array_append_new(
            list, json_pack("{so so so ss so sI sI sI sb}", "source", text_json(person->source),
                            "anchor", text_json(person->anchor), "mail", text_json(person->mail),
                            "why", person->unwanted ? "unwanted" : "missing", "since",
                            time_json(person->since), "reads", (json_int_t) person->reads,
                            "days_left", (json_int_t) person->days_left, "reads_left",
                            (json_int_t) person->reads_left, "held", person->held));
    }
    return list;
}

static json_t *holds_json(const Overview *overview)
{
    json_t *list = json_array();
    for (guint i = 0; i < overview->holds->len; i++) {
        const OverviewPerson *person = g_ptr_array_index(overview->holds, i);
        (void) json_array_append_new(
            list, json_pack("{so so so so so}", "source", text_json(person->source), "anchor",
                            text_json(person->anchor), "mail", text_json(person->mail), "until",
                            time_json(person->until), "reason", text_json(person->reason)));
    }
    return list;
}

static json_t *notices_json(const Overview *overview, NoticeKind kind)
{
    json_t *list = json_array();
    for (guint i = 0; overview->plan != NULL && i < overview->plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(overview->plan->notices, i);
        if (notice->kind != kind)
            continue;
        const ChangePerson *person = &notice->person;
        (void) json_array_append_new(
            list,
            json_pack("{so so so sI so}", "source", text_json(person->source), "anchor",
                      text_json(person->anchor), "mail", text_json(person->mail), "user_id",
                      (json_int_t) person->user_id.value, "reason", text_json(notice->reason)));
    }
    return list;
}

/* How many changes each rail withholds. */
static json_t *withheld_json(const GPtrArray *withheld)
{
    json_t *counts = json_object();
    for (guint i = 0; withheld != NULL && i < withheld->len; i++) {
        const char *name = rail_name(((const Withheld *) g_ptr_array_index(withheld, i))->rail);
        json_int_t before = json_integer_value(json_object_get(counts, name));
        (void) json_object_set_new(counts, name, json_integer(before + 1));
    }
    return counts;
}

static json_t *plan_json(const Overview *overview)
{
    const Plan *plan = overview->plan;
    if (plan == NULL)
        return json_null();
    return json_pack("{sI sb so so so so so so so so so}", "run", (json_int_t) overview->plan_run,
                     "void", overview_is_void(overview, plan->digests.configuration), "created",
                     time_json(plan->created), "held", withheld_json(plan->held), "deferred",
                     withheld_json(plan->deferred), "frozen", notices_json(overview, NOTICE_FROZEN),
                     "waiting", notices_json(overview, NOTICE_WAITING), "out_of_scope",
                     notices_json(overview, NOTICE_OUT_OF_SCOPE), "people_held",
                     notices_json(overview, NOTICE_HELD), "protected",
                     notices_json(overview, NOTICE_PROTECTED), "excluded",
                     notices_json(overview, NOTICE_EXCLUDED));
}

static json_t *calls_json(const Overview *overview)
{
    json_t *list = json_array();
    for (guint i = 0; i < overview->calls->len; i++) {
        const OverviewCall *call = g_ptr_array_index(overview->calls, i);
        (void) json_array_append_new(list,
                                     json_pack("{so so}", "operation", text_json(call->operation),
                                               "sent", time_json(call->sent)));
    }
    return list;
}

static json_t *approvals_json(const Overview *overview)
{
    json_t *list = json_array();
    for (guint i = 0; i < overview->approvals->len; i++) {
        const OverviewApproval *approval = g_ptr_array_index(overview->approvals, i);
        (void) json_array_append_new(list, json_pack("{so so sb sI}", "by", text_json(approval->by),
                                                     "expires", time_json(approval->expires),
                                                     "void", approval->is_void, "more_needed",
                                                     (json_int_t) approval->more));
    }
    return list;
}

static json_t *altered_json(const Overview *overview)
{
    json_t *list = json_array();
    for (guint i = 0; i < overview->altered->len; i++) {
        const OverviewAlteration *row = g_ptr_array_index(overview->altered, i);
        (void) json_array_append_new(
            list, json_pack("{so ss ss so sI sI so ss? ss?}", "seen", time_json(row->seen), "what",
                            row->what, "where", row->where, "mail", text_json(row->mail), "user_id",
                            (json_int_t) row->user_id, "target", (json_int_t) row->target,
                            "target_name", text_json(row->target_name), "role",
                            row->role != ROLE_NONE ? role_name(row->role) : NULL, "role_before",
                            row->before != ROLE_NONE ? role_name(row->before) : NULL));
    }
    return list;
}

static json_t *quota_json(const OverviewQuota *quota)
{
    if (quota->total < 0)
        return json_null();
    return json_pack("{sI sI sI so}", "total", (json_int_t) quota->total, "remaining",
                     (json_int_t) quota->remaining, "reserve", (json_int_t) quota->reserve,
                     "resets", time_json(quota->resets_at));
}

static json_t *last_json(const Overview *overview)
{
    if (overview->last_command == NULL)
        return json_null();
    return json_pack("{so so si so}", "command", text_json(overview->last_command), "ended",
                     time_json(overview->last_ended), "status", overview->last_status, "problem",
                     text_json(overview->last_problem));
}

static json_t *facts_json(const Overview *overview)
{
    json_t *list = json_array();
    for (guint i = 0; i < overview->facts->len; i++) {
        const OverviewFact *fact = g_ptr_array_index(overview->facts, i);
        (void) json_array_append_new(list,
                                     json_pack("{so so sb}", "name", text_json(fact->name), "value",
                                               text_json(fact->value), "learned", fact->learned));
    }
    return list;
}

json_t *overview_document(const Overview *overview)
{
    json_t *document = json_pack(
        "{ss si so sI sb so so sb sI so}", "format", "toggl-ldap-sync status", "version", 1, "time",
        time_json(overview->now), "organization", (json_int_t) overview->organization_id,
        "attention", overview->concerns->len > 0, "concerns", concerns_json(overview),
        "last_success", time_json(overview->last_success), "stale", overview_is_stale(overview),
        "stale_after_seconds", (json_int_t) overview->stale_after, "last_run", last_json(overview));
    json_t *rest = json_pack(
        "{sb sI so so so so so so so so so}", "quarantined", overview->quarantined,
        "unconverged_runs", (json_int_t) overview->unconverged, "runs", runs_json(overview->runs),
        "unfinished", runs_json(overview->unsettled), "missing", missing_json(overview), "holds",
        holds_json(overview), "all_held_until", time_json(overview->held_until), "last_plan",
        plan_json(overview), "unknown_calls", calls_json(overview), "approvals",
        approvals_json(overview), "altered", altered_json(overview));
    (void) json_object_update_new(document, rest);
    json_t *quota = json_pack("{so so}", "organization", quota_json(&overview->organization_quota),
                              "me", quota_json(&overview->me_quota));
    (void) json_object_set_new(document, "quota", quota);
    (void) json_object_set_new(document, "links", json_integer(overview->links));
    (void) json_object_set_new(document, "grants", json_integer(overview->grants));
    if (overview->facts->len > 0)
        (void) json_object_set_new(document, "facts", facts_json(overview));
    return document;
}
