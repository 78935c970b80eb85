/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/decide.h"

#include "base/error.h"
#include "base/text.h"
#include "model/email.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* spreadsheets begin a file of UTF-8 with it */

void somebody_free(Somebody *somebody)
{
    if (somebody == NULL)
        return;
    g_free(somebody->source);
    g_free(somebody->anchor);
    g_free(somebody);
}

/* Takes FOUND, of which the match is known, if it is one of those that fit best. */
static void add_somebody(GPtrArray *people, WhoMatch *best, const Somebody *found)
{
    if (!who_fits_best(found->match, best, people))
        return;
    for (guint i = 0; i < people->len; i++) {
        Somebody *known = g_ptr_array_index(people, i);
        if (strcmp(known->source, found->source) != 0 || strcmp(known->anchor, found->anchor) != 0)
            continue;
        known->person = known->person != NULL ? known->person : found->person;
        return;
    }
    Somebody *somebody = g_new0(Somebody, 1);
    *somebody = (Somebody){.source = g_strdup(found->source),
                           .anchor = g_strdup(found->anchor),
                           .person = found->person,
                           .link = found->link,
                           .match = found->match};
    g_ptr_array_add(people, somebody);
}

static void find_in_directory(const Who *who, const Directory *directory, const Ledger *ledger,
                              WhoMatch *best, GPtrArray *people)
{
    for (guint i = 0; i < directory->people->len; i++) {
        Person *person = g_ptr_array_index(directory->people, i);
        WhoMatch match = who_is_person(who, person);
        if (match == WHO_NOT)
            continue;
        add_somebody(people, best,
                     &(Somebody){.source = directory->source,
                                 .anchor = person->anchor,
                                 .person = person,
                                 .link = ledger_link(ledger, directory->source, person->anchor),
                                 .match = match});
    }
}

GPtrArray *decide_find(const char *text, const Ledger *ledger, const GPtrArray *directories)
{
    GPtrArray *people = g_ptr_array_new_with_free_func((GDestroyNotify) somebody_free);
    g_auto(Who) who = who_of(text);
    WhoMatch best = WHO_NOT;
    for (guint i = 0; i < ledger->links->len; i++) {
        Link *link = g_ptr_array_index(ledger->links, i);
        if (!link->row.removed)
            add_somebody(people, &best,
                         &(Somebody){.source = link->source,
                                     .anchor = link->anchor,
                                     .link = link,
                                     .match = who_is_link(&who, link)});
    }
    for (guint i = 0; directories != NULL && i < directories->len; i++)
        find_in_directory(&who, g_ptr_array_index(directories, i), ledger, &best, people);
    return people;
}

bool decide_are_one(const char *text, const GPtrArray *people, GError **error)
{
    g_auto(Who) who = who_of(text);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(WhoFound));
    for (guint i = 0; i < people->len; i++) {
        const Somebody *somebody = g_ptr_array_index(people, i);
        const Link *link = somebody->link;
        WhoFound one = {
            .source = somebody->source,
            .anchor = somebody->anchor,
            .mail = somebody->person != NULL ? somebody->person->mail_key
                    : link != NULL           ? link->mail_key
                                             : NULL,
            .member = link != NULL ? link->organization_user_id.value : 0,
        };
        g_array_append_val(found, one);
    }
    return who_are_one(&who, found, error);
}

/* ---- hold and release ---- */

/* The link of SOMEBODY, made when the ledger has none: a person may be held before the first
 * invitation. */
static Link *link_for(Ledger *ledger, Somebody *somebody)
{
    if (somebody->link == NULL) {
        somebody->link = ledger_add_link(ledger, somebody->source, somebody->anchor);
        if (somebody->person != NULL && somebody->person->mail_key != NULL) {
            somebody->link->mail_key = g_strdup(somebody->person->mail_key);
            (void) ledger_remember(somebody->link->mail_keys, somebody->person->mail_key);
        }
    }
    somebody->link->row.dirty = true;
    return somebody->link;
}

