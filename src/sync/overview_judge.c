/* SPDX-License-Identifier: Apache-2.0 */

/* What of an overview somebody must look at, in words. Every concern says what to do. */

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "sync/approval.h"
#include "sync/overview.h"

#include <string.h>

static Concern *concern(Overview *overview, const char *kind, bool critical)
{
    Concern *one = g_new0(Concern, 1);
    *one = (Concern){.kind = kind, .critical = critical};
    g_ptr_array_add(overview->concerns, one);
    return one;
}

static void judge_state(Overview *overview)
{
    if (overview->has_state)
        return;
    Concern *none = concern(overview, "no-run", true);
    none->text = g_strdup_printf("No run yet: there is no state at %s", overview->state_path);
    none->next = g_strdup("'toggl-ldap-sync plan' shows what the first would do, 'toggl-ldap-sync "
                          "sync' is it; is the timer enabled?");
}

static void judge_success(Overview *overview)
{
    if (!overview->has_state || !overview_is_stale(overview))
        return;
    Concern *stale = concern(overview, "stale", true);
    if (overview->last_success == 0) {
        stale->text = g_strdup("no run has done its work yet");
    } else {
        g_autofree char *age = overview_age(overview->now - overview->last_success);
        g_autofree char *when = clock_format(overview->last_success);
        stale->text = g_strdup_printf("the last success is %s old (%s)", age, when);
    }
    stale->next =
        g_strdup("nothing is kept in step until a run succeeds: is the timer enabled, and "
                 "what do its runs say?");
}

const char *overview_advice(int status)
{
    static const struct {
        SyncError code;
        const char *advice;
    } table[] = {
        {SYNC_ERROR_PARTIAL,
         "the next run tries the rest again; 'toggl-ldap-sync history' says what "
         "was refused"},
        {SYNC_ERROR_QUOTA, "the next run goes on by itself"},
        {SYNC_ERROR_UNREACHABLE, "the next run tries again; 'toggl-ldap-sync check --online' says "
                                 "what cannot be reached"},
        {SYNC_ERROR_INCOMPLETE, "nobody is touched until everything can be read; 'toggl-ldap-sync "
                                "check --online' looks at both sides"},
        {SYNC_ERROR_DENIED, "the next run fails, too: renew the password or the token, then "
                            "'toggl-ldap-sync check --online'"},
        {SYNC_ERROR_STATE,
         "the next run fails, too: 'toggl-ldap-sync state check' looks at the state"},
        {SYNC_ERROR_CONFIG, "the next run fails, too: 'toggl-ldap-sync check' names what is wrong"},
        {SYNC_ERROR_OUTPUT, "what was to be done is done; make the file writable"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (error_code_exit_status(table[i].code) == status)
            return table[i].advice;
    }
    return "the log of the run says why; 'toggl-ldap-sync history' what it did";
}

static bool has_verdict(const Plan *plan, RailKind kind, Verdict verdict)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->kind == kind && rail->verdict == verdict)
            return true;
    }
    return false;
}

/* The rails of VERDICT, each once, with how many changes of WITHHELD it keeps back: one that keeps
 * back none holds a rule, or the beginning of a grace. New string. */
static char *rails_text(const Plan *plan, const GPtrArray *withheld, Verdict verdict)
{
    GString *rails = g_string_new(NULL);
    for (RailKind kind = 0; kind < RAIL_KINDS; kind++) {
        const guint found = plan_withheld_by(withheld, kind);
        const char *comma = rails->len > 0 ? ", " : "";
        if (found > 0)
            g_string_append_printf(rails, "%s%s %u", comma, rail_name(kind), found);
        else if (has_verdict(plan, kind, verdict))
            g_string_append_printf(rails, "%s%s", comma, rail_name(kind));
    }
    return g_string_free(rails, FALSE);
}

static bool holds_anything(const Plan *plan)
{
    return plan != NULL && (plan_rail_holds(plan) || plan->held->len > 0);
}

static void judge_clock(Overview *overview)
{
    if (overview->clock_problem == NULL)
        return;
    Concern *clock = concern(overview, "clock", true);
    g_auto(GStrv) lines = g_strsplit(overview->clock_problem, "\nhint: ", 2);
    clock->text = g_strdup_printf("every run is refused: %s", lines[0]);
    clock->next = g_strdup(lines[1] != NULL ? lines[1] : "look at the clock of this machine");
}

/* A daily budget is reached, or all is asked for at once that goes a few at a time. */
static void judge_deferred(Overview *overview)
{
    const Plan *plan = overview->plan;
    const guint changes = plan_withheld_count(plan->deferred);
    Concern *deferred = concern(overview, "deferred", false);
    g_autofree char *rails = rails_text(plan, plan->deferred, VERDICT_DEFER);
    g_autofree char *options = approval_options(plan);
    deferred->text = g_strdup_printf("run %" G_GINT64_FORMAT " left %u change%s to later runs (%s)",
                                     overview->plan_run, changes, changes == 1 ? "" : "s", rails);
    deferred->next = g_strdup_printf(
        "the next runs go on by themselves; 'toggl-ldap-sync approve %" G_GINT64_FORMAT
        " %s' lets all of it pass at once",
        overview->plan_run, options);
}

