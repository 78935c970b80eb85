/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/apply.h"

#include "base/error.h"
#include "base/json.h"
#include "model/email.h"
#include "sync/remember.h"

#include <string.h>

typedef struct {
    const ApplyInput *in;
    ApplyResult *result;
    GHashTable *failed; /* ids of requests without the answer that others need */
} Runner;

static const Change *change_of(const Plan *plan, unsigned id)
{
    return g_ptr_array_index(plan->changes, id - 1);
}

static bool is_confirmed(const ApplyResult *result, unsigned change)
{
    return g_hash_table_contains(result->changes, GUINT_TO_POINTER(change));
}

static Member *member_of(const Change *change, const Organization *organization)
{
    if (change->person.organization_user_id.value != 0)
        return organization_member(organization, change->person.organization_user_id);
    g_autofree char *key = NULL;
    const char *mail = change->person.mail;
    if (mail == NULL || !email_key(mail, strlen(mail), &key, NULL))
        return NULL;
    return organization_member_by_mail(organization, key);
}

/* Ids that came with answers take the place of names, so that the ledger learns numbers. */
static void resolve_targets(Plan *plan, const Change *creation, int64_t id)
{
    bool group = creation->kind == CHANGE_CREATE_GROUP;
    const char *name = group ? creation->group.name : creation->workspace.name;
    for (guint i = 0; i < plan->changes->len; i++) {
        Change *change = g_ptr_array_index(plan->changes, i);
        TargetRef *target = group ? &change->group : &change->workspace;
        if (target->id == 0 && g_strcmp0(target->name, name) == 0)
            target->id = id;
        for (guint j = 0; group && change->groups != NULL && j < change->groups->len; j++) {
            TargetRef *ref = g_ptr_array_index(change->groups, j);
            if (ref->id == 0 && strcmp(ref->name, name) == 0)
                ref->id = id;
        }
        for (guint j = 0; !group && change->workspaces != NULL && j < change->workspaces->len;
             j++) {
            InvitationWorkspace *ref = g_ptr_array_index(change->workspaces, j);
            if (ref->workspace.id == 0 && strcmp(ref->workspace.name, name) == 0)
                ref->workspace.id = id;
        }
    }
}

static void confirm(Runner *runner, const Change *change, const Organization *organization,
                    int64_t created_id)
{
    const ApplyInput *in = runner->in;
    if (is_confirmed(runner->result, change->id))
        return;
    g_hash_table_add(runner->result->changes, GUINT_TO_POINTER(change->id));
    if (created_id != 0)
        resolve_targets(in->plan, change, created_id);
    remember_change(in->ledger, change, member_of(change, organization), created_id,
                    in->clock->now(in->clock));
}

static bool invitation_failed(const Change *change, const Outcome *outcome)
{
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        if (failure->mail != NULL && g_strcmp0(failure->mail, change->person.mail) == 0)
            return true;
    }
    return false;
}

/* Whether a failure that names an id means this change. */
static bool id_failed(const Change *change, const Outcome *outcome)
{
    for (guint i = 0; outcome->failures != NULL && i < outcome->failures->len; i++) {
        const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, i);
        if (failure->id == 0 && failure->mail == NULL)
            return true;
        bool about_person =
            failure->id != 0 && (failure->id == change->person.user_id.value ||
                                 failure->id == change->person.organization_user_id.value);
        bool about_workspace = change->person.anchor == NULL && failure->id != 0 &&
                               failure->id == change->workspace.id;
        if (about_person || about_workspace)
            return true;
    }
    return false;
}

static bool change_succeeded(const Change *change, const Outcome *outcome)
{
    if (outcome->kind == OUTCOME_DONE)
        return true;
    if (outcome->kind != OUTCOME_PARTIAL)
        return outcome->kind == OUTCOME_REFUSED && outcome->already;
    return change->kind == CHANGE_INVITE ? !invitation_failed(change, outcome)
                                         : !id_failed(change, outcome);
}

