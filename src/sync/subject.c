/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/subject_private.h"

#include "model/plan.h"

#include <string.h>

static void subject_free(Subject *subject)
{
    g_array_unref(subject->entries);
    g_clear_pointer(&subject->lost_links, g_ptr_array_unref);
    g_free(subject->why);
    g_free(subject);
}

const Directory *subject_directory(const SubjectBuilder *builder, const char *source)
{
    guint index = 0;
    return directories_find(builder->directories, source, &index)
               ? g_ptr_array_index(builder->directories, index)
               : NULL;
}

/* Brings people and links together, each looked at once. */
static void find_links(SubjectBuilder *builder)
{
    builder->links = g_new0(Link **, builder->directories->len + 1);
    builder->lost = g_ptr_array_new();
    for (guint d = 0; d < builder->directories->len; d++) {
        const Directory *directory = g_ptr_array_index(builder->directories, d);
        builder->links[d] = g_new0(Link *, directory->people->len + 1);
    }
    for (guint i = 0; i < builder->ledger->links->len; i++) {
        Link *link = g_ptr_array_index(builder->ledger->links, i);
        if (link->row.removed)
            continue;
        guint d = 0;
        const Person *person =
            directories_find(builder->directories, link->source, &d)
                ? directory_person(g_ptr_array_index(builder->directories, d), link->anchor)
                : NULL;
        if (person != NULL)
            builder->links[d][person->place] = link;
        else
            g_ptr_array_add(builder->lost, link);
    }
}

static void clear_builder(SubjectBuilder *builder)
{
    for (guint d = 0; d < builder->directories->len; d++)
        g_free(builder->links[d]);
    g_free(builder->links);
    g_ptr_array_unref(builder->lost);
    g_clear_pointer(&builder->by_mail, g_hash_table_unref);
    g_clear_pointer(&builder->taken, g_hash_table_unref);
}

static Subject *add_subject(SubjectBuilder *builder)
{
    Subject *subject = g_new0(Subject, 1);
    subject->entries = g_array_sized_new(false, false, sizeof(SubjectEntry), 1);
    subject->index = builder->subjects->subjects->len;
    g_ptr_array_add(builder->subjects->subjects, subject);
    return subject;
}

/* The address that LINK's PERSON, who may be NULL, has now. */
static char *current_key(const Link *link, const Person *person)
{
    return person != NULL && person->mail_key != NULL ? person->mail_key : link->mail_key;
}

static GHashTable *taken_addresses(const SubjectBuilder *builder)
{
    GHashTable *taken = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < builder->ledger->links->len; i++) {
        const Link *link = g_ptr_array_index(builder->ledger->links, i);
        bool is_member = link->organization_user_id.value != 0 || link->user_id.value != 0;
        if (link->row.removed || (!is_member && link->invited_at == 0))
            continue;
        const Directory *directory = subject_directory(builder, link->source);
        char *key =
            current_key(link, directory != NULL ? directory_person(directory, link->anchor) : NULL);
        if (key != NULL)
            g_hash_table_add(taken, key);
    }
    return taken;
}

/* The member with KEY, which the link had once, or NULL: whose link has it now is another. */
static Member *former_member(SubjectBuilder *builder, const char *key)
{
    if (builder->taken == NULL)
        builder->taken = taken_addresses(builder);
    return g_hash_table_contains(builder->taken, key)
               ? NULL
               : organization_member_by_mail(builder->organization, key);
}

/*
 * The member that LINK means, or NULL. While Toggl has told no id, the address stands in for it:
 * any that the person, who may be NULL, has or had.
 */
static Member *linked_member(SubjectBuilder *builder, const Link *link, const Person *person)
{
    const Organization *organization = builder->organization;
    Member *member = NULL;
    if (link->organization_user_id.value != 0)
        member = organization_member(organization, link->organization_user_id);
    if (member == NULL && link->user_id.value != 0)
        member = organization_member_by_user(organization, link->user_id);
    bool only_invited =
        link->organization_user_id.value == 0 && link->user_id.value == 0 && link->invited_at != 0;
    if (member != NULL || !only_invited)
        return member;
    const char *current = current_key(link, person);
    if (link->mail_key != NULL && strcmp(link->mail_key, current) != 0)
        member = former_member(builder, link->mail_key);
    if (member == NULL && current != NULL)
        member = organization_member_by_mail(organization, current);
    for (guint i = 0; member == NULL && i < link->mail_keys->len; i++)
        member = former_member(builder, g_ptr_array_index(link->mail_keys, i));
    return member;
}