static void judge_last(Overview *overview)
{
    const int status = overview->last_status;
    /* what a rail holds is told by what is held */
    bool held = holds_anything(overview->plan);
    if (overview->last_command == NULL || status == EXIT_STATUS_DONE ||
        (held && status == error_code_exit_status(SYNC_ERROR_REFUSED)))
        return;
    bool budget = status == error_code_exit_status(SYNC_ERROR_QUOTA);
    if (budget && overview->last_problem == NULL && overview->plan != NULL &&
        overview->plan->deferred->len > 0) {
        judge_deferred(overview);
        return;
    }
    bool later = budget || status == error_code_exit_status(SYNC_ERROR_REFUSED);
    Concern *failed = concern(overview, later ? "deferred" : "failed", !later);
    g_autofree char *when = clock_format(overview->last_ended);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "the last %s ended with status %d (%s) at %s", overview->last_command,
                    status, error_status_meaning(status), when);
    if (overview->last_problem != NULL) {
        g_auto(GStrv) lines = g_strsplit(overview->last_problem, "\n", 2);
        g_string_append_printf(text, ": %s", lines[0]);
    }
    failed->text = g_string_free(g_steal_pointer(&text), FALSE);
    failed->next = g_strdup(overview_advice(status));
}

static void judge_unfinished(Overview *overview)
{
    for (guint i = 0; i < overview->unsettled->len; i++) {
        const OverviewRun *run = g_ptr_array_index(overview->unsettled, i);
        if (strcmp(run->command, "api") == 0)
            continue;
        Concern *open = concern(overview, "unfinished", false);
        g_autofree char *when = clock_format(run->started);
        open->text = g_strdup_printf(
            "run %" G_GINT64_FORMAT " (%s) of %s %s", run->id, run->command, when,
            run->ended == 0 ? "did not end" : "ended before anybody looked what it had done");
        open->next = g_strdup("the next sync settles it by reading; nothing is sent twice");
    }
}

static void judge_calls(Overview *overview)
{
    for (guint i = 0; i < overview->calls->len; i++) {
        const OverviewCall *call = g_ptr_array_index(overview->calls, i);
        Concern *unknown = concern(overview, "unknown-call", false);
        g_autofree char *when = clock_format(call->sent);
        unknown->text = g_strdup_printf("Unknown: %s, sent %s: nobody knows whether it was carried "
                                        "out",
                                        call->operation, when);
        unknown->next = g_strdup("look before it is sent again");
    }
}

static void judge_held(Overview *overview)
{
    const Plan *plan = overview->plan;
    if (!holds_anything(plan))
        return;
    Concern *held = concern(overview, "held", false);
    const guint changes = plan_withheld_count(plan->held);
    g_autofree char *count = changes > 0 ? text_count(changes, "change", "changes") : NULL;
    g_autofree char *rails = rails_text(plan, plan->held, VERDICT_HOLD);
    held->text = count != NULL
                     ? g_strdup_printf("run %" G_GINT64_FORMAT " holds %s (%s)", overview->plan_run,
                                       count, rails)
                     : g_strdup_printf("run %" G_GINT64_FORMAT " was held up, with nothing to "
                                       "change yet (%s)",
                                       overview->plan_run, rails);
    if (overview_is_void(overview, plan->digests.configuration)) {
        held->next = g_strdup_printf(
            "its plan is void, for the configuration or a default of this release is another one "
            "since: the next sync makes a new plan, and holds what is not accepted; until then "
            "'toggl-ldap-sync history %" G_GINT64_FORMAT "' shows the old one",
            overview->plan_run);
        return;
    }
    g_autofree char *options = approval_options(plan);
    const char *they = changes > 0 ? "they wait" : "it waits";
    held->next = *options != '\0'
                     ? g_strdup_printf("%s for a person: 'toggl-ldap-sync history "
                                       "%" G_GINT64_FORMAT "' shows %s, 'toggl-ldap-sync approve "
                                       "%" G_GINT64_FORMAT " %s' lets %s pass",
                                       they, overview->plan_run, changes > 0 ? "them" : "why",
                                       overview->plan_run, options, changes > 0 ? "them" : "it")
                     : g_strdup_printf("%s until the reason is gone: 'toggl-ldap-sync "
                                       "history %" G_GINT64_FORMAT "' shows it",
                                       they, overview->plan_run);
}

