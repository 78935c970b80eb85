/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plan_view.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/wording.h"

typedef struct {
    const Plan *plan;
    View *view;
    GHashTable *withheld; /* id of a change -> what its row says of it */
    PlanOutcomes *outcomes;
    PlanIsAbout is_about; /* NULL: all of the plan */
    const void *context;
} Builder;

static const ViewColumn planned[] = {
    {"", COLUMN_MARK},       {"WHAT", COLUMN_PLAIN}, {"WHO", COLUMN_PERSON}, {"NAME", COLUMN_NAME},
    {"WHERE", COLUMN_PLAIN}, {"WHY", COLUMN_REASON}, {NULL, COLUMN_PLAIN},
};
static const ViewColumn carried_out[] = {
    {"", COLUMN_MARK},      {"WHAT", COLUMN_PLAIN},  {"WHO", COLUMN_PERSON},
    {"NAME", COLUMN_NAME},  {"WHERE", COLUMN_PLAIN}, {"OUTCOME", COLUMN_PLAIN},
    {"WHY", COLUMN_REASON}, {NULL, COLUMN_PLAIN},
};

/* ---- where it comes from ---- */

/* The problem stands in one line: what to do about it was said when it was met. */
static void say_incomplete(GString *line, const Completeness *read)
{
    const char *problem = text_or_nothing(read->problem);
    g_string_append_printf(line,
                           "Directory '%s' was not read completely, and its people are frozen: ",
                           text_or_nothing(read->source));
    g_string_append_len(line, problem, (gssize) strcspn(problem, "\n"));
}

static void say_read(GString *line, const Completeness *read)
{
    g_autofree char *people = text_count(read->people, "person", "people");
    g_autofree char *groups = text_count(read->groups, "group", "groups");
    g_string_append_printf(line, "Directory '%s': %s and %s from %s", text_or_nothing(read->source),
                           people, groups,
                           read->server != NULL ? read->server : "an unknown place");
    if (read->tls != NULL)
        g_string_append_printf(line, " (%s)", read->tls);
}

static void note_completeness(View *view, const Completeness *read)
{
    g_autoptr(GString) line = g_string_new(NULL);
    if (read->complete)
        say_read(line, read);
    else
        say_incomplete(line, read);
    if (read->dangling > 0)
        g_string_append_printf(line, "; %u group member%s no entry", read->dangling,
                               read->dangling == 1 ? " names" : "s name");
    view_note(view, "%s", line->str);
}

static void add_digests(View *view, const PlanDigests *digests)
{
    const struct {
        const char *label;
        const char *digest;
    } rows[] = {
        {"changes", digests->changes},           {"configuration", digests->configuration},
        {"directory", digests->directory},       {"ledger", digests->ledger},
        {"organization", digests->organization},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].digest != NULL)
            view_footer(view, rows[i].label, rows[i].digest);
    }
}

/* ---- changes ---- */

static bool is_shown(const Builder *builder, const ChangePerson *person)
{
    return builder->is_about == NULL || builder->is_about(builder->context, person);
}

/* Changes that only the ledger hears of; nothing is sent for them. */
static bool is_fact(const Change *change)
{
    return change_kind_effect(change->kind) == EFFECT_NONE;
}

static char *why(const Builder *builder, const Change *change)
{
    const char *waits = g_hash_table_lookup(builder->withheld, GUINT_TO_POINTER(change->id));
    if (waits == NULL)
        return g_strdup(text_or_nothing(change->reason));
    return g_strdup_printf("%s: %s", waits, text_or_nothing(change->reason));
}

static void add_change(const Builder *builder, ViewSection *section, const Change *change)
{
    const PlanOutcome *outcome =
        builder->outcomes != NULL
            ? g_hash_table_lookup(builder->outcomes, GUINT_TO_POINTER(change->id))
            : NULL;
    g_autofree char *place = change_where(change);
    g_autofree char *reason = why(builder, change);
    section_row(section,
                outcome != NULL && outcome->failed ? TONE_WARNS : change_tone(change->kind));
    section_cell(section, 0, change_mark(change->kind));
    section_cell(section, 1, change_title(change->kind));
    section_cell(section, 2, person_text(&change->person));
    section_cell(section, 3, change->person.name);
    section_cell(section, 4, place);
    if (builder->outcomes != NULL)
        section_cell(section, 5, outcome != NULL ? outcome->text : "not sent");
    section_cell(section, builder->outcomes != NULL ? 6 : 5, reason);
}

static GPtrArray *shown_changes(const Builder *builder)
{
    GPtrArray *shown = g_ptr_array_new();
    for (guint i = 0; i < builder->plan->changes->len; i++) {
        Change *change = g_ptr_array_index(builder->plan->changes, i);
        if (is_shown(builder, &change->person))
            g_ptr_array_add(shown, change);
    }
    g_ptr_array_sort(shown, change_compare_for_readers);
    return shown;
}