static bool has_entry_of(const Subject *subject, uint32_t directory)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        if (g_array_index(subject->entries, SubjectEntry, i).directory == directory)
            return true;
    }
    return false;
}

void subject_claim(SubjectBuilder *builder, Subject *subject, Member *member)
{
    subject->member = member;
    builder->subjects->of_member[member->index] = subject;
}

Subject *subject_of_member(const Subjects *subjects, const Member *member)
{
    return subjects->of_member[member->index];
}

/* Of those with one address the last speaks for it. */
static void note_mail(GHashTable *by_mail, const Person *person, Subject *subject)
{
    if (person->mail_key != NULL && person->frozen == NULL)
        (void) g_hash_table_insert(by_mail, person->mail_key, subject);
}

/* The addresses of everybody in the first COUNT directories. */
static GHashTable *subjects_by_mail(const SubjectBuilder *builder, guint count)
{
    GHashTable *by_mail = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint d = 0; d < count; d++) {
        const Directory *directory = g_ptr_array_index(builder->directories, d);
        const uint32_t *of_person = builder->subjects->of_person[d];
        for (guint i = 0; i < directory->people->len; i++)
            note_mail(by_mail, g_ptr_array_index(directory->people, i),
                      g_ptr_array_index(builder->subjects->subjects, of_person[i]));
    }
    return by_mail;
}

/* The subject that this entry belongs to: that of its member, even within one directory, where a
 * re-created person was released and the old entry stays; else that of its address in an earlier
 * source. */
static Subject *subject_for(SubjectBuilder *builder, uint32_t directory, const Person *person,
                            Member *member)
{
    Subject *subject = member != NULL ? subject_of_member(builder->subjects, member) : NULL;
    if (subject != NULL)
        return subject;
    if (directory > 0 && person->mail_key != NULL)
        subject = g_hash_table_lookup(builder->by_mail, person->mail_key);
    /* the ledger knows them as two: an address does not make them one */
    bool another =
        subject != NULL && subject->member != NULL && member != NULL && subject->member != member;
    if (subject != NULL && (another || has_entry_of(subject, directory)))
        subject = NULL;
    return subject != NULL ? subject : add_subject(builder);
}

static void add_entries(SubjectBuilder *builder, uint32_t index)
{
    const Directory *directory = g_ptr_array_index(builder->directories, index);
    uint32_t *of_person = g_new(uint32_t, directory->people->len + 1);
    builder->subjects->of_person[index] = of_person;
    if (index > 0 && builder->by_mail == NULL)
        builder->by_mail = subjects_by_mail(builder, index);
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        Link *link = builder->links[index][i];
        Member *member = link != NULL ? linked_member(builder, link, person) : NULL;
        Subject *subject = subject_for(builder, index, person, member);
        SubjectEntry entry = {.directory = index, .person = person, .link = link};
        g_array_append_val(subject->entries, entry);
        subject->has_link = subject->has_link || link != NULL;
        if (member != NULL && subject->member == NULL)
            subject_claim(builder, subject, member);
        if (builder->by_mail != NULL)
            note_mail(builder->by_mail, person, subject);
        of_person[i] = subject->index;
    }
}

/*
 * Whoever is gone from one directory and has an entry with the same address in another is one
 * person, who moved. In the same directory it is somebody re-created, which is a question. And whom
 * we removed, the ledger knew as another than somebody who is a member: their grace is not shared.
 */
static Subject *moved_subject(SubjectBuilder *builder, const Link *link, const Member *member)
{
    if (builder->by_mail == NULL)
        builder->by_mail = subjects_by_mail(builder, builder->directories->len);
    Subject *subject =
        link->mail_key != NULL ? g_hash_table_lookup(builder->by_mail, link->mail_key) : NULL;
    for (guint i = 0; subject != NULL && i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        const Directory *directory = g_ptr_array_index(builder->directories, entry->directory);
        if (strcmp(directory->source, link->source) == 0)
            return NULL;
    }
    bool removed = member == NULL && link->removed_at != 0;
    bool another = subject != NULL && subject->member != NULL &&
                   (removed || (member != NULL && subject->member != member));
    return another ? NULL : subject;
}

