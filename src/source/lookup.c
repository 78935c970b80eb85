/* SPDX-License-Identifier: Apache-2.0 */
#include "source/lookup.h"

#include "source/anchor.h"
#include "source/recording.h"
#include "source/standing.h"

Lookup lookup_begin(const SourceSettings *settings, const GPtrArray *anchors, Recording *recording)
{
    Lookup lookup = {
        .settings = settings,
        .recording = recording,
        .located = g_ptr_array_new_with_free_func((GDestroyNotify) located_free),
        .wanted = g_hash_table_new(g_str_hash, g_str_equal),
    };
    for (guint i = 0; i < anchors->len; i++) {
        Located *located = g_new0(Located, 1);
        g_ptr_array_add(lookup.located, located);
        (void) g_hash_table_insert(lookup.wanted, g_ptr_array_index(anchors, i), located);
        if (recording != NULL)
            recording_say(recording, "looked for", g_ptr_array_index(anchors, i));
    }
    return lookup;
}

void lookup_clear(Lookup *lookup)
{
    g_clear_pointer(&lookup->located, g_ptr_array_unref);
    g_clear_pointer(&lookup->wanted, g_hash_table_unref);
}

/* Whether ENTRY, which SEARCH describes, says that its person has left. */
static bool judge(const Lookup *lookup, const PeopleSearch *search, const Entry *entry,
                  LocatedKind *ret_kind, GError **error)
{
    PersonStanding standing = PERSON_ENABLED;
    g_autofree char *reason = NULL;
    g_autoptr(StandingRule) rule = standing_rule_new(search, lookup->kind, error);
    if (rule == NULL)
        return false;
    /* whose time or lock cannot be understood is not gone: held, like all who are enabled */
    if (!standing_judge(rule, entry, lookup->now, &standing, &reason, NULL))
        standing = PERSON_ENABLED;
    *ret_kind = standing == PERSON_ENABLED ? LOCATED_ENABLED : LOCATED_DISABLED;
    return true;
}

bool lookup_take(void *context, const Entry *entry, GError **error)
{
    const Lookup *lookup = context;
    for (guint i = 0; i < lookup->settings->people->len; i++) {
        const PeopleSearch *search = g_ptr_array_index(lookup->settings->people, i);
        g_autofree char *anchor = anchor_of(entry, search->anchor, lookup->kind);
        Located *located = anchor != NULL ? g_hash_table_lookup(lookup->wanted, anchor) : NULL;
        if (located == NULL || located->kind != LOCATED_NOWHERE)
            continue;
        if (!judge(lookup, search, entry, &located->kind, error))
            return false;
        located->dn = g_strdup(entry->dn);
        if (lookup->recording != NULL)
            recording_add(lookup->recording, entry);
    }
    return true;
}

GPtrArray *lookup_end(Lookup *lookup)
{
    return g_steal_pointer(&lookup->located);
}
