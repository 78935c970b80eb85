/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/who.h"

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "model/email.h"
#include "sync/who_near.h"

#include <string.h>

#define SHOWN 5

Who who_of(const char *text)
{
    Who who = {.text = text};
    gint64 number = 0;
    if (!email_key(text, strlen(text), &who.mail_key, NULL))
        who.mail_key = NULL;
    if (strchr(text, '=') == NULL || !dn_key(text, strlen(text), &who.dn_key, NULL))
        who.dn_key = NULL;
    if (g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &number, NULL))
        who.number = number;
    return who;
}

void who_clear(Who *who)
{
    g_clear_pointer(&who->mail_key, g_free);
    g_clear_pointer(&who->dn_key, g_free);
}

static bool has_text(const GPtrArray *list, const char *text)
{
    for (guint i = 0; list != NULL && text != NULL && i < list->len; i++) {
        if (g_ascii_strcasecmp(g_ptr_array_index(list, i), text) == 0)
            return true;
    }
    return false;
}

static WhoMatch match_anchor(const Who *who, const char *anchor)
{
    if (strcmp(anchor, who->text) == 0)
        return WHO_EXACTLY;
    return g_ascii_strcasecmp(anchor, who->text) == 0 ? WHO_IS : WHO_NOT;
}

WhoMatch who_is_person(const Who *who, const Person *person)
{
    WhoMatch match = match_anchor(who, person->anchor);
    bool is =
        (who->dn_key != NULL && g_strcmp0(person->dn_key, who->dn_key) == 0) ||
        (who->mail_key != NULL && g_strcmp0(person->mail_key, who->mail_key) == 0) ||
        (!who->is_name && person->uid != NULL && g_ascii_strcasecmp(person->uid, who->text) == 0);
    if (match == WHO_NOT && is)
        match = WHO_IS;
    return match == WHO_NOT && has_text(person->other_mails, who->mail_key) ? WHO_ALSO : match;
}

static bool stands_at(const Link *link, const char *key)
{
    g_autofree char *now = NULL;
    return link->dn != NULL && dn_key(link->dn, strlen(link->dn), &now, NULL) &&
           strcmp(now, key) == 0;
}

WhoMatch who_is_link(const Who *who, const Link *link)
{
    WhoMatch match = match_anchor(who, link->anchor);
    if (match != WHO_NOT)
        return match;
    if (who->mail_key != NULL && g_strcmp0(link->mail_key, who->mail_key) == 0)
        return WHO_IS;
    if (has_text(link->dn_keys, who->dn_key))
        return stands_at(link, who->dn_key) ? WHO_IS : WHO_WAS;
    /* of several, the ledger does not tell which is of today */
    if (!who->is_name && has_text(link->uids, who->text))
        return link->uids->len == 1 ? WHO_IS : WHO_WAS;
    if (has_text(link->mail_keys, who->mail_key))
        return WHO_WAS;
    bool numbered =
        who->number != 0 && !who->is_name &&
        (link->organization_user_id.value == who->number || link->user_id.value == who->number);
    return numbered ? WHO_BY_NUMBER : WHO_NOT;
}

WhoMatch who_is_member(const Who *who, const Member *member)
{
    if (who->mail_key != NULL && g_strcmp0(member->mail_key, who->mail_key) == 0)
        return WHO_IS;
    bool numbered = who->number != 0 && !who->is_name &&
                    (member->id.value == who->number || member->user_id.value == who->number);
    return numbered ? WHO_BY_NUMBER : WHO_NOT;
}

/* The best of SUBJECT's entries, links and member. */
static WhoMatch who_is_subject(const Who *who, const Subject *subject)
{
    WhoMatch best = WHO_NOT;
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        best = MAX(best, who_is_person(who, entry->person));
        if (entry->link != NULL)
            best = MAX(best, who_is_link(who, entry->link));
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++)
        best = MAX(best, who_is_link(who, g_ptr_array_index(subject->lost_links, i)));
    /* what Toggl calls them comes after what a directory does */
    if (subject->member != NULL)
        best = MAX(best, MIN(who_is_member(who, subject->member), WHO_ALSO));
    return best;
}

/* ---- who fits best ---- */

bool who_fits_best(WhoMatch match, WhoMatch *best, GPtrArray *found)
{
    if (match > *best) {
        g_ptr_array_set_size(found, 0);
        *best = match;
    }
    return match != WHO_NOT && match == *best;
}