static void add_lost_links(SubjectBuilder *builder)
{
    for (guint i = 0; i < builder->lost->len; i++) {
        Link *link = g_ptr_array_index(builder->lost, i);
        Member *member = linked_member(builder, link, NULL);
        Subject *subject = member != NULL ? subject_of_member(builder->subjects, member) : NULL;
        if (subject == NULL)
            subject = moved_subject(builder, link, member);
        if (subject == NULL)
            subject = add_subject(builder);
        if (member != NULL && subject->member == NULL)
            subject_claim(builder, subject, member);
        if (subject->lost_links == NULL)
            subject->lost_links = g_ptr_array_new();
        g_ptr_array_add(subject->lost_links, link);
        subject->has_link = true;
    }
}

Subjects *subjects_build(const SyncSettings *settings, const GPtrArray *directories,
                         const Organization *organization, const Ledger *ledger,
                         LocatedLinks *located, int64_t now)
{
    Subjects *subjects = g_new0(Subjects, 1);
    subjects->subjects = g_ptr_array_new_with_free_func((GDestroyNotify) subject_free);
    subjects->directories = directories->len;
    subjects->of_person = g_new0(uint32_t *, directories->len + 1);
    subjects->of_member = g_new0(Subject *, organization->members->len + 1);
    SubjectBuilder builder = {
        .settings = settings,
        .directories = directories,
        .organization = organization,
        .ledger = ledger,
        .located = located,
        .now = now,
        .subjects = subjects,
    };
    find_links(&builder);
    for (guint i = 0; i < directories->len; i++)
        add_entries(&builder, i);
    add_lost_links(&builder);
    for (guint i = 0; i < subjects->subjects->len; i++)
        subject_judge(&builder, g_ptr_array_index(subjects->subjects, i));
    subjects_match(&builder);
    clear_builder(&builder);
    return subjects;
}

void subjects_free(Subjects *subjects)
{
    if (subjects == NULL)
        return;
    g_ptr_array_unref(subjects->subjects);
    for (guint i = 0; i < subjects->directories; i++)
        g_free(subjects->of_person[i]);
    g_free(subjects->of_person);
    g_free(subjects->of_member);
    g_free(subjects);
}

GPtrArray *subjects_lost_links(const Directory *directory, const Ledger *ledger)
{
    GPtrArray *lost = g_ptr_array_new();
    for (guint i = 0; i < ledger->links->len; i++) {
        Link *link = g_ptr_array_index(ledger->links, i);
        if (!link->row.removed && strcmp(link->source, directory->source) == 0 &&
            directory_person(directory, link->anchor) == NULL)
            g_ptr_array_add(lost, link);
    }
    return lost;
}

const SubjectEntry *subject_primary(const Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        if (entry->person->standing == PERSON_ENABLED)
            return entry;
    }
    return subject->entries->len > 0 ? &g_array_index(subject->entries, SubjectEntry, 0) : NULL;
}

void subject_describe(const Subject *subject, const GPtrArray *directories, ChangePerson *to)
{
    const SubjectEntry *entry = subject_primary(subject);
    const Member *member = subject->member;
    if (entry != NULL) {
        const Directory *directory = g_ptr_array_index(directories, entry->directory);
        to->source = g_strdup(directory->source);
        to->anchor = g_strdup(entry->person->anchor);
        to->mail = g_strdup(entry->person->mail);
        to->name = g_strdup(entry->person->name);
    } else if (subject->lost_links != NULL) {
        const Link *link = g_ptr_array_index(subject->lost_links, 0);
        to->source = g_strdup(link->source);
        to->anchor = g_strdup(link->anchor);
        to->mail = g_strdup(link->mail_key);
    }
    if (member != NULL) {
        if (to->mail == NULL)
            to->mail = g_strdup(member->mail);
        if (to->name == NULL)
            to->name = g_strdup(member->name);
        to->user_id = member->user_id;
        to->organization_user_id = member->id;
        to->invitation_id = member->invitation_id;
    }
}