void decide_hold(Ledger *ledger, const GPtrArray *people, int64_t until, const char *reason)
{
    for (guint i = 0; i < people->len; i++) {
        Link *link = link_for(ledger, g_ptr_array_index(people, i));
        link->hold_until = until;
        g_free(link->hold_reason);
        link->hold_reason = g_strdup(reason);
        link->released_at = 0;
    }
}

void decide_release(Ledger *ledger, const GPtrArray *people, int64_t now)
{
    for (guint i = 0; i < people->len; i++) {
        Link *link = link_for(ledger, g_ptr_array_index(people, i));
        link->hold_until = 0;
        g_clear_pointer(&link->hold_reason, g_free);
        link->released_at = now;
    }
}

void decide_hold_all(Ledger *ledger, int64_t until, const char *reason)
{
    ledger_set_note_number(ledger, NOTE_HOLD_UNTIL, until);
    ledger_set_note(ledger, NOTE_HOLD_REASON, reason);
}

bool decide_release_all(Ledger *ledger)
{
    bool held = ledger_note(ledger, NOTE_HOLD_UNTIL) != NULL;
    ledger_set_note(ledger, NOTE_HOLD_UNTIL, NULL);
    ledger_set_note(ledger, NOTE_HOLD_REASON, NULL);
    return held;
}

/* ---- link and unlink ---- */

Member *decide_member(const char *text, const Organization *organization)
{
    g_autofree char *key = NULL;
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && digits < 19 && text[digits] == '\0')
        return organization_member(organization,
                                   (OrganizationUserId){g_ascii_strtoll(text, NULL, 10)});
    if (!email_key(text, strlen(text), &key, NULL))
        return NULL;
    return organization_member_by_mail(organization, key);
}

static bool is_among(const GPtrArray *people, const Link *link)
{
    for (guint i = 0; i < people->len; i++) {
        const Somebody *somebody = g_ptr_array_index(people, i);
        if (strcmp(somebody->source, link->source) == 0 &&
            strcmp(somebody->anchor, link->anchor) == 0)
            return true;
    }
    return false;
}

static const char *who_is(const Link *link)
{
    return link->mail_key != NULL ? link->mail_key : link->anchor;
}

static bool check_link(const Ledger *ledger, const GPtrArray *people, const Member *member,
                       GError **error)
{
    const GPtrArray *others = ledger_member_links(ledger, member->id);
    for (guint i = 0; others != NULL && i < others->len; i++) {
        const Link *link = g_ptr_array_index(others, i);
        if (is_among(people, link))
            continue;
        g_autofree char *mail = text_safe(member->mail != NULL ? member->mail : "?", -1);
        g_autofree char *other = text_safe(who_is(link), -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_REFUSED,
                    "the member '%s' is linked to '%s' already\nhint: 'person unlink' comes first",
                    mail, other);
        return false;
    }
    for (guint i = 0; i < people->len; i++) {
        const Link *link = ((const Somebody *) g_ptr_array_index(people, i))->link;
        if (link == NULL || link->organization_user_id.value == 0 ||
            link->organization_user_id.value == member->id.value)
            continue;
        g_autofree char *safe = text_safe(who_is(link), -1);
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_REFUSED,
                    "'%s' is linked to the member %" G_GINT64_FORMAT
                    " already\nhint: 'person unlink' comes first",
                    safe, link->organization_user_id.value);
        return false;
    }
    return true;
}

bool decide_link(Ledger *ledger, const GPtrArray *people, const Member *member, int64_t now,
                 GError **error)
{
    if (!check_link(ledger, people, member, error))
        return false;
    for (guint i = 0; i < people->len; i++) {
        Link *link = link_for(ledger, g_ptr_array_index(people, i));
        link->origin = LINK_BY_HAND;
        link->first_seen = link->first_seen != 0 ? link->first_seen : now;
        link->removed_at = 0;
        ledger_set_member(ledger, link, member->id, member->user_id);
    }
    return true;
}

