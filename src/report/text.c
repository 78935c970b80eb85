/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "report/report_private.h"
#include "report/table.h"
#include "report/wording.h"

typedef struct {
    const Plan *plan;
    const ReportOptions *options;
    FILE *out;
    GHashTable *withheld; /* id of a change -> what its row says of it */
} Text;

static void say(const Text *text, unsigned indent, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void say(const Text *text, unsigned indent, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    report_sentence(text->options, text->out, indent, sentence);
}

static const char *or_nothing(const char *value)
{
    return value != NULL ? value : "";
}

static void append(GString *list, const char *separator, const char *value)
{
    if (list->len > 0)
        g_string_append(list, separator);
    g_string_append(list, value);
}

/* ---- the cells of a change ---- */

static const char *who(const ChangePerson *person)
{
    if (person->mail != NULL)
        return person->mail;
    return person->name != NULL ? person->name : or_nothing(person->anchor);
}

/* "Product (admin), Company; groups Developers" */
static char *invited_to(const Change *change)
{
    GString *places = g_string_new(NULL);
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *one = g_ptr_array_index(change->workspaces, i);
        append(places, ", ", or_nothing(one->workspace.name));
        if (one->role > ROLE_USER)
            g_string_append_printf(places, " (%s)", role_name(one->role));
    }
    const GPtrArray *list = change->groups;
    GString *groups = g_string_new(NULL);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const TargetRef *one = g_ptr_array_index(list, i);
        append(groups, ", ", or_nothing(one->name));
    }
    if (groups->len > 0) {
        append(places, "; ", list != NULL && list->len == 1 ? "group " : "groups ");
        g_string_append(places, groups->str);
    }
    (void) g_string_free(groups, TRUE);
    return g_string_free(places, FALSE);
}

static char *from_to(const char *place, const char *from, const char *to)
{
    const char *colon = place[0] != '\0' ? ": " : "";
    if (from == NULL)
        return g_strconcat(place, colon, or_nothing(to), NULL);
    return g_strconcat(place, colon, from, " -> ", or_nothing(to), NULL);
}

/* What an alteration changes, from what to what; NULL for every other kind. */
static char *altered(const Change *change)
{
    if (change->kind == CHANGE_SET_WORKSPACE_ROLE)
        return from_to(or_nothing(change->workspace.name), role_name(change->before.role),
                       role_name(change->after.role));
    if (change->kind == CHANGE_SET_ORGANIZATION_ROLE)
        return g_strdup(change->after.admin ? "organization: admin" : "organization: no admin");
    if (change->kind == CHANGE_RENAME_MEMBER)
        return from_to("", change->before.name, change->after.name);
    if (change->kind == CHANGE_CHANGE_ADDRESS)
        return from_to("", change->before.mail, change->after.mail);
    return NULL;
}

static char *where(const Change *change)
{
    const char *group = change->group.name;
    const char *workspace = change->workspace.name;
    char *what = altered(change);
    if (what != NULL)
        return what;
    if (change->kind == CHANGE_INVITE)
        return invited_to(change);
    if (group != NULL && workspace != NULL)
        return g_strdup_printf("%s in %s", group, workspace);
    return g_strdup(group != NULL ? group : or_nothing(workspace));
}

static char *why(const Text *text, const Change *change)
{
    const char *waits = g_hash_table_lookup(text->withheld, GUINT_TO_POINTER(change->id));
    if (waits == NULL)
        return g_strdup(or_nothing(change->reason));
    return g_strdup_printf("%s: %s", waits, or_nothing(change->reason));
}

/* ---- the sections, from top to bottom ---- */

static void print_completeness(const Text *text, const Completeness *read)
{
    GString *line = g_string_new(NULL);
    g_string_append_printf(
        line, "Directory '%s': %" G_GINT64_FORMAT " people and %" G_GINT64_FORMAT " groups from %s",
        or_nothing(read->source), read->people, read->groups,
        read->server != NULL ? read->server : "an unknown place");
    if (read->tls != NULL)
        g_string_append_printf(line, " (%s)", read->tls);
    if (!read->complete)
        g_string_append_printf(line, "; not complete, its people are frozen: %s",
                               or_nothing(read->problem));
    if (read->dangling > 0)
        g_string_append_printf(line, "; %u group member%s no entry", read->dangling,
                               read->dangling == 1 ? " names" : "s name");
    report_sentence(text->options, text->out, 0, line->str);
    (void) g_string_free(line, TRUE);
}

