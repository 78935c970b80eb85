/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rails about what a plan was computed from: a directory that shrank, a configuration that nobody
 * has accepted, a ledger that is old or lost, an organization that does not come to rest, and the
 * word of a person that nothing shall happen.
 */
#include "sync/rails_private.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/directory.h"
#include "sync/run.h"

/* ---- a directory that shrank ---- */

/* What of a directory is counted. Who may no longer read an attribute sees what nobody has, and the
 * search succeeds all the same: when all addresses are gone, or all that says who is disabled, that
 * is the more likely reason. */
typedef enum { MEASURE_PEOPLE, MEASURE_GROUPS, MEASURE_MAILS, MEASURE_DISABLED, MEASURES } Measure;

static const struct {
    const char *note;
    const char *held; /* what the directory held: so many of them */
    const char *hint; /* what may be the cause */
} measures[MEASURES] = {
    [MEASURE_PEOPLE] = {NOTE_PEOPLE_READ, "people", ""},
    [MEASURE_GROUPS] = {NOTE_GROUPS_READ, "groups", ""},
    [MEASURE_MAILS] = {NOTE_MAILS_READ, "people with a mail address",
                       "; may the account still read addresses?"},
    [MEASURE_DISABLED] = {NOTE_DISABLED_READ, "people who are disabled",
                          "; may the account still read what says so?"},
};

typedef struct {
    int64_t before;
    int64_t now;
} Size;

static int64_t count_people(const Directory *directory, Measure measure)
{
    int64_t count = 0;
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        count +=
            measure == MEASURE_MAILS ? person->mail != NULL : person->standing != PERSON_ENABLED;
    }
    return count;
}

static int64_t measure_now(const Directory *directory, Measure measure)
{
    if (measure == MEASURE_PEOPLE)
        return directory->people->len;
    return measure == MEASURE_GROUPS ? directory->groups->len : count_people(directory, measure);
}

static Size size_of(const Ledger *ledger, Measure measure, const Directory *directory)
{
    g_autofree char *note = g_strconcat(measures[measure].note, directory->source, NULL);
    return (Size){.before = ledger_note_number(ledger, note),
                  .now = measure_now(directory, measure)};
}

/* How many may be gone: a share, but in a small directory a few always. */
static int64_t may_go(const SyncSettings *settings, guint directory, Size size)
{
    int64_t share = sync_settings_max_shrink(settings, directory) * size.before / 100;
    return MAX(share, settings->limits.removals_floor);
}

/* How many are gone of what is counted; people who are gone themselves explain their addresses. */
static int64_t gone_of(const Ledger *ledger, Measure measure, const Directory *directory)
{
    Size size = size_of(ledger, measure, directory);
    int64_t gone = size.before - size.now;
    if (measure == MEASURE_MAILS || measure == MEASURE_DISABLED) {
        Size people = size_of(ledger, MEASURE_PEOPLE, directory);
        gone -= MAX(0, people.before - people.now);
    }
    return MAX(0, gone);
}

/* The first measure by which DIRECTORY is too small; MEASURES: none. */
static Measure too_small(const SyncSettings *settings, const Ledger *ledger, guint index,
                         const Directory *directory)
{
    for (int i = 0; i < MEASURES; i++) {
        Size size = size_of(ledger, (Measure) i, directory);
        if (gone_of(ledger, (Measure) i, directory) > may_go(settings, index, size))
            return (Measure) i;
    }
    return MEASURES;
}

bool rails_shrinks(const SyncSettings *settings, const GPtrArray *directories, const Ledger *ledger)
{
    for (guint i = 0; i < directories->len; i++) {
        const Directory *directory = g_ptr_array_index(directories, i);
        if (!directory->completeness.complete)
            continue; /* its people are frozen; what was read of it says nothing of its size */
        if (too_small(settings, ledger, i, directory) != MEASURES)
            return true;
    }
    return false;
}

bool rails_doubt_end(const GPtrArray *directories)
{
    for (guint i = 0; i < directories->len; i++) {
        if (((const Directory *) g_ptr_array_index(directories, i))->completeness.open_end)
            return true;
    }
    return false;
}

/* What a read must not do that may not have seen who is disabled. */
static bool needs_rights(const Change *change)
{
    return change_needs_trust(change) || change->kind == CHANGE_INVITE ||
           change->kind == CHANGE_REACTIVATE;
}

/* What is done because of something that is not in the file. Who is disabled is in it. */
static bool needs_end(const Change *change)
{
    return change_needs_trust(change) && !change->disabled_person;
}

