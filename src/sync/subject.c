/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/subject.h"

#include "model/plan.h"

#include <string.h>

typedef struct {
    const SyncSettings *settings;
    const GPtrArray *directories;
    const Organization *organization;
    const Ledger *ledger;
    LocatedLinks *located;
    Subjects *subjects;
    GHashTable *by_mail; /* mail key -> Subject *, keys borrowed */
} Builder;

static void subject_free(Subject *subject)
{
    g_array_unref(subject->entries);
    g_clear_pointer(&subject->lost_links, g_ptr_array_unref);
    g_free(subject->why);
    g_free(subject);
}

static Subject *add_subject(Builder *builder)
{
    Subject *subject = g_new0(Subject, 1);
    subject->entries = g_array_sized_new(false, false, sizeof(SubjectEntry), 1);
    subject->index = builder->subjects->subjects->len;
    g_ptr_array_add(builder->subjects->subjects, subject);
    return subject;
}

/* The member that LINK means, or NULL. While Toggl has told no id, the address stands in for it. */
static Member *linked_member(const Builder *builder, const Link *link)
{
    Member *member = NULL;
    if (link->organization_user_id.value != 0)
        member = organization_member(builder->organization, link->organization_user_id);
    if (member == NULL && link->user_id.value != 0)
        member = organization_member_by_user(builder->organization, link->user_id);
    bool no_id = link->organization_user_id.value == 0 && link->user_id.value == 0;
    if (member == NULL && no_id && link->mail_key != NULL)
        member = organization_member_by_mail(builder->organization, link->mail_key);
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

static void claim_member(Builder *builder, Subject *subject, Member *member)
{
    subject->member = member;
    g_hash_table_insert(builder->subjects->of_member, member, subject);
}

/* The subject that this entry belongs to: that of its member, else that of its address in an
 * earlier source. */
static Subject *subject_for(Builder *builder, uint32_t directory, const Person *person,
                            Member *member)
{
    Subject *subject = NULL;
    if (member != NULL)
        subject = g_hash_table_lookup(builder->subjects->of_member, member);
    if (subject == NULL && person->mail_key != NULL)
        subject = g_hash_table_lookup(builder->by_mail, person->mail_key);
    if (subject != NULL && has_entry_of(subject, directory))
        subject = NULL;
    return subject != NULL ? subject : add_subject(builder);
}

static void add_entries(Builder *builder, uint32_t index)
{
    const Directory *directory = g_ptr_array_index(builder->directories, index);
    uint32_t *of_person = g_new(uint32_t, directory->people->len + 1);
    builder->subjects->of_person[index] = of_person;
    for (guint i = 0; i < directory->people->len; i++) {
        const Person *person = g_ptr_array_index(directory->people, i);
        Link *link = ledger_link(builder->ledger, directory->source, person->anchor);
        Member *member = link != NULL ? linked_member(builder, link) : NULL;
        Subject *subject = subject_for(builder, index, person, member);
        SubjectEntry entry = {.directory = index, .person = person, .link = link};
        g_array_append_val(subject->entries, entry);
        subject->has_link = subject->has_link || link != NULL;
        if (member != NULL && subject->member == NULL)
            claim_member(builder, subject, member);
        if (person->mail_key != NULL && person->frozen == NULL)
            (void) g_hash_table_insert(builder->by_mail, person->mail_key, subject);
        of_person[i] = subject->index;
    }
}

static const Directory *directory_of(const Builder *builder, const char *source)
{
    for (guint i = 0; i < builder->directories->len; i++) {
        const Directory *directory = g_ptr_array_index(builder->directories, i);
        if (strcmp(directory->source, source) == 0)
            return directory;
    }
    return NULL;
}

static void add_lost_links(Builder *builder)
{
    for (guint i = 0; i < builder->ledger->links->len; i++) {
        Link *link = g_ptr_array_index(builder->ledger->links, i);
        if (link->row.removed)
            continue;
        const Directory *directory = directory_of(builder, link->source);
        if (directory != NULL && directory_person(directory, link->anchor) != NULL)
            continue;
        Member *member = linked_member(builder, link);
        Subject *subject = NULL;
        if (member != NULL)
            subject = g_hash_table_lookup(builder->subjects->of_member, member);
        if (subject == NULL)
            subject = add_subject(builder);
        if (member != NULL && subject->member == NULL)
            claim_member(builder, subject, member);
        if (subject->lost_links == NULL)
            subject->lost_links = g_ptr_array_new();
        g_ptr_array_add(subject->lost_links, link);
        subject->has_link = true;
    }
}

static Member *member_by_any_address(const Builder *builder, const Person *person,
                                     const char **ret_address)
{
    Member *member = NULL;
    if (person->mail_key != NULL)
        member = organization_member_by_mail(builder->organization, person->mail_key);
    if (member != NULL) {
        *ret_address = person->mail_key;
        return member;
    }
    for (guint i = 0; person->other_mails != NULL && i < person->other_mails->len; i++) {
        const char *key = g_ptr_array_index(person->other_mails, i);
        member = organization_member_by_mail(builder->organization, key);
        if (member != NULL) {
            *ret_address = key;
            return member;
        }
    }
    return NULL;
}

static void freeze(Subject *subject, char *why)
{
    subject->standing = SUBJECT_FROZEN;
    g_free(subject->why);
    subject->why = why;
}

/* Who has no link meets a member by address; a member that is somebody else's already is a question
 * for a human. */
static void match_by_address(Builder *builder, Subject *subject)
{
    for (guint i = 0; i < subject->entries->len && subject->member == NULL; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        if (entry->person->frozen != NULL || entry->link != NULL)
            continue;
        const char *address = NULL;
        Member *member = member_by_any_address(builder, entry->person, &address);
        if (member == NULL)
            continue;
        const Subject *other = g_hash_table_lookup(builder->subjects->of_member, member);
        if (other == NULL) {
            claim_member(builder, subject, member);
            subject->matched_by = address;
            return;
        }
        const char *their_anchor =
            other->entries->len > 0
                ? g_array_index(other->entries, SubjectEntry, 0).person->anchor
                : ((const Link *) g_ptr_array_index(other->lost_links, 0))->anchor;
        freeze(subject,
               g_strdup_printf(
                   "the member with the address '%s' belongs to another entry, %s, and this one "
                   "is new: a re-created person?",
                   address, their_anchor));
        return;
    }
}

static SubjectStanding lost_standing(const Builder *builder, const Subject *subject, char **ret_why)
{
    SubjectStanding standing = SUBJECT_LEFT;
    const char *disabled_dn = NULL;
    for (guint i = 0; i < subject->lost_links->len; i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        if (directory_of(builder, link->source) == NULL) {
            *ret_why = g_strdup_printf("the directory '%s' is no longer configured", link->source);
            return SUBJECT_OUT_OF_SCOPE;
        }
        const Located *located =
            builder->located != NULL ? g_hash_table_lookup(builder->located, link) : NULL;
        if (located == NULL || located->kind == LOCATED_NOWHERE) {
            standing = SUBJECT_MISSING;
        } else if (located->kind == LOCATED_ENABLED) {
            *ret_why = g_strdup_printf(
                "the entry is enabled at '%s', outside our bases and filters", located->dn);
            return SUBJECT_OUT_OF_SCOPE;
        } else {
            disabled_dn = located->dn;
        }
    }
    if (standing == SUBJECT_LEFT)
        *ret_why = g_strdup_printf("disabled in the directory, at '%s'", disabled_dn);
    return standing;
}

/* What the entries say together. An enabled one outweighs disabled and lost ones; a doubtful one
 * freezes. */
static void judge(const Builder *builder, Subject *subject)
{
    const Person *left = NULL;
    bool enabled = false;
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        const Person *person = entry->person;
        if (person->excluded != NULL) {
            subject->excluded = true;
            freeze(subject, g_strdup(person->excluded));
            return;
        }
        bool disabled = person->standing != PERSON_ENABLED;
        /* a disabled entry that the ledger knows is a leaver's, whatever its mail looks like */
        if (person->frozen != NULL && !(disabled && entry->link != NULL)) {
            freeze(subject, g_strdup(person->frozen));
            return;
        }
        if (disabled)
            left = person;
        else
            enabled = true;
    }
    if (enabled) {
        subject->standing = SUBJECT_PRESENT;
        return;
    }
    if (subject->lost_links != NULL) {
        char *why = NULL;
        subject->standing = lost_standing(builder, subject, &why);
        subject->why = why;
        return;
    }
    subject->standing = SUBJECT_LEFT;
    subject->why =
        g_strdup(left != NULL && left->standing_reason != NULL ? left->standing_reason
                                                               : "disabled in the directory");
}

Subjects *subjects_build(const SyncSettings *settings, const GPtrArray *directories,
                         const Organization *organization, const Ledger *ledger,
                         LocatedLinks *located)
{
    Subjects *subjects = g_new0(Subjects, 1);
    subjects->subjects = g_ptr_array_new_with_free_func((GDestroyNotify) subject_free);
    subjects->directories = directories->len;
    subjects->of_person = g_new0(uint32_t *, directories->len + 1);
    subjects->of_member = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) by_mail = g_hash_table_new(g_str_hash, g_str_equal);
    Builder builder = {
        .settings = settings,
        .directories = directories,
        .organization = organization,
        .ledger = ledger,
        .located = located,
        .subjects = subjects,
        .by_mail = by_mail,
    };
    for (guint i = 0; i < directories->len; i++)
        add_entries(&builder, i);
    add_lost_links(&builder);
    for (guint i = 0; i < subjects->subjects->len; i++) {
        Subject *subject = g_ptr_array_index(subjects->subjects, i);
        judge(&builder, subject);
        if (subject->member == NULL && !subject->has_link)
            match_by_address(&builder, subject);
    }
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
    g_hash_table_unref(subjects->of_member);
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
