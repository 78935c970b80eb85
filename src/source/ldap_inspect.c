/* SPDX-License-Identifier: Apache-2.0 */

/* Whom somebody asks for, wherever the server holds them. */

#include "source/anchor.h"
#include "source/filter.h"
#include "source/inspect.h"
#include "source/kind.h"
#include "source/ldap_private.h"

#include <string.h>

static const char everything[] = "(objectClass=*)";

static bool take_entry(void *context, const Entry *entry, GError **error)
{
    (void) error;
    inspector_take(context, entry);
    return true;
}

static void add_assertion(GString *filter, const char *attribute, const char *word)
{
    g_string_append_printf(filter, "(%s=", attribute);
    filter_append_value(filter, word, strlen(word));
    g_string_append_c(filter, ')');
}

/* Everything by which WORD may be meant. New string. */
static char *filter_of(const SourceSettings *settings, SourceKind kind, const char *word)
{
    const Kind *row = kind_row(kind);
    GString *filter = g_string_new("(|");
    add_assertion(filter, row->uid, word);
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        const char *const *mail =
            search->mail != NULL ? (const char *const *) search->mail : row->mails;
        for (; *mail != NULL; mail++)
            add_assertion(filter, *mail, word);
        if (search->anchor != NULL)
            anchor_append_assertion(filter, search->anchor, word);
        for (const char *const *one = row->anchors; search->anchor == NULL && *one != NULL; one++)
            anchor_append_assertion(filter, *one, word);
    }
    g_string_append_c(filter, ')');
    return g_string_free(filter, FALSE);
}

/* All that the entry has, and what comes only when asked for by name. For g_strfreev. */
static char **attributes_of(const SourceSettings *settings, SourceKind kind)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_strv_builder_add(names, "*");
    g_strv_builder_add(names, "+");
    for (guint i = 0; i < settings->people->len; i++) {
        g_auto(GStrv) more =
            kind_people_attributes(settings, g_ptr_array_index(settings->people, i), kind);
        for (char **name = more; *name != NULL; name++)
            g_strv_builder_add(names, *name);
    }
    return g_strv_builder_end(names);
}

static bool search_everywhere(Inspector *inspector, Session *session, char **attributes,
                              GError **error)
{
    g_autoptr(GPtrArray) bases = NULL;
    if (!source_ldap_bases(session, &bases, error))
        return false;
    g_autofree char *filter =
        filter_of(inspector->settings, inspector->kind, inspector->sought.word);
    for (guint i = 0; i < bases->len; i++) {
        SessionSearch search = {.base = g_ptr_array_index(bases, i),
                                .scope = SCOPE_SUBTREE,
                                .filter = filter,
                                .attributes = attributes};
        if (!session_search(session, &search, take_entry, inspector, error))
            return false;
    }
    return true;
}

bool source_ldap_inspect(Source *source, const char *word, char **with, GPtrArray **ret_inspections,
                         Entry **ret_overlay, GError **error)
{
    const LdapSource *self = (const LdapSource *) source;
    g_autoptr(Session) session = NULL;
    if (!source_ldap_open(self, &session, error))
        return false;
    Inspector inspector;
    inspector_init(&inspector, self->settings, word, with, self->clock->now(self->clock));
    inspector.kind = source_ldap_kind(self, session);
    inspector.server = session_uri(session);
    g_auto(GStrv) attributes = attributes_of(self->settings, inspector.kind);
    bool found = false;
    bool good = inspector.sought.dn_key != NULL
                    ? session_read(session, word, everything, attributes, take_entry, &inspector,
                                   &found, error)
                    : search_everywhere(&inspector, session, attributes, error);
    return inspector_end(&inspector, good, ret_inspections, ret_overlay);
}
