/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain_view.h"

#include "base/clock.h"
#include "base/text.h"
#include "report/plan_view.h"
#include "report/wording.h"

static const ViewColumn facts[] = {
    {"FACT", COLUMN_PLAIN},
    {"VALUE", COLUMN_REASON},
    {NULL, COLUMN_PLAIN},
};

static void add_fact(ViewSection *section, const char *fact, const char *value)
{
    if (value != NULL && *value != '\0')
        section_cells(section, TONE_PLAIN, (const char *const[]){fact, value});
}

static void add_time(ViewSection *section, const char *fact, int64_t when)
{
    g_autofree char *text = when != 0 ? clock_format(when) : NULL;
    add_fact(section, fact, text);
}

/* ---- the entry ---- */

static void add_inspection(View *view, const Inspection *inspection)
{
    static const ViewColumn columns[] = {
        {"LOOKED AT", COLUMN_PLAIN},
        {"ANSWER", COLUMN_PLAIN},
        {"VALUES", COLUMN_REASON},
        {NULL, COLUMN_PLAIN},
    };
    g_autofree char *title = g_strdup_printf("Entry in directory '%s'", inspection->source);
    ViewSection *section = view_section(view, 0, title);
    section_key(section, "entry");
    section_columns(section, columns);
    section_say(section, TONE_PLAIN, "%s", inspection->dn);
    section_say(section, TONE_PLAIN, "from %s (%s), anchor %s", inspection->server,
                inspection->kind, inspection->anchor != NULL ? inspection->anchor : "none");
    section_say(section, inspection->taken ? TONE_PLAIN : TONE_WARNS, "%s",
                inspection->taken ? "A read takes this entry."
                                  : "A read does not take this entry: see which answer is no.");
    for (guint i = 0; i < inspection->steps->len; i++) {
        const InspectionStep *step = g_ptr_array_index(inspection->steps, i);
        section_cells(section, TONE_PLAIN,
                      (const char *const[]){step->what, inspection_verdict_name(step->verdict),
                                            step->detail});
    }
}

static void add_entries(View *view, const GPtrArray *inspections, const char *who)
{
    for (guint i = 0; i < inspections->len; i++)
        add_inspection(view, g_ptr_array_index(inspections, i));
    if (inspections->len > 0)
        return;
    ViewSection *section = view_section(view, 0, "Entry");
    section_say(section, TONE_WARNS, "No directory has an entry for '%s'.", who);
}

/* ---- groups and rules ---- */

static void add_groups(View *view, const Explanation *explanation)
{
    static const ViewColumn columns[] = {{"PATH", COLUMN_REASON}, {NULL, COLUMN_PLAIN}};
    ViewSection *section = view_section(view, 0, "Groups in the directory");
    section_key(section, "groups");
    section_columns(section, columns);
    for (guint i = 0; i < explanation->paths->len; i++)
        section_cells(section, TONE_PLAIN,
                      (const char *const[]){g_ptr_array_index(explanation->paths, i)});
}

static char *gifts_text(const RuleFinding *finding)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < finding->gives->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "; " : "",
                               (const char *) g_ptr_array_index(finding->gives, i));
    return g_string_free(text, FALSE);
}

static void add_rules(View *view, const Explanation *explanation)
{
    static const ViewColumn columns[] = {
        {"RULE", COLUMN_PLAIN},   {"SAYS", COLUMN_PLAIN}, {"ANSWER", COLUMN_PLAIN},
        {"GIVES", COLUMN_REASON}, {NULL, COLUMN_PLAIN},
    };
    ViewSection *section = view_section(view, 0, "Rules");
    section_key(section, "rules");
    section_columns(section, columns);
    for (guint i = 0; i < explanation->rules->len; i++) {
        const RuleFinding *finding = g_ptr_array_index(explanation->rules, i);
        g_autofree char *says = rule_text(finding->rule);
        g_autofree char *gives = gifts_text(finding);
        bool held = finding->held != NULL;
        section_cells(section,
                      held               ? TONE_WARNS
                      : finding->reaches ? TONE_GIVES
                                         : TONE_PLAIN,
                      (const char *const[]){finding->rule->label, says,
                                            held               ? "held"
                                            : finding->reaches ? "yes"
                                                               : "no",
                                            held ? finding->held : gives});
    }
}

/* ---- what we remember ---- */

