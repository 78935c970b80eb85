/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/clock.h"
#include "report/report_private.h"

#include <libsmartcols.h>
#include <string.h>

#define ROWS_IN_A_PIPE 100

typedef struct libscols_table Table;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, scols_unref_table)

typedef struct {
    const Plan *plan;
    const ReportOptions *options;
    FILE *out;
} Text;

/* What a kind of change does, for a row that begins with it and for the totals. */
static const char *const verbs[] = {
    [CHANGE_LINK] = "link",
    [CHANGE_ADOPT] = "adopt",
    [CHANGE_INVITE] = "invite",
    [CHANGE_RESEND_INVITATION] = "invite again",
    [CHANGE_WITHDRAW_INVITATION] = "withdraw invitation",
    [CHANGE_REACTIVATE] = "reactivate",
    [CHANGE_DEACTIVATE] = "deactivate",
    [CHANGE_DELETE_MEMBER] = "delete",
    [CHANGE_RENAME_MEMBER] = "rename",
    [CHANGE_CHANGE_ADDRESS] = "change address",
    [CHANGE_CREATE_GROUP] = "create group",
    [CHANGE_DELETE_GROUP] = "delete group",
    [CHANGE_ADD_TO_GROUP] = "add to group",
    [CHANGE_REMOVE_FROM_GROUP] = "remove from group",
    [CHANGE_ADD_GROUP_TO_WORKSPACE] = "add group to workspace",
    [CHANGE_REMOVE_GROUP_FROM_WORKSPACE] = "remove group from workspace",
    [CHANGE_ASSIGN] = "assign to workspace",
    [CHANGE_UNASSIGN] = "remove from workspace",
    [CHANGE_SET_WORKSPACE_ROLE] = "set role",
    [CHANGE_SET_ORGANIZATION_ROLE] = "set organization role",
    [CHANGE_CREATE_WORKSPACE] = "create workspace",
};
_Static_assert(G_N_ELEMENTS(verbs) == CHANGE_KINDS, "every kind has a verb");

static const char *const notice_titles[] = {
    [NOTICE_FROZEN] = "Frozen: their data cannot be trusted, nothing is done",
    [NOTICE_HELD] = "Held: a person has to decide",
    [NOTICE_WAITING] = "Waiting: Toggl cannot have it yet",
    [NOTICE_MISSING] = "Missing: the grace runs",
    [NOTICE_UNMANAGED] = "Unmanaged: no directory is in charge of them",
    [NOTICE_OUT_OF_SCOPE] = "Out of scope: the entry is there, but we no longer look at it",
    [NOTICE_BY_HAND] = "Changed by hand in Toggl: left alone",
    [NOTICE_PROTECTED] = "Protected: gone from the directory, and never removed",
};
_Static_assert(G_N_ELEMENTS(notice_titles) == NOTICE_KINDS, "every notice has a title");

static const char *color_of(ChangeKind kind)
{
    switch (change_kind_effect(kind)) {
    case EFFECT_GIVES:
        return "green";
    case EFFECT_TAKES:
        return "red";
    case EFFECT_ALTERS:
        return "yellow";
    case EFFECT_NONE:
    default:
        return NULL;
    }
}

static Table *new_table(const Text *text, const char *const *columns)
{
    Table *table = scols_new_table();
    (void) scols_table_enable_noheadings(table, 0);
    (void) scols_table_enable_colors(table, text->options->color);
    (void) scols_table_enable_maxout(table, 0);
    (void) scols_table_set_stream(table, text->out);
    if (text->options->is_terminal && text->options->width > 0)
        (void) scols_table_set_termwidth(table, (size_t) text->options->width);
    else
        (void) scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
    for (; *columns != NULL; columns++) {
        /* the last column gives way when the terminal is narrow */
        int flags = columns[1] == NULL && text->options->is_terminal ? SCOLS_FL_TRUNC : 0;
        (void) scols_table_new_column(table, *columns, 0, flags);
    }
    return table;
}

