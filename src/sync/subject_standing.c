/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/exclusion.h"
#include "sync/subject_private.h"

#include "base/text.h"
#include "sync/name.h"

#include <string.h>

void subject_set_standing(Subject *subject, SubjectStanding standing, char *why)
{
    subject->standing = standing;
    g_free(subject->why);
    subject->why = why;
}

static bool freeze(Subject *subject, char *why)
{
    subject_set_standing(subject, SUBJECT_FROZEN, why);
    return true;
}

/* Excluded is frozen on both sides, and never absent. Entries were judged when they were read; who
 * has none is judged by what is remembered of them, and by their member. */
static char *exclusion_of(const SubjectBuilder *builder, const Subject *subject)
{
    char *why = NULL;
    for (guint i = 0; why == NULL && i < subject->entries->len; i++) {
        const Person *person = g_array_index(subject->entries, SubjectEntry, i).person;
        why = person->excluded != NULL
                  ? g_strdup(person->excluded)
                  : exclusion_external_reason(builder->settings, person->mail_key, builder->now);
    }
    if (why != NULL || subject->entries->len > 0)
        return why;
    for (guint i = 0; why == NULL && subject->lost_links != NULL && i < subject->lost_links->len;
         i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        why = exclusion_reason(builder->settings, link->mail_key, link->mail_key, link->dn,
                               builder->now);
    }
    const Member *member = subject->member;
    return why != NULL || member == NULL ? why
                                         : exclusion_reason(builder->settings, member->mail,
                                                            member->mail_key, NULL, builder->now);
}

static bool is_excluded(const SubjectBuilder *builder, Subject *subject)
{
    char *why = exclusion_of(builder, subject);
    if (why == NULL)
        return false;
    subject->excluded = true;
    return freeze(subject, why);
}

/* What a directory that was not read would say of its people is not known. */
static bool is_unread(const SubjectBuilder *builder, Subject *subject)
{
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        const Directory *directory = subject_directory(builder, link->source);
        if (directory == NULL || directory->completeness.complete)
            continue;
        subject->unread = true;
        return freeze(subject, g_strdup_printf("the directory '%s' could not be read completely",
                                               link->source));
    }
    return false;
}

/* Why PERSON is frozen; who has neither address nor name is told by where the entry stands. */
static char *doubt_about(const Person *person)
{
    if (person->mail != NULL || person->name != NULL)
        return g_strdup(person->frozen);
    g_autofree char *safe = text_safe(person->dn, -1);
    return g_strdup_printf("'%s': %s", safe, person->frozen);
}

static bool is_doubtful(Subject *subject)
{
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        const Person *person = entry->person;
        /* a disabled entry that the ledger knows is a leaver's, whatever its mail looks like */
        bool known_leaver = person->standing != PERSON_ENABLED && entry->link != NULL;
        if (person->frozen != NULL && !known_leaver)
            return freeze(subject, doubt_about(person));
    }
    return false;
}

/* Whether an entry is there and enabled; *RET_LEFT is one that is not, or NULL. */
static bool has_enabled(const Subject *subject, const Person **ret_left)
{
    bool enabled = false;
    for (guint i = 0; i < subject->entries->len; i++) {
        const Person *person = g_array_index(subject->entries, SubjectEntry, i).person;
        enabled = enabled || person->standing == PERSON_ENABLED;
        if (person->standing != PERSON_ENABLED && *ret_left == NULL)
            *ret_left = person;
    }
    return enabled;
}

/* One link whose entry this read did not bring: gone, disabled elsewhere, or out of scope. */
static SubjectStanding lost_link_standing(const SubjectBuilder *builder, const Link *link,
                                          const Located **ret_located)
{
    *ret_located = builder->located != NULL ? g_hash_table_lookup(builder->located, link) : NULL;
    if (subject_directory(builder, link->source) == NULL)
        return SUBJECT_OUT_OF_SCOPE;
    if (*ret_located == NULL || (*ret_located)->kind == LOCATED_NOWHERE)
        return SUBJECT_MISSING;
    return (*ret_located)->kind == LOCATED_ENABLED ? SUBJECT_OUT_OF_SCOPE : SUBJECT_LEFT;
}

static char *out_of_scope_reason(const Link *link, const Located *located)
{
    g_autofree char *safe = located != NULL ? text_safe(located->dn, -1) : NULL;
    return located != NULL
               ? g_strdup_printf("the entry is enabled at '%s', outside our bases and filters",
                                 safe)
               : g_strdup_printf("the directory '%s' is no longer configured", link->source);
}

/* A sentence that a help desk can read out, and in parentheses what the directory really says. LEFT
 * may be NULL. New string. */
static char *left_reason(const Person *left)
{
    bool expired = left != NULL && left->standing == PERSON_EXPIRED;
    const char *why = left != NULL ? left->standing_reason : NULL;
    return g_strdup_printf("%s in the directory%s%s%s", expired ? "expired" : "disabled",
                           why != NULL ? " (" : "", why != NULL ? why : "", why != NULL ? ")" : "");
}

/* The mildest of what the lost links say: out of scope, then missing, then left. Whom somebody let
 * go is missed where we look: they have the same grace. */