static void add_changes(const Builder *builder)
{
    ViewSection *section = NULL;
    unsigned phase = 0;
    g_autoptr(GPtrArray) shown = shown_changes(builder);
    for (guint i = 0; i < shown->len; i++) {
        const Change *change = g_ptr_array_index(shown, i);
        if (section == NULL || change->phase != phase) {
            phase = change->phase;
            unsigned flags = SECTION_DETAIL | (is_fact(change) ? SECTION_FACTS : 0);
            section = view_section(builder->view, flags, phase_title(phase));
            section_columns(section, builder->outcomes != NULL ? carried_out : planned);
            section_key(section, "changes");
        }
        add_change(builder, section, change);
    }
}

/* ---- totals ---- */

/* "12 invitations, 3 added to groups"; of facts, or of all others. NULL: there are none. */
static char *count_changes(const int64_t *counts, bool facts)
{
    GString *list = g_string_new(NULL);
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        bool fact = change_kind_effect((ChangeKind) kind) == EFFECT_NONE;
        if (counts[kind] == 0 || fact != facts)
            continue;
        g_autofree char *count = change_count_text((ChangeKind) kind, counts[kind]);
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", count);
    }
    return g_string_free(list, list->len == 0);
}

/* "post_organization_invitation 2, put_organization_users 1"; NULL without any. New string. */
static char *operations_text(const Forecast *forecast)
{
    GString *text = g_string_new(NULL);
    for (int operation = 0; operation < OPERATIONS; operation++) {
        if (forecast->operations[operation] > 0)
            g_string_append_printf(text, "%s%s %" G_GINT64_FORMAT, text->len > 0 ? ", " : "",
                                   operation_name((Operation) operation),
                                   forecast->operations[operation]);
    }
    return g_string_free(text, text->len == 0);
}

static void say_seats(ViewSection *section, const Forecast *forecast)
{
    g_autofree char *paid = forecast->subscription > 0
                                ? g_strdup_printf(" of %" G_GINT64_FORMAT " in the subscription",
                                                  forecast->subscription)
                                : g_strdup("");
    bool more = forecast->subscription > 0 && forecast->seats_then > forecast->subscription;
    section_say(
        section, more ? TONE_WARNS : TONE_PLAIN,
        "Seats: %" G_GINT64_FORMAT " now, %" G_GINT64_FORMAT " then, invitations included%s%s.",
        forecast->seats_now, forecast->seats_then, paid, more ? ": Toggl will ask for more" : "");
}

static void say_cost(ViewSection *section, const Forecast *forecast)
{
    g_autofree char *operations = operations_text(forecast);
    g_autofree char *finish = clock_format(forecast->finish);
    g_autofree char *done =
        forecast->finish > 0 ? g_strdup_printf(", done by %s", finish) : g_strdup("");
    section_say(section, TONE_PLAIN,
                "Cost: %" G_GINT64_FORMAT " request%s after %" G_GINT64_FORMAT
                " for reading, in %" G_GINT64_FORMAT " hourly window%s%s.",
                forecast->requests, forecast->requests == 1 ? "" : "s", forecast->reads,
                forecast->windows, forecast->windows == 1 ? "" : "s", done);
    if (operations != NULL)
        section_say(section, TONE_PLAIN, "Requests: %s.", operations);
    say_seats(section, forecast);
}

static bool was_read(const Plan *plan)
{
    for (guint i = 0; i < plan->completeness->len; i++) {
        if (!((const Completeness *) g_ptr_array_index(plan->completeness, i))->complete)
            return false;
    }
    return true;
}

/* That there are no changes says no more than was asked and read. */
static const char *no_changes(const Plan *plan)
{
    if (plan_rail_holds(plan))
        return "No changes: what rails hold, below, is left as it is.";
    if (plan->partial)
        return "No changes: of what was asked for, nothing is left to do.";
    return was_read(plan) ? "No changes: the organization is as the directory wants it."
                          : "No changes, as far as the directories could be read.";
}

