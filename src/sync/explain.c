/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/explain.h"

#include "base/clock.h"
#include "base/text.h"
#include "state/decisions.h"
#include "sync/desired.h"

#include <string.h>

/* Somebody whom a directory or the ledger calls so; else a member whom nobody else knows. */
static void find(Explanation *explanation, const char *text)
{
    g_auto(Who) who = who_of(text);
    WhoMatch best = WHO_NOT;
    g_autoptr(GPtrArray) found = who_subjects(&who, explanation->subjects, &best);
    const GPtrArray *members = explanation->input->organization->members;
    for (guint i = 0; i < members->len; i++) {
        Member *member = g_ptr_array_index(members, i);
        if (MIN(who_is_member(&who, member), WHO_ALSO) <= best)
            continue;
        explanation->member = member;
        g_ptr_array_set_size(found, 0);
        break;
    }
    if (found->len > 0)
        explanation->subject = g_ptr_array_index(found, 0);
    if (explanation->subject != NULL)
        explanation->member = explanation->subject->member;
    for (guint i = 0; found->len > 1 && i < found->len; i++)
        who_add_subject(explanation->found, g_ptr_array_index(found, i),
                        explanation->input->directories);
}

bool explanation_is_of_one(const Explanation *explanation, const char *text, GError **error)
{
    g_auto(Who) who = who_of(text);
    return who_are_one(&who, explanation->found, error);
}

/* ---- groups ---- */

static gint compare_member(gconstpointer key, gconstpointer element)
{
    uint32_t wanted = *(const uint32_t *) key;
    uint32_t person = ((const GroupMember *) element)->person;
    return wanted < person ? -1 : wanted > person;
}

static uint32_t index_of(const Directory *directory, const Person *person)
{
    guint index = 0;
    bool found = g_ptr_array_find(directory->people, person, &index);
    return found ? index : G_MAXUINT32;
}

static void find_paths(Explanation *explanation)
{
    const GPtrArray *directories = explanation->input->directories;
    for (guint e = 0; e < explanation->subject->entries->len; e++) {
        const SubjectEntry *entry = &g_array_index(explanation->subject->entries, SubjectEntry, e);
        const Directory *directory = g_ptr_array_index(directories, entry->directory);
        uint32_t person = index_of(directory, entry->person);
        for (guint g = 0; g < directory->groups->len; g++) {
            const DirectoryGroup *group = g_ptr_array_index(directory->groups, g);
            const GroupMember *member =
                group->members->len == 0
                    ? NULL
                    : bsearch(&person, group->members->data, group->members->len,
                              sizeof(GroupMember), compare_member);
            if (member == NULL)
                continue;
            Want want = {.directory = entry->directory, .group = g, .via = member->via};
            g_ptr_array_add(explanation->paths, want_reason(&want, directories));
        }
    }
}

/* ---- rules ---- */

static void finding_free(gpointer data)
{
    RuleFinding *finding = data;
    g_ptr_array_unref(finding->gives);
    g_free(finding->held);
    g_free(finding);
}

static void add_gift(RuleFinding *finding, const Want *want, const Desired *desired,
                     const GPtrArray *directories)
{
    const DesiredTarget *target = g_ptr_array_index(desired->targets, want->target);
    g_autofree char *why = want_reason(want, directories);
    g_autofree char *name = text_safe(target->name, -1);
    const char *role = role_name(want->role);
    g_ptr_array_add(finding->gives,
                    g_strdup_printf("%s '%s'%s%s: %s",
                                    target->kind == TARGET_GROUP ? "group" : "workspace", name,
                                    role != NULL ? " as " : "", role != NULL ? role : "", why));
    finding->reaches = true;
}

/* What RULE gives, were it the only one. */
static RuleFinding *ask_rule(const Explanation *explanation, Rule *rule)
{
    const PlanInput *input = explanation->input;
    RuleFinding *finding = g_new0(RuleFinding, 1);
    finding->rule = rule;
    finding->gives = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) alone = g_ptr_array_new();
    g_ptr_array_add(alone, rule);
    SyncSettings settings = *input->settings;
    settings.rules = alone;
    g_autoptr(Desired) desired = desired_build(&settings, input->directories, explanation->subjects,
                                               input->organization, input->ledger);
    if (desired->rails->len > 0)
        finding->held =
            g_strdup(((const Rail *) g_ptr_array_index(desired->rails, 0))->explanation);
    guint index = explanation->subject->index;
    guint end = g_array_index(desired->first, uint32_t, index + 1);
    for (guint i = g_array_index(desired->first, uint32_t, index); i < end; i++)
        add_gift(finding, &g_array_index(desired->wants, Want, i), desired, input->directories);
    return finding;
}