static void judge_lost(const SubjectBuilder *builder, Subject *subject, const Person *left)
{
    const Located *disabled = NULL;
    bool missing = false;
    bool let_go = false;
    for (guint i = 0; i < subject->lost_links->len; i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        const Located *located = NULL;
        SubjectStanding standing = lost_link_standing(builder, link, &located);
        bool outside = standing == SUBJECT_OUT_OF_SCOPE;
        if (outside && link->released_at == 0) {
            subject->located = located;
            subject_set_standing(subject, standing, out_of_scope_reason(link, located));
            return;
        }
        missing = missing || outside || standing == SUBJECT_MISSING;
        let_go = let_go || outside;
        if (standing == SUBJECT_LEFT)
            disabled = located;
    }
    g_autofree char *safe = disabled != NULL ? text_safe(disabled->dn, -1) : NULL;
    if (missing)
        subject_set_standing(
            subject, SUBJECT_MISSING,
            let_go ? g_strdup("outside our bases and filters, and let go by 'person release'")
                   : NULL);
    else if (left != NULL && left->standing_reason != NULL)
        subject_set_standing(subject, SUBJECT_LEFT, left_reason(left));
    else
        subject_set_standing(subject, SUBJECT_LEFT,
                             g_strdup_printf("disabled in the directory, at '%s'", safe));
}

/* Where the first of the lost links that nobody let go is enabled, outside our bases and filters,
 * or NULL. */
static const Located *found_elsewhere(const SubjectBuilder *builder, const Subject *subject)
{
    const Located *located = NULL;
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        if (lost_link_standing(builder, link, &located) == SUBJECT_OUT_OF_SCOPE &&
            located != NULL && link->released_at == 0)
            return located;
    }
    return NULL;
}

/* ---- who comes back ---- */

static bool was_away(const Link *link)
{
    return link->missing_since != 0 || link->left || link->deactivated_at != 0;
}

static bool had_address(const Subject *subject, const char *key)
{
    if (g_strcmp0(subject->member->mail_key, key) == 0)
        return true;
    for (guint i = 0; i < subject->entries->len; i++) {
        const Link *link = g_array_index(subject->entries, SubjectEntry, i).link;
        if (link != NULL &&
            (g_strcmp0(link->mail_key, key) == 0 || ledger_remembers(link->mail_keys, key)))
            return true;
    }
    return false;
}

/* Whether anything of PERSON is known already: an address, or the name of their member. */
static bool is_familiar(const Subject *subject, const Person *person)
{
    if (person->mail_key != NULL && had_address(subject, person->mail_key))
        return true;
    for (guint i = 0; person->other_mails != NULL && i < person->other_mails->len; i++) {
        if (had_address(subject, g_ptr_array_index(person->other_mails, i)))
            return true;
    }
    g_autofree char *name = name_fold(person->name);
    g_autofree char *known = name_fold(subject->member->name);
    return name != NULL && known != NULL && strcmp(name, known) == 0;
}

/* Whether a server made ANCHOR: entryUUID, objectGUID, ipaUniqueID (RFC 4122), nsUniqueId. None is
 * ever given to somebody else; what an administrator chose, like the number of an employee, may be.
 */
static bool is_unique_for_ever(const char *anchor)
{
    size_t length = strlen(anchor);
    return length >= 32 && strspn(anchor, "0123456789abcdefABCDEF-") == length;
}

/* Whether all that is enabled of SUBJECT was away, and nothing of it is familiar. Who has only been
 * invited has no account that somebody else could come into. */
static bool is_unfamiliar(const Subject *subject)
{
    bool any = false;
    bool has_account = subject->member != NULL && subject->member->joined;
    for (guint i = 0; has_account && i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        if (entry->person->standing != PERSON_ENABLED)
            continue;
        bool certain = entry->link != NULL &&
                       (!was_away(entry->link) || is_unique_for_ever(entry->link->anchor));
        if (certain || is_familiar(subject, entry->person))
            return false;
        any = any || entry->link != NULL;
    }
    return any;
}

/* New string. */
static char *return_question(const Subject *subject)
{
    const char *anchor = subject_primary(subject)->person->anchor;
    g_autofree char *safe = text_safe(subject->member->mail, -1);
    return g_strdup_printf("was away, and is back with another address and another name than '%s': "
                           "the same person? 'person release %s' says yes, 'person unlink %s' no",
                           safe, anchor, anchor);
}

void subject_judge(const SubjectBuilder *builder, Subject *subject)
{
    if (is_excluded(builder, subject) || is_unread(builder, subject) || is_doubtful(subject))
        return;
    const Person *left = NULL;
    if (has_enabled(subject, &left)) {
        subject->located = found_elsewhere(builder, subject);
        subject->unfamiliar = is_unfamiliar(subject);
        if (subject->unfamiliar && !subject_is_released(subject))
            subject_set_standing(subject, SUBJECT_HELD, return_question(subject));
        else
            subject_set_standing(subject, SUBJECT_PRESENT, NULL);
    } else if (subject->lost_links != NULL) {
        judge_lost(builder, subject, left);
    } else {
        subject_set_standing(subject, SUBJECT_LEFT, left_reason(left));
    }
}
