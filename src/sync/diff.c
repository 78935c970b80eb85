/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/diff_private.h"

#include "base/text.h"
#include "model/dn.h"

#include <string.h>

static void diff_frozen(Differ *differ, const Subject *subject)
{
    const SubjectEntry *entry = subject_primary(subject);
    bool idle =
        subject->member == NULL && entry != NULL && entry->person->standing != PERSON_ENABLED;
    if (!idle && !(subject->excluded && subject->member == NULL))
        differ_notice(differ, subject->excluded ? NOTICE_EXCLUDED : NOTICE_FROZEN, subject,
                      subject->why);
}

/* The hold of a person that lasts longest, or NULL. */
static const Link *holding_link(const Subject *subject, int64_t now)
{
    const Link *hold = NULL;
    for (guint i = 0; i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL && link->hold_until > now &&
            (hold == NULL || link->hold_until > hold->hold_until))
            hold = link;
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        if (link->hold_until > now && (hold == NULL || link->hold_until > hold->hold_until))
            hold = link;
    }
    return hold;
}

static void diff_subject(Differ *differ, const Subject *subject)
{
    const Link *hold = holding_link(subject, differ->in->now);
    if (hold != NULL && subject->standing != SUBJECT_FROZEN) {
        differ_notice(differ, NOTICE_HELD, subject,
                      hold->hold_reason != NULL ? hold->hold_reason : "held by hand");
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
    case SUBJECT_HELD:
        differ_notice(differ, NOTICE_HELD, subject, subject->why);
        break;
    case SUBJECT_FROZEN:
    default:
        diff_frozen(differ, subject);
        break;
    }
}

/* Where the people out of scope went, all of one place in a sentence: a whole ou may have moved. */
static void tell_places(Differ *differ)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) places = g_ptr_array_new();
    const GPtrArray *subjects = differ->in->subjects->subjects;
    for (guint i = 0; i < subjects->len; i++) {
        const Subject *subject = g_ptr_array_index(subjects, i);
        g_autofree char *key = NULL;
        if (subject->standing != SUBJECT_OUT_OF_SCOPE || subject->member == NULL ||
            subject->member->inactive || subject->located == NULL ||
            !dn_key(subject->located->dn, strlen(subject->located->dn), &key, NULL))
            continue;
        const char *parent = dn_key_parent(key);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, parent));
        char *place = g_strdup(parent);
        g_hash_table_replace(counts, place, GUINT_TO_POINTER(count + 1));
        if (count == 0)
            g_ptr_array_add(places, g_strdup(parent));
    }
    text_sort(places);
    for (guint i = 0; i < places->len; i++) {
        g_autofree char *place = g_ptr_array_index(places, i);
        g_autofree char *safe = text_safe(place, -1);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, place));
        if (count > 1)
            g_ptr_array_add(differ->plan->warnings,
                            g_strdup_printf("%u people are out of scope, their new parent is '%s': "
                                            "nothing is done; do the bases still fit?",
                                            count, safe));
    }
}

void diff(const DiffInput *input, Plan *plan)
{
    g_autoptr(GHashTable) strangers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) twins = g_hash_table_new(NULL, NULL);
    g_autoptr(Protections) protections =
        protections_new(input->settings, input->organization, input->ledger);
    Differ differ = {
        .in = input,
        .plan = plan,
        .protections = protections,
        .strangers = strangers,
        .twins = twins,
    };
    differ_find_grants(&differ);
    diff_find_strangers(&differ);
    diff_targets(&differ);
    for (guint i = 0; i < input->subjects->subjects->len; i++)
        diff_subject(&differ, g_ptr_array_index(input->subjects->subjects, i));
    diff_strangers(&differ);
    diff_unused_groups(&differ);
    diff_keep_admins(&differ);
    tell_places(&differ);
    for (guint i = 0; i < input->desired->warnings->len; i++)
        g_ptr_array_add(plan->warnings, g_strdup(g_ptr_array_index(input->desired->warnings, i)));
    g_array_unref(differ.grants);
}
