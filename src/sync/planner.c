/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/planner.h"

#include "base/error.h"
#include "sync/batch.h"
#include "sync/desired.h"
#include "sync/diff.h"
#include "sync/digest.h"
#include "sync/document.h"
#include "sync/earlier_names.h"
#include "sync/forecast.h"
#include "sync/rails.h"
#include "sync/remember.h"
#include "sync/select.h"

static bool check_sources(const PlanInput *input, GError **error)
{
    int64_t people = 0;
    const Directory *unread = NULL;
    for (guint i = 0; i < input->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(input->directories, i);
        people += directory->people->len;
        if (!directory->completeness.complete)
            unread = directory;
        if (directory->completeness.complete || !directory->completeness.required)
            continue; /* of one that may be missing only its own people freeze */
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "directory '%s' was not read completely: %s", directory->source,
                    directory->completeness.problem != NULL ? directory->completeness.problem
                                                            : "no reason given");
        return false;
    }
    if (people > 0)
        return true;
    if (unread != NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "nobody is left when directory '%s' is not read", unread->source);
        return false;
    }
    g_autoptr(GString) instead = g_string_new(NULL);
    for (guint i = 0; i < input->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(input->directories, i);
        if (directory->instead != NULL)
            g_string_append_printf(instead, "\nhint: %s", directory->instead);
    }
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_REFUSED,
                "the directory holds nobody: nothing is planned\n"
                "hint: check people.base and people.filter, and what the bind account may read%s",
                instead->str);
    return false;
}

static gint compare_notices(gconstpointer a, gconstpointer b)
{
    const Notice *const *x = a;
    const Notice *const *y = b;
    if ((*x)->kind != (*y)->kind)
        return (*x)->kind < (*y)->kind ? -1 : 1;
    int by_mail = g_strcmp0((*x)->person.mail, (*y)->person.mail);
    if (by_mail != 0)
        return by_mail;
    int by_anchor = g_strcmp0((*x)->person.anchor, (*y)->person.anchor);
    return by_anchor != 0 ? by_anchor : g_strcmp0((*x)->reason, (*y)->reason);
}

static void order(Plan *plan)
{
    g_ptr_array_sort(plan->changes, change_compare);
    for (guint i = 0; i < plan->changes->len; i++)
        ((Change *) g_ptr_array_index(plan->changes, i))->id = i + 1;
    g_ptr_array_sort(plan->notices, compare_notices);
}

static void add_to_total(GHashTable *totals, const char *group, int64_t now, int64_t then)
{
    GroupTotal *total = group != NULL ? g_hash_table_lookup(totals, group) : NULL;
    if (total == NULL)
        return;
    total->now += now;
    total->then += then;
}

/* The same totals by the ids of the groups: a membership knows no name. */
static GHashTable *totals_by_id(const Desired *desired, GHashTable *totals)
{
    GHashTable *by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < desired->targets->len; i++) {
        DesiredTarget *target = g_ptr_array_index(desired->targets, i);
        const DesiredTarget *speaker = desired_target(desired, TARGET_GROUP, target->id);
        if (target->kind == TARGET_GROUP && speaker != NULL)
            g_hash_table_insert(by_id, &target->id, g_hash_table_lookup(totals, speaker->name));
    }
    return by_id;
}

static void count_members_now(const PlanInput *input, const Desired *desired, GHashTable *totals)
{
    g_autoptr(GHashTable) by_id = totals_by_id(desired, totals);
    for (guint m = 0; m < input->organization->members->len; m++) {
        const Member *member = g_ptr_array_index(input->organization->members, m);
        for (guint g = 0; g < member->groups->len; g++) {
            GroupTotal *total =
                g_hash_table_lookup(by_id, &g_array_index(member->groups, int64_t, g));
            if (total == NULL)
                continue;
            total->now++;
            total->then++;
        }
    }
}

