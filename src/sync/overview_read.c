/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/overview_read.h"

#include "base/clock.h"
#include "base/error.h"
#include "state/approvals.h"
#include "state/care.h"
#include "sync/access.h"
#include "sync/alteration.h"
#include "sync/approval.h"
#include "sync/document.h"
#include "sync/latest.h"
#include "sync/run.h"

#include <string.h>

#define RUNS_SHOWN 10
/* So long calls of which nobody knows and what was altered by hand are shown. */
#define DAYS_BACK 7

typedef struct {
    const OverviewInput *in;
    Overview *overview;
    Ledger *ledger;
    GHashTable *active;  /* who is an active member, as the last read saw it: organization-user ids,
                            borrowed */
    GHashTable *granted; /* who has something of us; likewise */
} Gathering;

static void add_run(GPtrArray *runs, const RunRecord *record)
{
    OverviewRun *run = g_new0(OverviewRun, 1);
    *run = (OverviewRun){
        .id = record->id,
        .command = g_strdup(record->command),
        .started = record->started,
        .ended = record->ended,
        .status = record->status,
        .summary = g_strdup(record->summary),
        .settled = record->settled,
    };
    g_ptr_array_add(runs, run);
}

static bool gather_runs(const Gathering *gathering, GError **error)
{
    g_autoptr(GPtrArray) runs = NULL;
    g_autoptr(GPtrArray) unsettled = NULL;
    if (!state_runs(gathering->in->state, RUNS_SHOWN, &runs, error) ||
        !state_unsettled_runs(gathering->in->state, &unsettled, error))
        return false;
    for (guint i = 0; i < runs->len; i++)
        add_run(gathering->overview->runs, g_ptr_array_index(runs, i));
    for (guint i = 0; i < unsettled->len; i++)
        add_run(gathering->overview->unsettled, g_ptr_array_index(unsettled, i));
    return true;
}

/* The newer of what the last run left as its word and what the history has. */
static bool gather_latest(const Gathering *gathering, GError **error)
{
    Overview *overview = gathering->overview;
    g_autoptr(LatestRun) latest = NULL;
    if (!latest_recall(gathering->in->state, &latest, error) ||
        !latest_recall_success(gathering->in->state, &overview->last_success, error) ||
        !run_unconverged(gathering->in->state, &overview->unconverged, error))
        return false;
    overview->quarantined = overview->unconverged >= RUN_QUARANTINE;
    if (latest != NULL) {
        overview->last_command = g_steal_pointer(&latest->command);
        overview->last_problem = g_steal_pointer(&latest->problem);
        overview->last_ended = latest->ended;
        overview->last_status = latest->status;
    }
    for (guint i = 0; i < overview->runs->len; i++) {
        const OverviewRun *run = g_ptr_array_index(overview->runs, i);
        bool is_to_come = run->ended > overview->now; /* a clock was wrong: that is not the last */
        if (is_to_come || run->ended <= overview->last_ended || strcmp(run->command, "api") == 0)
            continue;
        g_free(overview->last_command);
        g_clear_pointer(&overview->last_problem, g_free);
        overview->last_command = g_strdup(run->command);
        overview->last_ended = run->ended;
        overview->last_status = run->status;
    }
    return true;
}

static void gather_clock(const Gathering *gathering)
{
    Overview *overview = gathering->overview;
    g_autoptr(GError) error = NULL;
    if (!state_check_clock(gathering->in->state, overview->now, &error))
        overview->clock_problem = g_strdup(error->message);
}

static bool gather_plan(const Gathering *gathering, GError **error)
{
    Overview *overview = gathering->overview;
    g_autoptr(RunRecord) run = NULL;
    if (!state_last_planned(gathering->in->state, &run, error))
        return false;
    if (run == NULL)
        return true;
    overview->plan_run = run->id;
    if (plan_document_read(run->plan, strlen(run->plan), &overview->plan, error))
        return true;
    g_prefix_error(error, "the plan of run %" G_GINT64_FORMAT " in the state: ", run->id);
    return false;
}

static OverviewPerson *add_person(GPtrArray *people, const Link *link)
{
    OverviewPerson *person = g_new0(OverviewPerson, 1);
    *person = (OverviewPerson){
        .source = g_strdup(link->source),
        .anchor = g_strdup(link->anchor),
        .mail = g_strdup(link->mail_key),
    };
    g_ptr_array_add(people, person);
    return person;
}

/* Whether the person of LINK has anything to lose: who is no member of Toggl, or was deactivated
 * there by whomever, has not; nor, where leavers lose no more than what we gave, who has nothing of
 * us. */