static void print_header(const Text *text)
{
    const Plan *plan = text->plan;
    g_autofree char *created = clock_format(plan->created);
    say(text, 0, "Plan for '%s' (%" G_GINT64_FORMAT "), made %s%s",
        or_nothing(plan->organization_name), plan->organization_id, created,
        plan->offline ? ", offline: it cannot be applied" : "");
    for (guint i = 0; i < plan->completeness->len; i++)
        print_completeness(text, g_ptr_array_index(plan->completeness, i));
}

/* Changes that only the ledger hears of; nothing is sent for them. */
static bool is_fact(const Change *change)
{
    return change_kind_effect(change->kind) == EFFECT_NONE;
}

static void print_phase(const Text *text, guint first, guint end)
{
    static const char *const columns[] = {"", "WHAT", "WHO", "WHERE", "WHY", NULL};
    g_autoptr(ReportTable) table = report_table_new(text->options, columns);
    for (guint i = first; i < end; i++) {
        const Change *change = g_ptr_array_index(text->plan->changes, i);
        if ((is_fact(change) && !text->options->all) || !report_table_row(table))
            continue;
        g_autofree char *place = where(change);
        g_autofree char *reason = why(text, change);
        report_table_color(table, change_color(change->kind));
        report_table_cell(table, 0, change_mark(change->kind));
        report_table_cell(table, 1, change_title(change->kind));
        report_table_cell(table, 2, who(&change->person));
        report_table_cell(table, 3, place);
        report_table_cell(table, 4, reason);
    }
    if (report_table_rows(table) == 0)
        return;
    const Change *change = g_ptr_array_index(text->plan->changes, first);
    (void) fputc('\n', text->out);
    say(text, 0, "%s (%u)", phase_title(change->phase), report_table_rows(table));
    report_table_print(table, text->out);
}

static void print_changes(const Text *text)
{
    const GPtrArray *changes = text->plan->changes;
    guint first = 0;
    for (guint i = 1; i <= changes->len; i++) {
        const Change *begins = g_ptr_array_index(changes, first);
        if (i < changes->len &&
            ((const Change *) g_ptr_array_index(changes, i))->phase == begins->phase)
            continue;
        print_phase(text, first, i);
        first = i;
    }
}

/* "12 invitations, 3 added to groups"; of facts, or of all others. NULL: there are none. */
static char *count_changes(const Plan *plan, bool facts)
{
    int64_t counts[CHANGE_KINDS] = {0};
    for (guint i = 0; i < plan->changes->len; i++)
        counts[((const Change *) g_ptr_array_index(plan->changes, i))->kind]++;
    GString *list = g_string_new(NULL);
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        bool fact = change_kind_effect((ChangeKind) kind) == EFFECT_NONE;
        if (counts[kind] == 0 || fact != facts)
            continue;
        g_autofree char *count = change_count_text((ChangeKind) kind, counts[kind]);
        append(list, ", ", count);
    }
    return g_string_free(list, list->len == 0);
}

static void print_cost(const Text *text)
{
    const Forecast *forecast = &text->plan->forecast;
    g_autofree char *finish = clock_format(forecast->finish);
    g_autofree char *done =
        forecast->finish > 0 ? g_strdup_printf(", done by %s", finish) : g_strdup("");
    say(text, 0,
        "Cost: %" G_GINT64_FORMAT " request%s after %" G_GINT64_FORMAT
        " for reading, in %" G_GINT64_FORMAT " hourly window%s%s.",
        forecast->requests, forecast->requests == 1 ? "" : "s", forecast->reads, forecast->windows,
        forecast->windows == 1 ? "" : "s", done);
    say(text, 0, "Active members: %" G_GINT64_FORMAT " now, %" G_GINT64_FORMAT " then.",
        forecast->seats_now, forecast->seats_then);
}

