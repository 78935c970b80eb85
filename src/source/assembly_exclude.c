/* SPDX-License-Identifier: Apache-2.0 */

/* Who is excluded: by address, by DN, by what the kind knows to be no people, by group. */

#include "base/error.h"
#include "base/text.h"
#include "model/dn.h"
#include "source/assembly_private.h"

#include <string.h>

/* A filter of the kind, ready. */
typedef struct {
    const char *what; /* the kind's */
    Filter *filter;
} Preset;

static void preset_free(gpointer data)
{
    Preset *preset = data;
    filter_free(preset->filter);
    g_free(preset);
}

void people_rules_free(gpointer data)
{
    PeopleRules *rules = data;
    standing_rule_free(rules->standing);
    g_clear_pointer(&rules->mail_patterns, g_ptr_array_unref);
    g_clear_pointer(&rules->dn_patterns, g_ptr_array_unref);
    g_clear_pointer(&rules->presets, g_ptr_array_unref);
    g_free(rules);
}

static bool compile_patterns(char **patterns, GPtrArray **ret, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) g_regex_unref);
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        g_autoptr(GError) problem = NULL;
        GRegex *regex = g_regex_new(*patterns, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &problem);
        if (regex == NULL) {
            g_autofree char *safe = text_safe(*patterns, -1);
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_CONFIG, "'%s' is no pattern: %s", safe,
                        problem->message);
            return false;
        }
        g_ptr_array_add(list, regex);
    }
    *ret = g_steal_pointer(&list);
    return true;
}

static bool parse_presets(const PeopleSearch *search, SourceKind kind, GPtrArray **ret,
                          GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(preset_free);
    const KindExclusion *exclusion = kind_row(kind)->exclusions;
    for (; search->exclude_presets && exclusion->filter != NULL; exclusion++) {
        Preset *preset = g_new0(Preset, 1);
        preset->what = exclusion->what;
        g_ptr_array_add(list, preset);
        if (!filter_parse(exclusion->filter, &preset->filter, error))
            return false;
    }
    *ret = g_steal_pointer(&list);
    return true;
}

PeopleRules *people_rules_new(const PeopleSearch *search, SourceKind kind, GError **error)
{
    PeopleRules *rules = g_new0(PeopleRules, 1);
    rules->standing = standing_rule_new(search, kind, error);
    if (rules->standing == NULL ||
        !compile_patterns(search->exclude_mail, &rules->mail_patterns, error) ||
        !compile_patterns(search->exclude_dn, &rules->dn_patterns, error) ||
        !parse_presets(search, kind, &rules->presets, error)) {
        people_rules_free(rules);
        return NULL;
    }
    return rules;
}

static const GRegex *matching(const GPtrArray *patterns, const char *text)
{
    for (guint i = 0; i < patterns->len; i++) {
        const GRegex *pattern = g_ptr_array_index(patterns, i);
        g_autoptr(GError) error = NULL;
        /* a pattern that gives up on a text might have matched: excluded is the careful answer */
        if (g_regex_match_full(pattern, text, -1, 0, 0, NULL, &error) || error != NULL)
            return pattern;
    }
    return NULL;
}

void assembly_exclude(const PeopleRules *rules, const Entry *entry, Person *person)
{
    const GRegex *by_dn = matching(rules->dn_patterns, person->dn);
    const GRegex *by_mail =
        person->mail != NULL ? matching(rules->mail_patterns, person->mail) : NULL;
    if (by_dn != NULL || by_mail != NULL) {
        g_autofree char *pattern =
            text_safe(g_regex_get_pattern(by_dn != NULL ? by_dn : by_mail), -1);
        person->excluded = g_strdup_printf("excluded by its %s: '%s'",
                                           by_dn != NULL ? "DN" : "mail address", pattern);
        return;
    }
    for (guint i = 0; i < rules->presets->len; i++) {
        const Preset *preset = g_ptr_array_index(rules->presets, i);
        if (filter_evaluate(preset->filter, entry) == FILTER_TRUE) {
            person->excluded = g_strdup_printf("excluded as a %s", preset->what);
            return;
        }
    }
}

static void exclude_members(const Directory *directory, const DirectoryGroup *group)
{
    g_autofree char *safe = text_safe(group->dn, -1);
    for (guint i = 0; i < group->members->len; i++) {
        const GroupMember *member = &g_array_index(group->members, GroupMember, i);
        Person *person = g_ptr_array_index(directory->people, member->person);
        if (person->excluded == NULL)
            person->excluded = g_strdup_printf("excluded by its group '%s'", safe);
    }
}

bool assembly_exclude_groups(const Directory *directory, char **groups, GError **error)
{
    for (; groups != NULL && *groups != NULL; groups++) {
        g_autofree char *key = NULL;
        if (!dn_key(*groups, strlen(*groups), &key, error)) {
            g_prefix_error(error, "exclude.group: ");
            return false;
        }
        const DirectoryGroup *group = directory_group_by_dn(directory, key);
        if (group == NULL) {
            /* without it nobody knows who is to be left alone */
            g_autofree char *safe = text_safe(*groups, -1);
            g_set_error(error, SYNC_ERROR, SYNC_ERROR_INCOMPLETE,
                        "the group '%s', whose people are excluded, was not found\n"
                        "hint: it must be one that 'groups' finds",
                        safe);
            return false;
        }
        exclude_members(directory, group);
    }
    return true;
}
