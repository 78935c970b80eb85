/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/forget.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/forget_files.h"
#include "cli/past_run.h"
#include "cli/pseudonym.h"
#include "model/email.h"
#include "report/forgetting.h"
#include "state/approvals.h"
#include "state/forget.h"
#include "sync/decide.h"
#include "sync/explain.h"

#include <string.h>

/* What is under way. */
typedef struct {
    const ForgetOrder *order;
    Ledger *ledger;       /* as it is in the state, without what was planned meanwhile */
    GPtrArray *people;    /* Somebody *; empty: the ledger and the directories know nobody */
    GPtrArray *decisions; /* Decision * */
    Forgetting *forgetting;
    unsigned number;
} Job;

static void job_clear(Job *job)
{
    ledger_free(job->ledger);
    g_clear_pointer(&job->people, g_ptr_array_unref);
    g_clear_pointer(&job->decisions, g_ptr_array_unref);
    forgetting_free(job->forgetting);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Job, job_clear)

static bool refuse(const ForgetOrder *order, const char *why, const char *hint, GError **error)
{
    g_autofree char *safe = text_safe(order->who, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_REFUSED, "'%s' is not forgotten: %s\nhint: %s", safe,
                why, hint);
    return false;
}

/* ---- who may be forgotten ---- */

static bool is_wanted(const Explanation *explanation)
{
    for (guint i = 0; i < explanation->rules->len; i++) {
        if (((const RuleFinding *) g_ptr_array_index(explanation->rules, i))->reaches)
            return true;
    }
    return false;
}

static bool is_protected(const Ledger *ledger, const Member *member)
{
    for (guint i = 0; member != NULL && i < ledger->protections->len; i++) {
        const Protection *row = g_ptr_array_index(ledger->protections, i);
        if (!row->row.removed && row->user_id.value != 0 &&
            user_id_equal(row->user_id, member->user_id))
            return true;
    }
    return false;
}

/* Whoever is still there would be seen again by the next read, and could be lost by it. */
static bool judge(const ForgetOrder *order, const Explanation *explanation, GError **error)
{
    static const char *const explain = "'toggl-ldap-sync explain WHO' says more";
    const Subject *subject = explanation->subject;
    const Member *member = explanation->member;
    if (subject != NULL && subject->standing == SUBJECT_PRESENT && is_wanted(explanation))
        return refuse(order, "a rule wants the person", explain, error);
    if (subject != NULL &&
        (subject->standing == SUBJECT_FROZEN || subject->standing == SUBJECT_HELD ||
         subject->standing == SUBJECT_OUT_OF_SCOPE))
        return refuse(order, "the person is frozen, held or out of scope, and may be wanted",
                      explain, error);
    if (is_protected(order->context->ledger, member))
        return refuse(order, "the person is protected", "take them off lifecycle.protect first",
                      error);
    if (member != NULL && !member->inactive)
        return refuse(order, "the person is a member in Toggl",
                      "forget them once they are deactivated or deleted there", error);
    return true;
}

static bool check_person(const ForgetOrder *order, GError **error)
{
    PlanInput input = {0};
    g_autoptr(Plan) plan = NULL;
    if (!context_plan_input(order->context, false, &input, error) ||
        !planner_plan(&input, &plan, error))
        return false;
    g_autoptr(Explanation) explanation = explain_person(&input, plan, order->who);
    return explanation_is_of_one(explanation, order->who, error) &&
           judge(order, explanation, error);
}

static bool check_runs(const ForgetOrder *order, GError **error)
{
    g_autoptr(GPtrArray) runs = NULL;
    if (!state_unsettled_runs(order->context->state, &runs, error))
        return false;
    for (guint i = 0; i < runs->len; i++) {
        const RunRecord *run = g_ptr_array_index(runs, i);
        if (run->plan != NULL)
            return refuse(order, "an earlier run is not settled, and may be about them",
                          "the next 'toggl-ldap-sync sync' settles it", error);
    }
    return true;
}

/* A plan that waits is a contract: it is not altered. */
static bool check_approved(const Job *job, GError **error)
{
    const ForgetOrder *order = job->order;
    g_autoptr(GPtrArray) plans = NULL;
    if (!state_approved_plans(order->context->state, order->now, &plans, error))
        return false;
    for (guint i = 0; i < plans->len; i++) {
        g_autofree char *without =
            forgetting_rewrite(job->forgetting, FORGET_PLAN, g_ptr_array_index(plans, i));
        if (without != NULL)
            return refuse(order, "an approved plan that waits is about them",
                          "let the next sync carry it out, or let the approval expire", error);
    }
    return true;
}

/* ---- who it is ---- */

static void learn(Job *job)
{
    const Organization *organization = job->order->context->organization;
    for (guint i = 0; i < job->people->len; i++) {
        const Somebody *somebody = g_ptr_array_index(job->people, i);
        if (somebody->link != NULL) {
            const OrganizationUserId id = somebody->link->organization_user_id;
            const Member *member = id.value != 0 ? organization_member(organization, id) : NULL;
            forgetting_link(job->forgetting, somebody->link);
            if (member != NULL)
                forgetting_member(job->forgetting, member);
        }
        if (somebody->person != NULL)
            forgetting_entry(job->forgetting, somebody->person);
    }
    g_autofree char *mail = NULL;
    if (email_key(job->order->who, strlen(job->order->who), &mail, NULL))
        forgetting_mail(job->forgetting, mail);
}

