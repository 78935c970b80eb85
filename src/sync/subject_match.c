/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By address in three steps, each for everybody before the next: the chosen address, further ones,
 * the same mailbox in another domain. Enabled people come first: who is gone disputes nothing.
 */
#include "sync/subject_private.h"

#include "base/text.h"
#include "model/email.h"

#include <string.h>

typedef enum { BY_MAIL, BY_OTHER_MAIL, BY_SAME_DOMAIN, WAYS } Way;

/* The member with KEY's mailbox in another of its domains, or NULL. */
static Member *member_in_same_domain(const SubjectBuilder *builder, const char *key)
{
    const GPtrArray *lists = builder->settings->lifecycle.same_domains;
    const char *at = strrchr(key, '@');
    for (guint i = 0; at != NULL && i < lists->len; i++) {
        char **domains = g_ptr_array_index(lists, i);
        if (!g_strv_contains((const char *const *) domains, at + 1))
            continue;
        for (char **domain = domains; *domain != NULL; domain++) {
            g_autofree char *other = email_key_with_domain(key, at + 1, *domain);
            Member *member =
                other != NULL ? organization_member_by_mail(builder->organization, other) : NULL;
            if (member != NULL)
                return member;
        }
    }
    return NULL;
}

static Member *member_of_key(const SubjectBuilder *builder, const char *key, Way way)
{
    if (key == NULL)
        return NULL;
    return way == BY_SAME_DOMAIN ? member_in_same_domain(builder, key)
                                 : organization_member_by_mail(builder->organization, key);
}

static Member *member_by(const SubjectBuilder *builder, const Person *person, Way way)
{
    Member *member = way != BY_OTHER_MAIL ? member_of_key(builder, person->mail_key, way) : NULL;
    if (way == BY_MAIL || person->other_mails == NULL)
        return member;
    for (guint i = 0; member == NULL && i < person->other_mails->len; i++)
        member = member_of_key(builder, g_ptr_array_index(person->other_mails, i), way);
    return member;
}

bool subject_is_released(const Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL && link->released_at != 0)
            return true;
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        if (((const Link *) g_ptr_array_index(subject->lost_links, i))->released_at != 0)
            return true;
    }
    return false;
}

static const char *name_of(const Subject *subject)
{
    const SubjectEntry *entry = subject_primary(subject);
    if (entry != NULL)
        return entry->person->anchor;
    return subject->lost_links != NULL
               ? ((const Link *) g_ptr_array_index(subject->lost_links, 0))->anchor
               : "nobody";
}

/* Whether an entry of SUBJECT is there, wherever: then nobody was re-created as another. */
static bool is_there(const Subject *subject)
{
    return subject->standing == SUBJECT_PRESENT || subject->standing == SUBJECT_OUT_OF_SCOPE ||
           subject->standing == SUBJECT_FROZEN;
}

/* What there is to decide when MAIL, with KEY, is an address of OTHER, or was. New string. */
static char *question_about(const Subject *other, const char *mail, const char *key)
{
    if (!is_there(other))
        return g_strdup_printf(
            "the address '%s' belongs to another entry, %s, and this one is new: a "
            "re-created person? 'person release' says yes, 'person link' names another member",
            mail, name_of(other));
    if (other->member != NULL && g_strcmp0(other->member->mail_key, key) == 0)
        return g_strdup_printf(
            "the address '%s' is that of the member of another entry, %s, which is still there: "
            "change it in Toggl or in the directory; 'person link' names the member of this one",
            mail, name_of(other));
    return g_strdup_printf(
        "the address '%s' was that of another entry, %s, which is still there, and this one is "
        "new: another person? 'person release' says yes, 'person link' names the member of this "
        "one",
        mail, name_of(other));
}

