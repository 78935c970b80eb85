/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plan_diff_view.h"

#include "base/clock.h"
#include "report/wording.h"

static const ViewColumn changes[] = {
    {"", COLUMN_MARK},       {"WHAT", COLUMN_PLAIN}, {"WHO", COLUMN_PERSON}, {"NAME", COLUMN_NAME},
    {"WHERE", COLUMN_PLAIN}, {"WHY", COLUMN_REASON}, {NULL, COLUMN_PLAIN},
};
static const ViewColumn notices[] = {
    {"WHO", COLUMN_PERSON}, {"NAME", COLUMN_NAME}, {"LEFT ALONE", COLUMN_PLAIN},
    {"WHY", COLUMN_REASON}, {NULL, COLUMN_PLAIN},
};

static void add_changes(View *view, GPtrArray *list, const char *title, const char *key)
{
    ViewSection *section = view_section(view, SECTION_DETAIL, title);
    section_key(section, key);
    section_columns(section, changes);
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy(list, NULL, NULL);
    g_ptr_array_sort(sorted, change_compare_for_readers);
    for (guint i = 0; i < sorted->len; i++) {
        const Change *change = g_ptr_array_index(sorted, i);
        g_autofree char *place = change_where(change);
        section_cells(section, change_tone(change->kind),
                      (const char *const[]){change_mark(change->kind), change_title(change->kind),
                                            person_text(&change->person), change->person.name,
                                            place, change->reason});
    }
}

static void add_notices(View *view, const GPtrArray *list, const char *title, const char *key)
{
    ViewSection *section = view_section(view, SECTION_DETAIL, title);
    section_key(section, key);
    section_columns(section, notices);
    for (guint i = 0; i < list->len; i++) {
        const Notice *notice = g_ptr_array_index(list, i);
        section_cells(section, TONE_PLAIN,
                      (const char *const[]){person_text(&notice->person), notice->person.name,
                                            notice_title(notice->kind), notice->reason});
    }
}

static void add_held_rules(View *view, const Plan *plan)
{
    ViewSection *section = view_section(view, SECTION_TOP, NULL);
    for (guint i = 0; i < plan->rails->len; i++) {
        const Rail *rail = g_ptr_array_index(plan->rails, i);
        if (rail->verdict != VERDICT_OK && rail->explanation != NULL)
            section_say(section, TONE_WARNS, "With the new one, rail '%s' %s: %s",
                        rail_name(rail->kind), verdict_title(rail->verdict), rail->explanation);
    }
}

View *plan_diff_view(const PlanDiff *diff, const Plan *new_plan, const char *old_name,
                     const char *new_name)
{
    View *view = view_new("From '%s' to '%s'", old_name, new_name);
    g_autofree char *made = clock_format(new_plan->created);
    view_made(view, "compared %s, on the same directories, organization and ledger", made);
    view_count(view, TONE_PLAIN, "people",
               diff->people == 1 ? "person affected" : "people affected", diff->people);
    view_count(view, TONE_PLAIN, "only_new", "only with the new one", diff->only_new.changes->len);
    view_count(view, TONE_PLAIN, "only_old", "no longer with it", diff->only_old.changes->len);
    ViewSection *summary = view_section(view, SECTION_TOP, NULL);
    if (plan_diff_is_empty(diff))
        section_say(summary, TONE_PLAIN, "Nothing changes for anybody.");
    else
        section_say(summary, TONE_PLAIN,
                    "%u %s affected: %u changes come, %u changes go; %u notices that somebody is "
                    "left alone come, %u go.",
                    diff->people, diff->people == 1 ? "person is" : "people are",
                    diff->only_new.changes->len, diff->only_old.changes->len,
                    diff->only_new.notices->len, diff->only_old.notices->len);
    add_held_rules(view, new_plan);
    add_changes(view, diff->only_new.changes, "Changes only with the new configuration",
                "only_new");
    add_changes(view, diff->only_old.changes, "Changes no longer with the new configuration",
                "only_old");
    add_notices(view, diff->only_new.notices, "Left alone only with the new configuration",
                "left_alone_only_new");
    add_notices(view, diff->only_old.notices, "No longer left alone with the new configuration",
                "left_alone_only_old");
    return view;
}