/* What a file may have lost with its end is not gone. */
static void judge_open_end(Judge *judge, Rail *rail)
{
    int64_t changes = judge_count(judge, needs_end, false);
    int64_t starts = judge->in->grace_starts;
    if (changes + starts == 0)
        return;
    rail->limit = 0;
    rail->found = changes + starts;
    char *explanation =
        g_strdup("no empty line ends the last entry of its file, which may have been cut off: what "
                 "is taken away, roles and addresses are held, and nobody's grace begins; add the "
                 "line if nothing is missing");
    if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, needs_end);
}

static void judge_directory(Judge *judge, guint index)
{
    const RailsInput *in = judge->in;
    const Directory *directory = g_ptr_array_index(in->directories, index);
    if (!directory->completeness.complete)
        return;
    Measure small = too_small(in->settings, in->ledger, index, directory);
    bool shrinks = small != MEASURES;
    Measure measure = shrinks ? small : MEASURE_PEOPLE;
    Size size = size_of(in->ledger, measure, directory);
    Rail *rail =
        judge_rail(judge, RAIL_MAX_SHRINK, directory->source, may_go(in->settings, index, size),
                   gone_of(in->ledger, measure, directory));
    if (!shrinks) {
        if (directory->completeness.open_end)
            judge_open_end(judge, rail);
        return;
    }
    bool disabled = measure == MEASURE_DISABLED;
    char *explanation = g_strdup_printf(
        "the directory held %" G_GINT64_FORMAT " %s when it was last read completely, and "
        "%" G_GINT64_FORMAT " now; at most %" G_GINT64_FORMAT " may be gone (max_shrink "
        "%" G_GINT64_FORMAT "%%, never below limits.removals_floor): this read counts nobody "
        "missing, and nothing is taken from anybody, no role or address changed%s%s",
        size.before, measures[measure].held, size.now, rail->limit,
        sync_settings_max_shrink(in->settings, index),
        disabled ? ", nobody invited or reactivated" : "", measures[measure].hint);
    if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, disabled ? needs_rights : change_needs_trust);
}

/* ---- a configuration that nobody has accepted ---- */

static bool lowers(const Change *change)
{
    if (change->kind == CHANGE_SET_ORGANIZATION_ROLE)
        return change->before.admin && !change->after.admin;
    return change->kind == CHANGE_SET_WORKSPACE_ROLE && change->after.role < change->before.role;
}

/* What a configuration that nobody has accepted must not do. */
static bool needs_acceptance(const Change *change)
{
    return change_takes_access(change) || lowers(change) || change->kind == CHANGE_CHANGE_ADDRESS;
}

static bool is_accepted(const RailsInput *input)
{
    return g_strcmp0(input->ledger->accepted_configuration, input->settings->digest) == 0;
}

static void judge_configuration(Judge *judge)
{
    const RailsInput *in = judge->in;
    int64_t changes = is_accepted(in) ? 0 : judge_count(judge, needs_acceptance, false);
    int64_t starts = is_accepted(in) ? 0 : in->grace_starts;
    Rail *rail = judge_rail(judge, RAIL_CONFIGURATION, NULL, 0, changes + starts);
    if (rail->found == 0)
        return;
    g_autofree char *takes =
        text_count(changes, "change takes something away", "changes take something away");
    g_autofree char *begins =
        text_count(starts, "person would begin to be missing", "people would begin to be missing");
    char *explanation = g_strdup_printf(
        "the configuration is %s, and under it %s and %s: what is taken away, roles and addresses "
        "are held, and nobody's grace begins%s",
        in->ledger->accepted_configuration != NULL ? "not the one that was last accepted"
                                                   : "new here",
        takes, begins,
        in->blind ? "; no plan accepts it by itself while a rule is held or a directory is not read"
                  : "");
    if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, change_needs_trust);
}

static bool is_relinked(const Change *change)
{
    return change->kind == CHANGE_LINK;
}

static int64_t live_links(const Ledger *ledger)
{
    int64_t count = 0;
    for (guint i = 0; i < ledger->links->len; i++)
        count += !((const Link *) g_ptr_array_index(ledger->links, i))->row.removed;
    return count;
}

/* NULL: nothing speaks against the ledger. New string. */
static char *doubt(const Judge *judge)
{
    const RailsInput *in = judge->in;
    int64_t age = in->now - in->last_run;
    if (in->last_run != 0 && age > LEDGER_TRUST_SECONDS)
        return g_strdup_printf("the last run was %" G_GINT64_FORMAT " days ago",
                               age / INT64_C(86400));
    int64_t links = live_links(in->ledger);
    int64_t relinked = judge_count(judge, is_relinked, false);
    int64_t usual =
        MAX(judge->limits->removals_floor, judge->limits->removals_percent * links / 100);
    if (in->last_run != 0 && relinked > usual)
        return g_strdup_printf("%" G_GINT64_FORMAT " members whom it should know had to be linked "
                               "again",
                               relinked);
    int64_t since = ledger_note_number(in->ledger, NOTE_DOUBT);
    if (since == 0)
        return NULL;
    g_autofree char *when = clock_format(since);
    return g_strdup_printf("it was old or incomplete on %s", when);
}