/* Mapped groups before and after, every change counted, whether a rail withholds it or not. */
static void count_groups(const PlanInput *input, const Desired *desired, Plan *plan)
{
    g_autoptr(GHashTable) totals = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < desired->targets->len; i++) {
        const DesiredTarget *target = g_ptr_array_index(desired->targets, i);
        if (target->kind != TARGET_GROUP || g_hash_table_contains(totals, target->name))
            continue;
        GroupTotal *total = g_new0(GroupTotal, 1);
        target_ref_set(&total->group, target->id, target->name);
        g_ptr_array_add(plan->groups, total);
        g_hash_table_insert(totals, total->group.name, total);
    }
    count_members_now(input, desired, totals);
    for (guint c = 0; c < plan->changes->len; c++) {
        const Change *change = g_ptr_array_index(plan->changes, c);
        if (change->kind == CHANGE_ADD_TO_GROUP)
            add_to_total(totals, change->group.name, 0, 1);
        else if (change->kind == CHANGE_REMOVE_FROM_GROUP)
            add_to_total(totals, change->group.name, 0, -1);
        bool invites = change->kind == CHANGE_INVITE && change->groups != NULL;
        for (guint g = 0; invites && g < change->groups->len; g++) {
            const TargetRef *invited = g_ptr_array_index(change->groups, g);
            add_to_total(totals, invited->name, 0, 1);
        }
    }
}

static void completeness_copy(Plan *plan, const Completeness *from)
{
    Completeness *to = g_new(Completeness, 1);
    *to = *from;
    to->source = g_strdup(from->source);
    to->problem = g_strdup(from->problem);
    to->server = g_strdup(from->server);
    to->kind = g_strdup(from->kind);
    to->software = g_strdup(from->software);
    to->tls = g_strdup(from->tls);
    to->digest = g_strdup(from->digest);
    g_ptr_array_add(plan->completeness, to);
}

static void describe_inputs(const PlanInput *input, Plan *plan)
{
    plan->created = input->now;
    plan->offline = input->offline;
    plan->organization_id = input->organization->id;
    plan->organization_name = g_strdup(input->organization->name);
    plan->digests.configuration = g_strdup(input->settings->digest);
    plan->digests.directory = digest_directories(input->directories);
    plan->digests.organization = digest_organization(input->organization);
    plan->digests.ledger = digest_ledger(input->ledger);
    for (guint i = 0; i < input->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(input->directories, i);
        completeness_copy(plan, &directory->completeness);
        for (guint w = 0; w < directory->warnings->len; w++)
            g_ptr_array_add(plan->warnings, g_strdup(g_ptr_array_index(directory->warnings, w)));
    }
    if (input->offline && !input->ledger->known)
        g_ptr_array_add(plan->warnings,
                        g_strdup("there is no ledger to plan with: nobody is known to be ours, so "
                                 "nothing is taken from anybody"));
}

static void take_rails(Plan *plan, Desired *desired)
{
    while (desired->rails->len > 0)
        g_ptr_array_add(plan->rails, g_ptr_array_steal_index(desired->rails, 0));
}

static void forecast(const PlanInput *input, Plan *plan)
{
    ForecastInput forecast = {
        .organization = input->organization,
        .now = input->now,
        .reads = input->reads,
        .requests_per_hour = input->requests_per_hour,
        .reserve = input->reserve,
        .requests_left = input->requests_left,
        .resets_at = input->resets_at,
        .seconds_a_request = input->seconds_a_request,
    };
    plan_forecast(&forecast, plan);
}

static RailsInput rails_input(const PlanInput *input)
{
    return (RailsInput){
        .settings = input->settings,
        .directories = input->directories,
        .organization = input->organization,
        .ledger = input->ledger,
        .today = input->today,
        .shrunk = rails_shrinks(input->settings, input->directories, input->ledger),
        .last_run = input->ledger->last_run,
        .now = input->now,
    };
}

/* What people are called is true whatever else a read is good for. */
static void remember_names(const PlanInput *input)
{
    for (guint i = 0; i < input->directories->len; i++)
        (void) earlier_names_remember(g_ptr_array_index(input->directories, i), input->ledger);
}

/* What the ledger learns of this read before anything is decided; fills in what rails need of it.
 */
static void remember(const PlanInput *input, const Subjects *subjects, const Desired *desired,
                     RailsInput *rails)
{
    bool accepted = g_strcmp0(input->ledger->accepted_configuration, input->settings->digest) == 0;
    bool may_start = accepted && !rails_doubt_end(input->directories);
    if (input->counts_as_read && !rails->shrunk)
        rails->grace_starts =
            remember_read(input->ledger, subjects, desired, input->now, may_start);
    else
        remember_names(input);
    if (input->counts_as_read) {
        input->ledger->last_run = input->now;
        remember_members(input->ledger, input->settings, input->organization);
    }
    remember_bindings(input->ledger, desired, input->organization);
    if (input->remember_intervals)
        remember_intervals(input->ledger, input->directories, subjects, desired,
                           input->organization, input->now);
}