GPtrArray *who_subjects(const Who *who, const Subjects *subjects, WhoMatch *ret_best)
{
    GPtrArray *found = g_ptr_array_new();
    *ret_best = WHO_NOT;
    for (guint i = 0; i < subjects->subjects->len; i++) {
        gpointer subject = g_ptr_array_index(subjects->subjects, i);
        if (who_fits_best(who_is_subject(who, subject), ret_best, found))
            g_ptr_array_add(found, subject);
    }
    return found;
}

/* ---- one, and not several ---- */

void who_add_subject(GArray *found, const Subject *subject, const GPtrArray *directories)
{
    const int64_t member = subject->member != NULL ? subject->member->id.value : 0;
    for (guint i = 0; i < subject->entries->len; i++) {
        const SubjectEntry *entry = &g_array_index(subject->entries, SubjectEntry, i);
        const Directory *directory = g_ptr_array_index(directories, entry->directory);
        WhoFound one = {.source = directory->source,
                        .anchor = entry->person->anchor,
                        .mail = entry->person->mail_key,
                        .member = member};
        g_array_append_val(found, one);
    }
    for (guint i = 0; subject->lost_links != NULL && i < subject->lost_links->len; i++) {
        const Link *link = g_ptr_array_index(subject->lost_links, i);
        WhoFound one = {.source = link->source,
                        .anchor = link->anchor,
                        .mail = link->mail_key,
                        .member = member};
        g_array_append_val(found, one);
    }
}

static bool is_same(const WhoFound *a, const WhoFound *b)
{
    bool entry = a->anchor != NULL && g_strcmp0(a->anchor, b->anchor) == 0 &&
                 g_strcmp0(a->source, b->source) == 0;
    return entry || (a->member != 0 && a->member == b->member) ||
           (a->mail != NULL && g_strcmp0(a->mail, b->mail) == 0);
}

/* Whether all of FOUND belong to the first, directly or by way of others. */
static bool is_joined(const GArray *found)
{
    g_autoptr(GArray) left = g_array_copy((GArray *) (guintptr) found);
    g_autoptr(GArray) joined = g_array_new(FALSE, FALSE, sizeof(WhoFound));
    g_array_append_vals(joined, left->data, 1);
    g_array_remove_index(left, 0);
    for (guint j = 0; j < joined->len; j++) {
        for (guint i = left->len; i > 0; i--) {
            const WhoFound one = g_array_index(left, WhoFound, i - 1);
            if (!is_same(&g_array_index(joined, WhoFound, j), &one))
                continue;
            g_array_append_val(joined, one);
            g_array_remove_index(left, i - 1);
        }
    }
    return left->len == 0;
}

static void describe(GString *text, const WhoFound *found)
{
    g_autofree char *mail = text_safe(found->mail != NULL ? found->mail : "no address", -1);
    g_autofree char *anchor = found->anchor != NULL ? text_safe(found->anchor, -1) : NULL;
    g_autofree char *source = found->source != NULL ? text_safe(found->source, -1) : NULL;
    g_string_append_printf(text, "\n  %s", mail);
    if (anchor != NULL)
        g_string_append_printf(text, ", anchor '%s' in directory '%s'", anchor,
                               source != NULL ? source : "?");
    if (found->member != 0)
        g_string_append_printf(text, ", member %" G_GINT64_FORMAT, found->member);
}

bool who_are_one(const Who *who, const GArray *found, GError **error)
{
    if (found->len < 2 || is_joined(found))
        return true;
    g_autofree char *safe = text_safe(who->text, -1);
    g_autoptr(GString) people = g_string_new(NULL);
    for (guint i = 0; i < MIN(found->len, SHOWN); i++)
        describe(people, &g_array_index(found, WhoFound, i));
    if (found->len > SHOWN)
        g_string_append_printf(people, "\n  and %u more", found->len - SHOWN);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                "'%s' means more than one person:%s\n"
                "hint: name one of them by what the others do not have, best by the anchor",
                safe, people->str);
    return false;
}

/* ---- nobody ---- */

void who_unknown(const char *text, const Ledger *ledger, const GPtrArray *directories,
                 const Organization *organization, GError **error)
{
    g_autofree char *safe = text_safe(text, -1);
    g_autofree char *hint = who_near(text, ledger, directories, organization, NULL, WHO_GOES_BY);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE, "nobody is known as '%s'\nhint: %s", safe,
                hint);
}