static void hold_both(Subject *subject, Subject *other, const char *mail, const char *key)
{
    g_autofree char *safe = text_safe(mail, -1);
    subject_set_standing(subject, SUBJECT_HELD, question_about(other, safe, key));
    if (other->standing == SUBJECT_MISSING)
        subject_set_standing(
            other, SUBJECT_HELD,
            g_strdup_printf(
                "gone from the directory, and a new entry, %s, has the address '%s': a "
                "re-created person? 'person release' says yes, 'person link' names another member",
                name_of(subject), safe));
}

/* What was OTHER's is SUBJECT's from now on: somebody said that they are one. */
static void take_over(Subject *subject, Subject *other)
{
    other->member = NULL;
    g_array_append_vals(subject->entries, other->entries->data, other->entries->len);
    g_array_set_size(other->entries, 0);
    subject->has_link = subject->has_link || other->has_link;
    if (subject->lost_links == NULL) {
        subject->lost_links = g_steal_pointer(&other->lost_links);
    } else if (other->lost_links != NULL) {
        g_ptr_array_extend_and_steal(subject->lost_links, g_steal_pointer(&other->lost_links));
    }
    subject_set_standing(other, SUBJECT_LEFT, NULL);
}

/*
 * SUBJECT has an address of a MEMBER who is OTHER's: perhaps a re-created person. Nothing happens
 * to either until somebody says who is who; but whom a directory calls disabled has left.
 */
static void contest(SubjectBuilder *builder, Subject *subject, Subject *other, Member *member)
{
    if (subject->standing != SUBJECT_PRESENT)
        return;
    bool gone = other->standing == SUBJECT_MISSING || other->standing == SUBJECT_LEFT;
    if (gone && (subject_is_released(subject) || subject_is_released(other))) {
        take_over(subject, other);
        subject_claim(builder, subject, member);
        subject->matched_by = member->mail_key;
        return;
    }
    hold_both(subject, other, member->mail, member->mail_key);
}

/* Address INDEX of PERSON: the chosen one, then further ones; NULL behind the last. */
static char *address_of(const Person *person, guint index)
{
    guint further = index - (person->mail_key != NULL);
    if (person->mail_key != NULL && index == 0)
        return person->mail_key;
    return person->other_mails != NULL && further < person->other_mails->len
               ? g_ptr_array_index(person->other_mails, further)
               : NULL;
}

/* The addresses of people whom the ledger does not know -> NULL. Keys are borrowed. */
static GHashTable *new_addresses(const SubjectBuilder *builder)
{
    GHashTable *addresses = g_hash_table_new(g_str_hash, g_str_equal);
    const GPtrArray *subjects = builder->subjects->subjects;
    for (guint i = 0; i < subjects->len; i++) {
        const Subject *subject = g_ptr_array_index(subjects, i);
        bool is_new = subject->standing == SUBJECT_PRESENT && !subject->has_link;
        for (guint e = 0; is_new && e < subject->entries->len; e++) {
            const Person *person = g_array_index(subject->entries, SubjectEntry, e).person;
            char *key = NULL;
            for (guint a = 0; (key = address_of(person, a)) != NULL; a++)
                g_hash_table_insert(addresses, key, NULL);
        }
    }
    return addresses;
}

/* KEY, if it is one of the new addresses, was SUBJECT's, as LINK knows. Whom we removed owns it
 * still, but after anybody whom we did not: a removal answers no question. */
static void note_owner(GHashTable *owners, const Link *link, char *key, Subject *subject)
{
    gpointer owner = NULL;
    bool is_new = g_hash_table_lookup_extended(owners, key, NULL, &owner);
    if (is_new && (link->removed_at == 0 || owner == NULL))
        g_hash_table_insert(owners, key, subject);
}

/* Whose each of the new addresses was, for all that the ledger ever saw. */
static void find_owner(GHashTable *owners, const Link *link, Subject *subject)
{
    for (guint i = 0; i < link->mail_keys->len; i++)
        note_owner(owners, link, g_ptr_array_index(link->mail_keys, i), subject);
    if (link->mail_key != NULL)
        note_owner(owners, link, link->mail_key, subject);
}

