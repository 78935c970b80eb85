/* SPDX-License-Identifier: Apache-2.0 */

/* What else is asked of a file of entries: where somebody is, who somebody is, what is on top. */

#include "base/error.h"
#include "base/text.h"
#include "model/bases.h"
#include "model/dn.h"
#include "source/inspect.h"
#include "source/kind.h"
#include "source/ldif_private.h"
#include "source/lookup.h"
#include "source/survey.h"

#include <string.h>

SourceKind source_ldif_kind(const LdifSource *self, const LdifFile *file)
{
    bool told = file->held != NULL && file->held->kind != SOURCE_KIND_AUTO;
    bool known = !told && self->settings->file_kind != SOURCE_KIND_AUTO;
    return known ? self->settings->file_kind : file->kind;
}

void source_ldif_want(GHashTable *wanted, char **names)
{
    for (char **name = names; *name != NULL; name++)
        g_hash_table_add(wanted, g_ascii_strdown(*name, -1));
    g_strfreev(names);
}

/* That somebody is nowhere is known only of those who were looked for everywhere. */
static bool check_looked_for(const Held *held, const GPtrArray *anchors, const GPtrArray *located,
                             GError **error)
{
    for (guint i = 0; held != NULL && i < anchors->len; i++) {
        const Located *found = g_ptr_array_index(located, i);
        g_autofree char *safe = text_safe(g_ptr_array_index(anchors, i), -1);
        if (found->kind != LOCATED_NOWHERE || g_hash_table_contains(held->looked_for, safe))
            continue;
        g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                    "it is a snapshot, and when it was taken nobody looked for '%s'\n"
                    "hint: take it again, together with one of the organization",
                    safe);
        return false;
    }
    return true;
}

bool source_ldif_locate(Source *source, const GPtrArray *anchors, GPtrArray **ret_located,
                        GError **error)
{
    const LdifSource *self = (const LdifSource *) source;
    g_auto(Lookup) lookup = lookup_begin(self->settings, anchors, source->recording);
    LdifFile file = {0};
    if (!ldif_file_load(self->settings->file, &file, error))
        return source_ldif_in_file(self, error);
    lookup.kind = source_ldif_kind(self, &file);
    lookup.now = self->clock->now(self->clock);
    g_autoptr(GHashTable) wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < self->settings->people->len; i++)
        source_ldif_want(
            wanted, kind_people_attributes(
                        self->settings, g_ptr_array_index(self->settings->people, i), lookup.kind));
    LdifWalk walk = {.wanted = wanted, .take = lookup_take, .context = &lookup};
    bool good = ldif_file_walk(&file, &walk, error) &&
                check_looked_for(file.held, anchors, lookup.located, error);
    ldif_file_clear(&file);
    if (!good)
        return source_ldif_in_file(self, error);
    *ret_located = lookup_end(&lookup);
    return true;
}

static bool inspect_one(void *context, const Entry *entry, GError **error)
{
    (void) error;
    inspector_take(context, entry);
    return true;
}

bool source_ldif_inspect(Source *source, const char *word, char **with, GPtrArray **ret_inspections,
                         Entry **ret_overlay, GError **error)
{
    const LdifSource *self = (const LdifSource *) source;
    LdifFile file = {0};
    if (!ldif_file_load(self->settings->file, &file, error))
        return source_ldif_in_file(self, error);
    Inspector inspector;
    inspector_init(&inspector, self->settings, word, with, self->clock->now(self->clock));
    inspector.kind = source_ldif_kind(self, &file);
    inspector.server = self->settings->file;
    LdifWalk walk = {.take = inspect_one, .context = &inspector};
    bool good = ldif_file_walk(&file, &walk, error);
    ldif_file_clear(&file);
    return inspector_end(&inspector, good, ret_inspections, ret_overlay) ||
           source_ldif_in_file(self, error);
}

static bool take_base(void *context, const Entry *entry, GError **error)
{
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    bases_take(context, key);
    return true;
}

bool source_ldif_contexts(Source *source, GPtrArray **ret_bases, SourceKind *ret_kind,
                          GError **error)
{
    const LdifSource *self = (const LdifSource *) source;
    LdifFile file = {0};
    if (!ldif_file_load(self->settings->file, &file, error))
        return source_ldif_in_file(self, error);
    g_autoptr(Bases) bases = bases_new();
    LdifWalk walk = {.take = take_base, .context = bases};
    bool good = ldif_file_walk(&file, &walk, error);
    *ret_kind = good ? source_ldif_kind(self, &file) : *ret_kind;
    ldif_file_clear(&file);
    if (!good)
        return source_ldif_in_file(self, error);
    *ret_bases = bases_list(bases);
    return true;
}

/* A survey of what stands below a base, in its course. */
typedef struct {
    Survey *survey;
    char *base_key; /* NULL: everywhere */
} Surveyor;

static bool survey_one(void *context, const Entry *entry, GError **error)
{
    const Surveyor *surveyor = context;
    g_autofree char *key = NULL;
    if (!dn_key(entry->dn, strlen(entry->dn), &key, error))
        return false;
    if (surveyor->base_key == NULL || dn_key_is_within(key, surveyor->base_key))
        survey_take(surveyor->survey, entry);
    return true;
}

bool source_ldif_survey(Source *source, const char *base, const char *filter, Survey **ret_survey,
                        GError **error)
{
    const LdifSource *self = (const LdifSource *) source;
    g_autofree char *base_key = NULL;
    LdifFile file = {0};
    if (base != NULL && !dn_key(base, strlen(base), &base_key, error))
        return false;
    if (!ldif_file_load(self->settings->file, &file, error))
        return source_ldif_in_file(self, error);
    SourceKind kind = source_ldif_kind(self, &file);
    g_autoptr(Survey) survey = survey_new(filter, kind);
    Surveyor surveyor = {.survey = survey, .base_key = base_key};
    g_auto(GStrv) attributes = survey_attributes(survey);
    g_autoptr(GHashTable) wanted = g_hash_table_new(g_str_hash, g_str_equal);
    for (char **name = attributes; *name != NULL; name++)
        g_hash_table_add(wanted, *name);
    LdifWalk walk = {.wanted = wanted, .take = survey_one, .context = &surveyor};
    bool good = ldif_file_walk(&file, &walk, error);
    ldif_file_clear(&file);
    if (!good)
        return source_ldif_in_file(self, error);
    *ret_survey = g_steal_pointer(&survey);
    return true;
}
