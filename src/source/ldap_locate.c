/* SPDX-License-Identifier: Apache-2.0 */

/* Where people are that a read did not bring. */

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/anchor.h"
#include "source/kind.h"
#include "source/ldap_private.h"
#include "source/lookup.h"

#include <string.h>

#define BATCH 50 /* anchors in one filter */

/* Of an anchor that none of our attributes can hold nobody can say where it is. */
static bool no_such_anchor(const char *anchor, GError **error)
{
    g_autofree char *safe = text_safe(anchor, -1);
    g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                "the anchor '%s' is no GUID\n"
                "hint: was people.anchor changed? check the configuration that is used",
                safe);
    return false;
}

/* Every attribute that holds the anchor of some search: the configured ones, else the kind's. */
static GPtrArray *anchor_attributes(const SourceSettings *settings, const Kind *row)
{
    GPtrArray *attributes = g_ptr_array_new_with_free_func(g_free);
    bool usual = false;
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        if (search->anchor != NULL)
            g_ptr_array_add(attributes, g_strdup(search->anchor));
        else
            usual = true;
    }
    for (const char *const *anchor = row->anchors; usual && *anchor != NULL; anchor++)
        g_ptr_array_add(attributes, g_strdup(*anchor));
    return attributes;
}

/* What every search wants to know of a person, each by its name. For g_strfreev. */
static char **all_attributes(const SourceSettings *settings, SourceKind kind)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < settings->people->len; i++) {
        g_auto(GStrv) more =
            kind_people_attributes(settings, g_ptr_array_index(settings->people, i), kind);
        for (char **name = more; *name != NULL; name++) {
            if (!g_ptr_array_find_with_equal_func(names, *name, g_str_equal, NULL))
                g_ptr_array_add(names, g_strdup(*name));
        }
    }
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_steal(names, NULL);
}

static bool make_filter(const Lookup *lookup, const GPtrArray *anchors, guint from, guint to,
                        char **ret_filter, GError **error)
{
    g_autoptr(GPtrArray) attributes = anchor_attributes(lookup->settings, kind_row(lookup->kind));
    g_autoptr(GString) filter = g_string_new("(|");
    for (guint i = from; i < to; i++) {
        const char *anchor = g_ptr_array_index(anchors, i);
        gsize before = filter->len;
        for (guint k = 0; k < attributes->len; k++)
            anchor_append_assertion(filter, g_ptr_array_index(attributes, k), anchor);
        if (filter->len == before)
            return no_such_anchor(anchor, error);
    }
    g_string_append_c(filter, ')');
    *ret_filter = g_strdup(filter->str);
    return true;
}

/* Whether one of our searches begins in CONTEXT, so that people of ours may be there. */
static bool holds_our_bases(const SourceSettings *settings, const Value *context)
{
    g_autofree char *top = NULL;
    if (!dn_key(context->bytes, context->length, &top, NULL))
        return true; /* whatever it is, it must answer */
    for (guint i = 0; i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        g_autofree char *base = NULL;
        if (!dn_key(search->base, strlen(search->base), &base, NULL) || dn_key_is_within(base, top))
            return true;
    }
    return false;
}

/*
 * A context that is not ours may be hidden from the account, or empty: then nobody of ours is
 * there. One that fails in any other way, or that holds a base of ours, makes the look-up fail.
 */
static bool is_hidden(const SourceSettings *settings, const Session *session, const Value *context)
{
    return session_failed_at_base(session) && !holds_our_bases(settings, context);
}

/* Looks for anchors FROM to TO in every naming context. */
static bool locate_batch(Lookup *lookup, Session *session, const GPtrArray *anchors, guint from,
                         guint to, GError **error)
{
    const SourceSettings *settings = lookup->settings;
    const Attribute *contexts = entry_attribute(session_root(session), "namingContexts");
    if (contexts == NULL) {
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "the server does not say which naming contexts it holds");
        return false;
    }
    g_autofree char *filter = NULL;
    if (!make_filter(lookup, anchors, from, to, &filter, error))
        return false;
    g_auto(GStrv) attributes = all_attributes(settings, lookup->kind);
    for (guint i = 0; i < attribute_count(contexts); i++) {
        const Value *context = attribute_value(contexts, i);
        SessionSearch search = {.base = context->bytes,
                                .scope = SCOPE_SUBTREE,
                                .filter = filter,
                                .attributes = attributes,
                                .plain = true};
        g_autoptr(GError) problem = NULL;
        if (!session_search(session, &search, lookup_take, lookup, &problem) &&
            !is_hidden(settings, session, context)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
    return true;
}

bool source_ldap_locate(Source *source, const GPtrArray *anchors, GPtrArray **ret_located,
                        GError **error)
{
    const LdapSource *self = (const LdapSource *) source;
    g_auto(Lookup) lookup = lookup_begin(self->settings, anchors, source->recording);
    if (anchors->len > 0 && self->settings->people->len > 0) {
        g_autoptr(Session) session = NULL;
        if (!source_ldap_open(self, &session, error))
            return false;
        lookup.kind = source_ldap_kind(self, session);
        lookup.now = self->clock->now(self->clock);
        for (guint from = 0; from < anchors->len; from += BATCH) {
            guint to = MIN(from + BATCH, anchors->len);
            if (!locate_batch(&lookup, session, anchors, from, to, error))
                return false;
        }
        if (!session_prove_alive(session, error))
            return false;
    }
    *ret_located = lookup_end(&lookup);
    return true;
}
