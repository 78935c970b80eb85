/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated worlds: each is planned and applied to a model of Toggl for several runs, while the
 * directories change, reads fail and people work by hand, and every plan is held against what must
 * be true of all plans; every fourth world is also read in another order, which must change no
 * byte. WORLDS says how many (1000), WORLDS_FROM the first seed (1): a world that is broken prints
 * its own.
 */
#include "counting.h"
#include "model_toggl.h"
#include "worlds_check.h"
#include "worlds_effect.h"
#include "worlds_text.h"

#include "sync/confirm.h"

#include <stdio.h>

#define RUNS 4U

typedef struct {
    uint64_t worlds;
    uint64_t plans;
    uint64_t changes;
    uint64_t broken;
} Score;

static Plan *make_plan(World *world, bool counts)
{
    g_autoptr(GError) error = NULL;
    PlanInput input = world_input(world);
    input.counts_as_read = counts;
    input.remember_intervals = counts;
    Plan *plan = NULL;
    assert_success(planner_plan(&input, &plan, &error), error);
    return plan;
}

/* What apply does, without a journal: a request that fails carries nothing out. A complaint, or
 * NULL. */
static char *carry_out(World *world, ModelToggl *model, Plan *plan)
{
    g_autoptr(GHashTable) facts = effect_facts(world->organization);
    g_auto(Confirmed) confirmed = {0};
    confirmed_init(&confirmed, plan, world->ledger);
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        if (change_kind_effect(change->kind) == EFFECT_NONE && !plan_withholds(plan, change->id))
            confirm_change(&confirmed, change, world->organization, 0, world->now);
    }
    for (guint i = 0; i < plan->requests->len; i++) {
        const Request *request = g_ptr_array_index(plan->requests, i);
        Outcome outcome = {0};
        g_autoptr(GError) error = NULL;
        if (!request_is_resolved(request))
            continue;
        model_perform(&model->target, request, &outcome, &error);
        for (guint c = 0; outcome.kind == OUTCOME_DONE && c < request->changes->len; c++) {
            const Change *change = plan_change(plan, g_array_index(request->changes, unsigned, c));
            bool creates =
                change->kind == CHANGE_CREATE_GROUP || change->kind == CHANGE_CREATE_WORKSPACE;
            confirm_change(&confirmed, change, world->organization,
                           creates ? outcome.created_id : 0, world->now);
            effect_expect(facts, change);
        }
        for (guint r = 0; outcome.created_id != 0 && r < plan->requests->len; r++)
            request_resolve(g_ptr_array_index(plan->requests, r), request->id, outcome.created_id);
        outcome_clear(&outcome);
    }
    world_finish(world);
    confirm_invited(&confirmed, world->organization, world->now);
    return effect_check(facts, world->organization);
}

/* ---- grace, counted by the test itself ---- */

typedef struct {
    int64_t since;
    int64_t reads;
} Gone;

static const Person *entry_of(const World *world, const Link *link)
{
    for (guint i = 0; i < world->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(world->directories, i);
        if (strcmp(directory->source, link->source) == 0)
            return directory_person(directory, link->anchor);
    }
    return NULL;
}

static bool is_complete(const World *world)
{
    for (guint i = 0; i < world->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(world->directories, i);
        if (!directory->completeness.complete)
            return false;
    }
    return true;
}

static bool is_nowhere(const World *world, const Link *link)
{
    const Located *located = g_hash_table_lookup(world->located, link);
    return entry_of(world, link) == NULL && (located == NULL || located->kind == LOCATED_NOWHERE);
}

/* Not to be found, or found disabled: both are being away. */
static bool is_away(const World *world, const Link *link)
{
    const Person *person = entry_of(world, link);
    const Located *located = g_hash_table_lookup(world->located, link);
    return person != NULL ? person->standing != PERSON_ENABLED
                          : located == NULL || located->kind != LOCATED_ENABLED ||
                                link->released_at != 0; /* let go */
}