static void print_totals(const Text *text)
{
    const Plan *plan = text->plan;
    g_autofree char *changes = count_changes(plan, false);
    g_autofree char *facts = count_changes(plan, true);
    (void) fputc('\n', text->out);
    if (changes == NULL)
        say(text, 0, "No changes: the organization is as the directory wants it.");
    else
        say(text, 0, "Total: %s.", changes);
    if (facts != NULL)
        say(text, 0, "Remembered without a request: %s.", facts);
    if (plan->held->len > 0 || plan->deferred->len > 0)
        say(text, 0, "Of these %u %s held and %u wait%s for a later run.", plan->held->len,
            plan->held->len == 1 ? "is" : "are", plan->deferred->len,
            plan->deferred->len == 1 ? "s" : "");
    if (changes != NULL)
        print_cost(text);
}

static void print_groups(const Text *text)
{
    static const char *const columns[] = {"GROUP", "NOW", "THEN", NULL};
    g_autoptr(ReportTable) table = report_table_new(text->options, columns);
    for (guint i = 0; i < text->plan->groups->len; i++) {
        const GroupTotal *total = g_ptr_array_index(text->plan->groups, i);
        if (total->now == total->then || !report_table_row(table))
            continue;
        g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, total->now);
        g_autofree char *then = g_strdup_printf("%" G_GINT64_FORMAT, total->then);
        report_table_cell(table, 0, total->group.name);
        report_table_cell(table, 1, now);
        report_table_cell(table, 2, then);
    }
    if (report_table_rows(table) == 0)
        return;
    (void) fputc('\n', text->out);
    say(text, 0, "Members of mapped groups (%u)", report_table_rows(table));
    report_table_print(table, text->out);
}

static void print_rail(const Text *text, const Rail *rail)
{
    g_autofree char *subject =
        rail->subject != NULL ? g_strdup_printf(" (%s)", rail->subject) : g_strdup("");
    (void) fputc('\n', text->out);
    say(text, 0, "Rail '%s' %s%s: %s", rail_name(rail->kind), verdict_title(rail->verdict), subject,
        rail->explanation != NULL ? rail->explanation : "no explanation was given");
    if (rail->examples->len == 0)
        return;
    GString *examples = g_string_new(NULL);
    for (guint i = 0; i < rail->examples->len; i++)
        append(examples, ", ", g_ptr_array_index(rail->examples, i));
    say(text, 2, "for example %s", examples->str);
    (void) g_string_free(examples, TRUE);
}

static void print_rails(const Text *text)
{
    for (guint i = 0; i < text->plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(text->plan->rails, i);
        if (rail->verdict != VERDICT_OK)
            print_rail(text, rail);
    }
}

static void print_notices_of(const Text *text, NoticeKind kind)
{
    static const char *const columns[] = {"WHO", "WHY", NULL};
    g_autoptr(ReportTable) table = report_table_new(text->options, columns);
    for (guint i = 0; i < text->plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(text->plan->notices, i);
        if (notice->kind != kind || !report_table_row(table))
            continue;
        report_table_cell(table, 0, who(&notice->person));
        report_table_cell(table, 1, notice->reason);
    }
    if (report_table_rows(table) == 0)
        return;
    (void) fputc('\n', text->out);
    say(text, 0, "%s (%u)", notice_title(kind), report_table_rows(table));
    report_table_print(table, text->out);
}

static void print_warnings(const Text *text)
{
    if (text->plan->warnings->len > 0)
        (void) fputc('\n', text->out);
    for (guint i = 0; i < text->plan->warnings->len; i++)
        say(text, 0, "Warning: %s", (const char *) g_ptr_array_index(text->plan->warnings, i));
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

void report_text(const Plan *plan, const ReportOptions *options, FILE *out)
{
    g_autoptr(GHashTable) withheld = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    note_withheld(withheld, plan->deferred, "later (", ")");
    note_withheld(withheld, plan->held, "held by ", "");
    Text text = {.plan = plan, .options = options, .out = out, .withheld = withheld};
    print_header(&text);
    print_changes(&text);
    print_totals(&text);
    print_groups(&text);
    print_rails(&text);
    for (int kind = 0; kind < NOTICE_KINDS; kind++)
        print_notices_of(&text, (NoticeKind) kind);
    print_warnings(&text);
}