static void forget_grants(Ledger *ledger, OrganizationUserId member)
{
    const GPtrArray *links = ledger_member_links(ledger, member);
    if (links != NULL && links->len > 0)
        return; /* somebody else is this member, too */
    for (guint i = 0; i < ledger->grants->len; i++) {
        Grant *grant = g_ptr_array_index(ledger->grants, i);
        if (!grant->row.removed && organization_user_id_equal(grant->member, member))
            ledger_remove_grant(ledger, grant);
    }
}

void decide_unlink(Ledger *ledger, const GPtrArray *people)
{
    for (guint i = 0; i < people->len; i++) {
        Somebody *somebody = g_ptr_array_index(people, i);
        if (somebody->link == NULL)
            continue;
        OrganizationUserId member = somebody->link->organization_user_id;
        ledger_set_member(ledger, somebody->link, (OrganizationUserId){0}, (UserId){0});
        ledger_remove_link(ledger, somebody->link);
        somebody->link = NULL;
        if (member.value != 0)
            forget_grants(ledger, member);
    }
}

/* ---- the file ---- */

void link_row_free(LinkRow *row)
{
    g_free(row->who);
    g_free(row->member);
    g_free(row->reference);
    g_free(row);
}

/* The next field of *AT, which goes behind it; NULL: a quote is not closed. New string. */
static char *next_field(const char **at)
{
    GString *field = g_string_new(NULL);
    const char *c = *at;
    bool quoted = *c == '"';
    if (quoted)
        c++;
    for (; *c != '\0'; c++) {
        if (quoted && *c == '"' && c[1] == '"')
            c++;
        else if (quoted ? *c == '"' : strchr(",\r\n", *c) != NULL)
            break;
        g_string_append_c(field, *c);
    }
    bool closed = !quoted || *c == '"';
    *at = quoted && closed ? c + 1 : c;
    if (closed)
        return g_string_free(field, FALSE);
    (void) g_string_free(field, TRUE);
    return NULL;
}

/* The fields of one line; *AT goes behind it. NULL: it is none. */
static GPtrArray *next_row(const char **at)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(g_free);
    for (;;) {
        char *field = next_field(at);
        if (field == NULL)
            return NULL;
        g_ptr_array_add(fields, field);
        if (**at != ',')
            break;
        (*at)++;
    }
    if (**at == '\r')
        (*at)++;
    if (**at != '\n' && **at != '\0')
        return NULL;
    if (**at == '\n')
        (*at)++;
    return g_steal_pointer(&fields);
}

static const char *field_at(const GPtrArray *fields, guint index)
{
    return index < fields->len ? g_ptr_array_index(fields, index) : "";
}

static bool is_head(const GPtrArray *fields)
{
    return g_ascii_strcasecmp(field_at(fields, 0), "who") == 0 &&
           g_ascii_strcasecmp(field_at(fields, 1), "member") == 0;
}

bool decide_read_rows(const char *text, GPtrArray **ret_rows, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify) link_row_free);
    unsigned line = 1;
    if (g_str_has_prefix(text, BYTE_ORDER_MARK))
        text += strlen(BYTE_ORDER_MARK);
    for (const char *at = text; *at != '\0'; line++) {
        g_autoptr(GPtrArray) fields = next_row(&at);
        bool empty = fields != NULL && fields->len == 1 && *field_at(fields, 0) == '\0';
        if (empty || (fields != NULL && line == 1 && is_head(fields)))
            continue;
        if (fields == NULL || fields->len > 3 || *field_at(fields, 0) == '\0' ||
            *field_at(fields, 1) == '\0') {
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_USAGE,
                        "line %u: a row is WHO,MEMBER or WHO,MEMBER,REFERENCE\n"
                        "hint: a value with a comma in it, like a DN, stands in double quotes",
                        line);
            return false;
        }
        LinkRow *row = g_new0(LinkRow, 1);
        *row = (LinkRow){.line = line,
                         .who = g_strdup(field_at(fields, 0)),
                         .member = g_strdup(field_at(fields, 1))};
        if (*field_at(fields, 2) != '\0')
            row->reference = g_strdup(field_at(fields, 2));
        g_ptr_array_add(rows, row);
    }
    *ret_rows = g_steal_pointer(&rows);
    return true;
}