static void add_link(View *view, const Link *link)
{
    ViewSection *section = view_section(view, 0, "Ledger: what we remember");
    section_key(section, "ledger");
    section_columns(section, facts);
    add_fact(section, "directory", link->source);
    add_fact(section, "anchor", link->anchor);
    add_fact(section, "address when last read", link->mail_key);
    add_fact(section, "entry when last read", link->dn);
    add_time(section, "first seen", link->first_seen);
    add_time(section, "last invitation of ours", link->invited_at);
    add_time(section, "missing since", link->missing_since);
    add_time(section, "no rule wants them since", link->unwanted_since);
    add_time(section, "deactivated by us", link->deactivated_at);
    add_time(section, "deleted by us", link->removed_at);
    g_autofree char *held = link->hold_until != 0 ? hold_end_text(link->hold_until) : NULL;
    add_fact(section, "held until", held);
    add_fact(section, "held because", link->hold_reason);
}

static void add_ledger(View *view, const Explanation *explanation)
{
    const Subject *subject = explanation->subject;
    bool any = false;
    for (guint i = 0; subject != NULL && i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL) {
            add_link(view, link);
            any = true;
        }
    }
    for (guint i = 0;
         subject != NULL && subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        add_link(view, g_ptr_array_index(subject->lost_links, i));
        any = true;
    }
    if (!any)
        section_say(view_section(view, 0, "Ledger: what we remember"), TONE_PLAIN,
                    "Nothing: no run has met this person yet.");
}

static void add_decisions(View *view, const Explanation *explanation)
{
    static const ViewColumn columns[] = {
        {"WHEN", COLUMN_PLAIN}, {"DECIDED", COLUMN_PLAIN}, {"BY", COLUMN_PERSON},
        {"WHY", COLUMN_REASON}, {NULL, COLUMN_PLAIN},
    };
    if (explanation->decisions->len == 0)
        return;
    ViewSection *section = view_section(view, 0, "Decided by people");
    section_key(section, "decisions");
    section_columns(section, columns);
    for (guint i = 0; i < explanation->decisions->len; i++) {
        const ExplainedDecision *row = g_ptr_array_index(explanation->decisions, i);
        g_autofree char *when = clock_format(row->at);
        section_cells(section, TONE_PLAIN,
                      (const char *const[]){when, row->what, row->by, row->why});
    }
}

/* ---- the member ---- */

static const char *origin_of(const Explanation *explanation, GrantKind kind, int64_t target)
{
    for (guint i = 0; i < explanation->grants->len; i++) {
        const Grant *grant = g_ptr_array_index(explanation->grants, i);
        if (grant->kind == kind && grant->target == target)
            return grant_origin_text(grant->origin);
    }
    return "by hand";
}

static void add_places(View *view, const Explanation *explanation)
{
    static const ViewColumn columns[] = {
        {"WHERE", COLUMN_PLAIN},
        {"ROLE", COLUMN_PLAIN},
        {"BY", COLUMN_PLAIN},
        {NULL, COLUMN_PLAIN},
    };
    const Member *member = explanation->member;
    const Organization *organization = explanation->input->organization;
    ViewSection *section = view_section(view, 0, "Groups and workspaces in Toggl");
    section_key(section, "access");
    section_columns(section, columns);
    for (guint i = 0; i < member->groups->len; i++) {
        int64_t id = g_array_index(member->groups, int64_t, i);
        const OrganizationGroup *group = organization_group(organization, id);
        g_autofree char *where = g_strdup_printf("group %s", group != NULL ? group->name : "?");
        section_cells(section, TONE_PLAIN,
                      (const char *const[]){where, "", origin_of(explanation, GRANT_GROUP, id)});
    }
    for (guint i = 0; i < member->assignments->len; i++) {
        const Assignment *assignment = &g_array_index(member->assignments, Assignment, i);
        const Workspace *workspace = organization_workspace(organization, assignment->workspace_id);
        g_autofree char *where =
            g_strdup_printf("workspace %s", workspace != NULL ? workspace->name : "?");
        section_cells(section, TONE_PLAIN,
                      (const char *const[]){
                          where, role_name(assignment->role),
                          origin_of(explanation, GRANT_WORKSPACE, assignment->workspace_id)});
    }
}

static void add_member(View *view, const Explanation *explanation)
{
    const Member *member = explanation->member;
    ViewSection *section = view_section(view, 0, "Member in Toggl");
    section_key(section, "member");
    section_columns(section, facts);
    if (member == NULL) {
        section_say(section, TONE_PLAIN, "Toggl has no such member.");
        return;
    }
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, member->id.value);
    add_fact(section, "address", member->mail);
    add_fact(section, "name", member->name);
    add_fact(section, "organization_user_id", id);
    add_fact(section, "state",
             member->inactive ? "deactivated"
             : member->joined ? "active"
                              : "invited, has not joined");
    add_fact(section, "role in the organization",
             member->owner   ? "owner"
             : member->admin ? "admin"
                             : "member");
    add_places(view, explanation);
}

/* ---- all of it ---- */