static void say_totals(const Builder *builder, const int64_t *counts)
{
    const Plan *plan = builder->plan;
    ViewSection *section = view_section(builder->view, SECTION_TOP, NULL);
    g_autofree char *changes = count_changes(counts, false);
    g_autofree char *facts = count_changes(counts, true);
    if (changes == NULL)
        section_say(section, TONE_PLAIN, "%s", no_changes(plan));
    else
        section_say(section, TONE_PLAIN, "Total: %s.", changes);
    if (facts != NULL)
        section_say(section, TONE_PLAIN, "Remembered without a request: %s.", facts);
    guint held = plan_withheld_count(plan->held);
    guint deferred = plan_withheld_count(plan->deferred);
    g_autofree char *holds =
        held > 0 ? g_strdup_printf("%u %s held", held, held == 1 ? "is" : "are") : NULL;
    g_autofree char *waits = deferred > 0 ? g_strdup_printf("%u wait%s for a later run", deferred,
                                                            deferred == 1 ? "s" : "")
                                          : NULL;
    if (holds != NULL || waits != NULL)
        section_say(section, TONE_PLAIN, "Of these %s%s%s.", text_or_nothing(holds),
                    holds != NULL && waits != NULL ? " and " : "", text_or_nothing(waits));
    if (changes != NULL)
        say_cost(section, &plan->forecast);
}

static void add_totals(const Builder *builder)
{
    const Plan *plan = builder->plan;
    int64_t counts[CHANGE_KINDS] = {0};
    for (guint i = 0; i < plan->changes->len; i++)
        counts[((const Change *) g_ptr_array_index(plan->changes, i))->kind]++;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        ChangeKind k = (ChangeKind) kind;
        if (counts[kind] > 0)
            view_total(builder->view, change_tone(k), change_count_label(k, counts[kind]),
                       "%" G_GINT64_FORMAT, counts[kind]);
    }
    if (plan->held->len > 0)
        view_total(builder->view, TONE_WARNS, "held", "%u", plan->held->len);
    if (plan->deferred->len > 0)
        view_total(builder->view, TONE_WARNS, "for a later run", "%u", plan->deferred->len);
    const Forecast *forecast = &plan->forecast;
    if (forecast->seats_now == forecast->seats_then)
        view_total(builder->view, TONE_PLAIN, "seats", "%" G_GINT64_FORMAT, forecast->seats_now);
    else
        view_total(builder->view, TONE_PLAIN, "seats", "%" G_GINT64_FORMAT " → %" G_GINT64_FORMAT,
                   forecast->seats_now, forecast->seats_then);
    view_total(builder->view, TONE_PLAIN, forecast->requests == 1 ? "request" : "requests",
               "%" G_GINT64_FORMAT, forecast->requests);
    say_totals(builder, counts);
}

/* ---- the rest ---- */

/* A to Z: the plan has them by what they are numbered, and new ones have no number yet. */
static gint by_name(gconstpointer a, gconstpointer b)
{
    const GroupTotal *one = *(const GroupTotal *const *) a;
    const GroupTotal *other = *(const GroupTotal *const *) b;
    return g_strcmp0(one->group.name, other->group.name);
}

static void add_groups(const Builder *builder)
{
    static const ViewColumn columns[] = {
        {"GROUP", COLUMN_PLAIN},
        {"NOW", COLUMN_NUMBER},
        {"THEN", COLUMN_NUMBER},
        {NULL, COLUMN_PLAIN},
    };
    ViewSection *section = view_section(builder->view, SECTION_BARS, "Members of mapped groups");
    section_columns(section, columns);
    g_autoptr(GPtrArray) groups = g_ptr_array_copy(builder->plan->groups, NULL, NULL);
    g_ptr_array_set_free_func(groups, NULL);
    g_ptr_array_sort(groups, by_name);
    for (guint i = 0; i < groups->len; i++) {
        const GroupTotal *total = g_ptr_array_index(groups, i);
        if (total->now == total->then)
            continue;
        section_row(section, total->now < total->then ? TONE_GIVES : TONE_TAKES);
        section_cell(section, 0, total->group.name);
        section_number(section, 1, total->now);
        section_number(section, 2, total->then);
    }
}

static void add_rail(View *view, const Rail *rail)
{
    bool said = rail->subject != NULL && rail->explanation != NULL &&
                g_str_has_prefix(rail->explanation, rail->subject);
    g_autofree char *subject =
        rail->subject != NULL && !said ? g_strdup_printf(" (%s)", rail->subject) : g_strdup("");
    ViewSection *section = view_section(view, SECTION_TOP, NULL);
    section_say(section, rail->verdict == VERDICT_APPROVED ? TONE_PLAIN : TONE_WARNS,
                "Rail '%s' %s%s: %s", rail_name(rail->kind), verdict_title(rail->verdict), subject,
                rail->explanation != NULL ? rail->explanation : "no explanation was given");
    if (rail->examples->len == 0)
        return;
    g_autoptr(GString) examples = g_string_new(NULL);
    for (guint i = 0; i < rail->examples->len; i++)
        g_string_append_printf(examples, "%s%s", i > 0 ? ", " : "",
                               (const char *) g_ptr_array_index(rail->examples, i));
    section_say_below(section, "for example %s", examples->str);
}