static void confirm_request(Runner *runner, const Request *request, const Outcome *outcome)
{
    for (guint i = 0; i < request->changes->len; i++) {
        const Change *change =
            change_of(runner->in->plan, g_array_index(request->changes, unsigned, i));
        bool creates =
            change->kind == CHANGE_CREATE_GROUP || change->kind == CHANGE_CREATE_WORKSPACE;
        if (change_succeeded(change, outcome))
            confirm(runner, change, runner->in->organization, creates ? outcome->created_id : 0);
    }
    bool has_answer = outcome->kind == OUTCOME_DONE || outcome->kind == OUTCOME_PARTIAL;
    for (guint i = 0; has_answer && outcome->created_id != 0 && i < runner->in->plan->requests->len;
         i++)
        request_resolve(g_ptr_array_index(runner->in->plan->requests, i), request->id,
                        outcome->created_id);
    if (!has_answer && !outcome->already)
        g_hash_table_add(runner->failed, GUINT_TO_POINTER(request->id));
}

/* What the payer's protection says goes into the ledger, so that nobody tries again. */
static void learn_paying_user(Runner *runner, const Outcome *outcome)
{
    if (!outcome->paying_user || outcome->failures == NULL || outcome->failures->len == 0)
        return;
    const OutcomeFailure *failure = g_ptr_array_index(outcome->failures, 0);
    OrganizationUserId id = {failure->id};
    const Member *member = organization_member(runner->in->organization, id);
    if (member != NULL)
        (void) ledger_add_protection(runner->in->ledger, member->user_id, member->mail_key,
                                     "the paying user of the organization");
}

static void count(ApplyResult *result, const Outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_DONE:
        result->done++;
        break;
    case OUTCOME_PARTIAL:
        result->failed++;
        break;
    case OUTCOME_REFUSED:
        if (outcome->already)
            result->done++;
        else
            result->failed++;
        break;
    case OUTCOME_UNKNOWN:
        result->unknown++;
        break;
    case OUTCOME_NOT_SENT:
    default:
        result->unsent++;
        break;
    }
}

static bool needs_failed(const Runner *runner, const Request *request)
{
    for (guint i = 0; i < request->after->len; i++) {
        unsigned needed = g_array_index(request->after, unsigned, i);
        if (g_hash_table_contains(runner->failed, GUINT_TO_POINTER(needed)))
            return true;
    }
    return !request_is_resolved(request);
}

static char *essence_of(const Request *request)
{
    g_autoptr(json_t) body = toggl_request_body(request);
    if (body == NULL)
        return g_strdup("null");
    char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
    char *essence = g_strdup(text);
    free(text);
    return essence;
}

static RequestResult *add_result(Runner *runner, const Request *request)
{
    RequestResult *result = g_new0(RequestResult, 1);
    result->request = request->id;
    g_ptr_array_add(runner->result->results, result);
    return result;
}

/* One request: intent, send, outcome. False when the journal fails. */
static bool perform(Runner *runner, const Request *request, GError **error)
{
    const ApplyInput *in = runner->in;
    g_autofree char *essence = essence_of(request);
    if (!state_record_intent(in->state, in->run, request->id, operation_name(request->operation),
                             essence, in->clock->now(in->clock), error))
        return false;
    RequestResult *result = add_result(runner, request);
    g_autoptr(GError) cause = NULL;
    in->target->perform(in->target, request, &result->outcome, &cause);
    confirm_request(runner, request, &result->outcome);
    learn_paying_user(runner, &result->outcome);
    count(runner->result, &result->outcome);
    bool no_answer = result->outcome.kind == OUTCOME_NOT_SENT ||
                     (result->outcome.kind == OUTCOME_UNKNOWN && result->outcome.status == 0);
    if (no_answer)
        runner->result->cause = cause != NULL
                                    ? g_steal_pointer(&cause)
                                    : g_error_new(SYNC_ERROR, SYNC_ERROR_INTERNAL,
                                                  "a request did not leave, and nobody said why");
    return state_record_outcome(in->state, in->run, request->id, &result->outcome, in->ledger,
                                in->clock->now(in->clock), error);
}

