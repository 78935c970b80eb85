/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

static void link_entries(Differ *differ, const Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        if (entry->link != NULL &&
            entry->link->organization_user_id.value == subject->member->id.value)
            continue;
        const Directory *directory = g_ptr_array_index(differ->in->directories, entry->directory);
        Change *change = differ_add(differ, CHANGE_LINK, subject);
        g_free(change->person.source);
        g_free(change->person.anchor);
        change->person.source = g_strdup(directory->source);
        change->person.anchor = g_strdup(entry->person->anchor);
        change->reason = subject->matched_by != NULL
                             ? g_strdup_printf("same address: %s", subject->matched_by)
                         : entry->link != NULL ? g_strdup("the invitation became a member")
                                               : g_strdup("same person in another directory");
    }
}

static bool reactivated(Differ *differ, const Subject *subject)
{
    const Link *link = subject_link(subject);
    const Lifecycle *lifecycle = &differ->in->settings->lifecycle;
    bool ours = link != NULL && link->deactivated_at != 0;
    if (ours && lifecycle->returners == RETURNERS_REPORT) {
        differ_notice(differ, NOTICE_HELD, subject,
                      "is back, and lifecycle.returners is \"report\"");
        return false;
    }
    if (!ours && lifecycle->by_hand == BY_HAND_RESPECT) {
        differ_notice(differ, NOTICE_BY_HAND, subject, "deactivated by somebody else: left alone");
        return false;
    }
    Change *change = differ_add(differ, CHANGE_REACTIVATE, subject);
    change->before = (ChangeState){.fields = STATE_ACTIVE | STATE_WANTED, .wanted = true};
    change->after = (ChangeState){.fields = STATE_ACTIVE, .active = true};
    change->reason =
        g_strdup(ours ? "is back in the directory; we had deactivated them"
                      : "wanted by the directory; lifecycle.by_hand is \"reactivate\"");
    return true;
}

static void diff_present(Differ *differ, const Subject *subject)
{
    guint count = 0;
    const Want *wants = differ_wants(differ, subject->index, &count);
    if (subject->member == NULL) {
        diff_joiner(differ, subject, wants, count);
        return;
    }
    if (count == 0) {
        diff_unwanted(differ, subject);
        return;
    }
    link_entries(differ, subject);
    if (subject->member->inactive && !reactivated(differ, subject))
        return;
    for (guint i = 0; i < count; i++) {
        if (differ_target(differ, &wants[i])->kind == TARGET_GROUP)
            diff_group(differ, subject, &wants[i]);
        else
            diff_workspace(differ, subject, &wants[i]);
    }
    diff_grants(differ, subject);
}

static void diff_frozen(Differ *differ, const Subject *subject)
{
    const SubjectEntry *entry = subject_primary(subject);
    bool idle =
        subject->member == NULL && entry != NULL && entry->person->standing != PERSON_ENABLED;
    if (!idle && !(subject->excluded && subject->member == NULL))
        differ_notice(differ, NOTICE_FROZEN, subject, subject->why);
}

static void diff_subject(Differ *differ, const Subject *subject)
{
    const Link *link = subject_link(subject);
    if (link != NULL && link->hold_until > differ->in->now && subject->standing != SUBJECT_FROZEN) {
        differ_notice(differ, NOTICE_HELD, subject,
                      link->hold_reason != NULL ? link->hold_reason : "held by hand");
        return;
    }
    switch (subject->standing) {
    case SUBJECT_PRESENT:
        diff_present(differ, subject);
        break;
    case SUBJECT_LEFT:
        diff_left(differ, subject);
        break;
    case SUBJECT_MISSING:
        diff_missing(differ, subject);
        break;
    case SUBJECT_OUT_OF_SCOPE:
        if (subject->member != NULL && !subject->member->inactive)
            differ_notice(differ, NOTICE_OUT_OF_SCOPE, subject, subject->why);
        break;
    case SUBJECT_FROZEN:
    default:
        diff_frozen(differ, subject);
        break;
    }
}

void diff(const DiffInput *input, Plan *plan)
{
    Differ differ = {.in = input, .plan = plan};
    differ_collect_grants(&differ);
    diff_targets(&differ);
    for (guint i = 0; i < input->subjects->subjects->len; i++)
        diff_subject(&differ, g_ptr_array_index(input->subjects->subjects, i));
    diff_unmanaged(&differ);
    diff_unused_groups(&differ);
    g_array_unref(differ.grants);
}