static bool had_any(const Link *link, GHashTable *addresses)
{
    for (guint i = 0; i < link->mail_keys->len; i++) {
        if (g_hash_table_contains(addresses, g_ptr_array_index(link->mail_keys, i)))
            return true;
    }
    return link->mail_key != NULL && g_hash_table_contains(addresses, link->mail_key);
}

/* The links that ever had one of ADDRESSES, mostly none: a set of Link *. They are looked at in the
 * order of the ledger, in which they lie in memory. */
static GHashTable *links_with(const Ledger *ledger, GHashTable *addresses)
{
    GHashTable *links = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < ledger->links->len; i++) {
        Link *link = g_ptr_array_index(ledger->links, i);
        if (had_any(link, addresses))
            g_hash_table_add(links, link);
    }
    return links;
}

static void find_owners(const SubjectBuilder *builder, GHashTable *owners)
{
    const GPtrArray *subjects = builder->subjects->subjects;
    g_autoptr(GHashTable) links = links_with(builder->ledger, owners);
    for (guint i = 0; g_hash_table_size(links) > 0 && i < subjects->len; i++) {
        Subject *subject = g_ptr_array_index(subjects, i);
        for (guint e = 0; e < subject->entries->len; e++) {
            const Link *link = g_array_index(subject->entries, SubjectEntry, e).link;
            if (link != NULL && g_hash_table_contains(links, link))
                find_owner(owners, link, subject);
        }
        for (guint l = 0; subject->lost_links != NULL && l < subject->lost_links->len; l++) {
            const Link *link = g_ptr_array_index(subject->lost_links, l);
            if (g_hash_table_contains(links, link))
                find_owner(owners, link, subject);
        }
    }
}

/* Holds SUBJECT, which is new, when one of its addresses was somebody else's. */
static void hold_if_recreated(Subject *subject, GHashTable *owners)
{
    for (guint e = 0; e < subject->entries->len; e++) {
        const Person *person = g_array_index(subject->entries, SubjectEntry, e).person;
        const char *key = NULL;
        for (guint a = 0; (key = address_of(person, a)) != NULL; a++) {
            Subject *other = g_hash_table_lookup(owners, key);
            if (other == NULL || other == subject || subject_is_released(other))
                continue;
            hold_both(subject, other, key == person->mail_key ? person->mail : key, key);
            return;
        }
    }
}

/* Holds every new entry with an address that was somebody else's. */
static void hold_recreated(SubjectBuilder *builder)
{
    g_autoptr(GHashTable) owners = new_addresses(builder);
    if (g_hash_table_size(owners) == 0)
        return;
    find_owners(builder, owners);
    const GPtrArray *subjects = builder->subjects->subjects;
    for (guint i = 0; i < subjects->len; i++) {
        Subject *subject = g_ptr_array_index(subjects, i);
        if (subject->standing == SUBJECT_PRESENT && !subject->has_link)
            hold_if_recreated(subject, owners);
    }
}

static void match(SubjectBuilder *builder, Subject *subject, Way way)
{
    for (guint i = 0; subject->member == NULL && i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        Member *member = member_by(builder, entry->person, way);
        if (member == NULL)
            continue;
        Subject *other = subject_of_member(builder->subjects, member);
        if (other != NULL) {
            contest(builder, subject, other, member);
            return;
        }
        subject_claim(builder, subject, member);
        subject->matched_by = member->mail_key;
    }
}

void subjects_match(SubjectBuilder *builder)
{
    const GPtrArray *subjects = builder->subjects->subjects;
    hold_recreated(builder);
    for (int present = 1; present >= 0; present--) {
        for (int way = BY_MAIL; way < WAYS; way++) {
            for (guint i = 0; i < subjects->len; i++) {
                Subject *subject = g_ptr_array_index(subjects, i);
                bool turn = (subject->standing == SUBJECT_PRESENT) == (present == 1);
                if (turn && subject->member == NULL && subject->standing != SUBJECT_HELD)
                    match(builder, subject, (Way) way);
            }
        }
    }
}