/* The person's number in the ledger; somebody whom it does not know gets one by chance. */
static unsigned number_of(const GPtrArray *people)
{
    for (guint i = 0; i < people->len; i++) {
        const Somebody *somebody = g_ptr_array_index(people, i);
        if (somebody->link != NULL)
            return (unsigned) somebody->link->row.id;
    }
    return g_random_int() | 0x40000000U;
}

static bool identify(Job *job, GError **error)
{
    Context *context = job->order->context;
    g_autofree char *salt = pseudonym_salt();
    if (!state_load(context->state, &job->ledger, error))
        return false;
    job->people = decide_find(job->order->who, job->ledger, context->directories);
    if (!decide_are_one(job->order->who, job->people, error))
        return false;
    job->number = number_of(job->people);
    job->forgetting = forgetting_new(salt, job->number);
    learn(job);
    forgetting_begin(job->forgetting);
    return true;
}

/* ---- forgetting ---- */

/* The state's way to ask. */
typedef struct {
    StateRewriter rewriter;
    Forgetting *forgetting;
} Rewriter;

static char *rewrite_text(StateRewriter *rewriter, StateTextKind kind, const char *text)
{
    static const ForgetKind kinds[] = {
        [STATE_TEXT] = FORGET_TEXT,
        [STATE_JSON] = FORGET_JSON,
        [STATE_PLAN] = FORGET_PLAN,
    };
    return forgetting_rewrite(((Rewriter *) (void *) rewriter)->forgetting, kinds[kind], text);
}

static int64_t rewrite_id(StateRewriter *rewriter, int64_t id)
{
    return forgetting_id(((Rewriter *) (void *) rewriter)->forgetting, id);
}

static void decide(Job *job)
{
    job->decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    for (guint i = 0; i < job->people->len; i++) {
        const Somebody *somebody = g_ptr_array_index(job->people, i);
        if (somebody->link == NULL)
            continue;
        Decision *decision = g_new0(Decision, 1);
        decision->at = job->order->now;
        decision->by = g_strdup(job->order->by);
        decision->what = g_strdup("forget");
        decision->who = forgetting_mail_of(job->forgetting);
        decision->source = g_strdup(somebody->source);
        decision->anchor = forgetting_anchor_of(job->forgetting);
        decision->reference = g_strdup(job->order->reference);
        decision->link = somebody->link->row.id;
        g_ptr_array_add(job->decisions, decision);
    }
    decide_unlink(job->ledger, job->people);
}

static bool forget_in_state(Job *job, int64_t *ret_rows, GError **error)
{
    Rewriter rewriter = {.rewriter = {.text = rewrite_text, .id = rewrite_id},
                         .forgetting = job->forgetting};
    decide(job);
    return state_forget(job->order->context->state, &rewriter.rewriter, job->decisions, job->ledger,
                        ret_rows, error);
}

/* The page of the last run, made anew of what is left; one that named the person is gone. */
static bool write_page(const Context *context, GError **error)
{
    g_autoptr(RunRecord) run = NULL;
    return state_last_planned(context->state, &run, error) &&
           (run == NULL ||
            past_run_write(context->state, run->id, context->config->report.html, error));
}

static void say(const Job *job, int64_t rows, const ForgetFiles *files, GString *said)
{
    g_string_append_printf(said,
                           "Forgotten: %" G_GINT64_FORMAT " record%s and %u file%s know them as "
                           "person-%u now.\n",
                           rows, rows == 1 ? "" : "s", files->rewritten,
                           files->rewritten == 1 ? "" : "s", job->number);
    for (guint i = 0; i < files->unreached->len; i++) {
        g_autofree char *safe = text_safe(g_ptr_array_index(files->unreached, i), -1);
        g_string_append_printf(said, "Not reached: %s\n", safe);
    }
    g_string_append(said, "Not reached either: backups of the state and of the machine, snapshots, "
                          "support bundles and plans that are elsewhere, mails and messages that "
                          "were sent, logs, and Toggl itself.\n");
}

bool forget_person(const ForgetOrder *order, GString *said, GError **error)
{
    Context *context = order->context;
    g_auto(Job) job = {.order = order};
    g_auto(ForgetFiles) files = {0};
    int64_t rows = 0;
    if (!context_read(context, error) || !check_person(order, error) || !check_runs(order, error) ||
        !identify(&job, error) || !check_approved(&job, error) ||
        !forget_files(context->config, order->files, job.forgetting, &files, error) ||
        !forget_in_state(&job, &rows, error))
        return false;
    if (rows == 0 && files.rewritten == 0 && job.decisions->len == 0) {
        who_unknown(order->who, context->ledger, context->directories, context->organization,
                    error);
        return false;
    }
    if (files.page && !write_page(context, error))
        return false;
    say(&job, rows, &files, said);
    return true;
}
