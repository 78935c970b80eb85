/* SPDX-License-Identifier: Apache-2.0 */
#include "source/instead.h"

#include "base/text.h"
#include "source/kind.h"
#include "source/survey.h"

#define SHOWN 3

/* "'a', 'b', 'c' and 2 more" */
static char *quoted_list(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len && i < SHOWN; i++) {
        g_autofree char *safe = text_safe(g_ptr_array_index(names, i), -1);
        g_string_append_printf(text, "%s'%s'", i > 0 ? ", " : "", safe);
    }
    if (names->len > SHOWN)
        g_string_append_printf(text, " and %u more", names->len - SHOWN);
    return g_string_free(text, FALSE);
}

/* "no WHAT below 'BASE' match 'FILTER': there are inetOrgPerson (64), ..." New string, or NULL. */
static char *in_place_of(Source *source, const char *what, const char *base, const char *filter)
{
    g_autoptr(Survey) survey = survey_look(source, base, filter);
    g_autofree char *classes = survey != NULL ? survey_classes(survey) : NULL;
    if (classes == NULL)
        return NULL;
    g_autofree char *where = text_safe(base, -1);
    g_autofree char *safe = text_safe(filter, -1);
    return g_strdup_printf("no %s below '%s' match '%s'; what is there: %s", what, where, safe,
                           classes);
}

static bool has_addresses(const Directory *directory)
{
    for (guint i = 0; i < directory->people->len; i++) {
        if (((const Person *) g_ptr_array_index(directory->people, i))->mail != NULL)
            return true;
    }
    return false;
}

static void tell_addresses(Source *source, const PeopleSearch *search, SourceKind kind,
                           Directory *directory)
{
    g_autoptr(Survey) survey = survey_look(source, search->base, kind_people_filter(search, kind));
    g_autofree char *found = survey != NULL ? survey_addresses(survey) : NULL;
    if (found != NULL)
        directory_warn(directory, g_strdup_printf("nobody has an address where people.mail looks "
                                                  "for one; what looks like addresses: %s",
                                                  found));
}

void instead_tell(Source *source, const SourceSettings *settings, SourceKind kind,
                  Directory *directory)
{
    for (guint i = 0; i < settings->people->len && directory->people->len == 0; i++) {
        const PeopleSearch *search = g_ptr_array_index(settings->people, i);
        if (directory->instead == NULL)
            directory->instead =
                in_place_of(source, "people", search->base, kind_people_filter(search, kind));
    }
    for (guint i = 0; i < settings->groups->len && directory->groups->len == 0; i++) {
        const GroupSearch *search = g_ptr_array_index(settings->groups, i);
        char *text = search->base != NULL ? in_place_of(source, "groups", search->base,
                                                        kind_group_filter(search, kind))
                                          : NULL;
        if (text != NULL)
            directory_warn(directory, text);
    }
    if (directory->people->len > 0 && !has_addresses(directory) && settings->people->len > 0)
        tell_addresses(source, g_ptr_array_index(settings->people, 0), kind, directory);
}

/* Adds a hint; TEXT is taken. */
static void add_hint(GError **error, char *text)
{
    g_autofree char *hint = text;
    if (error == NULL || *error == NULL)
        return;
    char *both = g_strdup_printf("%s\nhint: %s", (*error)->message, hint);
    g_free((*error)->message);
    (*error)->message = both;
}

static void add_nearest_anchor(const Survey *survey, GError **error)
{
    guint misses = 0;
    const char *miss = NULL;
    const char *nearest = survey_nearest_anchor(survey, &misses, &miss);
    guint people = survey_people(survey);
    if (nearest == NULL)
        add_hint(error, g_strdup_printf("there is no attribute that each of the %u found has once, "
                                        "and no two the same",
                                        people));
    else
        add_hint(error, g_strdup_printf("'%s' would do for %u of the %u found, but not for '%s'%s: "
                                        "leave out by people.filter who is no person",
                                        nearest, people - misses, people, miss,
                                        misses > 1 ? " and others" : ""));
}

void instead_of_anchor(Source *source, const PeopleSearch *search, SourceKind kind, GError **error)
{
    g_autoptr(Survey) survey = survey_look(source, search->base, kind_people_filter(search, kind));
    if (survey == NULL || survey_people(survey) == 0)
        return;
    g_autoptr(GPtrArray) anchors = survey_anchors(survey);
    if (anchors->len == 0) {
        add_nearest_anchor(survey, error);
        return;
    }
    g_autofree char *names = quoted_list(anchors);
    add_hint(error, g_strdup_printf("each of the %u found has one of it, and no two the same: %s",
                                    survey_people(survey), names));
}

void instead_of_base(Source *source, const char *filter, GError **error)
{
    g_autoptr(Survey) survey = survey_look(source, NULL, filter);
    g_autoptr(GPtrArray) bases = survey != NULL ? survey_bases(survey) : NULL;
    if (bases == NULL || bases->len == 0)
        return;
    g_autofree char *names = quoted_list(bases);
    bool matched = survey_people(survey) > 0;
    add_hint(error, g_strdup_printf(matched ? "what the filter finds stands below %s"
                                            : "what there is stands below %s",
                                    names));
}