static bool is_active(const Gathering *gathering, const Link *link)
{
    const int64_t *member = &link->organization_user_id.value;
    if (link->deactivated_at != 0 || link->removed_at != 0)
        return false;
    if (*member == 0)
        return link->user_id.value != 0 || link->invited_at != 0;
    if (gathering->overview->leavers == LEAVERS_REMOVE_GROUPS &&
        !g_hash_table_contains(gathering->granted, member))
        return false;
    return g_hash_table_size(gathering->active) == 0 ||
           g_hash_table_contains(gathering->active, member);
}

static void gather_person(const Gathering *gathering, const Link *link)
{
    Overview *overview = gathering->overview;
    const Lifecycle *lifecycle = &gathering->in->settings->lifecycle;
    const bool missing = link->missing_since != 0;
    const int64_t since = missing ? link->missing_since : link->unwanted_since;
    if (since != 0 && is_active(gathering, link)) {
        OverviewPerson *person = add_person(overview->missing, link);
        person->unwanted = !missing;
        person->since = since;
        person->reads = missing ? link->reads_missed : link->reads_unwanted;
        person->days_left = MAX(0, lifecycle->grace_days - (overview->now - since) / SECONDS_A_DAY);
        person->reads_left = MAX(0, lifecycle->grace_reads - person->reads);
        person->held = MAX(link->hold_until, overview->held_until) > overview->now;
    }
    if (link->hold_until > overview->now) {
        OverviewPerson *person = add_person(overview->holds, link);
        person->until = link->hold_until;
        person->reason = g_strdup(link->hold_reason);
    }
}

static GHashTable *active_members(const Ledger *ledger)
{
    GHashTable *active = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < ledger->intervals->len; i++) {
        Interval *interval = g_ptr_array_index(ledger->intervals, i);
        if (interval->kind == INTERVAL_MEMBER && interval->until == 0)
            g_hash_table_add(active, &interval->member.value);
    }
    return active;
}

/* Empty when nobody asks. */
static GHashTable *granted_members(const Ledger *ledger, bool wanted)
{
    GHashTable *granted = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; wanted && i < ledger->grants->len; i++) {
        Grant *grant = g_ptr_array_index(ledger->grants, i);
        if (grant->kind == GRANT_GROUP || grant->kind == GRANT_WORKSPACE)
            g_hash_table_add(granted, &grant->member.value);
    }
    return granted;
}

static void gather_ledger(Gathering *gathering)
{
    Overview *overview = gathering->overview;
    const Ledger *ledger = gathering->ledger;
    g_autoptr(GHashTable) active = active_members(ledger);
    g_autoptr(GHashTable) granted =
        granted_members(ledger, overview->leavers == LEAVERS_REMOVE_GROUPS);
    gathering->active = active;
    gathering->granted = granted;
    overview->links = ledger->links->len;
    overview->grants = ledger->grants->len;
    overview->held_until = ledger_note_number(ledger, NOTE_HOLD_UNTIL);
    overview->held_reason = g_strdup(ledger_note(ledger, NOTE_HOLD_REASON));
    for (guint i = 0; i < ledger->links->len; i++)
        gather_person(gathering, g_ptr_array_index(ledger->links, i));
    gathering->active = NULL;
    gathering->granted = NULL;
}

/* Whom the last plan would remove, and a rail held it. */
static void gather_held(const Gathering *gathering)
{
    const Overview *overview = gathering->overview;
    const Plan *plan = overview->plan;
    if (plan == NULL || plan->held->len == 0)
        return;
    g_autoptr(GHashTable) withheld = plan_withheld_set(plan);
    g_autoptr(GHashTable) people =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL); /* source, anchor */
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        const ChangePerson *who = &change->person;
        bool removes =
            change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_WITHDRAW_INVITATION ||
            (overview->leavers == LEAVERS_REMOVE_GROUPS &&
             (change->kind == CHANGE_REMOVE_FROM_GROUP || change->kind == CHANGE_UNASSIGN));
        if (removes && who->source != NULL && who->anchor != NULL &&
            g_hash_table_contains(withheld, GUINT_TO_POINTER(change->id)))
            g_hash_table_add(people, g_strconcat(who->source, "\n", who->anchor, NULL));
    }
    for (guint i = 0; i < overview->missing->len; i++) {
        OverviewPerson *person = g_ptr_array_index(overview->missing, i);
        g_autofree char *key = g_strconcat(person->source, "\n", person->anchor, NULL);
        person->held = person->held || g_hash_table_contains(people, key);
    }
}