static bool select_changes(const PlanInput *input, const Subjects *subjects, Plan *plan,
                           GError **error)
{
    plan_select_kinds(plan, &input->settings->lifecycle);
    if (input->only == NULL)
        return true;
    g_autoptr(Selection) selection = NULL;
    if (!selection_resolve(input->only, subjects, input->directories, input->organization, plan,
                           &selection, error))
        return false;
    plan_select(plan, selection);
    return true;
}

/* Judges, makes requests, and tells the ledger what the rails have found. */
static void judge(const PlanInput *input, RailsInput *rails, Plan *plan)
{
    const Agreement *agreement = agreement_about(input->agreements, plan);
    rails->lifts = agreement != NULL ? agreement->lifts : NULL;
    plan->grace_starts = rails->grace_starts;
    rails_check(rails, plan);
    if (input->counts_as_read)
        rails_remember(rails, plan, input->ledger);
    plan_batch(plan);
    forecast(input, plan);
}

void planner_judge(const PlanInput *input, const Plan *fresh, const GPtrArray *lifts, Plan *plan)
{
    RailsInput rails = rails_input(input);
    rails.grace_starts = fresh->grace_starts;
    rails.mapped = fresh->mapped;
    rails.lifts = lifts;
    rails_check(&rails, plan);
    rails_remember(&rails, plan, input->ledger);
}

void planner_finish(const PlanInput *input, Plan *plan)
{
    lists_attach(plan, input->organization, &input->lists);
    plan_batch(plan);
    forecast(input, plan);
    g_free(plan->digests.changes);
    plan->digests.changes = plan_changes_digest(plan);
}

bool planner_plan(const PlanInput *input, Plan **ret_plan, GError **error)
{
    if (!check_sources(input, error))
        return false;
    for (guint i = 0; i < input->directories->len; i++)
        earlier_names_apply(g_ptr_array_index(input->directories, i), input->ledger);
    ledger_sort_grants(input->ledger);
    g_autoptr(Plan) plan = plan_new();
    describe_inputs(input, plan);
    g_autoptr(Subjects) subjects =
        subjects_build(input->settings, input->directories, input->organization, input->ledger,
                       input->located, input->now);
    g_autoptr(Desired) desired = desired_build(input->settings, input->directories, subjects,
                                               input->organization, input->ledger);
    RailsInput rails = rails_input(input);
    plan->mapped = g_array_ref(desired->mapped);
    rails.mapped = plan->mapped;
    rails.blind = desired->uncertain || desired->any_rule_held;
    remember(input, subjects, desired, &rails);
    DiffInput differences = {
        .settings = input->settings,
        .directories = input->directories,
        .organization = input->organization,
        .ledger = input->ledger,
        .subjects = subjects,
        .desired = desired,
        .now = input->now,
    };
    diff(&differences, plan);
    if (!select_changes(input, subjects, plan, error))
        return false;
    order(plan);
    lists_attach(plan, input->organization, &input->lists);
    plan->digests.changes = plan_changes_digest(plan);
    take_rails(plan, desired);
    judge(input, &rails, plan);
    count_groups(input, desired, plan);
    *ret_plan = g_steal_pointer(&plan);
    return true;
}

int planner_rail_status(const Plan *plan)
{
    int status = EXIT_STATUS_DONE;
    for (guint i = 0; i < plan->completeness->len; i++) {
        const Completeness *read = g_ptr_array_index(plan->completeness, i);
        if (!read->complete)
            status = error_code_exit_status(SYNC_ERROR_INCOMPLETE);
    }
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->verdict == VERDICT_HOLD)
            status = exit_status_worse(status, error_code_exit_status(SYNC_ERROR_REFUSED));
        else if (rail->verdict == VERDICT_DEFER)
            status = exit_status_worse(status, error_code_exit_status(SYNC_ERROR_QUOTA));
    }
    return status;
}