static void skip(Runner *runner, const Request *request)
{
    RequestResult *result = add_result(runner, request);
    result->outcome.kind = OUTCOME_NOT_SENT;
    result->outcome.message = g_strdup("a request that it needs did not succeed");
    g_hash_table_add(runner->failed, GUINT_TO_POINTER(request->id));
    runner->result->failed++;
}

static ApplyResult *result_new(void)
{
    ApplyResult *result = g_new0(ApplyResult, 1);
    result->results = g_ptr_array_new();
    result->changes = g_hash_table_new(NULL, NULL);
    return result;
}

/* Links and adoptions need no request: they are facts that the read has shown. */
static bool confirm_facts(Runner *runner, GError **error)
{
    const Plan *plan = runner->in->plan;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        bool fact = change->kind == CHANGE_LINK || change->kind == CHANGE_ADOPT;
        if (fact && !plan_withholds(plan, change->id))
            confirm(runner, change, runner->in->organization, 0);
    }
    return state_save(runner->in->state, runner->in->ledger, error);
}

bool apply_facts(const ApplyInput *input, GError **error)
{
    g_autoptr(ApplyResult) result = result_new();
    Runner runner = {.in = input, .result = result};
    return confirm_facts(&runner, error);
}

bool apply_plan(const ApplyInput *input, ApplyResult **ret_result, GError **error)
{
    g_autoptr(ApplyResult) result = result_new();
    g_autoptr(GHashTable) failed = g_hash_table_new(NULL, NULL);
    Runner runner = {.in = input, .result = result, .failed = failed};
    if (!confirm_facts(&runner, error))
        return false;
    const GPtrArray *requests = input->plan->requests;
    for (guint i = 0; i < requests->len && result->cause == NULL; i++) {
        const Request *request = g_ptr_array_index(requests, i);
        if (input->progress != NULL)
            input->progress(input->context, i, requests->len);
        if (needs_failed(&runner, request))
            skip(&runner, request);
        else if (!perform(&runner, request, error))
            return false;
    }
    result->unsent += requests->len - result->results->len;
    if (input->progress != NULL)
        input->progress(input->context, requests->len, requests->len);
    *ret_result = g_steal_pointer(&result);
    return true;
}

static bool membership_holds(const Change *change, const Organization *organization, bool wanted)
{
    const Member *member = member_of(change, organization);
    bool there = false;
    if (member != NULL && change->group.name != NULL)
        there = member_in_group(member, change->group.id);
    else if (member != NULL)
        there = member_assignment(member, change->workspace.id) != NULL;
    return there == wanted;
}

static bool role_holds(const Change *change, const Organization *organization)
{
    const Member *member = member_of(change, organization);
    const Assignment *assignment =
        member != NULL ? member_assignment(member, change->workspace.id) : NULL;
    return assignment != NULL && assignment->role == change->after.role;
}

bool change_holds(const Change *change, const Organization *organization)
{
    const Member *member = member_of(change, organization);
    switch (change->kind) {
    case CHANGE_LINK:
    case CHANGE_ADOPT:
        return true;
    case CHANGE_INVITE:
        return member != NULL;
    case CHANGE_RESEND_INVITATION:
        return false; /* nothing in Toggl shows it; it counts as sent elsewhere */
    case CHANGE_WITHDRAW_INVITATION:
    case CHANGE_DELETE_MEMBER:
        return member == NULL;
    case CHANGE_REACTIVATE:
        return member != NULL && !member->inactive;
    case CHANGE_DEACTIVATE:
        return member == NULL || member->inactive;
    case CHANGE_RENAME_MEMBER:
        return member != NULL && g_strcmp0(member->name, change->after.name) == 0;
    case CHANGE_CHANGE_ADDRESS:
        return member != NULL && g_strcmp0(member->mail, change->after.mail) == 0;
    case CHANGE_CREATE_GROUP:
        return organization_group_by_name(organization, change->group.name) != NULL;
    case CHANGE_DELETE_GROUP:
        return organization_group(organization, change->group.id) == NULL;
    case CHANGE_ADD_TO_GROUP:
    case CHANGE_ASSIGN:
        return membership_holds(change, organization, true);
    case CHANGE_REMOVE_FROM_GROUP:
    case CHANGE_UNASSIGN:
        return membership_holds(change, organization, false);
    case CHANGE_ADD_GROUP_TO_WORKSPACE:
    case CHANGE_REMOVE_GROUP_FROM_WORKSPACE: {
        const OrganizationGroup *group = organization_group(organization, change->group.id);
        bool there = group != NULL && group_in_workspace(group, change->workspace.id);
        return there == (change->kind == CHANGE_ADD_GROUP_TO_WORKSPACE);
    }
    case CHANGE_SET_WORKSPACE_ROLE:
        return role_holds(change, organization);
    case CHANGE_SET_ORGANIZATION_ROLE:
        return member != NULL && member->admin == change->after.admin;
    case CHANGE_CREATE_WORKSPACE:
        return organization_workspace_by_name(organization, change->workspace.name) != NULL;
    case CHANGE_KINDS:
    default:
        return false;
    }
}