static void count_gone(const World *world, GHashTable *gone)
{
    for (guint i = 0; is_complete(world) && i < world->ledger->links->len; i++) {
        Link *link = g_ptr_array_index(world->ledger->links, i);
        Gone *one = g_hash_table_lookup(gone, link);
        if (one == NULL) {
            one = g_new0(Gone, 1);
            g_hash_table_insert(gone, link, one);
        }
        if (!is_away(world, link)) {
            *one = (Gone){0};
            continue;
        }
        one->since = one->since == 0 ? world->now : one->since;
        one->reads++;
    }
}

/* Whoever is found nowhere is removed only after so many days and complete reads. */
static char *check_grace(const World *world, const Plan *plan, GHashTable *gone)
{
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        const Member *member = check_member(world, change);
        bool removes =
            change->kind == CHANGE_DEACTIVATE || change->kind == CHANGE_WITHDRAW_INVITATION;
        const GPtrArray *links =
            removes && member != NULL ? ledger_member_links(world->ledger, member->id) : NULL;
        for (guint l = 0; links != NULL && l < links->len; l++) {
            Link *link = g_ptr_array_index(links, l);
            const Gone *one = g_hash_table_lookup(gone, link);
            if (!is_nowhere(world, link) || g_strcmp0(change->before.standing, "missing") != 0)
                continue;
            int64_t days = one != NULL && one->since != 0 ? (world->now - one->since) / 86400 : 0;
            int64_t reads = one != NULL ? one->reads : 0;
            if (days < world->settings->lifecycle.grace_days ||
                reads < world->settings->lifecycle.grace_reads)
                return g_strdup_printf("%s is removed before the grace is over", member->mail);
        }
    }
    return NULL;
}

/* ---- one world ---- */

/* A plan with its reasons, for whoever looks into a broken world. */
static char *story(const Plan *plan)
{
    g_autofree char *lines = plan_lines(plan);
    GString *text = g_string_new(NULL);
    g_auto(GStrv) line = g_strsplit(lines, "\n", -1);
    for (guint i = 0; i < plan->changes->len; i++)
        g_string_append_printf(text, "  %s: %s\n", line[i],
                               ((const Change *) g_ptr_array_index(plan->changes, i))->reason);
    for (guint i = 0; i < plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(plan->notices, i);
        g_string_append_printf(text, "  [%s] %s: %s\n", notice->person.anchor, notice->person.mail,
                               notice->reason);
    }
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->explanation != NULL)
            g_string_append_printf(text, "  rail: %s\n", rail->explanation);
    }
    return g_string_free(text, FALSE);
}

static char *check_admins_stay(const World *world, const int *before)
{
    for (int64_t id = 0; id < 13; id++) {
        if ((id == 0 || id >= 10) && before[id] > 0 && check_admins(world->organization, id) == 0)
            return g_strdup_printf("nobody administers %d any more", (int) id);
    }
    return NULL;
}

/* The same read from a file that may have been cut off takes from nobody but who is disabled. */
static char *check_open_end(World *world, Score *score)
{
    Directory *directory = g_ptr_array_index(world->directories, 0);
    directory->completeness.open_end = true;
    g_autoptr(Plan) plan = make_plan(world, false);
    directory->completeness.open_end = false;
    score->plans++;
    for (guint i = 0; i < plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(plan->changes, i);
        bool takes = change_kind_effect(change->kind) == EFFECT_TAKES || check_lowers(change) ||
                     change->kind == CHANGE_CHANGE_ADDRESS;
        if (takes && !change->disabled_person && !plan_withholds(plan, change->id))
            return g_strdup_printf("%s %s because of a file without an end",
                                   change_kind_name(change->kind), change->person.mail);
    }
    return NULL;
}

static bool same_person(const ChangePerson *a, const ChangePerson *b)
{
    if (a->anchor == NULL || b->anchor == NULL)
        return false;
    const char *x = g_str_has_prefix(a->anchor, "s-") ? a->anchor + 2 : a->anchor;
    const char *y = g_str_has_prefix(b->anchor, "s-") ? b->anchor + 2 : b->anchor;
    return strcmp(x, y) == 0;
}