/* Nothing becomes of whom the last plan protects, whatever the days: that is told of them. */
static void leave_out_protected(const Gathering *gathering)
{
    Overview *overview = gathering->overview;
    const Plan *plan = overview->plan;
    for (guint n = 0; plan != NULL && n < plan->notices->len; n++) {
        const Notice *notice = g_ptr_array_index(plan->notices, n);
        for (guint i = overview->missing->len; notice->kind == NOTICE_PROTECTED && i > 0; i--) {
            const OverviewPerson *person = g_ptr_array_index(overview->missing, i - 1);
            if (g_strcmp0(person->source, notice->person.source) == 0 &&
                g_strcmp0(person->anchor, notice->person.anchor) == 0)
                g_ptr_array_remove_index(overview->missing, i - 1);
        }
    }
}

static bool gather_calls(const Gathering *gathering, GError **error)
{
    Overview *overview = gathering->overview;
    g_autoptr(GPtrArray) calls = NULL;
    if (!state_unknown_calls(gathering->in->state, overview->altered_since, &calls, error))
        return false;
    for (guint i = 0; i < calls->len; i++) {
        const JournalEntry *entry = g_ptr_array_index(calls, i);
        OverviewCall *call = g_new0(OverviewCall, 1);
        *call = (OverviewCall){.operation = g_strdup(entry->operation), .sent = entry->sent};
        g_ptr_array_add(overview->calls, call);
    }
    return true;
}

/* How many people besides those of AGREEMENTS must approve what ONE does; NEEDED in all. */
static int64_t still_needed(const GPtrArray *agreements, int64_t needed, const Approval *one)
{
    for (guint i = 0; i < agreements->len; i++) {
        const Agreement *agreement = g_ptr_array_index(agreements, i);
        if (strcmp(agreement->changes, one->changes) == 0 &&
            g_strcmp0(agreement->configuration, one->configuration) == 0)
            return MAX(0, needed - agreement->people);
    }
    return needed;
}

/* Those of SAVED (SavedApproval *) that can be read: Approval *. */
static GPtrArray *records_of(const GPtrArray *saved)
{
    GPtrArray *records = g_ptr_array_new_with_free_func((GDestroyNotify) approval_free);
    for (guint i = 0; i < saved->len; i++) {
        const SavedApproval *one = g_ptr_array_index(saved, i);
        Approval *record = NULL;
        if (approval_read(one->record, strlen(one->record), &record, NULL))
            g_ptr_array_add(records, record);
    }
    return records;
}

static bool gather_approvals(const Gathering *gathering, GError **error)
{
    Overview *overview = gathering->overview;
    g_autoptr(GPtrArray) approvals = NULL;
    if (!state_approvals(gathering->in->state, overview->now, &approvals, error))
        return false;
    const int64_t needed = gathering->in->settings->approval.needed;
    g_autoptr(GPtrArray) records = records_of(approvals);
    g_autoptr(GPtrArray) agreements =
        approvals_agree(records, needed, overview->organization_id, overview->now);
    for (guint i = 0; i < approvals->len; i++) {
        const SavedApproval *saved = g_ptr_array_index(approvals, i);
        OverviewApproval *approval = g_new0(OverviewApproval, 1);
        *approval = (OverviewApproval){.by = g_strdup(saved->by), .expires = saved->expires};
        g_autoptr(Approval) record = NULL;
        /* what cannot be read lets nothing pass either, and the next sync says so */
        approval->is_void = !approval_read(saved->record, strlen(saved->record), &record, NULL) ||
                            overview_is_void(overview, record->configuration);
        approval->lifts = record != NULL && record->lifts->len > 0;
        approval->more = record != NULL ? still_needed(agreements, needed, record) : 0;
        g_ptr_array_add(overview->approvals, approval);
    }
    return true;
}

static bool gather_altered(const Gathering *gathering, GError **error)
{
    Overview *overview = gathering->overview;
    int64_t first = 0;
    g_autoptr(GPtrArray) intervals = NULL;
    if (!state_access_since(gathering->in->state, overview->altered_since, &first, &intervals,
                            error))
        return false;
    g_autoptr(GPtrArray) found =
        alterations_find(intervals, gathering->ledger, overview->altered_since, first);
    for (guint i = 0; i < found->len; i++) {
        const Alteration *alteration = g_ptr_array_index(found, i);
        const Interval *interval = alteration->interval;
        OverviewAlteration *row = g_new0(OverviewAlteration, 1);
        *row = (OverviewAlteration){
            .what = alteration_name(alteration->kind),
            .where = access_kind_text(interval->kind),
            .mail = g_strdup(interval->mail),
            .user_id = interval->user_id.value,
            .target = interval->target,
            .target_name = g_strdup(interval->target_name),
            .role = interval->role,
            .before = alteration->before,
            .seen = alteration->seen,
        };
        g_ptr_array_add(overview->altered, row);
    }
    return true;
}