static int64_t created_id_of(const Change *change, const Organization *organization)
{
    if (change->kind == CHANGE_CREATE_GROUP) {
        const OrganizationGroup *group =
            organization_group_by_name(organization, change->group.name);
        return group != NULL ? group->id : 0;
    }
    if (change->kind == CHANGE_CREATE_WORKSPACE) {
        const Workspace *workspace =
            organization_workspace_by_name(organization, change->workspace.name);
        return workspace != NULL ? workspace->id : 0;
    }
    return 0;
}

static void settle_unknown(Runner *runner, RequestResult *result, const Organization *organization)
{
    const Request *request = g_ptr_array_index(runner->in->plan->requests, result->request - 1);
    unsigned holding = 0;
    for (guint i = 0; i < request->changes->len; i++) {
        const Change *change =
            change_of(runner->in->plan, g_array_index(request->changes, unsigned, i));
        if (!change_holds(change, organization))
            continue;
        holding++;
        confirm(runner, change, organization, created_id_of(change, organization));
    }
    runner->result->unknown--;
    if (holding == request->changes->len)
        runner->result->done++;
    else
        runner->result->failed++;
    result->outcome.kind = holding == request->changes->len ? OUTCOME_DONE
                           : holding > 0                    ? OUTCOME_PARTIAL
                                                            : OUTCOME_REFUSED;
    g_free(result->outcome.message);
    result->outcome.message = g_strdup(
        holding > 0 ? "no clear answer came; a later read shows it carried out"
                    : "no clear answer came; a later read shows that it was not carried out");
}

void apply_settle(const ApplyInput *input, ApplyResult *result, const Organization *organization)
{
    Runner runner = {.in = input, .result = result};
    for (guint i = 0; i < result->results->len; i++) {
        RequestResult *one = g_ptr_array_index(result->results, i);
        if (one->outcome.kind == OUTCOME_UNKNOWN)
            settle_unknown(&runner, one, organization);
    }
    /* who was invited has ids now; what the invitation carried becomes a grant */
    for (guint i = 0; i < input->plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(input->plan->changes, i);
        if (change->kind == CHANGE_INVITE && is_confirmed(result, change->id))
            remember_change(input->ledger, change, member_of(change, organization), 0,
                            input->clock->now(input->clock));
    }
}

static void request_result_free(RequestResult *result)
{
    outcome_clear(&result->outcome);
    g_free(result);
}

void apply_result_free(ApplyResult *result)
{
    if (result == NULL)
        return;
    for (guint i = 0; i < result->results->len; i++)
        request_result_free(g_ptr_array_index(result->results, i));
    g_ptr_array_unref(result->results);
    g_hash_table_unref(result->changes);
    g_clear_error(&result->cause);
    g_free(result);
}

int64_t apply_count(const ApplyResult *result, const Plan *plan, ChangeKind kind)
{
    int64_t total = 0;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        total += change->kind == kind && is_confirmed(result, change->id);
    }
    return total;
}