/* Whether RAIL keeps back something that is shown. */
static bool keeps_back(const Builder *builder, const GPtrArray *list, const Rail *rail)
{
    for (guint i = 0; i < list->len; i++) {
        const Withheld *one = g_ptr_array_index(list, i);
        if (one->rail != rail->kind || one->change == 0 ||
            one->change > builder->plan->changes->len)
            continue;
        const Change *change = g_ptr_array_index(builder->plan->changes, one->change - 1);
        if (is_shown(builder, &change->person))
            return true;
    }
    return false;
}

static void add_rails(const Builder *builder)
{
    const Plan *plan = builder->plan;
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        bool about = builder->is_about == NULL || keeps_back(builder, plan->held, rail) ||
                     keeps_back(builder, plan->deferred, rail);
        if (rail->verdict != VERDICT_OK && about)
            add_rail(builder->view, rail);
    }
}

/* A read that is not believed, and a configuration that nobody has accepted, begin no grace. */
static bool counts_nobody(const Plan *plan)
{
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->verdict == VERDICT_HOLD &&
            (rail->kind == RAIL_MAX_SHRINK || rail->kind == RAIL_CONFIGURATION))
            return true;
    }
    return false;
}

static const char *title_of(const Plan *plan, NoticeKind kind)
{
    return kind == NOTICE_MISSING && counts_nobody(plan)
               ? "Missing: the grace does not go on while the rail holds"
               : notice_title(kind);
}

static void add_notices(const Builder *builder)
{
    static const ViewColumn columns[] = {
        {"WHO", COLUMN_PERSON},
        {"NAME", COLUMN_NAME},
        {"WHY", COLUMN_REASON},
        {NULL, COLUMN_PLAIN},
    };
    for (int kind = 0; kind < NOTICE_KINDS; kind++) {
        ViewSection *section =
            view_section(builder->view, SECTION_DETAIL, title_of(builder->plan, (NoticeKind) kind));
        section_columns(section, columns);
        section_key(section, "left_alone");
        for (guint i = 0; i < builder->plan->notices->len; i++) {
            const Notice *notice = g_ptr_array_index(builder->plan->notices, i);
            if (notice->kind != (NoticeKind) kind || !is_shown(builder, &notice->person))
                continue;
            const char *cells[] = {person_text(&notice->person), notice->person.name,
                                   notice->reason};
            section_cells(section, TONE_PLAIN, cells);
        }
    }
}

static void add_warnings(const Builder *builder)
{
    ViewSection *section = view_section(builder->view, 0, NULL);
    for (guint i = 0; i < builder->plan->warnings->len; i++)
        section_say(section, TONE_WARNS, "Warning: %s",
                    (const char *) g_ptr_array_index(builder->plan->warnings, i));
}

static void note_withheld(GHashTable *withheld, const GPtrArray *list, const char *before,
                          const char *behind)
{
    for (guint i = 0; i < list->len; i++) {
        const Withheld *one = g_ptr_array_index(list, i);
        (void) g_hash_table_insert(withheld, GUINT_TO_POINTER(one->change),
                                   g_strconcat(before, rail_name(one->rail), behind, NULL));
    }
}

static GHashTable *note_all_withheld(const Plan *plan)
{
    GHashTable *withheld = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    note_withheld(withheld, plan->deferred, "later (", ")");
    note_withheld(withheld, plan->held, "held by ", "");
    return withheld;
}

void plan_view_add_about(View *view, const Plan *plan, PlanIsAbout is_about, const void *context)
{
    g_autoptr(GHashTable) withheld = note_all_withheld(plan);
    Builder builder = {
        .plan = plan, .view = view, .withheld = withheld, .is_about = is_about, .context = context};
    add_changes(&builder);
    add_rails(&builder);
    add_notices(&builder);
}

void plan_view_add(View *view, const Plan *plan, PlanOutcomes *outcomes)
{
    g_autoptr(GHashTable) withheld = note_all_withheld(plan);
    Builder builder = {.plan = plan, .view = view, .withheld = withheld, .outcomes = outcomes};
    for (guint i = 0; i < plan->completeness->len; i++)
        note_completeness(view, g_ptr_array_index(plan->completeness, i));
    add_digests(view, &plan->digests);
    add_changes(&builder);
    add_totals(&builder);
    add_groups(&builder);
    add_rails(&builder);
    add_notices(&builder);
    add_warnings(&builder);
}

View *plan_view(const Plan *plan)
{
    View *view = view_new("Plan for '%s' (%" G_GINT64_FORMAT ")",
                          text_or_nothing(plan->organization_name), plan->organization_id);
    g_autofree char *created = clock_format(plan->created);
    view_made(view, "made %s%s", created, plan->offline ? ", offline: it cannot be applied" : "");
    plan_view_add(view, plan, NULL);
    return view;
}