/* The state's facts, as toggl wants to see them. */
typedef struct {
    TogglCache cache;
    State *state;
} StateCache;

static char *cache_get(TogglCache *cache, const char *key)
{
    char *value = NULL;
    /* a fact that cannot be read is not known */
    if (!state_get_fact(((StateCache *) (void *) cache)->state, key, &value, NULL))
        return NULL;
    return value;
}

static OverviewQuota quota_of(const TogglQuota *quota)
{
    return (OverviewQuota){.total = quota->total,
                           .remaining = quota->remaining,
                           .reserve = quota->reserve,
                           .resets_at = quota->resets_at};
}

static void gather_toggl(const Gathering *gathering)
{
    const OverviewInput *in = gathering->in;
    Overview *overview = gathering->overview;
    StateCache cache = {.cache = {.get = cache_get}, .state = in->state};
    TogglCache *known = in->state != NULL ? &cache.cache : NULL;
    TogglQuota organization = {0};
    TogglQuota me = {0};
    toggl_known_quotas(in->toggl, in->clock, known, &organization, &me);
    overview->organization_quota = quota_of(&organization);
    overview->me_quota = quota_of(&me);
    if (!in->with_facts)
        return;
    g_autoptr(GPtrArray) facts = toggl_facts(in->toggl, in->clock, known);
    for (guint i = 0; i < facts->len; i++) {
        const TogglFact *fact = g_ptr_array_index(facts, i);
        OverviewFact *row = g_new0(OverviewFact, 1);
        *row = (OverviewFact){.name = g_strdup(fact->name),
                              .value = g_strdup(fact->value),
                              .learned = fact->origin == FACT_LEARNED};
        g_ptr_array_add(overview->facts, row);
    }
}

static bool gather_state(Gathering *gathering, GError **error)
{
    if (!state_load_to_look(gathering->in->state, &gathering->ledger, error))
        return false;
    gather_ledger(gathering);
    gather_clock(gathering);
    if (!gather_runs(gathering, error) || !gather_latest(gathering, error) ||
        !gather_plan(gathering, error))
        return false;
    leave_out_protected(gathering);
    gather_held(gathering);
    return gather_calls(gathering, error) && gather_approvals(gathering, error) &&
           gather_altered(gathering, error);
}

static bool takes_nothing(const Lifecycle *lifecycle)
{
    uint32_t deactivates = UINT32_C(1) << CHANGE_DEACTIVATE;
    uint32_t takes = UINT32_C(1) << CHANGE_REMOVE_FROM_GROUP | UINT32_C(1) << CHANGE_UNASSIGN;
    bool groups = lifecycle->leavers == LEAVERS_REMOVE_GROUPS;
    return lifecycle->kinds != 0 && (lifecycle->kinds & (groups ? takes : deactivates)) == 0;
}

bool overview_read(const OverviewInput *input, Overview **ret_overview, Ledger **ret_ledger,
                   GError **error)
{
    g_autoptr(Overview) overview = overview_new();
    const Lifecycle *lifecycle = &input->settings->lifecycle;
    Gathering gathering = {.in = input, .overview = overview};
    overview->now = input->clock->now(input->clock);
    overview->organization_id = input->toggl->organization;
    overview->state_path = g_strdup(input->state_path);
    overview->configuration = g_strdup(input->settings->digest);
    overview->has_state = input->state != NULL;
    overview->report_only = lifecycle->mode == MODE_REPORT;
    overview->leavers = lifecycle->leavers;
    overview->takes_nothing = takes_nothing(lifecycle);
    overview->stale_after = input->stale_after;
    overview->altered_since = overview->now - DAYS_BACK * SECONDS_A_DAY;
    if (input->state != NULL && !gather_state(&gathering, error)) {
        ledger_free(gathering.ledger);
        return false;
    }
    gather_toggl(&gathering);
    overview_judge(overview);
    if (ret_ledger != NULL)
        *ret_ledger = gathering.ledger != NULL ? g_steal_pointer(&gathering.ledger) : ledger_new();
    ledger_free(gathering.ledger);
    *ret_overview = g_steal_pointer(&overview);
    return true;
}