static bool is_about(const void *context, const ChangePerson *person)
{
    return explains(context, person);
}

/* Since when, as we know it; 0: the ledger does not. */
static int64_t latest_of(const Explanation *explanation, bool deactivated)
{
    const Subject *subject = explanation->subject;
    int64_t latest = 0;
    for (guint i = 0; subject != NULL && i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL)
            latest = MAX(latest, deactivated ? link->deactivated_at : link->invited_at);
    }
    const GPtrArray *lost = subject != NULL ? subject->lost_links : NULL;
    for (guint i = 0; lost != NULL && i < lost->len; i++) {
        const Link *link = g_ptr_array_index(lost, i);
        latest = MAX(latest, deactivated ? link->deactivated_at : link->invited_at);
    }
    return latest;
}

/* Whether they can work in Toggl at this moment, and if not, why: the first thing a help desk
 * wants to know. */
static void say_access(ViewSection *section, const Explanation *explanation)
{
    const Member *member = explanation->member;
    if (member == NULL) {
        section_say(section, TONE_WARNS, "In Toggl: no such member, and so no access.");
        return;
    }
    if (member->inactive || !member->joined) {
        int64_t latest = latest_of(explanation, member->inactive);
        g_autofree char *when = latest != 0 ? clock_format(latest) : NULL;
        if (member->inactive)
            section_say(section, TONE_WARNS, "In Toggl: deactivated%s%s, and so no access.",
                        when != NULL ? " by us " : " by somebody else", text_or_nothing(when));
        else
            section_say(section, TONE_WARNS,
                        "In Toggl: invited%s%s, and has not joined: no access until they accept "
                        "the invitation in their mail.",
                        when != NULL ? " by us " : "", text_or_nothing(when));
        return;
    }
    guint workspaces = 0;
    for (guint i = 0; i < member->assignments->len; i++)
        workspaces += !g_array_index(member->assignments, Assignment, i).inactive;
    g_autofree char *in_groups = text_count(member->groups->len, "group", "groups");
    g_autofree char *in_workspaces = text_count(workspaces, "workspace", "workspaces");
    section_say(section, TONE_PLAIN, "In Toggl: an active %s, in %s and %s.",
                member->owner   ? "member, the owner"
                : member->admin ? "member, an admin"
                                : "member",
                in_groups, in_workspaces);
}

static void say_standing(View *view, const Explanation *explanation)
{
    const Subject *subject = explanation->subject;
    ViewSection *section = view_section(view, SECTION_TOP, NULL);
    if (subject == NULL) {
        section_say(section, TONE_WARNS, "No directory knows the person.");
        say_access(section, explanation);
        return;
    }
    if (subject->excluded)
        section_say(section, TONE_PLAIN, "The person is left alone: %s.", subject->why);
    else if (subject->standing == SUBJECT_LEFT && subject->why != NULL) /* says which of the two */
        section_say(section, TONE_WARNS, "The person is %s.", subject->why);
    else
        section_say(section, subject->standing == SUBJECT_PRESENT ? TONE_PLAIN : TONE_WARNS,
                    "The person %s%s%s.", standing_text(subject->standing),
                    subject->why != NULL ? ": " : "", subject->why != NULL ? subject->why : "");
    say_access(section, explanation);
    if (subject->matched_by != NULL)
        section_say(section, TONE_PLAIN, "Found in Toggl by the address %s.", subject->matched_by);
}

View *explain_view(const Explanation *explanation, const GPtrArray *inspections, const char *who,
                   char **with)
{
    View *view = view_new("%s", who);
    g_autofree char *made = clock_format(explanation->input->now);
    g_autofree char *supposed = with != NULL ? g_strjoinv(", ", with) : NULL;
    view_made(view, "explained %s%s%s", made, supposed != NULL ? ", supposing " : "",
              supposed != NULL ? supposed : "");
    say_standing(view, explanation);
    add_entries(view, inspections, who);
    if (explanation->subject != NULL) {
        add_groups(view, explanation);
        add_rules(view, explanation);
    }
    add_ledger(view, explanation);
    add_decisions(view, explanation);
    add_member(view, explanation);
    guint before = view->sections->len;
    plan_view_add_about(view, explanation->plan, is_about, explanation);
    bool silent = true;
    for (guint i = before; i < view->sections->len; i++)
        silent = silent && section_is_empty(g_ptr_array_index(view->sections, i));
    if (silent)
        section_say(view_section(view, 0, "Changes"), TONE_PLAIN, "%s",
                    explanation->input->settings->lifecycle.kinds != 0
                        ? "None of the kinds that lifecycle.kinds lets through."
                        : "None: no rule wants anything that Toggl does not have already.");
    return view;
}
