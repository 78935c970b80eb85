/* SPDX-License-Identifier: Apache-2.0 */
#include "report/overview_view.h"

#include "base/clock.h"
#include "base/error.h"
#include "report/wording.h"

#include <string.h>

static void say_last(View *view, const Overview *overview)
{
    if (!overview->has_state)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    if (overview->last_success == 0) {
        g_string_append(text, "No success yet");
    } else {
        g_autofree char *age = overview_age(overview->now - overview->last_success);
        g_autofree char *when = clock_format(overview->last_success);
        g_string_append_printf(text, "Last success: %s ago (%s)", age, when);
    }
    if (overview->last_command != NULL)
        g_string_append_printf(text, "; last run: %s, status %d", overview->last_command,
                               overview->last_status);
    if (overview->report_only)
        g_string_append(text, "; lifecycle.mode is \"report\": nothing is sent");
    view_note(view, "%s", text->str);
}

static char *bucket_text(const OverviewQuota *quota, const char *whose)
{
    if (quota->total < 0)
        return g_strdup_printf("%s unknown", whose);
    return g_strdup_printf("%s %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " left", whose,
                           quota->remaining, quota->total);
}

static void say_numbers(View *view, const Overview *overview)
{
    g_autofree char *organization = bucket_text(&overview->organization_quota, "organization");
    g_autofree char *me = bucket_text(&overview->me_quota, "the token's user");
    if (overview->has_state)
        view_note(view, "Linked people: %" G_GINT64_FORMAT ", grants: %" G_GINT64_FORMAT,
                  overview->links, overview->grants);
    view_note(view, "Calls of this hour: %s, %s", organization, me);
    for (guint i = 0; i < overview->approvals->len; i++) {
        const OverviewApproval *approval = g_ptr_array_index(overview->approvals, i);
        g_autofree char *expires = clock_format(approval->expires);
        if (approval->is_void)
            view_note(view, "An approval of %s is void: the configuration is another one since",
                      approval->by);
        else if (approval->more > 0)
            view_note(view,
                      "An approval of %s waits for %" G_GINT64_FORMAT " more of the same plan, "
                      "until %s",
                      approval->by, approval->more, expires);
        else if (approval->lifts)
            view_note(view, "An approval of %s waits for the next sync, until %s", approval->by,
                      expires);
        else
            view_note(view, "An approval of %s lifts no rail: it keeps its plan good until %s",
                      approval->by, expires);
    }
}

static void add_concerns(View *view, const Overview *overview)
{
    ViewSection *section = view_section(view, SECTION_TOP, NULL);
    section_key(section, "concerns");
    for (guint i = 0; i < overview->concerns->len; i++) {
        const Concern *concern = g_ptr_array_index(overview->concerns, i);
        section_say(section, TONE_WARNS, "%s %s", concern->critical ? "!" : "-", concern->text);
        section_say_below(section, "%s", concern->next);
    }
}

static void add_missing(View *view, const Overview *overview)
{
    static const ViewColumn columns[] = {
        {"WHO", COLUMN_PERSON},       {"SINCE", COLUMN_PLAIN},       {"READS", COLUMN_NUMBER},
        {"DAYS LEFT", COLUMN_NUMBER}, {"READS LEFT", COLUMN_NUMBER}, {"WHY", COLUMN_REASON},
        {NULL, COLUMN_PLAIN},
    };
    ViewSection *section = view_section(view, 0, "Missing or no longer wanted");
    section_columns(section, columns);
    for (guint i = 0; i < overview->missing->len; i++) {
        const OverviewPerson *person = g_ptr_array_index(overview->missing, i);
        g_autofree char *since = clock_format(person->since);
        section_row(section, TONE_WARNS);
        section_cell(section, 0, person->mail != NULL ? person->mail : person->anchor);
        section_cell(section, 1, since);
        section_number(section, 2, person->reads);
        if (person->held) {
            section_cell(section, 3, "held");
        } else {
            section_number(section, 3, person->days_left);
            section_number(section, 4, person->reads_left);
        }
        section_cell(section, 5,
                     person->unwanted ? "no rule wants them" : "not in the directory, or disabled");
    }
}

static void add_holds(View *view, const Overview *overview)
{
    static const ViewColumn columns[] = {
        {"WHO", COLUMN_PERSON},
        {"UNTIL", COLUMN_PLAIN},
        {"WHY", COLUMN_REASON},
        {NULL, COLUMN_PLAIN},
    };
    ViewSection *section = view_section(view, 0, "Held by a person's word");
    section_columns(section, columns);
    for (guint i = 0; i < overview->holds->len; i++) {
        const OverviewPerson *person = g_ptr_array_index(overview->holds, i);
        g_autofree char *until = hold_end_text(person->until);
        section_row(section, TONE_WARNS);
        section_cell(section, 0, person->mail != NULL ? person->mail : person->anchor);
        section_cell(section, 1, until);
        section_cell(section, 2, person->reason);
    }
}

/* Grace and what a person holds have tables of their own, which are of this moment. */
static bool is_shown_elsewhere(const Overview *overview, const Notice *notice)
{
    return notice->kind == NOTICE_MISSING || notice->kind == NOTICE_UNMANAGED ||
           notice->kind == NOTICE_KEPT || overview_is_on_hold(overview, notice);
}

