/* SPDX-License-Identifier: Apache-2.0 */

/* What if an entry were another: the overlay of the settings in place of what a search brings. */

#include "model/dn.h"
#include "source/assembly_private.h"
#include "source/filter.h"

#include <string.h>

static char *key_of(const Entry *entry)
{
    char *key = NULL;
    return dn_key(entry->dn, strlen(entry->dn), &key, NULL) ? key : NULL;
}

bool assembly_is_overlaid(const Assembly *assembly, const Entry *entry)
{
    const Entry *overlay = assembly->settings->overlay;
    if (overlay == NULL || overlay == entry)
        return false;
    g_autofree char *ours = key_of(overlay);
    g_autofree char *theirs = key_of(entry);
    return ours != NULL && g_strcmp0(ours, theirs) == 0;
}

static bool covers(const PeopleSearch *search, SourceKind kind, const Entry *entry)
{
    g_autofree char *key = key_of(entry);
    g_autofree char *base = NULL;
    const char *dn = search->base != NULL ? search->base : "";
    if (key == NULL || !dn_key(dn, strlen(dn), &base, NULL))
        return false;
    g_autoptr(Filter) filter = NULL;
    return search_scope_covers(search->scope, base, key) &&
           filter_parse(kind_people_filter(search, kind), &filter, NULL) &&
           filter_evaluate(filter, entry) == FILTER_TRUE;
}

bool assembly_add_overlay(Assembly *assembly, GError **error)
{
    const SourceSettings *settings = assembly->settings;
    for (guint i = 0; settings->overlay != NULL && i < settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        if (covers(search, assembly->kind, settings->overlay) &&
            !assembly_add_person(assembly, search, settings->overlay, error))
            return false;
    }
    return true;
}

Entry *assembly_joined(const Assembly *assembly, const GroupSearch *search, const Entry *group)
{
    const Entry *overlay = assembly->settings->overlay;
    const Attribute *wanted = overlay != NULL ? entry_attribute(overlay, "memberOf") : NULL;
    g_autofree char *key = wanted != NULL ? key_of(group) : NULL;
    for (guint i = 0; key != NULL && i < attribute_count(wanted); i++) {
        const Value *value = attribute_value(wanted, i);
        g_autofree char *named = NULL;
        if (!dn_key(value->bytes, value->length, &named, NULL) || strcmp(named, key) != 0)
            continue;
        const char *member =
            search->member != NULL ? search->member : kind_row(assembly->kind)->members[0];
        Entry *joined = entry_copy(group);
        if (!entry_has(joined, member, overlay->dn))
            entry_add_value(joined, member, overlay->dn, strlen(overlay->dn));
        return joined;
    }
    return NULL;
}