static void judge_ledger(Judge *judge)
{
    g_autofree char *why = doubt(judge);
    int64_t found = why != NULL ? judge_count(judge, change_needs_trust, false) : 0;
    Rail *rail = judge_rail(judge, RAIL_LOST_LEDGER, NULL, 0, found);
    if (why == NULL)
        return;
    char *explanation = g_strdup_printf("the ledger may be an old one: %s; what is taken away, "
                                        "roles and addresses are held",
                                        why);
    if (found == 0) {
        rail->explanation = explanation;
        return;
    }
    if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, change_needs_trust);
}

/* Everything that a request is sent for. */
static bool is_sent(const Change *change)
{
    return change_kind_effect(change->kind) != EFFECT_NONE;
}

static bool is_quarantined(const Change *change)
{
    return is_sent(change) && !(change_removes_person(change) && change->disabled_person);
}

static void judge_quarantine(Judge *judge)
{
    const char *count = g_hash_table_lookup(judge->in->ledger->facts, UNCONVERGED_FACT);
    int64_t runs = count != NULL ? g_ascii_strtoll(count, NULL, 10) : 0;
    Rail *rail = judge_rail(judge, RAIL_QUARANTINE, NULL, RUN_QUARANTINE, runs);
    if (runs < RUN_QUARANTINE || judge_count(judge, is_quarantined, false) == 0)
        return;
    char *explanation = g_strdup_printf(
        "%" G_GINT64_FORMAT " runs in a row sent what the organization should become, and it did "
        "not: all but the removal of disabled people is held",
        runs);
    if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, is_quarantined);
}

static void judge_hold(Judge *judge)
{
    int64_t until = ledger_note_number(judge->in->ledger, NOTE_HOLD_UNTIL);
    int64_t found = until > judge->in->now ? judge_count(judge, is_sent, false) : 0;
    if (until <= judge->in->now)
        return;
    Rail *rail = judge_rail(judge, RAIL_HOLD, NULL, 0, found);
    const char *reason = ledger_note(judge->in->ledger, NOTE_HOLD_REASON);
    g_autofree char *safe = text_safe(reason != NULL ? reason : "no reason given", -1);
    g_autofree char *when = clock_format(until);
    char *explanation = g_strdup_printf("everything is held until %s: %s", when, safe);
    if (found == 0)
        rail->explanation = explanation;
    else if (judge_breaks(judge, rail, explanation))
        judge_withhold_all(judge, rail, is_sent);
}

void judge_trust(Judge *judge)
{
    for (guint i = 0; i < judge->in->directories->len; i++)
        judge_directory(judge, i);
    judge_groups(judge);
    judge_configuration(judge);
    judge_ledger(judge);
    judge_quarantine(judge);
    judge_hold(judge);
}

/* ---- what the ledger learns ---- */

static void remember_directory(const RailsInput *input, const Rail *rail, Ledger *ledger)
{
    guint index = 0;
    if (!directories_find(input->directories, rail->subject, &index))
        return;
    const Directory *directory = g_ptr_array_index(input->directories, index);
    for (int i = 0; i < MEASURES; i++) {
        g_autofree char *note = g_strconcat(measures[i].note, rail->subject, NULL);
        ledger_set_note_number(ledger, note, measure_now(directory, (Measure) i));
    }
}

/* A part of a plan proves nothing: of it only what people have approved counts. And that nothing is
 * taken says nothing while not all is seen that could be. */
void rails_remember(const RailsInput *input, const Plan *plan, Ledger *ledger)
{
    bool sees_all = !input->shrunk && !input->blind;
    remember_groups(input, plan, ledger);
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        bool lifted = rail->verdict == VERDICT_APPROVED;
        bool kept = rail->verdict == VERDICT_OK && !plan->partial;
        if (rail->kind == RAIL_MAX_SHRINK && (lifted || kept))
            remember_directory(input, rail, ledger);
        if (rail->kind == RAIL_CONFIGURATION && (lifted || (kept && sees_all))) {
            g_free(ledger->accepted_configuration);
            ledger->accepted_configuration = g_strdup(input->settings->digest);
        }
        if (rail->kind != RAIL_LOST_LEDGER)
            continue;
        bool doubted = rail->explanation != NULL;
        if (lifted || (kept && (sees_all || !doubted)))
            ledger_set_note_number(ledger, NOTE_DOUBT, 0);
        else if (doubted)
            ledger_set_note_number(ledger, NOTE_DOUBT, input->now);
    }
}