static void set_cell(struct libscols_line *line, size_t column, const char *value)
{
    g_autofree char *safe = text_safe(value != NULL ? value : "", -1);
    (void) scols_line_set_data(line, column, safe);
}

static guint row_limit(const Text *text)
{
    return text->options->all ? G_MAXUINT : ROWS_IN_A_PIPE;
}

static char *where(const Change *change)
{
    const char *group = change->group.name;
    const char *workspace = change->workspace.name;
    if (change->kind == CHANGE_SET_WORKSPACE_ROLE)
        return g_strdup_printf("%s: %s", workspace, role_name(change->after.role));
    if (group != NULL && workspace != NULL)
        return g_strdup_printf("%s in %s", group, workspace);
    if (group != NULL || workspace != NULL)
        return g_strdup(group != NULL ? group : workspace);
    GString *list = g_string_new(NULL);
    for (guint i = 0; change->workspaces != NULL && i < change->workspaces->len; i++) {
        const InvitationWorkspace *one = g_ptr_array_index(change->workspaces, i);
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", one->workspace.name);
    }
    for (guint i = 0; change->groups != NULL && i < change->groups->len; i++) {
        const TargetRef *one = g_ptr_array_index(change->groups, i);
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", one->name);
    }
    return g_string_free(list, FALSE);
}

static const char *who(const ChangePerson *person)
{
    if (person->mail != NULL)
        return person->mail;
    return person->anchor != NULL ? person->anchor : "";
}

/* Why a change waits: "held: removals", or NULL when it goes now. */
static char *withheld_by(const Plan *plan, unsigned change)
{
    for (guint i = 0; i < plan->held->len; i++) {
        const Withheld *withheld = g_ptr_array_index(plan->held, i);
        if (withheld->change == change)
            return g_strdup_printf("held by %s: ", rail_name(withheld->rail));
    }
    for (guint i = 0; i < plan->deferred->len; i++) {
        const Withheld *withheld = g_ptr_array_index(plan->deferred, i);
        if (withheld->change == change)
            return g_strdup_printf("later (%s): ", rail_name(withheld->rail));
    }
    return g_strdup("");
}

static bool is_fact(const Change *change)
{
    return change->kind == CHANGE_LINK || change->kind == CHANGE_ADOPT;
}

static void print_changes(const Text *text)
{
    static const char *const columns[] = {"WHAT", "WHO", "WHERE", "WHY", NULL};
    g_autoptr(Table) table = new_table(text, columns);
    guint shown = 0;
    guint left_out = 0;
    for (guint i = 0; i < text->plan->changes->len; i++) {
        const Change *change = g_ptr_array_index(text->plan->changes, i);
        if (is_fact(change) && !text->options->all)
            continue;
        if (shown == row_limit(text)) {
            left_out++;
            continue;
        }
        struct libscols_line *line = scols_table_new_line(table, NULL);
        g_autofree char *place = where(change);
        g_autofree char *held = withheld_by(text->plan, change->id);
        g_autofree char *why = g_strconcat(held, change->reason, NULL);
        if (text->options->color && color_of(change->kind) != NULL)
            (void) scols_line_set_color(line, color_of(change->kind));
        set_cell(line, 0, verbs[change->kind]);
        set_cell(line, 1, who(&change->person));
        set_cell(line, 2, place);
        set_cell(line, 3, why);
        shown++;
    }
    if (shown == 0)
        return;
    (void) scols_print_table(table); /* the stream's own error is looked at by the caller */
    if (left_out > 0)
        (void) fprintf(text->out, "... and %u more; --all shows them\n", left_out);
    (void) fputc('\n', text->out);
}

