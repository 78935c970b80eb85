/* SPDX-License-Identifier: Apache-2.0 */
#include "report/run_view.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "report/plan_view.h"
#include "report/wording.h"
#include "sync/document.h"

#include <string.h>

#define REMEMBERED "remembered" /* by us: nothing was asked of Toggl */

static void outcome_free(gpointer data)
{
    PlanOutcome *outcome = data;
    g_free(outcome->text);
    g_free(outcome);
}

static bool is_about(const json_t *failure, const Change *change)
{
    json_int_t id = json_int_or(failure, "id", 0);
    const char *mail = json_string_or(failure, "mail", NULL);
    const ChangePerson *person = &change->person;
    bool same_id = id != 0 && (id == person->user_id.value || id == change->workspace.id ||
                               id == person->organization_user_id.value);
    return same_id ||
           (mail != NULL && person->mail != NULL && g_ascii_strcasecmp(mail, person->mail) == 0);
}

/* Why Toggl refused CHANGE, which is one of several that the request carried; NULL: it did not. */
static const char *refusal_of(const json_t *failures, const Change *change)
{
    for (size_t i = 0; i < json_array_size(failures); i++) {
        const json_t *failure = json_array_get(failures, i);
        if (is_about(failure, change))
            return json_string_or(failure, "message", "refused without a reason");
    }
    return NULL;
}

static PlanOutcome *outcome_of(const RequestOutcome *request, const json_t *failures,
                               const Change *change)
{
    PlanOutcome *outcome = g_new0(PlanOutcome, 1);
    OutcomeKind kind = request->kind;
    const char *message = request->message;
    if (kind == OUTCOME_PARTIAL) {
        message = refusal_of(failures, change);
        kind = message != NULL ? OUTCOME_REFUSED : OUTCOME_DONE;
    }
    outcome->text = outcome_text(kind, request->settled, message);
    outcome->failed = kind != OUTCOME_DONE;
    return outcome;
}

static void add_request(PlanOutcomes *outcomes, const Plan *plan, const RequestOutcome *request)
{
    if (request->request == 0 || request->request > plan->requests->len)
        return;
    g_autoptr(json_t) failures =
        request->failures != NULL ? json_loads(request->failures, 0, NULL) : NULL;
    const Request *sent = g_ptr_array_index(plan->requests, request->request - 1);
    for (guint i = 0; i < sent->changes->len; i++) {
        unsigned id = g_array_index(sent->changes, unsigned, i);
        if (id == 0 || id > plan->changes->len)
            continue;
        const Change *change = g_ptr_array_index(plan->changes, id - 1);
        g_hash_table_insert(outcomes, GUINT_TO_POINTER(id), outcome_of(request, failures, change));
    }
}

static void add_word(PlanOutcomes *outcomes, unsigned change, const char *word)
{
    PlanOutcome *outcome = g_new0(PlanOutcome, 1);
    outcome->text = g_strdup(word);
    g_hash_table_insert(outcomes, GUINT_TO_POINTER(change), outcome);
}

/* What was confirmed is done, whatever the answer to its request looked like. */
static void confirm(PlanOutcomes *outcomes, unsigned change)
{
    const PlanOutcome *known = g_hash_table_lookup(outcomes, GUINT_TO_POINTER(change));
    if (known == NULL || strcmp(known->text, REMEMBERED) != 0)
        add_word(outcomes, change, "done");
}

static PlanOutcomes *outcomes_of(const PastRun *run)
{
    PlanOutcomes *outcomes = g_hash_table_new_full(NULL, NULL, NULL, outcome_free);
    const Plan *plan = run->plan;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (change_kind_effect(change->kind) == EFFECT_NONE)
            add_word(outcomes, change->id, REMEMBERED);
    }
    for (guint i = 0; i < plan->held->len; i++)
        add_word(outcomes, ((const Withheld *) g_ptr_array_index(plan->held, i))->change, "held");
    for (guint i = 0; i < plan->deferred->len; i++)
        add_word(outcomes, ((const Withheld *) g_ptr_array_index(plan->deferred, i))->change,
                 "later");
    for (guint i = 0; i < run->count; i++)
        add_request(outcomes, plan, &run->outcomes[i]);
    for (guint i = 0; i < run->confirmed->len; i++)
        confirm(outcomes, g_array_index(run->confirmed, unsigned, i));
    return outcomes;
}

static void say_end(View *view, const PastRun *run)
{
    if (run->ended == 0) {
        view_note(view, "The run has not ended: the next sync settles what is open.");
        return;
    }
    g_autofree char *ended = clock_format(run->ended);
    view_note(view, "It ended %s with status %d: %s.", ended, run->status,
              error_status_brief(run->status));
    g_autofree char *summary = summary_text(run->summary);
    if (*summary != '\0')
        view_note(view, "Confirmed: %s.", summary);
    if (run->pruned)
        view_note(view, "Its plan is kept no longer (retention.plans_days).");
}