/* Whether a second plan may hold CHANGE: another step was needed first, or another administrator.
 */
static bool is_explained(const Plan *first, const Change *change)
{
    if (change_kind_effect(change->kind) == EFFECT_NONE ||
        (change->kind == CHANGE_UNASSIGN && g_str_has_suffix(change->reason, "gives access now")))
        return true;
    for (guint i = 0; i < first->changes->len; i++) {
        /* what the ledger knows of an invitation counts from the moment of the link */
        const Change *link = g_ptr_array_index(first->changes, i);
        if (link->kind == CHANGE_LINK && change->kind == CHANGE_RESEND_INVITATION &&
            same_person(&link->person, &change->person))
            return true;
    }
    for (guint i = 0; i < first->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(first->notices, i);
        if (notice->kind == NOTICE_PROTECTED &&
            organization_user_id_equal(notice->person.organization_user_id,
                                       change->person.organization_user_id) &&
            strstr(notice->reason, "is the last administrator") != NULL)
            return true;
        /* somebody else had the address, and has it no more */
        if (notice->kind == NOTICE_DIFFERENT && same_person(&notice->person, &change->person))
            return true;
        /* who was back and unknown is known by what has moved */
        if (notice->kind == NOTICE_HELD && same_person(&notice->person, &change->person) &&
            g_str_has_prefix(notice->reason, "was away, and is back"))
            return true;
        /* who had the address of a new entry in Toggl only is gone now, or has another; the new
         * one is invited, or is the first who wants what has to be made */
        bool makes = change->kind == CHANGE_CREATE_GROUP || change->kind == CHANGE_CREATE_WORKSPACE;
        bool invites =
            change->kind == CHANGE_INVITE && same_person(&notice->person, &change->person);
        /* nor does the name of the new one, who is nobody's question any more, speak for a stranger
         */
        bool takes = change->kind == CHANGE_REMOVE_FROM_GROUP && change->person.anchor == NULL &&
                     g_str_has_suffix(change->reason, "lifecycle.memberships is \"exact\"");
        bool asks =
            notice->kind == NOTICE_HELD && (strstr(notice->reason, "re-created person") != NULL ||
                                            strstr(notice->reason, "which is still there") != NULL);
        if (asks && (makes || invites || takes))
            return true;
    }
    return false;
}

/* Applied, a plan leaves nothing to do: at once, or, where one step needs another, after a few. */
static char *run_until_quiet(Chance *chance, ModelToggl *model, Plan *plan, Score *score)
{
    World *world = &chance->world;
    int admins[13] = {0};
    for (int64_t id = 0; id < 13; id++)
        admins[id] = id == 0 || id >= 10 ? check_admins(world->organization, id) : 0;
    char *problem = carry_out(world, model, plan);
    if (problem == NULL)
        problem = check_admins_stay(world, admins);
    for (unsigned more = 0; problem == NULL && more < 4; more++) {
        /* in any of the rounds until now: the request that fails need not be one of the first */
        bool failed = model->fail_at != 0 && model->calls >= model->fail_at;
        g_autoptr(Plan) left = make_plan(world, false);
        score->plans++;
        bool quiet = count_pending(left) == 0;
        bool facts = left->changes->len > 0;
        problem = check_changes(world, left);
        if (problem == NULL)
            problem = check_requests(left);
        if (problem != NULL)
            return problem;
        if (quiet && !facts)
            return check_reached(world, left);
        problem = carry_out(world, model, left);
        if (problem != NULL)
            return problem;
        bool explained = failed || quiet;
        for (guint i = 0; i < left->changes->len && !explained; i++) {
            const Change *change = g_ptr_array_index(left->changes, i);
            if (!is_explained(plan, change)) {
                g_autofree char *lines = story(left);
                problem = g_strdup_printf("a second plan is not empty:\n%s", lines);
                break;
            }
        }
    }
    if (problem == NULL) {
        g_autoptr(Plan) left = make_plan(world, false);
        g_autofree char *lines = story(left);
        problem = g_strdup_printf("never quiet:\n%s", lines);
    }
    return problem;
}

