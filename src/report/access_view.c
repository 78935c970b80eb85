/* SPDX-License-Identifier: Apache-2.0 */
#include "report/access_view.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/ids.h"

static const char *origin_text(AccessOrigin origin)
{
    static const char *const texts[] = {
        [ACCESS_BY_HAND] = "by hand",
        [ACCESS_GIVEN] = "given by us",
        [ACCESS_ADOPTED] = "taken over by us",
        [ACCESS_OURS] = "ours",
    };
    return texts[origin];
}

static void say_times(View *view, const AccessTimes *times)
{
    g_autofree char *made = clock_format(times->made);
    if (times->at == 0) {
        view_made(view, "as read %s", made);
        if (times->first == 0)
            view_note(view, "Since when is not known: no run has read both sides yet.");
        return;
    }
    g_autofree char *at = clock_format(times->at);
    g_autofree char *before = clock_format(times->before);
    g_autofree char *after = times->after != 0 ? clock_format(times->after) : NULL;
    view_made(view, "at %s, from what was read then; made %s", at, made);
    if (after == NULL)
        view_note(view,
                  "Last looked at %s, and not since: what changed after that is not known here.",
                  before);
    else if (times->before != times->at)
        view_note(view,
                  "Looked at %s and next at %s: what came and went between the two was not seen, "
                  "and what changed may have changed at any moment between them.",
                  before, after);
    else
        view_note(view, "Looked at exactly that moment, and next at %s.", after);
}

static void count_totals(View *view, const GPtrArray *rows)
{
    guint counts[INTERVAL_ORGANIZATION_ROLE + 1] = {0};
    guint by_hand = 0;
    for (guint i = 0; i < rows->len; i++) {
        const Access *access = g_ptr_array_index(rows, i);
        counts[access->kind]++;
        by_hand += access->by == ACCESS_BY_HAND && access->kind != INTERVAL_MEMBER;
    }
    guint people = counts[INTERVAL_MEMBER];
    guint leaders = counts[INTERVAL_ORGANIZATION_ROLE];
    view_count(view, TONE_PLAIN, "members", people == 1 ? "member" : "members", people);
    view_count(view, TONE_PLAIN, "in_groups", "in groups", counts[INTERVAL_GROUP]);
    view_count(view, TONE_PLAIN, "in_workspaces", "in workspaces", counts[INTERVAL_WORKSPACE]);
    view_count(view, leaders > 0 ? TONE_ALTERS : TONE_PLAIN, "organization_admins",
               leaders == 1 ? "organization admin" : "organization admins", leaders);
    view_count(view, by_hand > 0 ? TONE_ALTERS : TONE_PLAIN, "by_hand", "by hand", by_hand);
    g_autofree char *members = text_count(people, "member", "members");
    g_autofree char *groups = text_count(counts[INTERVAL_GROUP], "time", "times");
    g_autofree char *workspaces = text_count(counts[INTERVAL_WORKSPACE], "time", "times");
    g_autofree char *admins = text_count(leaders, "organization admin", "organization admins");
    section_say(view_section(view, SECTION_TOP, NULL), TONE_PLAIN,
                "%s; %s in a group, %s in a workspace, %s; %u of these by hand.", members, groups,
                workspaces, admins, by_hand);
}

View *access_view(const GPtrArray *rows, const char *organization, const AccessTimes *times)
{
    static const ViewColumn columns[] = {
        {"WHO", COLUMN_PERSON},  {"NAME", COLUMN_NAME},  {"WHAT", COLUMN_PLAIN},
        {"WHERE", COLUMN_PLAIN}, {"ROLE", COLUMN_PLAIN}, {"BY", COLUMN_PLAIN},
        {"SINCE", COLUMN_PLAIN}, {"WHY", COLUMN_REASON}, {NULL, COLUMN_PLAIN},
    };
    View *view = view_new("Access to '%s'", organization);
    say_times(view, times);
    count_totals(view, rows);
    ViewSection *section = view_section(view, SECTION_DETAIL, "Who has access to what");
    section_key(section, "access");
    section_columns(section, columns);
    for (guint i = 0; i < rows->len; i++) {
        const Access *access = g_ptr_array_index(rows, i);
        g_autofree char *moment = access->since != 0 ? clock_format(access->since) : NULL;
        g_autofree char *since = moment == NULL || access->since != times->first
                                     ? g_strdup(moment)
                                     : g_strconcat(moment, " or earlier", NULL);
        section_cells(section, access->by == ACCESS_BY_HAND ? TONE_ALTERS : TONE_PLAIN,
                      (const char *const[]){
                          access->mail, access->name, access_kind_text(access->kind), access->where,
                          role_name(access->role), origin_text(access->by), since, access->why});
    }
    return view;
}