View *run_view(const PastRun *run)
{
    const Plan *plan = run->plan;
    g_autofree char *started = clock_format(run->started);
    View *view = view_new(
        "Run %" G_GINT64_FORMAT " (%s) for '%s' (%" G_GINT64_FORMAT ")", run->id, run->command,
        plan->organization_name != NULL ? plan->organization_name : "", plan->organization_id);
    view_made(view, "begun %s", started);
    say_end(view, run);
    g_autoptr(GHashTable) outcomes = outcomes_of(run);
    guint failed = 0;
    guint done = 0;
    GHashTableIter iter;
    gpointer value = NULL;
    g_hash_table_iter_init(&iter, outcomes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const PlanOutcome *outcome = value;
        failed += outcome->failed;
        done += strcmp(outcome->text, "done") == 0;
    }
    view_total(view, TONE_PLAIN, done == 1 ? "change done" : "changes done", "%u", done);
    if (failed > 0)
        view_total(view, TONE_WARNS, "not done", "%u", failed);
    plan_view_add(view, plan, outcomes);
    return view;
}

static json_t *head_document(const PastRun *run)
{
    g_autofree char *started = clock_format(run->started);
    g_autofree char *ended = run->ended != 0 ? clock_format(run->ended) : NULL;
    return json_pack("{sI ss ss ss? si ss?}", "id", (json_int_t) run->id, "command", run->command,
                     "started", started, "ended", ended, "status", run->status, "summary",
                     run->summary);
}

json_t *run_document(const PastRun *run)
{
    g_autoptr(GHashTable) outcomes = outcomes_of(run);
    json_t *changes = json_array();
    for (guint i = 0; i < run->plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(run->plan->changes, i);
        const PlanOutcome *outcome = g_hash_table_lookup(outcomes, GUINT_TO_POINTER(change->id));
        g_autofree char *safe = g_utf8_make_valid(outcome != NULL ? outcome->text : "not sent", -1);
        (void) json_array_append_new(
            changes, json_pack("{sI ss sb}", "change", (json_int_t) change->id, "outcome", safe,
                               "failed", outcome != NULL && outcome->failed));
    }
    json_t *requests = json_array();
    for (guint i = 0; i < run->count; i++) {
        const RequestOutcome *one = &run->outcomes[i];
        (void) json_array_append_new(
            requests, json_pack("{sI ss si sb ss?}", "request", (json_int_t) one->request,
                                "outcome", outcome_kind_name(one->kind), "http", one->status,
                                "settled", one->settled, "message", one->message));
    }
    return json_pack("{ss si so so so so}", "format", "toggl-ldap-sync run", "version", 1, "run",
                     head_document(run), "changes", changes, "requests", requests, "plan",
                     plan_document(run->plan));
}

View *runs_view(const PastRun *runs, guint count)
{
    static const ViewColumn columns[] = {
        {"RUN", COLUMN_NUMBER},  {"COMMAND", COLUMN_PLAIN}, {"BEGUN", COLUMN_PLAIN},
        {"ENDED", COLUMN_PLAIN}, {"STATUS", COLUMN_NUMBER}, {"DONE", COLUMN_REASON},
        {NULL, COLUMN_PLAIN},
    };
    View *view = view_new("Runs, newest first");
    ViewSection *section = view_section(view, 0, NULL);
    section_columns(section, columns);
    for (guint i = 0; i < count; i++) {
        const PastRun *run = &runs[i];
        g_autofree char *started = clock_format(run->started);
        g_autofree char *ended = run->ended != 0 ? clock_format(run->ended) : NULL;
        section_row(section, run->ended == 0 || run->status != 0 ? TONE_WARNS : TONE_PLAIN);
        section_number(section, 0, run->id);
        section_cell(section, 1, run->command);
        section_cell(section, 2, started);
        section_cell(section, 3, ended != NULL ? ended : "not ended");
        if (run->ended != 0)
            section_number(section, 4, run->status);
        g_autofree char *summary = summary_text(run->summary);
        section_cell(section, 5, summary);
    }
    if (count == 0)
        section_say(section, TONE_PLAIN, "There was no run yet.");
    return view;
}

json_t *runs_document(const PastRun *runs, guint count)
{
    json_t *list = json_array();
    for (guint i = 0; i < count; i++)
        (void) json_array_append_new(list, head_document(&runs[i]));
    return json_pack("{ss si so}", "format", "toggl-ldap-sync runs", "version", 1, "runs", list);
}