static char *run_world(Chance *chance, Score *score)
{
    World *world = &chance->world;
    ModelToggl model;
    model_init(&model, world, 0, FAIL_REFUSED);
    g_autoptr(GHashTable) gone = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    char *problem = NULL;
    worlds_locate(chance);
    for (unsigned run = 0; problem == NULL && run < RUNS; run++) {
        model.calls = 0;
        model.fail_at =
            likely(chance, "request fails", "", 20) ? 1 + dice(chance, "which", "", 4) : 0;
        world_finish(world);
        count_gone(world, gone);
        g_autoptr(Plan) plan = make_plan(world, true);
        score->plans++;
        score->changes += plan->changes->len;
        problem = check_changes(world, plan);
        if (problem == NULL)
            problem = check_requests(plan);
        if (problem == NULL)
            problem = check_grace(world, plan, gone);
        if (problem == NULL && run == 0)
            problem = check_open_end(world, score);
        if (problem == NULL)
            problem = run_until_quiet(chance, &model, plan, score);
        if (problem != NULL) {
            g_autofree char *lines = story(plan);
            g_autofree char *words = worlds_text(world);
            char *whole = g_strdup_printf("run %u: %s\nthe plan\n%sthe world after it\n%s", run,
                                          problem, lines, words);
            g_free(problem);
            problem = whole;
            break;
        }
        worlds_pass(chance);
    }
    model_clear(&model);
    return problem;
}

static char *text_of(uint64_t seed, bool backwards)
{
    Chance chance;
    worlds_init(&chance, seed, backwards);
    worlds_locate(&chance);
    g_autoptr(Plan) plan = make_plan(&chance.world, true);
    char *text = plan_document_text(plan);
    worlds_clear(&chance);
    return text;
}

/* The first line that differs. */
static char *compare_texts(const char *forwards, const char *backwards)
{
    g_auto(GStrv) a = g_strsplit(forwards, "\n", -1);
    g_auto(GStrv) b = g_strsplit(backwards, "\n", -1);
    for (guint i = 0; a[i] != NULL || b[i] != NULL; i++) {
        /* the ledger comes from a table, in the order of its rows */
        bool of_rows = a[i] != NULL && (strstr(a[i], "\"ledger\": \"sha256") != NULL ||
                                        strstr(a[i], "\"document\": \"sha256") != NULL);
        if (!of_rows && g_strcmp0(a[i], b[i]) != 0)
            return g_strdup_printf("the order of what was read changes line %u: '%s', '%s'", i + 1,
                                   a[i], b[i]);
    }
    return NULL;
}

static void test_worlds(void **state)
{
    (void) state;
    const char *count = g_getenv("WORLDS");
    const char *from = g_getenv("WORLDS_FROM");
    uint64_t worlds = count != NULL ? g_ascii_strtoull(count, NULL, 10) : 1000;
    uint64_t first = from != NULL ? g_ascii_strtoull(from, NULL, 10) : 1;
    Score score = {0};
    for (uint64_t seed = first; seed < first + worlds; seed++) {
        Chance chance;
        worlds_init(&chance, seed, false);
        g_autofree char *problem = run_world(&chance, &score);
        worlds_clear(&chance);
        if (problem == NULL && seed % 4 == 0) {
            g_autofree char *forwards = text_of(seed, false);
            g_autofree char *backwards = text_of(seed, true);
            problem = compare_texts(forwards, backwards);
        }
        score.worlds++;
        score.broken += problem != NULL;
        if (problem != NULL && score.broken <= 10)
            (void) printf("world %" G_GUINT64_FORMAT ": %s\n", seed,
                          problem); /* no limit of length */
    }
    print_message("worlds = %" G_GUINT64_FORMAT ", plans = %" G_GUINT64_FORMAT
                  ", changes = %" G_GUINT64_FORMAT ", broken = %" G_GUINT64_FORMAT "\n",
                  score.worlds, score.plans, score.changes, score.broken);
    assert_int_equal(score.broken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worlds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