static void add_notices(View *view, const Overview *overview)
{
    static const ViewColumn columns[] = {
        {"WHO", COLUMN_PERSON},
        {"WHAT", COLUMN_PLAIN},
        {"WHY", COLUMN_REASON},
        {NULL, COLUMN_PLAIN},
    };
    if (overview->plan == NULL)
        return;
    g_autofree char *read = clock_format(overview->plan->created);
    g_autofree char *title = g_strdup_printf("Left alone, as of the read of %s", read);
    ViewSection *section = view_section(view, 0, title);
    section_columns(section, columns);
    for (guint i = 0; i < overview->plan->notices->len; i++) {
        const Notice *notice = g_ptr_array_index(overview->plan->notices, i);
        if (is_shown_elsewhere(overview, notice))
            continue;
        section_row(section, TONE_WARNS);
        section_cell(section, 0, person_text(&notice->person));
        section_cell(section, 1, notice_word(notice->kind));
        section_cell(section, 2, notice->reason);
    }
}

static void add_altered(View *view, const Overview *overview)
{
    static const ViewColumn columns[] = {
        {"SEEN", COLUMN_PLAIN},  {"WHO", COLUMN_PERSON}, {"WHAT", COLUMN_PLAIN},
        {"WHERE", COLUMN_PLAIN}, {"ROLE", COLUMN_PLAIN}, {NULL, COLUMN_PLAIN},
    };
    ViewSection *section = view_section(view, 0, "Altered by hand in Toggl within 7 days");
    section_columns(section, columns);
    for (guint i = 0; i < overview->altered->len; i++) {
        const OverviewAlteration *row = g_ptr_array_index(overview->altered, i);
        g_autofree char *seen = clock_format(row->seen);
        g_autofree char *where =
            row->target == 0 ? g_strdup(row->where)
            : row->target_name != NULL
                ? g_strdup_printf("%s '%s'", row->where, row->target_name)
                : g_strdup_printf("%s %" G_GINT64_FORMAT, row->where, row->target);
        g_autofree char *role =
            row->before != ROLE_NONE
                ? g_strdup_printf("%s -> %s", role_name(row->before),
                                  row->role != ROLE_NONE ? role_name(row->role) : "none")
                : g_strdup(row->role != ROLE_NONE ? role_name(row->role) : NULL);
        section_row(section, TONE_ALTERS);
        section_cell(section, 0, seen);
        section_cell(section, 1, row->mail);
        section_cell(section, 2, strcmp(row->what, "role") == 0 ? "other role" : row->what);
        section_cell(section, 3, where);
        section_cell(section, 4, role);
    }
}

static void add_runs(View *view, const Overview *overview)
{
    static const ViewColumn columns[] = {
        {"RUN", COLUMN_NUMBER},    {"COMMAND", COLUMN_PLAIN}, {"BEGUN", COLUMN_PLAIN},
        {"STATUS", COLUMN_NUMBER}, {"DONE", COLUMN_REASON},   {NULL, COLUMN_PLAIN},
    };
    ViewSection *section = view_section(view, 0, "Last runs");
    section_columns(section, columns);
    for (guint i = 0; i < overview->runs->len; i++) {
        const OverviewRun *run = g_ptr_array_index(overview->runs, i);
        g_autofree char *started = clock_format(run->started);
        bool well = run->ended != 0 && run->status == EXIT_STATUS_DONE;
        section_row(section, well ? TONE_PLAIN : TONE_WARNS);
        section_number(section, 0, run->id);
        section_cell(section, 1, run->command);
        section_cell(section, 2, started);
        if (run->ended != 0)
            section_number(section, 3, run->status);
        g_autofree char *summary = summary_text(run->summary);
        section_cell(section, 4, run->ended != 0 ? summary : "not ended");
    }
}

static void add_facts(View *view, const Overview *overview)
{
    static const ViewColumn columns[] = {
        {"WHAT", COLUMN_PLAIN},
        {"HOW", COLUMN_PLAIN},
        {"FROM", COLUMN_PLAIN},
        {NULL, COLUMN_PLAIN},
    };
    ViewSection *section = view_section(view, 0, "What Toggl's documentation leaves open");
    section_columns(section, columns);
    for (guint i = 0; i < overview->facts->len; i++) {
        const OverviewFact *fact = g_ptr_array_index(overview->facts, i);
        section_row(section, TONE_PLAIN);
        section_cell(section, 0, fact->name);
        section_cell(section, 1, fact->value);
        section_cell(section, 2, fact->learned ? "learned from answers" : "assumed");
    }
}

View *overview_view(const Overview *overview)
{
    const char *name = overview->plan != NULL ? overview->plan->organization_name : NULL;
    g_autofree char *whose =
        name != NULL
            ? g_strdup_printf("'%s' (%" G_GINT64_FORMAT ")", name, overview->organization_id)
            : g_strdup_printf("organization %" G_GINT64_FORMAT, overview->organization_id);
    View *view =
        view_new("%s: %s", overview->concerns->len > 0 ? "Needs attention" : "All is well", whose);
    g_autofree char *now = clock_format(overview->now);
    view_made(view, "%s", now);
    say_last(view, overview);
    say_numbers(view, overview);
    add_concerns(view, overview);
    add_missing(view, overview);
    add_holds(view, overview);
    add_notices(view, overview);
    add_altered(view, overview);
    add_runs(view, overview);
    add_facts(view, overview);
    return view;
}