static void print_totals(const Text *text)
{
    const Plan *plan = text->plan;
    if (plan->changes->len == 0) {
        (void) fprintf(text->out, "No changes: the organization is as the directory wants it.\n");
        return;
    }
    (void) fprintf(text->out, "Total:");
    bool first = true;
    for (int kind = 0; kind < CHANGE_KINDS; kind++) {
        int64_t count = plan_count(plan, (ChangeKind) kind);
        if (count == 0)
            continue;
        (void) fprintf(text->out, "%s %" G_GINT64_FORMAT " %s", first ? "" : ",", count,
                       verbs[kind]);
        first = false;
    }
    (void) fprintf(text->out, "\n");
    if (plan->held->len > 0 || plan->deferred->len > 0)
        (void) fprintf(text->out, "Of these %u are held and %u wait for a later run.\n",
                       plan->held->len, plan->deferred->len);
    const Forecast *forecast = &plan->forecast;
    (void) fprintf(text->out,
                   "Cost: %" G_GINT64_FORMAT " requests after %" G_GINT64_FORMAT
                   " for reading, %" G_GINT64_FORMAT
                   " hourly window%s. Active members: %" G_GINT64_FORMAT " now, %" G_GINT64_FORMAT
                   " then.\n",
                   forecast->requests, forecast->reads, forecast->windows,
                   forecast->windows == 1 ? "" : "s", forecast->seats_now, forecast->seats_then);
}

static void print_rails(const Text *text)
{
    for (guint i = 0; i < text->plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(text->plan->rails, i);
        if (rail->verdict == VERDICT_OK)
            continue;
        (void) fprintf(text->out, "\nRail '%s' %s: %s\n", rail_name(rail->kind),
                       rail->verdict == VERDICT_DEFER ? "defers" : "holds", rail->explanation);
        for (guint e = 0; e < rail->examples->len; e++)
            (void) fprintf(text->out, "  %s\n",
                           (const char *) g_ptr_array_index(rail->examples, e));
    }
}

static void print_notices_of(const Text *text, NoticeKind kind)
{
    static const char *const columns[] = {"WHO", "WHY", NULL};
    g_autoptr(Table) table = new_table(text, columns);
    guint shown = 0;
    guint total = 0;
    for (guint i = 0; i < text->plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(text->plan->notices, i);
        if (notice->kind != kind)
            continue;
        total++;
        if (shown == row_limit(text))
            continue;
        struct libscols_line *line = scols_table_new_line(table, NULL);
        set_cell(line, 0, who(&notice->person));
        set_cell(line, 1, notice->reason);
        shown++;
    }
    if (total == 0)
        return;
    (void) fprintf(text->out, "\n%s (%u)\n", notice_titles[kind], total);
    (void) scols_print_table(table);
    if (total > shown)
        (void) fprintf(text->out, "... and %u more; --all shows them\n", total - shown);
}

static void print_header(const Text *text)
{
    const Plan *plan = text->plan;
    g_autofree char *created = clock_format(plan->created);
    g_autofree char *name =
        text_safe(plan->organization_name != NULL ? plan->organization_name : "", -1);
    (void) fprintf(text->out, "Plan for '%s' (%" G_GINT64_FORMAT "), made %s%s\n", name,
                   plan->organization_id, created,
                   plan->offline ? ", offline: it cannot be applied" : "");
    for (guint i = 0; i < plan->completeness->len; i++) {
        const Completeness *read = g_ptr_array_index(plan->completeness, i);
        g_autofree char *server = text_safe(read->server != NULL ? read->server : "?", -1);
        (void) fprintf(text->out,
                       "Directory '%s': %" G_GINT64_FORMAT " people, %" G_GINT64_FORMAT
                       " groups, %s\n",
                       read->source, read->people, read->groups, server);
    }
    (void) fputc('\n', text->out);
}

void report_text(const Plan *plan, const ReportOptions *options, FILE *out)
{
    Text text = {.plan = plan, .options = options, .out = out};
    print_header(&text);
    print_changes(&text);
    print_totals(&text);
    print_rails(&text);
    for (int kind = 0; kind < NOTICE_KINDS; kind++)
        print_notices_of(&text, (NoticeKind) kind);
    for (guint i = 0; i < plan->warnings->len; i++)
        (void) fprintf(out, "%sWarning: %s\n", i == 0 ? "\n" : "",
                       (const char *) g_ptr_array_index(plan->warnings, i));
}