static void collect_grants(Explanation *explanation)
{
    const GPtrArray *grants = explanation->input->ledger->grants;
    for (guint i = 0; explanation->member != NULL && i < grants->len; i++) {
        Grant *grant = g_ptr_array_index(grants, i);
        if (!grant->row.removed &&
            organization_user_id_equal(grant->member, explanation->member->id))
            g_ptr_array_add(explanation->grants, grant);
    }
}

static void decision_free_explained(gpointer data)
{
    ExplainedDecision *decision = data;
    g_free(decision->what);
    g_free(decision->by);
    g_free(decision->why);
    g_free(decision);
}

Explanation *explain_person(const PlanInput *input, const Plan *plan, const char *who)
{
    Explanation *explanation = g_new0(Explanation, 1);
    explanation->input = input;
    explanation->plan = plan;
    explanation->paths = g_ptr_array_new_with_free_func(g_free);
    explanation->rules = g_ptr_array_new_with_free_func(finding_free);
    explanation->grants = g_ptr_array_new();
    explanation->decisions = g_ptr_array_new_with_free_func(decision_free_explained);
    explanation->found = g_array_new(FALSE, FALSE, sizeof(WhoFound));
    explanation->subjects = subjects_build(input->settings, input->directories, input->organization,
                                           input->ledger, input->located, input->now);
    find(explanation, who);
    collect_grants(explanation);
    if (explanation->subject == NULL)
        return explanation;
    find_paths(explanation);
    for (guint i = 0; i < input->settings->rules->len; i++)
        g_ptr_array_add(explanation->rules,
                        ask_rule(explanation, g_ptr_array_index(input->settings->rules, i)));
    return explanation;
}

void explanation_free(Explanation *explanation)
{
    if (explanation == NULL)
        return;
    g_ptr_array_unref(explanation->paths);
    g_ptr_array_unref(explanation->rules);
    g_ptr_array_unref(explanation->grants);
    g_ptr_array_unref(explanation->decisions);
    g_array_unref(explanation->found);
    subjects_free(explanation->subjects);
    g_free(explanation);
}

static bool is_anchor_of(const ChangePerson *person, const char *source, const char *anchor)
{
    return g_strcmp0(person->anchor, anchor) == 0 && g_strcmp0(person->source, source) == 0;
}

bool explains(const Explanation *explanation, const ChangePerson *person)
{
    const Member *member = explanation->member;
    if (member != NULL && organization_user_id_equal(member->id, person->organization_user_id))
        return true;
    const Subject *subject = explanation->subject;
    for (guint i = 0; subject != NULL && i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        const Directory *directory =
            g_ptr_array_index(explanation->input->directories, entry->directory);
        if (is_anchor_of(person, directory->source, entry->person->anchor))
            return true;
    }
    const GPtrArray *lost = subject != NULL ? subject->lost_links : NULL;
    for (guint i = 0; lost != NULL && i < lost->len; i++) {
        const Link *link = g_ptr_array_index(lost, i);
        if (is_anchor_of(person, link->source, link->anchor))
            return true;
    }
    return false;
}

/* "hold until 2026-12-24T00:00:00Z", "link to zoe@example.org". New string. */
static char *what_was_decided(const Decision *decision)
{
    g_autofree char *until = decision->until != 0 ? clock_format(decision->until) : NULL;
    g_autofree char *member = decision->member != NULL ? text_safe(decision->member, -1) : NULL;
    return g_strdup_printf("%s%s%s%s%s", decision->what, until != NULL ? " until " : "",
                           text_or_nothing(until), member != NULL ? " to " : "",
                           text_or_nothing(member));
}

static char *why_it_was_decided(const Decision *decision)
{
    const char *reason = decision->reason;
    const char *ticket = decision->reference;
    if (reason == NULL && ticket == NULL)
        return NULL;
    return g_strdup_printf("%s%s%s%s", text_or_nothing(reason),
                           reason != NULL && ticket != NULL ? " (" : "", text_or_nothing(ticket),
                           reason != NULL && ticket != NULL ? ")" : "");
}

void explanation_add_decisions(Explanation *explanation, const GPtrArray *decisions)
{
    for (guint i = 0; i < decisions->len; i++) {
        const Decision *decision = g_ptr_array_index(decisions, i);
        const ChangePerson person = {.source = decision->source, .anchor = decision->anchor};
        if (decision->source == NULL || decision->anchor == NULL || !explains(explanation, &person))
            continue;
        ExplainedDecision *row = g_new0(ExplainedDecision, 1);
        *row = (ExplainedDecision){.at = decision->at,
                                   .what = what_was_decided(decision),
                                   .by = g_strdup(decision->by),
                                   .why = why_it_was_decided(decision)};
        g_ptr_array_add(explanation->decisions, row);
    }
}

bool explanation_is_empty(const Explanation *explanation)
{
    return explanation->subject == NULL && explanation->member == NULL;
}
