/* SPDX-License-Identifier: Apache-2.0 */

/* Entries that every complete read can see. */

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/kind.h"
#include "source/ldap_private.h"

#include <string.h>

static const char everything[] = "(objectClass=*)";

/* What one sentinel looks like; what it lacks is an error. */
typedef struct {
    const char *const *anchors; /* one of these, for people and groups */
    const char *const *needed;  /* and one of these; NULL: nothing more */
    bool good;
} Look;

static bool has_one(const Entry *entry, const char *const *names)
{
    for (; *names != NULL; names++) {
        for (guint i = 0; i < entry->attributes->len; i++) {
            if (attribute_is(g_ptr_array_index(entry->attributes, i), *names))
                return true;
        }
    }
    return false;
}

static bool take_look(void *context, const Entry *entry, GError **error)
{
    (void) error;
    Look *look = context;
    look->good =
        has_one(entry, look->anchors) && (look->needed == NULL || has_one(entry, look->needed));
    return true;
}

/* "'a' or 'b'" */
static char *list_names(const char *const *names)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; names[i] != NULL; i++)
        g_string_append_printf(text, "%s'%s'",
                               i == 0                 ? ""
                               : names[i + 1] != NULL ? ", "
                                                      : " or ",
                               names[i]);
    return g_string_free(text, FALSE);
}

static bool blind_error(const char *dn, const Look *look, GError **error)
{
    g_autofree char *safe = text_safe(dn, -1);
    g_autofree char *anchors = list_names(look->anchors);
    g_autofree char *needed = look->needed != NULL ? list_names(look->needed) : NULL;
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the sentinel '%s' is there, but without %s%s%s\n"
                "hint: the account may have lost the right to read that",
                safe, anchors, needed != NULL ? " and " : "", needed != NULL ? needed : "");
    return false;
}

/* Looks at DN with the eyes of one search, if it is one of those that the search finds. */
static bool look_through(Session *session, const char *dn, const char *base, const char *filter,
                         char **attributes, Look *look, GError **error)
{
    g_autofree char *key = NULL;
    g_autofree char *top = NULL;
    if (base == NULL || !dn_key(dn, strlen(dn), &key, NULL) ||
        !dn_key(base, strlen(base), &top, NULL) || !dn_key_is_within(key, top))
        return true;
    bool found = false;
    if (!session_read(session, dn, filter, attributes, take_look, look, &found, error))
        return false;
    return !found || look->good || blind_error(dn, look, error);
}

static bool look_as_people(const SourceSettings *settings, SourceKind kind, Session *session,
                           const char *dn, GError **error)
{
    const Kind *row = kind_row(kind);
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        const char *const own[] = {search->anchor, NULL};
        Look look = {.anchors = search->anchor != NULL ? own : row->anchors,
                     .needed =
                         search->mail != NULL ? (const char *const *) search->mail : row->mails};
        g_auto(GStrv) attributes = kind_people_attributes(settings, search, kind);
        if (!look_through(session, dn, search->base, kind_people_filter(search, kind), attributes,
                          &look, error))
            return false;
    }
    return true;
}

static bool look_as_groups(const SourceSettings *settings, SourceKind kind, Session *session,
                           const char *dn, GError **error)
{
    const Kind *row = kind_row(kind);
    for (guint i = 0; i < settings->groups->len; i++) {
        const GroupSearch *search = g_ptr_array_index(settings->groups, i);
        const char *const own[] = {search->member, NULL};
        Look look = {.anchors = row->anchors,
                     .needed = search->member != NULL ? own : row->members};
        g_auto(GStrv) attributes = kind_group_attributes(settings, search, kind);
        if (!look_through(session, dn, search->base, kind_group_filter(search, kind), attributes,
                          &look, error))
            return false;
    }
    return true;
}

static bool exists(Session *session, const char *dn, GError **error)
{
    static char none[] = "1.1";
    char *attributes[] = {none, NULL};
    bool found = false;
    if (!session_read(session, dn, everything, attributes, source_ldap_take_nothing, NULL, &found,
                      error))
        return false;
    if (found)
        return true;
    g_autofree char *safe = text_safe(dn, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the sentinel '%s' was not found\n"
                "hint: the account may have lost rights, or this server is not what it should be",
                safe);
    return false;
}

bool source_ldap_find_sentinels(const SourceSettings *settings, SourceKind kind, Session *session,
                                GError **error)
{
    for (char **dn = settings->sentinels; dn != NULL && *dn != NULL; dn++) {
        if (!exists(session, *dn, error) || !look_as_people(settings, kind, session, *dn, error) ||
            !look_as_groups(settings, kind, session, *dn, error))
            return false;
    }
    return true;
}