static void judge_quarantine(Overview *overview)
{
    if (!overview->quarantined)
        return;
    Concern *quarantine = concern(overview, "quarantined", true);
    quarantine->text =
        g_strdup_printf("quarantined: %" G_GINT64_FORMAT " runs in a row did not come to an end",
                        overview->unconverged);
    quarantine->next = g_strdup(
        "only disabled people are removed until a person has looked: 'toggl-ldap-sync "
        "history' shows what came back each time, 'approve RUN --exceed quarantine' goes on");
}

static void judge_everything_held(Overview *overview)
{
    if (overview->held_until <= overview->now)
        return;
    Concern *all = concern(overview, "all-held", false);
    g_autofree char *until = clock_format(overview->held_until);
    g_autofree char *reason =
        overview->held_reason != NULL ? text_safe(overview->held_reason, -1) : NULL;
    all->text = g_strdup_printf("everything is held until %s%s%s", until,
                                reason != NULL ? ": " : "", reason != NULL ? reason : "");
    all->next = g_strdup("it goes on then, or with 'toggl-ldap-sync person release --all'");
}

/* What becomes of people when their grace is over. */
static const char *what_follows(const Overview *overview)
{
    if (overview->report_only || overview->takes_nothing || overview->leavers == LEAVERS_REPORT)
        return "nothing is taken from them (lifecycle); look whether that is right";
    return overview->leavers == LEAVERS_REMOVE_GROUPS
               ? "then what we gave them is taken away, if no rail holds it; whoever is back in "
                 "the directory stays"
               : "then they are deactivated, if no rail holds it; whoever is back in the "
                 "directory stays";
}

static void judge_missing(Overview *overview)
{
    const guint count = overview->missing->len;
    if (count == 0)
        return;
    int64_t soonest = G_MAXINT64;
    guint held = 0;
    for (guint i = 0; i < count; i++) {
        const OverviewPerson *person = g_ptr_array_index(overview->missing, i);
        held += person->held;
        if (!person->held)
            soonest = MIN(soonest, person->days_left);
    }
    Concern *missing = concern(overview, "missing", false);
    g_autofree char *people = text_count(count, "person is", "people are");
    g_autofree char *when =
        held < count ? g_strdup_printf("; the soonest has %" G_GINT64_FORMAT " day%s left", soonest,
                                       soonest == 1 ? "" : "s")
                     : g_strdup("");
    g_autofree char *waiting = held > 0 && held < count ? g_strdup_printf("; %u held", held)
                               : held > 0               ? g_strdup(", and held")
                                                        : g_strdup("");
    missing->text = g_strdup_printf("%s missing or no longer wanted%s%s", people, when, waiting);
    if (held == count) {
        missing->next = g_strdup("nothing is done to them before the hold ends, or a person lets "
                                 "it pass; whoever is back in the directory stays");
        return;
    }
    missing->next = g_strdup(what_follows(overview));
}

static void judge_people(Overview *overview)
{
    static const struct {
        NoticeKind kind;
        const char *word;
        const char *one;
        const char *many;
        const char *next;
    } table[] = {
        {NOTICE_PROTECTED, "protected", "protected person keeps what they should lose",
         "protected people keep what they should lose",
         "nobody takes it from them but you: by hand, or take them off lifecycle.protect, or make "
         "somebody else the administrator"},
        {NOTICE_FROZEN, "frozen", "person is frozen", "people are frozen",
         "nothing changes for them until the directory is mended; 'toggl-ldap-sync explain WHO' "
         "says "
         "what is wrong"},
        {NOTICE_OUT_OF_SCOPE, "out-of-scope", "person is out of scope", "people are out of scope",
         "they keep what they have: mend base or filter; 'toggl-ldap-sync person release WHO' lets "
         "them go, after the grace"},
        {NOTICE_HELD, "person-held", "person waits for a decision", "people wait for a decision",
         "'toggl-ldap-sync explain WHO' says why, and what decides"},
        {NOTICE_WAITING, "waiting", "person waits for Toggl", "people wait for Toggl",
         "what they lack is given when they have accepted their invitation"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        const guint count = overview_notices(overview, table[i].kind);
        if (count == 0)
            continue;
        Concern *people = concern(overview, table[i].word, false);
        people->text = text_count(count, table[i].one, table[i].many);
        people->next = g_strdup(table[i].next);
    }
}

/* Who is held by a person's word. */
static void judge_holds(Overview *overview)
{
    if (overview->holds->len == 0)
        return;
    Concern *held = concern(overview, "person-held", false);
    held->text = text_count(overview->holds->len, "person is held", "people are held");
    held->next = g_strdup("nothing changes for them until then, or until 'toggl-ldap-sync person "
                          "release WHO'");
}

void overview_judge(Overview *overview)
{
    static void (*const judges[])(Overview *) = {
        judge_state,           judge_clock,      judge_success, judge_last,
        judge_quarantine,      judge_unfinished, judge_calls,   judge_held,
        judge_everything_held, judge_missing,    judge_people,  judge_holds,
    };
    g_ptr_array_set_size(overview->concerns, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(judges); i++)
        judges[i](overview);
}
